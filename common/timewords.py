"""Times in words, as people write them: in Shanghai, in the reader's language.

Nothing here asks the clock: whoever wants to say "3 h ago" passes the moment it is told at.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.template.defaultfilters import date as format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.now import SHANGHAI

MINUTE, HOUR, DAY = 60, 3600, 86400
# Chinese sets no space between words; it does between words and figures.
BETWEEN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


def duration(span: timedelta) -> str:
    """A span in its two largest units, rounded down: "2 h 10 min", "3 d 4 h", "under a minute"."""
    seconds = int(abs(span).total_seconds())
    days, hours = seconds // DAY, seconds % DAY // HOUR
    minutes = seconds % HOUR // MINUTE
    if days:
        parts = [_("%(n)s d") % {"n": days}, _("%(n)s h") % {"n": hours} if hours else ""]
    elif hours:
        parts = [_("%(n)s h") % {"n": hours}, _("%(n)s min") % {"n": minutes} if minutes else ""]
    elif minutes:
        parts = [_("%(n)s min") % {"n": minutes}]
    else:
        return _("under a minute")
    return " ".join(part for part in parts if part)


def time_left(due_at: datetime, at: datetime) -> str:
    """The time left or run over, in words; a moment equal to `due_at` is already late."""
    words = {"time": duration(due_at - at)}
    text = _("%(time)s left") % words if at < due_at else _("Late by %(time)s") % words
    return BETWEEN_CHINESE.sub("", text)


def _shanghai(
    moment: datetime, *, begins: bool = False, exact: bool = False
) -> tuple[datetime, str]:
    """The Shanghai day and clock; midnight is the end of the day before, written 24:00."""
    local = moment.astimezone(SHANGHAI)
    if not begins and (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return local - timedelta(days=1), "24:00"
    return local, f"{local:%H:%M:%S}" if exact and local.second else f"{local:%H:%M}"


def clockface(moment: datetime) -> str:
    """The clock alone, to the second where it is not a whole minute: "20:00", "24:00"."""
    return _shanghai(moment, exact=True)[1]


def clocktime(moment: datetime | None) -> str:
    """Day and clock in Shanghai as figures: "2026-02-27 24:00"; empty for no moment."""
    if moment is None:
        return ""
    day, clock = _shanghai(moment)
    return f"{day:%Y-%m-%d} {clock}"


def clockwords(
    moment: datetime | None,
    at: datetime | None = None,
    *,
    begins: bool = False,
    exact: bool = False,
) -> str:
    """Day and clock as people write them, "Fri 27 Feb, 24:00"; no year if it is that of `at`.

    `begins`: something begins then, so that midnight is 00:00 of its own day; `exact`: with
    seconds where there are any.
    """
    if moment is None:
        return ""
    day, clock = _shanghai(moment, begins=begins, exact=exact)
    if at is not None and at.astimezone(SHANGHAI).year == day.year:
        pattern = pgettext("day of this year, Django date format", "D j M")
    else:
        pattern = _weekday_and_year()
    return _("%(day)s, %(clock)s") % {"day": format_date(day, pattern), "clock": clock}


def daywords(day: date) -> str:
    """A day with its year as people write it, "27 Feb 2026"."""
    return format_date(day, _day_of_a_year())


def weekwords(day: date) -> str:
    """A day of a year that is named elsewhere, with its day of the week, "Fri 27 Feb"."""
    return format_date(day, pgettext("day of this year, Django date format", "D j M"))


def several_days(first: date, last: date, year: int) -> str:
    """From a day to another, "15–23 Feb"; one day with its weekday. The year where not `year`."""
    if first == last:
        return weekwords(first) if first.year == year else format_date(first, _weekday_and_year())
    patterns = _patterns(first, last, year).split("|")
    told = [format_date(day, pattern) for day, pattern in zip((first, last), patterns, strict=True)]
    return _("%(first)s–%(last)s") % {"first": told[0], "last": told[1]}


def _patterns(first: date, last: date, year: int) -> str:
    """How the two ends of several days are written: two Django date formats and a bar between."""
    if first.year != last.year:
        return pgettext("days of two years, Django date formats", "j M Y|j M Y")
    one_month, this_year = first.month == last.month, last.year == year
    if one_month and this_year:
        return pgettext("days of one month, Django date formats", "j|j M")
    if one_month:
        return pgettext("days of one month of another year, Django date formats", "j|j M Y")
    if this_year:
        return pgettext("days of two months, Django date formats", "j M|j M")
    return pgettext("days of two months of another year, Django date formats", "j M|j M Y")


def _weekday_and_year() -> str:
    return pgettext("day of another year, Django date format", "D j M Y")


def isotime(moment: datetime | None) -> str:
    """The moment for a `datetime` attribute, in Shanghai time with its offset."""
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds") if moment else ""


def _day_and_clock(moment: datetime, at: datetime) -> str:
    """Without the day of the week, which says nothing of weeks ago."""
    local = moment.astimezone(SHANGHAI)
    if at.astimezone(SHANGHAI).year == local.year:
        pattern = pgettext("day of this year without weekday, Django date format", "j M, H:i")
    else:
        pattern = _day_of_a_year()
    return format_date(local, pattern)


def _day_of_a_year() -> str:
    return pgettext("day of another year without weekday, Django date format", "j M Y")


def yearday(day: date | str | None) -> str:
    """A day with its year, "27 Feb 2026"; written as text too, as notices keep it."""
    if not day:
        return ""
    return format_date(date.fromisoformat(day) if isinstance(day, str) else day, _day_of_a_year())


def ago(moment: datetime | None, at: datetime) -> str:
    """How long before `at` it was: "3 h ago"; after a week the date and the clock."""
    if moment is None:
        return ""
    passed = at - moment
    if passed < timedelta(minutes=1):
        return _("just now")
    if passed >= timedelta(days=7):
        return _day_and_clock(moment, at)
    if passed < timedelta(hours=1):
        span = _("%(n)s min") % {"n": passed.seconds // MINUTE}
    elif passed < timedelta(days=1):
        span = _("%(n)s h") % {"n": passed.seconds // HOUR}
    else:
        span = _("%(n)s d") % {"n": passed.days}
    return _("%(time)s ago") % {"time": span}
