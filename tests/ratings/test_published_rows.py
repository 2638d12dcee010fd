"""Pages show rows, not links: whatever the database's owner does to a row is found and named."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from common.now import now
from ratings.actions import publications
from ratings.actions.listing_alarms import sound_listings
from ratings.chain import Broken
from ratings.models import CreditRecord, Listing
from ratings.queries.publications import broken
from ratings.workflow import ListingVerb
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import ledger, listed

V = ListingVerb
pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-10-12 10:00"))]


@pytest.fixture(autouse=True)
def _witness(settings: Settings, tmp_path: Path) -> None:
    settings.WITNESS_FILE = tmp_path / "witness.txt"


@pytest.fixture
def team(county: County, clock: Pretended) -> list[User]:
    return listed.officers(county)


@pytest.fixture
def black(county: County, team: list[User], clock: Pretended) -> Listing:
    made = listed.by_hand(listed.scheme(county), team[0], county.firm)
    made = listed.walked(made, county, team, V.NOTICE)
    clock.put(at("2026-10-20 09:00"))
    made = listed.take(made, V.SCHEDULE, team[0])
    clock.put(at("2026-11-09 09:00"))
    sound_listings()
    return listed.now_is(made)


@pytest.fixture
def record(county: County, team: list[User], clock: Pretended) -> CreditRecord:
    ledger.settled(county.district)
    made = ledger.recorded(team[0], county.firm)
    clock.put(at("2026-10-20 09:00"))
    return ledger.take(made, "confirm", team[1])


def found() -> list[Broken]:
    return list(broken({}))


def whats() -> list[str]:
    return [each.what for each in found()]


def as_owner(statement: str) -> None:
    """Past the triggers, as whoever owns the database could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")


OF_LISTS = {
    "the other list": "kind = 'red'",
    "somebody else": "body_id = (SELECT MAX(id) FROM communities_body)",
    "another number": "document_number = '红住建发〔2026〕99号'",
    "other grounds": "grounds = '一切正常'",
    "another day": "published_at = '2026-01-01 00:00:00+00:00'",
    "off the list": "state = 'expired', ended_at = '2026-11-10 00:00:00+00:00', alarm_at = NULL",
}


@pytest.mark.parametrize("change", OF_LISTS)
def test_an_entry_of_a_list_says_what_was_published(change: str, black: Listing) -> None:
    assert found() == []
    as_owner(f"UPDATE ratings_listing SET {OF_LISTS[change]}")
    assert whats() == ["row"]
    assert publications.verify_chain() == 1


def test_an_ended_entry_is_on_no_list_again(
    black: Listing, team: list[User], clock: Pretended
) -> None:
    listed.take(black, V.WITHDRAW, team[1])
    assert found() == []
    as_owner("UPDATE ratings_listing SET state = 'published', ended_at = NULL")
    assert whats() == ["row", "row"]


def test_nobody_is_on_a_list_without_a_link(black: Listing, county: County, client: Client) -> None:
    as_owner(f"UPDATE ratings_listing SET public_id = '{'ab' * 16}'")
    assert whats() == ["row", "unsaid"]
    publications.verify_chain()
    page = client.get(reverse("ratings:published")).content.decode()
    assert county.firm.name in page


OF_CREDIT = {
    "fewer points": "UPDATE ratings_creditrecord SET points = 1",
    "another document": "UPDATE ratings_creditrecord SET document = '无'",
    "other grounds": "UPDATE ratings_creditrecord SET grounds = '一切正常'",
    "an earlier end": "UPDATE ratings_creditrecord SET until_on = '2026-10-21'",
    "somebody else": (
        "UPDATE ratings_creditrecord SET body_id = (SELECT MAX(id) FROM communities_body)"
    ),
    "never confirmed": "DELETE FROM ratings_creditstep WHERE verb = 'confirm'",
}


@pytest.mark.parametrize("change", OF_CREDIT)
def test_a_credit_record_says_what_was_published(change: str, record: CreditRecord) -> None:
    assert found() == []
    as_owner(OF_CREDIT[change])
    assert whats() == ["row"]


def test_a_credit_record_neither_counts_nor_ends_without_a_link(
    record: CreditRecord, team: list[User]
) -> None:
    row = record.steps.get(verb="confirm")
    record.steps.create(verb="repair", at=now(), by=team[2])
    assert whats() == ["unsaid"]
    as_owner(f"UPDATE ratings_creditstep SET sequence = 9 WHERE id = {row.pk}")
    assert sorted(whats()) == ["row", "unsaid", "unsaid"]


def test_a_record_that_is_withdrawn_before_it_counts_is_no_finding(
    county: County, team: list[User], clock: Pretended
) -> None:
    ledger.settled(county.district)
    made = ledger.recorded(team[0], county.firm)
    ledger.take(made, "withdraw", team[0])
    assert found() == []
