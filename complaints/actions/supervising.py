"""Verbs of a supervision order 督办单: open it, reply, close and strike off, send back, cancel.

It stands beside its orders and moves none of them: they keep their own promises and deadlines.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, actor_id, actor_kind
from accounts.models import User
from common.codes import new_reference
from common.errors import Conflict, Invalid, NotAllowed
from common.now import now
from communities.models import Appointment, Body
from communities.scope import day_of, standing_of
from complaints.actions import _slips
from complaints.actions._slips import Term, Turn
from complaints.actions._step import need
from complaints.actions._tell import facts_of
from complaints.models import (
    Complaint,
    Event,
    SupervisedOrder,
    SupervisionEvent,
    SupervisionOrder,
    SupervisionStatement,
    SupervisionText,
)
from complaints.permissions.supervision import (
    answers_for,
    check_may_open,
    check_supervisable,
    issuing_offices,
    may_be_addressed,
)
from complaints.supervision import ENDED_STATES, MOST_ORDERS, STEPS, Side, State, SupervisionVerb
from complaints.workflow import Party, Urgency
from notifications.actions import Line, lines, write

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_SUBJECT, LONGEST_DEMAND = 80, 2000  # characters: one line, and what one sheet holds
MOBILE = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")


@transaction.atomic
def supervise(
    orders: Sequence[Complaint],
    *,
    by: Actor,
    to: Body,
    subject: str,
    demand: str,
    amount: int | None = None,
    unit: str = "",
    due_on: date | None = None,
) -> SupervisionOrder:
    """Open a supervision order on one or several orders, addressed to a body below the office.

    The reply is due after `amount` of `unit` (`seconds`, `working_days`, `calendar_days`), or by
    the end of the day `due_on`; the district's nights and close of business hold. It is issued by
    the nearest office of the officer's that stands above all of the orders and the body.
    1. Lock the orders, in one order, so that two who supervise never cross; check each.
    2. Read the clock, and take the office's next number of the year, which holds its counter.
    3. Write the sheet, what it says of each order, an event on each, and the notices.
    Raises NotAllowed for an order one does not oversee, WrongState where nobody is at work on it,
    Invalid for a body that may not know of it, Conflict where the office supervises it already.
    """
    user = check_may_open(by)
    term = Term(amount, unit, due_on)
    _check_words(subject, demand)
    term.check()
    held = _locked(orders)
    for order in held:
        check_supervisable(user, order)
    office = _office(user, held, to)
    at = now()
    year = day_of(at).year
    serial, number = _slips.next_number(office, year)
    slip = SupervisionOrder(
        code=new_reference(office.place.prefecture),
        issued_by=office,
        year=year,
        serial=serial,
        number=number,
        addressed_to=to,
        state=STEPS[SupervisionVerb.SUPERVISE].to,
        opened_at=at,
        urgent=any(order.urgency == Urgency.URGENT for order in held),
    )
    seats = _slips.seats_of([slip], at)
    if not _slips.those_addressed(slip, seats):
        raise Invalid(fields={"to": [_("Nobody holds an office there who could reply.")]})
    _check_not_twice(held, office)
    _slips.promise(slip, term, at)
    slip.save()
    _write_opening(slip, user, subject, demand, at)
    SupervisedOrder.objects.bulk_create(
        SupervisedOrder(
            supervision=slip,
            complaint=order,
            status=order.status,
            late_since=order.next_due_at if order.next_due_at and order.next_due_at <= at else None,
        )
        for order in held
    )
    Complaint.objects.filter(pk__in=[o.pk for o in held]).update(supervised=F("supervised") + 1)
    _write_on_orders(slip, "supervised", held, user, at)
    told = _slips.those_addressed(slip, seats)
    write(
        [
            *_slips.notices(slip, "supervision_opened", told, at, by=by),
            *_tell_reporters(slip, held, at),
        ]
    )
    return slip


@transaction.atomic
def reply(slip: SupervisionOrder, *, by: Actor, note: str) -> SupervisionOrder:
    """Say what was done and found. In time means before the due time; late stays on record."""
    need(note, "note", _("Say what was done, and with what result."))
    turn = _slips.begin(slip, SupervisionVerb.REPLY, by)
    turn.slip.replied_at = turn.at
    _finish(turn, SupervisionText.REPLY, note, "supervision_replied", {})
    return turn.slip


@transaction.atomic
def close_supervision(slip: SupervisionOrder, *, by: Actor, note: str = "") -> SupervisionOrder:
    """Accept the reply: the number is struck off 销号. Never by whoever replied."""
    turn = _slips.begin(slip, SupervisionVerb.CLOSE, by)
    _end(turn, "supervision_closed")
    _finish(turn, SupervisionText.NOTE, note, "supervision_closed", {})
    return turn.slip


@transaction.atomic
def send_back_supervision(
    slip: SupervisionOrder,
    *,
    by: Actor,
    note: str,
    amount: int | None = None,
    unit: str = "",
    due_on: date | None = None,
) -> SupervisionOrder:
    """Ask for another reply, with a due time of its own; the rounds before stay on record."""
    need(note, "note", _("Say what is missing, so that it can be put right."))
    term = Term(amount, unit, due_on)
    term.check()
    turn = _slips.begin(slip, SupervisionVerb.SEND_BACK, by)
    again = turn.slip
    again.state, again.replied_at = State.OPEN, None
    again.round += 1
    _slips.promise(again, term, turn.at)
    facts = {"due_at": again.due_at.isoformat()}
    _finish(turn, SupervisionText.NOTE, note, "supervision_sent_back", facts)
    return again


@transaction.atomic
def cancel_supervision(slip: SupervisionOrder, *, by: Actor, note: str) -> SupervisionOrder:
    """Take the supervision order back, with a reason. Its number stays used."""
    need(note, "note", _("Say why it is cancelled."))
    turn = _slips.begin(slip, SupervisionVerb.CANCEL, by)
    _end(turn, "supervision_cancelled")
    _finish(turn, SupervisionText.NOTE, note, "supervision_cancelled", {})
    return turn.slip


# --- Opening -----------------------------------------------------------------------------


def _check_words(subject: str, demand: str) -> None:
    need(subject, "subject", _("Name the matter in one line."))
    need(demand, "demand", _("Say what you demand."))
    fields: dict[str, list[StrOrPromise]] = {}
    for name, text, most in (
        ("subject", subject, LONGEST_SUBJECT),
        ("demand", demand, LONGEST_DEMAND),
    ):
        if len(text.strip()) > most:
            fields[name] = [_("Please keep it under %(most)s characters.") % {"most": most}]
        elif MOBILE.search(text):
            # The usual slip: the reporter's own number, copied from the order.
            fields[name] = [
                _("Leave out mobile numbers: whoever is supervised never learns who reported.")
            ]
    if fields:
        raise Invalid(fields=fields)


def _locked(orders: Sequence[Complaint]) -> list[Complaint]:
    """The orders as they are now, held until the transaction ends."""
    pks = {order.pk for order in orders}
    if not pks:
        raise Invalid(fields={"orders": [_("Choose at least one order.")]})
    if len(pks) > MOST_ORDERS:
        sentence = _("At most %(most)s orders fit on one sheet.") % {"most": MOST_ORDERS}
        raise Invalid(fields={"orders": [sentence]})
    rows = Complaint.objects.whole().select_for_update(of=("self",))
    return list(rows.filter(pk__in=pks).order_by("pk"))


def _office(user: User, orders: Sequence[Complaint], to: Body) -> Body:
    """The office in which it is issued. Raises NotAllowed and Invalid as `supervise` says."""
    if to.pk in answers_for(standing_of(user)):
        raise NotAllowed(_("You answer for this body yourself: somebody else has to supervise it."))
    held = issuing_offices(user, orders)
    if not held:
        raise NotAllowed(_("No office of yours stands above all of these orders."))
    for seat in held:
        if seat.body is not None and may_be_addressed(to, orders, seat.body):
            return _with_its_place(seat, orders)
    raise Invalid(fields={"to": [_("This body does not have every one of these orders in hand.")]})


def _with_its_place(seat: Appointment, orders: Sequence[Complaint]) -> Body:
    """The office's body, its place taken from an order, which has those above it, too."""
    office = seat.body
    if office is None:
        raise ValueError("an overseeing office is held at a body")
    chain = orders[0].estate.chain()
    office.place = next(place for place in chain if place.pk == office.place_id)
    return office


