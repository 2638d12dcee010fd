"""Grounds for recommendations, and a programme of honours with money, for tests."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from common.now import now, today
from communities.models import Body, BodyKind, Contract, Place
from ratings.actions import results, subsidies
from ratings.models import AwardCategory, Listing, Programme, Recommendation, Scorecard
from tests import factories
from tests.complaints.walks import fresh
from tests.factories import County
from tests.ratings import frozen


def on_list(county: County, kind: str = "black", firm: Body | None = None, **more: Any) -> Listing:
    """A published listing of the district."""
    scheme = frozen.quarterly(county.district, name=f"{kind}-{Listing.objects.count()}")
    return Listing.objects.create(
        place=county.district,
        kind=kind,
        body=firm or county.firm,
        version=scheme.versions.get(),
        ground="by_hand",
        grounds="季度测评",
        state="published",
        proposed_at=now(),
        proposed_by=county.people["district"],
        document_number="红住建发〔2026〕20号",
        published_at=now(),
        until_on=today() + timedelta(days=365),
        **more,
    )


def scored(county: County, **more: Any) -> Scorecard:
    """The firm's frozen score, with a band; `state="published"` for one that anybody reads."""
    period = frozen.frozen(frozen.quarterly(county.district))
    for name, value in more.items():
        setattr(period, name, value)
    period.save()
    card = frozen.of_one_firm(period, county)
    assert card.band
    return card


def ending(county: County, days: int = 200) -> Contract:
    """The firm's contract at its estate, with an end."""
    contract = Contract.objects.get(firm=county.firm, estate=county.estate)
    contract.until_on = today() + timedelta(days=days)
    contract.save()
    return contract


def committee(county: County) -> Body:
    return factories.body(BodyKind.OWNERS_COMMITTEE, county.estate, "桂花苑业主委员会")


def advised(county: County, by: User, ground: Any, **more: Any) -> Recommendation:
    """Put to the owners' vote, unless it is said otherwise."""
    said: dict[str, Any] = {
        "advice": "vote",
        "text": "建议提请业主大会表决是否续聘。",
        "addressee": "community",
        "due_on": today() + timedelta(days=30),
        "estate": county.estate,
        **more,
    }
    return results.recommend(county.firm, by=fresh(by), ground=ground, **said)


def programme(place: Place, by: User, budget: str = "5000000", **more: Any) -> Programme:
    said: dict[str, Any] = {
        "name": "红色物业评先奖补",
        "year": 2026,
        "granted_by": "区住房和城乡建设局",
        "document": "红住建发〔2026〕8号",
        **more,
    }
    return subsidies.open_programme(place, by=fresh(by), budget=Decimal(budget), **said)


def category(
    of: Programme, by: User, kind: str = "project", count: int = 22, amount: str = "100000"
) -> AwardCategory:
    return subsidies.add_category(
        of, by=fresh(by), kind=kind, name=f"先进{kind}", count=count, amount=Decimal(amount)
    )


def day(text: str) -> date:
    return date.fromisoformat(text)
