"""A row of a list on its way: read, looked up, compared; and what all lists have in common."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from accounts.models import User
from common.workbooks import Misread
from communities.models import Import, Place, RowVerdict
from communities.permissions import kept_codes
from communities.scope import standing_of
from communities.sheets.columns import FOREVER, Column, Kind
from communities.sheets.words import Said

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Key = tuple[Any, ...]
AT_ONCE = 100_000


@dataclass(slots=True)
class Line:
    """One row: what it says, what that means, and what will come of it."""

    number: int
    said: Mapping[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, list[Said]] = field(default_factory=dict)
    # What else is worth a word of a row that is not refused, by column.
    notes: dict[str, list[Said]] = field(default_factory=dict)
    # What it is about: the row of the register there is (its key and what it holds), its parents.
    found: Any = None
    refs: dict[str, Any] = field(default_factory=dict)
    # Of each column that changes: before and after.
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    verdict: str = ""

    def refuse(self, column: str, why: str, /, **facts: Any) -> None:
        self.wrong.setdefault(column, []).append((why, facts))

    def note(self, column: str, what: str, /, **facts: Any) -> None:
        self.notes.setdefault(column, []).append((what, facts))

    def get(self, column: str) -> Any:
        return self.values.get(column)

    def text(self, column: str) -> str:
        value = self.values.get(column)
        return "" if value is None else str(value)

    @property
    def after(self) -> dict[str, Any]:
        """What the columns that change are to hold; no end is None."""
        return {
            name: None if after == FOREVER else after
            for name, (_before, after) in self.changes.items()
        }

    def held(self, column: str, otherwise: Any = None) -> Any:
        """What a new row holds in a column; no end and nothing said are `otherwise`."""
        value = self.values.get(column)
        return otherwise if value is None or value == FOREVER else value


@dataclass(slots=True)
class Reading:
    """One import being judged: for whom, within what, on which day."""

    by: User
    place: Place
    on: date
    # The list itself; None for an export.
    of: Import | None = None
    # Whether the rows of the register that are looked up are locked: while writing they are.
    lock: bool = False
    seen: dict[Key, int] = field(default_factory=dict)
    # Codes that the list itself gives: numbers of our own keep out of their way.
    codes_said: frozenset[str] = frozenset()
    # Those judged at once: what they name is looked up together.
    lines: list[Line] = field(default_factory=list)
    last_numbers: dict[str, int] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    columns: frozenset[str] = frozenset()

    def within(self, code: str) -> bool:
        """Whether the importer keeps what lies at this code, and the import is about it."""
        return code.startswith(self.place.code) and code.startswith(self._codes)

    @property
    def _codes(self) -> tuple[str, ...]:
        if "codes" not in self.kept:
            self.kept["codes"] = kept_codes(self.by)
        codes: tuple[str, ...] = self.kept["codes"]
        return codes

    def served(self, estate_id: int | None) -> bool:
        """Whether a firm of the importer's serves this estate: there they have the firm's view."""
        if "served" not in self.kept:
            self.kept["served"] = standing_of(self.by).served_estate_ids
        return estate_id in self.kept["served"]

    def once(self, line: Line, column: str, key: Key) -> None:
        """Refuse the second row about the same thing."""
        first = self.seen.setdefault(key, line.number)
        if first != line.number:
            line.refuse(column, "twice", number=first)


@dataclass(frozen=True)
class Sheet:
    """One list: its columns, and how rows are judged, written and exported."""

    name: str
    title: "StrOrPromise"
    columns: tuple[Column, ...]
    judge: Callable[[Reading, list[Line]], None]
    # The rows of a place, as {column: value}, by code.
    rows: Callable[[Reading], Iterator[dict[str, Any]]]
    # None where rows are written by judging them while they are locked (`by_verbs`).
    write: Callable[[Reading, list[Line]], None] | None = None
    examples: tuple[Mapping[str, str], ...] = ()
    note: "StrOrPromise" = ""
    # How many rows are judged between two commits; fewer where a row costs more. Where rows build
    # on rows before them all of them are judged at once: what was judged before is undone by then.
    chunk: int = 1_000

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def read_line(columns: Iterable[Column], number: int, said: Mapping[str, str]) -> Line:
    """What each cell means; what cannot be read is refused at its column."""
    line = Line(number, said)
    for column in columns:
        text = said.get(column.name, "")
        if not text:
            continue
        try:
            value = column.read(text)
        except Misread as misread:
            line.refuse(column.name, misread.code, **misread.facts)
        else:
            if value is not None:
                line.values[column.name] = value
    return line


def settle(line: Line, columns: Sequence[Column], before: Mapping[str, Any] | None) -> None:
    """The verdict. `before` is what the register holds, by column; None where there is nothing.

    An empty cell leaves what is there: lists are rarely complete, and silence is no answer.
    """
    if before is None:
        for column in columns:
            if column.required and column.name not in line.values and column.name not in line.wrong:
                line.refuse(column.name, "missing")
    else:
        line.changes = {
            column.name: (before[column.name], line.values[column.name])
            for column in columns
            if column.name in before
            and column.name in line.values
            and not column.same(before[column.name], line.values[column.name])
        }
    if line.wrong:
        line.verdict = RowVerdict.REFUSE
    elif before is None:
        line.verdict = RowVerdict.CREATE
    else:
        line.verdict = RowVerdict.CHANGE if line.changes else RowVerdict.SAME


def words_of(line: Line, columns: Iterable[Column]) -> dict[str, Any]:
    """What is kept of a verdict: sentences by column, or before and after of what changes."""
    if line.verdict != RowVerdict.CHANGE:
        told = line.wrong if line.verdict == RowVerdict.REFUSE else line.notes
        return {name: [list(said) for said in many] for name, many in told.items()}
    shown = {column.name: column for column in columns}
    return {
        name: [plain(shown[name], before), plain(shown[name], after)]
        for name, (before, after) in line.changes.items()
    }


def plain(column: Column, value: Any) -> str:
    """A value as it is kept: a choice by its own value, to be shown in the reader's language."""
    if value is None:
        return ""
    if column.kind in (Kind.CHOICE, Kind.YES_NO):
        return str(value)
    return column.show(value)


def shown(column: Column, kept: str) -> str:
    """What `plain` kept, in the language active now."""
    if column.kind == Kind.CHOICE:
        return column.show(kept)
    if column.kind == Kind.YES_NO and kept in ("True", "False"):
        return column.show(kept == "True")
    return kept
