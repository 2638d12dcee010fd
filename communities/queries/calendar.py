"""A year at a glance, and whether a notice is missing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from django.utils.translation import gettext as _

from accounts.actors import Actor
from common import workdays
from communities.models import CalendarDay, CalendarNotice, festival_words
from communities.permissions import may_enter_notices
from communities.scope import day_of

NOVEMBER, DECEMBER = 11, 12
ONE_DAY = timedelta(days=1)
# What lies further apart belongs to another holiday, even under the same name.
ONE_HOLIDAY = timedelta(days=60)
# Promises reach into next year and no further; another year is provisional in any case.
YEARS_AHEAD = 2
# What arithmetic calls the days, and what a page and the API call them.
KINDS = {"counted": "working", "makeup": "makeup", "holiday": "holiday", "weekend": "weekend"}


class NoticeDay(Protocol):
    """A day that a notice sets apart, entered or not."""

    @property
    def on(self) -> date: ...
    @property
    def working(self) -> bool: ...
    @property
    def name(self) -> str: ...
    @property
    def name_zh(self) -> str: ...


@dataclass(frozen=True)
class DayOfYear:
    """A day: `kind` is working, weekend, holiday or makeup; `name` the festival behind it."""

    on: date
    kind: str
    name: str = ""

    @property
    def works(self) -> bool:
        return self.kind in {"working", "makeup"}


@dataclass(frozen=True)
class Month:
    """A month in weeks from Monday to Sunday; None where a week begins or ends outside it."""

    first: date
    weeks: list[list[DayOfYear | None]]

    @property
    def working_days(self) -> int:
        return sum(day.works for week in self.weeks for day in week if day)


@dataclass
class Holiday:
    """One festival's days off, and the weekend days worked to make up for them."""

    name: str
    off: list[date] = field(default_factory=list)
    worked: list[date] = field(default_factory=list)

    @property
    def days(self) -> list[date]:
        return sorted([*self.off, *self.worked])

    @property
    def runs(self) -> list[tuple[date, date]]:
        """First and last day of each unbroken run of days off."""
        found: list[tuple[date, date]] = []
        for on in self.off:
            if found and found[-1][1] + ONE_DAY == on:
                found[-1] = (found[-1][0], on)
            else:
                found.append((on, on))
        return found


@dataclass(frozen=True)
class Year:
    """A year as its notice has it; without one provisionally, as the law alone has it."""

    year: int
    notice: CalendarNotice | None
    months: list[Month]
    holidays: list[Holiday]

    @property
    def provisional(self) -> bool:
        return self.notice is None

    @property
    def days(self) -> Iterator[DayOfYear]:
        return (day for month in self.months for week in month.weeks for day in week if day)

    @property
    def set_apart(self) -> list[DayOfYear]:
        """The days that are not what their weekday says, or are a festival's on a weekend."""
        return [day for day in self.days if day.name]

    @property
    def working_days(self) -> int:
        return sum(month.working_days for month in self.months)


def year_at_a_glance(year: int) -> Year:
    """Every day of a year, month by month, and its holidays one by one."""
    notice = notice_of(year)
    rows = CalendarDay.objects.filter(on__range=(date(year, 1, 1), date(year, DECEMBER, 31)))
    noticed = {
        on: workdays.Day(on, working=working, name=festival_words(name, name_zh))
        for on, working, name, name_zh in rows.values_list("on", "working", "name", "name_zh")
    }
    calendar = workdays.Calendar(noticed, {year} if notice else ())
    days = [_day(calendar, on) for on in _days_of(year)]
    months = [_month([day for day in days if day.on.month == month]) for month in range(1, 13)]
    return Year(year, notice, months, _holidays(days))


def notice_of(year: int) -> CalendarNotice | None:
    return CalendarNotice.objects.filter(year=year).first()


def _days_of(year: int) -> Iterator[date]:
    on = date(year, 1, 1)
    while on.year == year:
        yield on
        on += ONE_DAY


def _day(calendar: workdays.Calendar, on: date) -> DayOfYear:
    day = calendar.day(on)
    # Of a year without a notice the name is the law's, in English.
    return DayOfYear(on, KINDS[day.kind], day.name if calendar.years else festival_words(day.name))


def _month(days: list[DayOfYear]) -> Month:
    cells: list[DayOfYear | None] = [None] * days[0].on.weekday()
    cells += days
    cells += [None] * (-len(cells) % 7)
    return Month(days[0].on, [cells[n : n + 7] for n in range(0, len(cells), 7)])


def holidays_of(days: Iterable[NoticeDay]) -> list[Holiday]:
    """The holidays of a notice that has not been entered yet."""
    return _holidays(
        DayOfYear(
            day.on, "makeup" if day.working else "holiday", festival_words(day.name, day.name_zh)
        )
        for day in days
    )


def differences(
    notice: CalendarNotice | None, days: Iterable[NoticeDay]
) -> list[tuple[str, list[date]]]:
    """What a correction changes, in words; nothing where there was no notice."""
    if notice is None:
        return []
    before = dict(notice.days.values_list("on", "working"))
    after = {day.on: day.working for day in days}
    changed = [on for on in sorted(before.keys() | after) if before.get(on) is not after.get(on)]
    words = {
        False: _("Now off"),
        True: _("Now worked to make up"),
        None: _("No longer set apart"),
    }
    found = [
        (said, [on for on in changed if after.get(on) is kind]) for kind, said in words.items()
    ]
    return [(said, listed) for said, listed in found if listed]


def _holidays(days: Iterable[DayOfYear]) -> list[Holiday]:
    """By first day off; New Year's Day of this year and of the next are two, though of one name."""
    found: list[Holiday] = []
    for day in days:
        if not day.name:
            continue
        near = (h for h in found if h.name == day.name and day.on - h.days[-1] <= ONE_HOLIDAY)
        holiday = next(near, None)
        if holiday is None:
            holiday = Holiday(day.name)
            found.append(holiday)
        (holiday.worked if day.works else holiday.off).append(day.on)
    return sorted(found, key=lambda holiday: (holiday.off or holiday.worked)[0])


# --- What is missing ---------------------------------------------------------------------


def missing_notice(at: datetime) -> int | None:
    """The year whose notice should be here by now: this one; from 1 November on the next.

    The State Council publishes in late October or November what holds from January on.
    """
    today = day_of(at)
    wanted = [today.year] + ([today.year + 1] if today.month >= NOVEMBER else [])
    known = set(CalendarNotice.objects.filter(year__in=wanted).values_list("year", flat=True))
    return next((year for year in wanted if year not in known), None)


def calendar_warning(actor: Actor, at: datetime) -> dict[str, int]:
    """For a page's context: the missing year, for those who may enter its notice; else nothing."""
    if not may_enter_notices(actor):
        return {}
    year = missing_notice(at)
    return {"calendar_missing": year} if year is not None else {}


def years_shown(at: datetime) -> range:
    """The years there are pages for: from the first notice to a little ahead."""
    this_year = day_of(at).year
    first = CalendarNotice.objects.order_by("year").values_list("year", flat=True).first()
    return range(min(first or this_year, this_year), this_year + YEARS_AHEAD + 1)


def years_to_enter(at: datetime) -> range:
    """The years whose notice may be entered or corrected on a page."""
    return range(years_shown(at)[0], day_of(at).year + 2)
