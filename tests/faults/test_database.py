"""PostgreSQL is killed and started again while people file and the sweeps go on."""

import random
import time

import pytest

from tests.faults.conftest import Pace, Story, wait_until
from tests.faults.machines import Portal
from tests.faults.residents import Ledger, ask

pytestmark = [pytest.mark.fault, pytest.mark.slow]

FRONT = "/"
ESTATES = "/api/v1/estates/"


def busy(ledger: Ledger, since: float) -> None:
    """Wait until some reports have been taken that were sent after this moment."""
    wait_until(lambda: len(ledger.since(since)) >= 6, seconds=30)


def look(portal: Portal) -> None:
    """A page and a program are told, each in its own way, that this passes."""
    page, program = (ask(portal.port, "GET", path) for path in (FRONT, ESTATES))
    assert (page.status, program.status) == (503, 503)
    assert "暂时无法使用" in page.text
    assert "Traceback" not in page.text
    assert program.body["code"] == "unavailable"
    assert page.headers["retry-after"] == program.headers["retry-after"] == "10"


def test_a_database_that_dies_is_said_so_and_everything_recovers_by_itself(
    story: Story, pace: Pace, chance: random.Random
) -> None:
    portal, database = story.portal, story.database
    portal.web()
    portal.worker()
    portal.beat()
    first = {name: child.process.pid for name, child in portal.running.items()}
    deaths = [database.kill, database.stop_at_once]
    until = time.monotonic() + pace.seconds(0, share=0.25)
    back = 0.0
    with story.crowd().at_work(residents=4, clerks=1) as ledger:
        while deaths or time.monotonic() < until:
            busy(ledger, back)
            die = deaths.pop() if deaths else chance.choice([database.kill, database.stop_at_once])
            die()
            look(portal)
            time.sleep(chance.uniform(0.3, 1.0))
            database.start()
            back = time.monotonic()
        busy(ledger, back)
    # Who was refused was told the same; and connections that died with the database are noticed
    # before they are used again: nobody is refused once it is back.
    assert {(answer.status, answer.body.get("code")) for answer in ledger.vain} == {
        (503, "unavailable")
    }
    assert [answer for answer in ledger.vain if answer.began > back] == []
    story.settled(seconds=40)
    assert story.wrong() == []
    # Nobody had to be started again for that.
    assert {name: child.process.pid for name, child in portal.running.items()} == first
    assert all(child.alive for child in portal.running.values())
