"""More time and rest: what was granted, for everybody; what is asked for, for those at work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ObjectDoesNotExist

from accounts.actors import Actor
from complaints.models import Asked, Complaint, Deadline, Event, Extension, Pause, PauseGround
from complaints.permissions import Case, asked_extension
from complaints.queries.rules import span_words
from complaints.queries.timeline import Line
from complaints.workflow import Stage, Verb

# --- What was granted --------------------------------------------------------------------


@dataclass(frozen=True)
class Rest:
    """A suspension over [from_at, until_at), and the words of whoever suspended the order."""

    from_at: datetime
    until_at: datetime
    review_on: date
    ground: str
    reason: str

    @property
    def ground_words(self) -> str:
        return str(PauseGround(self.ground).label)


@dataclass(frozen=True)
class MoreTime:
    """An extension that was granted: from the old due time until the new one, and why."""

    amount: int
    unit: str
    from_at: datetime
    until_at: datetime
    reason: str

    @property
    def words(self) -> str:
        return span_words(self.amount, self.unit)


@dataclass(frozen=True)
class Promise:
    """A deadline with what has happened to it. `resting`: no time runs for it now."""

    row: Deadline
    resting: bool = False
    more: MoreTime | None = None
    rests: list[Rest] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Where on the page of deadlines this one is."""
        return f"{self.row.stage}-{self.row.round}"


def rests_of(order: Complaint, lines: Iterable[Line] = ()) -> list[Rest]:
    """Every suspension of an order, the earliest first; most orders never had one."""
    if not order.pauses:
        return []
    said = {line.at: line.text for line in lines if line.verb == Verb.SUSPEND}
    pauses = Pause.objects.filter(complaint=order, state=Asked.GRANTED).order_by("from_at", "pk")
    return [
        Rest(p.from_at, p.until_at, p.review_on, p.ground, said.get(p.from_at, ""))
        for p in pauses
        if p.from_at is not None and p.until_at is not None
    ]


def promises_of(
    rows: Iterable[Deadline], rests: Sequence[Rest], lines: Sequence[Line], at: datetime
) -> list[Promise]:
    """The deadlines with their rests and their time more."""
    running = next((rest for rest in rests if rest.from_at <= at < rest.until_at), None)
    return [
        Promise(
            row,
            resting=running is not None and row.is_open and not row.late_at(at),
            more=_more_time(row, lines),
            rests=[rest for rest in rests if _touches(rest, row)],
        )
        for row in rows
    ]


def extension_of(row: Deadline) -> Extension | None:
    """What was asked for this promise; the row was read with it."""
    try:
        return row.extension
    except ObjectDoesNotExist:
        return None


def _more_time(row: Deadline, lines: Sequence[Line]) -> MoreTime | None:
    asked = extension_of(row)
    if asked is None or asked.state != Asked.GRANTED or asked.from_at is None:
        return None
    granted = (n for n in lines if n.verb == Verb.GRANT_EXTENSION and n.at == asked.decided_at)
    reason = next((n.text for n in granted if n.facts.get("stage") == row.stage), "")
    return MoreTime(asked.amount, asked.unit, asked.from_at, asked.until_at or row.due_at, reason)


def _touches(rest: Rest, row: Deadline) -> bool:
    """Whether any of the promise's time lay in the rest."""
    ended_at = row.met_at or row.void_at or row.due_at
    return rest.from_at < min(ended_at, row.due_at) and rest.until_at > row.counts_from


# --- What is asked for -------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """A request that nobody has decided yet: `stage` and `amount` of more time, or rest."""

    verb: Verb
    asked_at: datetime
    note: str
    stage: str = ""
    amount: str = ""
    ground: str = ""
    review_on: date | None = None


def requests(promises: Iterable[Promise], lines: Sequence[Line], at: datetime) -> list[Waiting]:
    """What waits to be decided, as far as these lines tell of it: a reporter's tell nothing."""
    found = []
    for promise in promises:
        asked = extension_of(promise.row)
        if asked is None or asked.state != Asked.ASKED:
            continue
        line = _last(lines, Verb.ASK_EXTENSION, asked.asked_at)
        if line is not None and promise.row.is_open and at < promise.row.due_at:
            amount = span_words(asked.amount, asked.unit)
            stage = str(Stage(promise.row.stage).label)
            found.append(
                Waiting(Verb.ASK_EXTENSION, line.at, line.text, stage=stage, amount=amount)
            )
    return [*found, *_rest_waiting(lines)]


def _rest_waiting(lines: Sequence[Line]) -> list[Waiting]:
    decided = {Verb.SUSPEND, Verb.REFUSE_SUSPENSION, Verb.ASK_SUSPENSION}
    last = next((line for line in reversed(lines) if line.verb in decided), None)
    if last is None or last.verb != Verb.ASK_SUSPENSION:
        return []
    return [
        Waiting(
            Verb.ASK_SUSPENSION,
            last.at,
            last.text,
            ground=str(PauseGround(last.facts["ground"]).label),
            review_on=date.fromisoformat(last.facts["review_on"]),
        )
    ]


def _last(lines: Sequence[Line], verb: Verb, at: datetime) -> Line | None:
    return next((line for line in reversed(lines) if line.verb == verb and line.at == at), None)


# --- For whoever decides -----------------------------------------------------------------


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
