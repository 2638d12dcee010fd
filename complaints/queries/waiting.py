"""What is asked for and not decided yet: more time, or rest, for whoever has to decide."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.actors import Actor
from complaints.models import Asked, Complaint, Event
from complaints.permissions import Case, asked_extension
from complaints.queries.rules import span_words
from complaints.workflow import Stage, Verb


@dataclass(frozen=True)
class TimeAsked:
    """More time, asked for one promise; `amount` in words, `note` as it was written."""

    stage: Stage
    amount: str
    due_at: datetime
    note: str


@dataclass(frozen=True)
class RestAsked:
    """A suspension that was asked for."""

    ground: str
    ground_words: str
    review_on: date
    note: str


def time_asked(order: Complaint, actor: Actor, at: datetime) -> TimeAsked | None:
    """The request for more time that this actor may decide."""
    row = asked_extension(Case(actor, order, at))
    if row is None:
        return None
    asked = row.extension
    return TimeAsked(
        Stage(row.stage),
        span_words(asked.amount, asked.unit),
        row.due_at,
        _note(order, Verb.ASK_EXTENSION),
    )


def rest_asked(order: Complaint) -> RestAsked | None:
    """The suspension that waits to be decided, for those who may decide it."""
    pause = order.suspensions.filter(state=Asked.ASKED).first()
    if pause is None:
        return None
    return RestAsked(
        pause.ground,
        str(pause.get_ground_display()),
        pause.review_on,
        _note(order, Verb.ASK_SUSPENSION),
    )


def _note(order: Complaint, verb: Verb) -> str:
    """What was written when it was last asked for."""
    event = (
        Event.objects.filter(complaint=order, verb=verb)
        .select_related("statement")
        .order_by("pk")
        .last()
    )
    return event.statement.text if event is not None and event.statement is not None else ""
