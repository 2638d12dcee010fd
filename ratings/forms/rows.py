"""Forms over the terms of a draft: one section each, judged by the reader of terms alone.

A form makes its piece of the document of what was typed, as it was typed; what the reader says
is wrong in it is put beside the field, and nothing typed is lost. Weights and shares are typed in
per cent.
"""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError

# More rows than any sheet has on one page.
MOST_ROWS = 60
SHORT = 60
PER_CENT = re.compile(r"\d{1,7}(\.\d{1,4})?")
Piece = dict[str, Any]
Fields = Mapping[str, forms.Field]


def text(label: Any, *, most: int = 120, **more: Any) -> forms.CharField:
    # Long ones get the room of two fields.
    if most > SHORT:
        more.setdefault("widget", forms.TextInput(attrs={"class": "wide"}))
    return forms.CharField(label=label, required=False, max_length=most, **more)


def figure(label: Any, **more: Any) -> forms.CharField:
    """A number, kept as it was typed: the reader of terms says what is wrong with it."""
    widget = forms.TextInput(
        attrs={"inputmode": "decimal", "autocomplete": "off", "class": "figure"}
    )
    return text(label, most=16, widget=widget, **more)


def choice(label: Any, choices: Sequence[Any], **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=choices, **more)


def flag(label: Any, **more: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, **more)


def as_share(typed: str) -> str:
    """Per cent as typed, as the share that terms keep: 70 is 0.7. What is no number stays."""
    typed = typed.strip().rstrip("%％").strip()
    if not PER_CENT.fullmatch(typed):
        return typed
    return plainly(Decimal(typed) / 100)


def as_per_cent(share: object) -> str:
    """A share as it is typed: 0.7 is 70."""
    try:
        return plainly(Decimal(str(share)) * 100)
    except InvalidOperation:
        return str(share)


def plainly(value: Decimal) -> str:
    said = f"{value:f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def as_whole(typed: str) -> int | str:
    """A whole number where it is one; else as typed, for the reader to refuse."""
    typed = typed.strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 6 else typed


class SectionForm(forms.Form):
    """One section of a draft. `fields_of` says where a path of the document was typed."""

    # The stamp of the draft that was looked at.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def refuse(self, refusal: DomainError) -> None:
        """Show a refusal beside the fields it means, else above them; what was typed stays."""
        if not refusal.fields:
            self.add_error(None, str(refusal))
        for path, sentences in refusal.fields.items():
            for sentence in sentences:
                name = self.field_at(path)
                self.add_error(name if name in self.fields else None, sentence)

    def field_at(self, path: str) -> str:
        """The field in which a path of the document was typed."""
        return path.rsplit(".", 1)[-1]

    def said(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "").strip()


class Line:
    """One row on the page: its own fields, and what it stands for."""

    def __init__(self, form: "RowsForm", n: int, names: Sequence[str], *, new: bool) -> None:
        self.number, self.new = n + 1, new
        self._form, self._names, self._n = form, names, n

    @property
    def fields(self) -> list[forms.BoundField]:
        return [self._form[f"{self._n}-{name}"] for name in self._names]

    @property
    def typed(self) -> bool:
        """Whether somebody has begun to fill it."""
        return bool(self._form[f"{self._n}-{self._form.filled_by}"].value())

    @property
    def wrong(self) -> bool:
        return any(field.errors for field in self.fields)


class RowsForm(SectionForm):
    """Rows of the same fields: those there are, then empty ones. Marked to be removed, or left
    empty, a row is none.
    """

    # The field without which a row is empty, and how many empty ones are offered.
    filled_by = "name_zh"
    extra = 2
    # The path of the rows in the document, such as "bands".
    path = ""

    def __init__(self, data: Any, *, rows: Sequence[Piece], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._rows = list(rows)
        asked = data.get("rows", "") if data is not None else ""
        count = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
        self.count = min(max(count, len(rows) + self.extra), MOST_ROWS)
        self.fields["rows"] = forms.CharField(
            widget=forms.HiddenInput, initial=str(self.count), required=False
        )
        self.lines: list[Line] = []
        # The row on the page of each row of the document that was made.
        self._made: list[int] = []
        for n in range(self.count):
            self._add_line(n)

    def _add_line(self, n: int) -> None:
        row = self._rows[n] if n < len(self._rows) else None
        found = dict(self.row_fields(row))
        if row is not None or (self.is_bound and self.data.get(f"{n}-key")):
            found["remove"] = flag(_("Take this out"))
            # Which row it is: somebody else may have taken out the one before it.
            found["key"] = forms.CharField(widget=forms.HiddenInput, required=False)
        for name, field in found.items():
            field.initial = self.initial_of(name, row)
            self.fields[f"{n}-{name}"] = field
        self.lines.append(Line(self, n, list(found), new="key" not in found))

    def row_fields(self, row: Piece | None) -> Fields:
        raise NotImplementedError

    def initial_of(self, name: str, row: Piece | None) -> Any:
        """What stands in a field at first."""
        if row is None:
            return ""
        return self.key_of(row) if name == "key" else row.get(name, "")

    def key_of(self, row: Piece) -> str:
        return str(row.get("code", row.get("key", "")))

    def piece(self) -> list[Piece]:
        """The rows of the document, as typed."""
        self._made = []
        found: list[Piece] = []
        stand = {self.key_of(row): row for row in self._rows}
        for n in range(self.count):
            if self.said(f"{n}-remove") or not self.is_filled(n):
                continue
            before = stand.get(self.said(f"{n}-key"), {})
            found.append(self.row_made(n, deepcopy(before), found))
            self._made.append(n)
        # Rows that were not on the page: somebody added them in the meantime.
        seen = {self.said(f"{n}-key") for n in range(self.count)}
        return found + [deepcopy(row) for key, row in stand.items() if key not in seen]

    def is_filled(self, n: int) -> bool:
        return bool(self.said(f"{n}-{self.filled_by}") or self.said(f"{n}-key"))

    def row_made(self, n: int, row: Piece, earlier: list[Piece]) -> Piece:
        raise NotImplementedError

    def field_at(self, path: str) -> str:
        rest = path.removeprefix(self.path).lstrip(".").split(".")
        if not path.startswith(self.path) or not rest[0].isdigit():
            return path
        n = int(rest[0])
        if n >= len(self._made):
            return path
        return f"{self._made[n]}-{rest[1]}" if len(rest) > 1 else path


def free_code(begins: str, taken: Sequence[str], first: int = 1) -> str:
    """The first code of this beginning that nothing has."""
    n = first
    while f"{begins}{n}" in taken:
        n += 1
    return f"{begins}{n}"
