"""The desk of observers and supervisors, and that of the community which answers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import NotAllowed
from communities.models import Body, Contract, Observation, Place, PlaceKind, Visit
from communities.permissions import keeps_register, kept_codes
from communities.permissions.estates import OBSERVING
from communities.queries.estates import Figure, intact_by_estate
from communities.scope import standing_of

MOST_ESTATES = 12  # shown with their figures; a supervisor's community may have more


def seen_by(user: User) -> Any:
    """One's own observations and those of the places one keeps the register of.

    Raises NotAllowed where this person neither observes nor answers.
    """
    codes = kept_codes(user)
    standing = standing_of(user)
    if not codes and not standing.holds(*OBSERVING):
        raise NotAllowed(
            _("This desk is for property observers, integrity supervisors and those who answer.")
        )
    seen = Q(user=user)
    for code in codes:
        seen |= Q(place__code__startswith=code)
    if standing.served_estate_ids:
        # The people of a firm do not read what was observed where it serves.
        others = ~Q(place__in=standing.served_estate_ids)
        others &= ~Q(place__parent__in=standing.served_estate_ids)
        seen = Q(user=user) | (seen & others)
    rows = Observation.objects.filter(seen).select_related("place__parent", "user")
    return rows.annotate(key=Cast("public_id", CharField()))


@dataclass(frozen=True)
class Watched:
    """An estate as its observers see it: the figures everybody may read, in one place."""

    place: Place
    firm: Body | None
    intact: Figure
    visits: int


def observed_places(user: User) -> list[Place]:
    """The places at which this person observes."""
    held = standing_of(user).appointments
    found = {a.place.pk: a.place for a in held if a.office in OBSERVING and a.place is not None}
    return sorted(found.values(), key=lambda place: place.code)


def watched(user: User, on: date) -> list[Watched]:
    """The estates at which this person observes, or that lie in what they supervise."""
    estates = Q(pk__in=[])
    for place in observed_places(user):
        estates |= Q(code__startswith=place.code[:15])
    rows = Place.objects.filter(estates, kind=PlaceKind.ESTATE, closed_on=None)
    found = list(rows.order_by("code")[:MOST_ESTATES])
    contracts = Contract.objects.in_force(on).filter(estate__in=found).select_related("firm")
    firms = {contract.estate_id: contract.firm for contract in contracts}
    intact = intact_by_estate(found, on)
    month = Visit.objects.filter(estate__in=found, on__gte=on.replace(day=1), on__lte=on)
    visits = dict(
        month.order_by().values("estate").annotate(count=Count("pk")).values_list("estate", "count")
    )
    return [Watched(p, firms.get(p.pk), intact[p.code], visits.get(p.pk, 0)) for p in found]


def may_answer(user: User, observation: Observation) -> bool:
    return (
        observation.answered_at is None
        and observation.user_id != user.pk
        and keeps_register(user, observation.place)
    )
