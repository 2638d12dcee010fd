"""Putting an order under another category: what becomes of its time, and who gets to see it."""

from datetime import date, datetime
from typing import Any

import pytest

from accounts.models import User
from common.errors import Invalid, NotAllowed
from complaints import actions
from complaints.models import Breach, Category, Complaint, Deadline
from complaints.permissions import parties
from complaints.workflow import Stage, Status, Urgency, Verb
from notifications.models import Notification
from tests.complaints.walks import (
    BYPASS,
    LONG,
    NORMAL,
    URGENT,
    again,
    category,
    complaint_at,
    do,
    fresh,
    report,
    untouched,
)
from tests.factories import County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db


def promise(order: Complaint, stage: Stage, number: int = 1) -> Deadline:
    return order.deadlines.get(stage=stage, round=number)


def due(order: Complaint, stage: Stage, number: int = 1) -> datetime:
    return promise(order, stage, number).due_at


def under(order: Complaint, code: str, people: People, **kw: Any) -> Complaint:
    """The desk puts it under this category."""
    by = fresh(kw.pop("by", people["dispatcher"]))
    words = {"category": category(code), "note": "分类有误", **kw}
    return actions.reclassify(again(order), by=by, **words)


@pytest.fixture
def handling(county: County, people: People, clock: Pretended) -> Complaint:
    """A leaking roof, accepted at nine on a Monday: handling is due at twelve."""
    return complaint_at(Status.HANDLING, county, people)


# --- Time --------------------------------------------------------------------------------


def test_time_runs_on_from_where_it_ran_by_the_rules_of_the_new_category(
    handling: Complaint, people: People, clock: Pretended
) -> None:
    clock.forward(hours=1)
    order = under(handling, LONG, people)
    assert (order.category.code, order.urgency) == (LONG, Urgency.LONG)
    row = promise(order, Stage.HANDLE)
    # A dated plan within three working days, from when it was dispatched and not from now.
    assert (row.counts_from, row.due_at) == (row.opened_at, at("2026-03-06"))
    assert row.rule.urgency == Urgency.LONG
    assert row.in_days
    assert order.next_due_at == row.due_at
    assert promise(order, Stage.INSPECT).met_at == row.opened_at, "what has ended stays as it was"
    event = order.events.get(verb=Verb.RECLASSIFY)
    assert event.facts == {
        "was": NORMAL,
        "now": LONG,
        "urgency": "long",
        "urgency_was": "normal",
        "due": {
            "handle": row.due_at.isoformat(),
            "feedback": due(order, Stage.FEEDBACK).isoformat(),
        },
    }
    assert event.statement is not None
    assert event.statement.audience == "workers"
    told = Notification.objects.filter(kind="order_reclassify").values_list("to__username")
    assert {name for (name,) in told} == {"resident", "manager", "manager_grid"}


def test_a_shorter_rule_that_would_have_been_over_runs_whole_from_now(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people, category=LONG)
    clock.put(at("2026-03-03 15:00"))
    order = under(order, URGENT, people)
    row = promise(order, Stage.HANDLE)
    # An hour from Monday nine would be long over: nobody is late by a rule that did not hold yet.
    assert (row.counts_from, row.due_at) == (clock.moment, at("2026-03-03 16:00"))
    feedback = promise(order, Stage.FEEDBACK)
    # One working day from Monday ends tonight: that is not over, so it runs on.
    assert (feedback.counts_from, feedback.due_at) == (feedback.opened_at, at("2026-03-04"))
    clock.put(at("2026-03-03 16:00"))
    actions.sound_alarms()
    assert [b.deadline.stage for b in Breach.objects.all()] == ["handle"]


def test_no_promise_gets_longer_by_running_from_now(
    handling: Complaint, people: People, clock: Pretended
) -> None:
    # A quarter to twelve: an hour from now would be later than the three hours end.
    clock.put(at("2026-03-02 11:45"))
    order = under(handling, URGENT, people)
    row = promise(order, Stage.HANDLE)
    assert (row.counts_from, row.due_at) == (row.opened_at, at("2026-03-02 12:00"))
    assert row.rule.urgency == Urgency.NORMAL, "the rule that is kept is the one it was made by"


