"""Lists sent in as workbooks: judged row by row, confirmed, written whole or not at all."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import AuditEntry, User
from common.errors import NotAllowed, WrongState
from communities.actions import imports as actions
from communities.models import Building, Dwelling, Import, ImportState, Place, PlaceKind
from communities.sheets.run import run_imports
from tests.communities.ledger_sheets import ESTATES, confirmed, messy, untouched
from tests.communities.workbooks import sent, verdicts, why, workbook
from tests.factories import County

pytestmark = pytest.mark.django_db


def test_a_messy_ledger_is_read_and_written(county: County, people: dict[str, User]) -> None:
    clerk = people["dispatcher"]
    before = untouched()
    found = sent(clerk, county.community, "estates", messy())
    assert (found.state, found.total, found.created) == (ImportState.READ, 2, 2)
    assert verdicts(found) == [(5, "create"), (6, "create")]
    notes = [code for code, _facts in found.problem["notes"]]
    assert notes == ["unknown_columns", "left_out_hidden", "left_out_totals"]
    assert untouched() == before  # nothing is written until it is confirmed

    confirmed(found, clerk)
    assert found.state == ImportState.DONE
    first, second = Place.objects.filter(name__in=["梧桐花园", "柳岸人家"]).order_by("code")
    assert (first.name, first.code, first.parent) == (
        "梧桐花园",
        f"{county.community.code}004",
        county.community,
    )
    assert (first.estate.households, first.estate.floor_area) == (320, Decimal("36500.50"))
    assert first.estate.delivered_on == date(2016, 5, 1)
    assert (second.name, second.estate.kind) == ("柳岸人家", "resettlement")
    assert second.estate.delivered_on == date(2019, 5, 1)
    assert first.initials == "wthy"
    assert first.codes.get().code == first.code
    assert first.service_spells.get().until_on is None
    entry = AuditEntry.objects.get(verb="write_import")
    assert entry.facts["created"] == 2
    assert "梧桐" not in str(entry.facts)


def test_sent_again_it_changes_nothing(county: County, people: dict[str, User]) -> None:
    clerk = people["dispatcher"]
    confirmed(sent(clerk, county.community, "estates", messy()), clerk)
    again = sent(clerk, county.community, "estates", messy())
    assert (again.same, again.created, again.changed, again.refused) == (2, 0, 0, 0)
    with pytest.raises(WrongState):
        actions.confirm_import(again, by=clerk)


def test_nothing_is_written_while_a_row_is_refused(county: County, people: dict[str, User]) -> None:
    clerk = people["dispatcher"]
    before = untouched()
    data = workbook(
        ESTATES,
        ["新苑", "河东社区", "商品房", "120", "", "2020年5月"],
        ["坏苑", "河东社区", "宫殿", "很多", "一千", "2020.13.1"],
        ["远苑", "河西社区", "商品房", "", "", ""],
        ["无名社区的", "火星社区", "商品房", "", "", ""],
        ["", "河东社区", "商品房", "5", "", ""],
        ["新苑", "河东社区", "商品房", "7", "", ""],
        title="小区表",
    )
    found = sent(clerk, county.community, "estates", data)
    assert found.state == ImportState.READ
    assert why(found) == {
        4: {
            "kind": ["no_choice"],
            "households": ["no_number"],
            "floor_area": ["no_number"],
            "delivered_on": ["no_such_day"],
        },
        5: {"community": ["not_within"]},
        6: {"community": ["unknown"]},
        7: {"name": ["missing"]},
        8: {"name": ["twice"]},
    }
    with pytest.raises(WrongState):
        actions.confirm_import(found, by=clerk)
    run_imports()
    assert untouched() == before


def test_an_empty_cell_leaves_what_is_there(county: County, people: dict[str, User]) -> None:
    clerk = people["dispatcher"]
    code = county.estate.code
    data = workbook(
        ("小区编码", "小区名称", "总户数"), [code, "桂花苑", 300], [code[:-1] + "2", "", ""]
    )
    found = sent(clerk, county.community, "estates", data)
    assert verdicts(found) == [(2, "change"), (3, "same")]
    assert found.rows.get(number=2).words == {"households": ["240", "300"]}
    confirmed(found, clerk)
    county.estate.estate.refresh_from_db()
    assert county.estate.estate.households == 300
    assert county.estate.estate.kind == "commodity"


def test_how_an_estate_is_served_is_not_changed_by_a_list(
    county: County, people: dict[str, User]
) -> None:
    data = workbook(("小区名称", "服务模式"), ["桂花苑", "业主自管"])
    found = sent(people["dispatcher"], county.community, "estates", data)
    assert why(found) == {2: {"service_mode": ["mode_has_its_page"]}}


def test_codes_fit_and_are_given_once(county: County, people: dict[str, User]) -> None:
    code = county.community.code
    data = workbook(
        ("小区编码", "小区名称", "小区类型"),
        [code + "009", "九苑", "商住"],
        ["", "四苑", "商住"],
        [code + "004", "占四苑", "商住"],
        ["99010100100200A", "错苑", "商住"],
        [float(990101001001010), "十苑", "商住"],
        [9.90101001001001e17, "截断苑", "商住"],
    )
    found = sent(people["dispatcher"], county.community, "estates", data)
    assert why(found) == {5: {"code": ["code_does_not_fit"]}, 7: {"code": ["shortened_number"]}}


def test_the_code_of_a_place_that_is_gone_is_given_to_no_other(
    county: County, people: dict[str, User]
) -> None:
    Place.objects.filter(pk=county.unserved.pk).update(closed_on=date(2021, 1, 1))
    data = workbook(("小区编码", "小区名称", "小区类型"), [county.unserved.code, "占码苑", "商住"])
    found = sent(people["dispatcher"], county.community, "estates", data)
    assert why(found) == {2: {"code": ["code_was_given"]}}
    data = workbook(("小区名称", "小区类型"), ["新苑", "商住"])
    confirmed(sent(people["dispatcher"], county.community, "estates", data), people["dispatcher"])
    assert Place.objects.get(name="新苑").code == f"{county.community.code}004"


def test_only_whoever_keeps_the_register_sends_lists(
    county: County, people: dict[str, User]
) -> None:
    data = workbook(ESTATES, ["新苑", "河东社区", "商品房", "", "", ""])
    for name in ("far_dispatcher", "manager", "committee", "resident", "auditor"):
        with pytest.raises(NotAllowed):
            actions.send_import(
                by=people[name], kind="estates", place=county.community, filename="a", data=data
            )
    found = sent(people["dispatcher"], county.community, "estates", data)
    with pytest.raises(NotAllowed):
        actions.confirm_import(found, by=people["far_dispatcher"])
    assert Import.objects.count() == 1
    found.refresh_from_db()
    assert found.state == ImportState.READ


def test_whoever_left_office_writes_nothing(county: County, people: dict[str, User]) -> None:
    clerk = people["dispatcher"]
    data = workbook(ESTATES, ["新苑", "河东社区", "商品房", "", "", ""])
    found = sent(clerk, county.community, "estates", data)
    actions.confirm_import(found, by=people["subdistrict"])
    clerk.appointments.update(until_on=date(2021, 1, 1))
    run_imports()
    found.refresh_from_db()
    assert (found.state, found.problem["code"]) == (ImportState.REFUSED, "not_yours")
    assert not Place.objects.filter(name="新苑").exists()


# --- Buildings and dwellings ---------------------------------------------------------------


def test_buildings_come_with_their_entrances(county: County, people: dict[str, User]) -> None:
    clerk = people["dispatcher"]
    data = workbook(
        ("小区", "楼栋", "单元", "层数", "电梯数"),
        ["桂花苑", "1幢", "3", "18层", "2部"],
        ["桂花苑", "9栋", "东单元、西单元", 6, 0],
        ["银杏里小区", "7栋", "2", "", ""],
        ["没有的小区", "1栋", "1", "", ""],
    )
    found = sent(clerk, county.community, "buildings", data)
    assert why(found) == {5: {"estate": ["unknown"]}}
    data = workbook(
        ("小区", "楼栋", "单元", "层数", "电梯数"),
        ["桂花苑", "1幢", "3", "18层", "2部"],
        ["桂花苑", "9栋", "东单元、西单元", 6, 0],
        ["银杏里小区", "7栋", "2", "", ""],
    )
    found = sent(clerk, county.community, "buildings", data)
    assert verdicts(found) == [(2, "change"), (3, "create"), (4, "create")]
    confirmed(found, clerk)
    assert found.state == ImportState.DONE
    known = Building.objects.get(place=county.building)
    assert (known.floors, known.lifts, known.place.name) == (18, 2, "1栋")
    names = county.building.children.order_by("code").values_list("code", "name")
    assert list(names)[-1] == (f"{county.building.code}03", "3单元")
    ninth = Place.objects.get(name="9栋", parent=county.estate)
    assert [c.name for c in ninth.children.order_by("code")] == ["东单元", "西单元"]
    again = sent(clerk, county.community, "buildings", data)
    assert again.same == 3


def test_dwellings_lie_in_entrances(county: County, people: dict[str, User]) -> None:
    clerk = people["dispatcher"]
    headings = ("小区", "楼栋", "单元", "房号", "用途", "所在楼层", "建筑面积")
    data = workbook(
        headings,
        ["桂花苑", "1栋", "1单元", 101.0, "住宅", "1层", "96.5㎡"],
        ["桂花苑", "1", "2", "101", "商铺", -1, ""],
        ["桂花苑", "1栋", "", "102", "", "", ""],
        ["桂花苑", "1栋", "9单元", "103", "", "", ""],
        ["桂花苑", "1栋", "1单元", date(2024, 3, 2), "", "", ""],
        ["临江府", "1栋", "1单元", "101", "", "", ""],
    )
    found = sent(clerk, county.community, "dwellings", data)
    assert why(found) == {
        4: {"entrance": ["needs_entrance"]},
        5: {"entrance": ["unknown"]},
        6: {"name": ["date_as_name"]},
        7: {"estate": ["not_within"]},
    }
    data = workbook(
        headings,
        ["桂花苑", "1栋", "1单元", 101.0, "住宅", "1层", "96.5㎡"],
        ["桂花苑", "1", "2", "101", "商铺", -1, ""],
    )
    confirmed(sent(clerk, county.community, "dwellings", data), clerk)
    first = Place.objects.get(kind=PlaceKind.DWELLING, parent=county.entrance)
    assert (first.code, first.name) == (f"{county.entrance.code}0001", "101")
    assert first.dwelling.floor_area == Decimal("96.50")
    assert Dwelling.objects.get(use="shop").floor == -1
    assert sent(clerk, county.community, "dwellings", data).same == 2
