"""Finding the headings: under titles, over two rows, in merged cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from common.workbooks.cells import clean, heading_key

LOOKED_THROUGH = 25
FEWEST = 2


@dataclass(frozen=True)
class Header:
    """Where the headings end (rows from the top, the first is 1), and which column stands where."""

    bottom: int
    columns: dict[int, str]
    unknown: list[str] = field(default_factory=list)
    words: dict[int, str] = field(default_factory=dict)

    def repeated(self, texts: Sequence[str]) -> bool:
        """Whether a row says the headings once more, as the second printed page does."""
        return all(
            at < len(texts) and heading_key(texts[at]) == self.words[at] for at in self.columns
        )


def find_header(rows: Sequence[Sequence[str]], known: Mapping[str, str]) -> Header | None:
    """The row, or two rows together, that name the most columns we know; the upper one wins."""
    best: Header | None = None
    for at in range(len(rows)):
        alone = _header(at + 1, [list(rows[at])], known)
        joined = _header(at + 1, [list(rows[at - 1]), list(rows[at])], known) if at else None
        for found in (alone, joined):
            if len(found.columns if found else ()) >= FEWEST and (
                best is None or (found and len(found.columns) > len(best.columns))
            ):
                best = found
    return best


def _header(bottom: int, rows: list[list[str]], known: Mapping[str, str]) -> Header:
    columns: dict[int, str] = {}
    words: dict[int, str] = {}
    unknown: list[str] = []
    width = max((len(row) for row in rows), default=0)
    for at in range(width):
        said = [row[at] if at < len(row) else "" for row in rows]
        name, key = _named(said, known)
        if name is not None and name not in columns.values():
            columns[at], words[at] = name, heading_key(said[-1] or said[0])
        elif key and name is None and (text := clean(said[-1] or said[0])):
            unknown.append(text[:40])
    return Header(bottom, columns, list(dict.fromkeys(unknown)), words)


def _named(said: list[str], known: Mapping[str, str]) -> tuple[str | None, str]:
    """The column that the cells of one column name: the lowest first, then upper and lower."""
    keys = [heading_key(text) for text in said]
    tries = [keys[-1]]
    if len(keys) > 1:
        tries += ["".join(dict.fromkeys(keys)), *([keys[0]] if not keys[1] else [])]
    for key in tries:
        if key and key in known:
            return known[key], key
    return None, next((key for key in reversed(keys) if key), "")
