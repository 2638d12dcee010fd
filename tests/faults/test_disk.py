"""The database's disk is full: what was confirmed stays, the rest is refused in words."""

import resource

import pytest

from tests.faults.conftest import Pace, Story, wait_until
from tests.faults.residents import NORMAL, ask

pytestmark = [
    pytest.mark.fault,
    pytest.mark.slow,
    pytest.mark.skipif(
        not hasattr(resource, "prlimit"),
        reason="only Linux can limit the files of a server that runs already",
    ),
]

BLOCK = 8192
PROMISES = "SELECT pg_relation_size('complaints_deadline')"


def test_a_full_disk_loses_nothing_and_is_said_in_words(story: Story, pace: Pace) -> None:
    """No file of the server may grow any more. Its largest table is the first to notice."""
    portal, database = story.portal, story.database
    portal.web()
    # More than a megabyte of promises, for the journal's own files have that size.
    story.overdue(4000, youngest="1 minute", oldest="1 hour", category=NORMAL)
    portal.worker()
    portal.beat()
    with story.crowd(pause=0.1).at_work(residents=3, clerks=1) as ledger:
        wait_until(lambda: len(ledger.reports) >= 6, seconds=30)
        # Half a block more: the server is refused in the middle of writing one.
        database.limit_files(story.ask(PROMISES)[0][0] + BLOCK // 2)
        wait_until(lambda: len(ledger.vain) >= 8, seconds=60)
        assert {(answer.status, answer.body.get("code")) for answer in ledger.vain} == {
            (503, "unavailable")
        }
        # Reading goes on.
        assert ask(portal.port, "GET", "/").status == 200
        before = len(ledger.confirmations)
        database.limit_files(-1)
        wait_until(lambda: len(ledger.confirmations) >= before + 8, seconds=30)
    story.settled(seconds=40)
    assert story.wrong() == []
    assert all(child.alive for child in portal.running.values())
