"""Making, meeting and breaking promises on a locked order. Private to the verbs."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from common import workdays
from communities.models import DESK_OFFICES, Body
from communities.scope import Seat, calendar_for, day_of, office_of
from complaints import clock
from complaints.models import Asked, Breach, Complaint, Deadline, Pause, Rule, RuleStage
from complaints.workflow import Stage, Urgency

if TYPE_CHECKING:
    from django.db.models import QuerySet

Days: TypeAlias = Callable[[], workdays.Calendar]
Intervals: TypeAlias = tuple[tuple[datetime, datetime], ...]

# What may change of a promise. Its rule and its start change with the order's class only.
CHANGING = (
    "rule",
    "counts_from",
    "due_at",
    "in_days",
    "provisional",
    "extended_amount",
    "extended_unit",
    "held_by",
    "met_at",
    "void_at",
    "void_reason",
    "next_level",
    "next_level_at",
    "reminded",
    "next_reminder_at",
)


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
        self._pauses: list[Pause] | None = None
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
            first = min([self.at, *(row.counts_from for row in self.rows)])
            last = max([self.at, *(row.due_at for row in self.rows)])
            self._calendar = calendar_for(range(day_of(first).year, day_of(last).year + 1))
        return self._calendar

    def pauses(self) -> list[Pause]:
        """The order's suspensions, the running one last. Most orders never had any."""
        if self._pauses is None:
            self._pauses = (
                list(granted(self.order.suspensions.all()).order_by("from_at", "pk"))
                if self.order.pauses
                else []
            )
        return self._pauses

    def begin_pause(self, pause: Pause, review_at: datetime) -> None:
        """From now until the pause's end nothing runs; a pause that runs gives way to it."""
        if self.order.suspended_until is not None:
            self.end_pause()
        pauses = self.pauses()
        pauses.append(pause)
        self.order.pauses += 1
        self.order.suspended_until, self.order.review_at = pause.until_at, review_at
        self.refigure()

    def end_pause(self) -> None:
        """Time runs on from now; or has since the pause's own end, where that has passed."""
        pause = self.pauses()[-1]
        if pause.until_at is None or pause.until_at > self.at:
            pause.until_at = self.at
            pause.save(update_fields=["until_at"])
        self.order.suspended_until = self.order.review_at = None
        self.refigure()

    def course(self, row: Deadline | None = None) -> clock.Course:
        """What has happened to a promise of this order so far."""
        return course_of(self.order, row, intervals(self.pauses()))

    def rule(self, stage: str) -> Rule:
        """The rule that governs what is promised now. Raises LookupError without any."""
        places = [place.pk for place in self.order.estate.chain()]
        parent = self.order.category.parent_id
        categories = [self.order.category_id, *([] if parent is None else [parent])]
        if self._rules is None:
            self._rules = list(Rule.objects.for_order(places, categories, self.order.urgency))
        return clock.pick(
            self._rules,
            stage,
            self.order.urgency,
            self.at,
            places=places,
            categories=categories,
        )

    def forget_rules(self) -> None:
        """The order's class has changed: other rules govern it."""
        self._rules = None

    def open(self, stage: Stage) -> None:
        """Make the promise of the stage's next round."""
        row = Deadline(
            complaint=self.order,
            stage=stage,
            round=1 + max((r.round for r in self.rows if r.stage == stage), default=0),
            rule=self.rule(stage),
            opened_at=self.at,
            counts_from=self.at,
            held_by_id=self.holder(stage),
        )
        figure(row, self.at, self.calendar, self.course(row))
        self.rows.append(row)

    def refigure(self) -> None:
        """Reckon every open promise anew, after a pause began or ended."""
        for row in self._open(Stage):
            figure(row, self.at, self.calendar, self.course(row))
            self._touch(row)

    def extend(self, row: Deadline, amount: int, unit: str) -> None:
        """Give a promise more time."""
        row.extended_amount, row.extended_unit = amount, unit
        figure(row, self.at, self.calendar, self.course(row))
        self._touch(row)

    def reclassify(self) -> list[Deadline]:
        """Bring the open promises under the rules of the order's new class; returns which moved.

        Time runs on from where it ran, with every pause and extension. Where the new rule would
        have been over by now, its whole time runs from now instead: nobody is late by a rule that
        did not hold yet. But no promise gets longer by that, and what is late stays late.
        """
        self.forget_rules()
        moved = []
        for row in self._open(Stage):
            rule = self.rule(row.stage)
            if row.next_level or rule.pk == row.rule_id:
                continue
            before = (row.rule, row.counts_from, row.due_at)
            row.rule = rule
            figure(row, self.at, self.calendar, self.course(row))
            if row.due_at <= self.at:
                row.counts_from = self.at
                figure(row, self.at, self.calendar, self.course(row))
                if row.due_at >= before[2]:
                    row.rule, row.counts_from, _due = before
                    figure(row, self.at, self.calendar, self.course(row))
            self._touch(row)
            moved.append(row)
        return moved

    def record_late(self) -> None:
        """Write the rungs already reached, before the verb ends anything.

        Otherwise an order handled late while the sweep is down would never have been late.
        """
        for row in self.rows:
            fresh = reached(row, self.at, self.calendar, self.course(row))
            if fresh:
                self.breaches += fresh
                self._touch(row)

    def meet(self, stages: Iterable[Stage]) -> None:
        for row in self._open(stages):
            row.met_at, row.next_level_at, row.next_reminder_at = self.at, None, None
            self._touch(row)

    def void(self, stages: Iterable[Stage], reason: str) -> None:
        for row in self._open(stages):
            row.void_at, row.void_reason = self.at, reason
            row.next_level_at = row.next_reminder_at = None
            self._touch(row)

    def hand_over(self, stages: Iterable[Stage], held_by: Body | None) -> None:
        """From here on a late stage counts against another body."""
        for row in self._open(stages):
            row.held_by = held_by
            self._touch(row)

    def window(self, stage: RuleStage) -> datetime:
        """When a window that opens now will close."""
        rule = self.rule(stage)
        days = NO_CALENDAR if rule.unit == "seconds" else self.calendar()
        return clock.due(rule, self.at, days).due_at

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


