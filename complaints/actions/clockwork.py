"""What the clock does: record late stages, climb the ladder, close what nobody rated."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.actors import CLOCK
from common import bulk, workdays
from common.database import is_away
from common.now import now
from communities.models import Body, Place
from communities.scope import Seats, calendar_for, day_of
from complaints.actions import _tell
from complaints.actions._closing import close_unrated, unrated
from complaints.actions._promises import (
    Days,
    Intervals,
    course_of,
    granted,
    intervals,
    reached,
    reminder_due,
    settle,
)
from complaints.actions._step import LATE, late_line
from complaints.actions.waiting import resume
from complaints.models import Breach, Category, Complaint, Deadline, Event, Pause, Rule
from notifications.actions import Line, write

logger = logging.getLogger(__name__)

BATCH = 2000
# A row that cannot be swept is looked at again after this long, and never stops the others.
PARKED = timedelta(hours=1)
# What the sweep reads of an order, and what it writes of order and promise.
LOOKED_AT = (
    "reference",
    "status",
    "category",
    "urgency",
    "bypasses_community",
    "reporter",
    "estate",
    "desk",
    "handler",
    "repairer",
    "pauses",
    "suspended_until",
    "review_at",
    "rate_until",
    "next_due_at",
    "alarm_at",
    "escalated_level",
)
SETTLED = ("next_due_at", "alarm_at", "escalated_level", "review_at")
CLIMBED = ("next_level", "next_level_at", "reminded", "next_reminder_at")


# So many rows that cannot be swept in one sweep are no bad rows: something is wrong with us.
MOST_PARKED = 50


def sound_alarms(batch: int = BATCH) -> int:
    """Sweep every order whose alarm has come; returns how many.

    May run twice, or ten at once, or not for a day: the result is the same. Rows another sweep
    holds are passed over, and each breach is written once by its unique constraint. Raises what
    the database raises while it is down or full, and whatever more than 50 rows fail with: then
    all of them are due still, and the next sweep tries again.
    """
    swept = 0
    parked: list[int] = []
    while True:
        due = _due(batch)
        done = _sweep(due, parked)
        swept += done
        if done == 0 or len(due) < batch:
            return swept


@transaction.atomic(savepoint=False)
def _due(batch: int) -> list[int]:
    """Orders whose alarm has come and which nobody holds, those that have waited longest first.

    A sweep that stands still in the middle holds a whole batch. If others read that batch too, to
    pass over all of it, nothing behind it would ever be seen.
    """
    free = Complaint.objects.alarmed(now()).select_for_update(skip_locked=True)
    return list(free.values_list("pk", flat=True)[:batch])


def _sweep(pks: Sequence[int], parked: list[int]) -> int:
    """Sweep these; a failing batch is halved until the bad row is parked."""
    if not pks:
        return 0
    try:
        return _sweep_batch(pks)
    except Exception as error:
        # No row is to blame for a database that is down, full or out of locks.
        if is_away(error):
            raise
        if len(pks) == 1:
            if len(parked) >= MOST_PARKED:
                raise
            logger.exception("order %s cannot be swept; parked", pks[0])
            Complaint.objects.filter(pk=pks[0]).update(alarm_at=now() + PARKED)
            parked.append(pks[0])
            return 1
        half = len(pks) // 2
        return _sweep(pks[:half], parked) + _sweep(pks[half:], parked)


@transaction.atomic
def _sweep_batch(pks: Sequence[int]) -> int:
    """Lock, compute, then insert: rows seen under the lock are the rows that are written."""
    rows = Complaint.objects.only(*LOOKED_AT).select_for_update(skip_locked=True)
    orders = list(rows.filter(pk__in=pks).order_by("pk"))
    at = now()
    orders = [order for order in orders if order.alarm_at is not None and order.alarm_at <= at]
    if not orders:
        return 0
    _surround(orders)
    by_order = _deadlines(orders)
    # A reminder looks back to when its promise was made, and ahead to when it is due.
    years = {day_of(at).year} | {
        day_of(moment).year
        for rows in by_order.values()
        for row in rows
        for moment in (row.counts_from, row.due_at, at)
    }
    kept: list[workdays.Calendar] = []

    def calendar() -> workdays.Calendar:
        if not kept:
            kept.append(calendar_for(years))
        return kept[0]

    pauses = _pauses(orders)
    found = [_look(order, by_order[order.pk], pauses[order.pk], at, calendar) for order in orders]
    _write(found, at)
    close_unrated([order for order in orders if unrated(order, at)], by_order, at, calendar)
    for order in orders:
        if order.suspended_until is not None and order.suspended_until <= at:
            resume(order, by=CLOCK)
    return len(orders)


@dataclass(frozen=True)
class Found:
    """What the clock found at one order: rungs reached, reminders due, a review to announce."""

    order: Complaint
    rows: list[Deadline]
    breaches: list[Breach]
    reminded: list[Deadline]
    review: bool


def _look(
    order: Complaint, rows: list[Deadline], pauses: Intervals, at: datetime, calendar: Days
) -> Found:
    courses = [course_of(order, row, pauses) for row in rows]
    breaches = [
        breach
        for row, course in zip(rows, courses, strict=True)
        for breach in reached(row, at, calendar, course)
    ]
    reminded = [
        row
        for row, course in zip(rows, courses, strict=True)
        if reminder_due(row, at, calendar, course)
    ]
    ends = order.suspended_until
    review = ends is not None and order.review_at is not None and order.review_at <= at < ends
    if review:
        order.review_at = ends
    return Found(order, rows, breaches, reminded, review)


def _pauses(orders: Sequence[Complaint]) -> dict[int, Intervals]:
    found: dict[int, list[Pause]] = {order.pk: [] for order in orders}
    paused = [order.pk for order in orders if order.pauses]
    if paused:
        rows = granted(Pause.objects.filter(complaint__in=paused))
        for pause in rows.order_by("from_at", "pk"):
            found[pause.complaint_id].append(pause)
    return {pk: intervals(rows) for pk, rows in found.items()}


def _surround(orders: Sequence[Complaint]) -> None:
    """Give orders their places, category and handler, each read once for all of them."""
    places = _places({pk for order in orders for pk in (order.estate_id, order.desk_id)})
    categories = Category.objects.in_bulk({order.category_id for order in orders})
    handlers = Body.objects.in_bulk({o.handler_id for o in orders if o.handler_id is not None})
    for order in orders:
        order._state.fields_cache.update(
            estate=places[order.estate_id],
            desk=places[order.desk_id],
            category=categories[order.category_id],
            handler=handlers.get(order.handler_id or 0),
        )


def _places(wanted: set[int]) -> dict[int, Place]:
    """These places and all above them, each knowing the next."""
    found: dict[int, Place] = {}
    while wanted:
        found |= Place.objects.in_bulk(wanted)
        wanted = {p.parent_id for p in found.values() if p.parent_id is not None} - set(found)
    for place in found.values():
        place._state.fields_cache["parent"] = found.get(place.parent_id or 0)
    return found


def _deadlines(orders: Sequence[Complaint]) -> dict[int, list[Deadline]]:
    found: dict[int, list[Deadline]] = {order.pk: [] for order in orders}
    rows = list(
        Deadline.objects.filter(
            complaint__in=[order.pk for order in orders], met_at__isnull=True, void_at__isnull=True
        ).order_by("pk")
    )
    rules = Rule.objects.in_bulk({row.rule_id for row in rows})
    for row in rows:
        row._state.fields_cache["rule"] = rules[row.rule_id]
        found[row.complaint_id].append(row)
    return found


def _write(found: Sequence[Found], at: datetime) -> None:
    breaches = [breach for each in found for breach in each.breaches]
    bulk.insert(Breach, breaches)
    touched = {breach.deadline_id: breach.deadline for breach in breaches}
    touched.update((row.pk, row) for each in found for row in each.reminded)
    bulk.update(Deadline, touched.values(), CLIMBED)
    for each in found:
        settle(each.order, each.rows, each.breaches)
    bulk.update(Complaint, [each.order for each in found], SETTLED)
    telling = [each for each in found if each.breaches or each.reminded or each.review]
    seats = _tell.seats_of([each.order for each in telling], at) if telling else Seats()
    lates = [late_line(each.order, breach, at) for each in found for breach in each.breaches]
    bulk.insert_rows(Event, LATE, lates)
    roster = _tell.roster_of([each.order for each in telling] if breaches else [], at)
    write(line for each in telling for line in _notices(each, seats, at, roster))


def _notices(each: Found, seats: Seats, at: datetime, roster: _tell.Roster) -> Iterator[Line]:
    yield from _tell.late_notices(each.order, each.breaches, seats, at, roster)
    for row in each.reminded:
        yield from _tell.reminders(each.order, row, seats, at)
    if each.review:
        yield from _tell.review_notices(each.order, seats, at)
