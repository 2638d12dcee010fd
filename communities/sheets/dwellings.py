"""The list of dwellings: never who lives there."""

from collections.abc import Collection, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.actions import bulk_places as actions
from communities.models import Dwelling, DwellingUse, Place, PlaceKind
from communities.sheets import places
from communities.sheets.buildings import ABOVE, ESTATE
from communities.sheets.columns import AREA, Column, Kind
from communities.sheets.estates import CODE as ESTATE_CODE
from communities.sheets.lines import Line, Reading, Sheet, settle
from communities.sheets.places import Known, Ref

KIND = PlaceKind.DWELLING
FACTS = ("use", "floor", "floor_area")
COLUMNS = (
    Column(
        "code",
        _("Dwelling code"),
        ("房屋编码", "房屋代码", "户编码", "编码", "代码"),
        Kind.CODE,
        note=ESTATE_CODE.note,
        longest=24,
        width=28,
    ),
    ESTATE,
    ABOVE,
    Column(
        "building",
        _("Building"),
        ("楼栋", "楼号", "楼栋号", "栋号", "幢号", "楼幢", "楼栋名称"),
        required=True,
    ),
    Column(
        "entrance",
        _("Entrance"),
        ("单元", "单元号", "单元名称"),
        note=_("May be left empty where the building has one only."),
    ),
    Column(
        "name",
        _("Dwelling"),
        ("房号", "室号", "门牌号", "房间号", "房屋", "户号", "房屋号", "门号", "名称"),
        Kind.NAME,
        required=True,
    ),
    Column(
        "use",
        _("Use"),
        ("用途", "房屋用途", "使用性质", "性质"),
        Kind.CHOICE,
        choices=DwellingUse,
        also={
            **dict.fromkeys(("住宅", "居住", "自住", "住房"), DwellingUse.HOME),
            **dict.fromkeys(("商铺", "商业", "店面", "门面"), DwellingUse.SHOP),
            **dict.fromkeys(("办公", "写字楼"), DwellingUse.OFFICE),
            **dict.fromkeys(("车位", "车库", "停车位"), DwellingUse.PARKING),
            "其他": DwellingUse.OTHER,
        },
    ),
    Column("floor", _("Floor"), ("楼层", "所在楼层", "层"), Kind.WHOLE, lowest=None),
    Column(
        "floor_area",
        _("Floor area, m²"),
        ("建筑面积", "面积", "套内面积", "房屋面积"),
        Kind.DECIMAL,
        units=AREA,
    ),
)


def judge(reading: Reading, lines: list[Line]) -> None:
    """Nine queries for a thousand rows, whatever they say."""
    estates = {line.number: places.parent_estate(reading, line) for line in lines}
    places.explain_unknown(reading)
    buildings = places.beneath(reading, PlaceKind.BUILDING, _keys(estates.values()))
    above = {
        line.number: _in(reading, line, "building", buildings, estates[line.number])
        for line in lines
    }
    entrances = places.beneath(reading, PlaceKind.ENTRANCE, _keys(above.values()))
    parents = {
        line.number: _entrance(reading, line, entrances, above[line.number]) for line in lines
    }
    known = places.beneath(reading, KIND, _keys(parents.values()))
    given = places.codes_ever_given({line.text("code") for line in lines} - {""})
    places.learn_numbers(reading, KIND, {ref for ref in parents.values() if ref is not None})
    mine = [ref.pk for ref in known.by_code.values()]
    facts = {
        row.pop("place_id"): row
        for row in Dwelling.objects.filter(place__in=mine).values("place_id", *FACTS)
    }
    for line in lines:
        _judge_one(reading, line, parents[line.number], known, given, facts)


def _keys(found: Collection[Ref | None]) -> set[int]:
    return {ref.pk for ref in found if ref is not None}


def _in(reading: Reading, line: Line, column: str, known: Known, parent: Ref | None) -> Ref | None:
    """The building a row names beneath its estate."""
    if parent is None or column in line.wrong:
        return None
    if not line.get(column):
        line.refuse(column, "missing")
        return None
    found = places.find(reading, line, column, known, parent.pk)
    if found is not None and found.parent_id != parent.pk:
        line.refuse(column, "not_within", name=found.name, place=parent.name)
        return None
    return found


def _entrance(reading: Reading, line: Line, known: Known, building: Ref | None) -> Ref | None:
    if building is None:
        return None
    if line.get("entrance"):
        return _in(reading, line, "entrance", known, building)
    inside = [ref for ref in known.by_code.values() if ref.parent_id == building.pk]
    if len(inside) == 1:
        return inside[0]
    line.refuse("entrance", "needs_entrance", n=len(inside))
    return None


def _judge_one(
    reading: Reading,
    line: Line,
    parent: Ref | None,
    known: Known,
    given: set[str],
    facts: dict[int, dict[str, Any]],
) -> None:
    if line.get("floor_area") is not None and line.values["floor_area"] <= 0:
        line.refuse("floor_area", "not_positive")
    if parent is None:
        settle(line, COLUMNS, None)
        return
    mine = places.judge_place(reading, line, KIND, parent, known, given)
    reading.once(line, "name", places.place_key(line, KIND))
    before = None
    if mine is not None:
        line.refs["unknown"] = mine.pk not in facts
        before = {"name": mine.name, **(facts.get(mine.pk) or dict.fromkeys(FACTS))}
    settle(line, COLUMNS, before)


def _held(line: Line) -> dict[str, Any]:
    held = {name: line.held(name) for name in FACTS}
    return {**held, "use": held["use"] or DwellingUse.HOME}


def write(reading: Reading, lines: list[Line]) -> None:
    new = [places.new_place(line, KIND, _held(line)) for line in lines if line.found is None]
    actions.enter_dwellings(new, by=reading.by, on=reading.on)
    changed = [
        places.changed_place(line, FACTS, _held(line))
        for line in lines
        if line.found is not None and line.changes
    ]
    actions.change_places(Dwelling, changed, by=reading.by)


def rows(reading: Reading) -> Iterator[dict[str, Any]]:
    estates = places.all_of(reading, PlaceKind.ESTATE)
    found = Place.objects.filter(kind=KIND).under(reading.place.code).open_on(reading.on)
    columns = ("parent__name", "parent__parent__code", "parent__parent__name")
    above = ("parent__parent__parent__code", "parent__parent__parent__name")
    details = tuple(f"dwelling__{name}" for name in FACTS)
    found_rows = found.order_by("code").values_list("code", "name", *columns, *above, *details)
    for row in found_rows.iterator(chunk_size=2000):
        code, name, entrance, _building_code, building, estate_code, estate, *known = row
        yield {
            "code": code,
            "estate": places.label(estates, estate_code or "", estate or ""),
            "community": "",
            "building": building,
            "entrance": entrance,
            "name": name,
            **dict(zip(FACTS, known, strict=True)),
        }


SHEET = Sheet(
    name="dwellings",
    title=_("Dwellings"),
    columns=COLUMNS,
    judge=judge,
    write=write,
    rows=rows,
    note=_("Dwellings alone: no word of who lives there belongs into this list."),
    examples=(
        {
            "estate": "桂花苑",
            "building": "1栋",
            "entrance": "1单元",
            "name": "101",
            "use": DwellingUse.HOME,
            "floor": "1",
            "floor_area": "96.5",
        },
        {"estate": "桂花苑", "building": "1栋", "entrance": "1单元", "name": "102"},
    ),
)
