"""Promises that are put off, for tests."""

from datetime import date, datetime
from typing import Any

from accounts.models import User
from complaints import actions
from complaints.models import Complaint, Deadline
from complaints.workflow import Stage, Status
from notifications.models import Notification
from tests.complaints.walks import again, complaint_at, fresh
from tests.factories import County
from tests.moments import at

People = dict[str, User]

HOUR = 3600
NEXT_MONDAY = date(2026, 3, 9)
TWO_HOURS: dict[str, Any] = {"amount": 2 * HOUR, "unit": "seconds", "note": "配件在路上"}
A_DAY: dict[str, Any] = {"amount": 1, "unit": "working_days", "note": "配件明天才到"}


def promise(order: Complaint, stage: Stage, number: int = 1) -> Deadline:
    return order.deadlines.get(stage=stage, round=number)


def due(order: Complaint, stage: Stage, number: int = 1) -> datetime:
    return promise(order, stage, number).due_at


def told(kind: str) -> set[str]:
    """Who has a notice of this kind."""
    return set(Notification.objects.filter(kind=kind).values_list("to__username", flat=True))


def rests(order: Complaint, county: County, people: People, **kw: Any) -> Complaint:
    """Suspended by the subdistrict until the end of next Monday."""
    words = {"ground": "vote", "review_on": NEXT_MONDAY, "note": "等待业主表决", **kw}
    return actions.suspend(again(order), by=fresh(people["subdistrict"]), **words)


def at_work(county: County, people: People) -> Complaint:
    """The firm has accepted it at nine on a Monday; handling is due at twelve."""
    order = complaint_at(Status.HANDLING, county, people)
    assert due(order, Stage.HANDLE) == at("2026-03-02 12:00")
    assert due(order, Stage.FEEDBACK) == at("2026-03-10")
    return order
