"""What the verbs and the sweep of supervision orders share. Private to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.actors import CLOCK, Actor, actor_id, actor_kind
from accounts.models import User
from common import workdays
from common.errors import Invalid, NotAllowed
from common.now import now
from communities.models import DESK_OFFICES, Appointment, Body
from communities.scope import Seats, calendar_for, day_of, seats_near, standing_of
from complaints import clock
from complaints.models import (
    SupervisionCounter,
    SupervisionEvent,
    SupervisionOrder,
    SupervisionStatement,
    SupervisionText,
    Unit,
)
from complaints.permissions.supervision import ANSWERING, HEADS, side_for
from complaints.queries.rulebook import Rulebook
from complaints.supervision import FURTHEST_DAY, LONGEST_AMOUNT, Side, State, SupervisionVerb
from complaints.workflow import Party
from notifications.actions import Line, lines

# What a number leaves of a place's name: 督办〔2026〕红枫3号 is of 红枫县.
ENDINGS = ("街道", "地区", "新区", "县", "区", "市", "镇", "乡")


# --- Numbers -----------------------------------------------------------------------------


def next_number(office: Body, year: int) -> tuple[int, str]:
    """The office's next serial of the year, and the number as it is printed.

    Whoever counts holds the office's row until the end of the transaction: the next waits, and
    what is undone gives its number back. So no number is given twice, and none is left out.
    """
    rows = SupervisionCounter.objects.filter(office=office, year=year)
    if not rows.update(last=F("last") + 1):
        try:
            with transaction.atomic():
                SupervisionCounter.objects.create(office=office, year=year, last=1)
        except IntegrityError:  # the year's first two at once
            rows.update(last=F("last") + 1)
    serial = rows.values_list("last", flat=True).get()
    return serial, f"督办〔{year}〕{_word(office.place.name)}{serial}号"


def _word(name: str) -> str:
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) >= len(ending) + 2:
            return name.removesuffix(ending)
    return name


# --- By when -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    """By when a reply is asked for: an amount of a unit, or a day."""

    amount: int | None = None
    unit: str = ""
    due_on: date | None = None

    def check(self) -> None:
        """Raises Invalid, at its field, for none, both, or more than anybody should wait."""
        if self.due_on is not None:
            if self.amount is not None:
                raise Invalid(fields={"due_on": [_("Give an amount of time or a day, not both.")]})
            return
        if self.amount is None or self.amount < 1:
            raise Invalid(fields={"amount": [_("Say by when you want the reply.")]})
        if self.unit not in Unit.values:
            raise Invalid(fields={"unit": [_("Choose hours, working days or days.")]})
        if self.amount > LONGEST_AMOUNT[self.unit]:
            raise Invalid(fields={"amount": [_("At most 72 hours, 60 working days or 90 days.")]})


def promise(slip: SupervisionOrder, term: Term, at: datetime) -> None:
    """Set by when this round's reply is due. Raises Invalid for a day on which nobody works."""
    slip.counts_from = at
    slip.amount, slip.unit, slip.due_on = term.amount, term.unit, term.due_on
    hours = Rulebook(slip.issued_by.place, at).hours()
    slip.quiet_from, slip.quiet_until = hours.quiet_from, hours.quiet_until
    slip.closes_at = hours.closes_at
    days = calendar_for({day_of(at).year})
    if term.due_on is not None:
        _check_day(term.due_on, day_of(at), days)
    figure(slip, at, days)
    if slip.due_at <= at:
        raise Invalid(fields={"due_on": [_("Business is closed for today; choose a later day.")]})


def _check_day(on: date, today: date, days: workdays.Calendar) -> None:
    sentence = None
    if on < today:
        sentence = _("The day must lie ahead.")
    elif on > today + FURTHEST_DAY:
        sentence = _("The day must lie within 180 days.")
    elif not days.is_working(on):
        sentence = _("Nobody works on that day; choose a working day.")
    if sentence is not None:
        raise Invalid(fields={"due_on": [sentence]})


def figure(slip: SupervisionOrder, at: datetime, days: workdays.Calendar) -> None:
    """Reckon when the reply is due, and when the clock has to look."""
    rule, course = slip.as_rule(), clock.Course(urgent=slip.urgent)
    if slip.due_on is not None:
        slip.due_at, slip.provisional = clock.terms(rule, course).ends(slip.due_on), False
    else:
        told = clock.due(rule, slip.counts_from, days, course)
        slip.due_at, slip.provisional = told.due_at, told.provisional
    ahead = clock.reminders_at(rule, slip.counts_from, slip.due_at, days, course)
    slip.reminder_at = next((moment for moment in ahead[-1:] if moment > at), None)
    set_alarm(slip)


def set_alarm(slip: SupervisionOrder) -> None:
    """When the clock has to look next: not once it is answered, nor once it is late."""
    owed = slip.state == State.OPEN and not slip.is_late
    if not owed:
        slip.reminder_at = None
    slip.alarm_at = clock.alarm_at([slip.reminder_at, slip.due_at]) if owed else None


# --- What happened -----------------------------------------------------------------------


@dataclass
class Turn:
    """A verb at work on a locked supervision order."""

    slip: SupervisionOrder
    verb: SupervisionVerb
    by: User
    side: Side
    at: datetime
    seats: Seats
    events: list[SupervisionEvent]
    notices: list[Line]


