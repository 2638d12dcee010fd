"""Verbs about grids: drawn, renamed, given buildings, closed.

What always holds: a grid lies in one community and so do its buildings; its parent is a larger grid
of the same community; every building of a grid lies in its parent, too. As each parent is of a
larger kind, there are no circles. Several cells may share a tall building.
"""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from common.errors import Invalid, WrongState
from common.now import today
from common.pinyin import initials
from communities.actions.places import clean_name
from communities.models import Appointment, Grid, GridKind, Place, PlaceKind
from communities.permissions import check_keeps_register

# Larger before smaller; the letter stands in the code: 990101001001G01.
LETTERS = {GridKind.LARGE: "D", GridKind.SMALL: "G", GridKind.CELL: "L"}
RANK = {kind: number for number, kind in enumerate(LETTERS)}
LONGEST_CODE = 24


@transaction.atomic
def found_grid(
    *,
    kind: str,
    community: Place,
    name: str,
    code: str = "",
    parent: Grid | None = None,
    by: Actor,
) -> Grid:
    """Draw a grid; without a code the next number of its kind in the community.

    Raises Invalid for a parent that is not a larger grid of the same community, for a cell without
    one, and for a code that is taken.
    """
    kind = GridKind(kind)
    community = Place.objects.select_for_update().get(pk=community.pk)
    check_keeps_register(by, community)
    if community.kind != PlaceKind.COMMUNITY or _is_over(community.closed_on):
        raise Invalid(fields={"community": [_("Grids are drawn in a community.")]})
    _check_parent(kind, community, parent)
    grid = Grid.objects.create(
        kind=kind,
        community=community,
        code=_free_code(kind, community, code.strip()),
        name=clean_name(name),
        initials=initials(clean_name(name)),
        parent=parent,
    )
    _record(by, "found_grid", grid)
    return grid


@transaction.atomic
def rename_grid(grid: Grid, *, by: Actor, name: str) -> Grid:
    """Give a grid another name."""
    grid = _held(grid, by)
    grid.name = clean_name(name)
    grid.initials = initials(grid.name)
    grid.save(update_fields=["name", "initials"])
    _record(by, "rename_grid", grid)
    return grid


@transaction.atomic
def set_buildings(grid: Grid, *, by: Actor, buildings: Collection[Place]) -> Grid:
    """Say which buildings lie in a grid; what is not named leaves it.

    Raises Invalid for a building of another community, for one that is not in the grid above, and
    while one that would leave still lies in a grid beneath.
    """
    grid = _held(grid, by)
    wanted = {building.pk for building in buildings}
    before = set(grid.buildings.values_list("pk", flat=True))
    _check_buildings(grid, wanted, leave=bool(before - wanted))
    if before - wanted:
        grid.buildings.remove(*(before - wanted))
    if wanted - before:
        grid.buildings.add(*(wanted - before))
    _record(by, "set_buildings", grid, entered=len(wanted - before), left=len(before - wanted))
    return grid


@transaction.atomic
def close_grid(grid: Grid, *, by: Actor, on: date | None = None) -> Grid:
    """Close a grid: `on` is the first day without it.

    Raises WrongState while a grid beneath it is open, or somebody still holds an office in it:
    they would answer for buildings without a grid.
    """
    grid = _held(grid, by)
    day = on or today()
    lasting = Q(until_on__isnull=True) | Q(until_on__gt=day)
    if grid.children.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day)).exists():
        raise WrongState(_("Close the grids beneath it first."))
    if Appointment.objects.filter(lasting, grid=grid).exists():
        raise WrongState(_("Somebody still holds an office in this grid. End that first."))
    grid.closed_on = day
    grid.save(update_fields=["closed_on"])
    _record(by, "close_grid", grid, on=day.isoformat())
    return grid


# --- What they share ---------------------------------------------------------------------


def _is_over(closed_on: date | None) -> bool:
    return closed_on is not None and closed_on <= today()


def _held(grid: Grid, by: Actor) -> Grid:
    """The grid as it is now, its community locked: grids of a community change one at a time."""
    community = Place.objects.select_for_update().get(pk=grid.community_id)
    check_keeps_register(by, community)
    grid = Grid.objects.select_related("parent").get(pk=grid.pk)
    if _is_over(grid.closed_on):
        raise WrongState(_("This grid is closed."))
    return grid


def _check_parent(kind: GridKind, community: Place, parent: Grid | None) -> None:
    wrong = None
    if parent is None:
        if kind == GridKind.CELL:
            wrong = _("A neighbour cell is part of a grid: choose which.")
    elif parent.community_id != community.pk or _is_over(parent.closed_on):
        wrong = _("Choose a grid of this community.")
    elif RANK[GridKind(parent.kind)] >= RANK[kind]:
        wrong = _("The grid above must be of a larger kind.")
    if wrong is not None:
        raise Invalid(fields={"parent": [wrong]})


def _free_code(kind: GridKind, community: Place, code: str) -> str:
    """The code given, if it is free and the community's; else the next of its kind."""
    stem = f"{community.code}{LETTERS[kind]}"
    if not code:
        given = Grid.objects.filter(code__startswith=stem).values_list("code", flat=True)
        numbers = [int(c[len(stem) :]) for c in given if c[len(stem) :].isdigit()]
        return f"{stem}{max(numbers, default=0) + 1:02d}"
    fits = code.isascii() and code.isalnum() and code.startswith(community.code)
    if not fits or not len(community.code) < len(code) <= LONGEST_CODE:
        sentence = _("A grid's code begins with its community's and goes on in letters and digits.")
        raise Invalid(fields={"code": [sentence]})
    if Grid.objects.filter(code=code).exists():
        raise Invalid(fields={"code": [_("This code is taken.")]})
    return code


def _check_buildings(grid: Grid, wanted: set[int], *, leave: bool) -> None:
    here = Place.objects.under(grid.community.code).open_on(today())
    known = here.filter(kind=PlaceKind.BUILDING, pk__in=wanted).count()
    if known != len(wanted):
        raise Invalid(fields={"buildings": [_("A grid's buildings lie in its community.")]})
    if grid.parent is not None:
        within = grid.parent.buildings.filter(pk__in=wanted).count()
        if within != len(wanted):
            sentence = _("Enter these buildings in %(grid)s first.") % {"grid": grid.parent.name}
            raise Invalid(fields={"buildings": [sentence]})
    if leave:
        _check_leaving(grid, wanted)


def _check_leaving(grid: Grid, wanted: set[int]) -> None:
    beneath = Grid.objects.filter(parent=grid, closed_on__isnull=True)
    leaving = Place.objects.open_on(today()).filter(in_grids=grid).exclude(pk__in=wanted)
    left = beneath.filter(buildings__in=leaving).distinct()
    names = list(left.order_by("code").values_list("name", flat=True))
    if names:
        refused = _("Take these buildings out of the grids beneath first: %(grids)s.")
        raise Invalid(fields={"buildings": [refused % {"grids": ", ".join(names)}]})


def _record(by: Actor, verb: str, grid: Grid, **facts: str | int) -> None:
    audit.record(by=by, verb=verb, target_kind="grid", target=grid.code, kind=grid.kind, **facts)
