"""A quarter of the county from open to published, through the verbs."""

from django.test import Client

from accounts.models import User
from ratings.actions import freezing
from ratings.actions.publications import publish_scores
from ratings.models import Period, Scorecard
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import settled, town

AFTER = at("2026-04-27 09:00")


def assessed(county: County, clock: Pretended, **terms: object) -> Period:
    """The first quarter, all sheets settled for the county's estate, none for the other one."""
    town.second_estate(county)
    found = town.period(county, **terms)
    settled.everything(found, county.estate, county.firm, county.people["subdistrict"])
    clock.put(AFTER)
    return found


def frozen(period: Period, county: County) -> Period:
    freezing.ask_to_freeze(period, by=fresh(county.people["district"]))
    freezing.freeze_periods()
    period.refresh_from_db()
    return period


def published(period: Period, county: County) -> Period:
    publish_scores(frozen(period, county), by=fresh(county.people["district"]))
    period.refresh_from_db()
    return period


def card(period: Period, county: County, *, whole: bool = False) -> Scorecard:
    """The current card of the county's firm at its estate, or of the whole firm."""
    rows = Scorecard.objects.current().filter(period=period, body=county.firm)
    return rows.get(estate=None if whole else county.estate)


def signed_in(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client
