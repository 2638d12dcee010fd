"""Carrying an answer to the reporters of merged orders. Private to the verbs."""

from common.now import now
from complaints.actions._tell import facts_of
from complaints.models import Complaint, Event, Statement, StatementKind
from complaints.workflow import Party
from notifications.actions import notify


def pass_on_answer(original: Complaint, *, to: Complaint | None = None) -> None:
    """Copy the answer to every order merged into this one (or to one), and tell its reporter.

    Each gets its own text, so that nobody sees another reporter, and erasing one order's words
    leaves the others'.
    """
    merged = _merged(original) if to is None else [to, *_merged(to)]
    answers = Statement.objects.filter(complaint=original, kind=StatementKind.ANSWER)
    answer = answers.order_by("pk").last() if merged else None
    if answer is None:
        return
    for order in merged:
        at = now()
        copy = Statement.objects.create(
            complaint=order, kind=StatementKind.ANSWER, text=answer.text, at=at
        )
        event = Event.objects.create(
            complaint=order,
            at=at,
            verb="answered_with_original",
            from_status=order.status,
            to_status=order.status,
            actor_kind="clock",
            party=Party.CLOCK,
            statement=copy,
        )
        if order.reporter_id is not None:
            notify(
                [order.reporter_id],
                kind="order_answered_with_original",
                facts=facts_of(order),
                key=f"event:{event.pk}",
                at=at,
            )


def _merged(original: Complaint) -> list[Complaint]:
    """Every order merged into this one, directly or by way of another."""
    found: list[Complaint] = []
    orders = Complaint.objects.select_related("category", "estate")
    last = list(orders.filter(merged_into=original))
    while last:
        found += last
        last = list(orders.filter(merged_into__in=last))
    return found
