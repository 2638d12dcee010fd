"""Working-day arithmetic: pure, the calendar handed in, every result able to explain itself.

Kept in UTC, reckoned in Asia/Shanghai (Civil Code 200-204). A promise is kept by whatever comes
*before* `due_at`: "day 5, 24:00" is stored as 00:00 of day 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5
ONE_DAY = timedelta(days=1)
A_MOMENT = timedelta(microseconds=1)

# Festivals of the lunisolar calendar as (month, day): Spring Festival (first day of the first
# month), Qingming, Dragon Boat, Mid-Autumn. Computed with lunar_python 1.4 (solar terms too); the
# lunar days agree with zhdate 0.1 and lunardate 0.3, 2033 with its disputed leap month included.
LUNAR_FESTIVALS = {
    2027: ((2, 6), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 26), (4, 4), (5, 28), (10, 3)),
    2029: ((2, 13), (4, 4), (6, 16), (9, 22)),
    2030: ((2, 3), (4, 5), (6, 5), (9, 12)),
    2031: ((1, 23), (4, 5), (6, 24), (10, 1)),
    2032: ((2, 11), (4, 4), (6, 12), (9, 19)),
    2033: ((1, 31), (4, 4), (6, 1), (9, 8)),
    2034: ((2, 19), (4, 5), (6, 20), (9, 27)),
    2035: ((2, 8), (4, 5), (6, 10), (9, 16)),
}


@dataclass(frozen=True, slots=True)
class Day:
    """A day and the festival that makes it a day off, or that it is worked to make up for."""

    on: date
    working: bool
    name: str = ""

    @property
    def kind(self) -> str:
        """`counted`, `makeup`, `holiday` or `weekend`, as a step names it."""
        if self.working:
            return "makeup" if self.on.weekday() >= SATURDAY else "counted"
        return "holiday" if self.name else "weekend"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days the State Council's yearly notices set apart, and the years that have a notice.

    A year without one is reckoned as weekdays less the 13 statutory days (Regulation on Public
    Holidays, as amended for 2025), and everything resting on it is provisional.
    """

    days: Mapping[date, Day]
    years: Collection[int]

    def day(self, on: date) -> Day:
        """What kind of day it is; a notice may also set apart days of the year before its own."""
        if (noticed := self.days.get(on)) is not None:
            return noticed
        name = statutory_days(on.year).get(on, "") if self.provisional(on) else ""
        return Day(on, working=on.weekday() < SATURDAY and not name, name=name)

    def is_working(self, on: date) -> bool:
        """Whether offices work on that day."""
        return self.day(on).working

    def provisional(self, on: date) -> bool:
        """Whether the year still waits for its notice."""
        return on.year not in self.years


