"""Verbs by which the reporter judges: rate, call-back, reopen, and silence."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import Reporter
from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from complaints import actions
from complaints.models import Complaint, Event, Rating
from complaints.permissions import parties
from complaints.workflow import Stage, Status, Verb
from notifications.models import Notification
from tests.complaints.walks import again, complaint_at, do, unsolved, untouched
from tests.factories import County
from tests.moments import MONDAY, Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db


def ratings(order: Complaint) -> list[tuple[int, bool, int | None]]:
    return list(
        Rating.objects.filter(complaint=order)
        .order_by("round")
        .values_list("round", "solved", "satisfaction")
    )


def test_solved_closes_the_order_and_opens_the_window_for_reopening(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.ANSWERED, county, people)
    moment = clock.forward(hours=1)
    order = actions.rate(
        order, by=people["resident"], solved=True, satisfaction=5, tags=["quick"], note="很快"
    )
    assert (order.status, order.closed_at, order.rate_until) == (Status.CLOSED, moment, None)
    assert order.reopen_until == MONDAY.replace(day=10, hour=0)
    assert (order.next_due_at, order.alarm_at) == (None, None)
    rating = Rating.objects.get(complaint=order)
    assert (rating.round, rating.solved, rating.satisfaction) == (1, True, 5)
    assert (rating.tags, rating.by_telephone) == (["quick"], False)


def test_not_solved_goes_back_to_the_desk_with_a_new_promise(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.ANSWERED, county, people)
    moment = clock.forward(days=1)
    order = actions.rate(order, by=people["resident"], solved=False, satisfaction=2)
    assert (order.status, order.unsolved, order.rate_until) == (Status.RECHECK, 1, None)
    second = order.deadlines.get(stage=Stage.FEEDBACK, round=2)
    assert (second.opened_at, second.held_by) == (moment, county.community_office)
    assert order.next_due_at == second.due_at
    assert order.desk == county.community


def test_the_third_not_solved_moves_the_desk_to_the_subdistrict(
    county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLED, county, people)
    for _ in range(2):
        order = unsolved(order, county, people)
        assert order.desk == county.community
    order = unsolved(order, county, people)
    assert (order.unsolved, order.desk) == (3, county.subdistrict)
    assert order.deadlines.get(stage=Stage.FEEDBACK, round=4).held_by == county.subdistrict_office
    order = unsolved(order, county, people)
    assert order.desk == county.subdistrict


def test_reopening_counts_as_not_solved(county: County, people: People) -> None:
    order = complaint_at(Status.CLOSED, county, people)
    for _ in range(2):
        order = actions.reopen(order, by=people["resident"], reason="又不亮了")
        order = do(Verb.ANSWER, order, county, people)
        order = do(Verb.RATE, order, county, people)
    assert order.desk == county.community
    order = actions.reopen(order, by=people["resident"], reason="又不亮了")
    assert (order.status, order.unsolved, order.desk) == (Status.RECHECK, 3, county.subdistrict)


def test_one_rating_a_round_and_the_last_one_counts(county: County, people: People) -> None:
    order = unsolved(complaint_at(Status.HANDLED, county, people), county, people)
    order = do(Verb.ANSWER, order, county, people)
    order = do(Verb.RATE, order, county, people, satisfaction=4)
    assert ratings(order) == [(1, False, 1), (2, True, 4)]


def test_rating_twice_is_refused(county: County, people: People) -> None:
    stale = complaint_at(Status.ANSWERED, county, people)
    actions.rate(again(stale), by=people["resident"], solved=True, satisfaction=5)
    with untouched(stale), pytest.raises(WrongState):
        actions.rate(stale, by=people["resident"], solved=False, satisfaction=1)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"satisfaction": 0}, "satisfaction"),
        ({"satisfaction": 6}, "satisfaction"),
        ({"satisfaction": None}, "satisfaction"),
        ({"satisfaction": 3, "tags": ["gorgeous"]}, "tags"),
    ],
)
def test_a_rating_outside_the_scale_is_refused_at_its_field(
    words: dict[str, Any], field: str, county: County, people: People
) -> None:
    order = complaint_at(Status.ANSWERED, county, people)
    with untouched(order), pytest.raises(Invalid) as refusal:
        actions.rate(order, by=people["resident"], solved=True, **words)
    assert list(refusal.value.fields) == [field]


def test_a_rating_is_told_to_desk_and_handler(county: County, people: People) -> None:
    complaint_at(Status.CLOSED, county, people)
    told = Notification.objects.filter(kind="order_rate").values_list("to__username", flat=True)
    assert set(told) == {"dispatcher", "manager", "manager_grid"}


def test_the_holder_of_the_secret_rates_too(county: County, people: People) -> None:
    holder = Reporter("a" * 64)
    order = complaint_at(Status.CLOSED, county, people, reporter=holder)
    assert ratings(order) == [(1, True, 4)]
    assert actions.reopen(order, by=holder, reason="又不亮了").status == Status.RECHECK


# --- call-back ---------------------------------------------------------------------------


def test_a_call_back_is_a_rating_by_telephone(county: County, people: People) -> None:
    order = complaint_at(Status.ANSWERED, county, people)
    order = actions.record_callback(order, by=people["dispatcher"], solved=True, satisfaction=4)
    assert order.status == Status.CLOSED
    assert Rating.objects.get(complaint=order).by_telephone


def test_a_call_back_may_learn_that_it_is_not_solved(county: County, people: People) -> None:
    order = complaint_at(Status.ANSWERED, county, people)
    order = actions.record_callback(order, by=people["dispatcher"], solved=False)
    assert (order.status, order.unsolved) == (Status.RECHECK, 1)
    assert ratings(order) == [(1, False, None)]
    assert order.deadlines.filter(stage=Stage.FEEDBACK, round=2).exists()


@pytest.mark.parametrize("who", ["manager", "manager_grid", "grid_worker", "resident"])
def test_nobody_but_the_desk_calls_back(who: str, county: County, people: People) -> None:
    order = complaint_at(Status.ANSWERED, county, people)
    with untouched(order), pytest.raises(NotAllowed):
        actions.record_callback(order, by=people[who], solved=True)


def test_a_community_that_handled_does_not_call_back(county: County, people: People) -> None:
    order = complaint_at(Status.ANSWERED, county, people, estate=county.unserved)
    with untouched(order), pytest.raises(NotAllowed):
        actions.record_callback(order, by=people["dispatcher"], solved=True)
    order = actions.record_callback(order, by=people["subdistrict"], solved=True)
    assert order.status == Status.CLOSED


# --- reopen ------------------------------------------------------------------------------


def test_a_closed_order_is_reopened_within_its_window(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.CLOSED, county, people)
    assert order.reopen_until is not None
    clock.put(order.reopen_until - timedelta(seconds=1))
    order = actions.reopen(order, by=people["resident"], reason="又不亮了")
    assert (order.status, order.reopen_until) == (Status.RECHECK, None)


def test_after_the_window_a_closed_order_stays_closed(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.CLOSED, county, people)
    assert order.reopen_until is not None
    clock.put(order.reopen_until)
    with untouched(order), pytest.raises(WrongState):
        actions.reopen(order, by=people["resident"], reason="又不亮了")


def test_reopening_needs_a_reason(county: County, people: People) -> None:
    order = complaint_at(Status.CLOSED, county, people)
    with untouched(order), pytest.raises(Invalid) as refusal:
        actions.reopen(order, by=people["resident"], reason=" ")
    assert list(refusal.value.fields) == ["reason"]


# --- silence -----------------------------------------------------------------------------


def test_silence_closes_an_order_as_unrated_when_the_window_ends(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.ANSWERED, county, people)
    assert order.rate_until is not None
    clock.put(order.rate_until - timedelta(seconds=1))
    assert actions.sound_alarms() == 0
    moment = clock.put(order.rate_until)
    assert actions.sound_alarms() == 1
    order = again(order)
    assert (order.status, order.closed_at, order.alarm_at) == (Status.CLOSED, moment, None)
    assert ratings(order) == []
    event = Event.objects.get(complaint=order, verb="close_unrated")
    assert (event.actor_kind, event.actor_id, event.party) == ("clock", None, "clock")
    assert Notification.objects.get(kind="order_close_unrated").to == people["resident"]


def test_what_was_closed_by_silence_can_be_reopened(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.ANSWERED, county, people)
    assert order.rate_until is not None
    clock.put(order.rate_until)
    actions.sound_alarms()
    assert parties(people["resident"], again(order))
    order = actions.reopen(order, by=people["resident"], reason="又不亮了")
    assert order.status == Status.RECHECK


def test_a_rating_that_comes_first_is_not_overruled_by_the_sweep(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.ANSWERED, county, people)
    assert order.rate_until is not None
    clock.put(order.rate_until)
    order = do(Verb.RATE, order, county, people, satisfaction=5)
    assert actions.sound_alarms() == 0
    assert ratings(order) == [(1, True, 5)]
    assert not Event.objects.filter(complaint=order, verb="close_unrated").exists()
