"""Invitations: a link by which somebody new gets an account and the office, once."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actions import MOBILE, check_password, register
from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.codes import digest, new_secret
from common.errors import Invalid, NotAllowed, TooMany, Unreachable, WrongState
from common.now import now, today
from communities.actions.offices import (
    LONGEST_BY,
    LONGEST_LETTER,
    appoint,
    facts_of,
    latest_start,
    too_far_ahead,
)
from communities.models import Appointment, Body, Grid, Import, Invitation, Office
from communities.permissions.interests import findings
from communities.permissions.offices import Seat, check_may_appoint, fits, may_appoint
from communities.queries.invited import came_by_link, has_account
from communities.rules import rule
from notifications.actions import notify

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_NAME = 60
# Our decisions: a whole community's grid workers in an hour, and no flood of messages.
MOST_AN_HOUR = 30
MOST_MISSES = 10
MOST_TO_ONE = 3  # open invitations to one number, whoever sent them


class NoInvitation(Invalid):
    """Wrong, used, expired, revoked, and of somebody who may no longer invite: all the same."""

    code = "no_invitation"
    http_status = 404
    sentence = _("This invitation is not valid, or no longer.")


@transaction.atomic
def invite(
    *,
    by: User,
    office: str,
    at: Seat,
    name: str,
    phone: str,
    from_on: date,
    until_on: date | None = None,
    letter: str = "",
    put_forward_by: str = "",
    confirmed: bool = False,
    listed_in: Import | None = None,
) -> tuple[Invitation, str]:
    """Invite somebody to an office; the invitation, and the secret of its link, told only here.

    Nothing is appointed until it is accepted. Raises NotAllowed as `appoint` does; Invalid by
    field; TooMany after thirty within an hour, or three open ones to a number. One by a list
    (`listed_in`) sends nobody a message and does not count.
    """
    held = Office(office)
    check_may_appoint(by, held, at)
    if not fits(held, at):
        raise Invalid(fields={"office": [_("This office is not held at such a seat.")]})
    # Locked: two at once would not see each other's count.
    User.objects.select_for_update().get(pk=by.pk)
    _check(name, phone, from_on, until_on, letter, put_forward_by)
    known = User.objects.filter(phone=phone).first()
    if known is not None:
        _check_known(known, by, held, at, from_on, until_on, confirmed=confirmed)
    _check_limits(by, phone, listed=listed_in is not None)
    secret, moment = new_secret(), now()
    invitation = Invitation.objects.create(
        secret_digest=digest(secret),
        name=name.strip(),
        phone=phone,
        office=held,
        body=at if isinstance(at, Body) else None,
        grid=at if isinstance(at, Grid) else None,
        place=None if isinstance(at, Body | Grid) else at,
        from_on=from_on,
        until_on=until_on,
        letter=letter.strip(),
        put_forward_by=put_forward_by.strip(),
        confirmed=confirmed,
        by=by,
        at=moment,
        expires_at=moment + timedelta(days=rule("invitation_days")),
        listed_in=listed_in,
    )
    _record(invitation, "invite", by=by)
    return invitation, secret


def _check(
    name: str, phone: str, from_on: date, until_on: date | None, letter: str, put_forward_by: str
) -> None:
    wrong: dict[str, StrOrPromise] = {}
    long = _("Please keep it under %(limit)d characters.")
    if not name.strip():
        wrong["name"] = _("Enter the person's name.")
    if not MOBILE.fullmatch(phone):
        wrong["phone"] = _("Give a mobile number of 11 digits.")
    if until_on is not None and until_on <= max(from_on, today()):
        wrong["until_on"] = _("An office cannot end before it begins.")
    if from_on > latest_start():
        wrong["from_on"] = too_far_ahead()
    for field, words, limit in (
        ("name", name, LONGEST_NAME),
        ("letter", letter, LONGEST_LETTER),
        ("put_forward_by", put_forward_by, LONGEST_BY),
    ):
        if len(words.strip()) > limit:
            wrong[field] = long % {"limit": limit}
    if wrong:
        raise Invalid(fields={field: [sentence] for field, sentence in wrong.items()})


def _check_known(
    known: User,
    by: User,
    office: Office,
    at: Seat,
    from_on: date,
    until_on: date | None,
    *,
    confirmed: bool,
) -> None:
    """What would refuse the appointment of somebody with an account is said to whoever invites."""
    check_may_appoint(by, office, at, known)
    found = findings(known, office, at, from_on, until_on)
    if found.barred:
        raise Invalid(fields={"phone": list(found.barred)})
    if found.warnings and not confirmed:
        raise Invalid(fields={"confirmed": list(found.warnings)})


def _check_limits(by: User, phone: str, *, listed: bool) -> None:
    moment = now()
    recent = Invitation.objects.filter(
        by=by, at__gt=moment - timedelta(hours=1), listed_in__isnull=True
    )
    if not listed and recent.count() >= MOST_AN_HOUR:
        raise TooMany
    waiting = Invitation.objects.filter(
        phone=phone, accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=moment
    )
    if waiting.count() >= MOST_TO_ONE:
        raise TooMany(_("Several invitations to this number are open already."))


def texts_leave() -> bool:
    """Whether text messages can be sent at all: then the number is proved by a code, too."""
    to_the_log = settings.SMS_SENDER == "notifications.channels.console.text"
    return not (to_the_log and settings.PORTAL_MODE == "production")


def send_link(invitation: Invitation, link: str) -> bool:
    """Text the link to the number; whether a message left. Whoever invites hands it over else."""
    if not texts_leave():
        return False
    words = gettext(
        "You are invited to an office in Hongguanjia: %(office)s, %(seat)s. "
        "Take it up within 7 days: %(link)s"
    )
    said = {
        "office": invitation.get_office_display(),
        "seat": invitation.seat.name,
        "link": link,
    }
    try:
        import_string(settings.SMS_SENDER)(invitation.phone, words % said)
    except Unreachable:
        return False
    return True


def open_invitation(secret: str, *, address: str) -> Invitation:
    """The invitation of this secret. Raises the same refusal for every other.

    `address` is the digest of where it comes from. TooMany after ten misses within an hour.
    """
    missed = AuditEntry.objects.filter(
        at__gt=now() - timedelta(hours=1), verb="invitation_missed", target=address
    )
    if len(missed.values_list("pk", flat=True)[:MOST_MISSES]) >= MOST_MISSES:
        raise TooMany(_("Too many wrong tries from here. Please try again in an hour."))
    rows = Invitation.objects.select_related("by", "body__place", "grid__community", "place")
    invitation = rows.filter(secret_digest=digest(secret)).first()
    if invitation is None or not _alive(invitation):
        audit.record(by=CLOCK, verb="invitation_missed", target_kind="address", target=address)
        raise NoInvitation
    return invitation


def _alive(invitation: Invitation) -> bool:
    """Open, in time, and of somebody who would still be allowed to invite."""
    if invitation.accepted_at is not None or invitation.revoked_at is not None:
        return False
    if invitation.expires_at <= now() or not invitation.by.is_active:
        return False
    if invitation.until_on is not None and invitation.until_on <= today():
        return False
    return may_appoint(invitation.by, Office(invitation.office), invitation.seat)


def check_newcomer(invitation: Invitation, *, username: str, password: str) -> None:
    """Raises Invalid for what `accept_as_newcomer` would refuse: a code must not be used up."""
    if User.objects.filter(username=username.strip()).exists():
        raise Invalid(fields={"username": [_("This is already taken.")]})
    person = User(name=invitation.name, phone=invitation.phone, username=username)
    check_password(password, person)


@transaction.atomic
def accept_as_newcomer(
    invitation: Invitation, *, username: str, password: str, phone_confirmed: bool
) -> Appointment:
    """An account and the office in one transaction: both or neither.

    The number goes into the account only where a code sent to it came back (`phone_confirmed`):
    else whoever holds the link would hold the number. Raises WrongState for a number that has an
    account (its holder signs in), Invalid by field, and the one refusal of every dead link.
    """
    invitation = _taken(invitation)
    if has_account(invitation):
        raise WrongState(_("This number has an account: sign in with it to accept."))
    user = register(
        by=CLOCK,
        username=username.strip(),
        name=invitation.name,
        password=password,
        phone=invitation.phone if phone_confirmed else "",
        phone_confirmed=phone_confirmed,
    )
    return _accept(invitation, user)


@transaction.atomic
def accept_signed_in(invitation: Invitation, *, by: User) -> Appointment:
    """The office to somebody who has an account: only to the holder of the number.

    Raises NotAllowed for everybody else, whatever link they hold.
    """
    invitation = _taken(invitation)
    if not holds_number(by, invitation):
        raise NotAllowed(
            _("This invitation is for another number. Confirm that number as yours to accept it.")
        )
    return _accept(invitation, by)


def holds_number(user: User, invitation: Invitation) -> bool:
    """Whether somebody confirmed the invited number, or came by a link to it before.

    Where no text messages leave nobody confirms anything: then whoever was handed one link of the
    inviter's is whom the inviter hands the next.
    """
    if user.phone_confirmed_at is not None and user.phone == invitation.phone:
        return True
    known = came_by_link(invitation.phone, invitation.name, invitation.by)
    return known is not None and known.pk == user.pk


def _taken(invitation: Invitation) -> Invitation:
    """The invitation, locked and read again: of two who accept at once one is too late."""
    rows = Invitation.objects.select_for_update(of=("self",))
    found = (
        rows.select_related("by", "body__place", "grid__community", "place")
        .filter(pk=invitation.pk)
        .first()
    )
    if found is None or not _alive(found):
        raise NoInvitation
    return found


def _accept(invitation: Invitation, user: User) -> Appointment:
    appointment = appoint(
        user,
        by=invitation.by,
        office=invitation.office,
        at=invitation.seat,
        # Not before it was accepted: until then nobody held it.
        from_on=max(invitation.from_on, today()),
        until_on=invitation.until_on,
        letter=invitation.letter,
        put_forward_by=invitation.put_forward_by,
        confirmed=invitation.confirmed,
    )
    invitation.appointment, invitation.accepted_at = appointment, now()
    invitation.save(update_fields=["appointment", "accepted_at"])
    _record(invitation, "accept_invitation", by=user)
    notify(
        {invitation.by_id},
        kind="invitation_accepted",
        facts=facts_of(appointment),
        key=f"invited:{invitation.public_id}",
        at=now(),
    )
    return appointment


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User) -> Invitation:
    """Take an invitation back; its link is dead from now on. Raises WrongState once accepted."""
    check_may_appoint(by, Office(invitation.office), invitation.seat)
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if invitation.accepted_at is not None:
        raise WrongState(_("This invitation was accepted: end the office instead."))
    if invitation.revoked_at is None:
        invitation.revoked_at = now()
        invitation.save(update_fields=["revoked_at"])
        _record(invitation, "revoke_invitation", by=by)
    return invitation


def _record(invitation: Invitation, verb: str, *, by: User) -> None:
    audit.record(
        by=by,
        verb=verb,
        target_kind="invitation",
        target=str(invitation.public_id),
        office=invitation.office,
        seat=invitation.seat.code,
    )
