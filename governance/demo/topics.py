"""What residents of the county in use write about: words only, no person, firm or place is meant.

The words are in `topics.json`, by the code of their category. `{b}` is a building, `{e}` an
entrance, `{f}` a floor, `{n}` a small number. Within a topic the words of one place in each list
belong together; a shorter list begins again.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from complaints.workflow import Kind


@dataclass(frozen=True)
class Topic:
    """One category: how often it comes, as which kinds, in which words, with which picture."""

    weight: float
    kinds: tuple[Kind, ...]
    # What an answer calls it.
    about: str
    # What the reporter writes, where it is, what a check finds, what the handler did.
    what: tuple[str, ...]
    spot: tuple[str, ...]
    seen: tuple[str, ...]
    done: tuple[str, ...]
    scene: str = ""


def _topic(row: dict[str, Any]) -> Topic:
    lists: dict[str, Any] = {
        name: tuple(row.pop(name)) for name in ("what", "spot", "seen", "done")
    }
    return Topic(kinds=tuple(Kind(kind) for kind in row.pop("kinds")), **row, **lists)


def _read() -> dict[str, Topic]:
    text = Path(__file__).with_name("topics.json").read_text(encoding="utf-8")
    return {code: _topic(row) for code, row in json.loads(text).items()}


TOPICS = _read()
