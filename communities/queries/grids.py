"""Grids as pages show them: coverage by community, one grid whole, and what the check finds."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from common.paging import Page, Sorting, page_of
from communities.models import (
    DESK_BODIES,
    Appointment,
    Body,
    Building,
    Estate,
    Grid,
    GridKind,
    Office,
    Place,
    PlaceKind,
)
from communities.models.places import PlaceQuerySet
from communities.rules import rules

BY_CODE = Sorting("code", "code")
ORDER = {kind.value: number for number, kind in enumerate(GridKind)}
# Of these a building lies in one each; of cells a tall building may hold several.
ONE_EACH = (GridKind.LARGE, GridKind.SMALL)


def open_grids(on: date) -> QuerySet[Grid]:
    return Grid.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))


def buildings_of(community: Place, on: date) -> PlaceQuerySet:
    """The buildings of a community, with their estate, as they stand in the register."""
    rows = Place.objects.under(community.code).open_on(on).filter(kind=PlaceKind.BUILDING)
    return rows.select_related("parent").order_by("code")


# --- Households --------------------------------------------------------------------------


@dataclass
class Households:
    """How many households each building and each cell of a community has, as far as known."""

    by_building: dict[int, int] = field(default_factory=dict)
    # Several cells share a tall building evenly.
    cells_of: Counter[int] = field(default_factory=Counter)
    by_grid: dict[int, list[int]] = field(default_factory=dict)

    def of(self, grid: Grid) -> int:
        """Households of a grid; of a cell its share of the buildings it has part in."""
        found = 0.0
        for building in self.by_grid.get(grid.pk, ()):
            count = self.by_building.get(building, 0)
            share = self.cells_of[building] if grid.kind == GridKind.CELL else 1
            found += count / max(share, 1)
        return round(found)

    def far_off(self, grid: Grid) -> bool:
        """A cell of far more or fewer households than is usual; unknown is not far off."""
        count, given = self.of(grid), rules()
        usual = given["cell_fewest"] <= count <= given["cell_most"]
        return grid.kind == GridKind.CELL and bool(count) and not usual


def households_in(community: Place, on: date) -> Households:
    """Three queries, whatever the number of buildings.

    Where a building's own number is not known, its estate's is spread over its buildings.
    """
    found = Households()
    here = buildings_of(community, on).select_related(None)
    own = dict(Building.objects.filter(place__in=here).values_list("place", "households"))
    beneath: dict[int | None, list[int]] = defaultdict(list)
    for pk, estate in here.values_list("pk", "parent"):
        beneath[estate].append(pk)
    estates = Estate.objects.filter(place__code__startswith=community.code)
    known = dict(estates.values_list("place", "households"))
    for estate, buildings in beneath.items():
        spread = known.get(estate or 0, 0) / len(buildings)
        for pk in buildings:
            found.by_building[pk] = own.get(pk, 0) or round(spread)
    links = Grid.buildings.through.objects.filter(
        grid__in=open_grids(on).filter(community=community)
    )
    for grid, building, kind in links.values_list("grid", "place", "grid__kind"):
        found.by_grid.setdefault(grid, []).append(building)
        found.cells_of[building] += kind == GridKind.CELL
    return found


# --- Coverage by community ---------------------------------------------------------------


@dataclass(frozen=True)
class Coverage:
    """One community: its grids by kind, its buildings, those without a grid, those in two."""

    community: Place
    large: int
    small: int
    cells: int
    buildings: int
    without: int
    double: int

    @property
    def covered(self) -> int:
        return self.buildings - self.without


def coverage(above: Place | None, on: date, *, cursor: str = "") -> tuple[Page, list[Coverage]]:
    """A page of communities beneath a division; four queries, whatever there is in them."""
    communities = Place.objects.open_on(on).filter(kind=PlaceKind.COMMUNITY)
    if above is not None:
        communities = communities.filter(code__startswith=above.code)
    page = page_of(communities.select_related("parent"), BY_CODE, cursor=cursor)
    return page, coverage_of(page.rows, on)


def coverage_of(communities: Iterable[Place], on: date) -> list[Coverage]:
    listed = list(communities)
    kinds: dict[int, Counter[str]] = defaultdict(Counter)
    rows = open_grids(on).filter(community__in=listed).values_list("community", "kind")
    for community, kind, count in rows.annotate(n=Count("pk")):
        kinds[community][kind] = count
    standing = Place.objects.open_on(on).filter(kind=PlaceKind.BUILDING, parent__parent__in=listed)
    counted = (
        standing.order_by()
        .values_list("parent__parent")
        .annotate(n=Count("pk"), missing=Count("pk", filter=~_in_a_grid(on)))
    )
    buildings = {community: (total, missing) for community, total, missing in counted}
    double: dict[int, set[int]] = defaultdict(set)
    for community, building in _double(standing, on):
        double[community].add(building)
    return [
        Coverage(
            community=c,
            large=kinds[c.pk][GridKind.LARGE],
            small=kinds[c.pk][GridKind.SMALL],
            cells=kinds[c.pk][GridKind.CELL],
            buildings=buildings.get(c.pk, (0, 0))[0],
            without=buildings.get(c.pk, (0, 0))[1],
            double=len(double[c.pk]),
        )
        for c in listed
    ]


def _in_a_grid(on: date) -> Exists:
    return Exists(open_grids(on).filter(buildings=OuterRef("pk")))


def _double(buildings: QuerySet[Place], on: date) -> list[tuple[int, int]]:
    """Community and building, for each kind of grid in which a building lies twice."""
    links = Grid.buildings.through.objects.filter(
        place__in=buildings.order_by(), grid__in=open_grids(on).filter(kind__in=ONE_EACH)
    )
    other = links.filter(place=OuterRef("place"), grid__kind=OuterRef("grid__kind"))
    rows = links.filter(Exists(other.exclude(grid=OuterRef("grid"))))
    pairs = rows.values_list("place__parent__parent", "place").distinct()
    return [(community, place) for community, place in pairs if community is not None]


# --- The check ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """What is not right with the grids of a community, and what is worth a second look."""

    community: Place
    without: list[Place]
    # A building, and the grids of one kind it lies in.
    double: list[tuple[Place, list[Grid]]]
    # A cell, and its households.
    cells: list[tuple[Grid, int]]

    @property
    def clean(self) -> bool:
        return not (self.without or self.double or self.cells)


def check_of(community: Place, on: date) -> Check:
    standing = buildings_of(community, on)
    twice = {building for _c, building in _double(Place.objects.filter(pk__in=standing), on)}
    double = []
    if twice:
        grids = open_grids(on).filter(kind__in=ONE_EACH).order_by("code")
        for building in standing.filter(pk__in=twice):
            double.append((building, list(grids.filter(buildings=building))))
    found = households_in(community, on)
    cells = open_grids(on).filter(community=community, kind=GridKind.CELL).order_by("code")
    return Check(
        community=community,
        without=list(standing.filter(~_in_a_grid(on))),
        double=double,
        cells=[(cell, found.of(cell)) for cell in cells if found.far_off(cell)],
    )


# --- One grid ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A grid beneath, or one of a community's list, with its size."""

    grid: Grid
    buildings: int
    households: int
    far_off: bool


