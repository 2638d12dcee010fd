"""The workbooks of a list: its template, what the register holds of it, and a list sent in."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from common.now import SHANGHAI, today
from common.workbooks import Note, Watermark, annotated, listing, template
from communities.models import Import, ImportRow, Place, RowVerdict
from communities.sheets import SHEETS
from communities.sheets.columns import VERDICT_HEADING, Column, Kind
from communities.sheets.lines import Reading, Sheet, shown
from communities.sheets.words import say_all

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {
    RowVerdict.CREATE: "good",
    RowVerdict.CHANGE: "good",
    RowVerdict.SAME: "plain",
    RowVerdict.REFUSE: "wrong",
}


def template_of(sheet: Sheet) -> bytes:
    """An empty list with drop-downs, a sheet of examples and one that explains."""
    title = str(sheet.title)
    notes = [
        _("Columns marked * must be filled in for what is new. Others may stay empty."),
        _("An empty cell changes nothing: what the register holds stays."),
        _("Every row is shown with what will come of it; nothing is written before you confirm."),
        str(sheet.note),
    ]
    return template(
        title,
        [column.written() for column in sheet.columns],
        [[_example(column, row) for column in sheet.columns] for row in sheet.examples],
        examples_name=_("Examples"),
        notes_name=_("How to fill in"),
        notes=[note for note in notes if note],
    )


def _example(column: Column, row: Any) -> Any:
    said = row.get(column.name, "")
    if not said or column.kind not in (Kind.CHOICE, Kind.WHOLE, Kind.DECIMAL, Kind.DATE):
        return said
    return column.show(said) if column.kind == Kind.CHOICE else column.read(said)


def export_of(sheet: Sheet, place: Place, *, by: User, at: datetime) -> tuple[bytes, int]:
    """The list as it stands, and how many rows it has; sent in again it changes nothing."""
    count = 0

    def rows() -> Iterator[list[Any]]:
        nonlocal count
        for row in sheet.rows(Reading(by=by, place=place, on=today())):
            count += 1
            yield [column.cell(row.get(column.name)) for column in sheet.columns]

    headings = [column.written() for column in sheet.columns]
    mark = watermark(sheet, place.name, by=by, at=at)
    return listing(str(sheet.title), headings, rows(), mark=mark), count


def annotated_of(found: Import, *, by: User, at: datetime) -> bytes:
    """The rows as they were sent in, each with its verdict, refused cells marked."""
    sheet = SHEETS[found.kind]
    rows = ImportRow.objects.filter(of=found).order_by("number").iterator(chunk_size=2000)
    return annotated(
        str(sheet.title),
        [column.written(required=column.required) for column in sheet.columns],
        ((_said(sheet, row), _note(sheet, row)) for row in rows),
        verdict=str(VERDICT_HEADING),
        mark=watermark(sheet, found.place.name, by=by, at=at),
    )


def _said(sheet: Sheet, row: ImportRow) -> list[str]:
    return [row.said.get(column.name, "") for column in sheet.columns]


def _note(sheet: Sheet, row: ImportRow) -> Note:
    names = [column.name for column in sheet.columns]
    words = _("Row %(number)d: %(verdict)s") % {
        "number": row.number,
        "verdict": row.get_verdict_display(),
    }
    lines = [words, *(f"{line.heading}: {line.words}" for line in lines_of(sheet, row))]
    marked = frozenset(names.index(name) for name in row.words if name in names)
    return Note("\n".join(lines), marked, TONES[RowVerdict(row.verdict)])


class Shown:
    """What is said of one column of a row: sentences, or before and after."""

    def __init__(self, column: Column, said: Any, *, changed: bool) -> None:
        self.column, self.heading, self.changed = column, str(column.heading), changed
        self.before = shown(column, said[0]) if changed else ""
        self.after = shown(column, said[1]) if changed else ""
        self.reason = "" if changed else say_all(said)

    @property
    def words(self) -> str:
        return self.reason if not self.changed else f"{self.before or '–'} → {self.after or '–'}"


def lines_of(sheet: Sheet, row: ImportRow) -> list[Shown]:
    """Column by column, in their order, what is refused, changed or to be said of a row."""
    changed = row.verdict == RowVerdict.CHANGE
    return [
        Shown(column, row.words[column.name], changed=changed)
        for column in sheet.columns
        if column.name in row.words
    ]


def watermark(sheet: Sheet, place: str, *, by: User, at: datetime) -> Watermark:
    when = at.astimezone(SHANGHAI)
    words = _("%(list)s of %(place)s, taken out by %(name)s on %(day)s at %(time)s") % {
        "list": sheet.title,
        "place": place,
        "name": by.name,
        "day": f"{when:%Y-%m-%d}",
        "time": f"{when:%H:%M}",
    }
    return Watermark(words, pgettext("a workbook", "About"))


def filename(sheet: Sheet, what: str) -> str:
    """In letters every program can write to a disk."""
    return f"{sheet.name}-{what}.xlsx"
