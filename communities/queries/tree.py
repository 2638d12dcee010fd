"""One place of the tree as its page shows it: what it holds, who serves there, where it lies."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q
from django.http import Http404

from accounts.models import User
from common.paging import Page, Sorting, page_of
from communities.models import (
    DESK_BODIES,
    DIVISIONS,
    Appointment,
    Body,
    BodyKind,
    Grid,
    GridKind,
    Office,
    Place,
    PlaceCode,
    PlaceKind,
)
from communities.permissions import keeps_register
from communities.queries.grids import open_grids
from communities.scope import standing_of

BY_CODE = Sorting("code", "code")
CHILDREN = 50
# Offices whose holders are named to everybody.
NAMED_TO_ALL = {
    PlaceKind.DISTRICT: (Office.DISTRICT_OFFICER,),
    PlaceKind.SUBDISTRICT: (Office.SUBDISTRICT_OFFICER,),
    PlaceKind.COMMUNITY: (
        Office.COMMUNITY_SECRETARY,
        Office.COMMUNITY_CLERK,
        Office.INTEGRITY_SUPERVISOR,
    ),
    PlaceKind.BUILDING: (Office.BUTLER,),
}
# The bodies a division's page names with their numbers; the others have sections of their own.
OFFICES = (*sorted(DESK_BODIES), BodyKind.DEPARTMENT)
# What is counted on the page of each kind: never dwellings, of which there are millions.
COUNTED = {
    PlaceKind.DISTRICT: (PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY, PlaceKind.ESTATE),
    PlaceKind.SUBDISTRICT: (PlaceKind.COMMUNITY, PlaceKind.ESTATE),
    PlaceKind.COMMUNITY: (PlaceKind.ESTATE, PlaceKind.BUILDING),
}


@dataclass(frozen=True)
class PlacePage:
    """A place with what everybody may read of it."""

    place: Place
    # Those above it, the outermost first.
    above: list[Place]
    children: Page
    counts: list[tuple[str, int]]
    offices: list[Body]
    held: list[Appointment]
    grids: list[Grid] = field(default_factory=list)

    @property
    def by_office(self) -> list[tuple[str, list[Appointment]]]:
        """The offices in the order of their rank, each with those who hold it."""
        wanted = NAMED_TO_ALL.get(PlaceKind(self.place.kind), ())
        pairs = [(o.label, [a for a in self.held if a.office == o]) for o in wanted]
        return [(str(label), holders) for label, holders in pairs if holders]


def place_seen(user: User | None, code: str) -> tuple[Place, bool]:
    """The place of a code, and whether the code is its own; a former one leads to it, too.

    A dwelling is shown to whoever keeps the register there, and to others it does not exist.
    """
    rows = Place.objects.select_related("parent__parent__parent__parent__parent__parent")
    place = rows.filter(code=code).first()
    own = place is not None
    if place is None:
        former = PlaceCode.objects.filter(code=code).order_by("-from_on").first()
        place = rows.filter(codes=former).first() if former is not None else None
    if place is None:
        raise Http404
    if place.kind == PlaceKind.DWELLING and (user is None or not keeps_register(user, place)):
        raise Http404
    return place, own


def place_page(place: Place, on: date, *, cursor: str = "") -> PlacePage:
    """At most five queries, whatever it holds."""
    kind = PlaceKind(place.kind)
    beneath = Place.objects.filter(parent=place).open_on(on).exclude(kind=PlaceKind.DWELLING)
    bodies = Body.objects.filter(place=place, dissolved_on__isnull=True)
    offices = bodies.filter(kind__in=OFFICES).order_by("kind", "code")
    grids = open_grids(on).none()
    if kind == PlaceKind.BUILDING:
        grids = open_grids(on).filter(buildings=place)
    elif kind == PlaceKind.COMMUNITY:
        grids = open_grids(on).filter(community=place).exclude(kind=GridKind.CELL)
    return PlacePage(
        place=place,
        above=place.chain()[:0:-1],
        children=page_of(beneath, BY_CODE, cursor=cursor, size=CHILDREN),
        counts=_counts(place, on),
        offices=list(offices) if kind in DIVISIONS else [],
        held=_held(place, on),
        grids=list(grids.order_by("code")),
    )


def _counts(place: Place, on: date) -> list[tuple[str, int]]:
    wanted = COUNTED.get(PlaceKind(place.kind), ())
    if not wanted:
        return []
    rows = Place.objects.under(place.code).open_on(on).filter(kind__in=wanted)
    found = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    return [(str(kind.label), found.get(kind.value, 0)) for kind in wanted]


def _held(place: Place, on: date) -> list[Appointment]:
    wanted = NAMED_TO_ALL.get(PlaceKind(place.kind), ())
    if not wanted:
        return []
    seat = Q(place=place) | Q(body__place=place)
    rows = Appointment.objects.in_force(on).filter(seat, office__in=wanted, user__is_active=True)
    return list(rows.select_related("user").order_by("from_on", "pk"))


def former_codes(place: Place) -> list[PlaceCode]:
    """The codes it had before the one it has, the latest first."""
    return list(place.codes.exclude(code=place.code).order_by("-from_on"))


def may_lie_in(place: Place, on: date) -> list[Place]:
    """Where a place may be moved to: the same kind as it lies in, in the same district."""
    if place.parent is None:
        return []
    district = place.code[:6]
    rows = Place.objects.under(district).open_on(on).filter(kind=place.parent.kind)
    return list(rows.exclude(pk=place.parent.pk).select_related("parent").order_by("code")[:500])


def outermost(on: date) -> list[Place]:
    """The districts of this portal."""
    rows = Place.objects.open_on(on).filter(kind=PlaceKind.DISTRICT)
    return list(rows.order_by("code")[:CHILDREN])


def own_places(user: User, on: date) -> list[Place]:
    """The divisions whose desks this person holds, for the first cards they see."""
    desks = standing_of(user).desk_place_ids
    rows = Place.objects.open_on(on).filter(pk__in=sorted(desks))
    return list(rows.select_related("parent").order_by("code"))
