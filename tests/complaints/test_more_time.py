"""More time: who may ask, who decides, and what becomes of the promise."""

from typing import Any

import pytest

from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from complaints import actions
from complaints.models import Asked, Breach, Complaint, Event, Extension
from complaints.workflow import Stage, Status, Verb
from tests.complaints.waits import A_DAY, HOUR, TWO_HOURS, at_work, due, promise, told
from tests.complaints.walks import complaint_at, do, fresh, untouched
from tests.factories import County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db


@pytest.fixture
def handling(county: County, people: People, clock: Pretended) -> Complaint:
    return at_work(county, people)


# --- Asking for more time ----------------------------------------------------------------


def test_the_firm_asks_for_its_own_stage_and_the_time_runs_on(
    handling: Complaint, people: People, clock: Pretended
) -> None:
    clock.forward(hours=1)
    actions.ask_extension(handling, by=fresh(people["manager"]), **TWO_HOURS)
    row = promise(handling, Stage.HANDLE)
    assert (row.due_at, row.extended_amount) == (at("2026-03-02 12:00"), None)
    asked = row.extension
    assert (asked.state, asked.amount, asked.unit) == (Asked.ASKED, 2 * HOUR, "seconds")
    assert (asked.asked_at, asked.asked_by) == (clock.moment, handling.handler)
    assert told("order_ask_extension") == {"dispatcher", "subdistrict"}
    clock.put(at("2026-03-02 12:00"))
    actions.sound_alarms()
    assert Breach.objects.filter(deadline=row).exists(), "nothing was granted, so it is late"


def test_the_desk_asks_for_the_feedback_it_owes(
    handling: Complaint, people: People, clock: Pretended
) -> None:
    actions.ask_extension(handling, by=fresh(people["dispatcher"]), **A_DAY)
    assert promise(handling, Stage.FEEDBACK).extension.state == Asked.ASKED
    assert not Extension.objects.filter(deadline__stage=Stage.HANDLE).exists()


@pytest.mark.parametrize(
    "name", ["resident", "grid_worker", "repairer", "branch", "subdistrict", "district", "auditor"]
)
def test_nobody_else_asks(handling: Complaint, people: People, name: str) -> None:
    with untouched(handling), pytest.raises(NotAllowed):
        actions.ask_extension(handling, by=fresh(people[name]), **A_DAY)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -3}, "amount"),
        ({"amount": 11}, "amount"),
        ({"amount": 15, "unit": "calendar_days"}, "amount"),
        ({"amount": 24 * HOUR + 1, "unit": "seconds"}, "amount"),
        ({"unit": "weeks"}, "unit"),
        ({"note": " "}, "note"),
    ],
)
def test_so_much_time_is_not_given_and_never_without_a_reason(
    handling: Complaint, people: People, words: dict[str, Any], field: str
) -> None:
    with untouched(handling), pytest.raises(Invalid) as refused:
        actions.ask_extension(handling, by=fresh(people["manager"]), **{**A_DAY, **words})
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("decision", [None, Verb.GRANT_EXTENSION, Verb.REFUSE_EXTENSION])
def test_nobody_asks_twice_for_one_promise(
    handling: Complaint, county: County, people: People, decision: Verb | None
) -> None:
    do(Verb.ASK_EXTENSION, handling, county, people)
    if decision is not None:
        do(decision, handling, county, people)
    with untouched(handling), pytest.raises(WrongState):
        actions.ask_extension(handling, by=fresh(people["manager"]), **TWO_HOURS)
    # The desk's own promise is another one, and the next round is another one as well.
    actions.ask_extension(handling, by=fresh(people["dispatcher"]), **A_DAY)
    order = do(Verb.SEND_BACK, do(Verb.HANDLE, handling, county, people), county, people)
    actions.ask_extension(order, by=fresh(people["manager"]), **TWO_HOURS)


