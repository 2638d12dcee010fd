"""Giving an office, ending it, handing it on; and telling in time of one that ends by itself."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor, Clock
from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from common.now import now, today
from common.workdays import SHANGHAI
from communities.models import (
    DESK_OFFICES,
    FIRM_OFFICES,
    GRID_OFFICES,
    Appointment,
    Body,
    DutyShift,
    Grid,
    Office,
    Place,
    in_force,
)
from communities.permissions.interests import during, findings
from communities.permissions.offices import (
    NEVER_VACANT,
    check_may_appoint,
    fits,
)
from communities.rules import rule
from notifications.actions import notify

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

FIRM_SEATS = FIRM_OFFICES
GRID_SEATS = GRID_OFFICES
LONGEST_LETTER, LONGEST_BY, LONGEST_GROUNDS = 60, 120, 200


@transaction.atomic
def appoint(
    user: User,
    *,
    by: Actor,
    office: str,
    at: Body | Grid | Place,
    from_on: date,
    until_on: date | None = None,
    letter: str = "",
    put_forward_by: str = "",
    confirmed: bool = False,
) -> Appointment:
    """Give a person an office at a body, a grid or a place, over [from_on, until_on).

    `letter` is the number of the letter of appointment, `put_forward_by` who proposed the person,
    `confirmed` says that the interests found are known. Raises NotAllowed but for whoever gives
    this office there, and for oneself; Invalid where the office is not held at such a seat, where
    the person holds it there already, is barred, or has an interest that was not confirmed.
    """
    held = Office(office)
    check_may_appoint(by, held, at, user)
    if not fits(held, at):
        raise Invalid(fields={"office": [_("This office is not held at such a seat.")]})
    appointment = Appointment(
        user=user,
        office=held,
        body=at if isinstance(at, Body) else None,
        grid=at if isinstance(at, Grid) else None,
        place=at if isinstance(at, Place) else None,
        from_on=from_on,
        until_on=until_on,
        letter=letter.strip(),
        put_forward_by=put_forward_by.strip(),
    )
    return _begin(appointment, by=by, confirmed=confirmed)


def _begin(appointment: Appointment, *, by: Actor, confirmed: bool) -> Appointment:
    # The person is locked, not their offices: two that are given at once would not see each other.
    appointment.user = User.objects.select_for_update().get(pk=appointment.user_id)
    _check(appointment, by=by, confirmed=confirmed)
    appointment.by = by if isinstance(by, User) else None
    appointment.save()
    _record(appointment, "appoint", by=by)
    if isinstance(by, User):
        _tell({appointment.user_id}, "office_given", appointment)
    return appointment


def _check(appointment: Appointment, *, by: Actor, confirmed: bool) -> None:
    """Raises Invalid, by field, for an office that cannot be given."""
    wrong = _wrong_dates(appointment) | _wrong_words(appointment)
    if not isinstance(by, Clock):
        wrong |= _wrong_seat(appointment)
    if not appointment.user.is_active:
        wrong["user"] = _("This account is shut.")
    if not wrong and _same_office(appointment).exists():
        wrong["user"] = _("Holds this office here already in that time.")
    if wrong:
        raise Invalid(fields={name: [sentence] for name, sentence in wrong.items()})
    if not isinstance(by, Clock):
        _check_interests(appointment, confirmed=confirmed)


def _check_interests(appointment: Appointment, *, confirmed: bool) -> None:
    found = findings(
        appointment.user,
        Office(appointment.office),
        appointment.seat,
        appointment.from_on,
        appointment.until_on,
    )
    if found.barred:
        raise Invalid(fields={"user": list(found.barred)})
    if found.warnings and not confirmed:
        raise Invalid(fields={"confirmed": list(found.warnings)})


def _same_office(appointment: Appointment) -> "QuerySet[Appointment]":
    others = Appointment.objects.filter(
        during(appointment.from_on, appointment.until_on),
        user=appointment.user_id,
        office=appointment.office,
        body=appointment.body_id,
        grid=appointment.grid_id,
        place=appointment.place_id,
    )
    return others.exclude(pk=appointment.pk or 0)


def _wrong_dates(appointment: Appointment) -> "dict[str, StrOrPromise]":
    if appointment.until_on is not None and appointment.until_on <= appointment.from_on:
        return {"until_on": _("An office cannot end before it begins.")}
    if appointment.from_on > latest_start():
        return {"from_on": too_far_ahead()}
    return {}


def latest_start() -> date:
    """An office may be given so long before it begins."""
    return today() + timedelta(days=rule("office_ahead_days"))


def too_far_ahead() -> str:
    return _("An office begins on %(day)s at the latest.") % {"day": latest_start().isoformat()}


def _wrong_words(appointment: Appointment) -> "dict[str, StrOrPromise]":
    limits = {"letter": LONGEST_LETTER, "put_forward_by": LONGEST_BY}
    said = _("Please keep it under %(limit)d characters.")
    return {
        name: said % {"limit": limit}
        for name, limit in limits.items()
        if len(getattr(appointment, name)) > limit
    }


def _wrong_seat(appointment: Appointment) -> "dict[str, StrOrPromise]":
    seat = appointment.seat
    gone = seat.dissolved_on if isinstance(seat, Body) else seat.closed_on
    if gone is not None and gone <= appointment.from_on:
        return {"office": _("This seat no longer exists then.")}
    return {}


@transaction.atomic
def dismiss(appointment: Appointment, *, by: Actor, on: date, grounds: str = "") -> Appointment:
    """End an appointment on its grounds: `on` is the first day without it.

    Raises NotAllowed but for whoever gives the office, for oneself, and for the last officer or
    administrator of a district; WrongState where it is over; Invalid for a day that cannot be.
    """
    check_may_appoint(by, Office(appointment.office), appointment.seat, appointment.user)
    appointment = _taken(appointment)
    _check_end(appointment, by=by, on=on)
    wrong: dict[str, StrOrPromise] = {}
    grounds = grounds.strip()
    if not grounds and not isinstance(by, Clock):
        wrong["grounds"] = _("Say on what grounds the office ends.")
    elif len(grounds) > LONGEST_GROUNDS:
        wrong["grounds"] = _("Please keep it under %(limit)d characters.") % {
            "limit": LONGEST_GROUNDS
        }
    if wrong:
        raise Invalid(fields={name: [sentence] for name, sentence in wrong.items()})
    if not isinstance(by, Clock):
        _check_not_last(appointment, on)
    _end(appointment, on, grounds)
    _record(appointment, "dismiss", by=by)
    if isinstance(by, User):
        _tell({appointment.user_id}, "office_ended", appointment)
    return appointment


def _taken(appointment: Appointment) -> Appointment:
    """The appointment, locked and read again; of offices never vacant, the body before it.

    Two that are dismissed at once would each be seen as the other's colleague.
    """
    if appointment.office in NEVER_VACANT and appointment.body is not None:
        Body.objects.select_for_update().get(pk=appointment.body.pk)
    rows = Appointment.objects.select_for_update(of=("self",))
    return rows.select_related("user", "body__place", "grid__community", "place").get(
        pk=appointment.pk
    )


def _check_end(appointment: Appointment, *, by: Actor, on: date) -> None:
    if on <= appointment.from_on:
        raise Invalid(fields={"on": [_("An office cannot end before it begins.")]})
    if isinstance(by, Clock):
        return
    if appointment.until_on is not None and appointment.until_on <= today():
        raise WrongState(_("This office is over; it stays on record as it was."))
    if on < today():
        raise Invalid(fields={"on": [_("An office ends today at the earliest.")]})
    if appointment.until_on is not None and on > appointment.until_on:
        raise Invalid(fields={"on": [_("This office ends before that day by itself.")]})


def _check_not_last(appointment: Appointment, on: date) -> None:
    if appointment.office not in NEVER_VACANT:
        return
    colleagues = Appointment.objects.filter(
        in_force(on), office=appointment.office, body=appointment.body_id, user__is_active=True
    )
    if not colleagues.exclude(user=appointment.user_id).exists():
        raise NotAllowed(
            _("The last to hold this office cannot be dismissed: appoint somebody else first.")
        )


def _end(appointment: Appointment, on: date, grounds: str) -> None:
    appointment.until_on, appointment.ended_grounds = on, grounds
    # Whoever ends it says so; the sweep need not.
    appointment.told_until_on = on
    appointment.save(update_fields=["until_on", "ended_grounds", "told_until_on"])


@transaction.atomic
def hand_over(
    appointment: Appointment,
    *,
    to: User,
    by: Actor,
    on: date,
    until_on: date | None = None,
    letter: str = "",
    confirmed: bool = False,
) -> Appointment:
    """One person's office ends and another's begins, on the same day; open work goes with it.

    Duty shifts that begin from that day on move here; what orders hang on the person is moved by
    the floor above, which finds them by `succeeds`. Returns the new appointment. Raises what
    `appoint` and `dismiss` raise; WrongState where it was handed over already.
    """
    office = Office(appointment.office)
    check_may_appoint(by, office, appointment.seat, appointment.user)
    check_may_appoint(by, office, appointment.seat, to)
    appointment = _taken(appointment)
    if hasattr(appointment, "successor"):
        raise WrongState(_("This office was handed over already."))
    if to.pk == appointment.user_id:
        raise Invalid(fields={"user": [_("Choose somebody else.")]})
    _check_end(appointment, by=by, on=on)
    ends = appointment.until_on
    _end(appointment, on, "")
    if until_on is None and ends is not None and ends > on:
        until_on = ends
    fresh = Appointment(
        user=to,
        office=office,
        body=appointment.body,
        grid=appointment.grid,
        place=appointment.place,
        from_on=on,
        until_on=until_on,
        letter=letter.strip(),
        succeeds=appointment,
    )
    try:
        fresh = _begin(fresh, by=by, confirmed=confirmed)
    except Invalid as refusal:
        raise _about_successor(refusal) from None
    shifts = _move_shifts(appointment, fresh)
    _record(appointment, "hand_over", by=by, to=str(to.public_id), shifts=shifts)
    if isinstance(by, User):
        _tell({appointment.user_id}, "office_ended", appointment)
    return fresh


def _about_successor(refusal: Invalid) -> Invalid:
    """The same refusal, at the fields a form of handing over has."""
    said = dict(refusal.fields)
    for here, there in (("from_on", "on"), ("office", "on")):
        if here in said:
            said[there] = said.pop(here)
    return Invalid(fields=said)


def _move_shifts(ended: Appointment, fresh: Appointment) -> int:
    """The shifts that begin once the office is another's; how many.

    Whoever still holds another desk office there goes on with their own. Where the two stood
    behind each other the shift keeps A alone: nobody is their own deputy.
    """
    if ended.body_id is None or ended.office not in DESK_OFFICES:
        return 0
    still = Appointment.objects.filter(
        in_force(fresh.from_on), user=ended.user_id, body=ended.body_id
    )
    if still.filter(office__in=sorted(DESK_OFFICES)).exists():
        return 0
    begin = datetime.combine(fresh.from_on, time.min, SHANGHAI)
    shifts = DutyShift.objects.filter(body=ended.body_id, from_at__gte=max(begin, now()))
    old, new = ended.user_id, fresh.user_id
    both = shifts.filter(Q(user=old, deputy=new) | Q(user=new, deputy=old))
    moved = both.update(user=new, deputy=None, a_absent=False)
    moved += shifts.filter(user=old).update(user=new, a_absent=False)
    return moved + shifts.filter(deputy=old).update(deputy=new)


def _tell(people: set[int], kind: str, appointment: Appointment) -> None:
    notify(
        people,
        kind=kind,
        facts=facts_of(appointment),
        # What was given back may be ended again, and is told again.
        key=f"{kind}:{appointment.public_id.hex}:{now():%y%m%d%H%M%S%f}",
        at=now(),
    )


def facts_of(appointment: Appointment) -> dict[str, str]:
    """What a notice says: no name; the page it leads to has it."""
    return {
        "path": reverse("communities:person", args=[appointment.user.public_id]),
        "office": appointment.office,
        "seat": appointment.seat.name,
        "from_on": appointment.from_on.isoformat(),
        "until_on": appointment.until_on.isoformat() if appointment.until_on else "",
    }


def _record(appointment: Appointment, verb: str, *, by: Actor, **more: object) -> None:
    audit.record(
        by=by,
        verb=verb,
        target_kind="user",
        target=str(appointment.user.public_id),
        office=appointment.office,
        seat=appointment.seat.code,
        **more,
    )
