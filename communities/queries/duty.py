"""An office's duty roster, week by week, and who of it is to be reached now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import NotAllowed
from common.now import SHANGHAI
from communities.models import (
    DESK_BODIES,
    DESK_OFFICES,
    WEEK,
    Appointment,
    Body,
    DutyShift,
    in_force,
    week_of,
)
from communities.scope import day_of, on_duty, standing_of

DAYS = 7


@dataclass(frozen=True)
class Turn:
    """A shift as it stands at a moment: over, running or ahead."""

    shift: DutyShift
    state: str
    # B, because A is away; without a deputy nobody.
    stand_in: User | None

    @property
    def changeable(self) -> bool:
        return self.state != "over"


@dataclass(frozen=True)
class DutyDay:
    """A day and the shifts that begin on it; `goes_on`: an earlier one that lasts beyond it."""

    on: date
    turns: list[Turn]
    goes_on: DutyShift | None


@dataclass(frozen=True)
class Roster:
    """One week of an office. `reached`: who hears of what is late now; nobody is everybody."""

    body: Body
    monday: date
    days: list[DutyDay]
    running: DutyShift | None
    reached: list[User]

    @property
    def before(self) -> date:
        return self.monday - WEEK

    @property
    def after(self) -> date:
        return self.monday + WEEK

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=DAYS - 1)

    @property
    def shifts(self) -> list[DutyShift]:
        return [turn.shift for day in self.days for turn in day.turns]


def roster(body: Body, week: date, at: datetime) -> Roster:
    """The roster of an office in the week of a day, and who is on duty at this moment."""
    begin = week_of(week)
    monday = begin.date()
    wanted = Q(until_at__gt=begin, from_at__lt=begin + WEEK) | Q(until_at__gt=at, from_at__lte=at)
    rows = DutyShift.objects.filter(wanted, body=body).select_related("user", "deputy", "body")
    shifts = list(rows.order_by("from_at", "pk"))
    running = next((s for s in shifts if s.from_at <= at < s.until_at), None)
    reached = on_duty([body.place_id], at).get(body.place_id, ()) if running else ()
    people = {p.pk: p for s in shifts for p in (s.user, s.deputy) if p is not None}
    by_day: dict[date, list[Turn]] = {}
    for shift in shifts:
        by_day.setdefault(day_of(shift.from_at), []).append(_turn(shift, at))
    days = [
        DutyDay(on, by_day.get(on, []), _going_on(shifts, begin + timedelta(days=number)))
        for number, on in enumerate(monday + timedelta(days=n) for n in range(DAYS))
    ]
    return Roster(
        body=body,
        monday=monday,
        days=days,
        running=running,
        reached=[people[pk] for pk in reached if pk in people],
    )


def _going_on(shifts: Iterable[DutyShift], begin: datetime) -> DutyShift | None:
    """The shift that began before this day and goes on after it."""
    end = begin + timedelta(days=1)
    return next((s for s in shifts if s.from_at < begin and s.until_at >= end), None)


def _turn(shift: DutyShift, at: datetime) -> Turn:
    state = "over" if shift.until_at <= at else "running" if shift.from_at <= at else "ahead"
    return Turn(shift, state, shift.deputy if shift.a_absent else None)


# --- Who may look ------------------------------------------------------------------------


def offices_of(user: User) -> list[Body]:
    """The offices at whose desk this person serves, the nearest to the residents first.

    Raises NotAllowed where there is none.
    """
    held = standing_of(user).appointments
    found = {a.body.pk: a.body for a in held if a.body is not None and a.office in DESK_OFFICES}
    if not found:
        raise NotAllowed(_("The duty roster is for the people of a desk."))
    return sorted(found.values(), key=lambda body: (-len(body.place.code), body.code))


def office_seen(user: User, code: str) -> Body:
    """An office whose roster this person may see: their own, or one they oversee. Else 404."""
    own = offices_of(user)
    if not code:
        return own[0]
    if (found := next((body for body in own if body.code == code), None)) is not None:
        return found
    rows = Body.objects.filter(code=code, kind__in=sorted(DESK_BODIES)).select_related("place")
    body = rows.first()
    if body is None or not _oversees(user, body):
        raise Http404
    return body


def shift_seen(user: User, public_id: UUID) -> DutyShift:
    """A shift of an office whose roster this person may see. Else 404."""
    rows = DutyShift.objects.select_related("body__place", "user", "deputy")
    shift = rows.filter(public_id=public_id).first()
    if shift is None:
        raise Http404
    own = {a.body_id for a in standing_of(user).appointments if a.office in DESK_OFFICES}
    if shift.body_id not in own and not _oversees(user, shift.body):
        raise Http404
    return shift


def _oversees(user: User, body: Body) -> bool:
    codes = standing_of(user).overseer_codes
    return bool(codes) and body.place.code.startswith(codes)


def people_of(body: Body, on: date) -> list[User]:
    """Those who may be put on duty for an office, by name."""
    held = Appointment.objects.filter(
        in_force(on), body=body, office__in=sorted(DESK_OFFICES), user__is_active=True
    )
    return sorted(
        {a.user for a in held.select_related("user")}, key=lambda user: (user.name, user.pk)
    )


def as_day(text: str, at: datetime) -> date:
    """The day an address names; today where it names none, or one of another century."""
    today = at.astimezone(SHANGHAI).date()
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return today
    return found if abs(found.year - today.year) <= 1 else today
