"""Several at once, on PostgreSQL: two approve once each, one publication, the database refuses."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from common.errors import DomainError
from ratings.actions import objections
from ratings.actions.listing_alarms import sound_listings
from ratings.models import Listing, Publication, Scheme
from tests.complaints.test_races import at_once
from tests.factories import County
from tests.journeys.conftest import Days
from tests.moments import at
from tests.ratings import listed
from tests.ratings.listed import V, by_hand, officers, take, walked

Team = list[User]
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Iterator[Days]:
    """One moment for every thread: `pretend` holds one thread's."""
    found = Days()
    found.moment = at("2026-10-12 10:00")
    monkeypatch.setattr("common.now._ask_the_database", lambda: found.moment)
    yield found


@pytest.fixture
def people(county: County, days: Days) -> dict[str, User]:
    """Without the clock of the other tests, which is held in one thread only."""
    return county.people


@pytest.fixture
def team(county: County, people: dict[str, User], days: Days) -> Team:
    return officers(county)


@pytest.fixture
def scheme(county: County, days: Days) -> Scheme:
    return listed.scheme(county)


@pytest.fixture
def black(scheme: Scheme, county: County, team: Team) -> Listing:
    return by_hand(scheme, team[0], county.firm)


def good(results: list[object]) -> int:
    return sum(not isinstance(result, DomainError) for result in results)


def test_one_who_approves_twice_at_once_is_one_and_two_who_do_are_two(
    black: Listing, county: County, team: Team
) -> None:
    walked(black, county, team, V.DECIDE)
    assert good(at_once(*[lambda: take(black, V.APPROVE, team[2])] * 3)) == 1
    assert Listing.objects.get().state == "decided"
    assert good(at_once(*[lambda: take(black, V.APPROVE, team[3])] * 2)) == 1
    assert Listing.objects.get().state == "approved"


def test_two_approvals_at_once_are_both_counted(black: Listing, county: County, team: Team) -> None:
    walked(black, county, team, V.DECIDE)
    results = at_once(
        lambda: take(black, V.APPROVE, team[2]), lambda: take(black, V.APPROVE, team[3])
    )
    assert good(results) == 2
    assert Listing.objects.get().state == "approved"


def test_four_sweeps_publish_once(black: Listing, county: County, team: Team, days: Days) -> None:
    walked(black, county, team, V.NOTICE)
    days.moment = at("2026-10-20 10:00")
    take(black, V.SCHEDULE, team[0])
    days.moment = at("2026-11-09 10:00")
    at_once(*[sound_listings] * 4)
    assert Listing.objects.get().state == "published"
    assert Publication.objects.count() == 1
    assert black.steps.filter(verb=V.PUBLISH).count() == 1


def test_two_who_propose_one_firm_at_once_make_one_listing(
    scheme: Scheme, county: County, team: Team
) -> None:
    results = at_once(*(lambda by=by: by_hand(scheme, by, county.firm) for by in team[:2]))
    assert good(results) == 1
    assert Listing.objects.count() == 1


def test_an_objection_and_the_end_of_the_notice_at_once_never_lose_the_objection(
    black: Listing, county: County, team: Team, days: Days
) -> None:
    walked(black, county, team, V.NOTICE)
    days.moment = at("2026-10-19 23:59")
    at_once(
        lambda: objections.object_to(black, text="不服", name="王某", phone="13800000000"),
        sound_listings,
    )
    days.moment = at("2026-10-20 00:00")
    sound_listings()
    assert Listing.objects.get().state == "noticed"


def test_the_database_refuses_to_change_what_happened(black: Listing) -> None:
    for words in ("UPDATE ratings_listingstep SET text = 'x'", "DELETE FROM ratings_listingstep"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)
    assert black.steps.count() == 1
