"""Who hears of what concerns a place or a firm: the desk that answers for it, its managers."""

from common.now import today
from communities.models import DESK_OFFICES, Appointment, Body, Office, Place, PlaceKind, in_force
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


def managers_of(firm: Body) -> set[int]:
    """The managers of a firm who can sign in."""
    held = Appointment.objects.filter(
        in_force(today()), body=firm, office=Office.FIRM_MANAGER, user__is_active=True
    )
    return set(held.values_list("user", flat=True))
