"""Promises and events of an order, for tests of the desk."""

from accounts.models import User
from complaints.models import Complaint, Deadline, Event
from complaints.workflow import Stage

People = dict[str, User]


def of(order: Complaint, stage: Stage) -> list[Deadline]:
    """The rounds of a stage, the first one first."""
    return list(order.deadlines.filter(stage=stage).order_by("round"))


def last_event(order: Complaint) -> Event:
    return Event.objects.filter(complaint=order).order_by("pk").last() or Event()
