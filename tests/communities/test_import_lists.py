"""Each list: what it takes and what it refuses."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import User
from communities.models import (
    Appointment,
    Committee,
    CommitteeMember,
    CommitteeState,
    Contract,
    Firm,
    Grid,
    Office,
    PartyOrganisation,
)
from tests.communities.list_sheets import CREDIT, done, fill_committees
from tests.communities.workbooks import sent, verdicts, why, workbook
from tests.factories import BEGINNING, County

pytestmark = pytest.mark.django_db
People = dict[str, User]


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
