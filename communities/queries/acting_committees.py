"""Committees that can take work in hand: in term, and led by somebody who can sign in."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from communities.models import (
    COMMITTEE_BODIES,
    IN_TERM,
    Appointment,
    Body,
    Office,
    Place,
)


def acting_committees(estate: Place, on: date, *, besides: int | None = None) -> list[Body]:
    """The committees of an estate that can act on this day, a management committee first.

    One whose only director is the user `besides` cannot: nobody handles what they reported.
    """
    directors = Appointment.objects.in_force(on).filter(
        office=Office.COMMITTEE_DIRECTOR, body=OuterRef("pk"), user__is_active=True
    )
    if besides is not None:
        directors = directors.exclude(user=besides)
    running = Q(committee__term_until_on__isnull=True) | Q(committee__term_until_on__gt=on)
    lasting = Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=on)
    bodies = Body.objects.filter(
        Exists(directors),
        running,
        lasting,
        place=estate,
        kind__in=COMMITTEE_BODIES,
        committee__state__in=sorted(IN_TERM),
    )
    return list(bodies.order_by("kind", "code"))
