"""Open orders go with the office of whoever was sent: to the successor, or back to the firm."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts import audit
from accounts.actors import CLOCK
from common.now import now, today
from communities.models import HANDLING_OFFICES, Appointment, Office
from complaints.actions._tell import facts_of
from complaints.models import Complaint
from notifications.actions import notify

BATCH = 500
# The sweep comes every minute; what ended longer ago was found long since.
LOOKED_BACK = timedelta(days=60)


def follow_offices() -> int:
    """Move what hangs on repairers whose office at the handling firm is over; how many orders.

    The handler is a body and its work stays with it; the repairer is a person. Handed over, an
    order goes to whoever holds the office now, however often it went on; else the firm's people
    hear that nobody is sent. Run twice it moves nothing twice.
    """
    moved = 0
    while found := _move_some():
        moved += found
    return moved


@transaction.atomic
def _move_some() -> int:
    day = today()
    gone = Appointment.objects.filter(
        office=Office.REPAIRER,
        until_on__lte=day,
        until_on__gt=day - LOOKED_BACK,
    )
    held = Appointment.objects.in_force(day).filter(
        office=Office.REPAIRER, user=OuterRef("repairer"), body=OuterRef("handler")
    )
    rows = (
        Complaint.objects.select_for_update(of=("self",), skip_locked=True)
        .open()
        .filter(repairer__in=gone.values("user"))
        .filter(~Exists(held))
        .select_related("category", "estate", "handler")
        .order_by("pk")
    )
    orders = list(rows[:BATCH])
    for order in orders:
        _move(order)
    return len(orders)


def _move(order: Complaint) -> None:
    ended = (
        Appointment.objects.filter(
            office=Office.REPAIRER, user=order.repairer_id, body=order.handler_id
        )
        .order_by("-until_on", "-pk")
        .first()
    )
    fresh = _successor(ended) if ended is not None else None
    order.repairer = fresh.user if fresh is not None else None
    order.save(update_fields=["repairer"])
    audit.record(
        by=CLOCK,
        verb="follow_office",
        target_kind="order",
        target=order.reference,
        to=str(fresh.user.public_id) if fresh is not None else "",
    )
    told = [fresh.user_id] if fresh is not None else _people_of(order)
    notify(
        told,
        kind="order_handed_on" if fresh is not None else "order_without_repairer",
        facts=facts_of(order),
        key=f"repairer:{order.pk}:{ended.pk if ended is not None else 0}",
        at=now(),
        duty=True,
    )


def _successor(ended: Appointment) -> Appointment | None:
    """Whoever holds the office now that was handed on, perhaps several times."""
    found: Appointment | None = ended
    day = today()
    while found is not None and found.until_on is not None and found.until_on <= day:
        found = Appointment.objects.filter(succeeds=found).select_related("user").first()
    return found if found is not None and found.from_on <= day else None


def _people_of(order: Complaint) -> Sequence[int]:
    held = Appointment.objects.in_force(today()).filter(
        body=order.handler_id, office__in=sorted(HANDLING_OFFICES), user__is_active=True
    )
    return list(held.values_list("user", flat=True))
