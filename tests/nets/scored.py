"""Two published periods: of the later one a score of the firm at its estate, too, and the link."""

from datetime import date, timedelta
from typing import Any

from common.now import now
from communities.models import Body, Place
from ratings import chain
from ratings.cards import Outcome, text, worked, worked_firm
from ratings.models import (
    ChainHead,
    Period,
    PeriodState,
    Publication,
    PublicationKind,
    Scheme,
    Scorecard,
)
from tests.factories import County


def scored(county: County, scheme: Scheme, sheet: str) -> dict[str, str]:
    """The keys of the period, the score and the link; the score is made of this sheet."""
    before = _period(scheme, "2025年第三季度", date(2025, 7, 1), date(2025, 10, 1))
    nothing: dict[str, Any] = {"cards": []}
    _card(before, county.firm, None, worked_firm(before.version.read, nothing), nothing)
    period = _period(scheme, "2025年第四季度", date(2025, 10, 1), date(2026, 1, 1))
    terms = period.version.read
    found = {"item": "D1-1", "value": "2", "from": [sheet]}
    inputs = {"parts": {"inspection": {"entries": [found], "figures": {}}}}
    card = _card(period, county.firm, county.estate, worked(terms, inputs), inputs)
    of = {"card": str(card.public_id), "households": 1, "exact": text(None)}
    whole = {"cards": [of]}
    _card(period, county.firm, None, worked_firm(terms, whole), whole)
    return {
        "period": str(period.public_id),
        "card": str(card.public_id),
        "publication": str(_link(county.district, period).public_id),
    }


def _period(scheme: Scheme, name: str, from_on: date, until_on: date) -> Period:
    return Period.objects.create(
        scheme=scheme,
        version=scheme.versions.get(number=1),
        name=name,
        from_on=from_on,
        until_on=until_on,
        assess_until_on=until_on + timedelta(days=19),
        state=PeriodState.PUBLISHED,
        frozen_at=now(),
        published_at=now(),
    )


def _card(
    period: Period, body: Body, estate: Place | None, outcome: Outcome, inputs: Any
) -> Scorecard:
    return Scorecard.objects.create(
        period=period,
        version=period.version,
        body=body,
        estate=estate,
        total=outcome.total,
        band=outcome.band,
        inputs=inputs,
        working=outcome.working,
        frozen_at=now(),
    )


def _link(place: Place, period: Period) -> Publication:
    at, subject = now(), str(period.public_id)
    words = chain.canonical({"cards": [], "place": {"code": place.code, "name": place.name}})
    seal = chain.Link(1, "scores", "得分", subject, at, words, chain.BEGINNING).reckoned
    ChainHead.objects.create(pk=1, sequence=1, hash=seal)
    return Publication.objects.create(
        sequence=1,
        place=place,
        kind=PublicationKind.SCORES,
        title="得分",
        subject=period.public_id,
        text=words,
        previous_hash=chain.BEGINNING,
        hash=seal,
        published_at=at,
    )
