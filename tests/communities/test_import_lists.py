"""Each list: what it takes, what it refuses, and that an export sent in again changes nothing."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from accounts.actors import CLOCK
from accounts.models import User
from common.credit_codes import check_character
from common.now import now
from communities.actions import engage_firm, found_grid, imports, register_firm, set_buildings
from communities.actions.committee_seats import seat_member
from communities.actions.committees import found_committee, record_step
from communities.actions.party import found_organisation
from communities.models import (
    Appointment,
    Building,
    Committee,
    CommitteeMember,
    CommitteeState,
    Contract,
    Dwelling,
    Firm,
    Grid,
    ImportState,
    Office,
    PartyOrganisation,
    PlaceKind,
)
from communities.sheets import SHEETS
from communities.sheets.books import export_of, template_of
from communities.sheets.run import run_imports
from communities.workflow import Step
from tests.communities.workbooks import cells, sent, verdicts, why, workbook
from tests.factories import BEGINNING, County, place

pytestmark = pytest.mark.django_db
People = dict[str, User]
CREDIT = "91360730MA35G0AB1"
CREDIT += check_character(CREDIT)


def done(by: User, county: County, kind: str, data: bytes) -> None:
    found = sent(by, county.district, kind, data)
    assert why(found) == {}
    assert found.state == ImportState.READ, found.problem
    imports.confirm_import(found, by=by)
    run_imports()
    found.refresh_from_db()
    assert found.state == ImportState.DONE, (found.problem, why(found))


# --- Exports -------------------------------------------------------------------------------


def fill_buildings(county: County) -> None:
    Building.objects.create(
        place=county.building, floors=18, lifts=2, households=72, floor_area=Decimal("7800.5")
    )


def fill_dwellings(county: County) -> None:
    for number in (1, 2):
        made = place(
            PlaceKind.DWELLING, f"{county.entrance.code}000{number}", f"10{number}", county.entrance
        )
        Dwelling.objects.create(place=made, floor=1, floor_area=Decimal("96.5"))


def fill_firms(county: County) -> None:
    register_firm(
        county.district,
        by=CLOCK,
        name="红枫（国际）物业",
        credit_code=CREDIT,
        registered_on=date(2012, 6, 1),
        capital=Decimal("300.5"),
        phone="0797-6830000",
        representative="=1+1",
        community_led=True,
    )


def fill_contracts(county: County) -> None:
    engage_firm(
        county.firm,
        estate=county.unserved,
        from_on=date(2024, 1, 1),
        until_on=date(2027, 1, 1),
        fee=Decimal("1.350"),
        by=CLOCK,
    )


def fill_grids(county: County) -> None:
    large = found_grid(kind="large", community=county.community, name="河东大网格", by=CLOCK)
    set_buildings(large, by=CLOCK, buildings=list(county.estate.children.all()))
    cell = found_grid(
        kind="cell", community=county.community, name="1栋邻里格", parent=large, by=CLOCK
    )
    set_buildings(cell, by=CLOCK, buildings=[county.building])


def fill_branches(county: County) -> None:
    above = found_organisation(
        by=CLOCK, place=county.community, name="河东社区党委", level="committee", full_members=60
    )
    found_organisation(
        by=CLOCK,
        place=county.estate,
        name="桂花苑党支部",
        level="branch",
        parent=above,
        full_members=5,
    )


def fill_committees(county: County) -> None:
    made = found_committee(by=CLOCK, estate=county.estate)
    record_step(
        made,
        by=CLOCK,
        step=Step.TAKEN_OVER,
        on=date(2024, 6, 10),
        seats=7,
        elected_on=date(2024, 5, 20),
        number="〔2024〕12号",
        term_from_on=date(2024, 6, 1),
        term_until_on=date(2029, 6, 1),
    )
    seat_member(
        made,
        by=CLOCK,
        name="冯委员",
        role="director",
        floor_area=Decimal("108.6"),
        party_member=True,
        from_on=date(2024, 6, 1),
    )


def fill_appointments(county: County) -> None:
    User.objects.filter(pk=county.people["grid_worker"].pk).update(phone="13900000077")
    User.objects.filter(pk=county.people["manager"].pk).update(phone="13900000078")


FILLED: dict[str, Callable[[County], None]] = {
    "estates": lambda county: None,
    "buildings": fill_buildings,
    "dwellings": fill_dwellings,
    "firms": fill_firms,
    "contracts": fill_contracts,
    "grids": fill_grids,
    "branches": fill_branches,
    "committees": fill_committees,
    "members": fill_committees,
    "appointments": fill_appointments,
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", SHEETS)
def test_an_export_sent_in_again_changes_nothing(
    county: County, people: People, kind: str, language: str
) -> None:
    FILLED[kind](county)
    by = people["district"]
    with override(language):
        data, count = export_of(SHEETS[kind], county.district, by=by, at=now())
    assert count
    found = sent(by, county.district, kind, data)
    assert why(found) == {}
    assert (found.state, found.same, found.total) == (ImportState.READ, count, count)
    assert not any(
        isinstance(cell, str) and cell.startswith(("=", "+", "-", "@"))
        for row in cells(data)
        for cell in row
    )


@pytest.mark.parametrize("kind", SHEETS)
def test_a_template_has_headings_drop_downs_and_examples(kind: str) -> None:
    import io

    import openpyxl

    with override("zh-hans"):
        data = template_of(SHEETS[kind])
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(book.worksheets) >= 3
    first = book.worksheets[0]
    columns = SHEETS[kind].columns
    assert len([cell for cell in first[1] if cell.value]) == len(columns)
    chosen = [column for column in columns if column.written().choices]
    assert len(first.data_validations.dataValidation) == len(chosen)
    assert book.worksheets[1].max_row == 1 + len(SHEETS[kind].examples)
    assert first.freeze_panes == "A2"


@pytest.mark.parametrize("kind", SHEETS)
def test_every_heading_is_one_columns_alone(kind: str) -> None:
    from communities.sheets.columns import headings_of

    columns = SHEETS[kind].columns
    known = headings_of(columns)
    for language in ("zh-hans", "en"):
        with override(language):
            from common.workbooks import heading_key

            assert [known[heading_key(str(c.heading))] for c in columns] == [
                c.name for c in columns
            ]


# --- What they take and refuse --------------------------------------------------------------


def test_firms(county: County, people: People) -> None:
    headings = ("物业企业", "统一社会信用代码", "注册资本", "成立日期", "联系电话", "是否红色物业")
    wrong = CREDIT[:-1] + ("A" if CREDIT[-1] != "A" else "B")
    data = workbook(
        headings,
        ["青松物业", CREDIT, "300万元", "2012年6月1日", 13800138000.0, "是"],
        ["错码物业", wrong, "", "", "", ""],
        ["和顺物业", county.firm.firm.credit_code, "", "", "打电话", ""],
    )
    found = sent(people["district"], county.district, "firms", data)
    assert why(found) == {3: {"credit_code": ["refused"]}, 4: {"phone": ["no_phone"]}}
    assert Firm.objects.count() == 2
    done(
        people["district"],
        county,
        "firms",
        workbook(headings, ["青松物业", CREDIT, "300万元", "2012年6月1日", 13800138000.0, "是"]),
    )
    firm = Firm.objects.get(credit_code=CREDIT)
    assert (firm.capital, firm.body.phone, firm.community_led) == (
        Decimal(300),
        "13800138000",
        True,
    )
    assert firm.body.code.startswith("990101-F")
    again = workbook(("物业企业", "统一社会信用代码", "从业人数"), ["青松物业公司", CREDIT, "85人"])
    done(people["district"], county, "firms", again)
    firm.refresh_from_db()
    assert (firm.body.name, firm.staff, firm.capital) == ("青松物业公司", 85, Decimal(300))


def test_a_firm_seated_elsewhere_is_not_changed(county: County, people: People) -> None:
    data = workbook(("物业企业", "统一社会信用代码"), ["改名物业", county.firm.firm.credit_code])
    found = sent(people["dispatcher"], county.community, "firms", data)
    assert why(found) == {2: {"name": ["seat_elsewhere"]}}


def test_contracts(county: County, people: People) -> None:
    headings = ("小区", "物业公司", "合同起", "合同止", "物业费")
    data = workbook(
        headings,
        ["老机床厂宿舍", "和顺物业", "2024.1.1", "2026年12月31日", "1.35元/㎡·月"],
        ["老机床厂宿舍", "远大物业", "2025.1.1", "长期", ""],
        ["桂花苑", "远大物业", "2020-01-01", "", ""],
        ["桂花苑", "没有的物业", "2030-01-01", "", ""],
        ["银杏里", "远大物业", "2031-01-01", "2030-01-01", ""],
    )
    found = sent(people["dispatcher"], county.community, "contracts", data)
    assert verdicts(found)[0] == (2, "create")
    assert {number: sorted(said) for number, said in why(found).items()} == {
        3: ["estate"],
        4: ["firm"],
        5: ["firm"],
        6: ["until_on"],
    }
    assert Contract.objects.count() == 3
    done(
        people["district"],
        county,
        "contracts",
        workbook(headings, ["老机床厂宿舍", "和顺物业", "2024.1.1", "2026年12月31日", "1.35元"]),
    )
    made = Contract.objects.get(estate=county.unserved)
    assert (made.until_on, made.fee) == (date(2027, 1, 1), Decimal("1.350"))
    again = workbook(headings, ["老机床厂宿舍", "和顺物业", "2024.1.1", "2027年12月31日", ""])
    done(people["district"], county, "contracts", again)
    made.refresh_from_db()
    assert made.until_on == date(2028, 1, 1)


def test_grids_build_on_rows_above_them(county: County, people: People) -> None:
    headings = ("网格名称", "网格类型", "所属社区", "上级网格", "覆盖楼栋")
    data = workbook(
        headings,
        ["河东大网格", "大网格", "河东社区", "", "桂花苑/1栋、桂花苑/2栋"],
        ["一号邻里格", "邻里格", "河东社区", "河东大网格", "桂花苑1栋"],
        ["没有上级的邻里格", "邻里格", "河东社区", "", "桂花苑/2栋"],
        ["外面的格", "小网格", "河东社区", "河东大网格", "银杏里/1栋"],
        ["没有的楼", "小网格", "河东社区", "", "桂花苑/99栋"],
    )
    found = sent(people["dispatcher"], county.community, "grids", data)
    assert {number: sorted(said) for number, said in why(found).items()} == {
        4: ["parent"],
        5: ["buildings"],
        6: ["buildings"],
    }
    assert Grid.objects.count() == 1
    rows = (
        ["河东大网格", "大网格", "河东社区", "", "桂花苑/1栋、桂花苑/2栋"],
        ["一号邻里格", "邻里格", "河东社区", "河东大网格", "桂花苑1栋"],
    )
    done(people["district"], county, "grids", workbook(headings, *rows))
    cell = Grid.objects.get(kind="cell")
    assert cell.parent is not None
    assert (cell.parent.name, list(cell.buildings.all())) == ("河东大网格", [county.building])


def test_committees_are_entered_as_they_stand(county: County, people: People) -> None:
    headings = ("小区", "委员人数", "选举日期", "任期起", "任期止", "备案日期", "备案号")
    good = ["桂花苑", 7, "2024.5.20", "2024.6.1", "2029.5.31", "2024.6.10", "12号"]
    data = workbook(
        headings,
        good,
        ["老机床厂宿舍", 7, "", "", "", "", ""],
        ["临江府", 7, "2024.5.20", "2024.6.1", "2034.5.31", "2024.6.10", "13号"],
    )
    found = sent(people["subdistrict"], county.subdistrict, "committees", data)
    assert verdicts(found)[0] == (2, "create")
    assert sorted(why(found)) == [3, 4]
    assert not Committee.objects.exists()
    done(people["district"], county, "committees", workbook(headings, good))
    made = Committee.objects.get()
    assert (made.state, made.seats) == (CommitteeState.FILED, 7)
    assert made.term_until_on == date(2029, 6, 1)


def test_members_sit_on_committees_that_are(county: County, people: People) -> None:
    fill_committees(county)
    headings = ("小区", "姓名", "职务", "任职日期", "是否党员", "专有面积", "手机")
    data = workbook(
        headings,
        ["桂花苑", "陈晓梅", "委员", "2024.6.1", "√", "88.8㎡", "13900000001"],
        ["桂花苑", "王小二", "主任", "2024.6.1", "否", "", ""],
        ["银杏里", "李四", "委员", "2024.6.1", "", "", ""],
        ["桂花苑", "张冠李戴", "委员", "2024.6.1", "", "", "13900000002"],
    )
    found = sent(people["dispatcher"], county.community, "members", data)
    assert why(found) == {
        3: {"role": ["refused"]},
        4: {"estate": ["no_committee"]},
        5: {"phone": ["other_name"]},
    }
    done(
        people["district"],
        county,
        "members",
        workbook(headings, ["桂花苑", "陈晓梅", "委员", "2024.6.1", "√", "88.8㎡", "13900000001"]),
    )
    member = CommitteeMember.objects.get(name="陈晓梅")
    assert (member.user, member.party_member) == (people["resident"], True)
    assert people["resident"].appointments.get().office == Office.COMMITTEE_MEMBER


def test_branches_stand_beneath_those_above(county: County, people: People) -> None:
    headings = ("党组织名称", "所在地", "层级", "上级党组织", "正式党员")
    rows = (
        ["河东社区党委", "河东社区", "党委", "", 60],
        ["桂花苑党支部", "桂花苑", "党支部", "河东社区党委", "12人"],
    )
    data = workbook(
        headings,
        *rows,
        ["银杏里党支部", "银杏里", "党支部", "河东社区党委", 2],
        ["没上级支部", "银杏里", "党支部", "火星党委", 5],
    )
    found = sent(people["dispatcher"], county.community, "branches", data)
    assert {number: sorted(said) for number, said in why(found).items()} == {
        4: ["full_members"],
        5: ["parent"],
    }
    assert not PartyOrganisation.objects.exists()
    done(people["district"], county, "branches", workbook(headings, *rows))
    branch = PartyOrganisation.objects.get(level="branch")
    assert branch.parent is not None
    assert (branch.parent.body.name, branch.full_members) == ("河东社区党委", 12)


def test_offices_are_given_and_numbers_are_their_holders(county: County, people: People) -> None:
    headings = ("手机号", "姓名", "职务", "任职单位", "任职日期")
    first = [1.3900000001e10, "陈晓梅", "网格员", "河东第一网格", "2026.1.1"]
    data = workbook(
        headings,
        first,
        ["1391234567", "无名氏", "网格员", "河东第一网格", "2026.1.1"],
        ["13900000002", "张冠李戴", "网格员", "河东第一网格", "2026.1.1"],
        ["13900000002", "周大勇", "区县住建部门人员", "红枫县住建局物业科", "2026.1.1"],
    )
    before = Appointment.objects.count()
    found = sent(people["dispatcher"], county.community, "appointments", data)
    refused = why(found)
    assert refused[3] == {"phone": ["refused"]}
    assert refused[4] == {"name": ["other_name"]}
    assert 5 in refused
    assert verdicts(found)[0] == (2, "create"), refused
    assert Appointment.objects.count() == before
    done(people["district"], county, "appointments", workbook(headings, first))
    made = people["resident"].appointments.get()
    assert (made.office, made.grid, made.from_on) == (
        Office.GRID_WORKER,
        county.grid,
        date(2026, 1, 1),
    )
    assert made.from_on > BEGINNING
