"""Bringing the promises under a holiday notice that was entered or corrected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q

from accounts.actors import CLOCK
from common import workdays
from common.now import now
from communities.actions import mark_reckoned
from communities.models import CalendarNotice
from communities.scope import calendar_for, day_of
from complaints.actions import _tell
from complaints.actions._promises import (
    CHANGING,
    Promises,
    figure,
    reached,
    settle,
)
from complaints.actions._step import late_event, signature
from complaints.actions.slip_alarms import reckon_supervision
from complaints.models import Breach, Complaint, Deadline, Event, RuleStage, Unit
from complaints.workflow import Party, Status
from notifications.actions import Line, write

BATCH = 200
# How long before its year a notice may name days: Spring Festival never reaches back this far.
BEFORE = workdays.ONE_DAY * 14


def reckon_anew() -> int:
    """Reckon what rests on notices entered or corrected since the last sweep; returns how many.

    Each promise that moves leaves an event that says from when to when. What is late stays late,
    and no promise that was in time becomes late by it (our decision: a notice entered too late
    is the office's fault, not the handler's). May stop anywhere and begin again.
    """
    moved = 0
    for notice in CalendarNotice.objects.unreckoned().order_by("year"):
        # Read before the work: a correction that comes meanwhile leaves the notice unreckoned.
        at = now()
        moved += _bring_under(notice) + reckon_supervision(notice)
        mark_reckoned(notice, at)
    return moved


def _bring_under(notice: CalendarNotice) -> int:
    first = workdays.midnight(datetime(notice.year, 1, 1, tzinfo=workdays.SHANGHAI).date()) - BEFORE
    in_days = Q(deadlines__in_days=True) | ~Q(deadlines__rule__span_unit=Unit.SECONDS)
    standing = Q(deadlines__met_at__isnull=True, deadlines__void_at__isnull=True)
    ahead = Q(deadlines__due_at__gt=first) | Q(deadlines__next_level_at__gt=first)
    touched = Complaint.objects.filter(
        in_days & standing & ahead | Q(status=Status.ANSWERED, rate_until__gt=first)
    )
    moved, last = 0, 0
    while True:
        found = touched.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        pks = list(dict.fromkeys(found[:BATCH]))
        if not pks:
            return moved
        last = pks[-1]
        moved += _batch(pks, notice)


Between = Callable[[datetime, datetime], workdays.Calendar]


@dataclass
class Written:
    """What a batch has to write, gathered order by order."""

    changed: list[Deadline] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    notices: list[Line] = field(default_factory=list)
    moved: int = 0


@transaction.atomic
def _batch(pks: Sequence[int], notice: CalendarNotice) -> int:
    rows = Complaint.objects.whole().select_for_update(of=("self",))
    orders = list(rows.filter(pk__in=pks).order_by("pk"))
    at = now()
    days = _calendars()
    out = Written()
    for order in orders:
        _bring_order_under(order, notice, at, days, out)
    Breach.objects.bulk_create(out.breaches)
    Deadline.objects.bulk_update(out.changed, CHANGING, batch_size=100)
    Complaint.objects.bulk_update(
        orders, ["next_due_at", "alarm_at", "escalated_level", "rate_until"], batch_size=100
    )
    Event.objects.bulk_create(out.events)
    write(out.notices)
    return out.moved


def _calendars() -> Between:
    """The calendar of the years between two moments, each read once."""
    kept: dict[tuple[int, int], workdays.Calendar] = {}

    def between(first: datetime, last: datetime) -> workdays.Calendar:
        years = (day_of(first).year, day_of(last).year)
        if years not in kept:
            kept[years] = calendar_for(range(years[0], years[1] + 1))
        return kept[years]

    return between


def _bring_order_under(
    order: Complaint, notice: CalendarNotice, at: datetime, days: Between, out: Written
) -> None:
    promises = Promises(order, at)
    late = _late(promises, days)
    moves = _refigure(promises, days)
    out.breaches += late
    out.changed += [row for row in promises.rows if row.is_open]
    if order.status == Status.ANSWERED and order.answered_at and (order.rate_until or at) > at:
        order.rate_until = Promises(order, order.answered_at).window(RuleStage.RATE)
    settle(order, promises.rows, late)
    if not moves and not late:
        return
    seats = _tell.seats_of([order], at)
    out.moved += len(moves)
    out.events += [
        *(late_event(order, breach, at) for breach in late),
        *(_event(order, row, was, notice, at) for row, was in moves),
    ]
    out.notices += _tell.late_notices(order, late, seats, at, _tell.roster_of([order], at))
    out.notices += _tell.recomputed(order, [row for row, _was in moves], notice.pk, seats, at)


def _late(promises: Promises, days: Between) -> list[Breach]:
    """What was late by the calendar as it stood is recorded before the calendar changes it."""
    return [
        breach
        for row in promises.rows
        for breach in reached(
            row,
            promises.at,
            partial(days, row.counts_from, row.due_at),
            promises.course(row),
        )
    ]


def _refigure(promises: Promises, days: Between) -> list[tuple[Deadline, datetime]]:
    """The open promises whose due time moves, each with when it was due before."""
    moved = []
    for row in promises.rows:
        if not row.is_open:
            continue
        was = row.due_at
        figure(
            row,
            promises.at,
            partial(days, row.counts_from, row.due_at),
            promises.course(row),
        )
        if row.due_at <= promises.at < was:
            row.due_at = was
            row.next_level_at = was
        if row.due_at != was:
            moved.append((row, was))
    return moved


def _event(
    order: Complaint, row: Deadline, was: datetime, notice: CalendarNotice, at: datetime
) -> Event:
    return Event(
        complaint=order,
        at=at,
        verb="recomputed",
        from_status=order.status,
        to_status=order.status,
        facts={
            "stage": row.stage,
            "round": row.round,
            "was": was.isoformat(),
            "due_at": row.due_at.isoformat(),
            "notice": notice.number,
        },
        **signature(CLOCK, Party.CLOCK, order),
    )
