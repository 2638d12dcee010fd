"""Duty rosters: who of an office is to be reached when, with a deputy (AB 岗)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import Conflict, Invalid, WrongState
from common.now import now
from communities.models import (
    DESK_BODIES,
    DESK_OFFICES,
    WEEK,
    Appointment,
    Body,
    DutyShift,
    week_of,
)
from communities.permissions import check_keeps_roster, check_may_stand_in
from communities.scope import day_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_SHIFT = WEEK


@transaction.atomic
def set_shift(
    *,
    by: Actor,
    body: Body,
    user: User,
    deputy: User | None = None,
    from_at: datetime,
    until_at: datetime,
    shift: DutyShift | None = None,
) -> DutyShift:
    """Put A (`user`) on duty over [from_at, until_at) with B (`deputy`) behind them.

    With `shift` that one is changed; somebody else in A's place is not away. Raises NotAllowed but
    for whoever keeps the roster; WrongState for a shift that is over; Invalid where it ends before
    it begins, is longer than a week or over already, where A or B holds no desk office there, or
    where the office has another shift at that time.
    """
    check_keeps_roster(by, body)
    # The office is locked, not its shifts: two new ones at once would not see each other.
    body = Body.objects.select_for_update().get(pk=body.pk)
    at = now()
    before = None
    if shift is None:
        shift = DutyShift(body=body)
    else:
        shift = _taken(shift, at)
        before = _facts(shift)
    shift.a_absent = shift.a_absent and shift.user_id == user.pk
    shift.user, shift.deputy = user, deputy
    shift.from_at, shift.until_at = from_at, until_at
    _check(shift, body, at)
    shift.save()
    audit.record(by=by, verb="set_shift", **_target(shift), new=_facts(shift), old=before)
    return shift


@transaction.atomic
def remove_shift(shift: DutyShift, *, by: Actor) -> None:
    """Take a shift out of the roster. Raises WrongState once it is over: it is a record then."""
    check_keeps_roster(by, shift.body)
    shift = _taken(shift, now())
    audit.record(by=by, verb="remove_shift", **_target(shift), old=_facts(shift))
    shift.delete()


@transaction.atomic
def stand_in(shift: DutyShift, *, by: Actor, absent: bool) -> DutyShift:
    """A is away and B stands in, or A is back.

    Raises NotAllowed but for A, B and whoever keeps the roster; WrongState once the shift is over.
    Without a deputy A may be marked away too: then everybody at the desk hears.
    """
    check_may_stand_in(by, shift)
    shift = _taken(shift, now())
    if shift.a_absent != absent:
        shift.a_absent = absent
        shift.save(update_fields=["a_absent"])
        verb = "stand_in" if absent else "end_stand_in"
        audit.record(by=by, verb=verb, **_target(shift))
    return shift


@dataclass(frozen=True)
class Repeated:
    """What came of repeating a week: the shifts made, and how many were left out."""

    made: tuple[DutyShift, ...]
    left_out: int


@transaction.atomic
def copy_week(*, by: Actor, body: Body, into: date) -> Repeated:
    """Repeat the roster of the week before in the week of the day `into`.

    Left out is what is over already, what another shift covers, and whoever no longer holds an
    office there; a deputy who does not is left away. Raises NotAllowed but for whoever keeps the
    roster; WrongState where the week before has no roster.
    """
    check_keeps_roster(by, body)
    body = Body.objects.select_for_update().get(pk=body.pk)
    at = now()
    monday = week_of(into)
    source = list(_of_week(body, monday - WEEK).select_related("user", "deputy"))
    if not source:
        raise WrongState(_("There is no roster in the week before."))
    taken = [(s.from_at, s.until_at) for s in body.shifts.touching(monday, monday + 2 * WEEK)]
    offices = _offices(body, {p for s in source for p in (s.user_id, s.deputy_id) if p})
    made = []
    for shift in source:
        span = shift.from_at + WEEK, shift.until_at + WEEK
        covered = any(begin < span[1] and end > span[0] for begin, end in taken)
        if span[1] <= at or covered or not _serves(offices, shift.user_id, *span):
            continue
        kept = _serves(offices, shift.deputy_id, *span)
        made.append(
            DutyShift(
                body=body,
                user=shift.user,
                deputy=shift.deputy if kept else None,
                from_at=span[0],
                until_at=span[1],
            )
        )
    DutyShift.objects.bulk_create(made)
    audit.record(
        by=by,
        verb="copy_week",
        target_kind="duty_roster",
        target=body.code,
        week=day_of(monday).isoformat(),
        new=[_facts(shift) for shift in made],
    )
    return Repeated(tuple(made), len(source) - len(made))


def _of_week(body: Body, monday: datetime) -> Any:
    """The shifts that begin in a week."""
    begun = body.shifts.filter(from_at__gte=monday, from_at__lt=monday + WEEK)
    return begun.order_by("from_at", "pk")


def _taken(shift: DutyShift, at: datetime) -> DutyShift:
    """The shift, locked and read again; what is over stays as it was."""
    rows = DutyShift.objects.select_for_update(of=("self",)).select_related("body")
    found = rows.filter(pk=shift.pk).first()
    if found is None:
        raise Conflict
    if found.until_at <= at:
        raise WrongState(_("This shift is over; it stays on record as it was."))
    return found


def _check(shift: DutyShift, body: Body, at: datetime) -> None:
    """Raises Invalid, by field, for a shift that cannot be."""
    wrong: dict[str, StrOrPromise] = {}
    if body.kind not in DESK_BODIES or shift.body_id != body.pk:
        wrong["body"] = _("This office has no desk.")
    wrong |= _wrong_time(shift, at) | _wrong_people(shift)
    if wrong:
        raise Invalid(fields={name: [sentence] for name, sentence in wrong.items()})


def _wrong_time(shift: DutyShift, at: datetime) -> "dict[str, StrOrPromise]":
    if shift.until_at <= shift.from_at:
        return {"until_at": _("The shift must end after it begins.")}
    if shift.until_at - shift.from_at > LONGEST_SHIFT:
        return {"until_at": _("No shift is longer than a week.")}
    if shift.until_at <= at:
        return {"from_at": _("This time is over already.")}
    others = DutyShift.objects.filter(body=shift.body_id).exclude(pk=shift.pk or 0)
    if others.touching(shift.from_at, shift.until_at).exists():
        said = {"day": day_of(shift.from_at)}
        return {"from_at": _("On %(day)s the office has another shift at that time.") % said}
    return {}


def _wrong_people(shift: DutyShift) -> "dict[str, StrOrPromise]":
    wrong: dict[str, StrOrPromise] = {}
    offices = _offices(shift.body, {p for p in (shift.user_id, shift.deputy_id) if p})
    for name, person in (("user", shift.user), ("deputy", shift.deputy)):
        if person is not None and not _serves(offices, person.pk, shift.from_at, shift.until_at):
            wrong[name] = _("%(name)s holds no office here then.") % {"name": person.name}
    if shift.deputy_id == shift.user_id:
        wrong["deputy"] = _("The deputy must be somebody else.")
    return wrong


# The half-open dates over which each person holds a desk office, by user id.
Offices = dict[int, list[tuple[date, date | None]]]


def _offices(body: Body, users: Iterable[int]) -> Offices:
    rows = Appointment.objects.filter(
        body=body, user__in=set(users), user__is_active=True, office__in=sorted(DESK_OFFICES)
    )
    found: Offices = {}
    for user, first, until in rows.values_list("user", "from_on", "until_on"):
        found.setdefault(user, []).append((first, until))
    return found


def _serves(offices: Offices, user: int | None, from_at: datetime, until_at: datetime) -> bool:
    """Whether one office is held from the first to the last day of a shift."""
    first, last = day_of(from_at), day_of(until_at - timedelta(microseconds=1))
    held = offices.get(user or 0, [])
    return any(begin <= first and (end is None or end > last) for begin, end in held)


def _target(shift: DutyShift) -> dict[str, str]:
    return {"target_kind": "duty_roster", "target": shift.body.code}


def _facts(shift: DutyShift) -> dict[str, Any]:
    """A shift as the audit log keeps it: ids and times, no names."""
    return {
        "shift": str(shift.public_id),
        "user": str(shift.user.public_id),
        "deputy": str(shift.deputy.public_id) if shift.deputy else None,
        "from_at": shift.from_at.isoformat(),
        "until_at": shift.until_at.isoformat(),
        "a_absent": shift.a_absent,
    }
