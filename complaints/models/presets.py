"""Presets: whole sets of rules to be applied at once, as data (`data/presets.json`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

DATA = Path(__file__).resolve().parent.parent / "data" / "presets.json"


@dataclass(frozen=True)
class PresetRule:
    """One row of a preset. Spans as in `Rule`; a source of its own beats the preset's."""

    stage: str
    urgency: str
    amount: int
    unit: str
    span_amount: int
    span_unit: str
    source_zh: str = ""
    source_en: str = ""


@dataclass(frozen=True)
class Preset:
    """A rule for every stage and urgency, what it is, and the law or practice behind it."""

    code: str
    name_zh: str
    name_en: str
    description_zh: str
    description_en: str
    source_zh: str
    source_en: str
    rules: tuple[PresetRule, ...]

    @property
    def name(self) -> str:
        return self.name_en if _english() else self.name_zh

    @property
    def description(self) -> str:
        return self.description_en if _english() else self.description_zh

    @property
    def source(self) -> str:
        return self.source_en if _english() else self.source_zh

    def source_of(self, rule: PresetRule) -> str:
        """The source of one of its rows, in the reader's language."""
        return (rule.source_en if _english() else rule.source_zh) or self.source

    def rule(self, stage: str, urgency: str) -> PresetRule | None:
        return next((r for r in self.rules if (r.stage, r.urgency) == (stage, urgency)), None)


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset by its code, the default first."""
    rows: list[dict[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))
    return {row["code"]: _preset(**row) for row in rows}


def _preset(*, rules: list[dict[str, Any]], **words: str) -> Preset:
    return Preset(**words, rules=tuple(PresetRule(**rule) for rule in rules))


def _english() -> bool:
    return (get_language() or "").startswith("en")
