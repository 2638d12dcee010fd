"""The list of estates."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.actions import bulk_places as actions
from communities.models import Delivery, Estate, EstateKind, Place, PlaceKind, ServiceMode
from communities.sheets import places
from communities.sheets.columns import AREA, Column, Kind
from communities.sheets.lines import Line, Reading, Sheet, settle
from communities.sheets.places import Ref

KIND = PlaceKind.ESTATE
DEGREES = {"°": Decimal(1), "度": Decimal(1)}
CODE = Column(
    "code",
    _("Estate code"),
    ("小区编码", "小区代码", "编码", "代码", "编号"),
    Kind.CODE,
    note=_("Leave empty for a new one: it gets the next free number."),
    longest=24,
    width=20,
)
COMMUNITY = Column(
    "community",
    _("Community"),
    ("社区", "所属社区", "社区名称", "村社区", "所在社区", "社区村"),
    note=_("Its name or its code of 12 digits."),
    width=18,
)
COLUMNS = (
    CODE,
    Column(
        "name",
        _("Estate name"),
        ("小区名称", "小区", "项目名称", "住宅小区", "小区项目名称", "名称"),
        Kind.NAME,
        required=True,
        width=24,
    ),
    COMMUNITY,
    Column(
        "kind",
        _("Kind of estate"),
        ("小区类型", "小区类别", "小区性质", "类型", "房屋性质"),
        Kind.CHOICE,
        required=True,
        choices=EstateKind,
        also={
            **dict.fromkeys(("商住", "商品房", "商住小区", "商品房小区"), EstateKind.COMMODITY),
            **dict.fromkeys(("安置", "安置房", "安置小区", "回迁"), EstateKind.RESETTLEMENT),
            **dict.fromkeys(("老旧", "老旧小区", "老小区"), EstateKind.OLD),
        },
    ),
    Column(
        "service_mode",
        _("How it is served"),
        ("服务模式", "管理模式", "物业服务模式", "管理方式", "物业管理模式"),
        Kind.CHOICE,
        choices=ServiceMode,
        also={
            **dict.fromkeys(("市场化", "市场", "专业物业", "物业公司"), ServiceMode.MARKET),
            **dict.fromkeys(("红色物业", "社区物业", "国企物业"), ServiceMode.COMMUNITY_LED),
            **dict.fromkeys(("自管", "业主自管", "自治"), ServiceMode.SELF_MANAGED),
            **dict.fromkeys(("代管", "社区代管", "兜底"), ServiceMode.CARETAKER),
            **dict.fromkeys(("无物业", "无人管理", "失管"), ServiceMode.NONE),
        },
    ),
    Column(
        "delivery",
        _("Delivery"),
        ("交付状态", "交付情况", "交房情况"),
        Kind.CHOICE,
        choices=Delivery,
        also={
            **dict.fromkeys(("在建", "未交付"), Delivery.BUILDING),
            "部分交付": Delivery.PARTLY,
            **dict.fromkeys(("已交付", "全部交付"), Delivery.DELIVERED),
        },
    ),
    Column(
        "delivered_on",
        _("Delivered on"),
        ("交付时间", "交付日期", "交房时间", "竣工时间", "建成时间", "入住时间"),
        Kind.DATE,
    ),
    Column(
        "households",
        _("Households"),
        ("户数", "总户数", "住户数", "居民户数", "规划户数"),
        Kind.WHOLE,
    ),
    Column(
        "floor_area",
        _("Floor area, m²"),
        ("建筑面积", "总建筑面积", "面积", "建筑总面积"),
        Kind.DECIMAL,
        units=AREA,
    ),
    Column(
        "address",
        _("Address"),
        ("地址", "小区地址", "详细地址", "坐落", "位置"),
        width=30,
        longest=200,
    ),
    Column(
        "latitude", _("Latitude"), ("纬度",), Kind.DECIMAL, units=DEGREES, places=6, lowest=None
    ),
    Column(
        "longitude", _("Longitude"), ("经度",), Kind.DECIMAL, units=DEGREES, places=6, lowest=None
    ),
)
FACTS = tuple(c.name for c in COLUMNS if c.name not in ("code", "name", "community"))


def judge(reading: Reading, lines: list[Line]) -> None:
    """Seven queries for a thousand rows."""
    parents = {line.number: places.parent_community(reading, line) for line in lines}
    places.explain_unknown(reading)
    found = {ref for ref in parents.values() if ref is not None}
    known = places.beneath(reading, KIND, {ref.pk for ref in found})
    known.add(_by_code(reading, lines, known))
    given = places.codes_ever_given({line.text("code") for line in lines} - {""})
    places.learn_numbers(reading, KIND, found)
    facts = _facts_of(ref.pk for ref in known.by_code.values())
    for line in lines:
        _judge_one(reading, line, parents[line.number], known, given, facts)


def _by_code(reading: Reading, lines: list[Line], known: places.Known) -> list[Ref]:
    """Estates that rows name by code while they name no community."""
    codes = {line.text("code") for line in lines} - {""} - set(known.by_code)
    rows = Place.objects.filter(kind=KIND, code__in=codes)
    return list(places.refs(rows.open_on(reading.on), reading))


def _facts_of(keys: Any) -> dict[int, dict[str, Any]]:
    rows = Estate.objects.filter(place__in=list(keys)).values("place_id", *FACTS)
    return {row.pop("place_id"): row for row in rows}


def _judge_one(
    reading: Reading,
    line: Line,
    parent: Ref | None,
    known: places.Known,
    given: set[str],
    facts: dict[int, dict[str, Any]],
) -> None:
    mine = known.by_code.get(line.text("code"))
    if mine is not None and not reading.within(mine.code):
        line.refuse("code", "not_within", name=mine.name, place=reading.place.name)
    elif mine is not None and parent is None and "community" not in line.wrong:
        parent = places.all_of(reading, PlaceKind.COMMUNITY).by_code.get(mine.code[:12])
    if parent is None:
        if "community" not in line.wrong and "code" not in line.wrong:
            line.refuse("community", "missing")
        settle(line, COLUMNS, None)
        return
    found = places.judge_place(reading, line, KIND, parent, known, given)
    if found is not None and reading.served(found.pk):
        line.refuse("name", "served_by_own_firm")
    reading.once(line, "name", places.place_key(line, KIND))
    before = None
    if found is not None:
        before = {"name": found.name, **(facts.get(found.pk) or dict.fromkeys(FACTS))}
        line.refs["unknown"] = found.pk not in facts
    _check(line, before, reading)
    settle(line, COLUMNS, before)


def _check(line: Line, before: dict[str, Any] | None, reading: Reading) -> None:
    """As `actions.estates.keep_ledger` does, on what the row comes to."""
    held = {**(before or {}), **line.values}
    known = before is not None and before["kind"] is not None
    if before is not None and before["service_mode"] and line.get("service_mode"):
        if line.values["service_mode"] != before["service_mode"]:
            line.refuse("service_mode", "mode_has_its_page")
    elif before is not None and not known and not line.get("kind"):
        line.refuse("kind", "missing")
    day, delivery = held.get("delivered_on"), held.get("delivery") or Delivery.DELIVERED
    if day is not None and delivery == Delivery.BUILDING and day <= reading.on:
        line.refuse("delivered_on", "under_construction")
    if day is not None and delivery == Delivery.DELIVERED and day > reading.on:
        line.refuse("delivered_on", "still_to_come")
    if held.get("floor_area") is not None and held["floor_area"] <= 0:
        line.refuse("floor_area", "not_positive")
    _check_globe(line, held)


def _check_globe(line: Line, held: dict[str, Any]) -> None:
    latitude, longitude = held.get("latitude"), held.get("longitude")
    if (latitude is None) != (longitude is None):
        line.refuse("longitude" if longitude is None else "latitude", "latitude_alone")
    if latitude is not None and abs(latitude) > 90:
        line.refuse("latitude", "not_on_globe")
    if longitude is not None and abs(longitude) > 180:
        line.refuse("longitude", "not_on_globe")


def _held(line: Line) -> dict[str, Any]:
    """All that is known of a new estate."""
    held = {name: line.held(name) for name in FACTS}
    held["service_mode"] = held["service_mode"] or ServiceMode.NONE
    held["delivery"] = held["delivery"] or Delivery.DELIVERED
    return {**held, "households": held["households"] or 0, "address": held["address"] or ""}


def write(reading: Reading, lines: list[Line]) -> None:
    new = [places.new_place(line, KIND, _held(line)) for line in lines if line.found is None]
    actions.enter_estates(new, by=reading.by, on=reading.on)
    changed = [
        places.changed_place(line, FACTS, _held(line))
        for line in lines
        if line.found is not None and line.changes
    ]
    actions.change_places(Estate, changed, by=reading.by)


def rows(reading: Reading) -> Iterator[dict[str, Any]]:
    communities = places.all_of(reading, PlaceKind.COMMUNITY)
    found = Place.objects.filter(kind=KIND).under(reading.place.code).open_on(reading.on)
    found = found.select_related("estate", "parent").order_by("code")
    for place in found.iterator(chunk_size=2000):
        known = getattr(place, "estate", None)
        above = place.parent
        yield {
            "code": place.code,
            "name": place.name,
            "community": places.label(communities, above.code, above.name) if above else "",
            **{name: getattr(known, name, None) for name in FACTS},
        }


SHEET = Sheet(
    name="estates",
    title=_("Estates"),
    columns=COLUMNS,
    judge=judge,
    write=write,
    rows=rows,
    examples=(
        {
            "name": "桂花苑",
            "community": "河东社区",
            "kind": EstateKind.COMMODITY,
            "service_mode": ServiceMode.MARKET,
            "delivery": Delivery.DELIVERED,
            "delivered_on": "2016-05-01",
            "households": "320",
            "floor_area": "36500.5",
            "address": "河东路18号",
        },
        {
            "name": "老机床厂宿舍",
            "community": "河东社区",
            "kind": EstateKind.OLD,
            "households": "96",
        },
    ),
)