def _check_not_twice(orders: Sequence[Complaint], office: Body) -> None:
    watched = [order.pk for order in orders if order.supervised]
    if not watched:
        return
    twice = (
        SupervisedOrder.objects.filter(complaint__in=watched, supervision__issued_by=office)
        .exclude(supervision__state__in=sorted(ENDED_STATES))
        .select_related("supervision", "complaint")
        .first()
    )
    if twice is not None:
        raise Conflict(
            _("Order %(reference)s is under supervision by your office already: %(number)s.")
            % {"reference": twice.complaint.reference, "number": twice.supervision.number}
        )


def _write_opening(
    slip: SupervisionOrder, by: User, subject: str, demand: str, at: datetime
) -> None:
    texts = SupervisionStatement.objects.bulk_create(
        SupervisionStatement(supervision=slip, kind=kind, text=text.strip(), at=at)
        for kind, text in ((SupervisionText.SUBJECT, subject), (SupervisionText.DEMAND, demand))
    )
    facts = {"due_at": slip.due_at.isoformat()}
    opened = _slips.event(slip, SupervisionVerb.SUPERVISE, by, Side.ISSUER, at, texts[-1], facts)
    opened.save()


def _tell_reporters(
    slip: SupervisionOrder, orders: Sequence[Complaint], at: datetime
) -> list[Line]:
    """Each reporter hears that an office watches over their report; not what it wrote."""
    return [
        notice
        for order in orders
        if order.reporter_id is not None
        for notice in lines(
            [order.reporter_id],
            kind="order_supervised",
            facts={**facts_of(order), "office": slip.issued_by.name},
            key=f"order_supervised:{slip.pk}:{order.pk}",
            at=at,
        )
    ]


