"""The sweep as a machine: in batches, past a bad row, whatever was done in whatever order."""

import logging
import random
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from common.errors import DomainError
from complaints import actions
from complaints.actions import _promises, clockwork
from complaints.models import Breach, Complaint, Deadline
from complaints.permissions import OFFERED
from complaints.workflow import ENDED, LADDER, STEPS, Stage, Status, Verb
from tests.complaints.late import breaches, rungs
from tests.complaints.walks import (
    BYPASS,
    LONG,
    URGENT,
    again,
    complaint_at,
    do,
    report,
)
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db


# --- The sweep as a machine --------------------------------------------------------------


def test_more_than_one_batch_is_swept(county: County, people: People, clock: Pretended) -> None:
    """A scanner that reads only its first page starves the rest."""
    orders = [report(county, people) for _ in range(5)]
    clock.forward(hours=3)
    assert actions.sound_alarms(batch=2) == 5
    assert [len(breaches(order)) for order in orders] == [1] * 5


def test_a_bad_row_is_parked_and_does_not_stop_the_others(
    county: County,
    people: People,
    clock: Pretended,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    orders = [report(county, people) for _ in range(5)]
    bad = orders[2]
    real = _promises.reached

    def reached(row: Deadline, *rest: Any) -> list[Breach]:
        if row.complaint_id == bad.pk:
            raise RuntimeError("this row is bad")
        return real(row, *rest)

    monkeypatch.setattr(clockwork, "reached", reached)
    due = clock.forward(hours=3)
    with caplog.at_level(logging.ERROR, logger=clockwork.__name__):
        actions.sound_alarms(batch=3)
    assert [len(breaches(order)) for order in orders] == [1, 1, 0, 1, 1]
    assert again(bad).alarm_at == due + clockwork.PARKED
    assert "parked" in caplog.text
    monkeypatch.undo()
    clock.put(due + clockwork.PARKED)
    actions.sound_alarms()
    assert rungs(bad, Stage.INSPECT) == [(0, due)]


def test_an_idle_sweep_writes_nothing_and_asks_once_or_twice(
    county: County, people: People, clock: Pretended, at_most: Any
) -> None:
    for _ in range(3):
        report(county, people)
    with at_most(2):
        assert actions.sound_alarms() == 0


def test_a_sweep_asks_as_often_for_many_as_for_few(
    county: County, people: People, clock: Pretended, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked = []
    for number in (3, 30):
        for _ in range(number):
            report(county, people)
        clock.forward(hours=3)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert actions.sound_alarms() >= number
        asked.append(len(queries))
        Complaint.objects.update(alarm_at=None)
    assert asked[0] == asked[1]


def test_an_ended_order_waits_for_nothing(county: County, people: People) -> None:
    for status in ENDED:
        order = complaint_at(status, county, people)
        assert (order.next_due_at, order.alarm_at) == (None, None), status


# --- A random walk -----------------------------------------------------------------------


def plainly(
    order: Complaint, rows: list[Deadline]
) -> tuple[datetime | None, datetime | None, int | None]:
    """What the order should keep of its deadlines, worked out the slow way."""
    standing = [row for row in rows if row.met_at is None and row.void_at is None]
    rung_times = []
    for row in standing:
        recorded = {breach.level for breach in row.breaches.all()}
        assert recorded == set(range(row.next_level)), "the rungs are climbed one by one"
        if row.next_reminder_at is not None:
            assert row.next_level == 0
            rung_times.append(row.next_reminder_at)
        if row.next_level < len(LADDER[Stage(row.stage)]):
            assert row.next_level_at is not None
            rung_times.append(row.next_level_at)
        else:
            assert row.next_level_at is None
    if order.review_at is not None:
        rung_times.append(order.review_at)
    if order.status == Status.ANSWERED:
        assert order.rate_until is not None
        rung_times.append(order.rate_until)
    else:
        assert order.rate_until is None
    return (
        min((row.due_at for row in standing), default=None),
        min(rung_times, default=None),
        max((breach.level for row in rows for breach in row.breaches.all()), default=None),
    )


RARE = frozenset({Verb.WITHDRAW, Verb.MERGE, Verb.REFUSE})


@pytest.mark.slow
def test_whatever_is_done_in_whatever_order_the_clock_keeps_count(
    county: County, people: People, clock: Pretended
) -> None:
    """Three hundred steps by whoever may, while time goes by and the sweep comes at times."""
    chance = random.Random(3)  # the same walk every time
    order = report(county, people)
    done: set[Verb] = set()
    for _step in range(300):
        clock.forward(minutes=chance.choice((1, 10, 60, 60, 200, 1000, 5000)))
        if chance.random() < 0.3:
            actions.sound_alarms()
            assert_kept(order, clock.moment)
            order = again(order)
        verbs = [verb for verb in OFFERED if order.status in STEPS[verb].sources]
        verb = chance.choice([v for v in verbs if v not in RARE or chance.random() < 0.1] or [None])
        if verb is None:
            order = report(county, people, category=chance.choice(("0101", URGENT, LONG, BYPASS)))
            continue
        words: dict[str, Any] = {}
        if verb in {Verb.RATE, Verb.RECORD_CALLBACK}:
            words["solved"] = chance.random() < 0.4
        if verb == Verb.DISPATCH:
            words["handler"] = chance.choice((county.firm, county.fire))
        try:
            order = do(verb, order, county, people, **words)
            done.add(verb)
        except DomainError as refusal:
            # Not this handler, urged today already, the window is over, nobody above; and some
            # orders are no observer's to countersign.
            theirs = 403 if verb == Verb.COUNTERSIGN else 409
            assert refusal.http_status in {400, 409, theirs}, (verb, refusal)
        assert_kept(order, None)
    missed = {verb.value for verb in OFFERED} - {verb.value for verb in done}
    assert len(missed) <= 4, (missed, "the walk should come by nearly every verb")


def assert_kept(order: Complaint, swept_at: datetime | None) -> None:
    order = Complaint.objects.get(pk=order.pk)
    rows = list(order.deadlines.prefetch_related("breaches"))
    due, alarm, level = plainly(order, rows)
    assert (order.next_due_at, order.alarm_at, order.escalated_level) == (due, alarm, level)
    for row in rows:
        ended = row.met_at or row.void_at
        assert ended is None or row.next_level_at is None
        for breach in row.breaches.all():
            assert ended is None or breach.due_at <= ended
    if swept_at is not None and alarm is not None:
        assert alarm > swept_at, "a sweep leaves nothing that is already due"
