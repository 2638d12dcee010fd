"""The law as a table: every status can be reached, the ends are ends, every verb has a row."""

import pytest

from accounts.models import User
from complaints.workflow import (
    ENDED,
    LADDER,
    OPEN,
    RIGHT_DOOR,
    STEPS,
    Party,
    RefusalGround,
    Rung,
    Stage,
    Status,
    Verb,
    leads,
)
from tests.complaints.walks import complaint_at
from tests.factories import County


def ways_out(status: Status) -> set[Verb]:
    """The verbs that lead from this status to another."""
    return {
        verb
        for verb, step in STEPS.items()
        if status in step.sources and any(end.to not in {None, status} for end in step.endings())
    }


def test_every_verb_has_a_row() -> None:
    assert set(STEPS) == set(Verb)


def test_every_verb_is_somebodys() -> None:
    for verb, step in STEPS.items():
        assert step.parties, verb


def test_only_a_report_starts_from_nothing() -> None:
    assert [verb for verb, step in STEPS.items() if not step.sources] == [Verb.REPORT]


def test_every_status_can_be_reached_from_a_report() -> None:
    reached = {end.to for end in STEPS[Verb.REPORT].endings()}
    for _ in Status:
        for step in STEPS.values():
            if step.sources & reached:
                reached |= {end.to for end in step.endings() if end.to}
    assert reached == set(Status)


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status)
def test_every_status_is_reached_by_doing(
    status: Status, county: County, people: dict[str, User]
) -> None:
    assert complaint_at(status, county, people).status == status


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.REFUSED, Status.MERGED])
def test_an_end_has_no_way_out(status: Status) -> None:
    assert {verb for verb, step in STEPS.items() if status in step.sources} == set()


def test_from_closed_the_only_step_is_to_reopen() -> None:
    assert {verb for verb, step in STEPS.items() if Status.CLOSED in step.sources} == {Verb.REOPEN}


@pytest.mark.parametrize("status", sorted(OPEN))
def test_an_open_order_never_waits_for_nothing(status: Status) -> None:
    """Beside withdrawing, somebody who owes the next step can always take it."""
    assert ways_out(status) - {Verb.WITHDRAW}


def test_open_and_ended_are_all_there_is() -> None:
    assert set(Status) == OPEN | ENDED
    assert not OPEN & ENDED


def test_nothing_that_ends_an_order_makes_a_new_promise() -> None:
    for verb, step in STEPS.items():
        for end in step.endings():
            assert end.to not in ENDED or not end.opens, verb


def test_the_clock_closes_what_nobody_rates_and_lets_run_on_what_has_rested() -> None:
    assert {verb for verb, step in STEPS.items() if Party.CLOCK in step.parties} == {
        Verb.CLOSE_UNRATED,
        Verb.RESUME,
    }
    assert STEPS[Verb.CLOSE_UNRATED].parties == {Party.CLOCK}


def test_those_who_only_look_move_nothing() -> None:
    """An observer's countersignature stands beside a check; it leads nowhere."""
    watched = {v for v, step in STEPS.items() if step.parties & {Party.WATCHER, Party.AUDITOR}}
    assert watched == {Verb.COUNTERSIGN}
    assert STEPS[Verb.COUNTERSIGN].parties == {Party.WATCHER}
    assert STEPS[Verb.COUNTERSIGN].ending == leads()


def test_an_overseer_decides_about_time_and_moves_nothing_else() -> None:
    theirs = {verb for verb, step in STEPS.items() if Party.OVERSEER in step.parties}
    assert theirs == {
        Verb.GRANT_EXTENSION,
        Verb.REFUSE_EXTENSION,
        Verb.SUSPEND,
        Verb.REFUSE_SUSPENSION,
        Verb.RESUME,
    }
    assert all(STEPS[verb].ending.to is None for verb in theirs)


def test_a_handler_never_reviews_answers_or_calls_back() -> None:
    for verb in (Verb.ANSWER, Verb.SEND_BACK, Verb.RECORD_CALLBACK, Verb.REFUSE, Verb.MERGE):
        assert not STEPS[verb].parties & {Party.HANDLER, Party.REPAIRER}, verb


def test_a_promise_that_is_voided_is_not_met_by_the_same_step() -> None:
    for verb, step in STEPS.items():
        for end in step.endings():
            assert not end.meets & end.voids, verb


def test_every_late_stage_climbs_to_the_district() -> None:
    assert set(LADDER) == set(Stage)
    for stage, rungs in LADDER.items():
        assert rungs[-1] == Rung.DISTRICT, stage
        assert list(rungs) == [rung for rung in Rung if rung in rungs], stage


def test_late_handling_is_told_to_the_handlers_own_head_first() -> None:
    assert LADDER[Stage.HANDLE][0] == Rung.HEAD
    assert {rungs[0] for stage, rungs in LADDER.items() if stage != Stage.HANDLE} == {Rung.DESK}


def test_every_ground_of_refusal_names_the_right_door() -> None:
    assert set(RIGHT_DOOR) == set(RefusalGround)
