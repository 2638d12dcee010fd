"""Reads the terms of a credit scheme, as strictly as those of an assessment are read.

Points are text ("2.5"), never floating point; everything that is wrong is named by its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ratings.credit import CreditKind, CreditRules, Level
from ratings.terms.reader import Reader
from ratings.terms.words import Names, TermsError

TOP = (
    "start", "full", "good_cap", "bad_cap", "validity", "months", "objection_days",
    "repair_months", "levels", "items",
)  # fmt: skip
LEVEL = ("name", "points", "over", "spares", "by_record", "advice")
ITEM = ("code", "kind", "name_zh", "name_en", "points", "ceiling", "months")
MOST_MONTHS = 120


class Validity(TextChoices):
    """How long a record counts unless whoever records it says otherwise."""

    MONTHS = "months", _("So many months from its day")
    YEAR = "year", _("Until the end of its calendar year")


class Advice(TextChoices):
    RED = "red", _("Advises the red list")
    BLACK = "black", _("Advises the black list")


@dataclass(frozen=True)
class CreditItem:
    """One kind of record of the catalogue. `months`: its own validity, else the scheme's."""

    code: str
    kind: CreditKind
    name: Names
    points: Fraction
    ceiling: str = ""
    months: int = 0


@dataclass(frozen=True)
class CreditTerms:
    """What a credit scheme says."""

    rules: CreditRules
    validity: Validity
    months: int
    # Working days in which the firm states its objections before a bad record counts.
    objection_days: int
    # Months after which the firm may ask for a bad record to be repaired.
    repair_months: int
    items: tuple[CreditItem, ...]

    def item(self, code: str) -> CreditItem | None:
        return next((item for item in self.items if item.code == code), None)


def read_credit(document: Any) -> CreditTerms:
    """The terms a document says. Raises TermsError with everything that is wrong with it."""
    to = Reader()
    row = to.row(document, "", TOP)
    levels = _levels(to, row.get("levels"))
    rules = CreditRules(
        start=to.number(row, "", "start"),
        levels=levels,
        full=_cap(to, row, "full"),
        good_cap=_cap(to, row, "good_cap"),
        bad_cap=_cap(to, row, "bad_cap"),
    )
    if rules.full is not None and rules.full < rules.start:
        to.wrong("full", _("The base begins with more than this already."))
    terms = CreditTerms(
        rules=rules,
        validity=to.choice(row, "", "validity", Validity) or Validity.MONTHS,
        months=_some(to, row, "months", 12),
        objection_days=_some(to, row, "objection_days", 5),
        repair_months=to.whole(row, "", "repair_months", 3),
        items=_items(to, row.get("items"), [level.name for level in levels]),
    )
    if to.problems:
        raise TermsError(to.problems)
    return terms


def wrong_with_credit(document: Any) -> dict[str, Any]:
    """What is wrong with a document, by path."""
    try:
        read_credit(document)
    except TermsError as error:
        return error.problems
    return {}


def _cap(to: Reader, row: Any, name: str) -> Fraction | None:
    """At most so many points; empty: no limit."""
    return to.number(row, "", name) if row.get(name, "") != "" else None


def _some(to: Reader, row: Any, name: str, usual: int) -> int:
    found = to.whole(row, "", name, usual)
    if not 1 <= found <= MOST_MONTHS:
        to.wrong(name, _("Enter a number from 1 to 120."))
    return found


def _levels(to: Reader, data: Any) -> tuple[Level, ...]:
    """The best first; by points they fall, the one without points is the last of them."""
    levels = tuple(
        _level(to, each, f"levels.{n}") for n, each in enumerate(to.rows(data, "levels"))
    )
    _unlike(to, "levels", [level.name for level in levels])
    reached = [level for level in levels if not level.by_record]
    if not reached or reached[-1].points is not None:
        to.wrong("levels", _("The last level by points needs none: somebody is always there."))
    points = [level.points for level in reached[:-1]]
    known = [each for each in points if each is not None]
    if len(known) != len(points):
        to.wrong("levels", _("Only the last level by points goes without them."))
    elif any(high <= low for high, low in zip(known, known[1:], strict=False)):
        to.wrong("levels", _("Write the best level first; each one after it needs fewer points."))
    return levels


def _level(to: Reader, data: Any, path: str) -> Level:
    row = to.row(data, path, LEVEL)
    name = str(row.get("name", "")).strip()
    if not 0 < len(name) <= 20:
        to.wrong(f"{path}.name", _("Give it a name."))
    by_record = to.flag(row, path, "by_record")
    points = to.number(row, path, "points") if row.get("points", "") != "" else None
    if by_record and points is not None:
        to.wrong(f"{path}.points", _("Nobody reaches this level by points."))
    advice = to.choice(row, path, "advice", Advice) if row.get("advice") else ""
    return Level(
        name=name,
        points=points,
        over=to.flag(row, path, "over"),
        spares=to.flag(row, path, "spares"),
        by_record=by_record,
        advice=advice or "",
    )


def _items(to: Reader, data: Any, levels: Sequence[str]) -> tuple[CreditItem, ...]:
    items = tuple(
        _item(to, each, f"items.{n}", levels) for n, each in enumerate(to.rows(data, "items"))
    )
    if not items:
        to.wrong("items", _("The catalogue needs records."))
    _unlike(to, "items", [item.code for item in items])
    return items


def _item(to: Reader, data: Any, path: str, levels: Sequence[str]) -> CreditItem:
    row = to.row(data, path, ITEM)
    code = str(row.get("code", ""))
    if not code.isascii() or not code.replace("-", "").isalnum() or len(code) > 16:
        to.wrong(f"{path}.code", _("Use letters, digits, - and _ only."))
    kind = to.choice(row, path, "kind", CreditKind) or CreditKind.BAD
    ceiling = str(row.get("ceiling", ""))
    points = to.number(row, path, "points", "0")
    if ceiling and ceiling not in levels:
        to.wrong(f"{path}.ceiling", _("Choose a level of this scheme."))
    if ceiling and kind != CreditKind.BAD:
        to.wrong(f"{path}.ceiling", _("Only a bad record holds a level down."))
    if not points and not ceiling:
        to.wrong(f"{path}.points", _("A record is worth something."))
    return CreditItem(
        code, kind, to.names(row, path), points, ceiling, to.whole(row, path, "months", 0)
    )


def _unlike(to: Reader, path: str, keys: Sequence[str]) -> None:
    if len(set(keys)) != len(keys):
        to.wrong(path, _("Two rows here have the same name."))
