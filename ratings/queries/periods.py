"""The days of periods: when one begins and ends, until when it is assessed, what it is called."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils.translation import gettext, override

from common.workdays import SHANGHAI, add_working_days
from communities.scope import calendar_for
from ratings.models import Period, Scheme
from ratings.terms import Cycle

MONTHS = {Cycle.QUARTER: 3, Cycle.HALF_YEAR: 6, Cycle.YEAR: 12}
YEAR = 12
# So many are offered to be opened: this one, and those that were forgotten.
OFFERED = 4


def begins_of(on: date, cycle: Cycle) -> date:
    """The first day of the period that a day lies in."""
    months = MONTHS[cycle]
    return on.replace(month=(on.month - 1) // months * months + 1, day=1)


def ends_of(from_on: date, cycle: Cycle) -> date:
    """The day after the last one of the period that a day lies in."""
    first = begins_of(from_on, cycle)
    month = first.month - 1 + MONTHS[cycle]
    return first.replace(year=first.year + month // YEAR, month=month % YEAR + 1)


def assessed_until(until_on: date, days: int) -> date:
    """The last of so many working days after a period has ended."""
    last = until_on - timedelta(days=1)
    if not days:
        return last
    ended = datetime.combine(last, time(12), SHANGHAI)
    calendar = calendar_for([last.year, last.year + 1])
    due = add_working_days(ended, days, calendar).due_at.astimezone(SHANGHAI)
    # What is due at 24:00 is kept as the beginning of the next day.
    return (due - timedelta(microseconds=1)).date()


def name_of(from_on: date, cycle: Cycle) -> str:
    """What a period is called, for everybody the same, in the portal's own language."""
    number = (from_on.month - 1) // MONTHS[cycle] + 1
    facts = {"year": from_on.year, "n": number}
    with override(settings.LANGUAGE_CODE):
        if cycle == Cycle.QUARTER:
            return gettext("Quarter %(n)d of %(year)d") % facts
        if cycle == Cycle.HALF_YEAR:
            return gettext("Half-year %(n)d of %(year)d") % facts
        return gettext("Year %(year)d") % facts


def offered(scheme: Scheme, cycle: Cycle, on: date) -> list[tuple[date, str]]:
    """The latest periods that have begun and that no period covers, the newest first."""
    covered = list(Period.objects.filter(scheme=scheme).values_list("from_on", "until_on"))
    found, day = [], begins_of(on, cycle)
    for _number in range(OFFERED):
        until = ends_of(day, cycle)
        if not any(begun < until and ended > day for begun, ended in covered):
            found.append((day, name_of(day, cycle)))
        day = begins_of(day - timedelta(days=1), cycle)
    return found