# --- Going on ----------------------------------------------------------------------------


def _finish(
    turn: Turn, kind: SupervisionText, note: str, notice: str, facts: dict[str, str]
) -> None:
    """Move the state as the table says; write text, events and notices."""
    slip = turn.slip
    slip.state = STEPS[turn.verb].to
    _slips.set_alarm(slip)
    slip.save()
    said = _slips.written(slip, kind, note, turn.at)
    done = _slips.event(slip, turn.verb, turn.by, turn.side, turn.at, said, facts)
    SupervisionEvent.objects.bulk_create([*turn.events, done])
    if turn.side == Side.ADDRESSEE:
        told = _slips.issuers(slip, turn.seats)
    else:
        told = _slips.those_addressed(slip, turn.seats)
    turn.notices += _slips.notices(slip, notice, told, turn.at, by=turn.by)
    write(turn.notices)


def _end(turn: Turn, verb: str) -> None:
    """The orders are under one supervision order less, and say so."""
    turn.slip.ended_at = turn.at
    rows = Complaint.objects.select_for_update(of=("self",)).filter(
        supervised_by__supervision=turn.slip
    )
    orders = list(rows.order_by("pk"))
    Complaint.objects.filter(pk__in=[o.pk for o in orders]).update(supervised=F("supervised") - 1)
    _write_on_orders(turn.slip, verb, orders, turn.by, turn.at)


def _write_on_orders(
    slip: SupervisionOrder, verb: str, orders: Sequence[Complaint], by: User, at: datetime
) -> None:
    """A line on each order's timeline: which office, and never what it wrote."""
    held = _slips.appointment_of(by, slip, Side.ISSUER)
    Event.objects.bulk_create(
        Event(
            complaint=order,
            at=at,
            verb=verb,
            from_status=order.status,
            to_status=order.status,
            actor_kind=actor_kind(by),
            actor_id=actor_id(by),
            party=Party.OVERSEER,
            office=held.office if held else "",
            body_id=held.body_id if held else None,
            facts=_slips.order_facts_of(slip),
        )
        for order in orders
    )
