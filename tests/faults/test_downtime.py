"""A day without sweeps: thousands of promises were broken meanwhile, and one order is bad."""

from datetime import timedelta

import pytest

from tests.faults.conftest import Pace, Story
from tests.faults.residents import NORMAL

pytestmark = [pytest.mark.fault, pytest.mark.slow]

WITHIN = 60  # seconds for ten thousand, by QUALITY
# What each transaction recorded, in their order: how long ago its oldest and newest was due.
BATCHES = """
    SELECT recorded_at, min(first), max(first) FROM (
        SELECT recorded_at, min(due_at) AS first FROM complaints_breach
         GROUP BY recorded_at, deadline_id) AS rows
     GROUP BY recorded_at ORDER BY recorded_at
"""


def test_after_a_day_of_downtime_ten_thousand_are_caught_up_within_a_minute_the_oldest_first(
    story: Story, pace: Pace
) -> None:
    portal = story.portal
    portal.web()
    number = pace.number(10_000, 100_000)
    story.overdue(number, youngest="195 minutes", oldest="27 hours", category=NORMAL)
    # A row that no sweep can work on: no program can read so late a year.
    (bad,) = story.ask("SELECT max(id) - 700 FROM complaints_complaint")[0]
    odd = "UPDATE complaints_deadline SET counts_from = '20000-01-01' WHERE complaint_id = %s"
    story.ask(odd, bad)
    began = story.database_clock()
    said = portal.sweep_once()
    assert said["swept"] >= number
    assert said["seconds"] <= WITHIN * number / 10_000
    # Every rung that was due is on record, dated when it was due; only the bad order has none.
    missed = {reference for reference, *_rest in story.missing(began)}
    assert missed == {f"F{bad}"}
    assert story.wrong() == []
    # The oldest first: what one transaction wrote was due before what the next one wrote.
    batches = story.ask(BATCHES)
    assert len(batches) > 1
    ends = [(first, last) for _at, first, last in batches]
    assert all(this[1] <= following[0] for this, following in zip(ends, ends[1:], strict=False))
    # The bad one is looked at again in an hour, and was recorded nowhere.
    (alarm_at,) = story.ask("SELECT alarm_at FROM complaints_complaint WHERE id = %s", bad)[0]
    assert alarm_at >= began + timedelta(minutes=59)
    assert story.count("complaints_event", f"verb = 'late' AND complaint_id = {bad}") == 0