def test_what_is_late_gets_no_more_time(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-03-02 12:00"))
    with untouched(handling), pytest.raises(WrongState):
        actions.ask_extension(handling, by=fresh(people["manager"]), **TWO_HOURS)


def test_a_request_that_was_not_decided_in_time_is_not_granted_afterwards(
    handling: Complaint, people: People, clock: Pretended
) -> None:
    actions.ask_extension(handling, by=fresh(people["manager"]), **TWO_HOURS)
    clock.put(at("2026-03-02 12:00"))
    for verb in (actions.grant_extension, actions.refuse_extension):
        with untouched(handling), pytest.raises(WrongState):
            verb(handling, by=fresh(people["dispatcher"]), note="同意")


# --- Deciding ----------------------------------------------------------------------------


def test_granted_time_moves_the_promise_its_alarms_and_its_ladder(
    handling: Complaint, people: People, clock: Pretended
) -> None:
    actions.ask_extension(handling, by=fresh(people["manager"]), **TWO_HOURS)
    clock.forward(minutes=30)
    order = actions.grant_extension(handling, by=fresh(people["dispatcher"]), note="配件在路上")
    row = promise(order, Stage.HANDLE)
    assert row.due_at == at("2026-03-02 14:00")
    assert (row.extended_amount, row.extended_unit) == (2 * HOUR, "seconds")
    assert row.next_level_at == row.due_at
    # Half and four fifths of five hours since nine.
    assert row.next_reminder_at == at("2026-03-02 11:30")
    assert (order.next_due_at, order.alarm_at) == (row.due_at, at("2026-03-02 11:30"))
    asked = row.extension
    assert (asked.state, asked.decided_at) == (Asked.GRANTED, clock.moment)
    assert (asked.from_at, asked.until_at) == (at("2026-03-02 12:00"), row.due_at)
    assert told("order_grant_extension") == {"resident", "manager", "manager_grid"}
    event = order.events.get(verb=Verb.GRANT_EXTENSION)
    assert event.facts == {
        "stage": "handle",
        "amount": 2 * HOUR,
        "unit": "seconds",
        "due_at": row.due_at.isoformat(),
    }
    assert event.statement is not None
    assert (event.statement.audience, event.statement.text) == ("all", "配件在路上")

    clock.put(at("2026-03-02 12:00"))
    actions.sound_alarms()
    assert not Breach.objects.exists(), "the old time no longer counts"
    clock.put(at("2026-03-02 17:00"))
    actions.sound_alarms()
    levels = Breach.objects.filter(deadline=row).values_list("level", "due_at")
    assert list(levels) == [(0, at("2026-03-02 14:00")), (1, at("2026-03-02 17:00"))]


def test_days_are_counted_on_from_the_day_it_was_due(
    handling: Complaint, people: People, clock: Pretended
) -> None:
    actions.ask_extension(handling, by=fresh(people["dispatcher"]), **{**A_DAY, "amount": 2})
    actions.grant_extension(handling, by=fresh(people["subdistrict"]), note="需要现场会勘")
    # It was due at the end of Monday the 9th: the 10th and the 11th are added.
    assert due(handling, Stage.FEEDBACK) == at("2026-03-12")
    assert due(handling, Stage.HANDLE) == at("2026-03-02 12:00")


@pytest.mark.parametrize("verb", ["grant_extension", "refuse_extension"])
@pytest.mark.parametrize(
    ("asker", "refused", "allowed"),
    [
        # The firm's request: its desk and the offices above.
        ("manager", (), ("dispatcher", "subdistrict", "district")),
        # The desk's own: nobody grants time to themselves.
        ("dispatcher", ("dispatcher",), ("subdistrict", "district")),
    ],
)
def test_nobody_decides_over_their_own_time(
    handling: Complaint,
    people: People,
    verb: str,
    asker: str,
    refused: tuple[str, ...],
    allowed: tuple[str, ...],
) -> None:
    actions.ask_extension(handling, by=fresh(people[asker]), **A_DAY)
    decide = getattr(actions, verb)
    for name in ("resident", "manager", "manager_grid", "grid_worker", "branch", "auditor"):
        with untouched(handling), pytest.raises(NotAllowed):
            decide(handling, by=fresh(people[name]), note="同意")
    for name in refused:
        with untouched(handling), pytest.raises(WrongState):
            decide(handling, by=fresh(people[name]), note="同意")
    with untouched(handling), pytest.raises(Invalid):
        decide(handling, by=fresh(people[allowed[0]]), note=" ")
    decide(handling, by=fresh(people[allowed[0]]), note="同意")
    for name in allowed:
        with untouched(handling), pytest.raises(WrongState):
            decide(handling, by=fresh(people[name]), note="再同意一次")


def test_a_community_that_handles_for_want_of_a_firm_is_granted_time_from_above(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people, estate=county.unserved)
    assert order.handler == county.community_office
    actions.ask_extension(order, by=fresh(people["dispatcher"]), **TWO_HOURS)
    assert promise(order, Stage.HANDLE).extension.state == Asked.ASKED
    with untouched(order), pytest.raises(NotAllowed):
        actions.grant_extension(order, by=fresh(people["dispatcher"]), note="同意")
    actions.grant_extension(order, by=fresh(people["subdistrict"]), note="同意")
    assert due(order, Stage.HANDLE) == at("2026-03-02 14:00")


def test_nothing_is_decided_that_nobody_asked_for(
    handling: Complaint, people: People, clock: Pretended
) -> None:
    for verb in (actions.grant_extension, actions.refuse_extension):
        with untouched(handling), pytest.raises(WrongState):
            verb(handling, by=fresh(people["subdistrict"]), note="同意")


def test_a_refusal_leaves_the_promise_as_it_was(
    handling: Complaint, people: People, clock: Pretended
) -> None:
    actions.ask_extension(handling, by=fresh(people["manager"]), **TWO_HOURS)
    order = actions.refuse_extension(handling, by=fresh(people["dispatcher"]), note="请按时完成")
    row = promise(order, Stage.HANDLE)
    assert (row.extension.state, row.due_at) == (Asked.REFUSED, at("2026-03-02 12:00"))
    assert told("order_refuse_extension") == {"manager", "manager_grid"}, "and not the reporter"
    words = Event.objects.get(complaint=order, verb=Verb.REFUSE_EXTENSION).statement
    assert words is not None
    assert words.audience == "workers"
