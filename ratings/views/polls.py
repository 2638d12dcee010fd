"""Polls of residents for those who conduct them, and each one's page for whoever may read it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from common.errors import DomainError
from common.forms import put_back, sent
from common.now import now
from communities.models import Body, Place
from communities.views.firms import pages
from ratings.actions import polls as actions
from ratings.actions._poll_codes import Slip
from ratings.forms.polls import OpenForm, SeenForm, SiteForm
from ratings.models import Poll
from ratings.permissions.polls import check_conducts, check_conducts_poll
from ratings.queries import period_page
from ratings.queries import polls as queries
from ratings.views.schemes import PAGE, reader


@login_required
@never_cache
@require_safe
def polls(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The polls of a period beneath one's offices, estate by estate."""
    found = period_page.period_of(public_id)
    page = queries.polls_page(found, request.user, cursor=request.GET.get("cursor", ""))
    context = {"page": page, "period": found}
    return render(request, "ratings/polls/list.html", context | pages(page, {}))


@login_required
@never_cache
@require_http_methods(PAGE)
def poll_open(request: SignedInRequest, public_id: UUID, estate: str, body: str) -> HttpResponse:
    """The last day, the reserve, who is left out; then the draw."""
    found = period_page.period_of(public_id)
    place, firm = get_object_or_404(Place, code=estate), get_object_or_404(Body, code=body)
    check_conducts(request.user, found, place, firm)
    form = OpenForm(sent(request), period=found)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            made = actions.open_poll(
                found, by=request.user, estate=place, body=firm, **form.cleaned_data
            )
            messages.success(request, _("The homes are drawn. Now print their slips."))
            return redirect("ratings:poll", made.public_id)
        except DomainError as refusal:
            put_back(form, refusal)
            status = refusal.http_status if refusal.http_status != 400 else 200
    context = {
        "form": form,
        "period": found,
        "estate": place,
        "body": firm,
        "part": queries.next_part(found, place, firm),
        "homes": len(queries.homes_of(place)),
    }
    return render(request, "ratings/polls/open.html", context, status=status)


@never_cache
@require_safe
def poll(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The draw, the counts, and once it is over how often each score was given; never who."""
    user = reader(request)
    found = queries.poll_seen(user, public_id)
    page = queries.poll_page(found, user)
    context: dict[str, Any] = {"page": page, "poll": found, "part": page.part}
    if page.homes:
        names = queries.names_beneath(found.estate)
        context["homes"] = [(row, queries.home_name(row.place, names)) for row in page.homes]
    return render(request, "ratings/polls/poll.html", context)


@login_required
@never_cache
@require_http_methods(PAGE)
def poll_slips(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Slips of all drawn homes; sent, their codes in this answer and nowhere else.

    It is no redirect, as the codes would have to be kept until it is followed.
    """
    found = _conducted(request, public_id)
    form = SeenForm(sent(request), seen=found.printings)
    if form.is_bound and form.is_valid():
        slips = actions.print_slips(found, by=request.user, seen=form.cleaned_data["seen"])
        return _sheet(request, found, slips)
    issued = found.codes.filter(on_site=False, issued__gt=0).exists()
    context = {"form": form, "poll": found, "issued": issued, "over": found.is_over(now())}
    return render(request, "ratings/polls/make.html", context)


@login_required
@never_cache
@require_http_methods(PAGE)
def poll_slip(request: SignedInRequest, public_id: UUID, slip: UUID) -> HttpResponse:
    """Another slip for one home; the one before is dead."""
    found = _conducted(request, public_id)
    row = get_object_or_404(found.codes.select_related("place"), public_id=slip, on_site=False)
    form = SeenForm(sent(request), seen=row.issued)
    if form.is_bound and form.is_valid():
        made = actions.reissue_slip(found, row, by=request.user, seen=form.cleaned_data["seen"])
        return _sheet(request, found, [made])
    home = queries.home_name(row.place, queries.names_beneath(found.estate))
    context = {"form": form, "poll": found, "issued": row.issued > 0, "home": home}
    context["over"] = found.is_over(now())
    return render(request, "ratings/polls/make.html", context)


@login_required
@never_cache
@require_http_methods(PAGE)
def poll_site(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Codes to hand out on site in a building; sent, they are in this answer and nowhere else."""
    found = _conducted(request, public_id)
    buildings = list(queries.buildings_of(found.estate))
    form = SiteForm(sent(request), seen=found.printings, buildings=buildings)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        building = next(place for place in buildings if place.code == said["building"])
        try:
            slips = actions.print_site_codes(
                found,
                by=request.user,
                building=building,
                number=said["number"],
                seen=said["seen"],
            )
            return _sheet(request, found, slips)
        except DomainError as refusal:
            if refusal.http_status != 400:
                raise
            put_back(form, refusal)
    context = {"form": form, "poll": found, "page": queries.poll_page(found, request.user)}
    return render(request, "ratings/polls/site.html", context)


@login_required
@never_cache
@require_http_methods(PAGE)
def poll_close(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Close a poll before its time."""
    found = _conducted(request, public_id)
    form = forms.Form(sent(request))
    if form.is_bound and form.is_valid():
        actions.close_poll(found, by=request.user)
        messages.success(request, _("The poll is closed."))
        return redirect("ratings:poll", public_id)
    context = {"form": form, "poll": found, "page": queries.poll_page(found, request.user)}
    return render(request, "ratings/polls/close.html", context)


def _conducted(request: SignedInRequest, public_id: UUID) -> Poll:
    found = queries.poll_seen(request.user, public_id)
    check_conducts_poll(request.user, found)
    return found


def _sheet(request: HttpRequest, poll: Poll, slips: Sequence[Slip]) -> HttpResponse:
    names = queries.names_beneath(poll.estate)
    rows = [
        {
            "home": queries.home_name(slip.of.place, names),
            "on_site": slip.of.on_site,
            "code": slip.code,
            "sign": _sign(slip.code),
        }
        for slip in slips
    ]
    door = f"{settings.PUBLIC_URL}{reverse('ratings:poll_door')}"
    context = {"poll": poll, "rows": rows, "door": door, "part": queries.part_of(poll)}
    return render(request, "ratings/polls/slips.html", context)


def _sign(code: str) -> SafeString:
    """The QR code that opens the poll with this code filled in."""
    address = f"{settings.PUBLIC_URL}{reverse('ratings:poll_answer', args=[code])}"
    made = segno.make(address, error="m", micro=False)
    drawn = made.svg_inline(border=2, svgclass="slip-sign", lineclass=None, omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - drawn here, of a code and our own address
