"""The broker is killed, frozen and emptied. Nobody who files a report may notice."""

import time
from collections.abc import Callable

import pytest

from tests.faults.conftest import Pace, Story, wait_until
from tests.faults.residents import p95

pytestmark = [pytest.mark.fault, pytest.mark.slow]

# As slow as a report may be (QUALITY: p95 of a second), or as it is with the broker well.
SECOND = 1.0
SLOWER = 3.0
GIVEN_UP = "Timeout reading from socket"


def test_with_the_broker_dead_frozen_or_emptied_filing_goes_on_and_the_sweeps_come_back(
    story: Story, pace: Pace
) -> None:
    portal, broker = story.portal, story.broker
    portal.web()
    portal.worker()
    portal.beat()
    with story.crowd().at_work(residents=3, clerks=1) as ledger:
        wait_until(lambda: story.count("complaints_breach") > 0, seconds=60)
        healthy = p95(ledger.confirmations)
        began = time.monotonic()
        until = began + pace.seconds(0, share=0.25)
        while True:
            broker.kill()
            time.sleep(3)
            broker.start()
            again(story, seconds=30)
            broker.freeze()
            # Beat does not wait for it for ever.
            more(lambda: portal.log("beat").count(GIVEN_UP), seconds=30)
            time.sleep(pace.seconds(0, share=0.02))
            broker.thaw()
            again(story, seconds=30)
            broker.empty()
            again(story, seconds=20)
            if time.monotonic() >= until:
                break
        ill = p95(ledger.since(began))
    assert ledger.vain == []
    assert ill <= max(SECOND, SLOWER * healthy), (ill, healthy)
    story.settled(seconds=30)
    assert story.wrong() == []
    # Neither of them was started again.
    assert all(child.alive for child in portal.running.values())


def more(number: Callable[[], int], *, seconds: float) -> None:
    """Within this time the number grows."""
    before = number()
    wait_until(lambda: number() > before, seconds=seconds)


def again(story: Story, *, seconds: float) -> None:
    """Within this time the worker does something that it is told by beat."""
    more(
        lambda: story.count("notifications_notification", "delivered_at IS NOT NULL"),
        seconds=seconds,
    )
