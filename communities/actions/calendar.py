"""Entering the State Council's yearly notices, by hand or from a file."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from common.errors import Conflict, Invalid
from common.now import now, today
from common.workdays import SATURDAY, statutory_days
from communities.models import (
    CalendarDay,
    CalendarNotice,
    festival_in_chinese,
    festival_in_english,
)
from communities.permissions import check_may_enter_notices

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIRST_YEAR = 2000
LONGEST_NUMBER, LONGEST_NAME = 64, 60
# The last ten days (下旬) of the year before and the first ten (上旬) of the next: a notice may
# join a holiday to them, as that of 2023 did with 31 December 2022. Further away is a slip.
LATE_DECEMBER, EARLY_JANUARY = 21, 10
MOST_TOLD = 10  # sentences about days in one refusal


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """A day that a notice sets apart. Of its two names one is enough where the other is known."""

    on: date
    working: bool
    name: str = ""
    name_zh: str = ""


@transaction.atomic
def enter_notice(
    *,
    by: Actor,
    year: int,
    number: str,
    issued_on: date,
    days: Iterable[NoticeDay],
    based_on: str | None = None,
) -> CalendarNotice:
    """Enter a year's notice, or correct it: the days given replace those there were.

    From then on the notice is unreckoned: a sweep reckons the promises that rest on it anew and
    calls `mark_reckoned`. `based_on` is the `version` a form was filled in from ("" for none).
    Raises NotAllowed but for a district officer, an administrator or the operator at the console;
    Invalid as `check_notice` does; Conflict where somebody else entered it in the meantime.
    """
    check_may_enter_notices(by)
    # Locked first, in one order: two corrections at once would else mix their days.
    kept = {n.year: n for n in CalendarNotice.objects.select_for_update().order_by("year")}
    notice = kept.get(year)
    if based_on is not None and based_on != (notice.version if notice else ""):
        raise Conflict(
            _("Somebody else has entered this notice in the meantime. Please look at it.")
        )
    wanted = check_notice(year=year, number=number, issued_on=issued_on, days=days)
    before = _facts(notice) if notice else None
    notice = notice or CalendarNotice(year=year)
    notice.number, notice.issued_on = number.strip(), issued_on
    notice.entered_at, notice.reckoned_at = now(), None
    try:
        with transaction.atomic():
            notice.save()
            notice.days.all().delete()
            CalendarDay.objects.bulk_create(
                CalendarDay(
                    notice=notice, on=d.on, working=d.working, name=d.name, name_zh=d.name_zh
                )
                for d in wanted
            )
    except IntegrityError:  # a new year, entered by two at once
        raise Conflict from None
    audit.record(
        by=by,
        verb="correct_notice" if before else "enter_notice",
        target_kind="calendar_notice",
        target=str(year),
        new=_facts(notice),
        old=before,
    )
    return notice


def mark_reckoned(notice: CalendarNotice, at: datetime) -> bool:
    """The promises resting on a notice have been reckoned by it.

    False, and nothing written, where it was corrected after the caller read it: then they have to
    be reckoned once more.
    """
    same = CalendarNotice.objects.filter(pk=notice.pk, entered_at=notice.entered_at)
    return bool(same.update(reckoned_at=at))


def check_notice(
    *, year: int, number: str, issued_on: date, days: Iterable[NoticeDay]
) -> list[NoticeDay]:
    """The days in order and with both names; raises Invalid, by field, for what cannot be.

    A notice names all 13 statutory days off (Regulation on Public Holidays), lies in its year, and
    makes up for holidays on weekends only: without that a slip would move thousands of promises.
    """
    wanted = sorted((_named(day) for day in days), key=lambda day: day.on)
    wrong: dict[str, list[StrOrPromise]] = {
        "year": list(_wrong_year(year)),
        "number": list(_wrong_number(number)),
        "issued_on": list(_wrong_date(issued_on)),
    }
    others = dict(
        CalendarDay.objects.exclude(notice__year=year)
        .filter(on__in={day.on for day in wanted} | set(statutory_days(year)))
        .values_list("on", "notice__year")
    )
    if not wrong["year"]:
        wrong["days"] = list(_wrong_days(year, wanted, others))[:MOST_TOLD]
    if fields := {name: sentences for name, sentences in wrong.items() if sentences}:
        raise Invalid(fields=fields)
    return wanted


def _named(day: NoticeDay) -> NoticeDay:
    name, name_zh = day.name.strip(), day.name_zh.strip()
    return replace(
        day,
        name=name or festival_in_english(name_zh),
        name_zh=name_zh or festival_in_chinese(name),
    )


def _wrong_year(year: int) -> Iterator["StrOrPromise"]:
    last = today().year + 1
    if not FIRST_YEAR <= year <= last:
        yield _("A notice can be entered for the years %(first)d to %(last)d.") % {
            "first": FIRST_YEAR,
            "last": last,
        }


def _wrong_number(number: str) -> Iterator["StrOrPromise"]:
    if not number.strip():
        yield _("Give the number of the notice, as it stands below its title.")
    elif len(number.strip()) > LONGEST_NUMBER:
        yield _("Please keep it under %(limit)d characters.") % {"limit": LONGEST_NUMBER}


def _wrong_date(issued_on: date) -> Iterator["StrOrPromise"]:
    if issued_on > today():
        yield _("This day has not come yet.")


def _wrong_days(
    year: int, days: list[NoticeDay], others: dict[date, int]
) -> Iterator["StrOrPromise"]:
    times = Counter(day.on for day in days)
    for on, count in times.items():
        if count > 1:
            yield _("%(day)s is given twice.") % {"day": on}
        if on in others:
            yield _("%(day)s is set apart by the notice of %(year)d already.") % {
                "day": on,
                "year": others[on],
            }
    for day in days:
        yield from _wrong_day(year, day)
    yield from _missing(year, {day.on for day in days if not day.working} | set(others))


def _wrong_day(year: int, day: NoticeDay) -> Iterator["StrOrPromise"]:
    said = {"day": day.on, "year": year}
    if not _belongs(year, day.on):
        yield _("%(day)s does not belong to a notice of %(year)d.") % said
    if day.working and day.on.weekday() < SATURDAY:
        yield (
            _("%(day)s is no weekend day, so it cannot be worked to make up for a holiday.") % said
        )
    if not day.name or not day.name_zh:
        yield _("Say which festival %(day)s belongs to.") % said
    elif max(len(day.name), len(day.name_zh)) > LONGEST_NAME:
        yield _("The name of %(day)s is too long.") % said


def _belongs(year: int, on: date) -> bool:
    if on.year == year - 1:
        return (on.month, on.day) >= (12, LATE_DECEMBER)
    return on.year == year or (on.year == year + 1 and (on.month, on.day) <= (1, EARLY_JANUARY))


def _missing(year: int, off: set[date]) -> Iterator["StrOrPromise"]:
    """Statutory days that are neither off by this notice nor named by a neighbour's."""
    missing: dict[str, list[str]] = {}
    for on, name in sorted(statutory_days(year).items()):
        if on not in off:
            missing.setdefault(name, []).append(on.isoformat())
    for name, found in missing.items():
        yield _("%(festival)s is missing: %(days)s is a day off by law.") % {
            "festival": _(name),
            "days": ", ".join(found),
        }


def _facts(notice: CalendarNotice) -> dict[str, Any]:
    """A notice as the audit log keeps it."""
    days = list(notice.days.order_by("on").values_list("on", "working"))
    return {
        "number": notice.number,
        "issued_on": notice.issued_on.isoformat(),
        "off": [on.isoformat() for on, working in days if not working],
        "worked": [on.isoformat() for on, working in days if working],
    }
