"""The credit ledger with several at once, on PostgreSQL, and what the database itself refuses."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from common.errors import DomainError
from ratings.models import CreditRecord, CreditScheme, CreditStep, Publication
from tests.complaints.test_races import at_once
from tests.factories import County
from tests.journeys.conftest import Days
from tests.moments import at
from tests.ratings import ledger
from tests.ratings.ledger import now_is, recorded, take
from tests.ratings.listed import officers

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
def people(county: County) -> dict[str, User]:
    """No clock of one thread's is held here."""
    return county.people


@pytest.fixture
def team(county: County, people: dict[str, User], days: Days) -> Team:
    return officers(county)


@pytest.fixture
def scheme(county: County, days: Days) -> CreditScheme:
    return ledger.settled(county.district)


def good(results: list[object]) -> int:
    return sum(not isinstance(result, DomainError) for result in results)


def test_two_who_confirm_at_once_confirm_once(
    scheme: CreditScheme, county: County, team: Team, days: Days
) -> None:
    bad = recorded(team[0], county.firm)
    days.moment = at("2026-10-20 10:00")
    results = at_once(*(lambda by=by: take(bad, "confirm", by) for by in team[1:]))
    assert good(results) == 1
    assert (bad.steps.filter(verb="confirm").count(), Publication.objects.count()) == (1, 1)


def test_confirmed_and_turned_down_at_once_is_one_of_them(
    scheme: CreditScheme, county: County, team: Team, days: Days
) -> None:
    bad = recorded(team[0], county.firm)
    days.moment = at("2026-10-20 10:00")
    results = at_once(
        lambda: take(bad, "confirm", team[1]), lambda: take(bad, "turn_down", team[2])
    )
    assert good(results) == 1
    assert bad.steps.count() == 2
    assert Publication.objects.count() == (now_is(bad).state == "counts")


def test_two_who_record_one_document_at_once_record_it_once(
    scheme: CreditScheme, county: County, team: Team
) -> None:
    results = at_once(*(lambda by=by: recorded(by, county.firm) for by in team[:2]))
    assert good(results) == 1
    assert CreditRecord.objects.count() == 1


def test_the_database_refuses_to_change_the_ledger(
    scheme: CreditScheme, county: County, team: Team
) -> None:
    recorded(team[0], county.firm)
    for words in (
        "UPDATE ratings_creditrecord SET points = 0",
        "DELETE FROM ratings_creditrecord",
        "UPDATE ratings_creditstep SET text = 'x'",
        "DELETE FROM ratings_creditstep",
        "UPDATE ratings_creditversion SET note = 'x'",
        "DELETE FROM ratings_creditversion",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)
    assert (CreditRecord.objects.count(), CreditStep.objects.count()) == (1, 1)
