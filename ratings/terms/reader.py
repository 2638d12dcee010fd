"""Reads the terms of a scheme strictly.

A document that says something unknown, leaves out what is needed, or whose weights do not add up
to exactly one is refused, and every place that is wrong is named. Numbers are text ("0.70"), never
floating point.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from communities.models.estates import EstateKind
from ratings.scoring import NOUGHT, WHOLE, Band, ListRules, Rule
from ratings.terms.words import (
    FEE_FIGURES,
    FIGURES,
    ITEM_FIGURES,
    Cycle,
    Dimension,
    Judge,
    Method,
    Names,
    Part,
    SheetItem,
    Source,
    Steps,
    Subject,
    Terms,
    TermsError,
    Veto,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

C = TypeVar("C", bound=TextChoices)
NUMBER = re.compile(r"\d{1,9}(\.\d{1,6})?")
TOP = (
    "subject", "cycle", "estate_kinds", "parts", "reweight", "places", "bands", "vetoes",
    "lists", "steps", "days_to_assess", "rectify_days", "ranked_from",
)  # fmt: skip
ITEM = (
    "code", "name_zh", "name_en", "points", "method", "rule", "text",
    "step", "floor", "levels", "figure",
)  # fmt: skip
PART = (
    "key", "name_zh", "name_en", "weight", "source", "judge", "dimensions",
    "weights", "minimum", "sample", "valid",
)  # fmt: skip
BAND = ("at_least", "name", "name_en", "asks")
COUNTED = {Source.COMPLAINTS: tuple(FIGURES), Source.FEES: tuple(FEE_FIGURES)}
LISTS = (
    "red_from", "red_share", "black_under", "black_share",
    "bottom_share", "bottom_under", "bottom_periods",
)  # fmt: skip


class Reader:
    """One document with what was found wrong in it so far."""

    def __init__(self) -> None:
        self.problems: dict[str, StrOrPromise] = {}

    def wrong(self, path: str, words: "StrOrPromise") -> None:
        self.problems.setdefault(path, words)

    def row(self, data: Any, path: str, known: Iterable[str]) -> Mapping[str, Any]:
        if not isinstance(data, Mapping):
            self.wrong(path, _("This must be a table of names and values."))
            return {}
        for name in sorted(set(data) - set(known)):
            self.wrong(f"{path}.{name}".lstrip("."), _("Nothing is known by this name."))
        return data

    def rows(self, data: Any, path: str) -> Sequence[Any]:
        if not isinstance(data, list):
            self.wrong(path, _("This must be a list."))
            return []
        return data

    def number(self, row: Mapping[str, Any], path: str, name: str, default: str = "") -> Fraction:
        text = row.get(name, default)
        if not isinstance(text, str) or not NUMBER.fullmatch(text):
            self.wrong(f"{path}.{name}".lstrip("."), _("Enter a number such as 0.25 or 20."))
            return NOUGHT
        return Fraction(text)

    def whole(self, row: Mapping[str, Any], path: str, name: str, default: int) -> int:
        value = row.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10_000:
            self.wrong(f"{path}.{name}".lstrip("."), _("Enter a whole number."))
            return default
        return value

    def flag(self, row: Mapping[str, Any], path: str, name: str) -> bool:
        value = row.get(name, False)
        if not isinstance(value, bool):
            self.wrong(f"{path}.{name}".lstrip("."), _("Say yes or no."))
        return value is True

    def text(self, row: Mapping[str, Any], path: str, name: str) -> str:
        value = row.get(name, "")
        if not isinstance(value, str):
            self.wrong(f"{path}.{name}".lstrip("."), _("Enter words."))
            return ""
        return value.strip()

    def choice(self, row: Mapping[str, Any], path: str, name: str, choices: type[C]) -> C | None:
        value = row.get(name)
        if value in choices.values:
            return choices(value)
        self.wrong(f"{path}.{name}".lstrip("."), _("Choose one of the values offered."))
        return None

    def names(self, row: Mapping[str, Any], path: str) -> Names:
        found = Names(self.text(row, path, "name_zh"), self.text(row, path, "name_en"))
        if not found.zh:
            self.wrong(f"{path}.name_zh".lstrip("."), _("Give it a name."))
        return found


def read(document: Any) -> Terms:
    """The terms a document says. Raises TermsError with everything that is wrong with it."""
    to = Reader()
    row = to.row(document, "", TOP)
    subject, cycle = to.choice(row, "", "subject", Subject), to.choice(row, "", "cycle", Cycle)
    parts = _parts(to, row.get("parts"))
    terms = Terms(
        subject=subject or Subject.FIRMS,
        cycle=cycle or Cycle.QUARTER,
        parts=_without_counting_twice(parts),
        reweight=to.flag(row, "", "reweight"),
        places=to.whole(row, "", "places", 2),
        bands=_bands(to, row.get("bands", [])),
        vetoes=_vetoes(to, row.get("vetoes", [])),
        lists=_lists(to, row.get("lists", {})),
        steps=_steps(to, row.get("steps", {})),
        estate_kinds=_estate_kinds(to, row.get("estate_kinds", [])),
        days_to_assess=to.whole(row, "", "days_to_assess", 20),
        rectify_days=to.whole(row, "", "rectify_days", 15),
        ranked_from=to.whole(row, "", "ranked_from", 5),
    )
    if terms.places > 4:
        to.wrong("places", _("Four decimals at most."))
    if to.problems:
        raise TermsError(to.problems)
    return terms


def _estate_kinds(to: Reader, data: Any) -> tuple[str, ...]:
    kinds = tuple(to.rows(data, "estate_kinds"))
    if any(kind not in EstateKind.values for kind in kinds):
        # A kind that no estate is of would be a period in which nobody is assessed.
        to.wrong("estate_kinds", _("Choose kinds of estates that there are."))
        return ()
    return kinds


def _parts(to: Reader, data: Any) -> tuple[Part, ...]:
    rows = to.rows(data, "parts")
    parts = tuple(_part(to, row, f"parts.{n}") for n, row in enumerate(rows))
    _unlike(to, "parts", [part.key for part in parts])
    _adds_up(to, "parts", [part.weight for part in parts])
    if sum(part.source == Source.COMPLAINTS for part in parts) > 1:
        to.wrong("parts", _("Figures of complaints are one part: they never count twice."))
    return parts


def _part(to: Reader, data: Any, path: str) -> Part:
    row = to.row(data, path, PART)
    source = to.choice(row, path, "source", Source) or Source.SHEET
    judge = to.choice(row, path, "judge", Judge) if source == Source.VERDICT else None
    return Part(
        key=_code(to, row, path, "key"),
        name=to.names(row, path),
        weight=to.number(row, path, "weight"),
        source=source,
        judge=judge,
        dimensions=_dimensions(to, row, path, source),
        weights=_weights(to, row, path, COUNTED[source]) if source in COUNTED else {},
        minimum=to.whole(row, path, "minimum", 0),
        sample=_sample(to, row, path) if source == Source.POLL else 0,
        valid=to.whole(row, path, "valid", 25) if source == Source.POLL else 0,
    )


def _sample(to: Reader, row: Mapping[str, Any], path: str) -> int:
    sample = to.whole(row, path, "sample", 25)
    if sample < to.whole(row, path, "valid", 25):
        to.wrong(f"{path}.sample", _("Draw at least as many as must answer."))
    return sample


def _weights(
    to: Reader, row: Mapping[str, Any], path: str, known: Sequence[str]
) -> dict[str, Fraction]:
    given = to.row(row.get("weights"), f"{path}.weights", known)
    weights = {name: to.number(given, f"{path}.weights", name) for name in given if name in known}
    _adds_up(to, f"{path}.weights", list(weights.values()))
    return weights


def _dimensions(
    to: Reader, row: Mapping[str, Any], path: str, source: Source
) -> tuple[Dimension, ...]:
    if source not in (Source.SHEET, Source.VERDICT):
        return ()
    rows = to.rows(row.get("dimensions"), f"{path}.dimensions")
    if not rows:
        to.wrong(f"{path}.dimensions", _("A sheet needs items."))
    found = tuple(
        _dimension(to, data, f"{path}.dimensions.{n}", source) for n, data in enumerate(rows)
    )
    _unlike(to, f"{path}.dimensions", [item.code for each in found for item in each.items])
    return found


def _dimension(to: Reader, data: Any, path: str, source: Source) -> Dimension:
    row = to.row(data, path, ("code", "name_zh", "name_en", "items"))
    code = _code(to, row, path, "code")
    rows = to.rows(row.get("items"), f"{path}.items")
    items = tuple(_item(to, item, f"{path}.items.{n}", code, source) for n, item in enumerate(rows))
    return Dimension(code, to.names(row, path), items)


def _item(to: Reader, data: Any, path: str, dimension: str, source: Source) -> SheetItem:
    row = to.row(data, path, ITEM)
    rule = to.choice(row, path, "rule", Rule) or Rule.GIVEN
    method = to.choice(row, path, "method", Method) if source == Source.SHEET else None
    levels = [
        to.row(level, f"{path}.levels", ("name", "points"))
        for level in to.rows(row.get("levels", []), f"{path}.levels")
    ]
    points = to.number(row, path, "points")
    item = SheetItem(
        code=_code(to, row, path, "code"),
        points=points,
        rule=rule,
        method=method or "",
        step=to.number(row, path, "step", "0"),
        floor=to.number(row, path, "floor", "0"),
        levels=tuple(to.number(level, f"{path}.levels", "points") for level in levels),
        figure=to.text(row, path, "figure"),
        name=to.names(row, path),
        text=to.text(row, path, "text"),
        dimension=dimension,
        level_names=tuple(to.text(level, f"{path}.levels", "name") for level in levels),
    )
    _fits(to, item, path)
    return item


def _fits(to: Reader, item: SheetItem, path: str) -> None:
    """What the rule of an item needs is there, and no level is worth more than the item."""
    if not item.points:
        to.wrong(f"{path}.points", _("An item is worth something."))
    if item.rule == Rule.PER_FINDING and not item.step:
        to.wrong(f"{path}.step", _("Say how many points a finding takes off."))
    if item.rule == Rule.LEVELS and (not item.levels or max(item.levels) != item.points):
        to.wrong(f"{path}.levels", _("The best level brings all points of the item."))
    if item.floor > WHOLE:
        to.wrong(f"{path}.floor", _("A share is at most 1."))
    summed = (Rule.PER_FINDING, Rule.ALL_OR_NOTHING)
    if item.method == Method.DAILY and item.rule not in summed:
        # Two shares or levels of two days are no share or level when added.
        words = _("Daily checks are added up: choose points off for each finding, or all or none.")
        to.wrong(f"{path}.rule", words)
    counted = item.method == Method.SYSTEM
    if item.figure and not counted:
        to.wrong(f"{path}.figure", _("Only what the portal counts has a figure."))
    if counted and (item.rule != Rule.RATIO or item.figure not in ITEM_FIGURES):
        to.wrong(f"{path}.figure", _("What the portal counts is a share of one of its figures."))


def _without_counting_twice(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Figures of complaints never count twice: where they are a part, items made of them go.

    DOMAIN part 7: the sheet's indicator D8-2 is dropped when they are a part.
    """
    if all(part.source != Source.COMPLAINTS for part in parts):
        return parts
    twice = {"orders", *FIGURES}
    return tuple(
        replace(
            part,
            dimensions=tuple(
                replace(each, items=tuple(i for i in each.items if i.figure not in twice))
                for each in part.dimensions
            ),
        )
        for part in parts
    )


