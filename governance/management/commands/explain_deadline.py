"""Derives a deadline line by line, for any start and amount.

manage.py explain_deadline --from 2026-02-13T10:00 --amount 5 --unit working_days
"""

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import override

from common import workdays
from communities.models import CalendarDay, festival_words
from communities.scope import calendar_for
from complaints.queries.reckoned import Pausing, Telling, Told, unnoticed

UNITS = ("hours", "working_days", "calendar_days")
HOUR = 3600
# Ten years; nobody promises anything for later, and a list of its days can still be read.
LONGEST = {"hours": 3650 * 24, "working_days": 3650, "calendar_days": 3650}
# Since 1992 the clock in Shanghai is always eight hours ahead.
FIRST_YEAR, LAST_YEAR = 1992, 9900
# Even with every holiday there are more working days in a year than this.
WORKED_IN_A_YEAR = 200
SHIPPED = "data/calendar.json"
NO_CALENDAR = (
    "The database has no calendar that could be read (manage.py migrate makes one):"
    " reckoned by the holiday notices that come with the portal, {years}."
)


@dataclass(frozen=True)
class Almanac:
    """The calendar, what it calls its days, and whether it is the database's."""

    calendar: workdays.Calendar
    names: Mapping[date, str]
    from_database: bool


class Command(BaseCommand):
    help = "Derive a deadline line by line: from a moment, an amount of hours or days."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from",
            dest="start",
            required=True,
            metavar="MOMENT",
            help="2026-02-13T10:00; in Shanghai unless it carries an offset",
        )
        parser.add_argument("--amount", required=True, help="how many; of hours 0.25 as well")
        parser.add_argument("--unit", required=True, help=", ".join(UNITS))
        parser.add_argument("--quiet", metavar="20:00-08:00", help="hours do not run every night")
        parser.add_argument("--closes", metavar="17:30", help="close of business on the last day")
        parser.add_argument(
            "--pause",
            action="append",
            default=[],
            metavar="FROM/UNTIL",
            help="no time runs between these moments; may be given more than once",
        )
        parser.add_argument("--json", action="store_true", help="as one JSON object")
        parser.add_argument("--language", default="en", help="en or zh-hans")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError, exit code 1, for whatever cannot be understood."""
        language = options["language"]
        if language not in dict(settings.LANGUAGES):
            raise CommandError(f"--language must be en or zh-hans, not {language!r}.")
        start = _moment(options["start"], "--from")
        amount, unit = _amount(options["amount"], options["unit"])
        pauses = [_pause(text) for text in options["pause"]]
        closes = None if options["closes"] is None else _clock(options["closes"], "--closes")
        terms = workdays.Terms(_quiet(options["quiet"]), closes, tuple(pauses))
        with override(language):
            almanac = _almanac(start, amount, unit, pauses)
            if not almanac.from_database:
                years = ", ".join(str(year) for year in sorted(almanac.calendar.years))
                self.stderr.write(NO_CALENDAR.format(years=years))
            try:
                told = workdays.reckon(start, amount, unit, almanac.calendar, terms)
            except (OverflowError, ValueError):
                raise CommandError("That lies too far ahead to be reckoned.") from None
            because = [Pausing(*pause) for pause in pauses]
            telling = Telling(told, start, unit, names=almanac.names, pauses=because)
            note = unnoticed(telling, almanac.calendar)
            lines = [*telling.lines, *([note] if note is not None else [])]
            if options["json"]:
                self.stdout.write(_as_json(telling, lines, almanac))
            else:
                self.stdout.write("\n".join(line.text for line in lines))


# --- What was typed ----------------------------------------------------------------------


def _moment(text: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CommandError(f"{name}: {text!r} is no moment; write 2026-02-13T10:00.") from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise CommandError(f"{name} must lie between {FIRST_YEAR} and {LAST_YEAR}: {text!r}.")
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=workdays.SHANGHAI)


def _amount(text: str, unit: str) -> tuple[int, str]:
    """The amount as the clock counts it: of hours the seconds."""
    if unit not in UNITS:
        raise CommandError(f"--unit must be one of {', '.join(UNITS)}, not {unit!r}.")
    try:
        given = Decimal(text.strip())
    except InvalidOperation:
        raise CommandError(f"--amount: {text!r} is no number.") from None
    if not given.is_finite() or given <= 0:
        raise CommandError(f"--amount must be more than 0, not {text!r}.")
    if given > LONGEST[unit]:
        raise CommandError(f"--amount: at most {LONGEST[unit]} {unit.replace('_', ' ')}.")
    counted = given * HOUR if unit == "hours" else given
    if counted != int(counted):
        raise CommandError(f"--amount: {text!r} must be whole days, or of hours whole seconds.")
    return int(counted), "seconds" if unit == "hours" else unit


def _clock(text: str, name: str) -> time:
    try:
        clock = time.fromisoformat(text.strip())
    except ValueError:
        raise CommandError(f"{name}: {text!r} is no time of day; write 17:30.") from None
    if clock.tzinfo is not None:
        raise CommandError(f"{name} is a time in Shanghai, without an offset: {text!r}.")
    return clock


def _quiet(text: str | None) -> tuple[time, time] | None:
    if text is None:
        return None
    begins, dash, ends = text.partition("-")
    if not dash:
        raise CommandError(f"--quiet: {text!r} has no end; write 20:00-08:00.")
    quiet = _clock(begins, "--quiet"), _clock(ends, "--quiet")
    if quiet[0] == quiet[1]:
        raise CommandError("--quiet: a night that ends when it begins would stop every clock.")
    return quiet


def _pause(text: str) -> tuple[datetime, datetime]:
    begins, slash, ends = text.partition("/")
    if not slash:
        raise CommandError(f"--pause: {text!r} has no end; write FROM/UNTIL.")
    pause = _moment(begins, "--pause"), _moment(ends, "--pause")
    if pause[0] >= pause[1]:
        raise CommandError(f"--pause must end after it begins: {text!r}.")
    return pause


# --- The calendar ------------------------------------------------------------------------


def _almanac(
    start: datetime, amount: int, unit: str, pauses: Sequence[tuple[datetime, datetime]]
) -> Almanac:
    """The database's calendar; before there is one, the notices that come with the portal."""
    days = amount // (24 * HOUR) if unit == "seconds" else amount
    last = max([start, *(until for _from, until in pauses)]).year
    years = range(start.year, last + days // WORKED_IN_A_YEAR + 2)
    try:
        calendar = calendar_for(years)
        rows = CalendarDay.objects.filter(on__in=calendar.days)
        names = {row.on: festival_words(row.name, row.name_zh) for row in rows}
    except DatabaseError:
        return _shipped()
    return Almanac(calendar, names, from_database=True)


def _shipped() -> Almanac:
    path = Path(apps.get_app_config("communities").path) / SHIPPED
    notices = json.loads(path.read_text(encoding="utf-8"))["notices"]
    days, names = {}, {}
    for row in (row for notice in notices for row in notice["days"]):
        on = date.fromisoformat(row["on"])
        days[on] = workdays.Day(on, working=row["working"], name=row["name_en"])
        names[on] = festival_words(row["name_en"], row["name_zh"])
    calendar = workdays.Calendar(days, frozenset(notice["year"] for notice in notices))
    return Almanac(calendar, names, from_database=False)


# --- For programs ------------------------------------------------------------------------


def _as_json(telling: Telling, lines: Sequence[Told], almanac: Almanac) -> str:
    answer = {
        "from": _iso(telling.start),
        "due_at": _iso(telling.told.due_at),
        "provisional": telling.told.provisional,
        "calendar": "database" if almanac.from_database else "shipped",
        "steps": [_step(step) for step in telling.steps],
        "lines": [line.text for line in lines],
    }
    return json.dumps(answer, ensure_ascii=False, indent=1)


def _step(step: Told) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "date": step.on.isoformat() if step.on is not None else None,
        "from": _iso(step.from_at),
        "until": _iso(step.until_at),
        "name": step.name,
        "count": step.count,
        "text": step.text,
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(workdays.SHANGHAI).isoformat()
