"""The State Council's holiday notices, day by day against an independent list."""

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest

from common.workdays import Calendar, Day

DATA = Path(__file__).parents[2] / "communities" / "data" / "calendar.json"
NOTICES: list[dict[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))["notices"]


def _calendar() -> Calendar:
    rows = [row for notice in NOTICES for row in notice["days"]]
    days = {date.fromisoformat(row["on"]): row for row in rows}
    return Calendar(
        {on: Day(on, row["working"], row["name_en"]) for on, row in days.items()},
        {notice["year"] for notice in NOTICES},
    )


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_of_the_year_is_worked_or_not_as_the_notice_says(year: int) -> None:
    calendar = _calendar()
    day = date(year, 1, 1)
    while day.year == year:
        assert calendar.is_working(day) == chinese_calendar.is_workday(day), day
        assert not calendar.provisional(day)
        day += timedelta(days=1)


def test_festivals_carry_the_name_the_independent_list_gives_them() -> None:
    for notice in NOTICES:
        for row in notice["days"]:
            _, name = chinese_calendar.get_holiday_detail(date.fromisoformat(row["on"]))
            assert name, f"{row['on']} is an ordinary day"
            chinese = chinese_calendar.Holiday(name).chinese
            assert chinese in row["name_zh"], row


def test_each_notice_sets_apart_as_many_days_as_published() -> None:
    counts = {
        notice["year"]: Counter(row["working"] for row in notice["days"]) for notice in NOTICES
    }
    assert counts == {
        2024: {False: 28, True: 8},
        2025: {False: 28, True: 5},
        2026: {False: 33, True: 6},
    }


def test_each_notice_is_named_by_number_and_dated_the_year_before() -> None:
    assert [(notice["number"], notice["issued_on"]) for notice in NOTICES] == [
        ("国办发明电〔2023〕7号", "2023-10-25"),
        ("国办发明电〔2024〕12号", "2024-11-12"),
        ("国办发明电〔2025〕7号", "2025-11-04"),
    ]


def test_no_day_is_set_apart_twice_and_all_belong_to_their_year() -> None:
    on = [row["on"] for notice in NOTICES for row in notice["days"]]
    assert on == sorted(set(on))
    for notice in NOTICES:
        assert all(row["on"].startswith(str(notice["year"])) for row in notice["days"])


def test_only_weekends_are_worked_to_make_up() -> None:
    worked = [row for notice in NOTICES for row in notice["days"] if row["working"]]
    assert all(date.fromisoformat(row["on"]).weekday() >= 5 for row in worked)
