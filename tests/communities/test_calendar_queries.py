"""A year at a glance, and which notice is missing when."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import User
from common.workdays import statutory_days
from communities.actions import NoticeDay
from communities.models import CalendarNotice
from communities.queries.calendar import (
    calendar_warning,
    differences,
    holidays_of,
    missing_notice,
    year_at_a_glance,
    years_shown,
    years_to_enter,
)
from tests.moments import at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


def test_every_day_of_a_year_is_there_with_what_it_is() -> None:
    found = year_at_a_glance(2026)
    days = {day.on: day for day in found.days}
    assert len(days) == 365
    kinds = Counter(day.kind for day in days.values())
    assert kinds == {"working": 242, "weekend": 84, "holiday": 33, "makeup": 6}
    assert found.working_days == 248
    assert not found.provisional
    assert days[date(2026, 2, 14)].kind == "makeup"
    assert days[date(2026, 2, 17)].name == "Spring Festival"
    assert [len(month.weeks) for month in found.months[:3]] == [5, 5, 6]
    assert all(len(week) == 7 for month in found.months for week in month.weeks)
    assert [month.working_days for month in found.months][:2] == [21, 16]


def test_a_festival_is_named_in_the_language_of_the_reader() -> None:
    for language, name in (("zh-hans", "春节"), ("en", "Spring Festival")):
        with override(language):
            for year in (2026, 2027):  # by a notice, and by the law alone
                assert name in {holiday.name for holiday in year_at_a_glance(year).holidays}


def test_a_year_without_a_notice_is_provisional_and_has_the_days_of_the_law() -> None:
    found = year_at_a_glance(2027)
    assert found.provisional
    off = {day.on for day in found.days if day.kind == "holiday"}
    assert off == set(statutory_days(2027))
    assert not [day for day in found.days if day.kind == "makeup"]


def test_holidays_are_told_one_by_one_with_what_is_worked_for_them() -> None:
    spring = next(h for h in year_at_a_glance(2026).holidays if h.name == "Spring Festival")
    assert spring.runs == [(date(2026, 2, 15), date(2026, 2, 23))]
    assert spring.worked == [date(2026, 2, 14), date(2026, 2, 28)]
    # National Day works a day before Mid-Autumn, and still comes after it.
    assert [h.name for h in year_at_a_glance(2026).holidays][-2:] == [
        "Mid-Autumn Festival",
        "National Day",
    ]


def test_two_new_years_days_in_one_year_are_two_holidays() -> None:
    days = [date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    found = holidays_of(NoticeDay(on, False, "New Year's Day", "元旦") for on in days)
    assert [holiday.runs for holiday in found] == [
        [(date(2026, 1, 1), date(2026, 1, 1))],
        [(date(2026, 12, 31), date(2027, 1, 1))],
    ]


def test_a_year_costs_two_queries(at_most: Callable[..., Any]) -> None:
    with at_most(2):
        year_at_a_glance(2026)


def test_a_correction_says_what_it_changes() -> None:
    notice = CalendarNotice.objects.get(year=2026)
    days = [NoticeDay(d.on, d.working, d.name, d.name_zh) for d in notice.days.order_by("on")]
    assert differences(notice, days) == []
    assert differences(None, days) == []
    changed = [day for day in days if day.on != date(2026, 1, 4)]
    changed.append(NoticeDay(date(2026, 1, 5), working=False, name_zh="元旦"))
    assert differences(notice, changed) == [
        ("Now off", [date(2026, 1, 5)]),
        ("No longer set apart", [date(2026, 1, 4)]),
    ]


@pytest.mark.parametrize(
    ("moment", "missing"),
    [
        ("2025-10-31 23:59", None),
        ("2025-11-01 00:00", None),  # there is one for 2026
        ("2026-10-31 23:59", None),
        ("2026-11-01 00:00", 2027),
        ("2026-12-31 23:59", 2027),
        ("2027-01-01 00:00", 2027),
        ("2027-11-01 00:00", 2027),  # this year's first
    ],
)
def test_from_november_on_next_years_notice_is_missed(moment: str, missing: int | None) -> None:
    assert missing_notice(at(moment)) == missing


def test_those_who_may_enter_it_are_warned(people: dict[str, User]) -> None:
    november, october = at("2026-11-22 09:00"), at("2026-10-01 09:00")
    for name, told in (
        ("district", {"calendar_missing": 2027}),
        ("administrator", {"calendar_missing": 2027}),
        ("subdistrict", {}),
        ("dispatcher", {}),
        ("resident", {}),
    ):
        assert calendar_warning(people[name], november) == told
        assert calendar_warning(people[name], october) == {}


def test_pages_go_a_little_ahead_and_notices_one_year() -> None:
    moment = at("2026-11-22 09:00")
    assert list(years_shown(moment)) == [2024, 2025, 2026, 2027, 2028]
    assert list(years_to_enter(moment)) == [2024, 2025, 2026, 2027]
    CalendarNotice.objects.all().delete()
    assert list(years_shown(moment)) == [2026, 2027, 2028]
