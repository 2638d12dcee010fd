"""Verbs of the handler: accept, return, attend, handle."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from complaints import actions
from complaints.models import Audience, Event, StatementKind
from complaints.permissions import open_verbs, parties
from complaints.workflow import CannotReason, Party, ReturnReason, Stage, Status, Verb
from notifications.models import Notification
from tests.complaints.walks import again, complaint_at, do, fresh, report, untouched
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db


def test_accepting_moves_no_deadline_for_the_clock_has_run_since_dispatch(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    before = list(order.deadlines.values_list())
    clock.forward(hours=1)
    order = actions.accept(order, by=people["manager"])
    assert order.status == Status.HANDLING
    assert list(order.deadlines.values_list()) == before


def test_accepting_may_name_a_repairer_of_ones_own(county: County, people: People) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    order = actions.accept(order, by=people["manager"], repairer=people["repairer"])
    assert order.repairer == people["repairer"]
    assert parties(people["repairer"], order) == {Party.REPAIRER}


@pytest.mark.parametrize("who", ["rival", "resident", "manager"])
def test_nobody_else_is_sent_to_repair(who: str, county: County, people: People) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    with untouched(order), pytest.raises(Invalid) as refusal:
        actions.accept(order, by=people["manager"], repairer=people[who])
    assert list(refusal.value.fields) == ["repairer"]


def test_a_stale_page_cannot_accept_twice(county: County, people: People) -> None:
    stale = complaint_at(Status.DISPATCHED, county, people)
    actions.accept(again(stale), by=people["manager"])
    assert stale.status == Status.DISPATCHED
    with untouched(stale), pytest.raises(WrongState):
        actions.accept(stale, by=people["manager"])


def test_another_firm_cannot_accept(county: County, people: People) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    with untouched(order), pytest.raises(NotAllowed):
        actions.accept(order, by=people["rival"])


# --- return ------------------------------------------------------------------------------


def test_returning_voids_handling_and_opens_the_next_check(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    moment = clock.forward(hours=1)
    order = actions.return_order(
        order, by=people["manager"], reason=ReturnReason.NOT_OURS, note="不归我们"
    )
    assert (order.status, order.handler, order.returns) == (Status.REPORTED, None, 1)
    assert order.desk == county.community
    handling = order.deadlines.get(stage=Stage.HANDLE)
    assert (handling.void_at, handling.void_reason) == (moment, "return_order")
    second = order.deadlines.get(stage=Stage.INSPECT, round=2)
    assert second.due_at == moment + timedelta(hours=3)
    assert second.held_by == county.community_office
    event = Event.objects.get(complaint=order, verb="return_order")
    assert event.facts == {"reason": "not_ours", "handler": "和顺物业"}
    assert event.statement is not None
    assert event.statement.audience == Audience.WORKERS
    told = Notification.objects.filter(kind="order_return_order")
    assert [notice.to for notice in told] == [people["dispatcher"]]


def test_a_handler_returns_an_order_once(county: County, people: People) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    order = do(Verb.RETURN_ORDER, order, county, people)
    order = do(Verb.DISPATCH, order, county, people, handler=county.firm)
    assert Verb.RETURN_ORDER not in open_verbs(people["manager"], order, order.reported_at)
    with untouched(order), pytest.raises(WrongState):
        do(Verb.RETURN_ORDER, order, county, people)


def test_the_second_return_moves_the_desk_to_the_subdistrict_whose_dispatch_stays(
    county: County, people: People
) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    order = do(Verb.RETURN_ORDER, order, county, people)
    order = do(Verb.DISPATCH, order, county, people, handler=county.fire)
    order = do(Verb.RETURN_ORDER, order, county, people)
    assert order.desk == county.subdistrict
    rows = order.deadlines.filter(met_at=None, void_at=None)
    assert {row.held_by for row in rows} == {county.subdistrict_office}
    event = Event.objects.filter(complaint=order, verb="return_order").order_by("pk").last()
    assert event is not None
    assert event.facts["desk"] == "梅江街道"
    order = do(Verb.DISPATCH, order, county, people, handler=county.firm)
    with untouched(order), pytest.raises(WrongState):
        do(Verb.RETURN_ORDER, order, county, people)
    housing = fresh(people["fire"])
    order = actions.redispatch(order, by=people["subdistrict"], handler=county.fire)
    with untouched(order), pytest.raises(WrongState):
        actions.return_order(order, by=housing, reason="not_ours")


def test_an_order_is_returned_for_a_reason_from_the_list(county: County, people: People) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    with untouched(order), pytest.raises(Invalid) as refusal:
        actions.return_order(order, by=people["manager"], reason="too much work")
    assert list(refusal.value.fields) == ["reason"]


def test_an_order_that_was_accepted_is_not_returned(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    with untouched(order), pytest.raises(WrongState):
        actions.return_order(order, by=people["manager"], reason="not_ours")


# --- attend, handle ----------------------------------------------------------------------


@pytest.mark.parametrize("who", ["manager", "repairer"])
def test_attending_on_the_spot_keeps_the_promise_of_handling(
    who: str, county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people, repairer=people["repairer"])
    moment = clock.forward(hours=2)
    order = actions.attend(order, by=people[who], note="已断电，明天换灯座")
    assert order.status == Status.HANDLING
    assert order.deadlines.get(stage=Stage.HANDLE).met_at == moment
    told = Notification.objects.filter(kind="order_attend").values_list("to__username", flat=True)
    assert set(told) == {"resident", "dispatcher"}


def test_a_promise_kept_by_attending_is_not_kept_again_by_the_result(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    attended = clock.forward(hours=1)
    order = do(Verb.ATTEND, order, county, people)
    clock.forward(days=1)
    order = do(Verb.HANDLE, order, county, people)
    (handling,) = order.deadlines.filter(stage=Stage.HANDLE)
    assert handling.met_at == attended
    assert not handling.breaches.exists()


def test_a_result_keeps_the_promise_of_handling(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    moment = clock.forward(hours=1)
    order = actions.handle(order, by=people["manager"], outcome="solved", note="灯座已更换")
    assert order.status == Status.HANDLED
    assert order.deadlines.get(stage=Stage.HANDLE).met_at == moment
    event = Event.objects.get(complaint=order, verb="handle")
    assert event.facts == {"outcome": "solved"}
    assert event.statement is not None
    assert (event.statement.kind, event.statement.text) == (StatementKind.RESULT, "灯座已更换")


def test_the_reporter_hears_of_a_result_only_from_the_desk(county: County, people: People) -> None:
    complaint_at(Status.HANDLED, county, people)
    told = Notification.objects.filter(kind="order_handle")
    assert [notice.to for notice in told] == [people["dispatcher"]]


@pytest.mark.parametrize("reason", CannotReason)
def test_what_cannot_be_solved_says_where_it_goes_next(
    reason: CannotReason, county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    order = actions.handle(
        order, by=people["manager"], outcome="cannot", reason=reason, note="需动用维修资金"
    )
    event = Event.objects.get(complaint=order, verb="handle")
    assert event.facts == {"outcome": "cannot", "reason": reason}


@pytest.mark.parametrize(
    ("verb", "words", "fields"),
    [
        (Verb.ATTEND, {"note": " "}, {"note"}),
        (Verb.HANDLE, {"outcome": "", "note": ""}, {"outcome", "note"}),
        (Verb.HANDLE, {"outcome": "done", "note": "好了"}, {"outcome"}),
        (Verb.HANDLE, {"outcome": "cannot", "note": "不行"}, {"reason"}),
        (Verb.HANDLE, {"outcome": "cannot", "reason": "tired", "note": "不行"}, {"reason"}),
    ],
)
def test_a_result_that_says_too_little_is_asked_for_the_rest(
    verb: Verb, words: dict[str, Any], fields: set[str], county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    with untouched(order), pytest.raises(Invalid) as refusal:
        do(verb, order, county, people, **words)
    assert set(refusal.value.fields) == fields


def test_a_community_without_a_firm_handles_by_its_own_office(
    county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLED, county, people, estate=county.unserved)
    event = Event.objects.get(complaint=order, verb="handle")
    assert (event.party, event.body_id) == (Party.HANDLER, county.community_office.pk)


def test_a_department_handles_what_is_given_to_it(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLED, county, people, handler=county.fire)
    event = Event.objects.get(complaint=order, verb="handle")
    assert (event.party, event.body_id) == (Party.HANDLER, county.fire.pk)


def test_a_handler_may_not_review_their_own_result(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLED, county, people)
    with untouched(order), pytest.raises(NotAllowed):
        actions.answer(order, by=people["manager"], note="好了")
    with untouched(order), pytest.raises(NotAllowed):
        actions.answer(order, by=people["manager_grid"], note="好了")


def test_a_report_alone_gives_the_firm_nothing(county: County, people: People) -> None:
    assert not open_verbs(
        people["manager"], report(county, people), people["manager"].registered_at
    )
