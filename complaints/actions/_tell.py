"""Who hears of what. Private to the verbs."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from accounts.actors import Actor, actor_id
from communities.models import (
    COMMITTEE_BODIES,
    COMMUNITY_OFFICES,
    GRID_OFFICES,
    HANDLING_OFFICES,
    BodyKind,
    Office,
    Place,
    PlaceKind,
)
from communities.scope import Seats, day_of, on_duty, seats_near
from complaints import clock
from complaints.models import Breach, Complaint, Deadline
from complaints.workflow import Party, Rung, Stage, Urgency, Verb
from notifications.actions import Line, lines

R, D, G, H = Party.REPORTER, Party.DESK, Party.GRID, Party.HANDLER
A = Party.OVERSEER

# Whom each verb is told to, beside whoever did it, who need not be told.
TOLD: dict[Verb, tuple[Party, ...]] = {
    Verb.REPORT: (D, G, H),
    Verb.INSPECT: (R,),
    Verb.DISPATCH: (R, H),
    Verb.REDISPATCH: (R, H),
    Verb.ACCEPT: (R,),
    Verb.RETURN_ORDER: (D,),
    Verb.ATTEND: (R, D),
    Verb.HANDLE: (D,),
    Verb.SEND_BACK: (H,),
    Verb.ANSWER: (R,),
    Verb.ANSWER_DIRECTLY: (R,),
    Verb.REFER_UP: (D,),
    Verb.RATE: (D, H),
    Verb.RECORD_CALLBACK: (R, H),
    Verb.REOPEN: (D,),
    Verb.CLOSE_UNRATED: (R,),
    Verb.REFUSE: (R,),
    Verb.MERGE: (R,),
    Verb.WITHDRAW: (D, H),
    Verb.URGE: (D, H),
    Verb.SUPPLEMENT: (D, H),
    Verb.ADD_NOTE: (),
    Verb.ASK_EXTENSION: (D, A),
    Verb.GRANT_EXTENSION: (R, H, D),
    Verb.REFUSE_EXTENSION: (H, D),
    Verb.ASK_SUSPENSION: (A,),
    Verb.SUSPEND: (R, H, D),
    Verb.REFUSE_SUSPENSION: (H, D),
    Verb.RESUME: (R, H, D),
    Verb.RECLASSIFY: (R, H, D),
    # The desk hears of a disagreement, by a notice of its own.
    Verb.COUNTERSIGN: (),
}
# What sets the clock of a handler running.
BEGINS_HANDLING = frozenset({Verb.REPORT, Verb.DISPATCH, Verb.REDISPATCH, Verb.SEND_BACK})
HEAD_OFFICES = (HANDLING_OFFICES - {Office.FIRM_CLERK}) | {Office.COMMUNITY_SECRETARY}
RUNG_KIND = {Rung.SUBDISTRICT: PlaceKind.SUBDISTRICT, Rung.DISTRICT: PlaceKind.DISTRICT}


def seats_of(orders: Sequence[Complaint], at: datetime, *, grid: bool = False) -> Seats:
    """Everybody near these orders, in one query. `grid` only for a single order."""
    places = _places_of(orders)
    bodies = {order.handler_id for order in orders if order.handler_id is not None}
    grid_of = (orders[0].building or orders[0].estate) if grid else None
    estates = {order.estate_id for order in orders}
    return Seats(seats_near(places, bodies, estates, day_of(at), grid_of))


def ears(order: Complaint, party: Party, seats: Seats) -> set[int]:
    """The users who are this party to the order, as far as they can be told."""
    if party == R:
        return {order.reporter_id} if order.reporter_id is not None else set()
    if party == H:
        found = set(_at_handler(order, _handling_offices(order), seats))
        return found | ({order.repairer_id} if order.repairer_id is not None else set())
    return set(_of_offices(order, party, seats) - with_part(order, seats))


def with_part(order: Complaint, seats: Seats) -> frozenset[int]:
    """Who hears of an order as its reporter, its handler or the serving firm, or not at all.

    The same people as in `permissions.desks`: where a desk has nobody else the next above acts.
    """
    own = frozenset(pk for pk in (order.reporter_id, order.repairer_id) if pk is not None)
    at_handler = seats.at_body(order.handler_id, HANDLING_OFFICES | COMMUNITY_OFFICES)
    return own | at_handler | seats.serving(order.estate_id)


def _of_offices(order: Complaint, party: Party, seats: Seats) -> frozenset[int]:
    """The desk, the grid, or the office next above the desk; with part in the order or without."""
    if party == D:
        return seats.at_desk(seats.acting(order.desk, with_part(order, seats)))
    if party == A:
        # Only the next above: what it decides is not decided higher up as well.
        above = order.desk.parent or order.desk
        return seats.at_desk(seats.acting(above, with_part(order, seats)))
    if order.bypasses_community:
        return frozenset()
    return frozenset(seat.user_id for seat in seats if seat.office in GRID_OFFICES)


def _handling_offices(order: Complaint) -> frozenset[Office]:
    if order.handler is not None and order.handler.kind == BodyKind.COMMUNITY_OFFICE:
        return COMMUNITY_OFFICES
    return HANDLING_OFFICES


def _at_handler(order: Complaint, offices: Collection[str], seats: Seats) -> frozenset[int]:
    """The people of the body that has the order; a committee's, unless their firm serves there."""
    found = seats.at_body(order.handler_id, offices)
    if order.handler is not None and order.handler.kind in COMMITTEE_BODIES:
        found -= seats.serving(order.estate_id)
    return found


