"""The one place an order moves: lock, check, change, record, tell. Private to the verbs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts.actors import Actor, actor_id, actor_kind
from accounts.models import User
from common.errors import Invalid
from common.now import now
from communities.models import PlaceKind
from communities.permissions.estates import OBSERVING
from communities.scope import Seats, standing_of
from complaints.actions import _tell
from complaints.actions._photos import attach
from complaints.actions._promises import Promises
from complaints.models import (
    Audience,
    Breach,
    Complaint,
    Event,
    Photo,
    PhotoMoment,
    RuleStage,
    Statement,
    StatementKind,
)
from complaints.permissions import Case, party_for, stands_in
from complaints.workflow import ENDED, STEPS, Ending, Party, Stage, Status, Verb
from notifications.actions import write

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass
class Move:
    """A verb at work on a locked order."""

    order: Complaint
    verb: Verb
    by: Actor
    party: Party
    at: datetime
    promises: Promises
    ending: Ending
    facts: dict[str, Any]
    # Who acted, as what; read before the verb changes handler or desk.
    signed: dict[str, Any]
    from_status: str
    # Who may have to hear of it, where that is known already.
    seats: Seats | None = None
    # What was read to see whether the verb is open; a report has nothing to read yet.
    case: Case | None = None


@dataclass(frozen=True)
class Words:
    """What was said with the verb, of what sort, and who may read it."""

    text: str
    kind: StatementKind = StatementKind.NOTE
    audience: Audience = Audience.ALL
    # With a report: where exactly, which is a text of its own.
    spot: str = ""


Change = Callable[[Move], None]

# What the order waited for has come, or nobody waits for it any more.
RESUMES = ENDED | {Status.HANDLED, Status.ANSWERED}


def locked(complaint: Complaint) -> Complaint:
    """The row as it is now, held until the transaction ends."""
    rows = Complaint.objects.whole().select_for_update(of=("self",))
    return rows.get(pk=complaint.pk)


@transaction.atomic
def take(
    complaint: Complaint,
    verb: Verb,
    *,
    by: Actor,
    words: Words | None = None,
    facts: Mapping[str, Any] | None = None,
    otherwise: bool = False,
    change: Change | None = None,
    photos: Sequence[Photo] = (),
    moment: PhotoMoment = PhotoMoment.AFTER,
) -> Complaint:
    """Do one verb.

    1. Lock the row, then read the clock: a moment read before the lock would be too early.
    2. Check against the row as it is now; a refusal leaves nothing behind.
    3. Record what is already late, before anything is met.
    4. Let the verb change what is its own, then move status and deadlines as the table says.
    5. Write the event and the notices. All of it, or nothing.
    """
    order = locked(complaint)
    at = now()
    case = Case(by, order, at)
    party = party_for(verb, by, order, at, case)
    row = STEPS[verb]
    ending = row.otherwise if otherwise and row.otherwise is not None else row.ending
    move = Move(
        order,
        verb,
        by,
        party,
        at,
        Promises(order, at),
        ending,
        dict(facts or {}),
        signature(by, party, order),
        order.status,
        case=case,
    )
    if party == Party.DESK and isinstance(by, User) and stands_in(by, order):
        move.facts["acted_for"] = order.desk.name
    move.promises.record_late()
    if change is not None:
        change(move)
    _apply(move)
    finish(move, words, photos, moment)
    return order


def _apply(move: Move) -> None:
    """Move the status and the deadlines as the table says."""
    order, ending = move.order, move.ending
    if order.suspended_until is not None and ending.to in RESUMES:
        # Before anything is met: what is met now was due by the time that really ran.
        move.promises.end_pause()
        move.facts["resumed"] = True
    move.promises.meet(ending.meets)
    move.promises.void(ending.voids, move.verb.value)
    if ending.to is not None:
        order.status = ending.to
    if ending.to in ENDED:
        # What is still owed ends with the order: nobody waits for a withdrawn report.
        move.promises.void(Stage, move.verb.value)
    for stage in ending.opens:
        move.promises.open(stage)
    if ending.to is not None:
        _windows(move, Status(ending.to))


def _windows(move: Move, to: Status) -> None:
    """Open and shut the reporter's windows for rating and reopening."""
    order = move.order
    order.rate_until = order.reopen_until = None
    if to == Status.ANSWERED:
        order.answered_at = move.at
        order.rate_until = move.promises.window(RuleStage.RATE)
    elif to == Status.CLOSED:
        order.closed_at = move.at
        order.reopen_until = move.promises.window(RuleStage.REOPEN)


