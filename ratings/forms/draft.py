"""The sections of a draft: which form each has, and the whole document with what was typed."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from ratings.forms.rows import Piece, SectionForm, free_code
from ratings.forms.sections import (
    BandsForm,
    FiguresForm,
    ListsForm,
    PartsForm,
    StepsForm,
    TimetableForm,
    VetoesForm,
)
from ratings.forms.sheets import DimensionForm
from ratings.terms import Names, Source

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TITLES: "dict[str, StrOrPromise]" = {
    "timetable": _("Who is assessed, and when"),
    "parts": _("Parts of the score"),
    "bands": _("Bands"),
    "vetoes": _("Veto items"),
    "lists": _("Red and black list"),
    "steps": _("The way to a list"),
}
ROWS: dict[str, Any] = {"parts": PartsForm, "bands": BandsForm, "vetoes": VetoesForm}
SINGLE: dict[str, Any] = {"lists": ListsForm, "steps": StepsForm}
NEW = "new"
SHEETS = (Source.SHEET, Source.VERDICT)


@dataclass(frozen=True)
class Section:
    """One page of the editor. `position` is its place in the document, as the verb names it."""

    title: str
    position: str
    make: Callable[[Any, dict[str, Any]], SectionForm]
    whole: Callable[[Any], Piece]


def section_named(terms: Piece, name: str, key: str = "", code: str = "") -> Section | None:
    """The section of an address; None where there is none."""
    if name == "part":
        return _part_section(terms, key, code)
    if name not in TITLES or key:
        return None
    title = str(TITLES[name])
    if name in ROWS:
        return Section(
            title,
            name,
            lambda data, more: ROWS[name](data, rows=terms.get(name, []), **more),
            lambda form: {**terms, name: form.piece()},
        )
    if name in SINGLE:
        return Section(
            title,
            name,
            lambda data, more: SINGLE[name](data, row=terms.get(name, {}), **more),
            lambda form: {**terms, name: form.piece()},
        )
    return Section(
        title,
        name,
        lambda data, more: TimetableForm(data, row=terms, **more),
        lambda form: {**terms, **form.piece()},
    )


def part_at(terms: Piece, key: str) -> tuple[int, Piece] | None:
    """A part by its key, with its place in the list."""
    found = enumerate(terms.get("parts", []))
    return next(((n, part) for n, part in found if part.get("key") == key), None)


def named(row: Piece) -> str:
    return str(Names(str(row.get("name_zh", "")), str(row.get("name_en", ""))))


def _part_section(terms: Piece, key: str, code: str) -> Section | None:
    found = part_at(terms, key)
    if found is None:
        return None
    n, part = found
    if code and part["source"] in SHEETS:
        return _dimension_section(terms, n, part, code)
    if code or part["source"] in SHEETS:
        return None
    return Section(
        named(part),
        f"part.{n}",
        lambda data, more: FiguresForm(data, part=part, **more),
        lambda form: _with_part(terms, n, form.piece()),
    )


def _dimension_section(terms: Piece, n: int, part: Piece, code: str) -> Section | None:
    dimensions: list[Piece] = part.get("dimensions", [])
    codes = [str(each.get("code")) for each in dimensions]
    if code == NEW:
        m, dimension = len(dimensions), {"code": free_code("D", codes), "items": []}
    elif code in codes:
        m = codes.index(code)
        dimension = dimensions[m]
    else:
        return None
    position = f"parts.{n}.dimensions.{m}"

    def whole(form: DimensionForm) -> Piece:
        rows = deepcopy(dimensions)
        made = form.dimension
        # Without items it is taken out of the sheet.
        rows[m : m + 1] = [made] if made["items"] else []
        return _with_part(terms, n, {**part, "dimensions": rows})

    return Section(
        named(dimension) or str(_("A new dimension")),
        f"part.{n}.{m}",
        lambda data, more: DimensionForm(
            data, part=part, dimension=dimension, position=position, **more
        ),
        whole,
    )


def _with_part(terms: Piece, n: int, part: Piece) -> Piece:
    parts = list(terms["parts"])
    parts[n] = part
    return {**terms, "parts": parts}
