"""Machines whose clocks are three hours off: only the database's clock counts."""

import pytest

from tests.faults.conftest import Story
from tests.faults.residents import NORMAL, URGENT

pytestmark = [pytest.mark.fault, pytest.mark.slow]

HOURS = 3 * 3600
# Every moment that is kept anywhere, except when a promise is due.
KEPT = """
    SELECT reported_at FROM complaints_complaint
    UNION ALL SELECT at FROM complaints_event
    UNION ALL SELECT at FROM complaints_statement
    UNION ALL SELECT opened_at FROM complaints_deadline
    UNION ALL SELECT due_at FROM complaints_breach
    UNION ALL SELECT recorded_at FROM complaints_breach
    UNION ALL SELECT created_at FROM notifications_notification
    UNION ALL SELECT delivered_at FROM notifications_notification
    UNION ALL SELECT created_at FROM accounts_oncekey
"""


def file(story: Story) -> None:
    """Four urgent reports, and four that have three hours."""
    crowd = story.crowd()
    for token in story.people["residents"][:4]:
        assert crowd.file(token, category=URGENT)
        assert crowd.file(token, category=NORMAL)


def test_clocks_three_hours_off_change_nothing(story: Story) -> None:
    """Ahead, behind, and set back while it runs: web, worker and beat by turns."""
    portal = story.portal
    began = story.database_clock()
    portal.web(off_by=HOURS)
    portal.worker("ahead", off_by=HOURS)
    # Beat's clock is put back while it runs; what it did last then lies three hours ahead.
    portal.beat(off_by=-HOURS, after=8)
    file(story)
    # A worker that is ahead must not take the calls to sweep for outdated.
    story.climbed(4, seconds=40)
    portal.kill("ahead")
    portal.worker("behind", off_by=-HOURS)
    file(story)
    story.climbed(8, seconds=40)
    late = story.ask(
        "SELECT DISTINCT r.urgency FROM complaints_breach b"
        " JOIN complaints_deadline d ON d.id = b.deadline_id"
        " JOIN complaints_rule r ON r.id = d.rule_id"
    )
    assert late == [("urgent",)], "what had three hours was late at once"
    ended = story.database_clock()
    odd = story.ask(
        f"SELECT * FROM ({KEPT}) AS kept (moment) WHERE moment NOT BETWEEN %s AND %s", began, ended
    )
    assert odd == []
    assert story.wrong() == []
