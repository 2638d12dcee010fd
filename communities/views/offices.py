"""The register of offices: who holds what, what is vacant, and appointing somebody at a seat."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from common.errors import DomainError, NotAllowed
from common.forms import put_back
from common.now import today
from common.paging import page_of
from communities import actions
from communities.forms.offices import AppointForm, FindForm, InviteForm, OfficeFilter
from communities.models import Appointment, Office
from communities.permissions.offices import (
    APPOINTED_BY,
    Seat,
    check_reads_offices,
    fits,
    offices_to_give,
)
from communities.queries import offices as queries
from communities.queries.indicators import count_of


@login_required
@never_cache
@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Offices under one's scope, in force unless asked otherwise."""
    check_reads_offices(request.user)
    day = today()
    places = queries.divisions_of(request.user)
    wanted = OfficeFilter(request.GET or None, places=places)
    asked = wanted.cleaned_data if wanted.is_bound and wanted.is_valid() else {}
    rows = queries.offices(
        request.user,
        day,
        state=asked.get("state") or "held",
        office=asked.get("office", ""),
        code=asked.get("place", ""),
        name=asked.get("name", "").strip(),
    )
    place = next((p for p in places if p.code == asked.get("place")), next(iter(places), None))
    crossed = asked.get("state") == "crossed" and place is not None
    page = page_of(rows, queries.BY_SEAT, cursor=request.GET.get("cursor", ""))
    context = {
        "form": wanted,
        "page": page,
        "today": day,
        "place": place,
        "crossed": queries.cross_appointments(place, day) if crossed and place else None,
        "managers": count_of("cross_appointments", place.code, day) if crossed and place else None,
        "previous_url": _beside(request, page.previous),
        "next_url": _beside(request, page.next),
    }
    return render(request, "communities/offices/list.html", context)


def _beside(request: SignedInRequest, cursor: str) -> str:
    if not cursor:
        return ""
    kept = {name: value for name, value in request.GET.items() if name != "cursor" and value}
    return f"?{urlencode({**kept, 'cursor': cursor})}"


@login_required
@never_cache
@require_safe
def vacancies(request: SignedInRequest) -> HttpResponse:
    """Desks with nobody, estates without a warden or observers."""
    check_reads_offices(request.user)
    context = {"vacancies": queries.vacancies(request.user, today())}
    return render(request, "communities/offices/vacancies.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: SignedInRequest, kind: str, code: str) -> HttpResponse:
    """Three steps on one page: which office and whom, which of those found, done.

    What is looked for is posted: a number does not belong into addresses and their logs.
    """
    seat = queries.seat_named(kind, code)
    offices = given_here(request, seat)
    look = FindForm(_step(request, "find"), offices=offices)
    form: AppointForm | None = None
    if "appoint" in request.POST:
        form = _chosen(request, request.POST.get("q", ""), request.POST)
        if form.is_valid() and (made := _appointed(request, form, seat)):
            return redirect("communities:person", made.user.public_id)
    elif look.is_bound and look.is_valid():
        asked = look.cleaned_data
        given = {"q": asked["q"], "office": asked["office"], "from_on": today()}
        form = _chosen(request, asked["q"], None, initial=given)
    context = {
        "seat": seat,
        "kind": kind,
        "look": look,
        "form": form,
        "invite": _invite_form(form, offices),
        "words": _office_words(form),
    }
    return render(request, "communities/offices/appoint.html", context)


def given_here(request: SignedInRequest, seat: Seat) -> list[Office]:
    """The offices this person may give at the seat. Raises NotAllowed where there is none."""
    found = offices_to_give(request.user, seat)
    if not found:
        held_here = [office for office in Office if fits(office, seat)]
        sentence = APPOINTED_BY[held_here[0]].sentence if held_here else None
        raise NotAllowed(sentence)
    return found


def _step(request: SignedInRequest, name: str) -> Any:
    """What was sent, if this step of the page was; an empty form is judged by its first step."""
    later = {"appoint"} & set(request.POST)
    return request.POST if request.method == "POST" and not (later and name == "find") else None


def _chosen(
    request: SignedInRequest, typed: str, sent: Any, initial: dict[str, Any] | None = None
) -> AppointForm:
    found = queries.candidates(request.user, typed, today())
    return AppointForm(sent, found=found, initial=initial)


def _invite_form(form: AppointForm | None, offices: list[Office]) -> InviteForm | None:
    """For somebody who is not among those found; what was typed is filled in already."""
    if form is None:
        return None
    typed, office = form["q"].value() or "", form["office"].value()
    known = {"phone": typed} if typed.isdigit() else {"name": typed}
    return InviteForm(offices=offices, initial={**known, "office": office, "from_on": today()})


def _office_words(form: AppointForm | None) -> str:
    value = form["office"].value() if form is not None else ""
    return str(Office(value).label) if value in Office.values else ""


def _appointed(request: SignedInRequest, form: AppointForm, seat: Seat) -> Appointment | None:
    """The appointment, or nothing: then the form says why."""
    told = {n: form.cleaned_data[n] for n in ("from_on", "until_on", "letter", "put_forward_by")}
    try:
        office = form.cleaned_data["office"]
        if office not in Office.values:
            raise NotAllowed
        made = actions.appoint(
            form.person,
            by=request.user,
            office=office,
            at=seat,
            confirmed=form.cleaned_data["confirmed"],
            **told,
        )
    except DomainError as refusal:
        refuse(form, refusal)
        return None
    messages.success(
        request,
        _("%(name)s is appointed: %(office)s.")
        % {"name": made.user.name, "office": made.get_office_display()},
    )
    return made


def refuse(form: forms.Form, refusal: DomainError) -> None:
    """What one may not do is the page's answer; what is wrong stands beside its field."""
    if isinstance(refusal, NotAllowed):
        raise refusal
    put_back(form, refusal)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: SignedInRequest, kind: str, code: str) -> HttpResponse:
    """Somebody new, by name and number. The link is shown once, on the next page."""
    seat = queries.seat_named(kind, code)
    offices = given_here(request, seat)
    sent = request.POST if request.method == "POST" else None
    form = InviteForm(sent, offices=offices, initial={"from_on": today()})
    if form.is_bound and form.is_valid():
        try:
            invitation, secret = actions.invite(by=request.user, at=seat, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            link = request.build_absolute_uri(reverse("communities:join", args=[secret]))
            told = actions.send_link(invitation, link)
            request.session["invited"] = {str(invitation.public_id): [link, told]}
            return redirect("communities:invitation", invitation.public_id)
    return render(
        request, "communities/offices/invite.html", {"seat": seat, "kind": kind, "form": form}
    )
