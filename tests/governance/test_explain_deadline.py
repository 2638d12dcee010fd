"""`manage.py explain_deadline`: the same arithmetic as every promise, followed line by line."""

import json
from datetime import date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from communities.models import CalendarNotice
from governance.management.commands import explain_deadline

pytestmark = pytest.mark.django_db


def explained(start: str, amount: str, unit: str, *more: str) -> str:
    out = StringIO()
    words = ["--from", start, "--amount", amount, "--unit", unit, *more]
    call_command("explain_deadline", *words, stdout=out)
    return out.getvalue()


def as_json(start: str, amount: str, unit: str, *more: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(explained(start, amount, unit, "--json", *more))
    return told


def lines(start: str, amount: str, unit: str, *more: str) -> list[str]:
    return explained(start, amount, unit, *more).splitlines()


# The day of receipt, how many working days, and the last of them; the hour is never asked.
CHECK_VALUES = [
    ("2026-02-13", 5, "2026-02-27"),
    ("2025-09-26", 5, "2025-10-10"),
    ("2026-09-18", 5, "2026-09-24"),
    ("2026-04-30", 5, "2026-05-11"),
    ("2025-01-24", 5, "2025-02-07"),
    ("2025-12-31", 3, "2026-01-06"),
]


@pytest.mark.parametrize(("first", "days", "last"), CHECK_VALUES)
@pytest.mark.parametrize("hour", ["T00:00", "T01:30", "T10:00", "T23:59:59"])
def test_the_check_values_of_the_rule_book_hold(
    first: str, days: int, last: str, hour: str
) -> None:
    told = as_json(first + hour, str(days), "working_days")
    after = date.fromordinal(date.fromisoformat(last).toordinal() + 1)
    assert told["due_at"] == f"{after}T00:00:00+08:00"
    assert told["steps"][-1]["date"] == last
    counted = [step for step in told["steps"] if step["kind"] in {"counted", "makeup"}]
    assert [step["count"] for step in counted] == list(range(1, days + 1))
    assert counted[-1]["date"] == last
    assert not told["provisional"]


def test_every_step_says_what_it_is_and_no_day_is_left_out() -> None:
    told = as_json("2026-02-13T10:00", "5", "working_days")
    for step in told["steps"]:
        assert set(step) == {"kind", "date", "from", "until", "name", "count", "text"}
        assert step["text"]
    days = [date.fromisoformat(step["date"]).toordinal() for step in told["steps"][:-1]]
    assert days == list(range(days[0], days[-1] + 1))
    assert [step["kind"] for step in told["steps"]] == (
        ["start", "makeup", *["holiday"] * 9, *["counted"] * 4, "due"]
    )
    assert {s["name"] for s in told["steps"] if s["kind"] == "holiday"} == {"Spring Festival"}
    assert told["steps"][0]["from"] == told["from"] == "2026-02-13T10:00:00+08:00"
    assert told["steps"][-1]["until"] == told["due_at"]


def test_the_sample_of_the_rule_book_reads_as_it_should() -> None:
    assert lines("2026-02-13T10:00", "5", "working_days") == [
        "Start Fri 13 Feb 2026, 10:00; that day does not count",
        "day 1 = Sat 14 Feb (make-up working day, Spring Festival)",
        "15–23 Feb: Spring Festival, not counted",
        "days 2–4 = 24–26 Feb",
        "day 5 = Fri 27 Feb, 24:00",
    ]


def test_the_lines_are_the_same_in_both_forms() -> None:
    words = ("2026-04-30T16:00", "5", "working_days")
    assert as_json(*words)["lines"] == lines(*words)


def test_a_calendar_of_calendar_days_moves_a_rest_day_on() -> None:
    assert lines("2026-09-28T09:00", "7", "calendar_days") == [
        "Start Mon 28 Sep 2026, 09:00; that day does not count",
        "day 7 = Mon 5 Oct",
        "5–7 Oct: National Day, not counted",
        "the last day is a rest day and moves on to Thu 8 Oct, 24:00",
    ]


def test_hours_run_from_the_moment_itself_and_rest_at_night_where_a_district_says_so() -> None:
    assert lines("2026-03-02T10:00:30", "3", "hours") == [
        "Start Mon 2 Mar 2026, 10:00:30",
        "3 hours run without a break",
        "due Mon 2 Mar, 13:00:30",
    ]
    assert lines("2026-03-02T18:30", "3", "hours", "--quiet", "20:00-08:00") == [
        "Start Mon 2 Mar 2026, 18:30",
        "Mon 2 Mar, 18:30 to 20:00: 1 hour 30 minutes run",
        "Mon 2 Mar, 20:00 to Tue 3 Mar, 08:00: quiet hours, no time runs",
        "Tue 3 Mar, 08:00 to 09:30: 1 hour 30 minutes run",
        "due Tue 3 Mar, 09:30",
    ]
    assert as_json("2026-03-02T10:00", "0.25", "hours")["due_at"] == "2026-03-02T10:15:00+08:00"


def test_pauses_and_the_close_of_business_are_passed_over_by_name() -> None:
    more = ("--pause", "2026-03-03T15:00/2026-03-05T00:00", "--closes", "17:30")
    assert lines("2026-03-02T10:00", "2", "working_days", *more) == [
        "Start Mon 2 Mar 2026, 10:00; that day does not count",
        "3–4 Mar: suspended, not counted",
        "day 1 = Thu 5 Mar",
        "day 2 = Fri 6 Mar, 17:30",
    ]
    two = ("--pause", "2026-03-02T11:00/2026-03-02T12:00", *more[:2])
    assert lines("2026-03-02T10:00", "3", "hours", *two)[-1] == "due Mon 2 Mar, 14:00"


@pytest.mark.parametrize(
    ("start", "same"),
    [
        ("2026-02-13T10:00", "2026-02-13T10:00:00+08:00"),
        ("2026-02-13T02:00Z", "2026-02-13T10:00:00+08:00"),
        ("2026-02-12T17:30+00:00", "2026-02-13T01:30:00+08:00"),
        ("2026-02-13", "2026-02-13T00:00:00+08:00"),
    ],
)
def test_a_moment_is_in_shanghai_unless_it_carries_an_offset(start: str, same: str) -> None:
    told = as_json(start, "5", "working_days")
    assert (told["from"], told["due_at"]) == (same, "2026-02-28T00:00:00+08:00")
    assert told["steps"][0]["date"] == "2026-02-13"


def test_a_year_without_a_notice_is_said_to_be_provisional() -> None:
    told = as_json("2026-12-28T10:00", "5", "working_days")
    assert told["provisional"]
    assert told["due_at"] == "2027-01-06T00:00:00+08:00"
    assert "2027" in told["lines"][-1]
    assert not as_json("2026-12-28T10:00", "5", "hours")["provisional"]


def test_festivals_have_their_names_in_the_readers_language() -> None:
    told = as_json("2026-09-28T09:00", "5", "working_days", "--language", "zh-hans")
    assert {step["name"] for step in told["steps"]} >= {"国庆节"}
    assert "国庆节" in " ".join(told["lines"])
    assert not any("National" in line for line in told["lines"])


@pytest.mark.parametrize(
    "words",
    [
        ("someday", "5", "hours"),
        ("2026-13-01", "5", "hours"),
        ("1066-10-14", "5", "hours"),
        ("2026-03-02", "0", "hours"),
        ("2026-03-02", "-1", "working_days"),
        ("2026-03-02", "many", "working_days"),
        ("2026-03-02", "nan", "working_days"),
        ("2026-03-02", "1.5", "working_days"),
        ("2026-03-02", "99999", "calendar_days"),
        ("2026-03-02", "5", "weeks"),
        ("2026-03-02", "5", "hours", "--quiet", "20:00"),
        ("2026-03-02", "5", "hours", "--quiet", "20:00-20:00"),
        ("2026-03-02", "5", "hours", "--quiet", "late-early"),
        ("2026-03-02", "5", "working_days", "--closes", "25:00"),
        ("2026-03-02", "5", "working_days", "--closes", "17:30+01:00"),
        ("2026-03-02", "5", "hours", "--pause", "2026-03-02T11:00"),
        ("2026-03-02", "5", "hours", "--pause", "2026-03-03/2026-03-02"),
        ("2026-03-02", "5", "hours", "--language", "tlh"),
    ],
)
def test_what_cannot_be_understood_is_said_and_fails(words: tuple[str, ...]) -> None:
    out = StringIO()
    start, amount, unit, *more = words
    with pytest.raises(CommandError) as refused:
        call_command(
            "explain_deadline", f"--from={start}", f"--amount={amount}", f"--unit={unit}", *more,
            stdout=out,
        )  # fmt: skip
    assert refused.value.returncode != 0
    assert str(refused.value)
    assert not out.getvalue()


def test_nothing_but_a_start_an_amount_and_a_unit_is_needed() -> None:
    for missing in ([], ["--from", "2026-03-02"], ["--from", "2026-03-02", "--amount", "3"]):
        with pytest.raises(CommandError, match="required"):
            call_command("explain_deadline", *missing)


def test_before_there_is_a_calendar_the_one_that_comes_along_is_used_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(_years: object) -> None:
        raise OperationalError("no such table: communities_calendarday")

    with_database = as_json("2026-02-13T10:00", "5", "working_days")
    monkeypatch.setattr(explain_deadline, "calendar_for", away)
    out, warned = StringIO(), StringIO()
    call_command(
        "explain_deadline", "--from=2026-02-13T10:00", "--amount=5", "--unit=working_days",
        "--json", stdout=out, stderr=warned,
    )  # fmt: skip
    told = json.loads(out.getvalue())
    assert "migrate" in warned.getvalue()
    assert told.pop("calendar") == "shipped"
    assert with_database.pop("calendar") == "database"
    assert told == with_database


def test_an_empty_calendar_gives_the_days_off_by_law() -> None:
    CalendarNotice.objects.all().delete()
    told = as_json("2026-09-28T09:00", "5", "working_days")
    assert told["provisional"]
    # 29 and 30 Sep; 1 to 3 Oct are off by law, 4 Oct is a Sunday; 5 to 7 Oct.
    assert datetime.fromisoformat(told["due_at"]).date() == date(2026, 10, 8)
