"""Figures the register goes by: data, each with its unit, what it rests on and its source.

Those of a committee's formation and of party organisations are in `data/formation.json`, those of
estates, offices, contracts and grids in `data/register.json`. What a place's own rules say goes
before them: the setting REGISTER_RULES.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import lazy

DATA = Path(__file__).parent / "data"
FILES = ("formation.json", "register.json")
# What a rule rests on: a statute, what a place does and reports, or nothing but our decision.
LAW, PRACTICE, DECISION = "law", "practice", "decision"


@dataclass(frozen=True)
class Rule:
    """A figure as we hold it, before a place says otherwise."""

    value: int
    unit: str
    basis: str
    source: str


@cache
def presets(*files: str) -> dict[str, Rule]:
    """Every rule by its name, as it stands in the files: in these, or in all of them."""
    found: dict[str, Rule] = {}
    for name in files or FILES:
        rows = json.loads((DATA / name).read_text(encoding="utf-8"))
        found |= {key: Rule(**row) for key, row in rows.items()}
    return found


def rules() -> dict[str, int]:
    """Every figure by its name: the preset, or what this place says instead."""
    own: Mapping[str, int] = settings.REGISTER_RULES
    unknown = sorted(own.keys() - presets().keys())
    if unknown:
        raise ImproperlyConfigured(f"REGISTER_RULES: there is no rule {', '.join(unknown)}.")
    return {name: int(own.get(name, row.value)) for name, row in presets().items()}


def rule(name: str) -> int:
    """One figure."""
    return rules()[name]


def _said(name: str) -> str:
    return str(rule(name))


# A figure within a sentence that is put together when it is read.
said = lazy(_said, str)