def _bands(to: Reader, data: Any) -> tuple[Band, ...]:
    bands = []
    for n, each in enumerate(to.rows(data, "bands")):
        path = f"bands.{n}"
        row = to.row(each, path, BAND)
        name, asks, name_en = (to.text(row, path, each) for each in ("name", "asks", "name_en"))
        if not name:
            to.wrong(f"{path}.name", _("Give it a name."))
        bands.append(Band(decimal(to.number(row, path, "at_least")), name, asks, name_en))
    _unlike(to, "bands", [str(band.at_least) for band in bands])
    return tuple(sorted(bands, key=lambda band: -band.at_least))


def _vetoes(to: Reader, data: Any) -> tuple[Veto, ...]:
    rows = [
        (to.row(each, f"vetoes.{n}", ("code", "name_zh", "name_en")), f"vetoes.{n}")
        for n, each in enumerate(to.rows(data, "vetoes"))
    ]
    vetoes = tuple(Veto(_code(to, row, path, "code"), to.names(row, path)) for row, path in rows)
    _unlike(to, "vetoes", [veto.code for veto in vetoes])
    return vetoes


def _lists(to: Reader, data: Any) -> ListRules:
    row = to.row(data, "lists", LISTS)
    shares = {name: to.number(row, "lists", name, "0") for name in LISTS if name.endswith("share")}
    for name, share in shares.items():
        if share > WHOLE:
            to.wrong(f"lists.{name}", _("A share is at most 1."))
    rules = ListRules(
        red_from=decimal(to.number(row, "lists", "red_from", "90")),
        red_share=shares["red_share"],
        black_under=decimal(to.number(row, "lists", "black_under", "60")),
        black_share=shares["black_share"],
        bottom_share=shares["bottom_share"],
        bottom_under=decimal(to.number(row, "lists", "bottom_under", "70")),
        bottom_periods=to.whole(row, "lists", "bottom_periods", 2),
    )
    if rules.black_under > rules.red_from:
        to.wrong("lists.black_under", _("Nobody can be on both lists."))
    return rules


