"""The clock against a second, plain one, over three years of real notices."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.workdays import Calendar, Day
from complaints import clock
from tests.complaints import plain_clock
from tests.complaints.plain_clock import HERE, MINUTE, Plan
from tests.complaints.test_clock import Promise

FIRST = datetime(2024, 1, 2, tzinfo=HERE)
MINUTES = (datetime(2026, 11, 1, tzinfo=HERE) - FIRST) // MINUTE

CALENDAR = Calendar(
    days={on: Day(on, working, "a festival") for on, working in plain_clock.noticed().items()},
    years=frozenset(range(2023, 2028)),
)

quarters = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
starts = st.integers(0, MINUTES).map(lambda n: FIRST + n * MINUTE)
amounts = st.one_of(
    st.tuples(st.integers(1, 3000), st.just("minutes")),
    st.tuples(st.integers(1, 15), st.just("working_days")),
    st.tuples(st.integers(1, 21), st.just("calendar_days")),
)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Plan, datetime]:
    """A promise and when it is made: around holidays and at midnight as likely as anywhere."""
    start = draw(starts)
    if draw(st.booleans()):
        start = datetime.combine(start.date(), draw(quarters), HERE)
    amount, unit = draw(amounts)
    quiet = draw(st.none() | st.tuples(quarters, quarters).filter(lambda q: q[0] != q[1]))
    pauses = []
    for _n in range(draw(st.integers(0, 3))):
        begins = start + draw(st.integers(-3000, 20_000)) * MINUTE
        pauses.append((begins, begins + draw(st.integers(0, 9000)) * MINUTE))
    plan = Plan(
        amount=amount,
        unit=unit,
        quiet=quiet if unit == "minutes" or draw(st.booleans()) else None,
        closes=draw(st.none() | st.just(time(17, 30)) | quarters.filter(lambda q: q > time(1))),
        pauses=tuple(pauses),
        more=draw(st.none() | amounts),
    )
    return plan, start


def promise(plan: Plan) -> Promise:
    """The same promise as a rule."""
    return Promise(
        amount=plan.amount * (60 if plan.unit == "minutes" else 1),
        unit="seconds" if plan.unit == "minutes" else plan.unit,
        quiet_from=plan.quiet[0] if plan.quiet else None,
        quiet_until=plan.quiet[1] if plan.quiet else None,
        closes_at=plan.closes,
    )


def course(plan: Plan) -> clock.Course:
    extension = None
    if plan.more is not None:
        amount, unit = plan.more
        extension = (amount * 60, "seconds") if unit == "minutes" else (amount, unit)
    return clock.Course(pauses=plan.pauses, extension=extension)


def due(plan: Plan, start: datetime) -> datetime:
    return clock.due(promise(plan), start, CALENDAR, course(plan)).due_at


@settings(max_examples=250, deadline=None)
@given(plans())
def test_both_clocks_agree(made: tuple[Plan, datetime]) -> None:
    plan, start = made
    assert due(plan, start) == plain_clock.due(plan, start)


@settings(max_examples=80, deadline=None)
@given(plans(), st.integers(1, 4), amounts)
def test_both_agree_about_the_ladder(
    made: tuple[Plan, datetime], level: int, span: tuple[int, str]
) -> None:
    plan, start = made
    end = due(plan, start)
    amount, unit = span
    rule = replace(
        promise(plan),
        span_amount=amount * 60 if unit == "minutes" else amount,
        span_unit="seconds" if unit == "minutes" else unit,
    )
    reached = clock.level_due_at(rule, end, level, CALENDAR, course(plan))
    begin = end if unit == "minutes" else end - timedelta(microseconds=1)
    rung = replace(plan, amount=amount * level, unit=unit, more=None)
    assert reached == plain_clock.due(rung, begin)


@settings(max_examples=80, deadline=None)
@given(plans(), st.integers(0, 40_000), st.integers(1, 9000))
def test_a_pause_never_brings_anything_forward_and_after_the_end_changes_nothing(
    made: tuple[Plan, datetime], ahead: int, length: int
) -> None:
    plan, start = made
    begins = start + ahead * MINUTE
    paused = replace(plan, pauses=(*plan.pauses, (begins, begins + length * MINUTE)))
    before, after = due(plan, start), due(paused, start)
    assert after >= before
    if begins >= before:
        assert after == before


@settings(max_examples=80, deadline=None)
@given(plans())
def test_every_reminder_comes_before_it_is_due_and_none_at_night(
    made: tuple[Plan, datetime],
) -> None:
    plan, start = made
    end = due(plan, start)
    found = clock.reminders_at(promise(plan), start, end, CALENDAR, course(plan))
    assert found == sorted(set(found))
    for moment in found:
        assert start < moment < end
        assert time(7) <= moment.astimezone(HERE).time() < time(22)


@settings(max_examples=80, deadline=None)
@given(plans())
def test_the_steps_lead_to_the_end_without_a_gap(made: tuple[Plan, datetime]) -> None:
    """What the page shows adds up: every stretch begins where the last one ended."""
    plan, start = made
    if plan.unit != "minutes" or plan.more is not None:
        return
    told = clock.due(promise(plan), start, CALENDAR, course(plan))
    at, ran = start, 0
    for step in told.steps:
        if step.from_at is not None and step.until_at is not None:
            assert step.from_at == at
            at = step.until_at
            ran += step.count
        elif step.kind == "hours":
            at, ran = at + timedelta(seconds=step.count), ran + step.count
    assert (at, ran) == (told.due_at, plan.amount * 60)


# --- The traps other systems fell into, by name -------------------------------------------


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


def test_trap_a_pause_does_not_ignore_holidays() -> None:
    """Paused on the last day before National Day, resumed in the middle of it: day 1 is after."""
    pauses = ((local("2026-09-30 10:00"), local("2026-10-03 10:00")),)
    plan = Plan(2, "working_days", pauses=pauses)
    # The 29th was day 1; 8 October is the first working day after the holidays.
    assert due(plan, local("2026-09-28 10:00")) == local("2026-10-09")


def test_trap_no_warning_at_midnight_because_the_deadline_crosses_a_night() -> None:
    rule = replace(Promise(), amount=12 * 3600)
    start = local("2026-03-04 18:00")
    found = clock.reminders_at(rule, start, local("2026-03-05 06:00"), CALENDAR)
    assert found == []  # half time is midnight, the rest of the night is no better
    longer = replace(rule, amount=16 * 3600)
    found = clock.reminders_at(longer, start, local("2026-03-05 10:00"), CALENDAR)
    assert found == [local("2026-03-05 07:00")]


def test_trap_the_midnight_minute_is_not_lost() -> None:
    plan = Plan(2, "minutes")
    assert due(plan, local("2026-03-04 23:59")) == local("2026-03-05 00:01")
    quiet = Plan(2, "minutes", quiet=(time(0, 0), time(6, 0)))
    assert due(quiet, local("2026-03-04 23:59")) == local("2026-03-05 06:01")


def test_trap_a_holiday_lengthens_and_never_shortens() -> None:
    for day in range(1, 31):
        start = local(f"2026-09-{day:02d} 10:00")
        assert due(Plan(5, "working_days"), start) >= start + timedelta(days=5)


def test_trap_arithmetic_is_not_in_utc() -> None:
    assert due(Plan(1, "working_days"), local("2026-03-06 01:30")) == local("2026-03-10")


@pytest.mark.parametrize("urgent", [True, False])
def test_urgent_orders_know_no_quiet_hours(urgent: bool) -> None:
    rule = replace(Promise(), quiet_from=time(20), quiet_until=time(8))
    end = clock.due(rule, local("2026-03-04 19:00"), CALENDAR, clock.Course(urgent=urgent)).due_at
    assert end == local("2026-03-04 22:00" if urgent else "2026-03-05 10:00")
