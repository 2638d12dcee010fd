"""Supervision orders as programs write and read them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.serializers import Input, Named, optional_words, words
from communities.models import Body
from complaints.actions.supervising import LONGEST_DEMAND, LONGEST_SUBJECT
from complaints.models import SupervisionOrder, Unit
from complaints.queries.supervision import SlipPage
from complaints.serializers.fields import CodeField
from complaints.supervision import MOST_ORDERS, State, SupervisionVerb


class TermIn(Input):
    """By when the reply is wanted: an amount of a unit, or a day."""

    amount = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        help_text="So many of the unit: at most 259200 seconds, 60 working or 90 calendar days.",
    )
    unit = serializers.ChoiceField(choices=Unit.choices, required=False)
    due_on = serializers.DateField(
        required=False, allow_null=True, help_text="A working day; instead of an amount."
    )


class SuperviseIn(TermIn):
    """A new supervision order."""

    orders = serializers.ListField(
        child=serializers.CharField(max_length=64),
        allow_empty=False,
        max_length=MOST_ORDERS,
        help_text=f"The references of 1 to {MOST_ORDERS} orders.",
    )
    to = CodeField(
        Body.objects.select_related("place"),
        help_text="The code of the body that has to answer: one that has every order in hand, or "
        "an office between them and yours.",
    )
    subject = words(_("Name the matter in one line."), help_text=f"At most {LONGEST_SUBJECT}.")
    demand = words(_("Say what you demand."), help_text=f"At most {LONGEST_DEMAND} characters.")


class ReplyIn(Input):
    """What was done, and with what result."""

    note = words(_("Say what was done, and with what result."))


class RemarkIn(Input):
    """A remark, if there is one."""

    note = optional_words()


class SendSlipBackIn(TermIn):
    """What is missing, and by when."""

    note = words(_("Say what is missing, so that it can be put right."))


class CancelIn(Input):
    """Why it is cancelled."""

    note = words(_("Say why it is cancelled."))


TAKES: dict[SupervisionVerb, type[Input]] = {
    SupervisionVerb.REPLY: ReplyIn,
    SupervisionVerb.CLOSE: RemarkIn,
    SupervisionVerb.SEND_BACK: SendSlipBackIn,
    SupervisionVerb.CANCEL: CancelIn,
}


class SupervisionRow(serializers.Serializer[Any]):
    """A supervision order in a list."""

    code = serializers.CharField(help_text="Its name in addresses.")
    number = serializers.CharField(help_text="As it is printed.")
    state = serializers.ChoiceField(choices=State.choices)
    state_label = serializers.CharField()
    subject = serializers.CharField()
    issued_by = Named()
    addressed_to = Named()
    orders_count = serializers.IntegerField()
    round = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    provisional = serializers.BooleanField(
        help_text="Rests on a year whose holidays are not announced yet."
    )
    replied_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    overdue = serializers.BooleanField()


class SupervisedOut(serializers.Serializer[Any]):
    """An order as it stood when its supervision began."""

    reference = serializers.CharField()
    category = serializers.CharField()
    place_name = serializers.CharField()
    status_label = serializers.CharField()
    late_since = serializers.DateTimeField(allow_null=True)


class SupervisionEventOut(serializers.Serializer[Any]):
    """A line of its history."""

    at = serializers.DateTimeField()
    verb = serializers.CharField(help_text="A verb, or `late`, `recomputed`.")
    round = serializers.IntegerField()
    title = serializers.CharField()
    who = serializers.CharField()
    text = serializers.CharField(allow_blank=True)


class SupervisionOut(SupervisionRow):
    """A supervision order as whoever asks may see it. Never who reported."""

    demand = serializers.CharField()
    orders = SupervisedOut(many=True)
    why = serializers.ListField(
        child=serializers.CharField(), help_text="How the due time was reckoned, line by line."
    )
    events = SupervisionEventOut(many=True)
    verbs = serializers.ListField(
        child=serializers.ChoiceField(choices=SupervisionVerb.choices),
        help_text="The verbs open to whoever asks, at this moment.",
    )


def slip_facts(slip: SupervisionOrder, subject: str, orders_count: int, at: Any) -> dict[str, Any]:
    return {
        "code": slip.code,
        "number": slip.number,
        "state": slip.state,
        "state_label": slip.get_state_display(),
        "subject": subject,
        "issued_by": slip.issued_by,
        "addressed_to": slip.addressed_to,
        "orders_count": orders_count,
        "round": slip.round,
        "opened_at": slip.opened_at,
        "due_at": slip.due_at,
        "provisional": slip.provisional,
        "replied_at": slip.replied_at,
        "ended_at": slip.ended_at,
        "overdue": slip.state == State.OPEN and slip.due_at <= at,
    }


def page_facts(page: SlipPage, why: list[str]) -> dict[str, Any]:
    """A whole page, for `SupervisionOut`."""
    return {
        **slip_facts(page.slip, page.subject, len(page.rows), page.at),
        "demand": page.demand,
        "orders": [
            {
                "reference": row.reference,
                "category": row.category,
                "place_name": row.place,
                "status_label": row.status,
                "late_since": row.late_since,
            }
            for row in page.rows
        ],
        "why": why,
        "events": page.lines,
        "verbs": page.verbs,
    }
