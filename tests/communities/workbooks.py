"""Workbooks as clerks send them, for tests: neat ones and messy ones."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl

from accounts.models import User
from communities.actions.imports import send_import
from communities.models import Import, Place
from communities.sheets.run import run_imports


def saved(book: openpyxl.Workbook) -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def workbook(headings: Sequence[str], *rows: Sequence[Any], title: str = "") -> bytes:
    """A sheet with these headings, under a title if there is one."""
    book = openpyxl.Workbook()
    sheet = book.active
    if title:
        sheet.append([title])
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def cells(data: bytes, sheet: int = 0) -> list[list[Any]]:
    """What a workbook says, row by row."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [[cell.value for cell in row] for row in book.worksheets[sheet].iter_rows()]


def sent(by: User, place: Place, kind: str, data: bytes, name: str = "表.xlsx") -> Import:
    """Sent in and read by the sweep."""
    found = send_import(by=by, kind=kind, place=place, filename=name, data=data)
    run_imports()
    found.refresh_from_db()
    return found


def verdicts(found: Import) -> list[tuple[int, str]]:
    return list(found.rows.order_by("number").values_list("number", "verdict"))


def why(found: Import) -> dict[int, dict[str, list[str]]]:
    """Of each refused row: by column the codes of the reasons."""
    return {
        row.number: {name: [said[0] for said in many] for name, many in row.words.items()}
        for row in found.rows.filter(verdict="refuse").order_by("number")
    }