def finish(move: Move, words: Words | None, photos: Sequence[Photo], moment: PhotoMoment) -> Event:
    """Write order, deadlines, breaches, text, event and notices."""
    order, at = move.order, move.at
    move.promises.settle()
    if move.verb != Verb.REPORT:
        order.save()
    move.promises.save()
    statement = write_words(order, words, at)
    told = _tell.TOLD[move.verb]
    # The reporter is on the order itself: nobody has to be looked up for them.
    alone = set(told) <= {Party.REPORTER} and not move.promises.breaches
    seats = move.seats
    if seats is None:
        seats = Seats() if alone else _tell.seats_of([order], at, grid=Party.GRID in told)
    breaches = move.promises.breaches
    late = (
        _tell.late_notices(order, breaches, seats, at, _tell.roster_of([order], at))
        if breaches
        else []
    )
    write_late_events(order, breaches, at)
    event = Event.objects.create(
        complaint=order,
        at=at,
        verb=move.verb,
        audience=_audience(move.verb, words),
        from_status=move.from_status,
        to_status=order.status,
        statement=statement,
        facts=move.facts,
        **move.signed,
    )
    attach(photos, order, event, moment)
    told_of = _tell.notices(order, move.verb, by=move.by, event_id=event.pk, seats=seats, at=at)
    write([*late, *told_of])
    return event


def _audience(verb: Verb, words: Words | None) -> Audience:
    """A note is nothing but its words; of any other verb everybody may know that it happened."""
    if verb == Verb.ADD_NOTE and words is not None:
        return words.audience
    return Audience.ALL


def write_words(order: Complaint, words: Words | None, at: datetime) -> Statement | None:
    """Write what was said; returns the text that belongs to the event."""
    if words is None:
        return None
    said = [(StatementKind.SPOT, words.spot), (words.kind, words.text)]
    written = Statement.objects.bulk_create(
        Statement(complaint=order, kind=kind, audience=words.audience, text=text.strip(), at=at)
        for kind, text in said
        if text.strip()
    )
    return written[-1] if words.text.strip() else None


def need(text: str, name: str, sentence: "StrOrPromise") -> None:
    """Raise Invalid at the field unless something was written."""
    if not text.strip():
        raise Invalid(fields={name: [sentence]})


LATE = (
    "complaint",
    "at",
    "verb",
    "audience",
    "from_status",
    "to_status",
    "actor_kind",
    "party",
    "office",
    "body_id",
    "facts",
)


def late_line(order: Complaint, breach: Breach, at: datetime) -> tuple[Any, ...]:
    """An event that says which promise was broken, and how far it has gone: the columns `LATE`."""
    facts = {
        "stage": breach.deadline.stage,
        "round": breach.deadline.round,
        "level": breach.level,
        "rung": _tell.rung_of(breach).value,
        "due_at": breach.due_at.isoformat(),
    }
    status, clock = order.status, Party.CLOCK.value
    known = (order.pk, at, "late", Audience.ALL.value, status, status, "clock", clock)
    return (*known, "", breach.held_by_id, facts)


def late_event(order: Complaint, breach: Breach, at: datetime) -> Event:
    """The same as a row of the model."""
    names = ("complaint_id", *LATE[1:])
    return Event(**dict(zip(names, late_line(order, breach, at), strict=True)))


def write_late_events(order: Complaint, breaches: Sequence[Breach], at: datetime) -> None:
    if breaches:
        Event.objects.bulk_create([late_event(order, breach, at) for breach in breaches])


def signature(by: Actor, party: Party, order: Complaint) -> dict[str, Any]:
    """Who acted, as what: kind of actor, plain id, party, office and body."""
    office, body_id = "", None
    if isinstance(by, User) and party != Party.REPORTER:
        office, body_id = _office_of(by, party, order)
    return {
        "actor_kind": actor_kind(by),
        "actor_id": actor_id(by),
        "party": party,
        "office": office,
        "body_id": body_id,
    }


def _office_of(by: User, party: Party, order: Complaint) -> tuple[str, int | None]:
    """The office in which this party acts: for a handler the one at the handling body."""
    standing = standing_of(by)
    held = standing.appointments
    if party in {Party.HANDLER, Party.REPAIRER}:
        fitting = [a for a in held if a.body_id == order.handler_id]
    elif party == Party.GRID:
        fitting = [a for a in held if a.grid_id is not None]
    elif party == Party.WATCHER:
        fitting = [
            a for a in held if a.office in OBSERVING and standing.reaches(a, order.place_code)
        ]
    else:
        order_of = {PlaceKind.COMMUNITY: 0, PlaceKind.SUBDISTRICT: 1, PlaceKind.DISTRICT: 2}
        fitting = sorted(
            # An order keeps the code it was filed under, whatever the place is called by now.
            (a for a in held if a.body is not None and standing.reaches(a, order.place_code)),
            key=lambda a: order_of.get(PlaceKind(a.body.place.kind), 3) if a.body else 3,
        )
    chosen = fitting[0] if fitting else None
    return (chosen.office, chosen.body_id) if chosen else ("", None)
