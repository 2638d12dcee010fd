"""The credit schemes a place may begin with, each with where it comes from."""

import json
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from ratings.terms.presets import DATA
from ratings.terms.words import Names


@dataclass(frozen=True)
class CreditPreset:
    """A document of terms with its name. `says`: where each part of it comes from."""

    key: str
    name: Names
    says: tuple[tuple[str, Names], ...]
    # The page on which what was found was read.
    source: str

    @property
    def document(self) -> dict[str, Any]:
        """A copy of its own: whoever begins with it changes it."""
        return deepcopy(_document(self.key))


@cache
def credit_presets() -> dict[str, CreditPreset]:
    """All of them, in the order of their index."""
    index: dict[str, Any] = json.loads((DATA / "credit.json").read_text("utf-8"))
    return {
        key: CreditPreset(
            key=key,
            name=Names(row["name_zh"], row["name_en"]),
            says=tuple((say["from"], Names(say["zh"], say["en"])) for say in row["says"]),
            source=row["source"],
        )
        for key, row in index.items()
    }


@cache
def _document(key: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "credit" / f"{key}.json").read_text("utf-8"))
    return found
