"""What the clock does: record late stages, climb the ladder, close what nobody rated."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accounts.actors import CLOCK
from common import workdays
from common.now import now
from communities.scope import Seat, calendar_for, day_of
from complaints.actions import _tell
from complaints.actions._promises import reached, settle
from complaints.actions._step import late_event, take
from complaints.models import Breach, Complaint, Deadline, Event
from complaints.workflow import Status, Verb
from notifications.models import Notification

logger = logging.getLogger(__name__)

BATCH = 1000
# A row that cannot be swept is looked at again after this long, and never stops the others.
PARKED = timedelta(hours=1)


def sound_alarms(batch: int = BATCH) -> int:
    """Sweep every order whose alarm has come; returns how many.

    May run twice, or ten at once, or not for a day: the result is the same. Rows another sweep
    holds are passed over, and each breach is written once by its unique constraint.
    """
    swept = 0
    while True:
        at = now()
        due = list(Complaint.objects.alarmed(at).values_list("pk", flat=True)[:batch])
        done = _sweep(due)
        swept += done
        if done == 0 or len(due) < batch:
            return swept


def _sweep(pks: Sequence[int]) -> int:
    """Sweep these; a failing batch is halved until the bad row is parked."""
    if not pks:
        return 0
    try:
        return _sweep_batch(pks)
    except Exception:
        if len(pks) == 1:
            logger.exception("order %s cannot be swept; parked", pks[0])
            Complaint.objects.filter(pk=pks[0]).update(alarm_at=now() + PARKED)
            return 1
        half = len(pks) // 2
        return _sweep(pks[:half]) + _sweep(pks[half:])


@transaction.atomic
def _sweep_batch(pks: Sequence[int]) -> int:
    """Lock, compute, then insert: rows seen under the lock are the rows that are written."""
    rows = Complaint.objects.whole().select_for_update(skip_locked=True, of=("self",))
    orders = list(rows.filter(pk__in=pks).order_by("pk"))
    at = now()
    orders = [order for order in orders if order.alarm_at is not None and order.alarm_at <= at]
    if not orders:
        return 0
    by_order = _deadlines(orders)
    years = {day_of(at).year, *(day_of(order.alarm_at or at).year for order in orders)}
    kept: list[workdays.Calendar] = []

    def calendar() -> workdays.Calendar:
        if not kept:
            kept.append(calendar_for(years))
        return kept[0]

    fresh = {
        order.pk: [b for row in by_order[order.pk] for b in reached(row, at, calendar)]
        for order in orders
    }
    _write(orders, by_order, fresh, at)
    for order in orders:
        if order.status == Status.ANSWERED and order.rate_until and order.rate_until <= at:
            take(order, Verb.CLOSE_UNRATED, by=CLOCK)
    return len(orders)


def _deadlines(orders: Sequence[Complaint]) -> dict[int, list[Deadline]]:
    found: dict[int, list[Deadline]] = {order.pk: [] for order in orders}
    rows = Deadline.objects.filter(
        complaint__in=orders, met_at__isnull=True, void_at__isnull=True
    ).select_related("rule")
    for row in rows.order_by("pk"):
        found[row.complaint_id].append(row)
    return found


def _write(
    orders: Sequence[Complaint],
    by_order: dict[int, list[Deadline]],
    fresh: dict[int, list[Breach]],
    at: datetime,
) -> None:
    breaches = [breach for rows in fresh.values() for breach in rows]
    Breach.objects.bulk_create(breaches)
    late = {breach.deadline_id: breach.deadline for breach in breaches}
    Deadline.objects.bulk_update(late.values(), ["next_level", "next_level_at"], batch_size=500)
    for order in orders:
        settle(order, by_order[order.pk], fresh[order.pk])
    Complaint.objects.bulk_update(
        orders, ["next_due_at", "alarm_at", "escalated_level"], batch_size=500
    )
    seats: list[Seat] = _tell.seats_of(orders, at) if breaches else []
    Event.objects.bulk_create(
        [late_event(order, breach, at) for order in orders for breach in fresh[order.pk]]
    )
    Notification.objects.bulk_create(
        [
            notice
            for order in orders
            for notice in _tell.late_notices(order, fresh[order.pk], seats, at)
        ]
    )
