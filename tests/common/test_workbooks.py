"""Workbooks as people write them: where the headings are, what is left out, what is refused."""

import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.workbooks import (
    Heading,
    Misread,
    Note,
    Watermark,
    annotated,
    clean,
    heading_key,
    listing,
    read_table,
    template,
)
from common.workbooks import reading as limits

# A machine that does other things besides takes its time.
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
MARK = Watermark("李社区 2026-11-22")
KNOWN = {
    heading_key(name): column
    for name, column in {
        "小区名称": "name",
        "户数": "households",
        "规模建筑面积": "area",
        "联系电话": "phone",
        "交付时间": "on",
    }.items()
}


def refused(call: Any, *args: Any) -> str:
    with pytest.raises(Misread) as caught:
        call(*args)
    return caught.value.code


# --- Tables -------------------------------------------------------------------------------


def saved(book: openpyxl.Workbook) -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def messy() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "红枫县小区台账"
    sheet.merge_cells("A1:F1")
    sheet["A3"] = "小区\n名称"
    sheet.merge_cells("A3:A4")
    sheet["B3"] = "规模"
    sheet.merge_cells("B3:C3")
    sheet["B4"], sheet["C4"] = "户数", "建筑面积（㎡）"
    sheet["D3"], sheet["E3"], sheet["F3"] = "联系电话", "交付时间", "备注"
    sheet.append(["银杏 里　", "120户", "1,200 ㎡", 1.3800138e10, "2024.5.1", "x"])
    return book


def test_two_headings_under_a_title_in_merged_cells() -> None:
    table = read_table(saved(messy()), KNOWN)
    assert table.columns == ["name", "households", "area", "phone", "on"]
    assert [(row.number, row.said) for row in table.rows] == [
        (
            5,
            {
                "name": "银杏里",
                "households": "120户",
                "area": "1,200 ㎡",
                "phone": "13800138000",
                "on": "2024.5.1",
            },
        )
    ]
    assert table.notes == [("unknown_columns", {"names": "备注"})]


def test_hidden_rows_totals_and_headings_said_again_are_left_out() -> None:
    book = messy()
    sheet = book.active
    sheet.append(["藏", 1])
    sheet.row_dimensions[6].hidden = True
    sheet.append([])
    sheet.append(["合 计", 121])
    sheet.append(["小计：", 121])
    sheet.append(["小区名称", "户数", "建筑面积", "联系电话", "交付时间"])
    sheet.append(["合计花园", 5])
    table = read_table(saved(book), KNOWN)
    assert [row.said["name"] for row in table.rows] == ["银杏里", "合计花园"]
    assert ("left_out_hidden", {"n": 1}) in table.notes
    assert ("left_out_totals", {"n": 2}) in table.notes


def test_a_merged_cell_says_the_same_in_all_its_rows() -> None:
    book = messy()
    sheet = book.active
    for number in (6, 7, 8):
        sheet.cell(number, 2, number)
    sheet["A6"] = "合并苑"
    sheet.merge_cells("A6:A8")
    sheet.cell(9, 2, 9)
    rows = read_table(saved(book), KNOWN).rows
    assert [row.said.get("name") for row in rows[1:]] == ["合并苑", "合并苑", "合并苑", None]


def test_formulas_are_read_as_what_they_came_to() -> None:
    book = messy()
    book.active["B5"] = "=60*2"
    # Never reckoned: there is no value, and none is made up.
    assert "households" not in read_table(saved(book), KNOWN).rows[0].said


def test_the_first_sheet_that_is_known_is_taken_and_said() -> None:
    book = messy()
    first = book.create_sheet("封面", 0)
    first["A1"] = "说明"
    hidden = book.create_sheet("藏", 0)
    hidden.append(["小区名称", "户数"])
    hidden.append(["藏", 1])
    hidden.sheet_state = "hidden"
    table = read_table(saved(book), KNOWN)
    assert [row.said["name"] for row in table.rows] == ["银杏里"]
    assert table.notes[0] == ("took_sheet", {"name": "Sheet"})


# --- What is no workbook, or too much of one ------------------------------------------------


