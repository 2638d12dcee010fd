"""A person's page with a public and a staff face; ending and handing over offices; interests."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from accounts.models import User
from common.errors import DomainError, WrongState
from common.forms import sent
from common.now import today
from communities import actions
from communities.forms.offices import (
    DismissForm,
    EndInterestForm,
    HandOverForm,
    InterestForm,
    LookForm,
    WithdrawForm,
)
from communities.models import Appointment, Body, BodyKind, Office
from communities.permissions.interests import check_records_interests
from communities.permissions.offices import check_may_appoint
from communities.queries import offices as offices_queries
from communities.queries import people as queries
from communities.views.offices import refuse


@never_cache
@require_safe
def person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """To anybody the public offices; to those over them, and to themselves, all of it."""
    reader = request.user if isinstance(request.user, User) else None
    found = queries.person_seen(reader, public_id, today())
    return render(request, "communities/people/person.html", {"person": found})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dismiss(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """End an office, with the day and the grounds."""
    found = offices_queries.appointment_seen(request.user, public_id)
    check_may_appoint(request.user, Office(found.office), found.seat, found.user)
    form = DismissForm(sent(request), initial={"on": today()})
    if form.is_bound and form.is_valid():
        try:
            actions.dismiss(found, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The office ends; everybody concerned is told."))
            return redirect("communities:person", found.user.public_id)
    context = {"appointment": found, "form": form}
    return render(request, "communities/offices/dismiss.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Take back an office before its first day."""
    found = offices_queries.appointment_seen(request.user, public_id)
    check_may_appoint(request.user, Office(found.office), found.seat, found.user)
    if found.from_on <= today():
        raise WrongState(_("This office has begun: end it instead."))
    form = WithdrawForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            actions.withdraw_appointment(found, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The office is withdrawn; everybody concerned is told."))
            return redirect("communities:person", found.user.public_id)
    context = {"appointment": found, "form": form}
    return render(request, "communities/offices/withdraw.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """To whom, from when: looked for first, then chosen."""
    found = offices_queries.appointment_seen(request.user, public_id)
    check_may_appoint(request.user, Office(found.office), found.seat, found.user)
    choosing = "hand_over" in request.POST
    look = LookForm(None if choosing else sent(request))
    form: HandOverForm | None = None
    if choosing:
        form = _successors(request, request.POST.get("q", ""), bound=True)
        if form.is_valid() and _handed_over(request, form, found):
            return redirect("communities:person", form.person.public_id)
    elif look.is_bound and look.is_valid():
        form = _successors(request, look.cleaned_data["q"], bound=False)
    context = {"appointment": found, "look": look, "form": form}
    return render(request, "communities/offices/hand_over.html", context)


def _successors(request: SignedInRequest, typed: str, *, bound: bool) -> HandOverForm:
    found = offices_queries.candidates(request.user, typed, today())
    given = {"q": typed, "on": today()}
    return HandOverForm(request.POST if bound else None, found=found, initial=given)


def _handed_over(request: SignedInRequest, form: HandOverForm, found: Appointment) -> bool:
    told = {n: form.cleaned_data[n] for n in ("on", "until_on", "letter", "confirmed")}
    try:
        actions.hand_over(found, to=form.person, by=request.user, **told)
    except DomainError as refusal:
        refuse(form, refusal)
        return False
    messages.success(request, _("The office is handed over, and its open work with it."))
    return True


# --- Interests ---------------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def interests(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Declare one's own, or record what was found of somebody under one's scope."""
    found = queries.person_seen(request.user, public_id, today())
    check_records_interests(request.user, found.user)
    firms = Body.objects.filter(kind=BodyKind.FIRM).order_by("name")
    form = InterestForm(sent(request), firms=firms)
    if form.is_bound and form.is_valid():
        told = {n: form.cleaned_data[n] for n in ("kind", "from_on", "note")}
        try:
            actions.record_interest(found.user, by=request.user, firm=form.firm, **told)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The interest is on record."))
            return redirect("communities:person", found.user.public_id)
    return render(request, "communities/people/interests.html", {"person": found, "form": form})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def interest_end(request: SignedInRequest, public_id: UUID, interest_id: UUID) -> HttpResponse:
    """It is over: said by an office over the person."""
    user = get_object_or_404(User, public_id=public_id)
    row = queries.interest_of(request.user, user, interest_id)
    form = EndInterestForm(sent(request), initial={"on": today()})
    if form.is_bound and form.is_valid():
        try:
            actions.end_interest(row, by=request.user, on=form.cleaned_data["on"])
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The interest is over."))
            return redirect("communities:person", user.public_id)
    context = {"interest": row, "form": form}
    return render(request, "communities/people/interest_end.html", context)
