"""What the last frozen period would have been under other terms: over its real inputs.

Every current card is worked again from what it was made of. What the terms ask for and nobody
entered then is blank, and said so; nothing is guessed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from common.now import today
from communities.models import Body
from ratings import scoring
from ratings.cards import Outcome, text, worked, worked_firm
from ratings.models import SCORED, Period, Scheme, Scorecard, Veto
from ratings.queries.plain import figure_name
from ratings.queries.standings import standings_of, vetoes_of
from ratings.scoring import Standing
from ratings.terms import Part, SheetItem, Source, Terms

# Firms in the table and lines in the chart: those that move most; the API has them all.
IN_TABLE, IN_CHART = 100, 24


@dataclass(frozen=True)
class Side:
    """How a firm came out: its total (blank is None), its place, its band, and its list."""

    total: Decimal | None
    place: int | None
    band: str
    # "red", "black" or nothing.
    listed: str


@dataclass(frozen=True)
class Row:
    """A firm, as it came out and as it would have."""

    body: Body
    before: Side
    after: Side
    # In effect today: they override scores before and after.
    vetoes: tuple[Veto, ...] = ()

    @property
    def moved(self) -> Decimal:
        """How far; a score that appears or is lost moves furthest."""
        if self.before.total is None or self.after.total is None:
            return Decimal(0 if self.before.total == self.after.total else 1000)
        return abs(self.after.total - self.before.total)

    @property
    def change(self) -> Decimal | None:
        if self.before.total is None or self.after.total is None:
            return None
        return self.after.total - self.before.total

    @property
    def relisted(self) -> bool:
        return self.before.listed != self.after.listed


@dataclass(frozen=True)
class Simulation:
    """Of which period, firm by firm in the order of the draft, and what could not be worked."""

    period: Period | None
    rows: tuple[Row, ...] = ()
    # Decimals to show.
    places: int = 2
    notes: tuple[str, ...] = field(default_factory=tuple)

    @cached_property
    def shown(self) -> list[Row]:
        if len(self.rows) <= IN_TABLE:
            return list(self.rows)
        most = sorted(self.rows, key=lambda row: (not row.relisted, -row.moved))[:IN_TABLE]
        return [row for row in self.rows if row in most]

    @property
    def left_out(self) -> int:
        return len(self.rows) - len(self.shown)

    @property
    def relisted(self) -> int:
        return sum(row.relisted for row in self.rows)

    @property
    def blank(self) -> int:
        return sum(row.after.total is None for row in self.rows)


def last_frozen(scheme: Scheme) -> Period | None:
    """The period whose scores stand: the last one that is no longer open."""
    rows = Period.objects.filter(scheme=scheme).filter(state__in=SCORED)
    return rows.select_related("version").order_by("-from_on").first()


def simulated(scheme: Scheme, terms: Terms) -> Simulation:
    """The last frozen period of a scheme under these terms. Constant queries."""
    period = last_frozen(scheme)
    if period is None:
        return Simulation(None)
    period.scheme = scheme
    old = period.version.read
    cards = list(Scorecard.objects.filter(period=period).current().select_related("body"))
    estates: dict[int, list[Scorecard]] = defaultdict(list)
    for card in cards:
        if card.estate_id is not None:
            estates[card.body_id].append(card)
    firms = {card.body.code: card for card in cards if card.estate_id is None}
    vetoes = vetoes_of(period, today())
    # A firm of which nothing but a veto is known has no score.
    bodies = {code: found[0].body for code, found in vetoes.items()}
    bodies |= {code: card.body for code, card in firms.items()}
    as_was = {code: Outcome(card.total, card.band, None, {}) for code, card in firms.items()}
    again = {code: _again(estates[card.body_id], old, terms) for code, card in firms.items()}
    before = _sides(as_was, old, standings_of(period, _totals(as_was), vetoes))
    after = _sides(again, terms, standings_of(period, _totals(again), vetoes, terms.lists))
    rows = [
        Row(body, before[code], after[code], tuple(vetoes.get(code, ())))
        for code, body in bodies.items()
    ]
    rows.sort(key=lambda row: (row.after.place is None, row.after.place, row.body.code))
    inputs = [card.inputs for card in cards if card.estate_id is not None]
    return Simulation(
        period,
        tuple(rows),
        places=max(old.places, terms.places),
        notes=tuple(_notes(inputs, old, terms)),
    )


def _again(cards: Iterable[Scorecard], old: Terms, terms: Terms) -> Outcome:
    """A whole firm's score under other terms."""
    rows = [
        {
            "households": card.households,
            "exact": text(worked(terms, fitting(card.inputs, old, terms)).exact),
        }
        for card in cards
    ]
    return worked_firm(terms, {"cards": rows})


