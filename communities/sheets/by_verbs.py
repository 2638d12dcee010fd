"""Lists whose rows go through the single verbs, one by one: firms, contracts, grids, people.

They are short, and their rules are many: a row is judged by doing it and undoing it again, so that
no rule is written twice. To write them is to judge them and not to undo it. Rows may build on rows
before them, a grid on the grid above it, within what is judged at once (`Sheet.chunk`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import override

from accounts import audit
from common.errors import DomainError
from communities.models import RowVerdict
from communities.sheets.columns import LANGUAGES, Column
from communities.sheets.lines import Key, Line, Reading, settle

# Looks a row up: what the register holds of it by column, None where there is nothing. Whatever
# it finds goes into `line.found` and `line.refs`; what is wrong it refuses.
Look = Callable[[Reading, Line], Mapping[str, Any] | None]
# Does what a row says, by the verbs.
Do = Callable[[Reading, Line], None]
WRITTEN = frozenset({RowVerdict.CREATE, RowVerdict.CHANGE})


def judging(columns: Sequence[Column], look: Look, do: Do) -> Callable[..., None]:
    """How such a list is judged: each row is done, and undone at the end unless it is written."""

    def judge(reading: Reading, lines: list[Line]) -> None:
        reading.lines = lines
        with transaction.atomic(), audit.gathered() as entries:
            for line in lines:
                _settle(reading, line, columns, look)
                if line.verdict in WRITTEN:
                    before = len(entries)
                    _try(reading, line, columns, do)
                    if line.verdict not in WRITTEN:
                        del entries[before:]
            if not reading.lock:
                entries.clear()
                transaction.set_rollback(True)

    return judge


def _settle(reading: Reading, line: Line, columns: Sequence[Column], look: Look) -> None:
    before = look(reading, line)
    if line.found is not None:
        reading.once(line, columns[0].name, _key(line))
    settle(line, columns, before)


def _key(line: Line) -> Key:
    return (type(line.found), line.found.pk)


def _try(reading: Reading, line: Line, columns: Sequence[Column], do: Do) -> None:
    try:
        with transaction.atomic():
            do(reading, line)
            if line.found is not None:
                reading.seen.setdefault(_key(line), line.number)
    except DomainError as refusal:
        _refused(line, columns, refusal)
        line.verdict = RowVerdict.REFUSE
    except IntegrityError:
        line.refuse(columns[0].name, "code_was_given")
        line.verdict = RowVerdict.REFUSE


def _refused(line: Line, columns: Sequence[Column], refusal: DomainError) -> None:
    """A verb's refusal at the columns it names, in every language it may be read in."""
    names = {column.name for column in columns}
    said: dict[str, dict[str, list[str]]] = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = refusal.fields or {columns[0].name: [str(refusal)]}
    for name, sentences in said[LANGUAGES[0]].items():
        at = name if name in names else columns[0].name
        for number in range(len(sentences)):
            facts = {language: said[language][name][number] for language in LANGUAGES}
            line.refuse(at, "refused", **facts)
