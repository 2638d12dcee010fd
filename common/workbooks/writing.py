"""Workbooks the portal hands out: templates, lists, and what became of a workbook sent in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from common.workbooks.cells import BEGINS_A_FORMULA

INK, PAPER, REQUIRED, WRONG, RIGHT, FAINT = (
    "#1f2328",
    "#fbe9e7",
    "#a82a22",
    "#ffd7d3",
    "#e3f4e6",
    "#6b7280",
)
ROWS_WITH_DROP_DOWNS = 5_000
LONGEST_SHEET_NAME = 31
# A list of choices longer than this is kept on a sheet of its own: Excel takes no longer one.
LONGEST_IN_PLACE = 250
FONT = "Microsoft YaHei"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a workbook: its words, how wide, what may be chosen, and a note beside it."""

    words: str
    required: bool = False
    kind: str = "text"  # text, number, date
    width: int = 16
    choices: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What is written beside a row that was read: the sentence, and which columns it is about."""

    words: str
    columns: frozenset[int] = frozenset()
    tone: str = "good"  # good, wrong, plain


@dataclass(frozen=True, slots=True)
class Watermark:
    """Who had this file made and when: on a sheet of its own and under each printed page."""

    words: str
    sheet: str = "about"


class _Book:
    """A workbook in the making, with its formats."""

    def __init__(self) -> None:
        self.bytes = BytesIO()
        self.book = xlsxwriter.Workbook(
            self.bytes,
            {
                "in_memory": True,
                "constant_memory": False,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        # Not by this machine's clock: the watermark says when, by the portal's own.
        self.book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        base = {"font_name": FONT, "font_size": 11, "font_color": INK, "valign": "vcenter"}
        wrap = {**base, "text_wrap": True, "valign": "top"}
        made = self.book.add_format
        head = {**base, "bold": True, "text_wrap": True, "bottom": 1, "align": "center"}
        self.head = made({**head, "bg_color": PAPER})
        self.head_required = made({**head, "bg_color": PAPER, "font_color": REQUIRED})
        self.cells = {
            (kind, tone): made({**base, "num_format": number, **colour})
            for kind, number in (("text", "@"), ("number", "General"), ("date", "yyyy-mm-dd"))
            for tone, colour in (("plain", {}), ("wrong", {"bg_color": WRONG}))
        }
        self.said = {
            tone: made({**wrap, **colour})
            for tone, colour in (
                ("plain", {}),
                ("good", {"bg_color": RIGHT}),
                ("wrong", {"bg_color": WRONG}),
            )
        }
        self.faint = made({**base, "font_color": FAINT, "italic": True, "font_size": 9})
        self.title = made({**base, "bold": True, "font_size": 14})

    def sheet(self, name: str) -> Any:
        return self.book.add_worksheet(sheet_name(name))

    def done(self) -> bytes:
        self.book.close()
        return self.bytes.getvalue()

    def headings(self, sheet: Any, headings: Sequence[Heading]) -> None:
        sheet.set_row(0, 32)
        for at, heading in enumerate(headings):
            sheet.set_column(at, at, heading.width, self.cells[heading.kind, "plain"])
            style = self.head_required if heading.required else self.head
            mark = "*" if heading.required else ""
            sheet.write_string(0, at, harmless(heading.words) + mark, style)
            if heading.note:
                sheet.write_comment(0, at, heading.note, {"x_scale": 2, "y_scale": 1.4})
        sheet.freeze_panes(1, 0)

    def drop_downs(self, sheet: Any, headings: Sequence[Heading], rows: int) -> None:
        lists: Any = None
        for at, heading in enumerate(headings):
            if not heading.choices:
                continue
            source: Any = list(heading.choices)
            if len(",".join(source)) > LONGEST_IN_PLACE:
                lists = lists or self._hidden_lists()
                lists.write_column(0, at, [harmless(choice) for choice in source])
                letter = xlsxwriter.utility.xl_col_to_name(at)
                source = f"={lists.get_name()}!${letter}$1:${letter}${len(source)}"
            rule = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(1, at, rows, at, rule)

    def _hidden_lists(self) -> Any:
        lists = self.book.add_worksheet("lists")
        lists.very_hidden()
        return lists

    def write(self, sheet: Any, row: int, at: int, value: Any, kind: str, tone: str) -> None:
        style = self.cells[kind, tone]
        if value is None or value == "":
            sheet.write_blank(row, at, None, style)
        elif isinstance(value, bool | str) or kind == "text":
            sheet.write_string(row, at, harmless(str(value)), style)
        elif isinstance(value, date):
            sheet.write_datetime(row, at, value, self.cells["date", tone])
        elif isinstance(value, int | float | Decimal):
            sheet.write_number(row, at, value, style)
        else:
            sheet.write_string(row, at, harmless(str(value)), style)

    def close_with(self, sheet: Any, mark: Watermark) -> None:
        """On a sheet of its own and under each printed page: the list holds its rows alone."""
        about = self.sheet(mark.sheet)
        about.set_column(0, 0, 80)
        about.write_string(0, 0, harmless(mark.words), self.faint)
        sheet.set_footer("&C" + mark.words.replace("&", "&&")[:200])
        sheet.activate()


def harmless(text: str) -> str:
    """A text that no program takes for a formula, not even after it was saved as CSV."""
    return "'" + text if text.startswith(BEGINS_A_FORMULA) else text


def sheet_name(name: str) -> str:
    """A name Excel allows: short, without its own marks."""
    kept = "".join(" " if mark in "[]:*?/\\'" else mark for mark in name).strip()
    return kept[:LONGEST_SHEET_NAME] or "1"


def template(
    name: str,
    headings: Sequence[Heading],
    examples: Sequence[Sequence[Any]],
    *,
    examples_name: str,
    notes_name: str,
    notes: Sequence[str],
) -> bytes:
    """An empty list to fill in, a sheet of examples beside it, and a sheet that explains."""
    made = _Book()
    sheet = made.sheet(name)
    made.headings(sheet, headings)
    made.drop_downs(sheet, headings, ROWS_WITH_DROP_DOWNS)
    shown = made.sheet(examples_name)
    made.headings(shown, headings)
    for row, values in enumerate(examples, 1):
        for at, (heading, value) in enumerate(zip(headings, values, strict=True)):
            made.write(shown, row, at, value, heading.kind, "plain")
    told = made.sheet(notes_name)
    told.set_column(0, 0, 24)
    told.set_column(1, 1, 90)
    told.write_string(0, 0, name, made.title)
    row = 1
    for row, note in enumerate(notes, 1):
        told.merge_range(row, 0, row, 1, harmless(note), made.said["plain"])
        told.set_row(row, 34)
    for at, heading in enumerate(headings, row + 2):
        style = made.head_required if heading.required else made.head
        told.write_string(at, 0, harmless(heading.words), style)
        words = "  ".join(filter(None, [heading.note, " / ".join(heading.choices)]))
        told.write_string(at, 1, harmless(words), made.said["plain"])
    sheet.activate()
    return made.done()


def listing(
    name: str,
    headings: Sequence[Heading],
    rows: Iterable[Sequence[Any]],
    *,
    mark: Watermark,
) -> bytes:
    """A list as it stands, in the same columns a template has."""
    made = _Book()
    sheet = made.sheet(name)
    made.headings(sheet, headings)
    last = 0
    for last, values in enumerate(rows, 1):
        for at, (heading, value) in enumerate(zip(headings, values, strict=True)):
            made.write(sheet, last, at, value, heading.kind, "plain")
    made.drop_downs(sheet, headings, max(last, 1) + 500)
    made.close_with(sheet, mark)
    return made.done()


def annotated(
    name: str,
    headings: Sequence[Heading],
    rows: Iterable[tuple[Sequence[Any], Note]],
    *,
    verdict: str,
    mark: Watermark,
) -> bytes:
    """The rows of a workbook that was sent in, each with what will come of it.

    The verdicts stand in the first column, which no list knows: corrected, the file can be sent in
    again as it is.
    """
    made = _Book()
    sheet = made.sheet(name)
    told = Heading(verdict, width=52)
    made.headings(sheet, [told, *headings])
    sheet.freeze_panes(1, 1)
    last = 0
    for last, (values, note) in enumerate(rows, 1):
        sheet.write_string(last, 0, harmless(note.words), made.said[note.tone])
        for at, value in enumerate(values):
            tone = "wrong" if at in note.columns and note.tone == "wrong" else "plain"
            made.write(sheet, last, at + 1, value, "text", tone)
    made.drop_downs(sheet, [told, *headings], max(last, 1) + 500)
    if last:
        sheet.autofilter(0, 0, last, len(headings))
    made.close_with(sheet, mark)
    return made.done()
