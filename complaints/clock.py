"""What is due when: pure functions over rules and the calendar. Nothing here reads a database.

Source of the default preset: the 3 + 3 + 5 rule as tried in Ningdu, and our reading of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol, TypeVar

from common import workdays
from complaints.workflow import LADDER, Rung, Stage

ONE_DAY = timedelta(days=1)
A_MOMENT = timedelta(microseconds=1)
# Nobody is reminded or rung up between these about what can wait for the morning. The law's night
# is from 22:00 to 06:00 (Noise Pollution Prevention Law, article 88); the hour after it is ours.
NIGHT = (time(22), time(7))
# When an office opens: a reminder of a rule in days comes then (our decision).
MORNING = time(9)
# When a reminder comes: at these hundredths of a rule in seconds, and so many working days before
# the last day of a rule in days.
USUAL_HUNDREDTHS, USUAL_DAYS = (50, 80), (1,)


class RuleLike(Protocol):
    """What the clock needs of a rule row. `unit`: seconds, working_days or calendar_days."""

    @property
    def stage(self) -> str: ...
    @property
    def urgency(self) -> str: ...
    @property
    def place_id(self) -> int | None: ...
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
    def quiet_from(self) -> time | None: ...
    @property
    def quiet_until(self) -> time | None: ...
    @property
    def closes_at(self) -> time | None: ...
    @property
    def reminders(self) -> Sequence[int] | None: ...
    @property
    def ladder(self) -> Sequence[str] | None: ...
    @property
    def valid_from(self) -> datetime: ...
    @property
    def version(self) -> int: ...
    @property
    def withdrawn(self) -> bool: ...


R = TypeVar("R", bound=RuleLike)


@dataclass(frozen=True, slots=True)
class Course:
    """What has happened to a promise since it was made.

    `urgent` orders know no quiet hours. `pauses`: the order's suspensions, half-open, UTC.
    `extension`: an amount and its unit that were granted once.
    """

    urgent: bool = False
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    extension: tuple[int, str] | None = None


PLAIN = Course()


def pick(
    rules: Iterable[R],
    stage: str,
    urgency: str,
    at: datetime,
    *,
    places: Sequence[int] = (),
    categories: Sequence[int] = (),
) -> R:
    """The rule that governs a promise made at `at`.

    `places` and `categories` are the order's own, the nearest first. A category's rule beats an
    urgency's, a nearer category's a wider one's; then a nearer place's beats a wider place's and
    the general one; of one and the same rule the newest valid version counts, and a withdrawn one
    gives way to what it had overruled. Raises LookupError where none is valid: the seed gives
    every stage one.
    """
    newest: dict[tuple[int | None, int | None], R] = {}
    for rule in rules:
        fits = rule.category_id is not None or rule.urgency == urgency
        if rule.stage != stage or rule.valid_from > at or not fits:
            continue
        key = (rule.category_id, rule.place_id)
        kept = newest.get(key)
        if kept is None or (kept.valid_from, kept.version) < (rule.valid_from, rule.version):
            newest[key] = rule
    standing = [rule for rule in newest.values() if not rule.withdrawn]
    if not standing:
        raise LookupError(f"no rule for {stage}/{urgency}")
    return max(
        standing,
        key=lambda r: (_nearness(categories, r.category_id), _nearness(places, r.place_id)),
    )


def _nearness(chain: Sequence[int], pk: int | None) -> int:
    """Higher is nearer; 0 for what holds everywhere."""
    if pk is None:
        return 0
    return 1 + len(chain) - (chain.index(pk) if pk in chain else len(chain))


def terms(rule: RuleLike, course: Course = PLAIN) -> workdays.Terms:
    """When time does not run for a promise under this rule."""
    quiet = None
    if rule.quiet_from is not None and rule.quiet_until is not None and not course.urgent:
        quiet = (rule.quiet_from, rule.quiet_until)
    return workdays.Terms(quiet, rule.closes_at, course.pauses)


def due(
    rule: RuleLike, start: datetime, calendar: workdays.Calendar, course: Course = PLAIN
) -> workdays.Reckoning:
    """When a promise made at `start` under `rule` is due, with the steps that led there."""
    how = terms(rule, course)
    told = workdays.reckon(start, rule.amount, rule.unit, calendar, how)
    if course.extension is None:
        return told
    return workdays.extend(told, *course.extension, calendar, how)


def level_due_at(
    rule: RuleLike,
    due_at: datetime,
    level: int,
    calendar: workdays.Calendar,
    course: Course = PLAIN,
) -> datetime:
    """When level `level` of the ladder is reached: `due_at` + level × span.

    A working-day span counts from the day that ended at `due_at`: 24:00 of Friday is stored as
    00:00 of Saturday, and one working day later is 24:00 of Monday, not of Tuesday. Quiet hours
    and pauses hold for the ladder as they do for the promise.
    """
    if level == 0:
        return due_at
    how = terms(rule, course)
    amount = rule.span_amount * level
    if rule.span_unit == "seconds" and how.quiet is None and not how.pauses:
        return due_at + timedelta(seconds=amount)
    start = due_at if rule.span_unit == "seconds" else due_at - A_MOMENT
    return workdays.reckon(start, amount, rule.span_unit, calendar, how).due_at


def rungs(rule: RuleLike) -> tuple[Rung, ...]:
    """Who hears of a late stage under this rule, from the nearest up."""
    if rule.ladder is None:
        return LADDER[Stage(rule.stage)]
    return tuple(Rung(name) for name in rule.ladder)


@dataclass(frozen=True)
class Level:
    """A rung of the ladder that a late stage has reached, and when it was due to."""

    number: int
    due_at: datetime


def levels_reached(
    rule: RuleLike,
    due_at: datetime,
    first: int,
    at: datetime,
    calendar: workdays.Calendar,
    course: Course = PLAIN,
) -> tuple[list[Level], datetime | None]:
    """The levels from `first` on that are due at `at`, and when the next one is (None: no more).

    In time means `at < due_at`: at the very moment it is late.
    """
    reached: list[Level] = []
    for number in range(first, len(rungs(rule))):
        level_at = level_due_at(rule, due_at, number, calendar, course)
        if level_at > at:
            return reached, level_at
        reached.append(Level(number, level_at))
    return reached, None


def reminders_at(
    rule: RuleLike,
    start: datetime,
    due_at: datetime,
    calendar: workdays.Calendar,
    course: Course = PLAIN,
) -> list[datetime]:
    """When whoever holds the stage is reminded, in order; always before it is due.

    A rule in seconds: at its hundredths of the time that runs, so that neither a quiet night nor
    a pause brings one forward. A rule in days (or one extended by days): at nine in the morning,
    so many working days before the last. Of what is not urgent nobody is reminded at night: it
    waits for the morning, and is left out where the morning would be too late.
    """
    how = terms(rule, course)
    if rule.unit == "seconds" and (course.extension is None or course.extension[1] == "seconds"):
        whole = rule.amount + (course.extension[0] if course.extension else 0)
        shares = USUAL_HUNDREDTHS if rule.reminders is None else rule.reminders
        found = [
            workdays.add_seconds(start, max(1, whole * share // 100), how).due_at
            for share in shares
        ]
    else:
        # A rule in seconds that was extended by days has no days of its own to remind by.
        days = USUAL_DAYS if rule.reminders is None or rule.unit == "seconds" else rule.reminders
        found = [_days_before(due_at, n, start, calendar, how) for n in days]
    if not course.urgent:
        found = [after_night(moment) for moment in found]
    return sorted({moment for moment in found if start < moment < due_at})


def after_night(at: datetime) -> datetime:
    """The same moment by day; at night the morning that follows."""
    local = at.astimezone(workdays.SHANGHAI)
    begins, ends = NIGHT
    if ends <= local.time() < begins:
        return at
    morning = local.date() + (ONE_DAY if local.time() >= begins else timedelta())
    return _at(morning, ends)


def morning_of(on: date) -> datetime:
    """Nine in the morning of that day, in UTC."""
    return _at(on, MORNING)


def _days_before(
    due_at: datetime, days: int, start: datetime, calendar: workdays.Calendar, how: workdays.Terms
) -> datetime:
    """Nine in the morning, so many working days before the last; at the earliest after `start`."""
    last = (due_at - A_MOMENT).astimezone(workdays.SHANGHAI).date()
    day, left = last, days
    while left:
        day -= ONE_DAY
        left -= calendar.is_working(day) and not how.touches(day)
        if _at(day, MORNING) <= start:
            # A promise of a single day is reminded of on that day, not before it was made.
            return _at(last, MORNING)
    return _at(day, MORNING)


def _at(on: date, hour: time) -> datetime:
    return datetime.combine(on, hour, workdays.SHANGHAI).astimezone(UTC)


def alarm_at(times: Sequence[datetime | None]) -> datetime | None:
    """The least of those that are set; None when there is nothing to wait for."""
    return min((time for time in times if time is not None), default=None)
