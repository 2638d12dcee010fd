"""The list of buildings, with their entrances."""

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from common.workbooks import Misread, read_list
from common.workbooks.cells import narrow
from communities.actions import bulk_places as actions
from communities.models import Building, Place, PlaceKind
from communities.sheets import places
from communities.sheets.columns import AREA, Column, Kind
from communities.sheets.estates import CODE as ESTATE_CODE
from communities.sheets.estates import COMMUNITY
from communities.sheets.lines import Line, Reading, Sheet, settle
from communities.sheets.places import Ref

KIND, BELOW = PlaceKind.BUILDING, PlaceKind.ENTRANCE
MOST_ENTRANCES = 60
COUNT = re.compile(r"(\d{1,3})(个|个单元|单元)?")
FACTS = ("floors", "lifts", "households", "floor_area")
ESTATE = Column(
    "estate",
    _("Estate"),
    ("小区", "小区名称", "所属小区", "项目名称", "所在小区", "住宅小区"),
    required=True,
    note=_("Its name or its code. Where two have the name, add the community or give the code."),
    width=24,
)
ABOVE = Column(
    COMMUNITY.name, COMMUNITY.heading, COMMUNITY.aliases, note=COMMUNITY.note, width=COMMUNITY.width
)


def entrances_said(text: str) -> list[str]:
    """Names of entrances; a number alone says how many there are: 3 is 1单元, 2单元, 3单元."""
    found = COUNT.fullmatch(narrow(text))
    if found and found[2] != "单元":
        count = int(found[1])
        if count > MOST_ENTRANCES:
            raise Misread("too_big", said=text)
        return [f"{number}单元" for number in range(1, count + 1)]
    names = [f"{name}单元" if name.isdigit() else name for name in read_list(text)]
    return list(dict.fromkeys(names))[:MOST_ENTRANCES]


COLUMNS = (
    Column(
        "code",
        _("Building code"),
        ("楼栋编码", "楼栋代码", "楼号编码", "编码", "代码"),
        Kind.CODE,
        note=ESTATE_CODE.note,
        longest=24,
        width=24,
    ),
    ESTATE,
    ABOVE,
    Column(
        "name",
        _("Building"),
        ("楼栋", "楼号", "楼栋号", "栋号", "幢号", "楼栋名称", "楼幢", "名称"),
        Kind.NAME,
        required=True,
    ),
    Column(
        "entrances",
        _("Entrances"),
        ("单元", "单元数", "单元数量", "单元名称", "单元个数"),
        Kind.LIST,
        note=_("How many, or their names apart by commas. Those left out stay as they are."),
        reader=entrances_said,
        width=24,
    ),
    Column("floors", _("Floors"), ("层数", "楼层", "楼层数", "总层数", "地上层数"), Kind.WHOLE),
    Column("lifts", _("Lifts"), ("电梯", "电梯数", "电梯数量", "电梯部数"), Kind.WHOLE),
    Column("households", _("Households"), ("户数", "总户数", "住户数", "居民户数"), Kind.WHOLE),
    Column(
        "floor_area",
        _("Floor area, m²"),
        ("建筑面积", "面积", "总建筑面积"),
        Kind.DECIMAL,
        units=AREA,
    ),
)


def judge(reading: Reading, lines: list[Line]) -> None:
    parents = {line.number: places.parent_estate(reading, line) for line in lines}
    places.explain_unknown(reading)
    found = {ref for ref in parents.values() if ref is not None}
    known = places.beneath(reading, KIND, {ref.pk for ref in found})
    given = places.codes_ever_given({line.text("code") for line in lines} - {""})
    places.learn_numbers(reading, KIND, found)
    keys = [ref.pk for ref in known.by_code.values()]
    rows = Building.objects.filter(place__in=keys).values("place_id", *FACTS)
    facts = {row.pop("place_id"): row for row in rows}
    entrances = places.beneath(reading, BELOW, keys)
    inside: dict[int | None, list[str]] = {}
    for ref in sorted(entrances.by_code.values(), key=lambda ref: ref.code):
        inside.setdefault(ref.parent_id, []).append(ref.name)
    for line in lines:
        parent = parents[line.number]
        if parent is None:
            settle(line, COLUMNS, None)
            continue
        mine = places.judge_place(reading, line, KIND, parent, known, given)
        reading.once(line, "name", places.place_key(line, KIND))
        before = _before(line, mine, facts, inside)
        _check(line)
        settle(line, COLUMNS, before)


