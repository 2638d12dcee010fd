"""The list of firms."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.credit_codes import as_typed
from communities import actions
from communities.models import DIVISIONS, Body, BodyKind, Firm
from communities.sheets import finding, places
from communities.sheets.by_verbs import judging
from communities.sheets.columns import CAPITAL, Column, Kind
from communities.sheets.lines import Line, Reading, Sheet

FACTS = (
    "credit_code",
    "community_led",
    "registered_on",
    "capital",
    "representative",
    "address",
    "licence_until",
    "staff",
)
COLUMNS = (
    Column(
        "name",
        _("Firm"),
        (
            "企业名称",
            "物业企业",
            "物业公司",
            "公司名称",
            "单位名称",
            "物业企业名称",
            "物业服务企业",
        ),
        required=True,
        width=28,
    ),
    Column(
        "credit_code",
        _("Unified social credit code"),
        ("统一社会信用代码", "信用代码", "社会信用代码", "统一信用代码"),
        Kind.CODE,
        required=True,
        longest=40,
        width=24,
    ),
    Column(
        "code",
        _("Code in the register"),
        ("企业编码", "登记编码", "编码", "代码"),
        Kind.CODE,
        note=_("Leave empty for a new one: it gets the next free number."),
        longest=32,
    ),
    Column(
        "seat",
        _("Place of its seat"),
        ("注册地", "所在地", "所属街道", "所在街道", "所属区县"),
        note=_("A district, subdistrict or community; empty for the place the list is sent for."),
    ),
    Column(
        "community_led",
        _("Founded by a community's party organisation"),
        ("是否红色物业", "红色物业", "社区物业", "是否社区物业"),
        Kind.YES_NO,
    ),
    Column(
        "registered_on",
        _("Registered on"),
        ("成立日期", "注册日期", "成立时间", "注册时间"),
        Kind.DATE,
    ),
    Column(
        "capital",
        _("Registered capital, 10,000 yuan"),
        ("注册资本", "注册资金"),
        Kind.DECIMAL,
        units=CAPITAL,
    ),
    Column(
        "representative", _("Legal representative"), ("法定代表人", "法人", "法人代表"), longest=60
    ),
    Column("address", _("Address"), ("地址", "办公地址", "注册地址"), longest=200, width=28),
    Column(
        "phone", _("Phone"), ("联系电话", "电话", "公司电话", "服务电话"), Kind.PHONE, longest=32
    ),
    Column(
        "licence_until",
        _("Licence valid until"),
        ("营业期限", "营业执照有效期", "营业期限至", "有效期至"),
        Kind.DATE,
        note=_("The last day; empty for one without end."),
    ),
    Column("staff", _("Staff"), ("员工人数", "从业人数", "职工人数", "人员数量"), Kind.WHOLE),
)


def look(reading: Reading, line: Line) -> Mapping[str, Any] | None:
    if line.get("credit_code"):
        line.values["credit_code"] = as_typed(line.text("credit_code"))
    mine = _mine(line)
    if mine is not None:
        line.found = mine
        if not reading.within(mine.place.code):
            line.refuse("name", "seat_elsewhere", place=reading.place.name)
        if line.get("seat"):
            seat = finding.place_of(reading, line, "seat", DIVISIONS)
            if seat is not None and seat.pk != mine.place_id:
                line.refuse("seat", "fixed")
            line.values.pop("seat", None)
        known = getattr(mine, "firm", None)
        facts = {name: getattr(known, name, None) for name in FACTS}
        return {"name": mine.name, "code": mine.code, "phone": mine.phone, **facts}
    line.refs["seat"] = reading.place
    if line.get("seat"):
        line.refs["seat"] = finding.place_of(reading, line, "seat", DIVISIONS)
    return None


def _mine(line: Line) -> Body | None:
    """By its credit code, else by its code here."""
    rows = Body.objects.filter(kind=BodyKind.FIRM).select_related("place", "firm")
    credit, code = line.text("credit_code"), line.text("code")
    found = rows.filter(firm__credit_code=credit).first() if credit else None
    return found or (rows.filter(code=code).first() if code else None)


def do(reading: Reading, line: Line) -> None:
    said = {name: line.held(name) for name in (*FACTS, "name", "phone")}
    if line.found is None:
        line.found = actions.register_firm(
            line.refs["seat"], by=reading.by, code=line.text("code"), **_whole(said)
        )
        return
    if "code" in line.changes:
        raise places.fixed("code")
    known = getattr(line.found, "firm", None)
    held = {name: getattr(known, name, None) for name in FACTS}
    held |= {"name": line.found.name, "phone": line.found.phone}
    line.found = actions.change_firm(line.found, by=reading.by, **_whole(held | line.after))


def _whole(said: dict[str, Any]) -> dict[str, Any]:
    """Texts that nobody said are empty, not missing."""
    texts = ("name", "phone", "credit_code", "representative", "address")
    return {
        **said,
        **{name: said[name] or "" for name in texts},
        "community_led": bool(said["community_led"]),
    }


def rows(reading: Reading) -> Iterator[dict[str, Any]]:
    found = Firm.objects.filter(
        body__place__code__startswith=reading.place.code, body__dissolved_on__isnull=True
    ).select_related("body__place")
    for firm in found.order_by("body__code").iterator(chunk_size=1000):
        yield {
            "name": firm.body.name,
            "code": firm.body.code,
            "seat": firm.body.place.code,
            "phone": firm.body.phone,
            **{name: getattr(firm, name) for name in FACTS},
        }


SHEET = Sheet(
    name="firms",
    title=_("Property firms"),
    columns=COLUMNS,
    judge=judging(COLUMNS, look, do),
    rows=rows,
    chunk=200,
    examples=(
        {
            "name": "和顺物业服务有限公司",
            "credit_code": "91360730MA35G0AB1C",
            "registered_on": "2012-06-01",
            "capital": "300",
            "phone": "0797-6830000",
        },
    ),
)
