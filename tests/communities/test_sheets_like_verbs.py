"""What a list refuses and writes is what the single verb refuses and writes, word for word."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.utils.translation import override

from accounts.models import AuditEntry, User
from common.credit_codes import check_character
from common.errors import DomainError
from communities.actions import engage_firm, found_grid, imports, register_firm, set_buildings
from communities.actions.committee_seats import seat_member
from communities.actions.committees import found_committee, record_step
from communities.actions.offices import appoint
from communities.actions.party import found_organisation
from communities.models import (
    Appointment,
    Committee,
    CommitteeMember,
    Contract,
    Firm,
    Grid,
    Import,
    Office,
    PartyOrganisation,
)
from communities.sheets.run import run_imports
from communities.sheets.words import sentences_of
from communities.workflow import Step
from tests.communities.workbooks import sent, why, workbook
from tests.factories import County

pytestmark = pytest.mark.django_db
People = dict[str, User]
Verb = Callable[[County, User], Any]
BEGAN = date(2024, 6, 1)
CREDIT = "91360730MA35G0AB1"
CREDIT += check_character(CREDIT)
SPOILT = CREDIT[:-1] + ("1" if CREDIT[-1] == "0" else "0")
PHONE = "13900000077"


def grid_with(buildings: bool, **more: Any) -> Verb:
    def verb(county: County, by: User) -> None:
        said = {"kind": "large", "community": county.community, "name": "东大网格", **more}
        made = found_grid(by=by, **said)
        if buildings:
            set_buildings(made, by=by, buildings=[county.building])

    return verb


def cell_beneath(county: County, by: User) -> None:
    """A building that the grid above does not have."""
    said: dict[str, Any] = {"community": county.community, "by": by}
    made = found_grid(kind="cell", name="邻里格", parent=county.grid, **said)
    there = county.other_estate.children.order_by("code")[0]
    set_buildings(made, by=by, buildings=[there])


def member(**more: Any) -> Verb:
    def verb(county: County, by: User) -> None:
        said = {"name": "冯委员", "role": "member", "from_on": BEGAN, **more}
        seat_member(Committee.objects.get(), by=by, **said)

    return verb


def contract(**more: Any) -> Verb:
    def verb(county: County, by: User) -> None:
        said = {"estate": county.unserved, "from_on": BEGAN, **more}
        engage_firm(county.firm, by=by, **said)

    return verb


def firm(**more: Any) -> Verb:
    def verb(county: County, by: User) -> None:
        register_firm(county.district, by=by, **{"name": "红枫物业", "credit_code": CREDIT, **more})

    return verb


def branch(**more: Any) -> Verb:
    def verb(county: County, by: User) -> None:
        said = {"place": county.community, "name": "河东社区党委", "level": "committee", **more}
        found_organisation(by=by, **said)

    return verb


def beneath_a_lower_one(county: County, by: User) -> None:
    lower = PartyOrganisation.objects.get(body__name="老支部")
    said: dict[str, Any] = {"place": county.estate, "name": "桂花苑党委", "level": "committee"}
    found_organisation(by=by, parent=lower, **said)


def committee(**more: Any) -> Verb:
    def verb(county: County, by: User) -> None:
        made = found_committee(by=by, estate=county.unserved)
        facts: dict[str, Any] = {
            "seats": 7,
            "elected_on": date(2024, 5, 20),
            "number": "〔2024〕12号",
            "term_from_on": BEGAN,
            "term_until_on": date(2029, 6, 1),
            **more,
        }
        record_step(made, by=by, step=Step.TAKEN_OVER, on=date(2024, 6, 10), **facts)

    return verb


def office(what: Callable[[County], tuple[str, Any]]) -> Verb:
    def verb(county: County, by: User) -> None:
        held, seat = what(county)
        appoint(county.people["grid_worker"], by=by, office=held, at=seat, from_on=BEGAN)

    return verb


GRIDS = ("网格", "网格类型", "社区", "上级网格", "楼栋")
MEMBERS = ("小区", "姓名", "职务", "任职日期", "离任日期")
CONTRACTS = ("小区", "物业公司", "合同起", "合同止", "物业费")
FIRMS = ("物业企业", "统一社会信用代码")
BRANCHES = ("党组织名称", "所在地", "层级", "正式党员")
COMMITTEES = ("小区", "委员人数", "选举日期", "任期起", "任期止", "备案日期", "备案号")
OFFICES = ("手机号", "姓名", "职务", "任职单位", "任职日期")
FILED = ["老机床厂宿舍", 7, "2024-05-20", "2024-06-01", "2029-05-31", "2024-06-10", "〔2024〕12号"]


def filed(**more: Any) -> list[Any]:
    names = ("estate", "seats", "elected_on", "from_on", "until_on", "on", "number")
    return list({**dict(zip(names, FILED, strict=True)), **more}.values())


# List, headings, the row, and the single verb that says the same.
REFUSED: dict[str, tuple[str, tuple[str, ...], list[Any], Verb]] = {
    "a cell without a grid above": (
        "grids",
        GRIDS,
        ["邻里格", "邻里格", "河东社区", None, None],
        grid_with(False, kind="cell", name="邻里格"),
    ),
    "a building that is not in the grid above": (
        "grids",
        GRIDS,
        ["邻里格", "邻里格", "河东社区", "河东第一网格", "银杏里/1栋"],
        cell_beneath,
    ),
    "a second director": (
        "members",
        MEMBERS,
        ["桂花苑", "冯委员", "主任", "2024-06-01", None],
        member(role="director"),
    ),
    "a seat that ends before it begins": (
        "members",
        MEMBERS,
        ["桂花苑", "冯委员", "委员", "2024-06-01", "2024-05-01"],
        member(until_on=date(2024, 5, 2)),
    ),
    "a term that ends before it begins": (
        "committees",
        COMMITTEES,
        filed(until_on="2024-05-31"),
        committee(term_until_on=BEGAN),
    ),
    "a term that is too long": (
        "committees",
        COMMITTEES,
        filed(until_on="2039-05-31"),
        committee(term_until_on=date(2039, 6, 1)),
    ),
    "elected after it was filed": (
        "committees",
        COMMITTEES,
        filed(elected_on="2024-06-20"),
        committee(elected_on=date(2024, 6, 20)),
    ),
    "an office that somebody at the district may not give": (
        "appointments",
        OFFICES,
        [PHONE, "赵网格", "区县工作人员", "红枫县住建局物业科", "2024-06-01"],
        office(lambda county: (Office.DISTRICT_OFFICER, county.district_office)),
    ),
    "a contract that ends before it begins": (
        "contracts",
        CONTRACTS,
        ["老机床厂宿舍", "和顺物业", "2024-06-01", "2024-05-01", None],
        contract(until_on=date(2024, 5, 2)),
    ),
    "a credit code whose last character does not fit": (
        "firms",
        FIRMS,
        ["红枫物业", SPOILT],
        firm(credit_code=SPOILT),
    ),
    "an organisation beneath a lower one": (
        "branches",
        (*BRANCHES, "上级党组织"),
        ["桂花苑党委", "桂花苑", "党委", None, "老支部"],
        beneath_a_lower_one,
    ),
}


def prepare(county: County, people: People) -> User:
    """An estate with a committee that has its director; the clerk of the district enters it all."""
    by = people["district"]
    made = found_committee(by=by, estate=county.estate)
    seat_member(made, by=by, name="主任", role="director", from_on=date(2024, 1, 1))
    found_organisation(by=by, place=county.community, name="老支部", level="branch", full_members=5)
    worker = people["grid_worker"]
    worker.phone, worker.name = PHONE, "赵网格"
    worker.save(update_fields=["phone", "name"])
    return by


def state() -> dict[str, list[Any]]:
    """The rows that lists write, without what says when and by which way they came."""
    left_out = {"id", "public_id", "_state"}
    found: dict[str, list[Any]] = {}
    for model in (Grid, Contract, Firm, PartyOrganisation, Committee, CommitteeMember, Appointment):
        names = [field.attname for field in model._meta.concrete_fields]
        names = [name for name in names if name not in left_out and not name.endswith("_at")]
        kept = [name for name in names if name not in {"body_id", "committee_id"}]
        found[model.__name__] = sorted(map(str, model.objects.values_list(*kept)))
    buildings = Grid.buildings.through.objects.values_list("grid__code", "place__code")
    found["buildings"] = sorted(map(str, buildings))
    found["audit"] = sorted(
        AuditEntry.objects.exclude(target_kind="import").values_list("verb", "target", flat=False)
    )
    return found


def by_verb(verb: Verb, county: County, by: User) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """What the verb says by field, or what it leaves in the register; undone afterwards."""
    said: dict[str, list[str]] = {}
    with transaction.atomic():
        try:
            with transaction.atomic():
                verb(county, by)
        except DomainError as refusal:
            said = {k: [str(s) for s in v] for k, v in refusal.fields.items()} or {
                "": [str(refusal)]
            }
        after = state()
        transaction.set_rollback(True)
    return said, after


def read(kind: str, headings: tuple[str, ...], row: list[Any], county: County, by: User) -> Import:
    return sent(by, county.district, kind, workbook(headings, row))


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_the_verb_refuses_the_list_refuses_in_the_same_words(
    county: County, people: People, name: str, language: str
) -> None:
    by = prepare(county, people)
    before = state()
    kind, headings, row, verb = REFUSED[name]
    with override(language):
        said, after = by_verb(verb, county, by)
        assert said, "the verb does not refuse this"
        assert after == before
        found = read(kind, headings, row, county, by)
        assert (found.refused, found.created) == (1, 0), why(found)
        words = sentences_of(found.rows.get().words)
    told = [sentence for sentences in words.values() for sentence in sentences]
    assert told == [sentence for sentences in said.values() for sentence in sentences]
    assert state() == before


GOOD: dict[str, tuple[str, tuple[str, ...], list[Any], Verb]] = {
    "a grid with a building": (
        "grids",
        GRIDS,
        ["东大网格", "大网格", "河东社区", None, "桂花苑/1栋"],
        grid_with(True),
    ),
    "a member": ("members", MEMBERS, ["桂花苑", "冯委员", "委员", "2024-06-01", None], member()),
    "a contract": (
        "contracts",
        CONTRACTS,
        ["老机床厂宿舍", "和顺物业", "2024-06-01", "长期", None],
        contract(),
    ),
    "a firm": ("firms", FIRMS, ["红枫物业", CREDIT], firm()),
    "a party organisation": (
        "branches",
        BRANCHES,
        ["河东社区党委", "河东社区", "党委", "60人"],
        branch(full_members=60),
    ),
    "a warden": (
        "appointments",
        OFFICES,
        [PHONE, "赵网格", "小区院长", "老机床厂宿舍", "2024-06-01"],
        office(lambda county: (Office.WARDEN, county.unserved)),
    ),
    "a committee": ("committees", COMMITTEES, FILED, committee()),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_the_list_writes_is_what_the_verb_writes(
    county: County, people: People, name: str
) -> None:
    by = prepare(county, people)
    kind, headings, row, verb = GOOD[name]
    said, after = by_verb(verb, county, by)
    assert said == {}
    before = state()
    assert after != before
    found = read(kind, headings, row, county, by)
    assert why(found) == {}
    assert state() == before, "reading a list writes nothing"
    imports.confirm_import(found, by=by)
    run_imports()
    found.refresh_from_db()
    assert (found.state, found.created) == ("done", 1), found.problem
    assert state() == after
