"""Supervision orders: answered, struck off; who may, what nobody may, and what is kept."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.actors import CLOCK, Actor, Reporter
from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from communities.actions import appoint, engage_firm
from communities.models import Office
from complaints import actions
from complaints.models import Event, SupervisionEvent, SupervisionOrder
from complaints.permissions.supervision import (
    ON_SLIPS,
    may_supervise,
    open_supervision_verbs,
    side_for,
    sides,
    supervisions_visible_to,
)
from complaints.supervision import STEPS, Side, State, SupervisionVerb
from complaints.workflow import Status, Verb
from tests.complaints.slips import (
    nothing_happened,
    replied,
    slip_again,
    slip_at,
    supervised,
    told,
)
from tests.complaints.walks import again, complaint_at, do, fresh
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db
V = SupervisionVerb


# --- Who may do what, the whole square ---------------------------------------------------

# Of one that the subdistrict has addressed to the firm. Whoever is not named sees nothing.
SIDES = {
    "manager": {Side.ADDRESSEE},
    "manager_grid": {Side.ADDRESSEE},
    "subdistrict": {Side.ISSUER, Side.OVERSEER},
    "district": {Side.OVERSEER},
    "auditor": {Side.AUDITOR},
}
OPEN_VERBS = {
    State.OPEN: {
        "manager": {V.REPLY},
        "manager_grid": {V.REPLY},
        "subdistrict": {V.CANCEL},
    },
    State.REPLIED: {"subdistrict": {V.CLOSE, V.SEND_BACK, V.CANCEL}},
    State.CLOSED: {},
    State.CANCELLED: {},
}
WORDS: dict[SupervisionVerb, dict[str, Any]] = {
    V.REPLY: {"note": "已完成"},
    V.CLOSE: {},
    V.SEND_BACK: {"note": "照片看不清", "amount": 1, "unit": "working_days"},
    V.CANCEL: {"note": "另行安排"},
}


@pytest.mark.parametrize("state", State)
def test_the_whole_square(state: State, county: County, people: People) -> None:
    slip = slip_at(state, county, people)
    actors: dict[str, Actor] = {**people, "stranger": Reporter("f" * 64), "clock": CLOCK}
    expected: dict[str, set[SupervisionVerb]] = OPEN_VERBS[state]
    with nothing_happened():
        for name, actor in actors.items():
            assert sides(actor, slip) == SIDES.get(name, set()), name
            assert set(open_supervision_verbs(actor, slip)) == expected.get(name, set()), name
            for verb in set(ON_SLIPS) - expected.get(name, set()):
                mine = STEPS[verb].side in SIDES.get(name, set())
                with pytest.raises(WrongState if mine else NotAllowed):
                    getattr(actions, verb.value)(slip, by=actor, **WORDS[verb])
    for name, verbs in expected.items():
        for one in verbs:
            with transaction.atomic():
                done = getattr(actions, one.value)(slip, by=people[name], **WORDS[one])
                assert done.state == STEPS[one].to
                transaction.set_rollback(True)


def test_which_may_i_see_and_may_i_see_this_one_are_one_rule(
    county: County, people: People
) -> None:
    slips = [
        supervised(county, people),
        supervised(county, people, to=county.community_office),
        supervised(county, people, by=people["district"], to=county.subdistrict_office),
    ]
    appoint(
        people["district"], by=CLOCK, office=Office.REPAIRER, at=county.rival, from_on=BEGINNING
    )
    engage_firm(county.rival, by=CLOCK, estate=county.unserved, from_on=BEGINNING)
    far = complaint_at(
        Status.DISPATCHED, county, people, estate=county.unserved, handler=county.rival
    )
    slips.append(supervised(county, people, [far], to=county.community_office))
    for name, user in people.items():
        user = fresh(user)
        seen = set(supervisions_visible_to(user).values_list("pk", flat=True))
        assert seen == {slip.pk for slip in slips if sides(user, slip)}, name
    assert not sides(fresh(people["district"]), slips[-1]), "their firm serves that estate"


def test_whoever_answers_for_the_body_is_nothing_else_to_it(county: County, people: People) -> None:
    slip = replied(county, people)
    both = people["manager"]
    appoint(
        both,
        by=CLOCK,
        office=Office.SUBDISTRICT_OFFICER,
        at=county.subdistrict_office,
        from_on=BEGINNING,
    )
    assert sides(fresh(both), slip) == {Side.ADDRESSEE}
    with nothing_happened(), pytest.raises(NotAllowed):
        actions.close_supervision(slip, by=fresh(both))


def test_nobody_closes_their_own_reply_whatever_they_have_become(
    county: County, people: People
) -> None:
    slip = replied(county, people)
    writer = people["manager"]
    writer.appointments.update(until_on=date(2026, 1, 1))
    appoint(
        writer,
        by=CLOCK,
        office=Office.SUBDISTRICT_OFFICER,
        at=county.subdistrict_office,
        from_on=BEGINNING,
    )
    writer = fresh(writer)
    assert Side.ISSUER in sides(writer, slip)
    assert V.CLOSE not in open_supervision_verbs(writer, slip)
    with nothing_happened(), pytest.raises(NotAllowed):
        actions.close_supervision(slip, by=writer)
    actions.close_supervision(slip, by=fresh(people["subdistrict"]))


def test_the_office_above_closes_for_one_that_nobody_holds(county: County, people: People) -> None:
    slip = replied(county, people)
    with pytest.raises(NotAllowed):
        side_for(V.CLOSE, fresh(people["district"]), slip)
    people["subdistrict"].appointments.update(until_on=date(2026, 1, 1))
    done = actions.close_supervision(slip, by=fresh(people["district"]))
    assert done.state == State.CLOSED


# --- Going on ----------------------------------------------------------------------------


def test_a_reply_goes_to_the_issuing_office_and_stops_the_clock(
    county: County, people: People, clock: Pretended
) -> None:
    slip = replied(county, people)
    assert (slip.replied_at, slip.alarm_at) == (clock.moment, None)
    assert told("supervision_replied") == ["subdistrict"]
    clock.forward(days=30)
    assert actions.sound_supervision() == 0
    assert slip_again(slip).late_round is None


def test_closing_strikes_the_number_off_and_the_orders_say_so(
    county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    slip = actions.close_supervision(
        replied(county, people, orders=[order]), by=people["subdistrict"], note="同意销号"
    )
    assert again(order).supervised == 0
    events = Event.objects.filter(complaint=order, verb__startswith="superv")
    assert [event.verb for event in events] == ["supervised", "supervision_closed"]
    assert told("supervision_closed") == ["manager", "manager_grid"]
    assert slip.ended_at is not None


def test_a_reply_sent_back_has_a_round_and_a_due_time_of_its_own(
    county: County, people: People, clock: Pretended
) -> None:
    slip = replied(county, people)
    clock.forward(hours=1)
    slip = actions.send_back_supervision(
        slip, by=people["subdistrict"], note="请附整改前后对比", due_on=date(2026, 3, 4)
    )
    assert (slip.state, slip.round, slip.replied_at) == (State.OPEN, 2, None)
    assert slip.due_at == at("2026-03-05")
    assert told("supervision_sent_back") == ["manager", "manager_grid"]
    clock.put(at("2026-03-05"))
    slip = actions.reply(slip, by=people["manager"], note="见附件")
    assert slip.late_round == 2
    rounds = slip.events.values_list("verb", "round", "statement__text")
    assert list(rounds) == [
        ("supervise", 1, "请三个工作日内修复，并说明原因和整改措施。"),
        ("reply", 1, "灯座已全部更换"),
        ("send_back_supervision", 2, "请附整改前后对比"),
        ("late", 2, None),
        ("reply", 2, "见附件"),
    ]


def test_one_that_is_cancelled_says_why_and_keeps_its_number(
    county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    slip = supervised(county, people, [order])
    with nothing_happened(order), pytest.raises(Invalid):
        actions.cancel_supervision(slip, by=people["subdistrict"], note=" ")
    slip = actions.cancel_supervision(slip, by=people["subdistrict"], note="重复")
    assert (slip.state, slip.alarm_at) == (State.CANCELLED, None)
    assert again(order).supervised == 0
    assert told("supervision_cancelled") == ["manager", "manager_grid"]
    assert supervised(county, people, [again(order)]).serial == 2


@pytest.mark.parametrize(
    ("state", "verb"),
    [(State.OPEN, V.REPLY), (State.REPLIED, V.SEND_BACK), (State.OPEN, V.CANCEL)],
)
def test_a_step_that_needs_words_is_refused_without_them(
    state: State, verb: SupervisionVerb, county: County, people: People
) -> None:
    slip = slip_at(state, county, people)
    by = people["manager" if verb == V.REPLY else "subdistrict"]
    with nothing_happened(), pytest.raises(Invalid) as refusal:
        getattr(actions, verb.value)(slip, by=by, **{**WORDS[verb], "note": "  "})
    assert list(refusal.value.fields) == ["note"]


def test_an_order_that_ends_meanwhile_does_not_hold_up_the_closing(
    county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    slip = supervised(county, people, [order])
    do(Verb.WITHDRAW, again(order), county, people)
    slip = actions.reply(slip, by=people["manager"], note="反映人已撤回")
    actions.close_supervision(slip, by=people["subdistrict"])
    assert again(order).supervised == 0


# --- What the database keeps -------------------------------------------------------------


def test_history_is_appended(county: County, people: People) -> None:
    supervised(county, people)
    event = SupervisionEvent.objects.get()
    edits = (
        event.save,
        event.delete,
        lambda: SupervisionEvent.objects.update(verb="nothing"),
        lambda: SupervisionEvent.objects.all().delete(),
    )
    for edit in edits:
        with pytest.raises(TypeError, match="appended"):
            edit()


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the guard in the database is PostgreSQL's"
)
@pytest.mark.parametrize("words", ["UPDATE {} SET verb = 'nothing'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_history(words: str, county: County, people: People) -> None:
    supervised(county, people)
    with pytest.raises(DatabaseError, match="appended"), transaction.atomic():
        connection.cursor().execute(words.format("complaints_supervisionevent"))


def test_the_database_keeps_a_number_once(county: County, people: People) -> None:
    slip = supervised(county, people)
    slip.pk, slip.code = None, "9901-0000-0000-0"
    with pytest.raises(DatabaseError), transaction.atomic():
        slip.save(force_insert=True)
    assert SupervisionOrder.objects.count() == 1


def test_opening_one_asks_as_often_for_one_order_as_for_many(
    county: County, people: People, django_assert_num_queries: Any
) -> None:
    orders = [complaint_at(Status.HANDLING, county, people) for _ in range(6)]
    officer = fresh(people["subdistrict"])
    supervised(county, people, orders[:1])
    given: dict[str, Any] = {"to": county.firm, "subject": "x", "demand": "x", "due_on": None}
    given |= {"amount": 1, "unit": "working_days"}
    assert may_supervise(officer, orders[1])  # as the page does, which reads the offices
    with django_assert_num_queries(QUERIES):
        actions.supervise(orders[1:2], by=officer, **given)
    with django_assert_num_queries(QUERIES):
        actions.supervise(orders[2:], by=officer, **given)


QUERIES = 16