def _steps(to: Reader, data: Any) -> Steps:
    flags = ("joint_check", "interview", "legal_review")
    wholes = tuple(f.name for f in fields(Steps) if f.name not in flags)
    row = to.row(data, "steps", (*flags, *wholes))
    given: dict[str, Any] = {name: to.flag(row, "steps", name) for name in flags if name in row}
    usual = Steps()
    for name in wholes:
        given[name] = to.whole(row, "steps", name, getattr(usual, name))
    return Steps(**given)


def _code(to: Reader, row: Mapping[str, Any], path: str, name: str) -> str:
    value = to.text(row, path, name)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", value):
        to.wrong(f"{path}.{name}", _("Use letters, digits, - and _ only."))
    return value


def _unlike(to: Reader, path: str, keys: Sequence[str]) -> None:
    if len(set(keys)) != len(keys):
        to.wrong(path, _("Two rows here have the same name."))


def _adds_up(to: Reader, path: str, weights: Sequence[Fraction]) -> None:
    whole = sum(weights, NOUGHT)
    if whole != WHOLE:
        hundredths = f"{decimal(100 * whole).normalize():f}"
        to.wrong(path, _("The weights add up to %(sum)s %%, not to 100 %%.") % {"sum": hundredths})


def decimal(value: Fraction) -> Decimal:
    """A number that was written as a decimal, as one again: exact."""
    return Decimal(value.numerator) / Decimal(value.denominator)