def fitting(inputs: Mapping[str, Any], old: Terms, terms: Terms) -> dict[str, Any]:
    """The inputs of a card without what means something else under other terms.

    Two findings are no share of two: an item whose rule is another one has nothing entered.
    """
    given: Mapping[str, Any] = inputs.get("parts", {})
    parts: dict[str, Any] = {}
    for part in terms.parts:
        was = old.part(part.key)
        if part.key in given and was is not None and was.source == part.source:
            parts[part.key] = _fitting_part(given[part.key], was, part)
    return {**inputs, "parts": parts}


def _fitting_part(given: Mapping[str, Any], was: Part, part: Part) -> dict[str, Any]:
    if part.source not in (Source.SHEET, Source.VERDICT):
        return dict(given)
    before = {item.code: item for item in was.items}
    same = {i.code for i in part.items if i.code in before and _alike(before[i.code], i)}
    return {
        **given,
        "entries": [entry for entry in given.get("entries", ()) if entry["item"] in same],
        "figures": {code: pair for code, pair in given.get("figures", {}).items() if code in same},
    }


def _alike(was: SheetItem, item: SheetItem) -> bool:
    """Whether what was found means the same; points, steps and floors may differ."""
    levels = len(was.levels) == len(item.levels)
    alike = was.rule == item.rule and was.figure == item.figure and levels
    return alike and (item.rule != scoring.Rule.GIVEN or was.points == item.points)


def _totals(outcomes: Mapping[str, Outcome]) -> dict[str, Decimal | None]:
    return {code: outcome.total for code, outcome in outcomes.items()}


def _sides(
    outcomes: Mapping[str, Outcome], terms: Terms, standings: Sequence[Standing]
) -> dict[str, Side]:
    """By the firm's code."""
    proposals = scoring.proposals(standings, terms.lists)
    listed = {found.key: "red" if found.red else "black" for found in proposals}
    bands = {code: terms.band_words(outcome.band) for code, outcome in outcomes.items()}
    places = scoring.ranks([standing.total for standing in standings])
    return {
        each.key: Side(each.total, place, bands.get(each.key, ""), listed.get(each.key, ""))
        for each, place in zip(standings, places, strict=True)
    }


def _notes(inputs: Sequence[Mapping[str, Any]], old: Terms, terms: Terms) -> list[str]:
    """Sentences about what the terms ask for and that period has not."""
    notes = []
    if not inputs:
        notes.append(_("That period has no scores of single estates: nothing can be worked again."))
        return notes
    for part in terms.parts:
        was = old.part(part.key)
        if was is None or was.source != part.source:
            said = _("%(part)s: that period has nothing for it, so the part is blank.")
            notes.append(said % {"part": part.name})
        else:
            notes += _notes_of_part(part, was, inputs)
    return notes


def _notes_of_part(part: Part, was: Part, inputs: Sequence[Mapping[str, Any]]) -> list[str]:
    before = {item.code: item for item in was.items}
    lacking = [str(i.name) for i in part.items
               if i.code not in before or not _alike(before[i.code], i)]  # fmt: skip
    known = set(was.weights)
    for each in inputs:
        known |= set(each.get("parts", {}).get(part.key, {}).get("figures", {}))
    if part.weights:
        lacking += [figure_name(name) for name in part.weights if name not in known]
    if not lacking:
        return []
    said = _("%(part)s: that period has nothing for %(names)s, so the part is blank.")
    if part.items and all(item.figure for item in part.items if str(item.name) in lacking):
        said = _("%(part)s: that period has no figures for %(names)s: they are left out.")
    return [said % {"part": part.name, "names": _(", ").join(lacking)}]
