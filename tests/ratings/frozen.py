"""Frozen periods for tests, their cards made of inputs by the arithmetic of all cards."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from common.now import now
from communities.models import Body, BodyKind, Place
from ratings.cards import text, worked, worked_firm
from ratings.models import Period, PeriodState, Scheme, SchemeVersion, Scorecard
from ratings.queries.periods import ends_of, name_of
from ratings.terms.presets import presets
from tests import factories
from tests.factories import County

BEGAN = date(2026, 7, 1)


def quarterly(district: Place, name: str = "物业服务季度测评", **more: Any) -> Scheme:
    """The quarterly preset, its first version settled."""
    scheme = Scheme.objects.create(
        place=district, name=name, subject="firms", preset="anhui_quarterly"
    )
    SchemeVersion.objects.create(
        scheme=scheme,
        number=1,
        terms={**presets()["anhui_quarterly"].document, **more},
        made_at=now(),
        settled_at=now(),
    )
    return scheme


def frozen(scheme: Scheme, from_on: date = BEGAN) -> Period:
    """A period whose scores stand, still without cards."""
    version = scheme.versions.get(number=1)
    return Period.objects.create(
        scheme=scheme,
        version=version,
        name=name_of(from_on, version.read.cycle),
        from_on=from_on,
        until_on=ends_of(from_on, version.read.cycle),
        assess_until_on=ends_of(from_on, version.read.cycle),
        state=PeriodState.FROZEN,
        frozen_at=now(),
    )


def sheet(period: Period, **found: int | str) -> dict[str, Any]:
    """A faultless inspection but for what is said: D1_1=2 is two findings of D1-1."""
    part = period.version.read.part("inspection")
    assert part is not None
    said = {code.replace("_", "-"): value for code, value in found.items()}
    faultless = {"ratio": "1", "levels": "0"}
    entries = [
        {"item": i.code, "value": str(said.get(i.code, faultless.get(i.rule, "0"))), "from": []}
        for i in part.items
        if not i.figure
    ]
    figures = {i.code: [20, 20] for i in part.items if i.figure}
    return {"entries": entries, "figures": figures}


def scored(
    period: Period, body: Body, estates: Mapping[Place, tuple[dict[str, Any], list[int]]]
) -> Scorecard:
    """A firm's card over its estates': of each what was found, and the answers of the poll."""
    terms = period.version.read
    rows = []
    for estate, (found, scores) in estates.items():
        inputs = {"parts": {"inspection": found, "poll": {"scores": scores, "from": ""}}}
        outcome = worked(terms, inputs)
        _card(period, body, outcome, inputs, estate=estate, households=100)
        rows.append({"card": "", "estate": estate.code, "households": 100,
                     "exact": text(outcome.exact)})  # fmt: skip
    given = {"cards": rows}
    return _card(period, body, worked_firm(terms, given), given)


def _card(period: Period, body: Body, outcome: Any, inputs: Any, **more: Any) -> Scorecard:
    return Scorecard.objects.create(
        period=period,
        version=period.version,
        body=body,
        total=outcome.total,
        band=outcome.band,
        inputs=inputs,
        working=outcome.working,
        frozen_at=now(),
        **more,
    )


def firms(county: County, count: int) -> list[Body]:
    """More firms of the district."""
    return [
        factories.body(BodyKind.FIRM, county.district, f"第{n}物业") for n in range(1, count + 1)
    ]


def of_one_firm(period: Period, county: County, score: int = 80, **found: int | str) -> Scorecard:
    """The county's firm at its estate."""
    return scored(period, county.firm, {county.estate: (sheet(period, **found), [score] * 25)})
