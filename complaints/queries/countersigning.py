"""On-site checks that wait for an observer's name, and those that have one."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from communities.permissions.estates import OBSERVING
from communities.scope import standing_of
from complaints.models import Event
from complaints.models.orders import ComplaintQuerySet
from complaints.permissions import CHECKED, at_desk_of, visible_to
from complaints.workflow import Verb


def unsigned_checks(besides: Collection[int] = ()) -> QuerySet[Event]:
    """The last check of the outer order, where nobody has countersigned it.

    `besides`: not those that these users made themselves.
    """
    later = Event.objects.filter(
        complaint=OuterRef("complaint"), verb__in=CHECKED, pk__gt=OuterRef("pk")
    )
    last = Event.objects.filter(~Exists(later), complaint=OuterRef("pk"), verb=Verb.INSPECT)
    return last.exclude(actor_id__in=list(besides)) if besides else last


def checked_orders(user: User) -> ComplaintQuerySet:
    """Open orders with a check on site, of the places at which this person observes.

    Not those in which they have a part: as reporter or handler, at the desk or in the grid. Each
    says whether its last check is open to be countersigned, and whether by this person.
    """
    standing = standing_of(user)
    near = Q(pk__in=())
    for held in standing.appointments:
        if held.office in OBSERVING and held.place is not None:
            near |= Q(estate__code__startswith=held.place.code)
    part = (
        Q(reporter=user)
        | Q(handler_id__in=standing.handler_body_ids)
        | Q(repairer=user)
        | at_desk_of(standing)
        | Q(building_id__in=standing.grid_building_ids)
        | Q(building_id__isnull=True, estate_id__in=standing.grid_estate_ids)
    )
    checks = Event.objects.filter(complaint=OuterRef("pk"), verb=Verb.INSPECT)
    # Reporter, handler and building may be empty: what is unknown is no part.
    apart = visible_to(user).open().filter(near, Exists(checks)).exclude(part)
    return (
        apart.annotate(
            check_open=Exists(unsigned_checks()),
            check_mine=Exists(unsigned_checks(besides=(user.pk,))),
        )
        .for_page()
        .by_time_left()
    )


def checks_waiting(user: User) -> int:
    """How many checks wait for this person's name."""
    return checked_orders(user).filter(Q(check_mine=True)).count()
