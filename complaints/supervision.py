"""The law of a supervision order 督办单: its states, its verbs, whose they are, from and to where.

A table of its own: it has a life beside the orders it is about, and moves none of them.
`docs/complaint-life.md` is drawn from here too.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    OPEN = "open", _("Awaiting the reply")
    REPLIED = "replied", _("Replied, awaiting closing")
    CLOSED = "closed", _("Closed and struck off")
    CANCELLED = "cancelled", _("Cancelled")


ENDED_STATES = frozenset({State.CLOSED, State.CANCELLED})
RUNNING_STATES = frozenset(State) - ENDED_STATES


class Side(TextChoices):
    """What somebody is to a supervision order. Whoever has to answer it is nothing else to it."""

    ADDRESSEE = "addressee", _("Supervised body")
    ISSUER = "issuer", _("Issuing office")
    OVERSEER = "overseer", _("Office above")
    AUDITOR = "auditor", _("Auditor")


class SupervisionVerb(TextChoices):
    SUPERVISE = "supervise", _("Open a supervision order")
    REPLY = "reply", _("Reply")
    CLOSE = "close_supervision", _("Close and strike off")
    SEND_BACK = "send_back_supervision", _("Send the reply back")
    CANCEL = "cancel_supervision", _("Cancel the supervision order")


@dataclass(frozen=True)
class SupervisionStep:
    """One verb: whose it is, from which states, and to which. `anew`: with a new due time."""

    side: Side
    sources: frozenset[State]
    to: State
    anew: bool = False


STEPS: dict[SupervisionVerb, SupervisionStep] = {
    SupervisionVerb.SUPERVISE: SupervisionStep(Side.ISSUER, frozenset(), State.OPEN, anew=True),
    SupervisionVerb.REPLY: SupervisionStep(Side.ADDRESSEE, frozenset({State.OPEN}), State.REPLIED),
    SupervisionVerb.CLOSE: SupervisionStep(Side.ISSUER, frozenset({State.REPLIED}), State.CLOSED),
    SupervisionVerb.SEND_BACK: SupervisionStep(
        Side.ISSUER, frozenset({State.REPLIED}), State.OPEN, anew=True
    ),
    SupervisionVerb.CANCEL: SupervisionStep(Side.ISSUER, RUNNING_STATES, State.CANCELLED),
}

# Our decisions: what fits on one sheet, and how long the portal lets an office wait for a reply.
MOST_ORDERS = 50
LONGEST_AMOUNT = {"seconds": 72 * 3600, "working_days": 60, "calendar_days": 90}
FURTHEST_DAY = timedelta(days=180)
