"""A workbook somebody sent in: is it one, is it safe, and which rows does it hold."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from contextlib import closing
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import openpyxl

from common.workbooks.cells import Misread, as_text, narrow
from common.workbooks.headers import LOOKED_THROUGH, Header, find_header

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

LARGEST_FILE = 10 * 1024 * 1024
# What it may come to when it is unpacked: 50,000 full rows are about 60 MB.
LARGEST_UNPACKED = 120 * 1024 * 1024
MOST_PARTS = 2_000
MOST_ROWS = 50_000
MOST_COLUMNS = 120
MOST_MERGES = 50_000
OLE = b"\xd0\xcf\x11\xe0"
TOTALS = re.compile(r"(总|合|小|共)计([:：\d(].*)?|(sub)?total:?")

_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_HIDDEN = re.compile(rb"\shidden=[\"'](?:1|true)[\"']")
_NUMBER = re.compile(rb"\sr=[\"'](\d+)[\"']")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\sref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")

Grid = dict[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row under the headings: its number as the program shows it, and what each column says."""

    number: int
    said: dict[str, str]


@dataclass(slots=True)
class Table:
    """What was found: the columns there are, the rows, and what is worth a note (code, facts)."""

    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def read_table(data: bytes, headings: Mapping[str, str]) -> Table:
    """The first sheet whose headings are known: {heading as `heading_key` has it: column}.

    Raises Misread, with the reason, for what is no workbook, is too large, or has no such sheet.
    """
    archive = _opened(data)
    merges_and_hidden = _Sheets(archive)
    with warnings.catch_warnings():
        # Openpyxl warns of what it leaves out: pictures, styles, drop-downs. We want none of it.
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(
                BytesIO(data), read_only=True, data_only=True, keep_links=False
            )
            with closing(book):
                return _first_known(book, merges_and_hidden, headings)
        except Misread:
            raise
        except (
            KeyError,
            ValueError,
            TypeError,
            AttributeError,
            IndexError,
            OSError,
            EOFError,
            ParseError,
            zipfile.BadZipFile,
            zlib.error,
        ):
            # Whatever openpyxl stumbles over in a file that only looks like one.
            raise Misread("unreadable") from None


def _opened(data: bytes) -> zipfile.ZipFile:
    """By its content, never by its name."""
    if len(data) > LARGEST_FILE:
        raise Misread("too_large", most=LARGEST_FILE // 1024 // 1024)
    if data.startswith(OLE):
        raise Misread("old_excel")
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Misread("not_excel") from None
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(archive.namelist()):
        raise Misread("not_excel")
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Misread("unpacks_too_large")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _check_part(archive, part)
    return archive


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Its size is what it says, and it defines no entities, which could grow without end."""
    try:
        with archive.open(part) as opened:
            head = opened.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise Misread("not_excel")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError):
        # A part that is encrypted is a RuntimeError.
        raise Misread("unreadable") from None


class _Sheets:
    """What reading row by row does not tell: which rows are hidden, which cells are one."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def of(self, sheet: ReadOnlyWorksheet) -> tuple[set[int], Grid]:
        """Rows that are hidden; of rows that begin merged cells: left, bottom, right of each."""
        path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
        try:
            content = self._archive.read(path)
        except (KeyError, zipfile.BadZipFile, zlib.error, OSError, EOFError):
            raise Misread("unreadable") from None
        hidden = set()
        for row in _ROW.finditer(content):
            if _HIDDEN.search(row[0]) and (number := _NUMBER.search(row[0])):
                hidden.add(int(number[1]))
        merges: Grid = {}
        for count, found in enumerate(_MERGE.finditer(content)):
            if count >= MOST_MERGES:
                break
            left, top, right, bottom = found.groups()
            merges[int(top)] = (
                *merges.get(int(top), ()),
                _column(left),
                int(bottom),
                _column(right),
            )
        return hidden, merges


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _first_known(book: Any, sheets: _Sheets, headings: Mapping[str, str]) -> Table:
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for sheet in visible:
        sheet.reset_dimensions()
        hidden, merges = sheets.of(sheet)
        rows = _unmerged(sheet, merges)
        first = [next(rows, (0, ())) for _row in range(LOOKED_THROUGH)]
        first = [row for row in first if row[0]]
        header = find_header([texts for _number, texts in first], headings)
        if header is None:
            continue
        table = Table(columns=list(header.columns.values()))
        if len(visible) > 1:
            table.notes.append(("took_sheet", {"name": sheet.title[:60]}))
        if header.unknown:
            table.notes.append(("unknown_columns", {"names": "、".join(header.unknown)[:200]}))
        _fill(table, header, [*first[header.bottom :]], rows, hidden)
        return table
    raise Misread("no_headings")


def _unmerged(sheet: Any, merges: Grid) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each row's number and texts; every part of a merged cell says what its first one says."""
    open_until: dict[int, tuple[int, str]] = {}
    rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    for number, values in enumerate(rows, 1):
        texts = [as_text(value) if value is not None else "" for value in values]
        if open_until:
            _continue(texts, open_until, number)
        if number in merges:
            _begin(texts, open_until, merges[number])
        yield number, tuple(texts)


def _continue(texts: list[str], open_until: dict[int, tuple[int, str]], number: int) -> None:
    for column, (bottom, said) in list(open_until.items()):
        if number > bottom:
            del open_until[column]
        else:
            texts.extend([""] * (column - len(texts)))
            texts[column - 1] = said


def _begin(
    texts: list[str], open_until: dict[int, tuple[int, str]], merged: tuple[int, ...]
) -> None:
    for at in range(0, len(merged), 3):
        left, bottom, right = merged[at : at + 3]
        if left > MOST_COLUMNS or left > len(texts):
            continue
        said = texts[left - 1]
        for column in range(left, min(right, MOST_COLUMNS) + 1):
            texts.extend([""] * (column - len(texts)))
            texts[column - 1] = said
            open_until[column] = bottom, said


def _fill(
    table: Table,
    header: Header,
    first: list[tuple[int, tuple[str, ...]]],
    rest: Iterator[tuple[int, tuple[str, ...]]],
    hidden: set[int],
) -> None:
    """The rows under the headings; what is left out is counted and said."""
    left_out = {"hidden": 0, "totals": 0}

    def both() -> Iterator[tuple[int, tuple[str, ...]]]:
        yield from first
        yield from rest

    for number, texts in both():
        if not any(texts):
            continue
        if number in hidden:
            left_out["hidden"] += 1
            continue
        if _is_total(texts):
            left_out["totals"] += 1
            continue
        said = {name: texts[at] for at, name in header.columns.items() if at < len(texts)}
        if not any(said.values()) or header.repeated(texts):
            continue
        if len(table.rows) >= MOST_ROWS:
            raise Misread("too_many_rows", most=MOST_ROWS)
        table.rows.append(Row(number, {name: text for name, text in said.items() if text}))
    table.notes += [(f"left_out_{name}", {"n": count}) for name, count in left_out.items() if count]


def _is_total(texts: tuple[str, ...]) -> bool:
    filled = [text for text in texts[:3] if text]
    return any(TOTALS.fullmatch(narrow(text).lower()) for text in filled[:2])
