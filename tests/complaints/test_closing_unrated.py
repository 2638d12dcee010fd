"""What nobody rated is closed a batch at a time, with the very rows one order alone would write."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actors import CLOCK
from accounts.models import User
from complaints import actions
from complaints.actions import _closing, clockwork
from complaints.actions._step import take
from complaints.models import Complaint, Deadline, Event
from complaints.workflow import Stage, Status, Verb
from notifications.models import Notification
from tests.complaints.walks import LONG, URGENT, again, complaint_at, do, fresh
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db


def answered(county: County, people: People) -> list[Complaint]:
    """Orders that wait to be rated: of several classes and places, one with a promise open."""
    kinds: list[dict[str, Any]] = [
        {},
        {"category": URGENT},
        {"category": LONG},
        {"estate": county.other_estate, "building": None},
        {"reporter": people["neighbour"]},
    ]
    orders = [complaint_at(Status.ANSWERED, county, people, **kind) for kind in kinds]
    Deadline.objects.filter(complaint=orders[0], stage=Stage.HANDLE).update(met_at=None)
    return orders


def written(orders: list[Complaint]) -> dict[str, list[Any]]:
    """Every row about these orders but for the keys that the database gives out."""
    pks = [order.pk for order in orders]
    events = Event.objects.filter(complaint__in=pks).order_by("complaint", "pk")
    numbers = {
        f"event:{pk}": (order, number)
        for number, (pk, order) in enumerate(events.values_list("pk", "complaint"))
    }
    notices: list[dict[str, Any]] = [
        {**row} for row in Notification.objects.order_by("pk").values()
    ]
    for notice in notices:
        del notice["id"]
        notice["key"] = numbers.get(notice["key"], notice["key"])
    rows: list[dict[str, Any]] = [{**row} for row in events.values()]
    for row in rows:
        del row["id"]
    return {
        "orders": list(Complaint.objects.filter(pk__in=pks).order_by("pk").values()),
        "promises": list(Deadline.objects.filter(complaint__in=pks).order_by("pk").values()),
        "events": rows,
        "notices": sorted(notices, key=str),
    }


def tried(orders: list[Complaint], close: Callable[[], object]) -> dict[str, list[Any]]:
    """What is written by this way of closing; it is undone again."""
    with transaction.atomic():
        close()
        rows = written(orders)
        transaction.set_rollback(True)
    return rows


def test_a_batch_writes_what_one_after_the_other_would(
    county: County, people: People, clock: Pretended
) -> None:
    orders = answered(county, people)
    clock.forward(days=30)
    Complaint.objects.exclude(rate_until=None).update(alarm_at=clock.moment)
    # What is late is recorded before, either way.
    Deadline.objects.update(next_level_at=None, next_reminder_at=None)
    one_by_one = tried(
        orders, lambda: [take(order, Verb.CLOSE_UNRATED, by=CLOCK) for order in orders]
    )
    at_once = tried(orders, actions.sound_alarms)
    assert at_once == one_by_one
    assert {order["status"] for order in at_once["orders"]} == {Status.CLOSED}
    assert {row["void_reason"] for row in at_once["promises"]} == {"", Verb.CLOSE_UNRATED.value}


def test_until_the_window_is_over_nothing_is_closed(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.ANSWERED, county, people)
    assert order.rate_until is not None
    clock.put(order.rate_until - timedelta(microseconds=1))
    actions.sound_alarms()
    assert again(order).status == Status.ANSWERED
    clock.put(order.rate_until)
    assert actions.sound_alarms() == 1
    closed = again(order)
    assert (closed.status, closed.closed_at) == (Status.CLOSED, clock.moment)
    assert actions.sound_alarms() == 0
    assert Event.objects.filter(complaint=order, verb=Verb.CLOSE_UNRATED).count() == 1


def test_what_was_closed_in_a_batch_can_be_reopened(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.ANSWERED, county, people)
    clock.put(order.rate_until or clock.moment)
    actions.sound_alarms()
    order = do(Verb.REOPEN, again(order), county, people, by=fresh(people["resident"]))
    assert order.status == Status.RECHECK


def test_closing_asks_as_often_for_many_as_for_few(
    county: County, people: People, clock: Pretended
) -> None:
    asked = []
    for number in (2, 9):
        orders = [complaint_at(Status.ANSWERED, county, people) for _ in range(number)]
        clock.forward(days=8)
        with CaptureQueriesContext(connection) as queries:
            assert actions.sound_alarms() == number
        assert {again(order).status for order in orders} == {Status.CLOSED}
        asked.append(len([q for q in queries if "SAVEPOINT" not in q["sql"]]))
    assert asked[0] == asked[1]


def test_one_that_cannot_be_closed_does_not_stop_the_others(
    county: County,
    people: People,
    clock: Pretended,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    orders = [complaint_at(Status.ANSWERED, county, people) for _ in range(4)]
    bad, real = orders[1], _closing._event

    def event(order: Complaint, *rest: Any) -> Event:
        if order.pk == bad.pk:
            raise RuntimeError("this row is bad")
        return real(order, *rest)

    monkeypatch.setattr(_closing, "_event", event)
    due = clock.forward(days=8)
    with caplog.at_level(logging.ERROR, logger=clockwork.__name__):
        actions.sound_alarms()
    waits, done = Status.ANSWERED, Status.CLOSED
    assert [again(order).status for order in orders] == [done, waits, done, done]
    assert again(bad).alarm_at == due + clockwork.PARKED
    monkeypatch.undo()
    clock.put(due + clockwork.PARKED)
    actions.sound_alarms()
    assert again(bad).status == done
