"""The sweep over workbooks that were sent in: read and judged, and written once confirmed.

1. `take_import` holds the next one that waits. A sweep that dies lets another have it later.
2. Read: rows are judged a thousand at a time; verdicts and progress are committed each time.
3. Write: in one transaction all rows are judged once more, the rows of the register locked. Unless
   each comes to what was confirmed, nothing is written and the new verdicts are shown.
"""

import logging
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import IntegrityError, transaction

from common.database import is_away
from common.errors import DomainError
from common.now import one_day, today
from common.workbooks import Misread, read_table
from communities.actions import imports as actions
from communities.models import Import, ImportRow, ImportState, RowVerdict
from communities.permissions import keeps_register
from communities.sheets import SHEETS
from communities.sheets.columns import headings_of
from communities.sheets.lines import Line, Reading, Sheet, read_line, words_of

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 20  # imports of one round


class _ComesOtherwise(Exception):
    """What the rows come to is no longer what was confirmed."""


def run_imports() -> int:
    """One round: how many rows were worked on. Two rounds at once never work on the same one."""
    done = 0
    for _turn in range(MOST_AT_ONCE):
        found = actions.take_import()
        if found is None:
            break
        if found.state != ImportState.REFUSED:
            with one_day():
                _work_on(found)
            done += found.progress
    return done + actions.forget_old_imports()


def _work_on(found: Import) -> None:
    try:
        if not found.by.is_active or not keeps_register(found.by, found.place):
            actions.refuse_import(found, "not_yours", place=found.place.name)
        elif found.state == ImportState.WRITING:
            _write(found)
        else:
            _read(found)
    except actions.Lost:
        logger.warning("import %s was taken over by another sweep", found.public_id)
    except Misread as misread:
        actions.refuse_import(found, misread.code, **misread.facts)
    except Exception as failure:
        if is_away(failure):
            raise
        # One workbook that nobody can read must not keep the others waiting.
        logger.exception("import %s failed", found.public_id)
        actions.refuse_import(found, "failed")


def _read(found: Import) -> None:
    sheet = SHEETS[found.kind]
    data = Import.objects.values_list("file", flat=True).get(pk=found.pk)
    table = read_table(bytes(data or b""), headings_of(sheet.columns))
    names = {column.name for column in sheet.columns}
    rows = [
        (row.number, {name: text for name, text in row.said.items() if name in names})
        for row in table.rows
    ]
    rows = [(number, said) for number, said in rows if said]
    if not rows:
        raise Misread("no_rows")
    actions.begin_rows(found, total=len(rows), notes=table.notes, at_once=sheet.chunk)
    for lines in judged(found, sheet, rows, lock=False):
        actions.keep_rows(found, [_kept(line, sheet) for line in lines])
    actions.finish_reading(found)


def _kept(line: Line, sheet: Sheet) -> tuple[int, str, dict[str, str], dict[str, object]]:
    return line.number, line.verdict, dict(line.said), words_of(line, sheet.columns)


def judged(
    found: Import, sheet: Sheet, rows: Iterable[tuple[int, dict[str, str]]], *, lock: bool
) -> Iterator[list[Line]]:
    """The rows with their verdicts, a thousand at a time."""
    rows = list(rows)
    reading = reading_of(found, lock=lock)
    reading.codes_said = frozenset(said["code"] for _n, said in rows if said.get("code"))
    for chunk in _chunks(rows, sheet.chunk):
        lines = [read_line(sheet.columns, number, said) for number, said in chunk]
        sheet.judge(reading, lines)
        yield lines


def reading_of(found: Import, *, lock: bool = False) -> Reading:
    return Reading(by=found.by, place=found.place, on=today(), of=found, lock=lock)


def _chunks(
    rows: Iterable[tuple[int, dict[str, str]]], size: int
) -> Iterator[list[tuple[int, dict[str, str]]]]:
    rest = iter(rows)
    while chunk := list(islice(rest, size)):
        yield chunk


def _write(found: Import) -> None:
    sheet = SHEETS[found.kind]
    kept = list(
        ImportRow.objects.filter(of=found)
        .order_by("number")
        .values_list("number", "verdict", "said", "words")
    )
    try:
        with transaction.atomic():
            actions.hold_while_writing(found)
            _write_all(found, sheet, kept)
            actions.finish_writing(found)
    except (_ComesOtherwise, IntegrityError, DomainError):
        # Somebody entered the same in the meantime; what it comes to now is shown.
        found.refresh_from_db(fields=["state", "taken_until", "problem", "ended_at", "progress"])
        notes = found.problem.get("notes", [])
        actions.begin_rows(found, total=len(kept), notes=notes, at_once=sheet.chunk)
        for lines in judged(found, sheet, [(n, said) for n, _v, said, _w in kept], lock=False):
            actions.keep_rows(found, [_kept(line, sheet) for line in lines])
        actions.refuse_import(found, "changed_since")


def _write_all(
    found: Import, sheet: Sheet, kept: list[tuple[int, str, dict[str, str], dict[str, object]]]
) -> None:
    confirmed = {number: (verdict, words) for number, verdict, _said, words in kept}
    every: list[Line] = []
    for lines in judged(found, sheet, [(n, said) for n, _v, said, _w in kept], lock=True):
        for line in lines:
            verdict, words = confirmed[line.number]
            same = line.verdict == verdict and line.verdict != RowVerdict.REFUSE
            if not same or words_of(line, sheet.columns) != words:
                raise _ComesOtherwise
        every += lines
    if sheet.write is None:
        return
    reading = reading_of(found, lock=True)
    for at in range(0, len(every), sheet.chunk):
        sheet.write(reading, every[at : at + sheet.chunk])
