"""The inputs of scorecards: what was assessed and what the portal counts, for a batch of bodies.

The queries are as many for one firm as for five hundred. What comes out is plain data, as
`ratings.cards` works with it; nothing in it names a resident or whoever assessed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from communities.models import Estate
from ratings.cards import text
from ratings.models import Assessment, AssessmentState, Finding, Period
from ratings.queries.figures import Counted, counted, intact
from ratings.queries.subjects import Pair
from ratings.terms import Method, Part, Source, Terms

Parts = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Gathered:
    """The inputs of one firm at one estate, and the households it weighs with."""

    households: int
    inputs: dict[str, Any]


@dataclass(frozen=True)
class _Found:
    """All that was read for a batch."""

    entries: Mapping[tuple[int, int, str], list[dict[str, Any]]]
    figures: Mapping[str, Mapping[Pair, Counted]]
    intact: Mapping[int, Counted]


def gathered(period: Period, pairs: Collection[Pair]) -> dict[Pair, Gathered]:
    """The inputs of these pairs (estate, body) of a period."""
    terms = period.version.read
    bodies = {body for _estate, body in pairs}
    found = _Found(_entries(period, pairs), counted(period, bodies), intact(period))
    homes = Estate.objects.filter(place__in={estate for estate, _body in pairs})
    households = dict(homes.values_list("place", "households"))
    return {
        pair: Gathered(households.get(pair[0], 0), {"parts": _parts(terms, pair, found)})
        for pair in pairs
    }


def settled_of(period: Period, bodies: Collection[int]) -> "Iterable[Assessment]":
    """The settled sheets of a period about these bodies; what was replaced is not among them."""
    return Assessment.objects.filter(
        period=period, body__in=bodies, state=AssessmentState.SETTLED
    ).order_by("pk")


def _entries(
    period: Period, pairs: Collection[Pair]
) -> dict[tuple[int, int, str], list[dict[str, Any]]]:
    """Entries by estate, body and part: findings of several daily checks are added up."""
    sheets = {row.pk: row for row in settled_of(period, {body for _estate, body in pairs})}
    findings = Finding.objects.filter(assessment__in=sheets).order_by("assessment", "item")
    sums: dict[tuple[int, int, str], dict[str, _Sum]] = defaultdict(dict)
    for finding in findings:
        sheet = sheets[finding.assessment_id]
        items = sums[sheet.estate_id, sheet.body_id, sheet.part]
        items.setdefault(finding.item, _Sum()).add(finding, str(sheet.public_id))
    return {key: [each.entry(item) for item, each in items.items()] for key, items in sums.items()}


class _Sum:
    """What several sheets found of one item; it applies if it applied to any of them."""

    def __init__(self) -> None:
        self.value: Fraction | None = None
        self.sheets: list[str] = []

    def add(self, finding: Finding, sheet: str) -> None:
        self.sheets.append(sheet)
        if finding.value is not None:
            self.value = (self.value or Fraction(0)) + Fraction(finding.value)

    def entry(self, item: str) -> dict[str, Any]:
        return {"item": item, "value": text(self.value), "from": self.sheets}


def _parts(terms: Terms, pair: Pair, found: _Found) -> Parts:
    parts: Parts = {}
    for part in terms.parts:
        made = _SOURCES[part.source](part, pair, found) if part.source in _SOURCES else {}
        if made:
            parts[part.key] = made
    return parts


def _sheet(part: Part, pair: Pair, found: _Found) -> dict[str, Any]:
    entries = found.entries.get((*pair, part.key), [])
    if not entries:
        # What the portal counts fills no sheet that nobody carried out.
        return {}
    figures = {
        item.code: list(counts)
        for item in part.items_of(Method.SYSTEM)
        if (counts := _figure(item.figure, pair, found)) is not None
    }
    return {"entries": entries, "figures": figures}


def _figure(figure: str, pair: Pair, found: _Found) -> Counted | None:
    if figure == "facilities":
        return found.intact.get(pair[0])
    return found.figures.get(figure, {}).get(pair)


def _complaints(part: Part, pair: Pair, found: _Found) -> dict[str, Any]:
    figures = {
        name: list(counts)
        for name in part.weights
        if (counts := _figure(name, pair, found)) is not None
    }
    return {"figures": figures} if figures else {}


_SOURCES = {
    Source.SHEET: _sheet,
    Source.VERDICT: _sheet,
    Source.COMPLAINTS: _complaints,
}
