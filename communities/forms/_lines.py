"""Plain lines, a table and JSON: `2027-02-05..2027-02-11 holiday Spring Festival 春节`."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from communities.actions import NoticeDay
from communities.forms._chinese import festival_of
from communities.forms._reading import Reading, days_between
from communities.models import FESTIVALS

ISO = r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
BEGINS = re.compile(rf"\W{{0,2}}{ISO}")
SPAN = re.compile(
    rf"\W{{0,2}}{ISO}(?:\s*(?:\.\.+|to|至|到|[-–—~～,;\s]|\s-\s)\s*{ISO})?[\s,;，；、]*"
)
OFF = {"holiday", "off", "rest", "放假", "休", "休息", "节假日", "假"}
WORK = {"work", "worked", "working", "makeup", "make-up", "上班", "班", "补班", "调休上班"}
# Wrong signs; a figure of five thousand digits; brackets a thousand deep.
UNREADABLE = (ValueError, RecursionError)
HAN = re.compile(r"[\u3400-\u9fff]")


def is_line(text: str) -> bool:
    """Whether a line begins with a day as figures."""
    return bool(BEGINS.match(text.strip()))


def read_line(text: str, number: int, reading: Reading) -> None:
    """One line or one row of a table."""
    words = " ".join(_cells(text))
    span = SPAN.match(words)
    if span is None:  # is_line has looked
        reading.trouble(number, text, _("there is no day in it"))
        return
    kind, *names = words[span.end() :].split() or [""]
    if kind.lower() not in OFF | WORK:
        reading.trouble(number, text, _("after the day say “holiday” or “work”"))
        return
    try:
        first = date(*(int(part) for part in span.groups()[:3]))
        last = date(*(int(part) for part in span.groups()[3:])) if span[4] else first
    except ValueError:
        reading.trouble(number, text, _("there is no such day"))
        return
    try:
        days = days_between(first, last)
    except ValueError as error:
        reading.trouble(number, text, str(error))
        return
    working = kind.lower() in WORK
    name, name_zh = _names(names)
    if not working and not (name or name_zh):
        reading.trouble(number, text, _("it does not say which festival this is"))
        return
    reading.days += [NoticeDay(on, working, name, name_zh) for on in days]


def _cells(text: str) -> list[str]:
    """The cells of a row, or the line as it is; a range may lie in two cells."""
    row = next(csv.reader([text], skipinitialspace=True), [text]) if "," in text else [text]
    return [cell.strip() for cell in row if cell.strip()]


def _names(words: list[str]) -> tuple[str, str]:
    """English and Chinese name, in whatever order they stand."""
    chinese = [word for word in words if HAN.search(word)]
    english = " ".join(word for word in words if not HAN.search(word))
    name_zh = " ".join(chinese)
    known = festival_of(name_zh)
    return english, known if known in FESTIVALS else name_zh


# --- JSON --------------------------------------------------------------------------------


def is_json(text: str) -> bool:
    return text.lstrip()[:1] in {"{", "["}


def read_json(text: str, year: int, reading: Reading) -> None:
    """One notice, or that of the year among several; days as `on`, `working`, `name_zh`."""
    try:
        data = json.loads(text)
    except UNREADABLE as error:
        number = getattr(error, "lineno", 1)
        line = text.splitlines()[number - 1 :] or [text]
        reading.trouble(number, line[0], _("this is not valid JSON"))
        return
    notices = [n for n in _notices(data) if n.get("year", year) == year]
    if not notices:
        reading.trouble(1, text, _("there is no notice of %(year)d in it") % {"year": year})
        return
    notice = notices[0]
    reading.number = str(notice.get("number") or "")
    if issued := _day(notice.get("issued_on")):
        reading.issued_on = issued
    for row in notice.get("days") or []:
        _read_row(row, text, reading)


def years_in_json(text: str) -> list[int]:
    """The years of the notices in it; none where it is no valid JSON."""
    try:
        notices = list(_notices(json.loads(text)))
    except UNREADABLE:
        return []
    return [n["year"] for n in notices if isinstance(n.get("year"), int)]


def _notices(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        data = {"days": data}
    if isinstance(data, dict):
        rows = data.get("notices", [data])
        yield from (row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()


def _read_row(row: Any, text: str, reading: Reading) -> None:
    on = _day(row.get("on")) if isinstance(row, dict) else None
    if on is None or not isinstance(row.get("working"), bool):
        shown = json.dumps(row, ensure_ascii=False)
        line = next((n for n, words in enumerate(text.splitlines(), 1) if shown in words), 1)
        why = _("a day has “on”, such as 2027-02-06, and “working”, true or false")
        reading.trouble(line, shown, why)
        return
    names = {key: str(row.get(key) or "") for key in ("name", "name_en", "name_zh")}
    name = names["name_en"] or names["name"]
    reading.days.append(NoticeDay(on, row["working"], name, names["name_zh"]))


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
