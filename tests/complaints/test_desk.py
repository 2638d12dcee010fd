"""Verbs of the desk and the grid, and who the desk is."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import CLOCK, Reporter
from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from communities.actions import appoint, recode_place
from communities.models import DESK_BODIES, Appointment, Body, BodyKind, Office
from complaints import actions
from complaints.models import Audience, Complaint, Deadline, Event, Statement, StatementKind
from complaints.permissions import parties
from complaints.workflow import Party, RefusalGround, Stage, Status, Verb
from notifications.models import Notification
from tests import factories
from tests.complaints.walks import (
    BYPASS,
    again,
    complaint_at,
    do,
    fresh,
    report,
    twin,
    unsolved,
    untouched,
)
from tests.factories import County
from tests.moments import MONDAY, Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db


def of(order: Complaint, stage: Stage) -> list[Deadline]:
    """The rounds of a stage, the first one first."""
    return list(order.deadlines.filter(stage=stage).order_by("round"))


def last_event(order: Complaint) -> Event:
    return Event.objects.filter(complaint=order).order_by("pk").last() or Event()


def leave(user: User) -> None:
    """Everybody may leave: the office stays, the chair is empty."""
    Appointment.objects.filter(user=user).delete()


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


# --- merge -------------------------------------------------------------------------------


def test_a_double_is_merged_and_owes_nothing_more(county: County, people: People) -> None:
    order = report(county, people)
    original = twin(order, county, people)
    order = actions.merge(order, by=people["dispatcher"], into=original)
    assert (order.status, order.merged_into) == (Status.MERGED, original)
    assert {row.void_reason for row in order.deadlines.all()} == {"merge"}
    assert (order.next_due_at, order.alarm_at) == (None, None)
    assert last_event(order).facts == {"into": original.reference}


def test_the_originals_answer_goes_to_every_reporter_and_nobody_sees_another(
    county: County, people: People
) -> None:
    holder = Reporter("a" * 64)
    doubles = [
        report(county, people),
        report(county, people, by=holder),
        report(county, people, by=people["grid_worker"]),
    ]
    original = twin(doubles[0], county, people)
    # The third by way of the second.
    actions.merge(doubles[2], by=people["dispatcher"], into=doubles[1])
    for order in doubles[:2]:
        actions.merge(order, by=people["dispatcher"], into=original)
    for verb in (Verb.DISPATCH, Verb.ACCEPT, Verb.HANDLE):
        original = do(verb, original, county, people)
    actions.answer(original, by=people["dispatcher"], note="灯已修好")
    for order in doubles:
        assert order.statements.get(kind=StatementKind.ANSWER).text == "灯已修好"
        assert last_event(order).verb == "answered_with_original"
    told = Notification.objects.filter(kind="order_answered_with_original")
    assert set(told.values_list("to__username", flat=True)) == {"resident", "grid_worker"}
    assert {n.facts["reference"] for n in told} == {doubles[0].reference, doubles[2].reference}
    assert parties(people["resident"], again(original)) == frozenset()
    assert parties(people["neighbour"], again(doubles[0])) == frozenset()


def test_an_original_that_is_answered_directly_answers_its_doubles_too(
    county: County, people: People
) -> None:
    order = report(county, people)
    original = twin(order, county, people)
    actions.merge(order, by=people["dispatcher"], into=original)
    actions.answer_directly(original, by=people["dispatcher"], note="三月公示")
    assert order.statements.get(kind=StatementKind.ANSWER).text == "三月公示"


def test_a_double_of_what_is_already_answered_is_answered_at_once(
    county: County, people: People
) -> None:
    order = report(county, people)
    original = complaint_at(Status.ANSWERED, county, people, reporter=people["neighbour"])
    actions.merge(order, by=people["dispatcher"], into=original)
    assert order.statements.get(kind=StatementKind.ANSWER).text == "灯已修好"
    told = Notification.objects.filter(kind="order_answered_with_original")
    assert told.get().to == people["resident"]


def test_an_original_that_is_not_accepted_says_so_to_its_doubles(
    county: County, people: People
) -> None:
    order = report(county, people)
    original = twin(order, county, people)
    actions.merge(order, by=people["dispatcher"], into=original)
    actions.refuse(original, by=people["dispatcher"], reason="outside", note="请联系12345")
    assert order.statements.get(kind=StatementKind.ANSWER).text == "请联系12345"


def test_an_order_is_not_merged_into_itself_elsewhere_or_what_has_ended(
    county: County, people: People
) -> None:
    order = report(county, people)
    for into in (
        order,
        report(county, people, estate=county.other_estate),
        report(county, people, category=BYPASS),
        complaint_at(Status.WITHDRAWN, county, people),
        complaint_at(Status.CLOSED, county, people),
    ):
        with untouched(order, into), pytest.raises(Invalid) as refusal:
            actions.merge(order, by=people["dispatcher"], into=into)
        assert list(refusal.value.fields) == ["into"]


def test_a_merged_order_is_not_merged_again(county: County, people: People) -> None:
    order = report(county, people)
    first, second = twin(order, county, people), twin(order, county, people)
    actions.merge(order, by=people["dispatcher"], into=first)
    with untouched(order), pytest.raises(WrongState):
        actions.merge(order, by=people["dispatcher"], into=second)


# --- the desk: referring up, vacancy -----------------------------------------------------


def test_referring_up_moves_the_desk_and_the_deadlines_run_on(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    before = [row.due_at for row in order.deadlines.all()]
    clock.forward(hours=1)
    order = actions.refer_up(order, by=people["dispatcher"], note="需要街道协调")
    assert (order.status, order.desk) == (Status.REPORTED, county.subdistrict)
    assert [row.due_at for row in order.deadlines.all()] == before
    assert {row.held_by for row in order.deadlines.all()} == {county.subdistrict_office}
    assert last_event(order).facts == {"desk": "梅江街道"}
    assert Party.DESK not in parties(people["dispatcher"], order)
    with untouched(order), pytest.raises(NotAllowed):
        actions.inspect(order, by=people["dispatcher"])


def test_what_was_late_before_referring_up_stays_the_communitys(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    clock.forward(hours=4)
    order = actions.refer_up(order, by=people["dispatcher"], note="需要街道协调")
    (inspection,) = of(order, Stage.INSPECT)
    assert inspection.held_by == county.subdistrict_office
    assert [breach.held_by for breach in inspection.breaches.all()] == [county.community_office]


def test_the_reporter_is_not_told_why_it_was_referred_up(county: County, people: People) -> None:
    order = do(Verb.REFER_UP, report(county, people), county, people)
    assert Statement.objects.get(complaint=order, text="需要街道协调").audience == Audience.STAFF


def test_a_vacant_community_is_acted_for_by_the_subdistrict(county: County, people: People) -> None:
    order = report(county, people)
    assert Party.DESK not in parties(people["subdistrict"], order)
    leave(people["dispatcher"])
    officer = fresh(people["subdistrict"])
    assert Party.DESK in parties(officer, order)
    order = actions.dispatch(order, by=officer, handler=county.firm)
    event = last_event(order)
    assert event.facts["acted_for"] == "河东社区"
    assert (event.party, event.office) == (Party.DESK, Office.SUBDISTRICT_OFFICER)
    assert order.desk == county.community


def test_a_vacant_subdistrict_is_acted_for_by_the_district(county: County, people: People) -> None:
    order = report(county, people)
    leave(people["dispatcher"])
    leave(people["subdistrict"])
    officer = fresh(people["district"])
    order = actions.dispatch(order, by=officer, handler=county.firm)
    assert last_event(order).facts["acted_for"] == "河东社区"


def test_the_district_does_not_act_where_the_subdistrict_can(
    county: County, people: People
) -> None:
    order = report(county, people)
    leave(people["dispatcher"])
    assert Party.DESK not in parties(fresh(people["district"]), order)


def test_an_accusation_falls_to_the_district_when_the_subdistrict_is_vacant(
    county: County, people: People
) -> None:
    order = report(county, people, category=BYPASS)
    leave(people["subdistrict"])
    assert Party.DESK in parties(fresh(people["district"]), order)
    assert not parties(fresh(people["dispatcher"]), order)


def test_when_somebody_takes_office_the_desk_is_theirs_again(
    county: County, people: People
) -> None:
    order = report(county, people)
    leave(people["dispatcher"])
    appoint(
        people["neighbour"],
        by=CLOCK,
        office=Office.COMMUNITY_SECRETARY,
        at=county.community_office,
        from_on=factories.BEGINNING,
    )
    assert Party.DESK in parties(fresh(people["neighbour"]), order)
    assert Party.DESK not in parties(fresh(people["subdistrict"]), order)


def test_a_clerk_whose_account_is_shut_holds_no_desk(county: County, people: People) -> None:
    """Nobody can sign in as them, so the order would wait for ever."""
    order = report(county, people)
    people["dispatcher"].is_active = False
    people["dispatcher"].save()
    assert Party.DESK in parties(fresh(people["subdistrict"]), order)


def test_news_for_a_vacant_desk_reach_whoever_acts_for_it(county: County, people: People) -> None:
    leave(people["dispatcher"])
    order = report(county, people)
    told = Notification.objects.filter(facts__reference=order.reference)
    assert people["subdistrict"].pk in set(told.values_list("to_id", flat=True))


def test_whoever_does_it_signs_with_office_and_body(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLED, county, people, repairer=people["repairer"])
    signed = {
        event.verb: (event.party, event.office, event.body_id)
        for event in Event.objects.filter(complaint=order)
    }
    assert signed == {
        "report": (Party.REPORTER, "", None),
        "dispatch": (Party.DESK, Office.COMMUNITY_CLERK, county.community_office.pk),
        "accept": (Party.HANDLER, Office.FIRM_MANAGER, county.firm.pk),
        "handle": (Party.HANDLER, Office.FIRM_MANAGER, county.firm.pk),
    }


def test_a_grid_worker_signs_as_the_grid(county: County, people: People) -> None:
    order = actions.inspect(report(county, people), by=people["grid_worker"])
    event = last_event(order)
    assert (event.party, event.office) == (Party.GRID, Office.GRID_WORKER)


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


# --- Codes that change -------------------------------------------------------------------


def test_of_an_order_from_before_a_new_code_events_still_name_the_office(
    county: County, people: People
) -> None:
    order = report(county, people)
    recode_place(county.subdistrict, by=CLOCK, code="990101888")
    for who, office, place, act in (
        ("dispatcher", Office.COMMUNITY_CLERK, county.community, actions.refer_up),
        ("subdistrict", Office.SUBDISTRICT_OFFICER, county.subdistrict, actions.add_note),
    ):
        act(again(order), by=fresh(people[who]), note="请街道协调")
        said = last_event(order)
        assert again(order).place_code.startswith(place.code)
        assert said.office == office
        assert said.body_id == Body.objects.get(place=place, kind__in=sorted(DESK_BODIES)).pk
