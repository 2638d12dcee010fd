"""Lists sent in as workbooks: judged row by row, confirmed, written whole or not at all."""

from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import transaction

from accounts.models import AuditEntry, User
from common.errors import NotAllowed, TooMany, WrongState
from communities.actions import imports as actions
from communities.models import (
    Building,
    Dwelling,
    Estate,
    Import,
    ImportRow,
    ImportState,
    Place,
    PlaceCode,
    PlaceKind,
    ServiceSpell,
)
from communities.sheets.run import run_imports
from tests.communities.workbooks import saved, sent, verdicts, why, workbook
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
ESTATES = ("小区名称", "所属社区", "小区类型", "总户数", "建筑面积（㎡）", "交付时间")


def confirmed(found: Import, by: User) -> Import:
    actions.confirm_import(found, by=by)
    run_imports()
    found.refresh_from_db()
    return found


def untouched() -> tuple[int, int, int, int]:
    counted = (Place, PlaceCode, Estate, ServiceSpell)
    return tuple(model.objects.count() for model in counted)  # type: ignore[return-value]


def messy() -> bytes:
    """A county's ledger as it is: titles, two headings, merged cells, dates as text, totals."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "红枫县住宅小区台账"
    sheet.merge_cells("A1:G1")
    sheet["A2"] = "填报单位：河东社区　　　2026年11月"
    for at, (upper, lower) in enumerate(
        [
            ("序号", None),
            ("小区\n名称", None),
            ("所属社区", None),
            ("小区类型", None),
            ("规模", "总户数"),
            ("规模", "建筑面积（㎡）"),
            ("交付时间", None),
        ],
        1,
    ):
        sheet.cell(3, at, upper)
        sheet.cell(4, at, lower)
    sheet.merge_cells("E3:F3")
    for letter in "ABCDG":
        sheet.merge_cells(f"{letter}3:{letter}4")
    sheet.append([1, "梧桐　花园", "河东社区", "商住", "３２０户", "36,500.50 ㎡", "2016.5.1"])
    sheet.append([2, "柳岸\u200b人家", None, "安置房", 96.0, "8800平方米", 43586])
    sheet.merge_cells("C5:C6")
    sheet.append([None, None, None, None, None, None, None])
    sheet.append([3, "藏起来的", "河东社区", "商住", 1, 1, "2016.5.1"])
    sheet.row_dimensions[8].hidden = True
    sheet.append(["合计", None, None, None, 416, None, None])
    return saved(book)


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


# --- The sweep ----------------------------------------------------------------------------


def test_what_changed_in_between_is_refused_and_shown_anew(
    county: County, people: dict[str, User]
) -> None:
    clerk = people["dispatcher"]
    data = workbook(ESTATES, ["新苑", "河东社区", "商品房", 7, "", ""])
    first = sent(clerk, county.community, "estates", data)
    second = sent(clerk, county.community, "estates", data)
    confirmed(first, clerk)
    before = untouched()
    confirmed(second, clerk)
    assert (second.state, second.problem["code"]) == (ImportState.REFUSED, "changed_since")
    assert verdicts(second) == [(2, "same")]
    assert untouched() == before


def test_a_sweep_that_died_lets_another_have_it(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    clerk = people["dispatcher"]
    data = workbook(ESTATES, ["新苑", "河东社区", "商品房", 7, "", ""])
    found = actions.send_import(
        by=clerk, kind="estates", place=county.community, filename="a", data=data
    )
    dead = actions.take_import()
    assert dead is not None
    actions.begin_rows(dead, total=9, notes=[])
    assert actions.take_import() is None  # somebody is at it
    assert run_imports() == 0
    clock.forward(minutes=3)
    run_imports()
    found.refresh_from_db()
    assert (found.state, found.total) == (ImportState.READ, 1)
    with pytest.raises(actions.Lost), transaction.atomic():
        actions.keep_rows(dead, [(3, "create", {}, {})])
    assert ImportRow.objects.count() == 1


def test_a_workbook_that_kills_its_sweeps_is_given_up(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    data = workbook(ESTATES, ["新苑", "河东社区", "商品房", 7, "", ""])
    found = actions.send_import(
        by=people["dispatcher"], kind="estates", place=county.community, filename="a", data=data
    )
    for _round in range(4):
        assert actions.take_import() is not None
        clock.forward(minutes=3)
    found.refresh_from_db()
    assert (found.state, found.problem["code"]) == (ImportState.REFUSED, "given_up")
    assert actions.take_import() is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "old_excel"),
        (b"a,b\n1,2\n", "not_excel"),
        (workbook(("天气", "心情"), ["晴", "好"]), "no_headings"),
        (workbook(ESTATES), "no_rows"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_reason(
    county: County, people: dict[str, User], data: bytes, code: str
) -> None:
    found = sent(people["dispatcher"], county.community, "estates", data)
    assert (found.state, found.problem["code"]) == (ImportState.REFUSED, code)


def test_nobody_fills_the_queue(county: County, people: dict[str, User]) -> None:
    clerk = people["dispatcher"]
    for _turn in range(actions.MOST_OPEN):
        actions.send_import(
            by=clerk, kind="estates", place=county.community, filename="a", data=b"x"
        )
    with pytest.raises(TooMany):
        actions.send_import(
            by=clerk, kind="estates", place=county.community, filename="a", data=b"x"
        )


def test_workbooks_and_rows_go_after_a_month_and_the_counts_stay(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    clerk = people["dispatcher"]
    done = confirmed(sent(clerk, county.community, "estates", messy()), clerk)
    left = sent(clerk, county.community, "estates", messy())
    clock.forward(days=29)
    run_imports()
    assert Import.objects.filter(file__isnull=False).count() == 2
    clock.forward(days=2)
    run_imports()
    done.refresh_from_db()
    left.refresh_from_db()
    assert (done.file, done.rows.count(), done.created) == (None, 0, 2)
    assert (left.file, left.state) == (None, ImportState.DROPPED)


def test_a_thousand_rows_cost_as_many_queries_as_ten(
    county: County, people: dict[str, User], at_most: object
) -> None:
    clerk = people["dispatcher"]
    headings = ("小区", "楼栋", "单元", "房号")

    def queries(rows: int) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        data = workbook(
            headings, *(["桂花苑", "1栋", "1单元", f"{number}室"] for number in range(rows))
        )
        actions.send_import(
            by=clerk, kind="dwellings", place=county.community, filename="a", data=data
        )
        with CaptureQueriesContext(
            connection,
        ) as caught:
            run_imports()
        # SQLite inserts row by row, in one call.
        return len([q for q in caught if not q["sql"].startswith("INSERT")])

    assert queries(10) == queries(900)


def test_a_list_read_in_one_go_is_not_taken_over_while_it_is_read(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    """Rows that build on each other are heard of at the end only: long lists are held longer."""
    clerk = people["dispatcher"]
    data = workbook(("网格", "网格类型"), ["一号网格", "大网格"])
    actions.send_import(by=clerk, kind="grids", place=county.community, filename="a", data=data)
    held = actions.take_import()
    assert held is not None
    actions.begin_rows(held, total=2_000, notes=[], at_once=100_000)
    clock.forward(minutes=8)
    assert actions.take_import() is None
    clock.forward(minutes=3)
    assert actions.take_import() == held
