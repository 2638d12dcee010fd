"""The clock once more, as a clerk with a wall calendar would do it: day by day, minute by minute.

Deliberately plain, and sharing nothing with `common.workdays` but the time zone: it reads the
seeded notices from their file, never looks ahead, and works in whole minutes of local time.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Asia/Shanghai")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NOTICES = Path(__file__).parents[2] / "communities" / "data" / "calendar.json"


@dataclass(frozen=True)
class Plan:
    """A promise as written on paper: local times, whole minutes, pauses half-open."""

    amount: int
    unit: str  # minutes, working_days, calendar_days
    quiet: tuple[time, time] | None = None
    closes: time | None = None
    pauses: tuple[tuple[datetime, datetime], ...] = field(default=())
    more: tuple[int, str] | None = None


@cache
def noticed() -> dict[date, bool]:
    """Every day the notices set apart: worked or not."""
    told = json.loads(NOTICES.read_text(encoding="utf-8"))
    return {
        date.fromisoformat(day["on"]): day["working"]
        for notice in told["notices"]
        for day in notice["days"]
    }


def worked(on: date) -> bool:
    return noticed().get(on, on.isoweekday() <= 5)


def due(plan: Plan, start: datetime) -> datetime:
    """When it is due: the moment before which it must be done, in local time."""
    end = _after(plan, start.astimezone(HERE), plan.amount, plan.unit)
    if plan.more is not None:
        amount, unit = plan.more
        # A day that ended at midnight is the day before midnight.
        begin = end if unit == "minutes" else end - timedelta(microseconds=1)
        end = _after(plan, begin, amount, unit)
    return end


def _after(plan: Plan, start: datetime, amount: int, unit: str) -> datetime:
    if unit == "minutes":
        return _minutes_after(plan, start, amount)
    day = start.date()
    if unit == "working_days":
        while amount:
            day += DAY
            if worked(day) and not _touched(plan, day):
                amount -= 1
        return _end_of(plan, day)
    while amount:
        day += DAY
        if not _touched(plan, day):
            amount -= 1
    while not worked(day) or _touched(plan, day):
        day += DAY
    return _end_of(plan, day)


def _minutes_after(plan: Plan, start: datetime, amount: int) -> datetime:
    moment = start
    while amount:
        if not _rests(plan, moment):
            amount -= 1
        moment += MINUTE
    return moment


def _rests(plan: Plan, moment: datetime) -> bool:
    if any(a <= moment < b for a, b in plan.pauses):
        return True
    if plan.quiet is None:
        return False
    begins, ends = plan.quiet
    clock = moment.time()
    return begins <= clock < ends if begins < ends else clock >= begins or clock < ends


def _end_of(plan: Plan, day: date) -> datetime:
    if plan.closes is None:
        return datetime.combine(day + DAY, time.min, HERE)
    return datetime.combine(day, plan.closes, HERE)


def _touched(plan: Plan, day: date) -> bool:
    begins, ends = datetime.combine(day, time.min, HERE), _end_of(plan, day)
    return any(a < ends and b > begins and a < b for a, b in plan.pauses)
