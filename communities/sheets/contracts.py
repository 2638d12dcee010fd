"""The list of service contracts: which firm serves which estate from when to when."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities import actions
from communities.models import Contract, PlaceKind
from communities.sheets import finding
from communities.sheets.buildings import ESTATE
from communities.sheets.by_verbs import judging
from communities.sheets.columns import FEE, Column, Kind
from communities.sheets.lines import Line, Reading, Sheet

TERMS = (
    "until_on",
    "number",
    "signed_on",
    "grade",
    "fee",
    "dismissal_days",
    "renewal_days",
)
COLUMNS = (
    ESTATE,
    Column(
        "firm",
        _("Firm"),
        ("物业企业", "物业公司", "服务企业", "企业名称", "物业服务企业", "物业企业名称"),
        required=True,
        note=_("Its name, its code here or its unified social credit code."),
        width=28,
    ),
    Column(
        "from_on",
        _("First day"),
        ("合同起", "起始日期", "合同开始日期", "开始日期", "合同起始日期", "进驻时间", "服务起"),
        Kind.DATE,
        required=True,
    ),
    Column(
        "until_on",
        _("Last day"),
        ("合同止", "终止日期", "合同结束日期", "结束日期", "合同终止日期", "到期日期", "服务止"),
        Kind.LAST_DAY,
        note=_("The last day on which the firm serves; empty for a contract without end."),
    ),
    Column("number", _("Contract number"), ("合同编号", "合同号"), longest=60),
    Column("signed_on", _("Signed on"), ("签订日期", "签订时间", "签约日期"), Kind.DATE),
    Column("grade", _("Grade of service"), ("服务等级", "物业服务等级", "等级"), longest=40),
    Column(
        "fee",
        _("Fee, yuan per m² and month"),
        ("物业费", "收费标准", "物业费标准", "物业服务费"),
        Kind.DECIMAL,
        units=FEE,
        places=3,
    ),
    Column(
        "dismissal_days",
        _("Days of notice before dismissal"),
        ("解聘通知天数", "解聘提前天数"),
        Kind.WHOLE,
    ),
    Column(
        "renewal_days",
        _("Days of notice before not renewing"),
        ("续约通知天数", "不续聘提前天数"),
        Kind.WHOLE,
    ),
)


def look(reading: Reading, line: Line) -> Mapping[str, Any] | None:
    estate = finding.estate_of(reading, line)
    firm = finding.firm_of(reading, line)
    line.refs |= {"estate": estate, "firm": firm}
    if not line.get("from_on"):
        if "from_on" not in line.wrong:
            line.refuse("from_on", "missing")
        return None
    if estate is None:
        return None
    found = Contract.objects.filter(estate=estate, from_on=line.get("from_on"))
    mine = found.select_related("firm__place", "estate").order_by("pk").first()
    if mine is None:
        return None
    line.found = mine
    if firm is not None and firm.pk != mine.firm_id:
        line.refuse("firm", "other_firm_serves")
    return {name: getattr(mine, name) for name in TERMS}


def do(reading: Reading, line: Line) -> None:
    if line.found is not None:
        terms = {name: getattr(line.found, name) for name in TERMS}
        line.found = actions.change_contract(line.found, by=reading.by, **(terms | line.after))
        return
    said = {name: line.held(name) for name in TERMS if line.held(name) is not None}
    line.found = actions.engage_firm(
        line.refs["firm"],
        estate=line.refs["estate"],
        from_on=line.get("from_on"),
        by=reading.by,
        **said,
    )


def rows(reading: Reading) -> Iterator[dict[str, Any]]:
    names = finding.names_within(reading, PlaceKind.ESTATE)
    found = Contract.objects.filter(
        estate__code__startswith=reading.place.code, firm__dissolved_on__isnull=True
    ).select_related("estate", "firm")
    for contract in found.order_by("estate__code", "from_on").iterator(chunk_size=1000):
        yield {
            "estate": finding.label_of(contract.estate, names),
            "firm": contract.firm.code,
            "from_on": contract.from_on,
            **{name: getattr(contract, name) for name in TERMS},
        }


SHEET = Sheet(
    name="contracts",
    title=_("Service contracts"),
    columns=COLUMNS,
    judge=judging(COLUMNS, look, do),
    rows=rows,
    chunk=200,
    examples=(
        {
            "estate": "桂花苑",
            "firm": "和顺物业服务有限公司",
            "from_on": "2024-01-01",
            "until_on": "2026-12-31",
            "fee": "1.35",
        },
    ),
)
