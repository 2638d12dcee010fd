"""Filling in sheets as people would, through the verbs."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.actors import CLOCK
from accounts.models import User
from communities.actions import appoint
from communities.models import Office
from ratings.actions import assessments as actions
from ratings.actions._sheets import Said
from ratings.actions.entries import Kept, keep
from ratings.models import Assessment, Period
from ratings.queries.sheets import items_of
from ratings.scoring import Rule
from tests import factories
from tests.complaints.walks import fresh
from tests.factories import BEGINNING, County


def secretary(county: County, name: str = "secretary") -> User:
    """The secretary of the community: the other one who gives its verdicts."""
    made = factories.person(name, "孔书记")
    office = Office.COMMUNITY_SECRETARY
    appoint(made, office=office, at=county.community_office, from_on=BEGINNING, by=CLOCK)
    return made


def begun(period: Period, county: County, by: User, **said: Any) -> Assessment:
    """The sheet about the county's firm at its estate: on site, unless said otherwise."""
    usual: dict[str, Any] = {
        "estate": county.estate,
        "body": county.firm,
        "part": "inspection",
        "method": "onsite",
    }
    return actions.begin(by=fresh(by), period=period, **{**usual, **said})


def entered(made: Assessment, by: User, values: Mapping[str, str]) -> Kept:
    """These values of these items."""
    return keep(made, by=fresh(by), said={i: Said(Decimal(v)) for i, v in values.items()})


def all_entered(made: Assessment, by: User, **values: str) -> None:
    """Every item entered; two findings of what is counted."""
    usual = {Rule.PER_FINDING: "2", Rule.RATIO: "1", Rule.GIVEN: "30"}
    found = {item.code: usual.get(item.rule, "0") for item in items_of(made)}
    entered(made, by, {**found, **values})


def settled(period: Period, county: County, by: User, text: str = "", **said: Any) -> Assessment:
    """A sheet of a method, handed in."""
    made = begun(period, county, by, **said)
    all_entered(made, by)
    return actions.hand_in(made, by=fresh(by), text=text)


def verdict_handed_in(
    period: Period, county: County, by: User, part: str = "party", **said: Any
) -> Assessment:
    """A verdict, handed in with the meeting that settled it."""
    made = begun(period, county, by, part=part, method="")
    all_entered(made, by)
    meeting = {"minutes": "河东社〔2026〕3号", "met_on": date(2026, 3, 10), "present": 5}
    return actions.hand_in(made, by=fresh(by), **{**meeting, **said})
