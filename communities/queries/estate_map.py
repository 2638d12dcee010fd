"""The map of estates: which, where, and how they are served."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from common.paging import Sorting
from communities.models import DIVISIONS, Estate, Place, PlaceKind, ServiceMode

# As many points as a browser draws without waiting; beyond, those of the part that is looked at.
MOST_POINTS = 3000
BY_CODE = Sorting("code", "code")
GLOBE = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True)
class Bounds:
    """A part of the globe in degrees; west may be greater than east, across the date line."""

    west: float
    south: float
    east: float
    north: float

    @property
    def holds(self) -> Q:
        across = Q(longitude__gte=self.west) & Q(longitude__lte=self.east)
        if self.west > self.east:
            across = Q(longitude__gte=self.west) | Q(longitude__lte=self.east)
        return across & Q(latitude__gte=self.south, latitude__lte=self.north)


def bounds_of(text: str) -> Bounds | None:
    """`west,south,east,north`; nothing for what is no part of the globe."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    within = -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90
    return Bounds(west, south, east, north) if within else None


def estates_shown(on: date, *, under: str = "", mode: str = "") -> "QuerySet[Any]":
    """The open estates of a division and a mode of service, placed on the map or not."""
    rows = Estate.objects.filter(Q(place__closed_on=None) | Q(place__closed_on__gt=on))
    if under:
        rows = rows.filter(place__code__startswith=under)
    if mode in ServiceMode.values:
        rows = rows.filter(service_mode=mode)
    return rows.select_related("place__parent__parent").annotate(code=F("place__code"))


def points(rows: "QuerySet[Any]", bounds: Bounds | None = None) -> tuple[list[Estate], bool]:
    """Those with a place on the map, and whether there are more than are given."""
    placed = rows.filter(latitude__isnull=False)
    if bounds is not None:
        placed = placed.filter(bounds.holds)
    found = list(placed.order_by("place__code")[: MOST_POINTS + 1])
    return found[:MOST_POINTS], len(found) > MOST_POINTS


def division(code: str) -> Place | None:
    """The division asked for, if there is such a one."""
    rows = Place.objects.filter(kind__in=DIVISIONS).select_related("parent__parent")
    return rows.filter(code=code).first() if code else None


def divisions_to_choose(at: Place | None, on: date) -> list[Place]:
    """Where one may look: every subdistrict, and the communities of the one looked at."""
    wanted = Q(kind=PlaceKind.SUBDISTRICT)
    subdistrict = at.above(PlaceKind.SUBDISTRICT) if at is not None else None
    if subdistrict is not None:
        wanted |= Q(kind=PlaceKind.COMMUNITY, parent=subdistrict)
    rows = Place.objects.open_on(on).filter(wanted).order_by("code")
    return list(rows[:1000])
