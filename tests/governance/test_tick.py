"""`manage.py tick`: the second trigger does what beat and worker should have done, and no more."""

import os
import signal
from datetime import timedelta
from io import StringIO
from threading import Event
from typing import Any

import pytest
from celery.schedules import crontab, schedule
from django.conf import settings as portal
from django.core.management import CommandError, call_command
from django.db import OperationalError
from pytest_django import Settings

from accounts.models import Heartbeat, User
from common.now import now, pretend
from complaints.actions import sound_alarms
from complaints.models import Breach
from complaints.models import Event as OrderEvent
from governance import sweeps
from governance.management.commands import tick
from tests.complaints.test_races import at_once
from tests.complaints.walks import report
from tests.factories import County
from tests.moments import Pretended, at

pytestmark = pytest.mark.django_db
People = dict[str, User]
SCHEDULE: dict[str, dict[str, Any]] = portal.CELERY_BEAT_SCHEDULE
TASKS = [entry["task"] for entry in SCHEDULE.values()]


def ticked(**options: Any) -> list[str]:
    """What it said."""
    out = StringIO()
    call_command("tick", stdout=out, stderr=out, **options)
    return out.getvalue().splitlines()


def test_it_runs_every_sweep_that_beat_knows(clock: Pretended) -> None:
    said = ticked()
    assert [line.partition(":")[0] for line in said] == list(portal.CELERY_BEAT_SCHEDULE)
    assert all(" done in " in line for line in said)
    assert sorted(Heartbeat.objects.values_list("name", flat=True)) == sorted(TASKS)


def test_it_needs_no_broker(
    county: County, people: People, clock: Pretended, settings: Settings
) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    order = report(county, people)
    clock.forward(hours=3)
    assert ticked()[0].startswith("sound alarms: 1 done in ")
    assert Breach.objects.filter(deadline__complaint=order).count() == 1
    assert OrderEvent.objects.filter(complaint=order, verb="late").count() == 1


def test_what_ran_a_moment_ago_is_left_alone(clock: Pretended) -> None:
    ticked()
    clock.forward(seconds=4)
    assert {line.partition(": ")[2] for line in ticked()} == {"ran 4 s ago, not due"}
    clock.forward(seconds=6)
    said = dict(line.split(": ", 1) for line in ticked())
    assert " done in " in said["sound alarms"]
    assert " done in " in said["deliver notices"]
    assert said["sweep the floor"] == "ran 10 s ago, not due"


def test_one_that_fails_stops_no_other_and_is_told(
    clock: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> int:
        raise ValueError("13900000001 is no number")

    monkeypatch.setattr("complaints.actions.sound_alarms", broken)
    out = StringIO()
    with pytest.raises(CommandError, match="Failed: sound alarms"):
        call_command("tick", stdout=out, stderr=out)
    said = out.getvalue()
    assert "sound alarms: FAILED, ValueError" in said
    assert "13900000001" not in said
    assert "forget old sign-ins: 0 done" in said
    assert Heartbeat.objects.get(name=sweeps.CLOCK).failed == "ValueError"


def test_a_database_that_is_away_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("could not connect as portal")

    monkeypatch.setattr(tick, "all_sweeps", away)
    err = StringIO()
    with pytest.raises(CommandError, match="Failed: database"):
        call_command("tick", stderr=err)
    assert err.getvalue() == "the database does not answer: OperationalError\n"


class SecondRound(Event):
    """It is told to stop in the pause after the second round, however long a round takes."""

    rounds = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.rounds += 1
        if self.rounds == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return super().wait(timeout)


def test_it_goes_on_until_it_is_told_to_stop(
    clock: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(tick, "Event", SecondRound)
    try:
        said = ticked(loop=0.05)
    finally:
        for number, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
            signal.signal(number, handler)
    assert len(said) == 2 * len(TASKS)
    assert said[0].startswith("sound alarms: 0 done")
    assert said[len(TASKS)] == "sound alarms: ran 0 s ago, not due"


def test_it_waits_between_rounds() -> None:
    with pytest.raises(CommandError, match="more than 0"):
        call_command("tick", loop=0.0)


@pytest.mark.parametrize(
    ("plan", "ran", "moment", "due"),
    [
        (schedule(10.0), "2026-03-02 09:00:00", "2026-03-02 09:00:09", False),
        (schedule(10.0), "2026-03-02 09:00:00", "2026-03-02 09:00:10", True),
        (crontab(hour=3, minute=0), "2026-03-02 03:00:05", "2026-03-03 02:59:59", False),
        (crontab(hour=3, minute=0), "2026-03-02 03:00:05", "2026-03-03 03:00:00", True),
        (crontab(hour=3, minute=0), "2026-03-02 02:00:00", "2026-03-02 04:00:00", True),
    ],
)
def test_what_is_due_goes_by_the_databases_clock(
    plan: Any, ran: str, moment: str, due: bool
) -> None:
    """Of any kind of schedule; the machine's clock says some other day."""
    sweep = sweeps.Sweep("a sweep", "somebody.tasks.sweep", plan, Heartbeat(ran_at=at(ran)))
    assert sweep.due(at(moment)) is due


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_beside_the_worker_it_records_each_breach_once(county: County, people: People) -> None:
    with pretend(now() - timedelta(days=30)):
        orders = [report(county, people) for _ in range(8)]
    at_once(lambda: sound_alarms(batch=3), ticked, ticked, lambda: sound_alarms(batch=5))
    ticked()
    sound_alarms()
    rows = list(Breach.objects.values_list("deadline", "level"))
    assert len(rows) == len(set(rows)) == 6 * len(orders)
    assert OrderEvent.objects.filter(verb="late").count() == len(rows)
    assert Heartbeat.objects.filter(name=sweeps.CLOCK).count() == 1
