"""A worked example of any terms: an invented firm at one estate, the same every time.

docs/scoring.md works the one of the quarterly preset by hand; a test compares every figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from ratings import scoring
from ratings.cards import fraction, worked
from ratings.queries.plain import figure_name, number, percent
from ratings.scoring import Rule
from ratings.terms import FIGURES, Part, SheetItem, Source, Terms

# Taken in turn, so that some items are faultless and some are not.
FINDINGS = (0, 1, 0, 2, 0)
ANSWERS = (90, 85, 80, 75, 95)
SHARE = Fraction(9, 10)
COUNTED, FEW, WHOLE = 18, 1, 20
GIVEN = Fraction(4, 5)
SEVENTH, NOW_AND_THEN = 7, 6


@dataclass(frozen=True)
class Step:
    """One line: what, what was found of it, and what it brings."""

    name: str
    found: str
    brings: str


@dataclass(frozen=True)
class Worked:
    """One part: its lines, how they are put together, and what it counts in the end."""

    name: str
    weight: str
    steps: tuple[Step, ...]
    sum: str
    value: str
    counts: str


@dataclass(frozen=True)
class Example:
    parts: tuple[Worked, ...]
    sum: str
    total: Decimal | None
    band: str


def inputs(terms: Terms) -> dict[str, Any]:
    """What was found at the invented firm, in the shape of a card's inputs."""
    return {"parts": {part.key: _inputs_of(part) for part in terms.parts}}


def _inputs_of(part: Part) -> dict[str, Any]:
    if part.source == Source.POLL:
        return {"scores": [ANSWERS[n % len(ANSWERS)] for n in range(part.valid)]}
    if part.source in (Source.COMPLAINTS, Source.FEES):
        whole = max(WHOLE, part.minimum)
        few = {name for name in part.weights if name in FIGURES and FIGURES[name][1]}
        return {
            "figures": {
                name: [FEW if name in few else whole * 9 // 10, whole] for name in part.weights
            }
        }
    return {
        "entries": [
            {"item": item.code, "value": str(_value(item, n)), "from": []}
            for n, item in enumerate(part.items)
            if not item.figure
        ],
        "figures": {item.code: [COUNTED, WHOLE] for item in part.items if item.figure},
    }


def _value(item: SheetItem, n: int) -> Fraction:
    if item.rule == Rule.PER_FINDING:
        return Fraction(FINDINGS[n % len(FINDINGS)])
    if item.rule == Rule.ALL_OR_NOTHING:
        return Fraction(n % SEVENTH == NOW_AND_THEN)
    if item.rule == Rule.LEVELS:
        return Fraction(min(1, len(item.levels) - 1))
    return SHARE if item.rule == Rule.RATIO else item.points * GIVEN


def example(terms: Terms) -> Example:
    """The invented firm's score with every step, worked by the arithmetic of all cards."""
    given = inputs(terms)
    outcome = worked(terms, given)
    rows: list[Mapping[str, Any]] = outcome.working["parts"]
    parts = tuple(
        _worked(part, given["parts"][part.key], row)
        for part, row in zip(terms.parts, rows, strict=True)
    )
    said = " + ".join(f"{part.weight} × {part.value}" for part in parts)
    return Example(parts, said, outcome.total, terms.band_words(outcome.band))


def _worked(part: Part, given: Mapping[str, Any], row: Mapping[str, Any]) -> Worked:
    steps, said = _STEPS[part.source](part, given, row)
    return Worked(
        name=str(part.name),
        weight=percent(part.weight),
        steps=tuple(steps),
        sum=said,
        value=shown(fraction(row["value"])),
        counts=shown(fraction(row.get("counts"))),
    )


def shown(value: Fraction | None) -> str:
    """To four decimals at most, for the eye; nothing is rounded before the end."""
    if value is None:
        return "–"
    said = number(scoring.rounded(value, 4) or Decimal(0))
    return said if Fraction(said) == value else _("about %(n)s") % {"n": said}


def _sheet(part: Part, given: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[list[Step], str]:
    items = {item.code: item for item in part.items}
    steps = []
    for line in row["lines"]:
        item = items[line["item"]]
        brings = _("%(got)s of %(points)s") % {
            "got": shown(fraction(line["points"])), "points": number(item.points)
        }  # fmt: skip
        steps.append(Step(str(item.name), found_words(item, fraction(line["value"])), brings))
    got, possible = shown(fraction(row["got"])), shown(fraction(row["possible"]))
    said = _("%(got)s of %(possible)s points") % {"got": got, "possible": possible}
    return steps, said


def found_words(item: SheetItem, value: Fraction | None) -> str:
    """What was found of an item, in words."""
    if value is None:
        return _("does not apply")
    if item.rule in (Rule.PER_FINDING, Rule.ALL_OR_NOTHING):
        return _("findings: %(n)s") % {"n": value}
    if item.rule == Rule.LEVELS:
        return item.level_names[int(value)]
    if item.rule == Rule.RATIO:
        return percent(value) if scoring.rounded(value, 6) == value else shown(value)
    return _("given: %(n)s") % {"n": number(value)}


def _poll(part: Part, given: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[list[Step], str]:
    scores: list[int] = given["scores"]
    steps = [
        Step(_("Answers of %(n)s") % {"n": score}, str(scores.count(score)), "")
        for score in sorted(set(scores), reverse=True)
    ]
    said = _("%(sum)s divided by %(n)s answers") % {"sum": sum(scores), "n": len(scores)}
    return steps, said


def _figures(
    part: Part, given: Mapping[str, Any], row: Mapping[str, Any]
) -> tuple[list[Step], str]:
    steps = []
    for line in row["lines"]:
        share = fraction(line["share"])
        of = _("%(n)s of %(whole)s") % {"n": line["of"][0], "whole": line["of"][1]}
        weight = fraction(line["weight"]) or Fraction()
        brings = f"{percent(weight)} × {shown(None if share is None else share * 100)}"
        steps.append(Step(figure_name(line["figure"]), of, brings))
    return steps, " + ".join(step.brings for step in steps)


_STEPS = {
    Source.SHEET: _sheet,
    Source.VERDICT: _sheet,
    Source.POLL: _poll,
    Source.COMPLAINTS: _figures,
    Source.FEES: _figures,
}
