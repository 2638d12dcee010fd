"""What is on record of an order's late stages, for tests."""

from datetime import datetime

from complaints.models import Breach, Complaint
from complaints.workflow import Stage
from notifications.models import Notification


def breaches(order: Complaint, stage: Stage | None = None) -> list[Breach]:
    rows = Breach.objects.filter(deadline__complaint=order).select_related("deadline", "held_by")
    return list(rows.filter(deadline__stage=stage) if stage else rows)


def rungs(order: Complaint, stage: Stage) -> list[tuple[int, datetime]]:
    """Level and due time of each rung that a stage has reached."""
    return [(breach.level, breach.due_at) for breach in breaches(order, stage)]


def late_notices(order: Complaint) -> list[tuple[str, str]]:
    """Who was told which rung of this order's late stages, in order of time."""
    rows = Notification.objects.filter(
        kind="order_late", facts__reference=order.reference
    ).order_by("pk")
    return [(notice.to.username, notice.facts["rung"]) for notice in rows]
