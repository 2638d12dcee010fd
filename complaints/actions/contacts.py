"""Reaching the reporter: revealing a number for a reason, and claiming an order by number."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from common.errors import NotAllowed
from common.now import now
from complaints.actions._step import Words, need, signature, write_words
from complaints.actions._tell import facts_of
from complaints.models import Audience, Complaint, Contact, Event, StatementKind
from complaints.permissions import may_reveal, parties
from complaints.workflow import BY_STAFF, Party
from notifications.actions import notify


@transaction.atomic
def reveal_contact(complaint: Complaint, *, by: User, reason: str) -> Contact:
    """Show the reporter's name and number to the desk or the grid; logged, and told to them.

    Raises NotAllowed for anybody else, Invalid without a reason.
    """
    mine = parties(by, complaint)
    if not may_reveal(by, complaint, mine):
        raise NotAllowed(_("The reporter's name and number are not for you."))
    need(reason, "reason", _("Say why you need the number; the reporter is told."))
    at = now()
    party = Party.DESK if Party.DESK in mine else Party.GRID
    words = Words(reason, StatementKind.NOTE, Audience.REPORTER)
    event = Event.objects.create(
        complaint=complaint,
        at=at,
        verb="reveal_contact",
        audience=Audience.REPORTER,
        from_status=complaint.status,
        to_status=complaint.status,
        # Words, not facts: somebody may have typed a name.
        statement=write_words(complaint, words, at),
        **signature(by, party, complaint),
    )
    audit.record(by=by, verb="reveal_contact", target_kind="complaint", target=complaint.reference)
    if complaint.reporter_id is not None and complaint.reporter_id != by.pk:
        notify(
            [complaint.reporter_id],
            kind="contact_revealed",
            facts=facts_of(complaint),
            key=f"event:{event.pk}",
            at=at,
        )
    return complaint.contact


@transaction.atomic
def claim(*, by: User) -> list[Complaint]:
    """Take over the orders that staff entered under one's own confirmed number.

    Returns the orders newly one's own. Raises NotAllowed until the number is confirmed.
    """
    if not by.phone or by.phone_confirmed_at is None:
        raise NotAllowed(_("Confirm your mobile number first."))
    rows = Complaint.objects.whole().select_for_update(of=("self",))
    mine = rows.filter(contact__phone=by.phone, reporter__isnull=True, source__in=BY_STAFF)
    orders = list(mine.order_by("pk"))
    at = now()
    for order in orders:
        order.reporter, order.secret_digest = by, ""
        order.save(update_fields=["reporter", "secret_digest"])
        Event.objects.create(
            complaint=order,
            at=at,
            verb="claim",
            audience=Audience.REPORTER,
            from_status=order.status,
            to_status=order.status,
            **signature(by, Party.REPORTER, order),
        )
    return orders