def _before(
    line: Line,
    mine: Ref | None,
    facts: dict[int, dict[str, Any]],
    inside: dict[int | None, list[str]],
) -> dict[str, Any] | None:
    there = inside.get(mine.pk, []) if mine is not None else []
    said = line.get("entrances") or []
    known = {places.stem(BELOW, name) for name in there}
    fresh = [name for name in said if places.stem(BELOW, name) not in known]
    line.refs["fresh"] = fresh
    if "entrances" in line.values:
        line.values["entrances"] = [*there, *fresh]
    if mine is None:
        return None
    line.refs["unknown"] = mine.pk not in facts
    before = {"name": mine.name, "entrances": there}
    return before | (facts.get(mine.pk) or dict.fromkeys(FACTS))


def _check(line: Line) -> None:
    """As `actions.estates.keep_building` does."""
    for name in ("floors", "floor_area"):
        if line.get(name) is not None and line.values[name] <= 0:
            line.refuse(name, "not_positive")


def _held(line: Line) -> dict[str, Any]:
    held = {name: line.held(name) for name in FACTS}
    return {**held, "lifts": held["lifts"] or 0, "households": held["households"] or 0}


def write(reading: Reading, lines: list[Line]) -> None:
    new = [line for line in lines if line.found is None]
    for line in new:
        reading.last_numbers[line.refs["code"]] = 0
    actions.enter_buildings(
        [places.new_place(line, KIND, _held(line)) for line in new],
        by=reading.by,
        on=reading.on,
        entrances=[
            (line.refs["code"], *entrance)
            for line in new
            for entrance in _coded(reading, line.refs["code"], line.refs["fresh"])
        ],
    )
    changed = [line for line in lines if line.found is not None and line.changes]
    places.learn_numbers(reading, BELOW, [line.found for line in changed])
    actions.change_places(
        Building,
        [places.changed_place(line, FACTS, _held(line)) for line in changed],
        by=reading.by,
    )
    actions.enter_entrances(
        [
            (line.found.pk, *entrance)
            for line in changed
            for entrance in _coded(reading, line.found.code, line.refs["fresh"])
        ],
        by=reading.by,
        on=reading.on,
    )


def _coded(reading: Reading, building: str, names: list[str]) -> Iterator[tuple[str, str]]:
    """Entrances with their codes: the next numbers of the building."""
    above = Ref(0, building, "", None, KIND)
    for name in names:
        yield places.next_code(reading, BELOW, above), name


def rows(reading: Reading) -> Iterator[dict[str, Any]]:
    estates = places.all_of(reading, PlaceKind.ESTATE)
    below = Place.objects.filter(kind=BELOW).open_on(reading.on).order_by("code")
    found = Place.objects.filter(kind=KIND).under(reading.place.code).open_on(reading.on)
    found = found.select_related("building", "parent").order_by("code")
    found = found.prefetch_related(Prefetch("children", below, to_attr="entrances"))
    for place in found.iterator(chunk_size=2000):
        known, above = getattr(place, "building", None), place.parent
        yield {
            "code": place.code,
            "estate": places.label(estates, above.code, above.name) if above else "",
            "community": "",
            "name": place.name,
            "entrances": [entrance.name for entrance in place.entrances],  # type: ignore[attr-defined]
            **{name: getattr(known, name, None) for name in FACTS},
        }


SHEET = Sheet(
    name="buildings",
    title=_("Buildings"),
    columns=COLUMNS,
    judge=judge,
    write=write,
    rows=rows,
    examples=(
        {
            "estate": "桂花苑",
            "name": "1栋",
            "entrances": "2",
            "floors": "18",
            "lifts": "4",
            "households": "72",
            "floor_area": "7800",
        },
        {"estate": "桂花苑", "name": "2栋", "entrances": "东单元、西单元", "floors": "6"},
    ),
)
