"""Ledgers of estates as workbooks, sent in and confirmed, for tests."""

import openpyxl

from accounts.models import User
from communities.actions import imports as actions
from communities.models import Estate, Import, Place, PlaceCode, ServiceSpell
from communities.sheets.run import run_imports
from tests.communities.workbooks import saved

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