@dataclass(frozen=True, slots=True)
class Terms:
    """When time does not run, beside the calendar.

    `quiet`: from and until on the local clock, every night, for amounts of seconds; it may cross
    midnight. `closes_at`: the close of business, at which a last day ends instead of at 24:00
    (Civil Code 203, paragraph 2). `pauses`: moments from and until, half-open; seconds do not run
    in them, and a day they touch does not count, being no whole day (our reading of 201).
    """

    quiet: tuple[time, time] | None = None
    closes_at: time | None = None
    pauses: tuple[tuple[datetime, datetime], ...] = ()

    def ends(self, on: date) -> datetime:
        """When that day ends, in UTC."""
        if self.closes_at is None:
            return midnight(on + ONE_DAY)
        return datetime.combine(on, self.closes_at, SHANGHAI).astimezone(UTC)

    def touches(self, on: date) -> bool:
        """Whether a pause lies in that day before it ends; one after its end takes nothing away."""
        if not self.pauses:
            return False
        begins, ends = midnight(on), self.ends(on)
        return any(a < ends and b > begins and b > a for a, b in self.pauses)

    def gap(self, at: datetime) -> Gap | None:
        """The stretch nearest ahead (or around that moment) in which seconds do not run."""
        ahead = [Gap("paused", a, b) for a, b in self.pauses if a < b and b > at]
        if self.quiet is not None:
            first = at.astimezone(SHANGHAI).date()
            nights = (_night(first + n * ONE_DAY, *self.quiet) for n in (-1, 0, 1))
            ahead += [Gap("quiet", a, b) for a, b in nights if b > at]
        return min(ahead, key=lambda gap: gap.from_at, default=None)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which no time runs: `quiet` or `paused`."""

    kind: str
    from_at: datetime
    until_at: datetime


ALWAYS = Terms()


@dataclass(frozen=True, slots=True)
class Step:
    """One line of how a moment was reckoned, for a page to word.

    `kind` is one of: `start` (the local day it runs from), `hours` (`count` seconds, of a stretch
    where nights or pauses are passed over), `counted` and `makeup` (day number `count`),
    `holiday` and `weekend` (passed over), `quiet` and `paused` (a stretch, or for days a whole
    day, passed over), `moved` (the working day a last day moved to), `extended` (`count` of the
    unit `name` were added) and `due` (the local day it ends on, at 24:00 for days).
    """

    kind: str
    on: date | None = None
    name: str = ""
    count: int = 0
    from_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A moment (UTC), whether a missing notice may still move it, and how it came about."""

    due_at: datetime
    provisional: bool
    steps: tuple[Step, ...]


def reckon(
    start: datetime, amount: int, unit: str, calendar: Calendar, terms: Terms = ALWAYS
) -> Reckoning:
    """The end of an amount of `seconds`, `working_days` or `calendar_days` from a moment.

    Raises ValueError for another unit, an amount below 1 or a start without a time zone.
    """
    if unit == "seconds":
        return add_seconds(start, amount, terms)
    if unit == "working_days":
        return add_working_days(start, amount, calendar, terms)
    if unit == "calendar_days":
        return add_calendar_days(start, amount, calendar, terms)
    raise ValueError(f"Unknown unit of time: {unit}")


def extend(
    told: Reckoning, amount: int, unit: str, calendar: Calendar, terms: Terms = ALWAYS
) -> Reckoning:
    """An amount more, counted on from where the first one ended."""
    # 24:00 of Friday is stored as 00:00 of Saturday: the day that ended is Friday, and day 1 of
    # the extension is the day after it, not Sunday.
    start = told.due_at if unit == "seconds" else told.due_at - A_MOMENT
    more = reckon(start, amount, unit, calendar, terms)
    added = Step("extended", told.steps[-1].on, unit, amount, from_at=told.due_at)
    steps = (*told.steps[:-1], added, *more.steps[1:])
    return Reckoning(more.due_at, told.provisional or more.provisional, steps)


def add_seconds(start: datetime, seconds: int, terms: Terms = ALWAYS) -> Reckoning:
    """Hours run from the moment itself (Civil Code 201, paragraph 2).

    Day and night, but for the quiet hours and pauses of the terms.
    """
    first = _local_day(start, seconds)
    at, left = start.astimezone(UTC), timedelta(seconds=seconds)
    steps = [Step("start", first)]
    # Once the amount is used up it is due, even at the very moment a night begins.
    while left:
        gap = terms.gap(at)
        if gap is not None and gap.from_at <= at:
            steps.append(Step(gap.kind, from_at=at, until_at=gap.until_at))
            at = gap.until_at
            continue
        until = at + left if gap is None else min(at + left, gap.from_at)
        ran = until - at
        steps.append(
            _ran(at, until) if ran < left or len(steps) > 1 else Step("hours", count=seconds)
        )
        left, at = left - ran, until
    steps.append(Step("due", at.astimezone(SHANGHAI).date()))
    return Reckoning(at, provisional=False, steps=tuple(steps))


