"""Who is assessed in a period: each firm at each estate it served, or each committee."""

from django.db.models import Q

from communities.models import COMMITTEE_BODIES, Body, Contract, Place
from communities.models.places import PlaceQuerySet
from communities.permissions.interests import during
from ratings.models import Period
from ratings.terms import Subject

Pair = tuple[int, int]  # an estate and a body, by their keys


def pairs_of(period: Period, estates: PlaceQuerySet | None = None) -> list[Pair]:
    """The estates of the scheme's place with whom they are assessed for; one query.

    A firm counts that served an estate on any day of the period: two of them where it changed.
    """
    if period.version.read.subject == Subject.COMMITTEES:
        return _committees(period, estates)
    served = Contract.objects.filter(
        during(period.from_on, period.until_on), estate__in=_estates(period, estates)
    )
    return sorted(set(served.values_list("estate", "firm")))


def _committees(period: Period, estates: PlaceQuerySet | None) -> list[Pair]:
    there = Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=period.from_on)
    there &= Q(founded_on__isnull=True) | Q(founded_on__lt=period.until_on)
    bodies = Body.objects.filter(
        there, kind__in=COMMITTEE_BODIES, place__in=_estates(period, estates)
    )
    return sorted(bodies.values_list("place", "pk"))


def _estates(period: Period, estates: PlaceQuerySet | None) -> PlaceQuerySet:
    """Those of the scheme's place, of the kinds it is for."""
    found = (Place.objects.all() if estates is None else estates).estates()
    found = found.under(period.scheme.place.code)
    kinds = period.version.read.estate_kinds
    return found.filter(estate__kind__in=kinds) if kinds else found


def is_assessed(period: Period, estate: Place, body: Body) -> bool:
    """Whether this body is assessed for this estate in this period."""
    return (estate.pk, body.pk) in pairs_of(period, Place.objects.filter(pk=estate.pk))
