"""Who hears of what. Private to the verbs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from accounts.actors import Actor, actor_id
from communities.models import DESK_OFFICES, GRID_OFFICES, BodyKind, Office, Place, PlaceKind
from communities.scope import Seat, acting_desk, day_of, seats_near
from complaints.models import Breach, Complaint
from complaints.workflow import LADDER, Party, Rung, Stage, Verb
from notifications.actions import prepared
from notifications.models import Notification

R, D, G, H = Party.REPORTER, Party.DESK, Party.GRID, Party.HANDLER

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
}
HANDLER_OFFICES = frozenset({Office.FIRM_MANAGER, Office.FIRM_CLERK, Office.DEPARTMENT_OFFICER})
HEAD_OFFICES = frozenset(
    {Office.FIRM_MANAGER, Office.DEPARTMENT_OFFICER, Office.COMMUNITY_SECRETARY}
)
RUNG_KIND = {Rung.SUBDISTRICT: PlaceKind.SUBDISTRICT, Rung.DISTRICT: PlaceKind.DISTRICT}


def seats_of(orders: Sequence[Complaint], at: datetime, *, grid: bool = False) -> list[Seat]:
    """Everybody near these orders, in one query. `grid` only for a single order."""
    places = {p.pk for order in orders for p in (*order.estate.chain(), *order.desk.chain())}
    bodies = {order.handler_id for order in orders if order.handler_id is not None}
    grid_of = (orders[0].building or orders[0].estate) if grid else None
    estates = {order.estate_id for order in orders}
    return seats_near(places, bodies, estates, day_of(at), grid_of)


def ears(order: Complaint, party: Party, seats: Iterable[Seat]) -> set[int]:
    """The users who are this party to the order, as far as they can be told."""
    seats = list(seats)
    if party == R:
        return {order.reporter_id} if order.reporter_id is not None else set()
    if party == D:
        return _at_place(acting_desk(order.desk, seats), seats) - _firm_side(order, seats)
    if party == G:
        if order.bypasses_community:
            return set()
        grid = {s.user_id for s in seats if s.office in GRID_OFFICES}
        return grid - _firm_side(order, seats)
    found = {
        s.user_id
        for s in seats
        if s.body_id == order.handler_id and s.office in _handling_offices(order)
    }
    return found | ({order.repairer_id} if order.repairer_id is not None else set())


def _handling_offices(order: Complaint) -> frozenset[Office]:
    if order.handler is not None and order.handler.kind == BodyKind.COMMUNITY_OFFICE:
        return frozenset({Office.COMMUNITY_CLERK, Office.COMMUNITY_SECRETARY})
    return HANDLER_OFFICES


def _firm_side(order: Complaint, seats: Iterable[Seat]) -> set[int]:
    """Whoever holds an office at the serving firm hears of an order as the firm or not at all."""
    return {s.user_id for s in seats if order.estate_id in s.serves}


def _at_place(place: Place, seats: Iterable[Seat]) -> set[int]:
    return {s.user_id for s in seats if s.office in DESK_OFFICES and s.body_place_id == place.pk}


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
    order: Complaint, verb: Verb, *, by: Actor, event_id: int, seats: Sequence[Seat], at: datetime
) -> list[Notification]:
    """The rows that tell of a verb. The key is the event: one row per person, whatever happens."""
    told = {user for party in TOLD[verb] for user in ears(order, party, seats)}
    told.discard(actor_id(by) or 0)
    facts = {**facts_of(order), "status": order.status}
    return prepared(told, kind=f"order_{verb.value}", facts=facts, key=f"event:{event_id}", at=at)


def rung_ears(order: Complaint, breach: Breach, seats: Sequence[Seat]) -> set[int]:
    """The users on the rung of the ladder that a late stage has reached."""
    rung = LADDER[Stage(breach.deadline.stage)][breach.level]
    if rung == Rung.HEAD:
        return {
            s.user_id for s in seats if s.body_id == order.handler_id and s.office in HEAD_OFFICES
        }
    if rung == Rung.DESK:
        return ears(order, D, seats)
    place = order.estate.above(RUNG_KIND[rung])
    if place is None:
        return set()
    return _at_place(acting_desk(place, seats), seats) - _firm_side(order, seats)


def late_notices(
    order: Complaint, breaches: Sequence[Breach], seats: Sequence[Seat], at: datetime
) -> list[Notification]:
    """One notice per person about what has just become late, naming the highest rung."""
    highest: dict[int, Breach] = {}
    for breach in breaches:
        for user_id in rung_ears(order, breach, seats):
            if user_id not in highest or highest[user_id].level < breach.level:
                highest[user_id] = breach
    return [
        notice
        for user_id, breach in sorted(highest.items())
        for notice in prepared(
            [user_id],
            kind="order_late",
            facts={
                **facts_of(order),
                "stage": breach.deadline.stage,
                "level": breach.level,
                "rung": LADDER[Stage(breach.deadline.stage)][breach.level].value,
                "due_at": breach.due_at.isoformat(),
            },
            key=f"late:{breach.deadline_id}:{breach.level}",
            at=at,
        )
    ]
