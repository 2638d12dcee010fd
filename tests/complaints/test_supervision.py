"""Supervision orders: numbered, due, answered, struck off; who may, and what nobody may."""

from datetime import date, time
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.actors import CLOCK, Actor, Reporter
from accounts.models import User
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from communities.actions import appoint, engage_firm
from communities.models import Body, Office
from complaints import actions
from complaints.models import Deadline, Event, SupervisionEvent, SupervisionOrder
from complaints.permissions.supervision import (
    ON_SLIPS,
    may_supervise,
    open_supervision_verbs,
    side_for,
    sides,
    supervisions_visible_to,
)
from complaints.supervision import STEPS, Side, State, SupervisionVerb
from complaints.workflow import AT_WORK, Status, Verb
from notifications.models import Notification
from tests.complaints.slips import (
    nothing_happened,
    replied,
    slip_again,
    slip_at,
    supervised,
)
from tests.complaints.walks import BYPASS, URGENT, again, complaint_at, do, fresh, report
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db
V = SupervisionVerb


def told(kind: str) -> list[str]:
    return sorted(Notification.objects.filter(kind=kind).values_list("to__username", flat=True))


# --- Numbers -----------------------------------------------------------------------------


def test_each_office_counts_its_own_and_begins_anew_each_year(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-12-31 23:00"))
    orders = [complaint_at(Status.HANDLING, county, people) for _ in range(3)]
    first = supervised(county, people, orders[:1])
    second = supervised(county, people, orders[1:2])
    above = supervised(county, people, orders[:1], by=people["district"])
    clock.put(at("2027-01-01 00:30"))
    later = supervised(county, people, orders[2:])
    assert [slip.number for slip in (first, second, above, later)] == [
        "督办〔2026〕梅江1号",
        "督办〔2026〕梅江2号",
        "督办〔2026〕红枫1号",
        "督办〔2027〕梅江1号",
    ]
    assert len({slip.code for slip in (first, second, above, later)}) == 4


def test_what_is_refused_uses_up_no_number(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    with pytest.raises(Invalid):
        supervised(county, people, [order], due_on=date(2020, 1, 1))
    assert supervised(county, people, [order]).serial == 1


def test_the_number_stays_as_it_was_printed(county: County, people: People) -> None:
    slip = supervised(county, people)
    county.subdistrict.name = "新城街道"
    county.subdistrict.save()
    order = complaint_at(Status.HANDLING, county, people)
    assert supervised(county, people, [order]).number.endswith("新城2号")
    assert slip_again(slip).number.endswith("梅江1号")


# --- By when -----------------------------------------------------------------------------


def test_working_days_follow_the_calendar(county: County, people: People, clock: Pretended) -> None:
    clock.put(at("2026-02-13 10:00"))  # Friday; Saturday makes up, then Spring Festival
    slip = supervised(county, people, amount=5)
    assert slip.due_at == at("2026-02-28")
    assert slip.reminder_at == at("2026-02-26 09:00") == slip.alarm_at


def test_hours_run_through_the_night_unless_the_district_has_quiet_hours(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-03-02 19:00"))
    hours: dict[str, Any] = {"amount": 3 * 3600, "unit": "seconds"}
    assert supervised(county, people, **hours).due_at == at("2026-03-02 22:00")
    quiet: dict[str, Any] = {"quiet_from": time(20), "quiet_until": time(8)}
    quiet["closes_at"] = time(17, 30)
    actions.set_hours(by=CLOCK, place=county.district, **quiet)
    assert supervised(county, people, **hours).due_at == at("2026-03-03 10:00")
    urgent = complaint_at(Status.HANDLING, county, people, category=URGENT)
    assert supervised(county, people, [urgent], **hours).due_at == at("2026-03-02 22:00")


def test_a_day_ends_at_24_or_at_the_close_of_business(
    county: County, people: People, clock: Pretended
) -> None:
    day = date(2026, 3, 6)
    slip = supervised(county, people, due_on=day)
    assert slip.due_at == at("2026-03-07")
    assert slip.reminder_at == at("2026-03-05 09:00")
    hours: dict[str, Any] = {"quiet_from": None, "quiet_until": None, "closes_at": time(17, 30)}
    actions.set_hours(by=CLOCK, place=county.district, **hours)
    assert supervised(county, people, due_on=day).due_at == at("2026-03-06 17:30")
    clock.put(at("2026-03-06 18:00"))
    with pytest.raises(Invalid) as refusal:
        supervised(county, people, due_on=day)
    assert "due_on" in refusal.value.fields


@pytest.mark.parametrize(
    ("term", "field"),
    [
        ({"amount": None, "unit": ""}, "amount"),
        ({"amount": 0, "unit": "working_days"}, "amount"),
        ({"amount": 61, "unit": "working_days"}, "amount"),
        ({"amount": 3, "unit": "weeks"}, "unit"),
        ({"amount": 3, "unit": "working_days", "due_on": date(2026, 3, 6)}, "due_on"),
        ({"due_on": date(2026, 3, 1)}, "due_on"),  # yesterday
        ({"due_on": date(2026, 3, 8)}, "due_on"),  # a Sunday
        ({"due_on": date(2027, 3, 8)}, "due_on"),  # a year ahead
    ],
)
def test_a_due_time_that_cannot_be_is_refused_at_its_field(
    term: dict[str, Any], field: str, county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    with nothing_happened(order), pytest.raises(Invalid) as refusal:
        supervised(county, people, [order], **term)
    assert list(refusal.value.fields) == [field]


# --- Opening -----------------------------------------------------------------------------


def test_every_order_says_so_and_its_reporter_hears_it(
    county: County, people: People, clock: Pretended
) -> None:
    orders = [complaint_at(Status.HANDLING, county, people) for _ in range(2)]
    clock.forward(hours=4)
    slip = supervised(county, people, orders)
    assert slip.issued_by == county.subdistrict_office
    assert [again(order).supervised for order in orders] == [1, 1]
    for event in Event.objects.filter(verb="supervised"):
        assert event.facts == {"office": "梅江街道办事处", "number": slip.number}
        assert event.statement is None, "what the office wrote is not for the reporter"
        assert (event.office, event.body_id) == (
            Office.SUBDISTRICT_OFFICER,
            county.subdistrict_office.pk,
        )
    rows = slip.supervised.values_list("complaint__reference", "status", "late_since")
    assert [row[1] for row in rows] == [Status.HANDLING] * 2
    assert {row[2] for row in rows} == {at("2026-03-02 12:00")}
    assert told("order_supervised") == ["resident", "resident"]
    assert told("supervision_opened") == ["manager", "manager_grid"]
    notice = Notification.objects.filter(kind="supervision_opened")[0]
    assert notice.duty


def test_the_orders_own_promises_stay_as_they_are(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    before = list(Deadline.objects.filter(complaint=order).values_list())
    slip = replied(county, people, orders=[order])
    actions.close_supervision(slip, by=people["subdistrict"])
    assert list(Deadline.objects.filter(complaint=order).values_list()) == before
    assert again(order).status == Status.HANDLING


def test_only_officers_above_supervise(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    actors: dict[str, Actor] = {**people, "stranger": Reporter("f" * 64), "clock": CLOCK}
    allowed = {name for name, actor in actors.items() if may_supervise(actor, order)}
    assert allowed == {"subdistrict", "district"}
    with nothing_happened(order):
        for name in set(actors) - allowed:
            with pytest.raises(NotAllowed):
                actions.supervise(
                    [order],
                    by=actors[name],
                    to=county.firm,
                    subject="楼道灯",
                    demand="请修复",
                    amount=1,
                    unit="working_days",
                )


@pytest.mark.parametrize("status", Status)
def test_only_an_order_somebody_is_at_work_on_is_supervised(
    status: Status, county: County, people: People
) -> None:
    order = complaint_at(status, county, people)
    officer = people["subdistrict"]
    assert may_supervise(officer, order) == (status in AT_WORK)
    if status not in AT_WORK:
        with nothing_happened(order), pytest.raises(WrongState):
            supervised(county, people, [order], to=county.community_office)


def test_one_order_among_several_that_is_not_overseen_refuses_all(
    county: County, people: People
) -> None:
    ours = complaint_at(Status.HANDLING, county, people)
    own = complaint_at(Status.HANDLING, county, people, by=people["subdistrict"])
    with nothing_happened(ours, own), pytest.raises(NotAllowed):
        supervised(county, people, [ours, own])  # nobody supervises their own report


def test_whoever_serves_the_estate_for_a_firm_does_not_supervise_there(
    county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    appoint(
        people["subdistrict"], by=CLOCK, office=Office.BUTLER, at=county.estate, from_on=BEGINNING
    )
    supervised(county, people, [order])  # a butler of the estate is no firm
    appoint(people["district"], by=CLOCK, office=Office.REPAIRER, at=county.firm, from_on=BEGINNING)
    with nothing_happened(order), pytest.raises(NotAllowed):
        supervised(county, people, [order], by=people["district"], to=county.community_office)


def test_an_office_supervises_an_order_once_at_a_time_and_another_may_too(
    county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    slip = replied(county, people, orders=[order])
    with nothing_happened(order), pytest.raises(Conflict, match=slip.number):
        supervised(county, people, [again(order)])
    supervised(county, people, [order], by=people["district"], to=county.subdistrict_office)
    assert again(order).supervised == 2
    actions.close_supervision(slip, by=people["subdistrict"])
    supervised(county, people, [again(order)])
    assert again(order).supervised == 2


# --- To whom -----------------------------------------------------------------------------


def test_a_body_that_has_the_order_or_stands_between_may_be_addressed(
    county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    may: dict[str, list[Body]] = {
        "subdistrict": [county.firm, county.community_office],
        "district": [county.firm, county.community_office, county.subdistrict_office],
    }
    for name, fitting in may.items():
        for body in Body.objects.all():
            if body in fitting:
                slip = supervised(county, people, [order], by=people[name], to=body)
                assert slip.addressed_to == body
                actions.cancel_supervision(slip, by=people[name], note="另行安排")
            else:
                # Of one's own office: NotAllowed, whoever has the order.
                with nothing_happened(order), pytest.raises((Invalid, NotAllowed)):
                    supervised(county, people, [order], by=people[name], to=body)


def test_orders_of_two_firms_have_only_their_office_in_common(
    county: County, people: People
) -> None:
    one = complaint_at(Status.HANDLING, county, people)
    other = complaint_at(Status.HANDLING, county, people, estate=county.other_estate)
    with nothing_happened(one, other), pytest.raises(Invalid):
        supervised(county, people, [one, other])
    assert supervised(county, people, [one, other], to=county.community_office).pk


def test_of_an_accusation_the_community_learns_nothing(county: County, people: People) -> None:
    order = report(county, people, category=BYPASS)
    with nothing_happened(order), pytest.raises(Invalid):
        supervised(county, people, [order], by=people["district"], to=county.community_office)
    supervised(county, people, [order], by=people["district"], to=county.subdistrict_office)
    assert not supervisions_visible_to(people["dispatcher"]).exists()


def test_a_body_without_anybody_to_reply_cannot_be_addressed(
    county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    User.objects.filter(username="dispatcher").update(is_active=False)
    with nothing_happened(order), pytest.raises(Invalid) as refusal:
        supervised(county, people, [order], to=county.community_office)
    assert list(refusal.value.fields) == ["to"]


def test_nobody_supervises_a_body_they_answer_for(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    appoint(
        people["district"],
        by=CLOCK,
        office=Office.SUBDISTRICT_OFFICER,
        at=county.subdistrict_office,
        from_on=BEGINNING,
    )
    with nothing_happened(order), pytest.raises(NotAllowed):
        supervised(county, people, [order], by=people["district"], to=county.subdistrict_office)


def test_an_officer_of_both_issues_in_the_nearest_office_that_fits(
    county: County, people: People
) -> None:
    both = people["district"]
    appoint(
        both,
        by=CLOCK,
        office=Office.SUBDISTRICT_OFFICER,
        at=county.subdistrict_office,
        from_on=BEGINNING,
    )
    slip = supervised(county, people, by=both)
    assert slip.issued_by == county.subdistrict_office
    assert SupervisionEvent.objects.get().office == Office.SUBDISTRICT_OFFICER


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"subject": "  "}, "subject"),
        ({"demand": ""}, "demand"),
        ({"subject": "楼" * 81}, "subject"),
        ({"demand": "楼" * 2001}, "demand"),
        ({"demand": "请与陈女士联系，13900000001"}, "demand"),
        ({"subject": "139 0000 0001 反映"}, "subject"),
    ],
)
def test_words_that_do_not_fit_are_refused_at_their_field(
    words: dict[str, str], field: str, county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    with nothing_happened(order), pytest.raises(Invalid) as refusal:
        supervised(county, people, [order], **words)
    assert list(refusal.value.fields) == [field]


def test_a_sheet_has_at_least_one_order_and_no_more_than_fit(
    county: County, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("complaints.actions.supervising.MOST_ORDERS", 1)
    orders = [complaint_at(Status.HANDLING, county, people) for _ in range(2)]
    for wrong in ([], orders):
        with nothing_happened(*orders), pytest.raises(Invalid) as refusal:
            supervised(county, people, wrong)
        assert list(refusal.value.fields) == ["orders"]


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
