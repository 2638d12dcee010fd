"""Web, worker, beat and a sweeper are killed in the middle of their work, again and again."""

import random
import time

import pytest

from tests.faults.conftest import Pace, Story
from tests.faults.machines import Portal
from tests.faults.residents import NORMAL

pytestmark = [pytest.mark.fault, pytest.mark.slow]

# What is killed, and how often compared with the rest. A child is started again by its parent,
# which has to notice first; everything else by whoever looks after it, here by us.
TARGETS = {
    "web": 1,
    "child of web": 2,
    "worker": 1,
    "child of worker": 2,
    "beat": 1,
    "sweeper": 2,
}


def start(portal: Portal, name: str) -> None:
    match name:
        case "web":
            portal.web(workers=2)
        case "worker":
            portal.worker()
        case "beat":
            portal.beat()
        case _:
            portal.sweeper(name)


def kill_something(portal: Portal, chance: random.Random) -> str:
    """Kill one of them without a word, and after a moment start it again."""
    (target,) = chance.choices(list(TARGETS), list(TARGETS.values()))
    if target.startswith("child of "):
        portal.kill_child_of(target.removeprefix("child of "), chance)
    else:
        portal.kill(target)
        time.sleep(chance.uniform(0, 0.5))
        start(portal, target)
    return target


def test_whatever_is_killed_nothing_confirmed_is_lost_and_nothing_happens_twice(
    story: Story, pace: Pace, chance: random.Random
) -> None:
    portal = story.portal
    for name in ("web", "worker", "beat", "sweeper"):
        start(portal, name)
    story.overdue(600, youngest="4 hours", oldest="1 day", category=NORMAL)
    killed: list[str] = []
    until = time.monotonic() + pace.seconds(8, share=0.4)
    with story.crowd().at_work(residents=4, clerks=2) as ledger:
        # On a slow machine it goes on until the story is one.
        while time.monotonic() < until or len(ledger.reports) < 12 or len(killed) < 6:
            assert time.monotonic() < until + 60, (len(ledger.reports), killed)
            time.sleep(chance.uniform(0.1, 1.0))
            killed.append(kill_something(portal, chance))
    story.settled(seconds=60)
    assert story.wrong() == []
    assert ledger.verbs


def test_a_sweep_killed_in_the_middle_leaves_each_order_done_or_not_begun(
    story: Story, chance: random.Random
) -> None:
    """It is killed again and again, each time just after something it wrote can be seen."""
    portal = story.portal
    portal.web()
    story.overdue(1500, youngest="4 hours", oldest="1 day", category=NORMAL)
    for _time in range(4):
        before = story.count("complaints_breach")
        portal.sweeper("short", 100)
        wait_for_more(story, before)
        time.sleep(chance.uniform(0, 0.2))
        portal.kill("short")
        assert story.wrong() == []
    assert story.missing(), "all was done before it could be killed"
    portal.sweep_once()
    story.settled(seconds=5)
    assert story.wrong() == []


def wait_for_more(story: Story, before: int) -> None:
    """Without resting, as `wait_until` would: what is looked for lasts milliseconds."""
    until = time.monotonic() + 30
    while story.count("complaints_breach") <= before:
        assert time.monotonic() < until
