"""One dimension of a sheet with its items: points, rule, and how the points are lost."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ratings.forms.rows import (
    Fields,
    Piece,
    RowsForm,
    as_per_cent,
    as_share,
    choice,
    figure,
    free_code,
    text,
)
from ratings.scoring import Rule
from ratings.terms import ITEM_FIGURES, Method, Source

LEVEL = re.compile(r"^(.*?)[\s:：,，=]+([\d.]+)\s*分?$")


class DimensionForm(RowsForm):
    """A dimension and its items; without items it is taken out of the sheet."""

    name_zh = text(_("Name of the dimension in Chinese"), most=60)
    name_en = text(_("Name of the dimension in English"), most=60)

    def __init__(
        self, data: Any, *, part: Piece, dimension: Piece, position: str, **kwargs: Any
    ) -> None:
        self._part, self._dimension = part, dimension
        self.path = f"{position}.items"
        self._position = position
        super().__init__(data, rows=dimension.get("items", []), **kwargs)
        for name in ("name_zh", "name_en"):
            self.fields[name].initial = dimension.get(name, "")

    def row_fields(self, row: Piece | None) -> Fields:
        shown: dict[str, forms.Field] = {
            "name_zh": text(_("Item in Chinese")),
            "name_en": text(_("Item in English")),
            "points": figure(pgettext_lazy("of an item", "Points")),
        }
        if self._part["source"] == Source.SHEET:
            shown["method"] = choice(_("How it is assessed"), Method.choices)
        return {
            **shown,
            "rule": choice(_("How points are counted"), Rule.choices),
            "step": figure(_("Points off for a finding")),
            "floor": figure(_("Nothing under, per cent")),
            "levels": text(
                _("Levels with their points, one a line"),
                most=600,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=_("For example: joint branch 3"),
            ),
            "figure": choice(
                _("Counted by the portal"), [("", _("Not counted")), *ITEM_FIGURES.items()]
            ),
            "text": text(_("What is looked at, and how"), most=300),
        }

    def initial_of(self, name: str, row: Piece | None) -> Any:
        if row is None:
            return Rule.PER_FINDING if name == "rule" else ""
        if name == "levels":
            levels = row.get("levels", [])
            return "\n".join(
                f"{level.get('name', '')} {level.get('points', '')}" for level in levels
            )
        if name == "floor":
            return as_per_cent(row["floor"]) if row.get("floor") else ""
        return super().initial_of(name, row)

    def row_made(self, n: int, row: Piece, earlier: list[Piece]) -> Piece:
        rule, method = self.said(f"{n}-rule"), self.said(f"{n}-method")
        made: Piece = {
            "code": row.get("code") or self._new_code(earlier),
            **{name: self.said(f"{n}-{name}") for name in ("name_zh", "name_en", "points")},
            "rule": rule,
        }
        if self._part["source"] == Source.SHEET:
            made["method"] = method
        if rule == Rule.PER_FINDING:
            made["step"] = self.said(f"{n}-step")
        if rule == Rule.RATIO and self.said(f"{n}-floor"):
            made["floor"] = as_share(self.said(f"{n}-floor"))
        if rule == Rule.LEVELS:
            made["levels"] = _levels(self.said(f"{n}-levels"))
        # Only what the portal counts has a figure: on any other item it would be filled twice.
        if method == Method.SYSTEM:
            made["figure"] = self.said(f"{n}-figure")
        if self.said(f"{n}-text"):
            made["text"] = self.said(f"{n}-text")
        return made

    def _new_code(self, earlier: Sequence[Piece]) -> str:
        taken = [
            str(item.get("code"))
            for each in self._part.get("dimensions", [])
            for item in each.get("items", [])
        ]
        taken += [str(item.get("code")) for item in (*self._rows, *earlier)]
        return free_code(f"{self._dimension['code']}-", taken)

    @property
    def dimension(self) -> Piece:
        """The whole dimension, as typed."""
        return {
            "code": self._dimension["code"],
            "name_zh": self.said("name_zh"),
            "name_en": self.said("name_en"),
            "items": self.piece(),
        }

    def field_at(self, path: str) -> str:
        if path.startswith(self.path):
            return super().field_at(path)
        return path.removeprefix(f"{self._position}.")


def _levels(typed: str) -> list[Piece]:
    """`name points` line by line; a line without a number is refused by the reader."""
    found = []
    for line in typed.splitlines():
        if line := line.strip():
            match = LEVEL.match(line)
            name, points = (match[1], match[2]) if match else (line, "")
            found.append({"name": name.strip(), "points": points})
    return found
