"""Who acts at the desk of an order: its office, or the nearest above that has anybody without part.

Whoever reports an order, has it in hand or serves its estate for a firm is not at its desk,
whatever office they hold. Where that leaves nobody the desk counts as vacant for this order,
worked out when asked: there must be no order that nobody may review.
"""

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

    Costs a query only for whoever stands above a desk that somebody holds.
    """
    if order.desk_id in standing.acting_desk_ids:
        return True
    if not standing.desk_place_ids & {place.pk for place in order.desk.chain()}:
        return False
    return Complaint.objects.filter(at_desk_of(standing), pk=order.pk).exists()


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
