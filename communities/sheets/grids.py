"""The list of grids, with the buildings in them."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from common.workbooks import shrunk
from communities import actions
from communities.models import Grid, GridKind, Place, PlaceKind
from communities.sheets import finding, places
from communities.sheets.by_verbs import judging
from communities.sheets.columns import Column, Kind
from communities.sheets.estates import COMMUNITY
from communities.sheets.lines import AT_ONCE, Line, Reading, Sheet

COLUMNS = (
    Column("name", _("Grid"), ("网格", "网格名称", "名称"), required=True, width=24),
    Column(
        "code",
        _("Grid code"),
        ("网格编码", "网格代码", "网格编号", "编码", "代码", "编号"),
        Kind.CODE,
        note=_("Leave empty for a new one: it gets the next free number."),
        longest=24,
        width=20,
    ),
    Column(
        "kind",
        _("Kind of grid"),
        ("网格类型", "网格级别", "级别", "类型"),
        Kind.CHOICE,
        required=True,
        choices=GridKind,
        also={"大": GridKind.LARGE, "小": GridKind.SMALL, "微网格": GridKind.CELL},
    ),
    COMMUNITY,
    Column(
        "parent",
        _("Part of the grid"),
        ("上级网格", "所属网格", "所属大网格", "上级"),
        note=_("Its name or its code. A neighbour cell is always part of a grid."),
        width=24,
    ),
    Column(
        "buildings",
        _("Buildings"),
        ("楼栋", "包含楼栋", "覆盖楼栋", "范围", "网格范围"),
        Kind.LIST,
        note=_(
            "All of them, each as estate/building or by its code of 18 digits, apart by commas."
        ),
        longest=2000,
        width=40,
    ),
)


def look(reading: Reading, line: Line) -> Mapping[str, Any] | None:
    mine = _mine(reading, line)
    community = mine.community if mine is not None else _community(reading, line)
    line.refs["community"] = community
    line.refs["parent"] = finding.grid_of(reading, line, "parent")
    line.refs["buildings"] = _buildings(reading, line, community)
    if mine is None:
        return None
    line.found = mine
    there = mine.buildings.filter(closed_on__isnull=True).values_list("code", flat=True)
    if line.refs["parent"] is not None:
        line.values["parent"] = line.refs["parent"].code
    if "buildings" in line.values:
        line.values["buildings"] = [place.code for place in line.refs["buildings"]]
    return {
        "name": mine.name,
        "kind": mine.kind,
        "parent": mine.parent.code if mine.parent else None,
        "buildings": list(there),
    }


def _mine(reading: Reading, line: Line) -> Grid | None:
    """By its code; without one by its name in its community."""
    rows = Grid.objects.filter(closed_on__isnull=True).select_related("community", "parent")
    if line.get("code"):
        found = rows.filter(code=line.text("code")).first()
        if found is not None and not reading.within(found.code):
            line.refuse("code", "not_within", name=found.name, place=reading.place.name)
        return found
    community = _community(reading, line)
    if community is None or not line.get("name"):
        return None
    named = finding.grids_of(reading).get(line.text("name"), ())
    here = [one for one in named if one.community_id == community.pk]
    return next((one for one in here if one.name == line.text("name")), None)


def _community(reading: Reading, line: Line) -> Place | None:
    if "community_found" not in line.refs:
        found = places.parent_community(reading, line)
        if found is None and "community" not in line.wrong:
            line.refuse("community", "missing")
        places_of: dict[int, Place] = reading.kept.setdefault("communities", {})
        if found is not None and found.pk not in places_of:
            places_of[found.pk] = Place.objects.get(pk=found.pk)
        line.refs["community_found"] = places_of[found.pk] if found is not None else None
    community: Place | None = line.refs["community_found"]
    return community


def _buildings(reading: Reading, line: Line, community: Place | None) -> list[Place]:
    """The buildings a cell names: by code, or as estate/building."""
    found: list[Place] = []
    if community is None:
        return found
    known = _known(reading, community)
    for said in line.get("buildings") or []:
        place = known.get(shrunk(said))
        if place is None:
            line.refuse("buildings", "unknown", said=said)
        else:
            found.append(place)
    return found


def _known(reading: Reading, community: Place) -> dict[str, Place]:
    """Buildings of a community by each way they may be called; read once."""
    name = f"buildings {community.pk}"
    if name not in reading.kept:
        known: dict[str, Place] = {}
        rows = Place.objects.filter(kind=PlaceKind.BUILDING).under(community.code)
        for place in rows.open_on(reading.on).select_related("parent"):
            estate = place.parent.name if place.parent else ""
            for word in (place.code, f"{estate}/{place.name}", f"{estate}{place.name}"):
                known[shrunk(word)] = place
        reading.kept[name] = known
    found: dict[str, Place] = reading.kept[name]
    return found


def do(reading: Reading, line: Line) -> None:
    grid: Grid | None = line.found
    new = grid is None
    if grid is None:
        grid = line.found = actions.found_grid(
            kind=line.text("kind"),
            community=line.refs["community"],
            name=line.text("name"),
            code=line.text("code"),
            parent=line.refs["parent"],
            by=reading.by,
        )
    elif "kind" in line.changes or "parent" in line.changes:
        raise places.fixed("kind" if "kind" in line.changes else "parent")
    elif "name" in line.changes:
        grid = actions.rename_grid(grid, by=reading.by, name=line.text("name"))
        reading.kept.pop("grids", None)
    if line.get("buildings") is not None:
        actions.set_buildings(grid, by=reading.by, buildings=line.refs["buildings"])
    if new:
        finding.entered(reading, grid)


def rows(reading: Reading) -> Iterator[dict[str, Any]]:
    open_ones = Place.objects.filter(closed_on__isnull=True).select_related("parent")
    found = Grid.objects.filter(
        closed_on__isnull=True, community__code__startswith=reading.place.code
    ).select_related("community", "parent")
    found = found.prefetch_related(Prefetch("buildings", open_ones.order_by("code")))
    order = {kind: rank for rank, kind in enumerate(GridKind.values)}
    # Larger grids first: whoever reads the list finds each one's grid above it.
    for grid in sorted(found, key=lambda g: (g.community.code, order[g.kind], g.code)):
        yield {
            "name": grid.name,
            "code": grid.code,
            "kind": grid.kind,
            "community": grid.community.code,
            "parent": grid.parent.code if grid.parent else "",
            "buildings": [_called(place) for place in grid.buildings.all()],
        }


def _called(place: Place) -> str:
    """A building whose names would be read as several is named by its code."""
    name = f"{place.parent.name if place.parent else ''}/{place.name}"
    return place.code if set(name) & set(" ,，;；、|") else name


SHEET = Sheet(
    name="grids",
    title=_("Grids"),
    columns=COLUMNS,
    judge=judging(COLUMNS, look, do),
    rows=rows,
    chunk=AT_ONCE,
    examples=(
        {
            "name": "河东第一网格",
            "kind": GridKind.LARGE,
            "community": "河东社区",
            "buildings": "桂花苑/1栋、桂花苑/2栋",
        },
        {
            "name": "桂花苑1栋邻里格",
            "kind": GridKind.CELL,
            "community": "河东社区",
            "parent": "河东第一网格",
            "buildings": "桂花苑/1栋",
        },
    ),
)
