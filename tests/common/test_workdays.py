"""Working days, as the law and the State Council's notices have them."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.workdays import (
    LUNAR_FESTIVALS,
    SHANGHAI,
    Calendar,
    Day,
    Reckoning,
    Step,
    add_calendar_days,
    add_seconds,
    add_working_days,
    reckon,
    statutory_days,
)

DATA = Path(__file__).parents[2] / "communities" / "data" / "calendar.json"


def _calendar() -> Calendar:
    notices = json.loads(DATA.read_text(encoding="utf-8"))["notices"]
    days = [
        Day(date.fromisoformat(row["on"]), row["working"], row["name_en"])
        for notice in notices
        for row in notice["days"]
    ]
    return Calendar({day.on: day for day in days}, {notice["year"] for notice in notices})


CALENDAR = _calendar()
WITHOUT_NOTICES = Calendar({}, ())


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def last_day(reckoning: Reckoning) -> str:
    """The day a deadline ends on at 24:00; fails when it does not end at 24:00."""
    end = reckoning.due_at.astimezone(SHANGHAI)
    assert (end.hour, end.minute, end.second, end.microsecond) == (0, 0, 0, 0)
    return (end.date() - timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2026-02-13", 5, "2026-02-27"),
        ("2025-09-26", 5, "2025-10-10"),
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2025-01-24", 5, "2025-02-07"),
        ("2025-12-31", 3, "2026-01-06"),
    ],
)
@pytest.mark.parametrize("clock", ["00:00", "10:00", "23:59:59.999999"])
def test_working_days_end_where_the_notices_put_them(
    start: str, days: int, last: str, clock: str
) -> None:
    assert last_day(add_working_days(local(f"{start}T{clock}"), days, CALENDAR)) == last


def test_a_deadline_explains_itself_day_by_day() -> None:
    told = add_working_days(local("2026-02-13T10:00"), 5, CALENDAR)
    festival = [Step("holiday", date(2026, 2, day), "Spring Festival") for day in range(15, 24)]
    assert list(told.steps) == [
        Step("start", date(2026, 2, 13)),
        Step("makeup", date(2026, 2, 14), "Spring Festival", 1),
        *festival,
        Step("counted", date(2026, 2, 24), count=2),
        Step("counted", date(2026, 2, 25), count=3),
        Step("counted", date(2026, 2, 26), count=4),
        Step("counted", date(2026, 2, 27), count=5),
        Step("due", date(2026, 2, 27)),
    ]


def test_half_past_one_on_a_friday_is_not_yet_thursday() -> None:
    friday = datetime(2026, 3, 12, 17, 30, tzinfo=UTC)  # Friday 13 March 01:30 in Shanghai
    assert last_day(add_working_days(friday, 1, CALENDAR)) == "2026-03-16"
    assert last_day(add_calendar_days(friday, 3, CALENDAR)) == "2026-03-16"


def test_the_day_ends_at_midnight_in_shanghai_kept_in_utc() -> None:
    due_at = add_working_days(local("2026-03-09T10:00"), 1, CALENDAR).due_at
    assert (due_at, due_at.tzinfo) == (datetime(2026, 3, 10, 16, tzinfo=UTC), UTC)


def test_a_start_told_in_another_zone_is_the_same_moment() -> None:
    start = local("2026-03-13T01:30")
    elsewhere = start.astimezone(timezone(timedelta(hours=-5)))
    for unit in ("seconds", "working_days", "calendar_days"):
        assert reckon(elsewhere, 3, unit, CALENDAR) == reckon(start, 3, unit, CALENDAR)


def test_hours_run_through_nights_weekends_and_festivals() -> None:
    told = add_seconds(local("2026-02-15T23:00"), 3 * 3600)
    assert told.due_at == local("2026-02-16T02:00")
    assert told.due_at.tzinfo is UTC
    assert not told.provisional
    assert told.steps == (
        Step("start", date(2026, 2, 15)),
        Step("hours", count=10_800),
        Step("due", date(2026, 2, 16)),
    )


def test_calendar_days_count_from_the_next_day_and_through_weekends() -> None:
    told = add_calendar_days(local("2026-03-06T10:00"), 7, CALENDAR)
    assert last_day(told) == "2026-03-13"
    assert [step.kind for step in told.steps] == ["start", "counted", "due"]


def test_a_last_calendar_day_of_rest_moves_to_the_next_working_day() -> None:
    told = add_calendar_days(local("2026-02-19T10:00"), 2, CALENDAR)  # ends on a Saturday off
    assert last_day(told) == "2026-02-24"
    assert [(step.kind, step.on and step.on.day) for step in told.steps] == [
        ("start", 19),
        ("counted", 21),
        ("holiday", 21),
        ("holiday", 22),
        ("holiday", 23),
        ("moved", 24),
        ("due", 24),
    ]


def test_a_last_calendar_day_on_a_worked_weekend_stays() -> None:
    assert last_day(add_calendar_days(local("2026-02-13T10:00"), 1, CALENDAR)) == "2026-02-14"


def test_a_last_calendar_day_moves_to_a_worked_weekend() -> None:
    told = add_calendar_days(local("2025-10-01T10:00"), 7, CALENDAR)
    assert last_day(told) == "2025-10-09"
    sunday = add_calendar_days(local("2025-09-26T10:00"), 1, CALENDAR)
    assert last_day(sunday) == "2025-09-28"
    assert sunday.steps[-2] == Step(
        "moved", date(2025, 9, 28), "National Day and Mid-Autumn Festival"
    )


def test_december_reaching_into_a_year_without_a_notice_is_provisional() -> None:
    inside = add_working_days(local("2026-12-25T10:00"), 4, CALENDAR)
    assert (last_day(inside), inside.provisional) == ("2026-12-31", False)
    across = add_working_days(local("2026-12-25T10:00"), 5, CALENDAR)
    assert (last_day(across), across.provisional) == ("2027-01-04", True)
    assert across.steps[-5:-2] == (
        Step("holiday", date(2027, 1, 1), "New Year's Day"),
        Step("weekend", date(2027, 1, 2)),
        Step("weekend", date(2027, 1, 3)),
    )
    days = add_calendar_days(local("2026-12-25T10:00"), 7, CALENDAR)
    assert (last_day(days), days.provisional) == ("2027-01-04", True)


def test_a_last_calendar_day_pushed_into_a_year_without_a_notice_is_provisional() -> None:
    calendar = Calendar({}, {2028})  # 30 and 31 December 2028 are a weekend
    told = add_calendar_days(local("2028-12-28T10:00"), 2, calendar)
    assert (last_day(told), told.provisional) == ("2029-01-02", True)


def test_a_promise_that_counted_a_provisional_day_stays_provisional() -> None:
    told = add_working_days(local("2027-12-29T10:00"), 4, Calendar({}, {2028}))
    assert (last_day(told), told.provisional) == ("2028-01-04", True)


def test_a_notice_may_set_apart_a_day_of_the_year_before() -> None:
    sunday_worked = Day(date(2028, 12, 31), working=True, name="New Year's Day")
    calendar = Calendar({sunday_worked.on: sunday_worked}, {2029})
    assert calendar.is_working(sunday_worked.on)
    assert not calendar.is_working(date(2028, 12, 30))


def test_a_year_without_a_notice_has_the_thirteen_days_off_of_the_law() -> None:
    for year in LUNAR_FESTIVALS:
        shared = date(year, 10, 1) <= date(year, *LUNAR_FESTIVALS[year][-1]) <= date(year, 10, 3)
        assert len(statutory_days(year)) == 13 - shared, year
        assert not any(WITHOUT_NOTICES.is_working(on) for on in statutory_days(year))


def test_a_year_without_a_notice_keeps_new_years_eve_and_the_three_days_after() -> None:
    named = [on for on, name in statutory_days(2027).items() if name == "Spring Festival"]
    assert named == [date(2027, 2, day) for day in (5, 6, 7, 8)]
    assert last_day(add_working_days(local("2027-02-04T10:00"), 1, WITHOUT_NOTICES)) == "2027-02-09"


def test_the_lunar_table_agrees_with_the_moon_and_the_sun() -> None:
    known_new_moon, lunation = datetime(2000, 1, 6, 18, 14, tzinfo=UTC), 29.530588861
    for year, (spring, qingming, boats, autumn) in LUNAR_FESTIVALS.items():
        assert date(year, 1, 21) <= date(year, *spring) <= date(year, 2, 20)
        assert qingming in {(4, 4), (4, 5)}
        for festival, day_of_month in ((spring, 1), (boats, 5), (autumn, 15)):
            noon = datetime(year, *festival, 4, tzinfo=UTC) - timedelta(days=day_of_month - 1)
            age = (noon - known_new_moon) / timedelta(days=1) % lunation
            # True and mean new moon differ by up to 0.6 days, noon and new moon by up to 0.5.
            assert min(age, lunation - age) < 1.1, (year, festival)


def test_beyond_the_lunar_table_the_fixed_festivals_still_count() -> None:
    assert [(on.month, on.day) for on in statutory_days(2050)] == [
        (1, 1),
        (5, 1),
        (5, 2),
        (10, 1),
        (10, 2),
        (10, 3),
    ]
    assert WITHOUT_NOTICES.provisional(date(2050, 1, 1))


def test_a_year_with_a_notice_has_only_the_days_off_it_names() -> None:
    calendar = Calendar({}, {2027})
    assert calendar.day(date(2027, 1, 1)) == Day(date(2027, 1, 1), working=True)


def test_a_start_without_a_zone_is_refused() -> None:
    for unit in ("seconds", "working_days", "calendar_days"):
        with pytest.raises(ValueError, match="time zone"):
            reckon(local("2026-02-13T10:00").replace(tzinfo=None), 1, unit, CALENDAR)


def test_nothing_and_less_than_nothing_is_refused() -> None:
    for unit in ("seconds", "working_days", "calendar_days"):
        for amount in (0, -1):
            with pytest.raises(ValueError, match="at least 1"):
                reckon(local("2026-02-13T10:00"), amount, unit, CALENDAR)


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="fortnights"):
        reckon(local("2026-02-13T10:00"), 1, "fortnights", CALENDAR)


moments = st.timedeltas(timedelta(), timedelta(days=1_550)).map(
    lambda after: datetime(2023, 12, 1, tzinfo=UTC) + after
)
amounts = st.integers(1, 40)


@given(moments, amounts)
def test_working_days_equal_a_plain_walk_over_a_wall_calendar(start: datetime, days: int) -> None:
    day = (start + timedelta(hours=8)).date()
    left = days
    while left:
        day += timedelta(days=1)
        left -= CALENDAR.is_working(day)
    told = add_working_days(start, days, CALENDAR)
    assert last_day(told) == day.isoformat()
    counted = [step.count for step in told.steps if step.kind in {"counted", "makeup"}]
    assert counted == list(range(1, days + 1))


@given(moments, amounts)
def test_calendar_days_end_on_a_working_day_with_only_rest_before_it(
    start: datetime, days: int
) -> None:
    nominal = (start + timedelta(hours=8)).date() + timedelta(days=days)
    last = date.fromisoformat(last_day(add_calendar_days(start, days, CALENDAR)))
    assert CALENDAR.is_working(last)
    between = [nominal + timedelta(days=n) for n in range((last - nominal).days)]
    assert not any(CALENDAR.is_working(day) for day in between)


@given(moments, st.timedeltas(timedelta(), timedelta(days=20)), amounts)
def test_whoever_starts_later_is_never_due_sooner(
    start: datetime, later: timedelta, amount: int
) -> None:
    for unit in ("seconds", "working_days", "calendar_days"):
        first = reckon(start, amount, unit, CALENDAR).due_at
        assert start < first <= reckon(start + later, amount, unit, CALENDAR).due_at


@given(moments, amounts)
def test_a_day_more_is_never_due_sooner(start: datetime, days: int) -> None:
    more = {
        unit: [reckon(start, days + n, unit, CALENDAR).due_at for n in (0, 1)]
        for unit in ("working_days", "calendar_days")
    }
    assert more["working_days"][0] < more["working_days"][1]
    assert more["calendar_days"][0] <= more["calendar_days"][1]


@given(st.sets(st.dates(date(2026, 1, 1), date(2026, 6, 30)), max_size=30), amounts)
def test_a_holiday_more_never_shortens_a_promise(off: set[date], days: int) -> None:
    plain = Calendar({}, {2026})
    richer = Calendar({on: Day(on, working=False, name="x") for on in off}, {2026})
    start = local("2026-01-05T10:00")
    lengths = [add_working_days(start, days, each).due_at for each in (plain, richer)]
    assert lengths[0] <= lengths[1]
