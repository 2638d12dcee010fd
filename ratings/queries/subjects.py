"""Who is assessed in a period: each firm at each estate it served, or each committee."""

from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from communities.models import COMMITTEE_BODIES, Body, Contract, Place
from communities.models.places import PlaceQuerySet
from communities.permissions.interests import during
from ratings.models import Period
from ratings.terms import Subject

Pair = tuple[int, int]  # an estate and a body, by their keys


class Assessed(NamedTuple):
    """A pair with what a list shows of it."""

    estate: int
    estate_code: str
    estate_name: str
    body: int
    body_code: str
    body_name: str


# The columns of `Assessed` in rows of contracts, and in those of committees.
OF_FIRMS = ("estate", "estate__code", "estate__name", "firm", "firm__code", "firm__name")
OF_COMMITTEES = ("place", "place__code", "place__name", "pk", "code", "name")


def pairs_of(period: Period, estates: PlaceQuerySet | None = None) -> list[Pair]:
    """The estates of the scheme's place with whom they are assessed for; one query.

    A firm counts that served an estate on any day of the period: two of them where it changed.
    """
    rows, (estate, _code, _name, body, *_more) = _rows(period, estates)
    return sorted(set(rows.values_list(estate, body)))


def named_pairs_of(period: Period, estates: PlaceQuerySet | None = None) -> list[Assessed]:
    """The same by code, with their names; one query."""
    rows, columns = _rows(period, estates)
    found = {Assessed(*row) for row in rows.values_list(*columns)}
    return sorted(found, key=lambda pair: (pair.estate_code, pair.body_code))


def _rows(period: Period, estates: PlaceQuerySet | None) -> tuple["QuerySet[Any]", tuple[str, ...]]:
    """Contracts, or committees, with the columns of `Assessed` in them."""
    if period.version.read.subject == Subject.COMMITTEES:
        there = Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=period.from_on)
        there &= Q(founded_on__isnull=True) | Q(founded_on__lt=period.until_on)
        bodies = Body.objects.filter(
            there, kind__in=COMMITTEE_BODIES, place__in=_estates(period, estates)
        )
        return bodies, OF_COMMITTEES
    served = Contract.objects.filter(
        during(period.from_on, period.until_on), estate__in=_estates(period, estates)
    )
    return served, OF_FIRMS


def _estates(period: Period, estates: PlaceQuerySet | None) -> PlaceQuerySet:
    """Those of the scheme's place, of the kinds it is for."""
    found = (Place.objects.all() if estates is None else estates).estates()
    found = found.under(period.scheme.place.code)
    kinds = period.version.read.estate_kinds
    return found.filter(estate__kind__in=kinds) if kinds else found


def is_assessed(period: Period, estate: Place, body: Body) -> bool:
    """Whether this body is assessed for this estate in this period."""
    return (estate.pk, body.pk) in pairs_of(period, Place.objects.filter(pk=estate.pk))
