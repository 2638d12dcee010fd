"""The duty roster of an office: a week to look at and to keep."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import SignedInRequest
from common.errors import DomainError
from common.forms import put_back, sent
from common.now import now
from communities import actions
from communities.forms.duty import RosterForm, ShiftForm
from communities.models import Body, DutyShift
from communities.permissions import check_keeps_roster, keeps_roster
from communities.queries import duty as queries
from communities.scope import day_of


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: SignedInRequest) -> HttpResponse:
    """A week of an office, who is on duty now, and a form for those who keep the roster."""
    at = now()
    body = queries.office_seen(request.user, request.GET.get("office", ""))
    week = queries.as_day(request.GET.get("week", ""), at)
    keeps = keeps_roster(request.user, body)
    if request.method == "POST":
        check_keeps_roster(request.user, body)
    found = queries.roster(body, week, at)
    days = [day.on for day in found.days if day.on >= day_of(at)]
    form = None
    if keeps and days:
        people = queries.people_of(body, max(found.monday, day_of(at)))
        form = RosterForm(sent(request), people=people, days=days)
    filled = request.method == "POST" and form is not None and form.is_valid()
    if filled and form is not None and _entered(request, form, body):
        return _back(body, found.monday)
    context = {
        "at": at,
        "today": day_of(at),
        "roster": found,
        "form": form,
        "keeps": keeps,
        "person": request.user,
        "offices": queries.offices_of(request.user),
    }
    return render(request, "communities/duty.html", context)


def _entered(request: SignedInRequest, form: RosterForm, body: Body) -> bool:
    """All the days or none; if none, the form says why."""
    try:
        with transaction.atomic():
            for from_at, until_at in form.spans:
                actions.set_shift(
                    by=request.user, body=body, from_at=from_at, until_at=until_at, **_who(form)
                )
    except DomainError as refusal:
        put_back(form, refusal)
        return False
    messages.success(request, _("The roster is kept."))
    return True


def _who(form: RosterForm | ShiftForm) -> dict[str, Any]:
    return dict(form.who)


def _back(body: Body, day: object) -> HttpResponseRedirect:
    """To the week of a day in an office's roster."""
    query = urlencode({"office": body.code, "week": str(day)})
    return redirect(f"{reverse('communities:duty')}?{query}")


@login_required
@require_POST
def repeat(request: SignedInRequest) -> HttpResponse:
    """The week before once more."""
    body = queries.office_seen(request.user, request.POST.get("office", ""))
    week = queries.as_day(request.POST.get("week", ""), now())
    done = actions.copy_week(by=request.user, body=body, into=week)
    count = len(done.made)
    said = ngettext("%(n)d shift repeated.", "%(n)d shifts repeated.", count) % {"n": count}
    if done.left_out:
        said += " " + _(
            "Left out: %(n)d, because they are over or covered, or because whoever was on duty "
            "no longer holds an office here."
        ) % {"n": done.left_out}
    messages.success(request, said)
    return _back(body, week)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shift(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One shift, to be changed or taken out."""
    found = queries.shift_seen(request.user, public_id)
    check_keeps_roster(request.user, found.body)
    people = queries.people_of(found.body, max(day_of(found.from_at), day_of(now())))
    form = ShiftForm(sent(request), shift=found, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_shift(
                by=request.user,
                body=found.body,
                shift=found,
                from_at=form.cleaned_data["from_at"],
                until_at=form.cleaned_data["until_at"],
                **_who(form),
            )
            messages.success(request, _("The shift is changed."))
            return _to_week_of(found)
        except DomainError as refusal:
            put_back(form, refusal)
    return render(request, "communities/duty_shift.html", {"form": form, "shift": found})


@login_required
@require_POST
def stand_in(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A is away, or back."""
    found = queries.shift_seen(request.user, public_id)
    absent = request.POST.get("absent") == "yes"
    actions.stand_in(found, by=request.user, absent=absent)
    names = {"name": found.user.name, "deputy": found.deputy.name if found.deputy else ""}
    if not absent:
        said = _("%(name)s is on duty again.") % names
    elif found.deputy:
        said = _("%(deputy)s stands in for %(name)s.") % names
    else:
        said = _("%(name)s is away; everybody at the desk hears of what is late.") % names
    messages.success(request, said)
    return _to_week_of(found)


@login_required
@require_POST
def remove(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Taken out of the roster."""
    found = queries.shift_seen(request.user, public_id)
    actions.remove_shift(found, by=request.user)
    messages.success(request, _("The shift is taken out of the roster."))
    return _to_week_of(found)


def _to_week_of(shift: DutyShift) -> HttpResponseRedirect:
    return _back(shift.body, day_of(shift.from_at))