def add_working_days(
    start: datetime, days: int, calendar: Calendar, terms: Terms = ALWAYS
) -> Reckoning:
    """The day of receipt does not count; the last working day ends at 24:00 (Civil Code 201-203).

    Make-up working days count; festivals and weekends do not, nor days that a pause touches.
    """
    first = last = _local_day(start, days)
    steps = [Step("start", first)]
    provisional = False
    counted = 0
    while counted < days:
        last += ONE_DAY
        day = calendar.day(last)
        provisional |= calendar.provisional(last)
        if terms.touches(last):
            steps.append(Step("paused", last, day.name))
            continue
        counted += day.working
        steps.append(Step(day.kind, last, day.name, counted if day.working else 0))
    return _ends_with(last, steps, terms, provisional=provisional)


def add_calendar_days(
    start: datetime, days: int, calendar: Calendar, terms: Terms = ALWAYS
) -> Reckoning:
    """Day 1 is the next day; a last day that is a rest day moves on (Civil Code 201, 203)."""
    first = last = _local_day(start, days)
    steps = [Step("start", first)]
    counted = 0
    while counted < days:
        last += ONE_DAY
        if terms.touches(last):
            steps.append(Step("paused", last))
            continue
        counted += 1
    steps.append(Step("counted", last, count=days))
    day = calendar.day(last)
    provisional = calendar.provisional(last)
    while not day.working or terms.touches(last):
        passed = "paused" if day.working else day.kind
        steps.append(Step(passed, last, day.name))
        last += ONE_DAY
        day = calendar.day(last)
        provisional |= calendar.provisional(last)
        if day.working and not terms.touches(last):
            steps.append(Step("moved", last, day.name))
    return _ends_with(last, steps, terms, provisional=provisional)


def midnight(on: date) -> datetime:
    """00:00 of that day in Asia/Shanghai, in UTC."""
    return datetime.combine(on, time.min, SHANGHAI).astimezone(UTC)


@cache
def statutory_days(year: int) -> Mapping[date, str]:
    """The 13 days off of a year by law; without a lunar table, those of fixed date only."""
    return dict(_statutory_days(year))


def _statutory_days(year: int) -> Iterator[tuple[date, str]]:
    yield date(year, 1, 1), "New Year's Day"
    yield from ((date(year, 5, day), "Labour Day") for day in (1, 2))
    if year in LUNAR_FESTIVALS:
        spring, qingming, boats, autumn = (date(year, *day) for day in LUNAR_FESTIVALS[year])
        yield from ((spring + n * ONE_DAY, "Spring Festival") for n in (-1, 0, 1, 2))
        yield qingming, "Qingming Festival"
        yield boats, "Dragon Boat Festival"
        yield autumn, "Mid-Autumn Festival"
    # Last: Mid-Autumn may fall on it (2028, 2031), a day off named for the longer festival.
    yield from ((date(year, 10, day), "National Day") for day in (1, 2, 3))


def _local_day(start: datetime, amount: int) -> date:
    # In UTC, Friday 01:30 in Shanghai is still Thursday, and a day would be given away.
    if start.utcoffset() is None:
        raise ValueError("The start needs a time zone.")
    if amount < 1:
        raise ValueError("The amount must be at least 1.")
    return start.astimezone(SHANGHAI).date()


def _ran(at: datetime, until: datetime) -> Step:
    return Step("hours", count=int((until - at).total_seconds()), from_at=at, until_at=until)


def _night(on: date, from_: time, until: time) -> tuple[datetime, datetime]:
    """The quiet hours that begin on that day, in UTC."""
    ends = on if from_ < until else on + ONE_DAY
    return (
        datetime.combine(on, from_, SHANGHAI).astimezone(UTC),
        datetime.combine(ends, until, SHANGHAI).astimezone(UTC),
    )


def _ends_with(last: date, steps: list[Step], terms: Terms, *, provisional: bool) -> Reckoning:
    steps.append(Step("due", last))
    return Reckoning(terms.ends(last), provisional, tuple(steps))