def facts_of(order: Complaint) -> dict[str, Any]:
    """What every notice about an order says of it: a person remembers a lamp, not a reference."""
    where = order.estate.name
    return {
        "reference": order.reference,
        "about": {
            "zh-hans": f"{order.category.name_zh} · {where}",
            "en": f"{order.category.name_en} · {where}",
        },
    }


def notices(
    order: Complaint, verb: Verb, *, by: Actor, event_id: int, seats: Seats, at: datetime
) -> list[Line]:
    """The rows that tell of a verb. The key is the event: one row per person, whatever happens."""
    told = {user for party in TOLD[verb] for user in ears(order, party, seats)}
    told.discard(actor_id(by) or 0)
    # Their hours have begun to run: no wish for peace keeps that from a handler, and what is
    # urgent rings in their night, too.
    bound = ears(order, H, seats) if verb in BEGINS_HANDLING else set()
    urgent = order.urgency == Urgency.URGENT
    facts = {**facts_of(order), "status": order.status}
    found = [
        line
        for duty in (True, False)
        for line in lines(
            told & bound if duty else told - bound,
            kind=f"order_{verb.value}",
            facts=facts,
            key=f"event:{event_id}",
            at=at,
            duty=duty,
            wakes=duty and urgent,
        )
    ]
    return sorted(found, key=itemgetter(0))


def rung_of(breach: Breach) -> Rung:
    """The rung of the ladder that a late stage has reached, by the rule it was promised under."""
    return clock.rungs(breach.deadline.rule)[breach.level]


def rung_place(order: Complaint, rung: Rung) -> Place | None:
    """The place whose desk is this rung; None for the handler's head and where there is none."""
    if rung == Rung.HEAD:
        return None
    return order.desk if rung == Rung.DESK else order.estate.above(RUNG_KIND[rung])


def rung_ears(order: Complaint, breach: Breach, seats: Seats) -> set[int]:
    """The users on the rung of the ladder that a late stage has reached."""
    rung = rung_of(breach)
    if rung == Rung.HEAD:
        return set(_at_handler(order, HEAD_OFFICES, seats))
    if rung == Rung.DESK:
        return ears(order, D, seats)
    place = rung_place(order, rung)
    if place is None:
        return set()
    apart = with_part(order, seats)
    return set(seats.at_desk(seats.acting(place, apart)) - apart)


@dataclass(frozen=True)
class Roster:
    """Who is on duty at the desks of some orders at one moment, by the duty rosters."""

    on_duty: Mapping[int, tuple[int, ...]]
    kept: dict[object, "Hearing"] = field(default_factory=dict)

    def covers(self, place: Place, seats: Seats, apart: frozenset[int]) -> frozenset[int]:
        """The people on duty for this desk; empty where no roster says, and all are to hear."""
        return frozenset(self.on_duty.get(seats.acting(place, apart).pk, ()))


def roster_of(orders: Iterable[Complaint], at: datetime) -> Roster:
    """The duty rosters of every desk these orders may come before, in one query."""
    return Roster(on_duty(_places_of(orders), at))


def _places_of(orders: Iterable[Complaint]) -> set[int]:
    """Every place at whose desk these orders may come before somebody."""
    apart = {place.pk: place for order in orders for place in (order.estate, order.desk)}
    return {above.pk for place in apart.values() for above in place.chain()}


def loud_from(order: Complaint, at: datetime) -> datetime | None:
    """When what can wait may ring: not at night. What is urgent rings at once."""
    return None if order.urgency == Urgency.URGENT else clock.after_night(at)


@dataclass(frozen=True)
class Hearing:
    """Who hears on one rung, and whom of them the alarm rings for whatever they prefer."""

    all: frozenset[int]
    duty: frozenset[int]


