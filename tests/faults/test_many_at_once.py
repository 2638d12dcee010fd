"""Several beats and sweepers over the same overdue orders at once."""

import random
import signal
import time

import pytest

from tests.faults.conftest import Pace, Story, wait_until
from tests.faults.residents import NORMAL

pytestmark = [pytest.mark.fault, pytest.mark.slow]


def test_however_many_sweep_at_once_each_rung_is_recorded_once(story: Story, pace: Pace) -> None:
    portal = story.portal
    portal.web()
    # Two processes of a worker, and two that sweep without waiting for anybody to tell them.
    portal.worker()
    for number in range(3):
        portal.beat(f"beat{number}")
    for number in range(2):
        portal.sweeper(f"sweeper{number}")
    # They go round already: all of them see the same orders in the same moment.
    beats = "SELECT count(*) FROM accounts_heartbeat WHERE ran_at IS NOT NULL"
    wait_until(lambda: story.ask(beats)[0][0] > 0, seconds=30)
    story.overdue(pace.number(2000, 20000), youngest="4 hours", oldest="2 days", category=NORMAL)
    story.settled(seconds=60 if not pace.minutes else 600)
    assert story.wrong() == []
    assert all(child.alive for child in portal.running.values())


# Orders whose alarm has come, and those of them that nobody holds.
DUE = "SELECT id FROM complaints_complaint WHERE alarm_at <= clock_timestamp()"
FREE = f"{DUE} FOR UPDATE SKIP LOCKED"
BATCH = 400


def test_a_sweeper_that_stands_still_in_the_middle_keeps_nobody_from_the_rest(
    story: Story, chance: random.Random
) -> None:
    """What it holds waits for it; every order behind that is seen to by others."""
    portal = story.portal
    portal.web()
    story.overdue(3 * BATCH, youngest="4 hours", oldest="2 days", category=NORMAL)
    held: set[int] = set()
    until = time.monotonic() + 30
    while not held:
        assert time.monotonic() < until, "it was never caught in the middle"
        portal.sweeper("frozen", BATCH)
        wait_until(lambda: ids(story, DUE) > ids(story, FREE), seconds=30)
        portal.running["frozen"].process.send_signal(signal.SIGSTOP)
        held = ids(story, DUE) - ids(story, FREE)
    portal.sweep_once(BATCH)
    assert ids(story, DUE) == held
    portal.running["frozen"].process.send_signal(signal.SIGCONT)
    story.settled(seconds=60)
    assert story.wrong() == []


def ids(story: Story, sql: str) -> set[int]:
    return {row[0] for row in story.ask(sql)}
