"""What a scorecard says: from its inputs to its total, with every step between kept to be read.

`worked` and `worked_firm` are all there is to a score: freezing, simulating and recomputing call
them with the same inputs and get the same figures to the last digit. Inputs and working are plain
data (a card keeps them as JSON): fractions are text such as "325/4", exact.

Inputs of an estate's card, by the key of the part:
    sheet, verdict   {"entries": [{"item", "value" or null, "from": [public ids]}],
                      "figures": {item: [numerator, denominator]}}
    poll             {"scores": [0..100, …], "from": public id}; of too few answers no scores
                      but {"answers": how many}
    complaints, fees {"figures": {name: [numerator, denominator]}}
A part without inputs is blank. Inputs of a firm's card: {"cards": [{"card", "estate",
"households", "exact" or null}]}.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from ratings import scoring
from ratings.terms import FIGURES, Part, Source, Terms

Inputs = Mapping[str, Any]
# Why a part is blank: words for each are in the templates.
NOTHING, INCOMPLETE, TOO_FEW = "nothing", "incomplete", "too_few"


@dataclass(frozen=True)
class Outcome:
    """A total (None is blank), the band it falls in, and how it came about."""

    total: Decimal | None
    band: str
    exact: Fraction | None
    working: dict[str, Any]


def worked(terms: Terms, inputs: Inputs) -> Outcome:
    """The score of a firm at one estate."""
    given: Mapping[str, Any] = inputs.get("parts", {})
    parts = [_part(part, given.get(part.key), terms) for part in terms.parts]
    pairs = [(part.weight, value) for part, (value, _row) in zip(terms.parts, parts, strict=True)]
    exact = scoring.weighted(pairs, terms.reweight)
    present = sum((weight for weight, value in pairs if value is not None), scoring.NOUGHT)
    rows = [row for _value, row in parts]
    if exact is not None:
        for row, (weight, value) in zip(rows, pairs, strict=True):
            row["counts"] = text(weight * value / present) if value is not None else None
    return _outcome(terms, exact, {"parts": rows})


def worked_firm(terms: Terms, inputs: Inputs) -> Outcome:
    """The score of a whole firm: its estates' exact scores, by households."""
    cards: Sequence[Mapping[str, Any]] = inputs.get("cards", ())
    values = [(int(card["households"]), fraction(card["exact"])) for card in cards]
    exact = scoring.rolled_up(values)
    blank = sum(1 for _homes, value in values if value is None)
    return _outcome(terms, exact, {"estates": len(values), "blank": blank})


def _outcome(terms: Terms, exact: Fraction | None, working: dict[str, Any]) -> Outcome:
    total = scoring.rounded(exact, terms.places)
    band = scoring.band_of(total, terms.bands)
    said = {"exact": text(exact), "total": None if total is None else str(total), **working}
    return Outcome(total, band.name if band else "", exact, said)


def _part(
    part: Part, given: Mapping[str, Any] | None, terms: Terms
) -> tuple[Fraction | None, dict[str, Any]]:
    row: dict[str, Any] = {"key": part.key, "weight": text(part.weight)}
    value, more = _SOURCES[part.source](part, given or {}, terms)
    row |= {"value": text(value), **more}
    if value is None and not given:
        row["blank"] = NOTHING
    return value, row


def _sheet(
    part: Part, given: Mapping[str, Any], terms: Terms
) -> tuple[Fraction | None, dict[str, Any]]:
    figures: Mapping[str, Sequence[int]] = given.get("figures", {})
    entries = [
        scoring.Entry(entry["item"], fraction(entry["value"])) for entry in given.get("entries", ())
    ]
    counted = [item for item in part.items if item.figure]
    if given:
        # What the portal counts of nothing does not apply: it takes no points away.
        entries += [
            scoring.Entry(item.code, _share(figures.get(item.code, (0, 0))).value)
            for item in counted
        ]
    sheet = scoring.sheet(part.items, entries)
    lines = [
        {"item": line.item.code, "value": text(line.entry.value), "points": text(line.points)}
        for line in sheet.lines
    ]
    more: dict[str, Any] = {
        "lines": lines,
        "got": text(sheet.got),
        "possible": text(sheet.possible),
    }
    if sheet.missing:
        more |= {"missing": list(sheet.missing), "blank": INCOMPLETE}
    return sheet.value, more


def _poll(
    part: Part, given: Mapping[str, Any], terms: Terms
) -> tuple[Fraction | None, dict[str, Any]]:
    scores: Sequence[int] = given.get("scores", ())
    value = scoring.mean(scores, part.valid)
    answers = given.get("answers", len(scores))
    more: dict[str, Any] = {"answers": answers, "needed": part.valid}
    return value, more if value is not None else {**more, "blank": TOO_FEW}


def _figures(
    part: Part, given: Mapping[str, Any], terms: Terms
) -> tuple[Fraction | None, dict[str, Any]]:
    counted: Mapping[str, Sequence[int]] = given.get("figures", {})
    shares = {
        name: _share(pair, fewer=name in FIGURES and FIGURES[name][1])
        for name, pair in counted.items()
    }
    value = scoring.figures(part.weights, shares, part.minimum, terms.reweight)
    lines = [
        {
            "figure": name,
            "weight": text(weight),
            "of": list(counted.get(name, (0, 0))),
            "share": text(shares[name].value) if name in shares else None,
        }
        for name, weight in part.weights.items()
    ]
    more: dict[str, Any] = {"lines": lines}
    return value, more if value is not None else {**more, "blank": TOO_FEW}


def _share(pair: Sequence[int], *, fewer: bool = False) -> scoring.Share:
    numerator, denominator = pair
    return scoring.Share(numerator, denominator, fewer)


_SOURCES = {
    Source.SHEET: _sheet,
    Source.VERDICT: _sheet,
    Source.POLL: _poll,
    Source.COMPLAINTS: _figures,
    Source.FEES: _figures,
}


def text(value: Fraction | None) -> str | None:
    """A fraction as a card keeps it, such as "325/4" or "7"."""
    return None if value is None else str(value)


# The same few numbers come again and again: read once.
@lru_cache(maxsize=1024)
def fraction(kept: str | None) -> Fraction | None:
    """What `text` wrote, exact again."""
    return None if kept is None else Fraction(kept)