def hearing(order: Complaint, breach: Breach, seats: Seats, roster: Roster) -> Hearing:
    """Where a roster says who is on duty the alarm rings for them; else for all on the rung.

    Orders alike in place and handler are heard by the same people: worked out once for a sweep.
    """
    rung = rung_of(breach)
    alike = (
        *(rung, order.estate_id, order.desk_id, order.handler_id, order.repairer_id),
        *(order.bypasses_community, _reporter_at_desk(order, seats)),
    )
    kept: Hearing | None = roster.kept.get(alike)
    if kept is None:
        place = rung_place(order, rung)
        told = frozenset(rung_ears(order, breach, seats))
        apart = with_part(order, seats)
        on_duty = roster.covers(place, seats, apart) & told if place is not None else frozenset()
        kept = Hearing(told, on_duty or told)
        roster.kept[alike] = kept
    return kept


def _reporter_at_desk(order: Complaint, seats: Seats) -> int | None:
    """The reporter, where they hold a desk that may hear of the order: for nearly none of them."""
    chain = (*order.estate.chain(), order.desk)
    at_desks = any(order.reporter_id in seats.at_desk(place) for place in chain)
    return order.reporter_id if at_desks else None


def late_notices(
    order: Complaint, breaches: Sequence[Breach], seats: Seats, at: datetime, roster: Roster
) -> list[Line]:
    """One notice per person about what has just become late, naming the highest rung.

    Colleagues of whoever is on duty find it in the portal.
    """
    highest: list[tuple[Breach, frozenset[int]]] = []
    taken: set[int] = set()
    duty: set[int] = set()
    for breach in sorted(breaches, key=lambda b: -b.level):
        heard = hearing(order, breach, seats, roster)
        duty |= heard.duty
        new = heard.all - taken
        taken |= new
        if new:
            highest.append((breach, new))
    found = [line for breach, told in highest for line in _late(order, breach, told, duty, at)]
    # Always in one order: two sweeps that tell the same people never wait for each other.
    return sorted(found, key=itemgetter(0))


def _late(
    order: Complaint, breach: Breach, told: frozenset[int], duty: set[int], at: datetime
) -> Iterator[Line]:
    facts = {
        **facts_of(order),
        "stage": breach.deadline.stage,
        "level": breach.level,
        "rung": rung_of(breach).value,
        "due_at": breach.due_at.isoformat(),
    }
    for ringing in (True, False):
        yield from lines(
            told & duty if ringing else told - duty,
            kind="order_late",
            facts=facts,
            key=f"late:{breach.deadline_id}:{breach.level}",
            at=at,
            duty=ringing,
            wakes=order.urgency == Urgency.URGENT,
            loud_from=loud_from(order, at),
            place_code=_group_of(order, breach),
        )


def _group_of(order: Complaint, breach: Breach) -> str:
    """The office whose chat group hears of a late stage: the one whose rung it is."""
    place = rung_place(order, rung_of(breach))
    # An accusation against the community's own people is no matter for its chat group.
    return "" if place is None or order.bypasses_community else place.code


def reminders(order: Complaint, row: Deadline, seats: Seats, at: datetime) -> list[Line]:
    """Tell whoever holds a stage that its time is running out."""
    held = ears(order, H if row.stage == Stage.HANDLE else D, seats)
    facts = {**facts_of(order), "stage": row.stage, "due_at": row.due_at.isoformat()}
    return lines(
        held,
        kind="order_reminder",
        facts=facts,
        key=f"reminder:{row.pk}:{row.reminded}",
        at=at,
        wakes=order.urgency == Urgency.URGENT,
        loud_from=loud_from(order, at),
    )


def review_notices(order: Complaint, seats: Seats, at: datetime) -> list[Line]:
    """Tell the offices above, and the desk, that a suspension ends today unless it is prolonged."""
    told = ears(order, D, seats)
    for kind in (PlaceKind.SUBDISTRICT, PlaceKind.DISTRICT):
        place = order.estate.above(kind)
        if place is not None and place.pk != order.desk_id:
            told |= seats.at_desk(place)
    told -= with_part(order, seats)
    ends = order.suspended_until.isoformat() if order.suspended_until else ""
    facts = {**facts_of(order), "ends_at": ends}
    key = f"review:{order.pk}:{order.pauses}"
    return lines(
        told, kind="order_review", facts=facts, key=key, at=at, loud_from=loud_from(order, at)
    )


def recomputed(
    order: Complaint, rows: Sequence[Deadline], notice: int, seats: Seats, at: datetime
) -> list[Line]:
    """Tell everybody with a part in the order that a holiday notice moved a due time."""
    if not rows:
        return []
    told = {user for party in (R, D, H) for user in ears(order, party, seats)}
    moment = at.astimezone(UTC).strftime("%Y%m%d%H%M%S%f")
    key = f"recomputed:{order.pk}:{notice}:{moment}"
    return lines(
        told,
        kind="order_recomputed",
        facts=facts_of(order),
        key=key,
        at=at,
        loud_from=loud_from(order, at),
    )
