"""The document of a bulletin as every form shows it: numbered headings, sentences, tables. Pure.

A paper is plain data without floating point: the canonical text of it is what is published, and
what the writers get. A table says of each column what its cells are; `said` is the one way in
which a cell is read, whatever the form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from ratings.scoring import rounded

# A cell is text, or by its column a whole number, two numbers of a share, a score as text.
TEXT, COUNT, RATE, SCORE, RANK = "text", "count", "rate", "score", "rank"
NUMBERS = frozenset({COUNT, RATE, SCORE, RANK})
BLANK = "—"
# Millimetres: the text's width (GB/T 9704), a point of type; columns in which a head of three
# characters keeps to one line, and a share in whatever face a machine has.
WIDTH, POINT = 156, 0.3528
COUNTED, SHARED = 10.8, 13.2
# Points: the office at the head at most, in one line at least, in two; the title.
HEAD, LEAST, TWICE, TITLE = 46, 20, 26, 22
NUMERALS = "〇一二三四五六七八九"
Data = dict[str, Any]


def numeral(number: int) -> str:
    """One to ninety-nine as headings of official documents count: 一、十二、二十."""
    tens, ones = divmod(number, 10)
    before = "" if tens == 0 else "十" if tens == 1 else f"{NUMERALS[tens]}十"
    return before + (NUMERALS[ones] if ones or not tens else "")


def day_said(on: date) -> str:
    """A day as it stands beneath an official document, whatever the reader's language."""
    return f"{on.year}年{on.month}月{on.day}日"


def percent(cell: Sequence[int] | None) -> str:
    """A share with one decimal, half up; of nothing there is none."""
    if cell is None or not cell[1]:
        return BLANK
    return f"{rounded(Fraction(100 * cell[0], cell[1]), 1)}%"


def said(cell: Any, kind: str) -> str:
    """What a cell says, the same in every form."""
    if kind == RATE:
        return percent(cell)
    return BLANK if cell is None or cell == "" else str(cell)


@dataclass(frozen=True)
class Column:
    name: str
    kind: str

    @property
    def number(self) -> bool:
        return self.kind in NUMBERS

    @property
    def head(self) -> str:
        """Its name as it stands above the cells: 按时 over 办结, never 按时办 over 结."""
        parts = self.kind == COUNT and len(self.name) == 4
        return f"{self.name[:2]}\n{self.name[2:]}" if parts else self.name


@dataclass(frozen=True)
class Table:
    caption: str
    columns: tuple[Column, ...]
    # As data, for a workbook; `said_rows` is what people read.
    rows: tuple[tuple[Any, ...], ...]
    # The last row adds up the others.
    total: bool

    @property
    def shares(self) -> list[float]:
        """How wide its columns are, in millimetres: names have what numbers leave."""
        wide = {TEXT: 0.0, RATE: SHARED}
        widths = [wide.get(column.kind, COUNTED) for column in self.columns]
        left = (WIDTH - sum(widths)) / max(widths.count(0.0), 1)
        return [width or left for width in widths]

    @property
    def said_rows(self) -> list[list[str]]:
        kinds = [column.kind for column in self.columns]
        return [[said(c, kind) for c, kind in zip(row, kinds, strict=True)] for row in self.rows]

    @property
    def lines(self) -> list[tuple[list[tuple[Column, str]], bool]]:
        """Each row with the column of each cell, and whether it is the total."""
        last = len(self.rows) - 1 if self.total else -1
        return [
            (list(zip(self.columns, row, strict=True)), at == last)
            for at, row in enumerate(self.said_rows)
        ]


def table(data: Data) -> Table:
    columns = tuple(Column(**column) for column in data["columns"])
    rows = tuple(tuple(row) for row in data["rows"])
    return Table(data["caption"], columns, rows, data["total"])


@dataclass(frozen=True)
class Item:
    """One piece of the body in its order: a heading of level 1 or 2, a sentence, a table."""

    kind: str
    text: str = ""
    table: Table | None = None


def wide(words: str) -> float:
    """How many characters wide: digits and Latin letters take half."""
    return sum(0.5 if mark.isascii() else 1.0 for mark in words)


def paragraphs(words: str) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()]


@dataclass(frozen=True)
class Paper:
    """A bulletin with its heading and its signature, read from its data."""

    data: Data

    @property
    def title(self) -> str:
        return str(self.data["title"])

    @property
    def title_lines(self) -> list[str]:
        """The title; too long for one line, it goes on after the period: no word is parted."""
        before, period, after = self.title.partition(str(self.data["period"]["name"]))
        one_line = wide(self.title) * TITLE * POINT <= WIDTH
        return [self.title] if one_line or not after else [before + period, after]

    @property
    def office(self) -> str:
        return str(self.data["office"])

    @property
    def office_size(self) -> int:
        """As large as one line holds; a name too long for that has two."""
        size = min(HEAD, int(WIDTH / (wide(self.office) * POINT)))
        return size if size >= LEAST else TWICE

    @property
    def number(self) -> str:
        """The document number; a draft has none and says so."""
        return str(self.data["document_number"] or self.data["words"]["draft"])

    @property
    def to(self) -> str:
        return str(self.data["to"])

    @property
    def copies_to(self) -> str:
        return str(self.data["copies_to"])

    @property
    def copies(self) -> str:
        """The line of copies, as it stands at the foot."""
        return f"{self.data['words']['copies']}{self.copies_to}" if self.copies_to else ""

    @property
    def day(self) -> str:
        issued = self.data["issued_on"]
        return day_said(date.fromisoformat(issued)) if issued else ""

    @property
    def correction(self) -> str:
        """What a later version says beneath its title."""
        return str(self.data["correction"])

    @property
    def items(self) -> list[Item]:
        return list(self._items())

    @property
    def tables(self) -> list[Table]:
        return [item.table for item in self.items if item.table is not None]

    def _items(self) -> Iterator[Item]:
        for words in paragraphs(self.data["opening"]):
            yield Item("text", words)
        for number, section in enumerate(self.data["sections"], 1):
            yield Item("first", f"{numeral(number)}、{section['heading']}")
            second = 0
            for block in section["blocks"]:
                if "heading" in block:
                    second += 1
                    yield Item("second", f"（{numeral(second)}）{block['heading']}")
                elif "table" in block:
                    yield Item("table", table=table(block["table"]))
                else:
                    yield Item("text", block["text"])
        for words in paragraphs(self.data["closing"]):
            yield Item("text", words)
