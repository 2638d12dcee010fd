"""Who acts at the desk of an order: its office, or the nearest above that has anybody without part.

Whoever reports an order, has it in hand or serves its estate for a firm is not at its desk,
whatever office they hold. Where that leaves nobody the desk counts as vacant for this order,
worked out when asked: there must be no order that nobody may review.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from communities.models import (
    COMMUNITY_OFFICES,
    DESK_OFFICES,
    FIRM_OFFICES,
    HANDLING_OFFICES,
    Appointment,
    Contract,
    Office,
)
from communities.scope import Standing
from complaints.models import Complaint

# Nobody's key: what is not known of an order keeps nobody from its desk.
UNKNOWN = 0
# Whoever holds one of these at the body that has an order has it in hand.
IN_HAND = HANDLING_OFFICES | COMMUNITY_OFFICES


def at_desk(standing: Standing, order: Complaint) -> bool:
    """Whether this person is at the desk of an order in which they have no part themselves.

    Costs a query only for whoever stands above a desk that somebody holds: who holds it, once for
    all its orders, and a second one for the few in which one of those has a part.
    """
    if order.desk_id in standing.acting_desk_ids:
        return True
    beneath = _up_to(standing.desk_place_ids, order)
    if beneath is None or not _holders(standing, beneath).have_a_part_in(order):
        return False
    return Complaint.objects.filter(at_desk_of(standing), pk=order.pk).exists()


@dataclass(frozen=True)
class _Holders:
    """Who holds some desks, the bodies they work for, and the estates that their firms serve."""

    users: frozenset[int]
    bodies: frozenset[int]
    estates: frozenset[int]

    def have_a_part_in(self, order: Complaint) -> bool:
        """Whether one of them may have: reported it, or has it in hand, or serves its estate."""
        return (
            order.reporter_id in self.users
            or order.repairer_id in self.users
            or order.handler_id in self.bodies
            or order.estate_id in self.estates
        )


def _up_to(own: frozenset[int], order: Complaint) -> tuple[int, ...] | None:
    """The order's desk and those above it that lie beneath one's own; None where none is one's."""
    chain = [place.pk for place in order.desk.chain()]
    mine = next((at for at, place in enumerate(chain) if place in own), None)
    return None if mine is None else tuple(chain[:mine])


def _holders(standing: Standing, desks: tuple[int, ...]) -> _Holders:
    """Read once for each desk, and kept with the standing: a page asks it for every button."""
    kept = standing.__dict__.setdefault("_holders", {})
    if desks not in kept:
        offices = Appointment.objects.in_force(standing.on)
        there = offices.filter(body__place__in=desks, office__in=sorted(DESK_OFFICES))
        held = list(
            offices.filter(user__in=there.values("user")).values_list("user", "office", "body")
        )
        firms = {body for _user, office, body in held if office in FIRM_OFFICES}
        serving = Contract.objects.in_force(standing.on).filter(firm__in=firms)
        kept[desks] = _Holders(
            users=frozenset(user for user, _office, _body in held),
            bodies=frozenset(body for _user, office, body in held if office in IN_HAND),
            estates=frozenset(serving.values_list("estate", flat=True) if firms else ()),
        )
    found: _Holders = kept[desks]
    return found


def at_desk_of(standing: Standing) -> Q:
    """The same rule as a filter of orders: those whose desk is this person's, or falls to them."""
    mine = Q(desk_id__in=standing.acting_desk_ids)
    if not standing.overseer_codes:
        return mine
    own = list(standing.desk_place_ids)
    beneath = Q(Q(desk__parent__in=own), ~Exists(_able(standing.on, "desk")))
    two_beneath = Q(
        Q(desk__parent__parent__in=own), ~Exists(_able(standing.on, "desk", "desk__parent"))
    )
    # Looked at first, because it is true of few: somebody at a desk below has a part in the order.
    return mine | Q(_involves_a_desk(own, standing.on), beneath | two_beneath)


def _able(on: date, *desks: str) -> QuerySet[Appointment]:
    """Offices held at these desks of the outer order by people who have no part in it."""
    here = Q(pk__in=())
    for desk in desks:
        here |= Q(body__place=OuterRef(desk))
    theirs = Appointment.objects.in_force(on).filter(user=OuterRef("user"))
    at_handler = theirs.filter(body=OuterRef(OuterRef("handler")))
    serving = Contract.objects.in_force(on).filter(estate=OuterRef(OuterRef(OuterRef("estate"))))
    return (
        Appointment.objects.in_force(on)
        .filter(here, office__in=sorted(DESK_OFFICES), user__is_active=True)
        .exclude(user=Coalesce(OuterRef("reporter"), UNKNOWN))
        .exclude(
            Q(user=Coalesce(OuterRef("repairer"), UNKNOWN))
            & Q(Exists(at_handler.filter(office=Office.REPAIRER)))
        )
        .exclude(Exists(at_handler.filter(office__in=sorted(IN_HAND))))
        .exclude(
            Exists(theirs.filter(office__in=sorted(FIRM_OFFICES), body__in=serving.values("firm")))
        )
    )


def _involves_a_desk(above: list[int], on: date) -> Q:
    """Orders that somebody at a desk beneath these reported, has in hand or serves."""
    offices = Appointment.objects.in_force(on)
    desks = offices.filter(
        Q(body__place__parent__in=above) | Q(body__place__parent__parent__in=above),
        office__in=sorted(DESK_OFFICES),
    ).values("user")
    bodies = offices.filter(user__in=desks, office__in=sorted(IN_HAND)).values("body")
    firms = offices.filter(user__in=desks, office__in=sorted(FIRM_OFFICES)).values("body")
    served = Contract.objects.in_force(on).filter(firm__in=firms).values("estate")
    return (
        Q(reporter__in=desks) | Q(repairer__in=desks) | Q(handler__in=bodies) | Q(estate__in=served)
    )
