"""What the clock does for supervision orders: remind, record what is late, follow the calendar."""

import logging
from collections.abc import Sequence
from datetime import date

from django.db import transaction

from accounts.actors import CLOCK
from common import workdays
from common.now import now
from communities.models import CalendarNotice
from communities.scope import calendar_for, day_of
from complaints.actions import _slips
from complaints.models import SupervisionEvent, SupervisionOrder, Unit
from complaints.supervision import State
from notifications.actions import Line, write

logger = logging.getLogger(__name__)

BATCH = 500
# A row that cannot be swept is looked at again after this long, and never stops the others.
PARKED = workdays.ONE_DAY / 24


def sound_supervision(batch: int = BATCH) -> int:
    """Sweep every supervision order whose alarm has come; returns how many.

    As `sound_alarms`: it may run twice, or ten at once, or not for a day. Rows another sweep
    holds are passed over; that a round was late is written once, which a constraint says too.
    """
    swept = 0
    while True:
        alarmed = SupervisionOrder.objects.alarmed(now()).values_list("pk", flat=True)
        due = list(alarmed[:batch])
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
            logger.exception("supervision order %s cannot be swept; parked", pks[0])
            SupervisionOrder.objects.filter(pk=pks[0]).update(alarm_at=now() + PARKED)
            return 1
        half = len(pks) // 2
        return _sweep(pks[:half]) + _sweep(pks[half:])


@transaction.atomic
def _sweep_batch(pks: Sequence[int]) -> int:
    """Lock, look, then write: rows seen under the lock are the rows that are written."""
    rows = SupervisionOrder.objects.whole().select_for_update(skip_locked=True, of=("self",))
    slips = list(rows.filter(pk__in=pks).order_by("pk"))
    at = now()
    slips = [slip for slip in slips if slip.alarm_at is not None and slip.alarm_at <= at]
    if not slips:
        return 0
    seats = _slips.seats_of(slips, at)
    events: list[SupervisionEvent] = []
    notices: list[Line] = []
    for slip in slips:
        found = _slips.late(slip, at)
        if found is not None:
            events.append(found)
            notices += _slips.late_notices(slip, seats, at)
        elif slip.reminder_at is not None and slip.reminder_at <= at:
            told = _slips.those_addressed(slip, seats)
            notices += _slips.notices(slip, "supervision_reminder", told, at, by=CLOCK, alarm=True)
            slip.reminder_at = None
        _slips.set_alarm(slip)
    SupervisionOrder.objects.bulk_update(
        slips, ["late_round", "reminder_at", "alarm_at"], batch_size=BATCH
    )
    SupervisionEvent.objects.bulk_create(events)
    write(notices)
    return len(slips)


def reckon_supervision(notice: CalendarNotice) -> int:
    """Bring the replies that are still owed under a holiday notice; returns how many move.

    What is late stays late, and nothing that was in time becomes late by it.
    """
    first = workdays.midnight(date(notice.year, 1, 1)) - 14 * workdays.ONE_DAY
    owed = SupervisionOrder.objects.filter(state=State.OPEN, due_at__gt=first)
    counted = owed.exclude(unit=Unit.SECONDS).exclude(unit="")
    return sum(_reckon(pk, notice) for pk in counted.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _reckon(pk: int, notice: CalendarNotice) -> bool:
    rows = SupervisionOrder.objects.whole().select_for_update(of=("self",))
    slip = rows.filter(pk=pk, state=State.OPEN).first()
    at = now()
    if slip is None or slip.due_at <= at:
        return False  # answered meanwhile, or late by the calendar as it stood
    was = slip.due_at
    _slips.figure(slip, at, calendar_for({day_of(slip.counts_from).year}))
    if slip.due_at <= at:
        slip.due_at = was
        _slips.set_alarm(slip)
    slip.save(update_fields=["due_at", "provisional", "reminder_at", "alarm_at"])
    if slip.due_at == was:
        return False
    moved = _slips.clock_event(
        slip, "recomputed", at, due_at=slip.due_at.isoformat(), notice=notice.number
    )
    moved.save()
    told = _slips.those_addressed(slip, _slips.seats_of([slip], at))
    key = f"supervision_recomputed:{slip.pk}:{moved.pk}"
    write(_slips.notices(slip, "supervision_recomputed", told, at, by=CLOCK, key=key))
    return True