def test_what_is_late_stays_late(handling: Complaint, people: People, clock: Pretended) -> None:
    clock.put(at("2026-03-02 12:30"))
    order = under(handling, LONG, people)
    row = promise(order, Stage.HANDLE)
    assert (row.due_at, row.rule.urgency) == (at("2026-03-02 12:00"), Urgency.NORMAL)
    assert Breach.objects.filter(deadline=row).count() == 1
    assert promise(order, Stage.FEEDBACK).rule.urgency == Urgency.LONG


def test_rest_and_more_time_are_kept(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    do(Verb.ASK_EXTENSION, handling, county, people)
    do(Verb.GRANT_EXTENSION, handling, county, people)
    clock.forward(hours=1)
    rest: dict[str, Any] = {"ground": "vote", "review_on": date(2026, 3, 4), "note": "等待表决"}
    actions.suspend(again(handling), by=fresh(people["subdistrict"]), **rest)
    clock.forward(hours=1)
    order = under(handling, LONG, people)
    assert order.suspended_until == at("2026-03-05")
    # Three working days after the 4th, and one more.
    assert due(order, Stage.HANDLE) == at("2026-03-11")
    order = under(order, NORMAL, people)
    # An hour of three had run; the working day that was granted comes on top.
    assert due(order, Stage.HANDLE) == at("2026-03-07")
    assert due(order, Stage.FEEDBACK) == at("2026-03-12")


def test_the_next_promise_is_made_by_the_new_class(
    handling: Complaint, county: County, people: People, clock: Pretended
) -> None:
    order = under(handling, URGENT, people)
    order = do(Verb.SEND_BACK, do(Verb.HANDLE, order, county, people), county, people)
    assert due(order, Stage.HANDLE, 2) == at("2026-03-02 10:00")


def test_only_how_pressing_it_is_may_be_changed(
    handling: Complaint, people: People, clock: Pretended
) -> None:
    order = under(handling, NORMAL, people, urgency="urgent")
    assert (order.category.code, order.urgency) == (NORMAL, Urgency.URGENT)
    assert due(order, Stage.HANDLE) == at("2026-03-02 10:00")


# --- Secrets -----------------------------------------------------------------------------


def test_an_accusation_leaves_the_community_for_the_subdistrict(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    order = under(order, BYPASS, people)
    assert order.bypasses_community
    assert order.desk == county.subdistrict
    order = again(order)
    for name in ("dispatcher", "grid_worker", "branch", "committee"):
        assert parties(fresh(people[name]), order) == frozenset(), name
    assert parties(fresh(people["subdistrict"]), order)
    # And nobody brings it back by calling it something else.
    with untouched(order), pytest.raises(Invalid) as refused:
        under(order, NORMAL, people, by=people["subdistrict"])
    assert list(refused.value.fields) == ["category"]


def test_an_accusation_may_become_another_one(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people, category=BYPASS)
    others = Category.objects.filter(bypass_community=True, parent__isnull=False)
    other = others.exclude(code=BYPASS).first()
    if other is None:
        pytest.skip("the catalogue has one accusation only")
    order = under(order, other.code, people, by=people["subdistrict"])
    assert (order.category, order.desk) == (other, county.subdistrict)


# --- Refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"category": "01"}, "category"),
        ({"category": NORMAL}, "category"),
        ({"category": LONG, "urgency": "soon"}, "urgency"),
        ({"category": LONG, "note": " "}, "note"),
    ],
)
def test_what_is_no_change_or_no_category_is_said_at_its_field(
    handling: Complaint, people: People, words: dict[str, str], field: str
) -> None:
    with untouched(handling), pytest.raises(Invalid) as refused:
        under(handling, words.pop("category"), people, **words)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    "name", ["resident", "manager", "grid_worker", "branch", "subdistrict", "district", "auditor"]
)
def test_the_desk_alone_says_what_an_order_is_about(
    handling: Complaint, people: People, name: str
) -> None:
    with untouched(handling), pytest.raises(NotAllowed):
        under(handling, LONG, people, by=people[name])