@dataclass(frozen=True)
class GridPage:
    """A grid with its people, its buildings by estate, and the grids in it."""

    grid: Grid
    leaders: list[Appointment]
    workers: list[Appointment]
    estates: list[tuple[Place, list[Place]]]
    households: int
    far_off: bool
    parts: list[Part]
    # Whom to call: the community's office.
    office: Body | None

    @property
    def buildings(self) -> int:
        return sum(len(held) for _estate, held in self.estates)


def grid_of(code: str) -> Grid:
    """The grid of a code, or 404."""
    rows = Grid.objects.select_related("community__parent__parent", "parent__parent")
    return get_object_or_404(rows, code=code)


def grid_page(grid: Grid, on: date) -> GridPage:
    sizes = households_in(grid.community, on)
    standing = buildings_of(grid.community, on).filter(in_grids=grid)
    by_estate: dict[int | None, tuple[Place, list[Place]]] = {}
    for building in standing:
        if building.parent is not None:
            by_estate.setdefault(building.parent_id, (building.parent, []))[1].append(building)
    held = list(
        Appointment.objects.in_force(on)
        .filter(grid=grid, user__is_active=True)
        .select_related("user")
        .order_by("from_on", "pk")
    )
    offices = Body.objects.filter(place=grid.community, kind__in=sorted(DESK_BODIES))
    return GridPage(
        grid=grid,
        leaders=[a for a in held if a.office == Office.GRID_LEADER],
        workers=[a for a in held if a.office == Office.GRID_WORKER],
        estates=list(by_estate.values()),
        households=sizes.of(grid),
        far_off=sizes.far_off(grid),
        parts=_parts(open_grids(on).filter(parent=grid), sizes),
        office=offices.order_by("pk").first(),
    )


def grids_in(community: Place, on: date) -> list[Part]:
    """All grids of a community, the large ones first, with their sizes."""
    rows = open_grids(on).filter(community=community).select_related("parent")
    return _parts(rows, households_in(community, on))


def _parts(grids: QuerySet[Grid], sizes: Households) -> list[Part]:
    found = [
        Part(grid, len(sizes.by_grid.get(grid.pk, ())), sizes.of(grid), sizes.far_off(grid))
        for grid in grids.order_by("code")
    ]
    return sorted(found, key=lambda part: (ORDER[part.grid.kind], part.grid.code))
