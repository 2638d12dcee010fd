"""Who hears of what concerns a place or a firm: the desk that answers for it, its managers."""

from django.db.models import Q

from common.now import today
from communities.models import (
    COMMITTEE_BODIES,
    DESK_OFFICES,
    Appointment,
    Body,
    BodyKind,
    Office,
    Place,
    PlaceKind,
    in_force,
)
from communities.scope import acting_desk, seats_near


def desk_of(place: Place) -> set[int]:
    """Everybody at the desk that answers for a place: the community's, or who stands in for it."""
    community = place.above(PlaceKind.COMMUNITY) or place
    seats = seats_near([above.pk for above in community.chain()], [], [], today())
    acting = acting_desk(community, seats)
    return {
        seat.user_id
        for seat in seats
        if seat.body_place_id == acting.pk and seat.office in DESK_OFFICES
    }


def managers_of(body: Body) -> set[int]:
    """Who hears for a firm: its managers; for a committee its director. Only who can sign in."""
    at = Q(body=body)
    if body.kind in COMMITTEE_BODIES:
        at |= Q(place=body.place_id)
    office = Office.FIRM_MANAGER if body.kind == BodyKind.FIRM else Office.COMMITTEE_DIRECTOR
    held = Appointment.objects.filter(in_force(today()), at, office=office, user__is_active=True)
    return set(held.values_list("user", flat=True))
