"""Invitations: those under one's scope, one of them, and the door for whoever was invited."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, codes
from accounts.address import address_digest
from accounts.http import SignedInRequest
from accounts.models import User
from common.errors import DomainError
from common.forms import put_back, sent
from common.masks import mask_phone
from common.now import now
from communities import actions
from communities.actions.invitations import NoInvitation
from communities.forms.offices import JoinForm
from communities.models import Invitation, Office
from communities.permissions.offices import check_reads_offices, may_appoint
from communities.queries import offices as queries
from communities.queries.invited import has_account
from communities.queries.office_words import ALLOWS

MOST_SHOWN = 100


@login_required
@never_cache
@require_safe
def invitations(request: SignedInRequest) -> HttpResponse:
    """Those that wait to be accepted."""
    check_reads_offices(request.user)
    rows = queries.invitations(request.user)[:MOST_SHOWN]
    return render(request, "communities/offices/invitations.html", {"rows": rows, "at": now()})


@login_required
@never_cache
@require_safe
def invitation(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One invitation. Its link is shown once, to whoever has just made it."""
    found = queries.invitation_seen(request.user, public_id)
    kept = request.session.get("invited", {})
    link, told = kept.get(str(public_id), ("", False))
    if link:
        del request.session["invited"]
    seat = found.seat
    context = {
        "invitation": found,
        "seat": seat,
        "link": link,
        "told": told,
        "at": now(),
        "waiting": found.accepted_at is None
        and found.revoked_at is None
        and found.expires_at > now(),
        "may_revoke": may_appoint(request.user, Office(found.office), seat),
    }
    return render(request, "communities/offices/invitation.html", context)


@login_required
@require_POST
def revoke(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Its link is dead from now on."""
    found = queries.invitation_seen(request.user, public_id)
    actions.revoke_invitation(found, by=request.user)
    messages.success(request, _("The invitation is taken back; its link no longer works."))
    return redirect("communities:invitations")


# --- Whoever was invited -----------------------------------------------------------------


@sensitive_post_parameters("password", "code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Take up the office: with the account of that number, or with a new one."""
    try:
        found = actions.open_invitation(secret, address=address_digest(request))
        if isinstance(request.user, User):
            return _signed_in(request, request.user, found)
        if has_account(found):
            return _page(request, found, secret, known=True)
        return _newcomer(request, found, secret)
    except NoInvitation:
        return render(request, "communities/join_dead.html", status=404)


def _signed_in(request: HttpRequest, user: User, found: Invitation) -> HttpResponse:
    if request.method == "POST":
        made = actions.accept_signed_in(found, by=user)
        messages.success(request, _("You hold the office now. This page says what it allows."))
        return redirect("communities:person", made.user.public_id)
    mine = actions.holds_number(user, found)
    return _page(request, found, "", user=user, mine=mine)


def _newcomer(request: HttpRequest, found: Invitation, secret: str) -> HttpResponse:
    coded = actions.texts_leave()
    form = JoinForm(sent(request), coded=coded)
    if form.is_bound and form.is_valid():
        try:
            user = _joined(found, form.cleaned_data, coded=coded)
        except NoInvitation:
            raise
        except DomainError as refusal:
            put_back(form, refusal)
        else:
            login(request, user, backend="accounts.backends.PhoneOrName")
            audit.record(by=user, verb="sign_in", target_kind="user", target=str(user.public_id))
            messages.success(request, _("Welcome, %(name)s.") % {"name": user.name})
            return redirect("communities:person", user.public_id)
    return _page(request, found, secret, form=form, coded=coded)


def _joined(found: Invitation, given: dict[str, Any], *, coded: bool) -> User:
    # The answers first: a weak password must not use up the code.
    actions.check_newcomer(found, username=given["username"], password=given["password"])
    if coded:
        codes.check_code(found.phone, given["code"])
    made = actions.accept_as_newcomer(
        found, username=given["username"], password=given["password"], phone_confirmed=coded
    )
    return made.user


def _page(request: HttpRequest, found: Invitation, secret: str, **more: Any) -> HttpResponse:
    context = {
        "invitation": found,
        "seat": found.seat,
        "allows": ALLOWS[Office(found.office)],
        "number": mask_phone(found.phone),
        "secret": secret,
        "at": now(),
        **more,
    }
    return render(request, "communities/join.html", context)


@never_cache
@require_POST
def join_code(request: HttpRequest, secret: str) -> HttpResponse:
    """A code to the invited number, under the limits of every other code."""
    try:
        found = actions.open_invitation(secret, address=address_digest(request))
    except NoInvitation:
        return render(request, "communities/join_dead.html", status=404)
    if not has_account(found) and actions.texts_leave():
        try:
            text = codes.send_code(found.phone, address=address_digest(request))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            _said(request, text)
    return redirect("communities:join", secret)


def _said(request: HttpRequest, text: str) -> None:
    messages.success(request, _("The code is on its way."))
    if settings.PORTAL_MODE == "demo":
        # No message leaves a demonstration, so whoever plays it reads it here.
        messages.info(request, _("Demonstration – the message says: %(text)s") % {"text": text})
