"""Verbs of the desk and the grid: checking, dispatching, answering, refusing, notes."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from common.errors import Invalid
from communities.models import Body, BodyKind
from complaints import actions
from complaints.models import Audience, Event, StatementKind
from complaints.permissions import parties
from complaints.workflow import RefusalGround, Stage, Status, Verb
from notifications.models import Notification
from tests import factories
from tests.complaints.desks import last_event, of
from tests.complaints.walks import (
    BYPASS,
    complaint_at,
    do,
    report,
    unsolved,
    untouched,
)
from tests.factories import County
from tests.moments import MONDAY, Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db

# --- inspect, dispatch, redispatch -------------------------------------------------------


@pytest.mark.parametrize("who", ["dispatcher", "grid_worker"])
def test_a_check_on_site_keeps_the_first_promise(
    who: str, county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    moment = clock.forward(hours=1)
    order = actions.inspect(order, by=people[who], note="灯座进水")
    assert order.status == Status.REPORTED
    assert of(order, Stage.INSPECT)[0].met_at == moment
    assert order.next_due_at == of(order, Stage.FEEDBACK)[0].due_at


@pytest.mark.parametrize("who", ["dispatcher", "grid_worker"])
def test_dispatching_keeps_the_check_and_opens_handling(
    who: str, county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    moment = clock.forward(hours=1)
    order = actions.dispatch(order, by=people[who], handler=county.firm, note="请尽快")
    assert (order.status, order.handler) == (Status.DISPATCHED, county.firm)
    assert of(order, Stage.INSPECT)[0].met_at == moment
    (handling,) = of(order, Stage.HANDLE)
    assert handling.due_at == moment + timedelta(hours=3)
    assert handling.held_by == county.firm
    assert last_event(order).facts == {"handler": "和顺物业"}


def test_a_dispatched_order_is_told_to_reporter_and_handler(county: County, people: People) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    told = Notification.objects.filter(kind="order_dispatch").values_list("to__username", flat=True)
    assert set(told) == {"resident", "manager", "manager_grid"}
    assert order.status == Status.DISPATCHED


@pytest.mark.parametrize(
    ("estate", "handler", "fits"),
    [
        ("estate", "firm", True),
        ("estate", "fire", True),
        ("estate", "rival", False),
        ("estate", "community_office", False),
        ("estate", "subdistrict_office", False),
        ("unserved", "community_office", True),
        ("unserved", "far_office", False),
        ("unserved", "firm", False),
        ("other_estate", "rival", True),
        ("other_estate", "firm", False),
    ],
)
def test_only_the_firm_in_force_a_department_or_for_want_of_a_firm_the_community_gets_an_order(
    estate: str, handler: str, fits: bool, county: County, people: People
) -> None:
    order = report(county, people, estate=getattr(county, estate))
    body: Body = getattr(county, handler)
    if fits:
        assert actions.dispatch(order, by=people["dispatcher"], handler=body).handler == body
        return
    with untouched(order), pytest.raises(Invalid) as refusal:
        actions.dispatch(order, by=people["dispatcher"], handler=body)
    assert list(refusal.value.fields) == ["handler"]


def test_a_department_of_another_district_gets_nothing(county: County, people: People) -> None:
    elsewhere = factories.body(
        BodyKind.DEPARTMENT, county.far_district_office.place, "邻县消防", "fire"
    )
    order = report(county, people)
    with untouched(order), pytest.raises(Invalid):
        actions.dispatch(order, by=people["dispatcher"], handler=elsewhere)


def test_the_community_never_handles_what_passes_it_by(county: County, people: People) -> None:
    order = report(county, people, estate=county.unserved, category=BYPASS)
    with untouched(order), pytest.raises(Invalid):
        actions.dispatch(order, by=people["subdistrict"], handler=county.community_office)


def test_redispatching_begins_the_next_round_for_the_new_handler(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people, repairer=people["repairer"])
    moment = clock.forward(hours=1)
    order = actions.redispatch(order, by=people["dispatcher"], handler=county.fire)
    assert (order.status, order.handler, order.repairer) == (
        Status.DISPATCHED,
        county.fire,
        None,
    )
    first, second = of(order, Stage.HANDLE)
    assert (first.void_at, first.void_reason, first.met_at) == (moment, "redispatch", None)
    assert (second.held_by, second.due_at) == (county.fire, moment + timedelta(hours=3))
    assert not parties(people["manager"], order)


def test_a_breach_before_redispatching_stays_with_the_earlier_handler(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    clock.forward(hours=4)
    order = actions.redispatch(order, by=people["dispatcher"], handler=county.fire)
    first, second = of(order, Stage.HANDLE)
    assert [breach.held_by for breach in first.breaches.all()] == [county.firm]
    assert not second.breaches.exists()
    assert first.late_at(clock.moment)


def test_an_order_is_not_redispatched_to_whoever_has_it(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    with untouched(order), pytest.raises(Invalid):
        actions.redispatch(order, by=people["dispatcher"], handler=county.firm)


# --- answer, answer_directly, send_back --------------------------------------------------


def test_an_answer_keeps_feedback_and_opens_the_rating_window(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLED, county, people)
    moment = clock.forward(hours=1)
    order = actions.answer(order, by=people["dispatcher"], note="灯已修好")
    assert of(order, Stage.FEEDBACK)[0].met_at == moment
    assert order.answered_at == moment
    # Seven days on is a Monday; its 24:00 is the beginning of Tuesday.
    assert order.rate_until == MONDAY.replace(day=10, hour=0)
    assert order.alarm_at == order.rate_until
    assert order.next_due_at is None


def test_an_enquiry_is_answered_directly(county: County, people: People, clock: Pretended) -> None:
    order = report(county, people, kind="enquiry")
    moment = clock.forward(hours=1)
    order = actions.answer_directly(order, by=people["dispatcher"], note="每年三月公示")
    assert order.status == Status.ANSWERED
    assert of(order, Stage.INSPECT)[0].met_at == of(order, Stage.FEEDBACK)[0].met_at == moment


def test_sending_back_begins_the_next_round_and_the_time_under_review_is_on_record(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLED, county, people)
    moment = clock.forward(hours=2)
    order = actions.send_back(order, by=people["dispatcher"], note="灯还是不亮")
    assert (order.status, order.handler) == (Status.HANDLING, county.firm)
    first, second = of(order, Stage.HANDLE)
    assert first.met_at == MONDAY
    assert (second.opened_at, second.due_at) == (moment, moment + timedelta(hours=3))
    times = dict(Event.objects.filter(complaint=order).values_list("verb", "at"))
    assert times["send_back"] - times["handle"] == timedelta(hours=2)


def test_after_a_recheck_the_order_may_go_back_to_the_handler_or_be_answered(
    county: County, people: People
) -> None:
    order = complaint_at(Status.RECHECK, county, people)
    back = actions.send_back(order, by=people["dispatcher"], note="再查一次")
    assert back.status == Status.HANDLING
    other = complaint_at(Status.RECHECK, county, people)
    assert actions.answer(other, by=people["dispatcher"], note="已当面说明").status == (
        Status.ANSWERED
    )


def test_whoever_sends_back_what_had_no_handler_names_one(county: County, people: People) -> None:
    order = report(county, people)
    order = do(Verb.ANSWER_DIRECTLY, order, county, people)
    order = do(Verb.RATE, order, county, people, solved=False, satisfaction=1)
    clerk = people["dispatcher"]
    with untouched(order), pytest.raises(Invalid) as refusal:
        actions.send_back(order, by=clerk, note="请处理")
    assert list(refusal.value.fields) == ["handler"]
    with untouched(order), pytest.raises(Invalid):
        actions.send_back(order, by=clerk, note="请处理", handler=county.rival)
    order = actions.send_back(order, by=clerk, note="请处理", handler=county.firm)
    assert order.handler == county.firm
    assert of(order, Stage.HANDLE)[0].held_by == county.firm


@pytest.mark.parametrize(
    ("status", "verb", "words", "field"),
    [
        (Status.HANDLED, Verb.ANSWER, {"note": " "}, "note"),
        (Status.REPORTED, Verb.ANSWER_DIRECTLY, {"note": ""}, "note"),
        (Status.HANDLED, Verb.SEND_BACK, {"note": "\n"}, "note"),
        (Status.REPORTED, Verb.REFER_UP, {"note": ""}, "note"),
        (Status.REPORTED, Verb.REFUSE, {"note": ""}, "note"),
        (Status.REPORTED, Verb.REFUSE, {"reason": "because"}, "reason"),
        (Status.REPORTED, Verb.ADD_NOTE, {"note": ""}, "note"),
    ],
)
def test_words_that_are_needed_are_asked_for_at_their_field(
    status: Status, verb: Verb, words: dict[str, Any], field: str, county: County, people: People
) -> None:
    order = complaint_at(status, county, people)
    with untouched(order), pytest.raises(Invalid) as refusal:
        do(verb, order, county, people, **words)
    assert list(refusal.value.fields) == [field]


# --- refuse ------------------------------------------------------------------------------


@pytest.mark.parametrize("ground", RefusalGround)
def test_a_refusal_keeps_both_promises_and_tells_the_ground(
    ground: RefusalGround, county: County, people: People
) -> None:
    order = report(county, people)
    order = actions.refuse(order, by=people["dispatcher"], reason=ground, note="请联系12345")
    assert order.status == Status.REFUSED
    assert not [row for row in order.deadlines.all() if row.met_at is None]
    assert (order.next_due_at, order.alarm_at) == (None, None)
    assert last_event(order).facts == {"ground": ground}
    assert order.statements.get(kind=StatementKind.ANSWER).text == "请联系12345"
    assert Notification.objects.filter(kind="order_refuse", to=people["resident"]).count() == 1


# --- notes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "audience"),
    [
        ("dispatcher", Audience.STAFF),
        ("grid_worker", Audience.STAFF),
        ("manager", Audience.WORKERS),
        ("repairer", Audience.WORKERS),
    ],
)
def test_a_note_is_never_for_the_reporter(
    who: str, audience: Audience, county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people, repairer=people["repairer"])
    before = Notification.objects.count()
    actions.add_note(order, by=people[who], note="住户晚上在家")
    event = last_event(order)
    assert event.statement is not None
    assert event.audience == event.statement.audience == audience
    assert Notification.objects.count() == before


def test_a_step_without_words_leaves_no_empty_text(county: County, people: People) -> None:
    order = actions.inspect(report(county, people), by=people["dispatcher"], note="  ")
    assert last_event(order).statement is None


def test_unsolved_walks_lead_to_recheck(county: County, people: People) -> None:
    order = unsolved(complaint_at(Status.HANDLED, county, people), county, people)
    assert order.status == Status.RECHECK