def begin(slip: SupervisionOrder, verb: SupervisionVerb, by: Actor) -> Turn:
    """Lock the row, read the clock, check, and record what is late before anything is met."""
    locked = SupervisionOrder.objects.whole().select_for_update(of=("self",)).get(pk=slip.pk)
    side = side_for(verb, by, locked)
    if not isinstance(by, User):  # nobody else has a side
        raise NotAllowed
    at = now()
    turn = Turn(locked, verb, by, side, at, seats_of([locked], at), [], [])
    if found := late(locked, at):
        turn.events.append(found)
        turn.notices += late_notices(locked, turn.seats, at)
    return turn


def late(slip: SupervisionOrder, at: datetime) -> SupervisionEvent | None:
    """The line that says this round's reply did not come in time; once, dated when it was due."""
    if slip.state != State.OPEN or slip.is_late or at < slip.due_at:
        return None
    slip.late_round = slip.round
    set_alarm(slip)
    return clock_event(slip, "late", at, due_at=slip.due_at.isoformat())


def clock_event(slip: SupervisionOrder, verb: str, at: datetime, **facts: Any) -> SupervisionEvent:
    return SupervisionEvent(
        supervision=slip,
        at=at,
        verb=verb,
        round=slip.round,
        actor_kind=actor_kind(CLOCK),
        side=Party.CLOCK,
        facts=facts,
    )


def event(
    slip: SupervisionOrder,
    verb: SupervisionVerb,
    by: User,
    side: Side,
    at: datetime,
    statement: SupervisionStatement | None,
    facts: dict[str, Any],
) -> SupervisionEvent:
    held = appointment_of(by, slip, side)
    return SupervisionEvent(
        supervision=slip,
        at=at,
        verb=verb,
        round=slip.round,
        actor_kind=actor_kind(by),
        actor_id=actor_id(by),
        side=side,
        office=held.office if held else "",
        body_id=held.body_id if held else None,
        statement=statement,
        facts=facts,
    )


def appointment_of(by: User, slip: SupervisionOrder, side: Side) -> Appointment | None:
    """The office in which somebody acts: at the body itself, or of the office that stands in."""
    body = slip.addressed_to_id if side == Side.ADDRESSEE else slip.issued_by_id
    offices = ANSWERING if side == Side.ADDRESSEE else DESK_OFFICES
    held = [a for a in standing_of(by).appointments if a.office in offices]
    return next((a for a in held if a.body_id == body), held[0] if held else None)


def written(
    slip: SupervisionOrder, kind: SupervisionText, text: str, at: datetime
) -> SupervisionStatement | None:
    """The text as it is kept; none where nothing was said."""
    if not text.strip():
        return None
    return SupervisionStatement.objects.create(
        supervision=slip, kind=kind, text=text.strip(), at=at
    )


# --- Who hears of it ---------------------------------------------------------------------


def seats_of(slips: Iterable[SupervisionOrder], at: datetime) -> Seats:
    """Everybody at the issuing offices, those above them, and the bodies addressed. One query."""
    slips = list(slips)
    places = {place.pk for slip in slips for place in slip.issued_by.place.chain()}
    return Seats(seats_near(places, {slip.addressed_to_id for slip in slips}, (), day_of(at)))


def those_addressed(slip: SupervisionOrder, seats: Seats) -> frozenset[int]:
    """Everybody who may reply."""
    return seats.at_body(slip.addressed_to_id, ANSWERING)


def heads(slip: SupervisionOrder, seats: Seats) -> frozenset[int]:
    """The head of the body addressed; everybody who answers for it where it has none."""
    return seats.at_body(slip.addressed_to_id, HEADS) or those_addressed(slip, seats)


def issuers(slip: SupervisionOrder, seats: Seats) -> frozenset[int]:
    """The officers of the issuing office, or of the one that stands in, less who answers there."""
    return seats.at_desk(seats.acting(slip.issued_by.place)) - those_addressed(slip, seats)


def notices(
    slip: SupervisionOrder,
    kind: str,
    to: Iterable[int],
    at: datetime,
    *,
    by: Actor,
    alarm: bool = False,
    key: str = "",
) -> list[Line]:
    """One row per person. The key is the round and the kind: told once, whatever happens.

    `alarm`: a reminder or a late reply, which waits for the morning unless it is urgent.
    """
    told = set(to) - {actor_id(by) or 0}
    between = f"{slip.issued_by.name} → {slip.addressed_to.name}"
    return lines(
        told,
        kind=kind,
        facts={
            "supervision": slip.code,
            "number": slip.number,
            "about": {"zh-hans": between, "en": between},
            "due_at": slip.due_at.isoformat(),
        },
        key=key or f"{kind}:{slip.pk}:{slip.round}",
        at=at,
        duty=True,
        wakes=alarm and slip.urgent,
        loud_from=clock.after_night(at) if alarm and not slip.urgent else None,
    )


def late_notices(slip: SupervisionOrder, seats: Seats, at: datetime) -> list[Line]:
    told = issuers(slip, seats) | heads(slip, seats)
    return notices(slip, "supervision_late", told, at, by=CLOCK, alarm=True)


def order_facts_of(slip: SupervisionOrder) -> dict[str, Any]:
    """What the events of the orders say of it: the office, and for staff the number."""
    return {"office": slip.issued_by.name, "number": slip.number}
