"""The inputs of scorecards: what was assessed and what the portal counts, for a batch of bodies.

The queries are as many for one firm as for five hundred. What comes out is plain data, as
`ratings.cards` works with it; nothing in it names a resident or whoever assessed.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from communities.models import Estate
from ratings.cards import text
from ratings.models import Assessment, AssessmentState, Finding, Period
from ratings.queries.figures import Counted, counted, intact
from ratings.queries.polls import Given, scores_of
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
    polls: Mapping[tuple[int, int, str], Given]


def gathered(period: Period, pairs: Collection[Pair]) -> dict[Pair, Gathered]:
    """The inputs of these pairs (estate, body) of a period."""
    terms = period.version.read
    bodies = {body for _estate, body in pairs}
    polls = scores_of(period, bodies) if any(p.source == Source.POLL for p in terms.parts) else {}
    found = _Found(_entries(period, pairs), counted(period, bodies), intact(period), polls)
    homes = Estate.objects.filter(place__in={estate for estate, _body in pairs})
    households = dict(homes.values_list("place", "households"))
    return {
        pair: Gathered(households.get(pair[0], 0), {"parts": _parts(terms, pair, found)})
        for pair in pairs
    }


def _entries(
    period: Period, pairs: Collection[Pair]
) -> dict[tuple[int, int, str], list[dict[str, Any]]]:
    """Entries by estate, body and part: findings of several daily checks are added up.

    Plain values and no rows of models: of those there are some ten thousand in a batch. What was
    replaced is not among the settled ones.
    """
    settled = Assessment.objects.filter(
        period=period, body__in={body for _estate, body in pairs}, state=AssessmentState.SETTLED
    )
    sheets = {
        pk: (str(public_id), (estate, body, part))
        for pk, public_id, estate, body, part in settled.values_list(
            "pk", "public_id", "estate", "body", "part"
        )
    }
    findings = Finding.objects.filter(assessment__in=sheets).order_by("assessment", "item")
    sums: dict[tuple[int, int, str], dict[str, _Sum]] = defaultdict(dict)
    for pk, item, value in findings.values_list("assessment", "item", "value"):
        sheet, key = sheets[pk]
        sums[key].setdefault(item, _Sum()).add(value, sheet)
    return {key: [each.entry(item) for item, each in items.items()] for key, items in sums.items()}


# The same few numbers come again and again: made once.
_exactly: Callable[[Decimal], Fraction] = lru_cache(maxsize=1024)(Fraction)


class _Sum:
    """What several sheets found of one item; it applies if it applied to any of them."""

    def __init__(self) -> None:
        self.value: Fraction | None = None
        self.sheets: list[str] = []

    def add(self, value: Decimal | None, sheet: str) -> None:
        self.sheets.append(sheet)
        if value is not None:
            found = _exactly(value)
            self.value = found if self.value is None else self.value + found

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


def _poll(part: Part, pair: Pair, found: _Found) -> dict[str, Any]:
    """Scores in the order of their size; of too few answers no more than their number is told."""
    given = found.polls.get((*pair, part.key))
    if given is None:
        return {}
    if len(given.scores) < part.valid:
        return {"scores": [], "answers": len(given.scores), "from": given.poll}
    return {"scores": sorted(given.scores), "from": given.poll}


_SOURCES = {
    Source.SHEET: _sheet,
    Source.VERDICT: _sheet,
    Source.POLL: _poll,
    Source.COMPLAINTS: _complaints,
}
