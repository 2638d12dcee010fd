"""Making, meeting and breaking promises on a locked order. Private to the verbs."""

from collections.abc import Callable, Iterable
from datetime import datetime

from common import workdays
from communities.models import DESK_OFFICES, Body, PlaceKind
from communities.scope import Seat, calendar_for, day_of, office_of
from complaints import clock
from complaints.models import Breach, Complaint, Deadline, Rule, RuleStage
from complaints.workflow import Stage

# What a verb may change of a promise; the promise itself stands as it was made.
CHANGING = ("met_at", "void_at", "void_reason", "held_by", "next_level", "next_level_at")


class Promises:
    """The deadlines of one order while a verb works on it; written once, by `save`."""

    def __init__(self, order: Complaint, at: datetime, *, new: bool = False) -> None:
        self.order = order
        self.at = at
        self.rows: list[Deadline] = (
            [] if new else list(order.deadlines.select_related("rule").order_by("pk"))
        )
        self.breaches: list[Breach] = []
        self._changed: set[int] = set()
        self._rules: list[Rule] | None = None
        self._calendar: workdays.Calendar | None = None
        self._office: int | None = None

    def know_office(self, seats: Iterable[Seat]) -> None:
        """Take the desk's office from those who sit at it, and spare a question."""
        at_desk = (
            s.body_id
            for s in seats
            if s.office in DESK_OFFICES and s.body_place_id == self.order.desk_id
        )
        self._office = next(at_desk, None)

    def holder(self, stage: Stage) -> int | None:
        """The body that holds a stage: the handler for handling, the desk's office for the rest."""
        if stage == Stage.HANDLE:
            return self.order.handler_id
        if self._office is None:
            office = office_of(self.order.desk)
            self._office = office.pk if office is not None else None
        return self._office

    def calendar(self) -> workdays.Calendar:
        """Read only when a day has to be counted: hours need no calendar."""
        if self._calendar is None:
            first = min([self.at, *(row.due_at for row in self.rows)])
            self._calendar = calendar_for({day_of(first).year, day_of(self.at).year})
        return self._calendar

    def rule(self, stage: str) -> Rule:
        if self._rules is None:
            district = self.order.estate.above(PlaceKind.DISTRICT)
            self._rules = list(
                Rule.objects.for_order(
                    district.pk if district else 0, self.order.category_id, self.order.urgency
                )
            )
        return clock.pick(self._rules, stage, self.order.urgency, self.at)

    def reckon(self, stage: str) -> tuple[Rule, workdays.Reckoning]:
        rule = self.rule(stage)
        calendar = NO_CALENDAR if rule.unit == "seconds" else self.calendar()
        return rule, clock.due(rule, self.at, calendar)

    def open(self, stage: Stage) -> None:
        """Make the promise of the stage's next round."""
        rule, reckoning = self.reckon(stage)
        self.rows.append(
            Deadline(
                complaint=self.order,
                stage=stage,
                round=1 + max((r.round for r in self.rows if r.stage == stage), default=0),
                rule=rule,
                opened_at=self.at,
                due_at=reckoning.due_at,
                provisional=reckoning.provisional,
                held_by_id=self.holder(stage),
                next_level_at=reckoning.due_at,
            )
        )

    def record_late(self) -> None:
        """Write the rungs already reached, before the verb ends anything.

        Otherwise an order handled late while the sweep is down would never have been late.
        """
        for row in self.rows:
            fresh = reached(row, self.at, self.calendar)
            if fresh:
                self.breaches += fresh
                self._touch(row)

    def meet(self, stages: Iterable[Stage]) -> None:
        for row in self._open(stages):
            row.met_at, row.next_level_at = self.at, None
            self._touch(row)

    def void(self, stages: Iterable[Stage], reason: str) -> None:
        for row in self._open(stages):
            row.void_at, row.void_reason, row.next_level_at = self.at, reason, None
            self._touch(row)

    def hand_over(self, stages: Iterable[Stage], held_by: Body | None) -> None:
        """From here on a late stage counts against another body."""
        for row in self._open(stages):
            row.held_by = held_by
            self._touch(row)

    def window(self, stage: RuleStage) -> datetime:
        """When a window that opens now will close."""
        return self.reckon(stage)[1].due_at

    def save(self) -> None:
        """Write the rows and what the order keeps of them. The caller saves the order."""
        Breach.objects.bulk_create(self.breaches)
        changed = [row for row in self.rows if row.pk in self._changed]
        if len(changed) == 1:
            # The usual case, and far cheaper to put into words than a bulk update.
            changed[0].save(update_fields=CHANGING)
        elif changed:
            Deadline.objects.bulk_update(changed, CHANGING)
        Deadline.objects.bulk_create([row for row in self.rows if row._state.adding])

    def settle(self) -> None:
        """Put the next due time and the next alarm on the order."""
        settle(self.order, self.rows, self.breaches)

    def _open(self, stages: Iterable[Stage]) -> list[Deadline]:
        wanted = frozenset(stages)
        return [row for row in self.rows if row.is_open and Stage(row.stage) in wanted]

    def _touch(self, row: Deadline) -> None:
        if row.pk is not None:
            self._changed.add(row.pk)


def reached(row: Deadline, at: datetime, calendar: Callable[[], workdays.Calendar]) -> list[Breach]:
    """The rungs an open deadline has reached and not yet recorded; moves the row past them."""
    if not row.is_open or row.next_level_at is None or row.next_level_at > at:
        return []
    rule = row.rule
    days = NO_CALENDAR if rule.span_unit == "seconds" else calendar()
    levels, row.next_level_at = clock.levels_reached(
        rule, row.stage, row.due_at, row.next_level, at, days
    )
    row.next_level += len(levels)
    return [
        Breach(
            deadline=row,
            level=level.number,
            due_at=level.due_at,
            recorded_at=at,
            held_by_id=row.held_by_id,
        )
        for level in levels
    ]


NO_CALENDAR = workdays.Calendar(days={}, years=frozenset())


def settle(order: Complaint, rows: Iterable[Deadline], breaches: Iterable[Breach]) -> None:
    """Recompute `next_due_at`, `alarm_at` and `escalated_level` from open rows and new breaches."""
    standing = [row for row in rows if row.is_open]
    order.next_due_at = clock.alarm_at([row.due_at for row in standing])
    order.alarm_at = clock.alarm_at([*(row.next_level_at for row in standing), order.rate_until])
    levels = [breach.level for breach in breaches]
    if order.escalated_level is not None:
        levels.append(order.escalated_level)
    order.escalated_level = max(levels, default=None)
