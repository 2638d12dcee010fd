"""Beat's clock: it can be wrong about the time of day, never about how long it has waited."""

from datetime import UTC, datetime, timedelta

import time_machine

from governance.beat import Every

TEN = Every(10.0)


def test_what_ran_just_now_is_not_due_and_later_it_is() -> None:
    assert not TEN.is_due(TEN.now()).is_due
    assert TEN.is_due(TEN.now() - timedelta(seconds=11)).is_due


def test_the_time_of_day_may_jump_back_without_silencing_beat() -> None:
    ran_at = TEN.now() - timedelta(seconds=11)
    with time_machine.travel(datetime(2001, 2, 3, tzinfo=UTC)):
        assert TEN.is_due(ran_at).is_due


def test_what_ran_before_the_machine_was_started_anew_is_due() -> None:
    assert TEN.is_due(TEN.now() + timedelta(days=400)).is_due
