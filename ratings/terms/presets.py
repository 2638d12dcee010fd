"""The schemes a place may begin with, each with where it comes from: found, or our decision."""

import json
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from ratings.terms.reader import read
from ratings.terms.words import Names, Subject

DATA = Path(__file__).resolve().parent.parent / "data"
# What a sentence of an index rests on.
ORIGINS = {"found": _("found"), "ours": _("our decision")}


@dataclass(frozen=True)
class Preset:
    """A document of terms with its name. `says`: where each part of it comes from."""

    key: str
    name: Names
    subject: Subject
    says: tuple[tuple[str, Names], ...]

    @property
    def document(self) -> dict[str, Any]:
        """A copy of its own: whoever begins with it changes it."""
        return deepcopy(_document(self.key))


@cache
def presets() -> dict[str, Preset]:
    """All of them, in the order of their index."""
    index: dict[str, Any] = json.loads((DATA / "presets.json").read_text("utf-8"))
    return {
        key: Preset(
            key=key,
            name=Names(row["name_zh"], row["name_en"]),
            subject=read(_document(key)).subject,
            says=tuple((say["from"], Names(say["zh"], say["en"])) for say in row["says"]),
        )
        for key, row in index.items()
    }


@cache
def _document(key: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "presets" / f"{key}.json").read_text("utf-8"))
    return found
