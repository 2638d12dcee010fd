"""Who hears of what. Private to the verbs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from accounts.actors import Actor, actor_id
from communities.models import GRID_OFFICES, BodyKind, Office, Place, PlaceKind
from communities.scope import Seats, day_of, on_duty, seats_near
from complaints import clock
from complaints.models import Breach, Complaint, Deadline
from complaints.workflow import Party, Rung, Stage, Urgency, Verb
from notifications.actions import prepared
from notifications.models import Notification

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
}
HANDLER_OFFICES = frozenset({Office.FIRM_MANAGER, Office.FIRM_CLERK, Office.DEPARTMENT_OFFICER})
HEAD_OFFICES = frozenset(
    {Office.FIRM_MANAGER, Office.DEPARTMENT_OFFICER, Office.COMMUNITY_SECRETARY}
)
RUNG_KIND = {Rung.SUBDISTRICT: PlaceKind.SUBDISTRICT, Rung.DISTRICT: PlaceKind.DISTRICT}


def seats_of(orders: Sequence[Complaint], at: datetime, *, grid: bool = False) -> Seats:
    """Everybody near these orders, in one query. `grid` only for a single order."""
    places = {p.pk for order in orders for p in (*order.estate.chain(), *order.desk.chain())}
    bodies = {order.handler_id for order in orders if order.handler_id is not None}
    grid_of = (orders[0].building or orders[0].estate) if grid else None
    estates = {order.estate_id for order in orders}
    return Seats(seats_near(places, bodies, estates, day_of(at), grid_of))


def ears(order: Complaint, party: Party, seats: Seats) -> set[int]:
    """The users who are this party to the order, as far as they can be told."""
    if party == R:
        return {order.reporter_id} if order.reporter_id is not None else set()
    if party == H:
        found = set(seats.at_body(order.handler_id, _handling_offices(order)))
        return found | ({order.repairer_id} if order.repairer_id is not None else set())
    return set(_of_offices(order, party, seats) - seats.serving(order.estate_id))


def _of_offices(order: Complaint, party: Party, seats: Seats) -> frozenset[int]:
    """The desk, the grid, or the office next above the desk.

    Whoever holds an office at the serving firm hears of an order as the firm or not at all; that
    is for the caller.
    """
    if party == D:
        return seats.at_desk(seats.acting(order.desk))
    if party == A:
        # Only the next above: what it decides is not decided higher up as well.
        return seats.at_desk(seats.acting(order.desk.parent or order.desk))
    if order.bypasses_community:
        return frozenset()
    return frozenset(seat.user_id for seat in seats if seat.office in GRID_OFFICES)


def _handling_offices(order: Complaint) -> frozenset[Office]:
    if order.handler is not None and order.handler.kind == BodyKind.COMMUNITY_OFFICE:
        return frozenset({Office.COMMUNITY_CLERK, Office.COMMUNITY_SECRETARY})
    return HANDLER_OFFICES


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
) -> list[Notification]:
    """The rows that tell of a verb. The key is the event: one row per person, whatever happens."""
    told = {user for party in TOLD[verb] for user in ears(order, party, seats)}
    told.discard(actor_id(by) or 0)
    facts = {**facts_of(order), "status": order.status}
    return prepared(told, kind=f"order_{verb.value}", facts=facts, key=f"event:{event_id}", at=at)


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
        return set(seats.at_body(order.handler_id, HEAD_OFFICES))
    if rung == Rung.DESK:
        return ears(order, D, seats)
    place = rung_place(order, rung)
    if place is None:
        return set()
    return set(seats.at_desk(seats.acting(place)) - seats.serving(order.estate_id))


@dataclass(frozen=True)
class Roster:
    """Who is on duty at the desks of some orders at one moment, by the duty rosters."""

    on_duty: Mapping[int, tuple[int, ...]]

    def covers(self, place: Place, seats: Seats) -> frozenset[int]:
        """The people on duty for this desk; empty where no roster says, and all are to hear."""
        return frozenset(self.on_duty.get(seats.acting(place).pk, ()))


NO_ROSTER = Roster({})


def roster_of(orders: Iterable[Complaint], at: datetime) -> Roster:
    """The duty rosters of every desk these orders may come before, in one query."""
    places = {p.pk for o in orders for p in (*o.estate.chain(), *o.desk.chain())}
    return Roster(on_duty(places, at))


def loud_from(order: Complaint, at: datetime) -> datetime | None:
    """When what can wait may ring: not at night. What is urgent rings at once."""
    return None if order.urgency == Urgency.URGENT else clock.after_night(at)


def late_notices(
    order: Complaint,
    breaches: Sequence[Breach],
    seats: Seats,
    at: datetime,
    roster: Roster = NO_ROSTER,
) -> list[Notification]:
    """One notice per person about what has just become late, naming the highest rung.

    Where a roster says who is on duty, the alarm rings for them whatever they prefer; their
    colleagues at the desk find it in the portal.
    """
    highest: dict[int, Breach] = {}
    duty: set[int] = set()
    for breach in breaches:
        place = rung_place(order, rung_of(breach))
        rung = rung_ears(order, breach, seats)
        on_duty = roster.covers(place, seats) & rung if place is not None else frozenset()
        duty |= on_duty or rung
        for user_id in rung:
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
                "rung": rung_of(breach).value,
                "due_at": breach.due_at.isoformat(),
            },
            key=f"late:{breach.deadline_id}:{breach.level}",
            at=at,
            duty=user_id in duty,
            wakes=order.urgency == Urgency.URGENT,
            loud_from=loud_from(order, at),
            place_code=_group_of(order, breach),
        )
    ]


def _group_of(order: Complaint, breach: Breach) -> str:
    """The office whose chat group hears of a late stage: the one whose rung it is."""
    place = rung_place(order, rung_of(breach))
    # An accusation against the community's own people is no matter for its chat group.
    return "" if place is None or order.bypasses_community else place.code


def reminders(order: Complaint, row: Deadline, seats: Seats, at: datetime) -> list[Notification]:
    """Tell whoever holds a stage that its time is running out."""
    held = ears(order, H if row.stage == Stage.HANDLE else D, seats)
    facts = {**facts_of(order), "stage": row.stage, "due_at": row.due_at.isoformat()}
    return prepared(
        held,
        kind="order_reminder",
        facts=facts,
        key=f"reminder:{row.pk}:{row.reminded}",
        at=at,
        wakes=order.urgency == Urgency.URGENT,
        loud_from=loud_from(order, at),
    )


def review_notices(order: Complaint, seats: Seats, at: datetime) -> list[Notification]:
    """Tell the offices above, and the desk, that a suspension ends today unless it is prolonged."""
    told = ears(order, D, seats)
    for kind in (PlaceKind.SUBDISTRICT, PlaceKind.DISTRICT):
        place = order.estate.above(kind)
        if place is not None and place.pk != order.desk_id:
            told |= seats.at_desk(place)
    told -= seats.serving(order.estate_id)
    ends = order.suspended_until.isoformat() if order.suspended_until else ""
    facts = {**facts_of(order), "ends_at": ends}
    key = f"review:{order.pk}:{order.pauses}"
    return prepared(
        told, kind="order_review", facts=facts, key=key, at=at, loud_from=loud_from(order, at)
    )


def recomputed(
    order: Complaint, rows: Sequence[Deadline], notice: int, seats: Seats, at: datetime
) -> list[Notification]:
    """Tell everybody with a part in the order that a holiday notice moved a due time."""
    if not rows:
        return []
    told = {user for party in (R, D, H) for user in ears(order, party, seats)}
    moment = at.astimezone(UTC).strftime("%Y%m%d%H%M%S%f")
    key = f"recomputed:{order.pk}:{notice}:{moment}"
    return prepared(
        told,
        kind="order_recomputed",
        facts=facts_of(order),
        key=key,
        at=at,
        loud_from=loud_from(order, at),
    )
