"""What is due when: pure functions over rules and the calendar. Nothing here reads a database.

Source of the default preset: the 3 + 3 + 5 rule as tried in Ningdu, and our reading of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from common import workdays
from complaints.workflow import LADDER, Stage

# An hour before a due time of a day's rule lies within the day that ended; see `level_due_at`.
A_MOMENT = timedelta(microseconds=1)


class RuleLike(Protocol):
    """What the clock needs of a rule row. `unit`: seconds, working_days or calendar_days."""

    @property
    def stage(self) -> str: ...
    @property
    def urgency(self) -> str: ...
    @property
    def district_id(self) -> int | None: ...
    @property
    def category_id(self) -> int | None: ...
    @property
    def amount(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def span_amount(self) -> int: ...
    @property
    def span_unit(self) -> str: ...
    @property
    def valid_from(self) -> datetime: ...
    @property
    def version(self) -> int: ...


R = TypeVar("R", bound=RuleLike)


def pick(rules: Iterable[R], stage: str, urgency: str, at: datetime) -> R:
    """The rule that governs a promise made at `at`.

    A category's rule beats an urgency's, a district's beats the general one, a newer version
    beats an older. Raises LookupError where none is valid: the seed gives every stage one.
    """
    valid = [
        rule
        for rule in rules
        if rule.stage == stage
        and rule.valid_from <= at
        and (rule.category_id is not None or rule.urgency == urgency)
    ]
    if not valid:
        raise LookupError(f"no rule for {stage}/{urgency}")
    return max(
        valid,
        key=lambda r: (
            r.category_id is not None,
            r.district_id is not None,
            r.valid_from,
            r.version,
        ),
    )


def due(rule: RuleLike, start: datetime, calendar: workdays.Calendar) -> workdays.Reckoning:
    """When a promise made at `start` under `rule` is due, with the steps that led there."""
    return workdays.reckon(start, rule.amount, rule.unit, calendar)


def level_due_at(
    rule: RuleLike, due_at: datetime, level: int, calendar: workdays.Calendar
) -> datetime:
    """When level `level` of the ladder is reached: `due_at` + level × span.

    A working-day span counts from the day that ended at `due_at`: 24:00 of Friday is stored as
    00:00 of Saturday, and one working day later is 24:00 of Monday, not of Tuesday.
    """
    if level == 0:
        return due_at
    if rule.span_unit == "seconds":
        return due_at + timedelta(seconds=rule.span_amount * level)
    start = due_at - A_MOMENT
    return workdays.reckon(start, rule.span_amount * level, rule.span_unit, calendar).due_at


@dataclass(frozen=True)
class Level:
    """A rung of the ladder that a late stage has reached, and when it was due to."""

    number: int
    due_at: datetime


def levels_reached(
    rule: RuleLike,
    stage: str,
    due_at: datetime,
    first: int,
    at: datetime,
    calendar: workdays.Calendar,
) -> tuple[list[Level], datetime | None]:
    """The levels from `first` on that are due at `at`, and when the next one is (None: no more).

    In time means `at < due_at`: at the very moment it is late.
    """
    reached: list[Level] = []
    for number in range(first, len(LADDER[Stage(stage)])):
        level_at = level_due_at(rule, due_at, number, calendar)
        if level_at > at:
            return reached, level_at
        reached.append(Level(number, level_at))
    return reached, None


def alarm_at(times: Sequence[datetime | None]) -> datetime | None:
    """The least of those that are set; None when there is nothing to wait for."""
    return min((time for time in times if time is not None), default=None)