def granted(pauses: "QuerySet[Pause]") -> "QuerySet[Pause]":
    return pauses.filter(state=Asked.GRANTED)


def intervals(pauses: Iterable[Pause]) -> Intervals:
    """From and until of suspensions that were granted."""
    return tuple((p.from_at, p.until_at) for p in pauses if p.from_at and p.until_at)


def course_of(order: Complaint, row: Deadline | None, pauses: Intervals) -> clock.Course:
    """What has happened to a promise of an order, as the clock needs it."""
    extension = None
    if row is not None and row.extended_amount is not None:
        extension = (row.extended_amount, row.extended_unit)
    return clock.Course(order.urgency == Urgency.URGENT, pauses, extension)


def figure(row: Deadline, at: datetime, calendar: Days, course: clock.Course) -> None:
    """Reckon when a promise is due, and when its holder and its ladder hear of it next.

    What is late stays late, and since when; only the rungs not yet reached move.
    """
    in_days = bool({row.rule.unit, row.extended_unit} - {"seconds", ""})
    days = calendar() if in_days or row.rule.span_unit != "seconds" else NO_CALENDAR
    if row.next_level == 0:
        told = clock.due(row.rule, row.counts_from, days, course)
        row.due_at, row.provisional, row.in_days = told.due_at, told.provisional, in_days
        ahead = clock.reminders_at(row.rule, row.counts_from, row.due_at, days, course)
        row.next_reminder_at = next((moment for moment in ahead if moment > at), None)
    if row.next_level < len(clock.rungs(row.rule)):
        row.next_level_at = clock.level_due_at(row.rule, row.due_at, row.next_level, days, course)


def reached(row: Deadline, at: datetime, calendar: Days, course: clock.Course) -> list[Breach]:
    """The rungs an open deadline has reached and not yet recorded; moves the row past them."""
    if not row.is_open or row.next_level_at is None or row.next_level_at > at:
        return []
    rule = row.rule
    days = NO_CALENDAR if rule.span_unit == "seconds" else calendar()
    levels, row.next_level_at = clock.levels_reached(
        rule, row.due_at, row.next_level, at, days, course
    )
    row.next_level += len(levels)
    row.next_reminder_at = None
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


def reminder_due(row: Deadline, at: datetime, calendar: Days, course: clock.Course) -> bool:
    """Whether the holder of an open promise is to be reminded now; moves the row past it.

    After an outage one reminder is enough, and none of what is late by now.
    """
    if not row.is_open or row.next_reminder_at is None or row.next_reminder_at > at:
        return False
    days = calendar() if row.in_days else NO_CALENDAR
    ahead = clock.reminders_at(row.rule, row.counts_from, row.due_at, days, course)
    row.next_reminder_at = next((moment for moment in ahead if moment > at), None)
    if at >= row.due_at:
        row.next_reminder_at = None
        return False
    row.reminded += 1
    return True


NO_CALENDAR = workdays.Calendar(days={}, years=frozenset())


def settle(order: Complaint, rows: Iterable[Deadline], breaches: Iterable[Breach]) -> None:
    """Recompute `next_due_at`, `alarm_at` and `escalated_level` from open rows and new breaches."""
    standing = [row for row in rows if row.is_open]
    order.next_due_at = clock.alarm_at([row.due_at for row in standing])
    order.alarm_at = clock.alarm_at(
        [
            *(row.next_level_at for row in standing),
            *(row.next_reminder_at for row in standing),
            order.rate_until,
            order.review_at,
        ]
    )
    levels = [breach.level for breach in breaches]
    if order.escalated_level is not None:
        levels.append(order.escalated_level)
    order.escalated_level = max(levels, default=None)
