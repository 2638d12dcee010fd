"""Every sweep leaves word of its last round: when, how long, how many; and of what went wrong."""

from datetime import timedelta
from importlib import import_module
from threading import Event, Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from accounts.heartbeats import beat
from accounts.models import Heartbeat, User
from accounts.tasks import forget_old_codes
from common.now import now
from complaints import tasks
from tests.complaints.walks import report
from tests.factories import County
from tests.moments import MONDAY, Pretended

NAME = "somebody.tasks.sweep"
pytestmark = pytest.mark.django_db


def heart() -> Heartbeat:
    return Heartbeat.objects.get(name=NAME)


def test_a_round_says_when_it_ended_and_how_much_it_did(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    report(county, people)
    clock.forward(hours=3)
    assert tasks.sound_alarms() == 1
    row = Heartbeat.objects.get(name="complaints.tasks.sound_alarms")
    assert (row.ran_at, row.done, row.failed_at, row.failed) == (clock.moment, 1, None, "")
    clock.forward(seconds=10)
    assert tasks.sound_alarms() == 0
    row.refresh_from_db()
    assert (row.ran_at, row.done) == (clock.moment, 0)
    assert Heartbeat.objects.count() == 1


def test_a_round_that_fails_is_known_by_its_kind_alone(clock: Pretended) -> None:
    with beat(NAME) as this:
        this.done = 7
    clock.forward(minutes=1)
    with pytest.raises(ValueError, match="13900000001"), beat(NAME):
        raise ValueError("no such number: 13900000001")
    row = heart()
    assert (row.ran_at, row.done) == (MONDAY, 7)
    assert (row.failed_at, row.failed) == (clock.moment, "ValueError")
    assert row.failing
    clock.forward(minutes=1)
    with beat(NAME):
        pass
    assert not heart().failing


def test_a_sweep_that_never_did_a_round_may_fail_first(clock: Pretended) -> None:
    with pytest.raises(ZeroDivisionError), beat(NAME):
        raise ZeroDivisionError
    assert heart().ran_at is None
    assert heart().failing
    clock.forward(seconds=1)
    with beat(NAME):
        pass
    assert (heart().ran_at, heart().failing) == (clock.moment, False)


def test_the_later_of_two_rounds_stays_whichever_is_written_last(clock: Pretended) -> None:
    with beat(NAME) as this:
        this.done = 2
    clock.put(MONDAY - timedelta(seconds=5))
    with beat(NAME) as this:
        this.done = 1
    assert (heart().ran_at, heart().done) == (MONDAY, 2)


def test_a_database_that_is_away_does_not_hide_what_went_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away() -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("accounts.heartbeats.now", away)
    with pytest.raises(KeyError, match="first"), beat(NAME):
        raise KeyError("first")


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=lambda e: e["task"])
def test_every_sweep_of_beat_leaves_its_heartbeat_by_the_name_beat_knows(
    entry: dict[str, Any],
) -> None:
    module, function = entry["task"].rsplit(".", 1)
    task = getattr(import_module(module), function)
    assert task.name == entry["task"]
    task()
    assert Heartbeat.objects.get().name == entry["task"]


def test_the_heartbeat_is_dated_by_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker three hours off must not make the clock look dead, or alive."""
    before = now()
    monkeypatch.setattr("time.time", lambda: 0.0)
    forget_old_codes()
    ran_at = Heartbeat.objects.get().ran_at
    assert ran_at is not None
    assert timedelta() <= ran_at - before < timedelta(seconds=30)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_long_round_keeps_no_other_round_waiting() -> None:
    """The row is written when the round is over, so nobody holds it meanwhile."""
    with beat(NAME):
        pass
    inside, over = Event(), Event()

    def long_round() -> None:
        with beat(NAME), transaction.atomic():
            now()
            inside.set()
            assert over.wait(timeout=20), "the short round waited for the long one"
        connection.close()

    thread = Thread(target=long_round)
    thread.start()
    assert inside.wait(timeout=20)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '3s'")
    with beat(NAME) as this:
        this.done = 3
    assert heart().done == 3
    over.set()
    thread.join(timeout=20)
    assert heart().done == 0