def zipped(**parts: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def named(*contents: tuple[str, bytes]) -> bytes:
    return zipped(**dict(contents))


def test_by_its_content_never_by_its_name() -> None:
    assert refused(read_table, b"", KNOWN) == "not_excel"
    assert refused(read_table, b"name,households\n", KNOWN) == "not_excel"
    assert refused(read_table, b"\xd0\xcf\x11\xe0rest", KNOWN) == "old_excel"
    assert refused(read_table, named(("a.txt", b"x")), KNOWN) == "not_excel"
    whole = saved(messy())
    assert refused(read_table, whole[: len(whole) // 2], KNOWN) == "not_excel"


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGEST_UNPACKED", 1_000_000)
    bomb = named(
        ("[Content_Types].xml", b"<x/>"),
        ("xl/workbook.xml", b"<x/>"),
        ("xl/worksheets/sheet1.xml", b" " * 1_100_000),
    )
    assert len(bomb) < 10_000
    assert refused(read_table, bomb, KNOWN) == "unpacks_too_large"


def test_entities_are_refused() -> None:
    data = named(
        ("[Content_Types].xml", b"<x/>"),
        ("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'),
    )
    assert refused(read_table, data, KNOWN) == "not_excel"


def test_what_only_looks_like_a_workbook_is_unreadable() -> None:
    data = named(("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>"))
    assert refused(read_table, data, KNOWN) == "unreadable"


def test_too_large_and_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(messy())
    monkeypatch.setattr(limits, "MOST_ROWS", 0)
    assert refused(read_table, data, KNOWN) == "too_many_rows"
    monkeypatch.setattr(limits, "LARGEST_FILE", 100)
    assert refused(read_table, data, KNOWN) == "too_large"


@settings(SLOWLY, max_examples=60)
@given(st.binary(max_size=300), st.integers(0, 4000))
def test_a_damaged_workbook_is_refused_or_read_and_never_crashes(noise: bytes, at: int) -> None:
    data = bytearray(WHOLE)
    data[at : at + len(noise)] = noise
    try:
        read_table(bytes(data), KNOWN)
    except Misread as misread:
        assert misread.code


WHOLE = saved(messy())

# --- Writing ------------------------------------------------------------------------------

COLUMNS = (
    Heading("小区名称", required=True, note="全称"),
    Heading("户数", kind="number"),
    Heading("交付时间", kind="date"),
    Heading("联系电话"),
)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn")), max_size=30
).map(clean)


@settings(SLOWLY, max_examples=60)
@given(
    st.lists(
        st.tuples(
            TEXTS.filter(bool),
            st.integers(0, 10**9),
            st.dates(date(1921, 1, 1), date(2099, 12, 31)),
            TEXTS,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_is_written_is_read_again(rows: list[tuple[str, int, date, str]]) -> None:
    table = read_table(listing("小区", COLUMNS, rows, mark=MARK), KNOWN)
    wanted = [
        {"name": name, "households": str(number), "on": day.isoformat(), "phone": phone}
        for name, number, day, phone in rows
        if not limits._is_total((name, str(number), day.isoformat(), phone))
    ]
    found = [row.said for row in table.rows]
    assert found == [{n: t for n, t in row.items() if t} for row in wanted]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t"])
def test_no_cell_starts_a_formula(begins: str) -> None:
    data = listing("小区", COLUMNS, [(f"{begins}1+1", 1, None, "")], mark=Watermark(f"{begins}x"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "+", "-", "@", "\t"))
    assert read_table(data, KNOWN).rows[0].said["name"] == clean(f"{begins}1+1")


def test_a_template_explains_itself() -> None:
    many = tuple(f"选择{number}" for number in range(60))
    headings = (*COLUMNS, Heading("类型", choices=("甲", "乙")), Heading("多", choices=many))
    data = template(
        "小区[1]", headings, [["桂花苑", 3, None, "", "甲", ""]],
        examples_name="示例", notes_name="说明", notes=["=不是公式"],
    )  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["小区 1", "lists", "示例", "说明"]
    assert book["lists"].sheet_state == "veryHidden"
    assert book.worksheets[0]["A1"].value == "小区名称*"
    assert book.worksheets[0]["A1"].comment.text == "全称"
    assert len(book.worksheets[0].data_validations.dataValidation) == 2
    assert read_table(data, KNOWN).rows == []


def test_verdicts_stand_in_a_column_of_their_own() -> None:
    data = annotated(
        "小区",
        COLUMNS,
        [(["桂花苑", "很多", "", ""], Note("户数：不是数字", frozenset({1}), "wrong"))],
        verdict="将会怎样",
        mark=MARK,
    )
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet["A2"].value == "户数：不是数字"
    assert sheet["C2"].fill.fgColor.rgb == "FFFFD7D3"
    assert sheet["B2"].fill.fgColor.rgb != "FFFFD7D3"
    assert read_table(data, KNOWN).rows[0].said == {"name": "桂花苑", "households": "很多"}
