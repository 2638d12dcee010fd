"""What is due when: the law's arithmetic over rules, without a database."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.workdays import SHANGHAI, Calendar, Day
from complaints import clock
from complaints.models import Deadline
from complaints.workflow import LADDER, Stage
from tests.moments import at

ORDINARY = Calendar(days={}, years=frozenset(range(2020, 2031)))
HOURS, DAYS = "seconds", "working_days"
BEFORE = at("2020-01-01")


@dataclass(frozen=True)
class Promise:
    """As much of a rule row as the clock needs."""

    stage: str = "inspect"
    urgency: str = "normal"
    place_id: int | None = None
    category_id: int | None = None
    amount: int = 3 * 3600
    unit: str = HOURS
    span_amount: int = 3 * 3600
    span_unit: str = HOURS
    quiet_from: time | None = None
    quiet_until: time | None = None
    closes_at: time | None = None
    reminders: tuple[int, ...] | None = None
    ladder: tuple[str, ...] | None = None
    valid_from: datetime = field(default=BEFORE)
    version: int = 1
    withdrawn: bool = False


FIVE_DAYS = Promise("feedback", amount=5, unit=DAYS, span_amount=1, span_unit=DAYS)


# --- Due times ---------------------------------------------------------------------------


def test_hours_run_day_and_night() -> None:
    due = clock.due(Promise(), at("2026-03-06 23:30"), ORDINARY)
    assert due.due_at == at("2026-03-07 02:30")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reported", "days", "last"),
    [
        ("2026-02-13 10:00", 5, "2026-02-27"),
        ("2025-09-26 10:00", 5, "2025-10-10"),
        ("2026-09-18 10:00", 5, "2026-09-24"),
        ("2026-04-30 10:00", 5, "2026-05-11"),
        ("2025-01-24 10:00", 5, "2025-02-07"),
        ("2025-12-31 10:00", 3, "2026-01-06"),
    ],
)
def test_working_days_by_the_notices_that_are_entered(reported: str, days: int, last: str) -> None:
    from communities.scope import calendar_for

    start = at(reported)
    due = clock.due(replace(FIVE_DAYS, amount=days), start, calendar_for({start.year}))
    assert due.due_at == at(last) + timedelta(days=1)  # 24:00 of the last day
    assert not due.provisional


def test_a_day_begins_in_shanghai_not_in_utc() -> None:
    """Friday 01:30 in Shanghai is Thursday in UTC; one working day on is Monday, not Friday."""
    one = replace(FIVE_DAYS, amount=1)
    assert clock.due(one, at("2026-03-06 01:30"), ORDINARY).due_at == at("2026-03-10")


# --- Which rule --------------------------------------------------------------------------


def test_the_rule_of_the_stage_and_urgency_is_picked() -> None:
    rules = [Promise(), Promise(urgency="urgent"), Promise(stage="handle")]
    assert clock.pick(rules, "inspect", "urgent", at("2026-03-02")) is rules[1]


def test_a_newer_version_beats_an_older_from_its_day_on() -> None:
    old, new = Promise(), Promise(version=2, valid_from=at("2026-03-02"))
    assert clock.pick([old, new], "inspect", "normal", at("2026-03-01 23:59")) is old
    assert clock.pick([old, new], "inspect", "normal", at("2026-03-02")) is new
    assert clock.pick([new, old], "inspect", "normal", at("2026-03-02")) is new


def test_of_two_versions_of_one_moment_the_later_counts() -> None:
    first, second = Promise(version=2), Promise(version=3)
    assert clock.pick([second, first], "inspect", "normal", at("2026-03-02")) is second


def test_a_districts_rule_beats_the_general_one_and_a_categorys_beats_both() -> None:
    general = Promise(version=9, valid_from=at("2026-02-01"))
    district, category = Promise(place_id=1), Promise(category_id=7, urgency="")
    moment = at("2026-03-02")
    assert clock.pick([general, district], "inspect", "normal", moment, places=[1]) is district
    assert clock.pick([general, district, category], "inspect", "normal", moment) is category


def test_where_no_rule_is_valid_it_is_said() -> None:
    with pytest.raises(LookupError, match="inspect/normal"):
        clock.pick([Promise(valid_from=at("2027-01-01"))], "inspect", "normal", at("2026-03-02"))


# --- The ladder --------------------------------------------------------------------------


def test_rungs_of_hours_are_three_hours_apart() -> None:
    due = at("2026-03-02 12:00")
    assert [clock.level_due_at(Promise(), due, n, ORDINARY) for n in range(3)] == [
        due,
        at("2026-03-02 15:00"),
        at("2026-03-02 18:00"),
    ]


def test_rungs_of_days_are_one_working_day_apart_and_begin_the_day_after() -> None:
    """24:00 of Friday is 00:00 of Saturday: the next rung is 24:00 of Monday, not of Tuesday."""
    due = at("2026-03-07")
    assert [clock.level_due_at(FIVE_DAYS, due, n, ORDINARY) for n in range(3)] == [
        due,
        at("2026-03-10"),
        at("2026-03-11"),
    ]


def test_rungs_of_days_pass_over_holidays() -> None:
    days = {date(2026, 3, d): Day(date(2026, 3, d), working=False, name="Feast") for d in (9, 10)}
    holidays = Calendar(days=days, years=ORDINARY.years)
    assert clock.level_due_at(FIVE_DAYS, at("2026-03-07"), 1, holidays) == at("2026-03-12")


def test_in_time_is_before_and_the_very_moment_is_late() -> None:
    due = at("2026-03-02 12:00")
    second = timedelta(seconds=1)
    assert clock.levels_reached(Promise(), due, 0, due - second, ORDINARY) == ([], due)
    reached, following = clock.levels_reached(Promise(), due, 0, due, ORDINARY)
    assert [(level.number, level.due_at) for level in reached] == [(0, due)]
    assert following == at("2026-03-02 15:00")


def test_after_a_day_of_silence_every_rung_is_dated_when_it_was_due() -> None:
    due = at("2026-03-02 12:00")
    reached, following = clock.levels_reached(Promise(), due, 0, due + timedelta(days=1), ORDINARY)
    assert [level.due_at for level in reached] == [
        due,
        at("2026-03-02 15:00"),
        at("2026-03-02 18:00"),
    ]
    assert following is None


@given(
    stage=st.sampled_from(sorted(Stage)),
    waits=st.lists(st.integers(0, 40), min_size=1, max_size=8),
    rule=st.sampled_from([Promise(), FIVE_DAYS]),
)
def test_however_often_one_looks_the_rungs_are_the_same(
    stage: Stage, waits: list[int], rule: Promise
) -> None:
    """Looking many times and looking once at the end find the same rungs at the same times."""
    due = at("2026-04-30") if rule is FIVE_DAYS else at("2026-04-30 12:00")
    moment, first, found = due - timedelta(hours=10), 0, []
    for wait in waits:
        moment += timedelta(hours=wait)
        reached, _ = clock.levels_reached(rule, due, first, moment, ORDINARY)
        found += reached
        first += len(reached)
    at_once, _ = clock.levels_reached(rule, due, 0, moment, ORDINARY)
    assert found == at_once
    assert [level.number for level in found] == list(range(len(found)))
    assert len(found) <= len(LADDER[stage])
    assert all(level.due_at <= moment for level in found)


# --- Small parts -------------------------------------------------------------------------


def test_the_alarm_is_the_least_of_what_is_set() -> None:
    early, late = at("2026-03-02"), at("2026-03-03")
    assert clock.alarm_at([None, late, early]) == early
    assert clock.alarm_at([None]) is None
    assert clock.alarm_at([]) is None


@pytest.mark.parametrize(
    ("met", "void", "late"),
    [
        (None, None, True),
        ("2026-03-02 11:59", None, False),
        ("2026-03-02 12:00", None, True),
        (None, "2026-03-02 11:59", False),
        (None, "2026-03-02 12:00", True),
    ],
)
def test_a_deadline_knows_whether_it_was_late(
    met: str | None, void: str | None, late: bool
) -> None:
    row = Deadline(
        due_at=at("2026-03-02 12:00"),
        met_at=at(met) if met else None,
        void_at=at(void) if void else None,
    )
    assert row.late_at(at("2026-03-02 12:00")) is late


def test_moments_are_shanghais() -> None:
    assert at("2026-03-02 10:00").tzinfo is SHANGHAI
