"""The tables of a bulletin as a workbook: numbers as numbers, a sheet for each."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

import xlsxwriter

from common.workbooks.writing import harmless, sheet_name
from ratings.bulletins.paper import BLANK, COUNT, RANK, RATE, SCORE, Column, Paper, Table
from ratings.scoring import rounded

FACE = "Microsoft YaHei"
A4 = 9
FORMATS = {"text": "@", COUNT: "0", RANK: "0", RATE: "0.0%", SCORE: "General"}


def write(paper: Paper) -> bytes:
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties(
        {"title": paper.title, "author": paper.office, "created": datetime(2000, 1, 1, tzinfo=UTC)}
    )
    styles = _styles(book)
    _about(book, paper, styles)
    for number, table in enumerate(paper.tables, 1):
        _sheet(book.add_worksheet(sheet_name(f"{number} {table.caption}")), table, styles)
    book.close()
    return out.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": FACE, "font_size": 10, "valign": "vcenter", "border": 1}
    wrapped = {"font_name": FACE, "font_size": 11, "text_wrap": True, "valign": "top"}
    made = {
        name: book.add_format({**base, "num_format": number, **_aligned(name)})
        for name, number in FORMATS.items()
    }
    whole = {
        f"{name} whole": book.add_format(
            {**base, "num_format": number, "bold": True, **_aligned(name)}
        )
        for name, number in FORMATS.items()
    }
    head = {**base, "bold": True, "text_wrap": True, "align": "center", "bg_color": "#fbe9e7"}
    return {
        **made,
        **whole,
        "head": book.add_format(head),
        "words": book.add_format(wrapped),
        "title": book.add_format({**wrapped, "bold": True, "font_size": 14}),
    }


def _aligned(kind: str) -> dict[str, str]:
    return {} if kind == "text" else {"align": "center"}


def _about(book: Any, paper: Paper, styles: dict[str, Any]) -> None:
    """Everything that is no table, in its order."""
    sheet = book.add_worksheet(sheet_name(paper.number))
    sheet.set_column(0, 0, 100)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    lines = [paper.title, paper.correction, f"{paper.office} {paper.day}".strip(), paper.to]
    lines += [item.text for item in paper.items if item.table is None]
    for at, words in enumerate(line for line in [*lines, paper.copies] if line):
        sheet.write_string(at, 0, harmless(words), styles["words" if at else "title"])


def _sheet(sheet: Any, table: Table, styles: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, 11 if column.number else 28)
        sheet.write_string(0, at, column.name, styles["head"])
    last = len(table.rows) if table.total else 0
    for line, row in enumerate(table.rows, 1):
        for at, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            style = styles[f"{column.kind} whole" if line == last else column.kind]
            _cell(sheet, line, at, column, cell, style)


def _cell(sheet: Any, line: int, at: int, column: Column, cell: Any, style: Any) -> None:
    """A number is written as one, a share as the figure that is read everywhere else."""
    number = _number(column, cell)
    if number is not None:
        sheet.write_number(line, at, number, style)
    elif column.number:
        sheet.write_string(line, at, BLANK, style)
    else:
        sheet.write_string(line, at, harmless(str(cell or BLANK)), style)


def _number(column: Column, cell: Any) -> Decimal | int | None:
    if column.kind == RATE:
        return rounded(Fraction(*cell), 3) if cell and cell[1] else None
    if cell is None or not column.number:
        return None
    return Decimal(cell) if column.kind == SCORE else int(cell)
