"""The list of party organisations: counts only, nobody's name."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.actions.party import change_organisation, found_organisation
from communities.models import DIVISIONS, PartyForm, PartyLevel, PartyOrganisation, PlaceKind
from communities.sheets import finding
from communities.sheets.by_verbs import judging
from communities.sheets.columns import Column, Kind
from communities.sheets.lines import AT_ONCE, Line, Reading, Sheet

FACTS = ("level", "form", "full_members", "probationary_members")
SEATS = (*DIVISIONS, PlaceKind.ESTATE)
COLUMNS = (
    Column(
        "name",
        _("Party organisation"),
        ("党组织名称", "党支部名称", "党组织", "支部名称", "名称"),
        required=True,
        width=32,
    ),
    Column("code", _("Code in the register"), ("编码", "代码"), Kind.CODE, longest=32, width=20),
    Column(
        "place",
        _("Place"),
        ("所在地", "所属小区", "所属社区", "小区", "社区", "所在小区"),
        note=_("The estate, community or subdistrict it is of, by name or code."),
        width=24,
    ),
    Column(
        "level",
        _("Level"),
        ("层级", "党组织类型", "类别", "类型"),
        Kind.CHOICE,
        required=True,
        choices=PartyLevel,
        also={
            "党工委": PartyLevel.WORKING_COMMITTEE,
            "党委": PartyLevel.COMMITTEE,
            **dict.fromkeys(("党总支", "总支"), PartyLevel.GENERAL_BRANCH),
            **dict.fromkeys(("党支部", "支部"), PartyLevel.BRANCH),
            "党小组": PartyLevel.GROUP,
        },
    ),
    Column(
        "form",
        _("Form"),
        ("形式", "设置形式", "组建形式"),
        Kind.CHOICE,
        choices=PartyForm,
        also={
            **dict.fromkeys(("单独", "单独组建", "独立"), PartyForm.STANDING),
            **dict.fromkeys(("联合", "联合组建"), PartyForm.JOINT),
            "功能型": PartyForm.FUNCTIONAL,
            "临时": PartyForm.TEMPORARY,
        },
    ),
    Column(
        "parent",
        _("Beneath"),
        ("上级党组织", "上级", "隶属党组织"),
        note=_("The organisation above it, by name or code."),
        width=32,
    ),
    Column(
        "firm",
        _("Firm"),
        ("所属企业", "物业企业", "企业"),
        note=_("Of a firm's own branch."),
        width=24,
    ),
    Column("full_members", _("Full members"), ("正式党员", "正式党员数", "党员人数"), Kind.WHOLE),
    Column(
        "probationary_members", _("Probationary members"), ("预备党员", "预备党员数"), Kind.WHOLE
    ),
)


def look(reading: Reading, line: Line) -> Mapping[str, Any] | None:
    line.refs["place"] = (
        finding.place_of(reading, line, "place", SEATS) if line.get("place") else reading.place
    )
    line.refs["parent"] = _organisation(reading, line, "parent")
    line.refs["firm"] = finding.firm_of(reading, line)
    mine = _mine(reading, line)
    if mine is None:
        return None
    line.found = mine
    if not reading.within(mine.body.place.code):
        line.refuse("name", "not_within", name=mine.body.name, place=reading.place.name)
    if line.refs["parent"] is not None:
        line.values["parent"] = line.refs["parent"].body.code
    line.values.pop("place", None)
    line.values.pop("firm", None)
    return {
        "name": mine.body.name,
        "parent": mine.parent.body.code if mine.parent else None,
        **{name: getattr(mine, name) for name in FACTS},
    }


def _rows() -> Any:
    alive = PartyOrganisation.objects.filter(body__dissolved_on__isnull=True)
    return alive.select_related("body__place", "parent__body", "firm").order_by("body__code")


def _mine(reading: Reading, line: Line) -> PartyOrganisation | None:
    """By its code; without one by its name at its place."""
    found: PartyOrganisation | None = None
    if line.get("code"):
        found = _rows().filter(body__code=line.text("code")).first()
    elif line.refs["place"] is not None:
        found = _rows().filter(body__place=line.refs["place"], body__name=line.text("name")).first()
    return found


def _organisation(reading: Reading, line: Line, column: str) -> PartyOrganisation | None:
    """An organisation by code or name; of the same district, as the one above may be higher up."""
    said = line.text(column)
    if not said:
        return None
    near = _rows().filter(body__place__code__startswith=reading.place.code[:6])
    found = list(near.filter(body__code=said)) or list(near.filter(body__name=said)[:5])
    body = finding.one_of(line, column, [one.body for one in found], said)
    return next((one for one in found if one.body == body), None)


def do(reading: Reading, line: Line) -> None:
    if line.found is None:
        said = {name: line.held(name) for name in FACTS if line.held(name) is not None}
        line.found = found_organisation(
            by=reading.by,
            place=line.refs["place"],
            name=line.text("name"),
            code=line.text("code"),
            parent=line.refs["parent"],
            firm=line.refs["firm"],
            **said,
        )
        return
    known = {name: getattr(line.found, name) for name in FACTS}
    change_organisation(
        line.found,
        by=reading.by,
        name=line.text("name") or line.found.body.name,
        parent=line.refs["parent"] or line.found.parent,
        estates=line.found.estates.all(),
        grids=line.found.grids.all(),
        **(known | {name: value for name, value in line.after.items() if name in FACTS}),
    )


def rows(reading: Reading) -> Iterator[dict[str, Any]]:
    rank = {level: number for number, level in enumerate(PartyLevel.values)}
    found = _rows().filter(body__place__code__startswith=reading.place.code)
    # The higher ones first: whoever reads the list finds each one's parent above it.
    for one in sorted(found, key=lambda o: (rank[o.level], o.body.code)):
        yield {
            "name": one.body.name,
            "code": one.body.code,
            "place": one.body.place.code,
            "parent": one.parent.body.code if one.parent else "",
            "firm": one.firm.code if one.firm else "",
            **{name: getattr(one, name) for name in FACTS},
        }


SHEET = Sheet(
    name="branches",
    title=_("Party organisations"),
    columns=COLUMNS,
    judge=judging(COLUMNS, look, do),
    rows=rows,
    chunk=AT_ONCE,
    note=_("Numbers of members only: nobody's name belongs into this list."),
    examples=(
        {
            "name": "桂花苑小区党支部",
            "place": "桂花苑",
            "level": PartyLevel.BRANCH,
            "form": PartyForm.STANDING,
            "parent": "河东社区党委",
            "full_members": "12",
        },
    ),
)
