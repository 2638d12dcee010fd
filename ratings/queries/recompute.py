"""Whether every card can still be made again to the same figure, and what its sources say now."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ratings.cards import worked, worked_firm
from ratings.models import Period, Scorecard
from ratings.queries.gathering import gathered
from ratings.queries.subjects import Pair

CHUNK = 500


@dataclass(frozen=True)
class Difference:
    """A card, what of it differs, what it says and what was found."""

    card: Scorecard
    what: str
    kept: Any
    found: Any


def recomputed(period: Period | None = None) -> Iterator[tuple[Scorecard, list[Difference]]]:
    """Every card, past ones too, with what comes out differently: an empty list when nothing does.

    By the version the card names and the inputs it keeps, to the last digit.
    """
    rows = Scorecard.objects.select_related("version", "period__scheme", "body", "estate")
    if period is not None:
        rows = rows.filter(period=period)
    for card in rows.order_by("pk").iterator(chunk_size=CHUNK):
        work = worked if card.estate_id is not None else worked_firm
        outcome = work(card.version.read, card.inputs)
        pairs = (
            ("total", card.total, outcome.total),
            ("band", card.band, outcome.band),
            ("working", card.working, outcome.working),
        )
        yield card, [Difference(card, *each) for each in pairs if each[1] != each[2]]


def against_sources(period: Period) -> Iterator[Difference]:
    """Current cards of estates whose sources say something else now than when they were frozen.

    No mistake by itself: a sheet corrected since, an order that was reopened. It is what a
    correction of the card would change.
    """
    cards = Scorecard.objects.filter(period=period, estate__isnull=False).current()
    rows = cards.select_related("body", "estate").order_by("pk").iterator(chunk_size=CHUNK)
    while batch := list(islice(rows, CHUNK)):
        now = gathered(period, [_pair(card) for card in batch])
        for card in batch:
            found = now[_pair(card)].inputs
            if card.inputs != found:
                yield Difference(card, "inputs", card.inputs, found)


def _pair(card: Scorecard) -> Pair:
    return card.estate_id or 0, card.body_id
