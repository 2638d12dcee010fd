"""Rest: who may ask, who decides, and what becomes of the promises."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from complaints import actions
from complaints.models import Asked, Breach, Complaint, Pause
from complaints.workflow import Stage, Status, Verb
from notifications.models import Notification
from tests.complaints.waits import NEXT_MONDAY, TWO_HOURS, at_work, due, promise, rests, told
from tests.complaints.walks import again, complaint_at, do, fresh, report, untouched
from tests.factories import County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db


@pytest.fixture
def handling(county: County, people: People, clock: Pretended) -> Complaint:
    return at_work(county, people)


# --- Asking for rest ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["manager", "dispatcher"])
def test_firm_and_desk_ask_and_only_the_office_above_suspends(
    handling: Complaint, county: County, people: People, clock: Pretended, name: str
) -> None:
    words: dict[str, Any] = {
        "ground": "fund",
        "review_on": NEXT_MONDAY,
        "note": "要动用维修资金",
    }
    actions.ask_suspension(handling, by=fresh(people[name]), **words)
    assert again(handling).suspended_until is None
    assert due(handling, Stage.HANDLE) == at("2026-03-02 12:00"), "the time runs on"
    assert told("order_ask_suspension") == {"subdistrict"}
    for other in ("manager", "dispatcher", "resident", "grid_worker", "branch"):
        with untouched(handling), pytest.raises(NotAllowed):
            actions.suspend(handling, by=fresh(people[other]), **words)
    with untouched(handling), pytest.raises(WrongState):
        actions.ask_suspension(handling, by=fresh(people[name]), **words)
    rests(handling, county, people, ground="fund")
    pause = Pause.objects.get()
    assert (pause.state, pause.ground, pause.review_on) == (Asked.GRANTED, "fund", NEXT_MONDAY)
    assert pause.asked_by in {county.firm, county.community_office}
    assert told("order_suspend") == {"resident", "manager", "manager_grid", "dispatcher"}


def test_whoever_may_suspend_need_not_ask(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    order = do(Verb.REFER_UP, handling, county, people)
    with untouched(order), pytest.raises(WrongState):
        do(Verb.ASK_SUSPENSION, order, county, people, by=people["subdistrict"])
    rests(order, county, people)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"ground": "holiday"}, "ground"),
        ({"review_on": date(2026, 3, 2)}, "review_on"),
        ({"review_on": date(2026, 3, 1)}, "review_on"),
        ({"review_on": date(2026, 3, 2) + timedelta(days=181)}, "review_on"),
        ({"note": ""}, "note"),
    ],
)
def test_no_order_rests_without_a_ground_a_reason_and_a_day_of_review(
    handling: Complaint, county: County, people: People, words: dict[str, Any], field: str
) -> None:
    with untouched(handling), pytest.raises(Invalid) as refused:
        rests(handling, county, people, **words)
    assert list(refused.value.fields) == [field]
    with untouched(handling), pytest.raises(Invalid):
        do(Verb.ASK_SUSPENSION, handling, county, people, **words)


def test_a_suspension_that_is_refused_changes_nothing(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    with untouched(handling), pytest.raises(WrongState):
        do(Verb.REFUSE_SUSPENSION, handling, county, people)
    do(Verb.ASK_SUSPENSION, handling, county, people)
    before = [row.due_at for row in handling.deadlines.order_by("pk")]
    order = do(Verb.REFUSE_SUSPENSION, handling, county, people, by=people["subdistrict"])
    assert Pause.objects.get().state == Asked.REFUSED
    assert (order.suspended_until, order.pauses) == (None, 0)
    assert [row.due_at for row in order.deadlines.order_by("pk")] == before
    assert told("order_refuse_suspension") == {"manager", "manager_grid", "dispatcher"}
    # It may be asked for anew: what it waits for may have become clear.
    do(Verb.ASK_SUSPENSION, handling, county, people)


# --- Resting -----------------------------------------------------------------------------


def test_nothing_runs_while_an_order_rests(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    clock.forward(hours=1)
    order = rests(handling, county, people)
    ends = at("2026-03-10")
    assert (order.suspended_until, order.review_at) == (ends, at("2026-03-09 09:00"))
    assert order.pauses == 1
    # An hour of the three has run; the other two run when the rest is over.
    assert due(order, Stage.HANDLE) == ends + timedelta(hours=2)
    # Days a suspension touches do not count: five working days after the 9th.
    assert due(order, Stage.FEEDBACK) == at("2026-03-17")
    assert order.alarm_at == at("2026-03-09 09:00")
    before = Notification.objects.count()
    for day in range(3, 9):
        clock.put(at(f"2026-03-0{day} 23:59"))
        assert actions.sound_alarms() == 0
    assert (Breach.objects.count(), Notification.objects.count()) == (0, before)


def test_the_review_is_announced_that_morning_once(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    rests(handling, county, people)
    clock.put(at("2026-03-09 08:59:59"))
    actions.sound_alarms()
    assert told("order_review") == set()
    clock.put(at("2026-03-09 09:00"))
    for _ in range(3):
        actions.sound_alarms()
        clock.forward(hours=1)
    notices = Notification.objects.filter(kind="order_review")
    assert sorted(n.to.username for n in notices) == ["dispatcher", "district", "subdistrict"]
    assert again(handling).suspended_until is not None, "announced, not ended"


def test_it_runs_on_by_itself_when_the_day_of_review_is_over(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    clock.forward(hours=1)
    rests(handling, county, people)
    # The sweep was down over midnight: the time has run since the rest was over, all the same.
    clock.put(at("2026-03-10 00:30"))
    actions.sound_alarms()
    order = again(handling)
    assert (order.suspended_until, order.review_at) == (None, None)
    event = order.events.get(verb=Verb.RESUME)
    assert (event.actor_kind, event.at) == ("clock", clock.moment)
    assert due(order, Stage.HANDLE) == at("2026-03-10 02:00")
    assert Pause.objects.get().until_at == at("2026-03-10")
    actions.sound_alarms()
    assert order.events.filter(verb=Verb.RESUME).count() == 1
    clock.put(at("2026-03-10 02:00"))
    actions.sound_alarms()
    assert Breach.objects.filter(deadline__stage=Stage.HANDLE).count() == 1


def test_resumed_early_it_is_due_by_the_time_that_really_ran(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    clock.forward(hours=1)
    rests(handling, county, people)
    clock.forward(hours=5)
    for name in ("manager", "resident", "grid_worker"):
        with untouched(handling), pytest.raises(NotAllowed):
            actions.resume(handling, by=fresh(people[name]))
    order = actions.resume(handling, by=fresh(people["dispatcher"]), note="表决已通过")
    assert due(order, Stage.HANDLE) == at("2026-03-02 17:00")
    # Only the day itself is touched, and it is the day of receipt: nothing is lost.
    assert due(order, Stage.FEEDBACK) == at("2026-03-10")
    assert Pause.objects.get().until_at == clock.moment
    assert told("order_resume") == {"resident", "manager", "manager_grid"}
    with untouched(order), pytest.raises(WrongState):
        actions.resume(order, by=fresh(people["dispatcher"]))


def test_a_rest_over_national_day_counts_neither_the_rest_nor_the_holidays(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-09-28 10:00"))
    order = complaint_at(Status.HANDLING, county, people)
    clock.put(at("2026-09-29 10:00"))
    rests(order, county, people, review_on=date(2026, 9, 30))
    # Nothing of 29 and 30 Sep, nothing of 1 to 7 Oct; the 10th is worked in exchange.
    assert due(order, Stage.FEEDBACK) == at("2026-10-14")


def test_a_rest_is_prolonged_by_suspending_again(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    clock.forward(hours=1)
    rests(handling, county, people)
    clock.put(at("2026-03-09 10:00"))
    order = rests(handling, county, people, review_on=date(2026, 3, 16))
    first, second = Pause.objects.order_by("pk")
    assert (first.until_at, second.from_at) == (clock.moment, clock.moment)
    assert order.suspended_until == second.until_at == at("2026-03-17")
    assert order.pauses == 2
    assert due(order, Stage.HANDLE) == at("2026-03-17 02:00")
    clock.put(at("2026-03-16 09:00"))
    actions.sound_alarms()
    assert Notification.objects.filter(kind="order_review", to=people["district"]).count() == 1


def test_what_was_late_before_it_rests_stays_late_and_climbs_no_further(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-03-02 12:30"))
    order = rests(handling, county, people)
    row = promise(order, Stage.HANDLE)
    assert row.due_at == at("2026-03-02 12:00")
    assert [b.level for b in Breach.objects.filter(deadline=row)] == [0]
    # Half an hour of the three until the next rung has run.
    assert row.next_level_at == at("2026-03-10 02:30")
    clock.put(at("2026-03-08 12:00"))
    actions.sound_alarms()
    assert Breach.objects.filter(deadline=row).count() == 1


# --- Rounds ------------------------------------------------------------------------------


def test_the_result_ends_the_rest(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    clock.forward(hours=1)
    rests(handling, county, people)
    clock.forward(hours=2)
    order = do(Verb.HANDLE, handling, county, people)
    assert (order.suspended_until, order.review_at) == (None, None)
    assert Pause.objects.get().until_at == clock.moment
    row = promise(order, Stage.HANDLE)
    assert (row.met_at, row.due_at) == (clock.moment, at("2026-03-02 14:00"))
    assert order.events.get(verb=Verb.HANDLE).facts["resumed"] is True
    assert due(order, Stage.FEEDBACK) == at("2026-03-10")


def test_attending_does_not_end_the_rest(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    rests(handling, county, people)
    clock.forward(hours=2)
    order = do(Verb.ATTEND, handling, county, people)
    assert order.suspended_until is not None
    assert promise(order, Stage.HANDLE).met_at == clock.moment


@pytest.mark.parametrize("verb", [Verb.REFUSE, Verb.WITHDRAW, Verb.ANSWER_DIRECTLY])
def test_an_order_that_ends_or_is_answered_rests_no_longer(
    county: County, people: People, clock: Pretended, verb: Verb
) -> None:
    order = rests(report(county, people), county, people)
    clock.forward(hours=1)
    order = do(verb, order, county, people)
    assert (order.suspended_until, order.review_at) == (None, None)
    assert Pause.objects.get().until_at == clock.moment


def test_another_handler_gets_the_rest_with_the_order(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    rests(handling, county, people)
    clock.forward(hours=1)
    order = do(Verb.REDISPATCH, handling, county, people)
    assert order.suspended_until == at("2026-03-10")
    second = promise(order, Stage.HANDLE, 2)
    # All of its three hours run when the rest is over.
    assert (second.opened_at, second.due_at) == (clock.moment, at("2026-03-10 03:00"))
    assert second.held_by == county.fire
    first = promise(order, Stage.HANDLE)
    assert first.void_at == clock.moment
    assert Breach.objects.count() == 0


def test_a_reopened_order_does_not_count_as_resting(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    rests(handling, county, people)
    clock.forward(hours=2)
    order = do(Verb.HANDLE, handling, county, people)
    order = do(Verb.RATE, do(Verb.ANSWER, order, county, people), county, people)
    clock.put(at("2026-03-04 10:00"))
    order = do(Verb.REOPEN, order, county, people)
    assert (order.suspended_until, order.pauses) == (None, 1)
    # Five working days from the 4th, as if it had never rested.
    assert due(order, Stage.FEEDBACK, 2) == at("2026-03-12")
    assert due(order, Stage.FEEDBACK) == at("2026-03-10"), "the first round keeps its own record"


def test_every_round_is_extended_by_itself(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    do(Verb.ASK_EXTENSION, handling, county, people)
    do(Verb.GRANT_EXTENSION, handling, county, people)
    order = do(Verb.SEND_BACK, do(Verb.HANDLE, handling, county, people), county, people)
    assert promise(order, Stage.HANDLE).extended_amount == 1
    second = promise(order, Stage.HANDLE, 2)
    assert (second.extended_amount, second.due_at) == (None, clock.moment + timedelta(hours=3))


def test_rest_and_more_time_go_together(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    actions.ask_extension(handling, by=fresh(people["manager"]), **TWO_HOURS)
    clock.forward(hours=1)
    rests(handling, county, people)
    actions.grant_extension(handling, by=fresh(people["dispatcher"]), note="同意")
    # An hour has run of three and two.
    assert due(handling, Stage.HANDLE) == at("2026-03-10 04:00")
    clock.put(at("2026-03-03 09:00"))
    order = actions.resume(again(handling), by=fresh(people["subdistrict"]))
    assert due(order, Stage.HANDLE) == at("2026-03-03 13:00")


def test_an_urgent_order_may_have_to_wait_as_well(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people, category="0102")
    order = rests(order, county, people)
    assert due(order, Stage.HANDLE) == at("2026-03-10 01:00")
    assert due(order, Stage.FEEDBACK) == at("2026-03-11")
