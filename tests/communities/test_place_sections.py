"""What a division's page shows beside its places: to everybody, and to those who keep it."""

import re
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actors import CLOCK
from accounts.models import User
from common.now import today
from communities.actions import appoint, groups, party
from communities.models import Office, Place
from communities.queries.sections import SHOWN, sections_of
from communities.workflow import Step
from tests.communities.formation import walked
from tests.factories import BEGINNING, County, estate
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
People = dict[str, User]
BACKEND = "accounts.backends.PhoneOrName"
ON = date(2025, 6, 2)


def text_of(path: str, user: User | None = None) -> str:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    if user is not None:
        client.force_login(user, backend=BACKEND)
    page = client.get(path)
    assert page.status_code == 200
    said = page.content.decode()
    return said[said.index("<main") :]


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def found(place: Place, level: str, name: str, **other: Any) -> None:
    party.found_organisation(
        by=CLOCK, place=place, level=level, name=name, full_members=5, on=ON, **other
    )


@pytest.fixture
def full(county: County, people: People, clock: Pretended) -> County:
    """A community with organisations, a group, a committee and a branch secretary."""
    found(county.community, "committee", "河东社区党委")
    found(county.estate, "branch", "桂花苑党支部", estates=[county.estate])
    groups.found_group(by=CLOCK, place=county.community, kind="alliance", name="河东联盟", on=ON)
    walked(county.estate, Step.FILED)
    return county


def test_anybody_reads_grids_organisations_groups_and_committees_of_a_community(
    full: County, people: People
) -> None:
    page = text_of(f"/places/{full.community.code}/")
    said = words(page)
    for shown in (full.grid.name, "河东社区党委", "桂花苑党支部", "河东联盟", "Filed, in term"):
        assert shown in said
    assert people["grid_worker"].name in said
    for way in ("committees", "party", "groups"):
        assert f"/register/{way}/?under={full.community.code}" in page
    assert "All 2 organisations" in said
    assert "All 1 committee" in said


@pytest.mark.parametrize("who", ["", "resident", "manager", "committee", "far_dispatcher"])
def test_who_leads_a_branch_and_how_many_hold_which_office_is_for_keepers(
    who: str, full: County, people: People
) -> None:
    """A branch secretary's name would say that they are in the Party."""
    for place in (full.community, full.subdistrict, full.district):
        page = text_of(f"/places/{place.code}/", people[who] if who else None)
        assert people["branch"].name not in page
        assert "Offices held here" not in page
        assert "/register/people/" not in page
        assert "/register/keep/" not in page


def test_a_keeper_finds_the_offices_held_and_what_can_be_entered(
    full: County, people: People
) -> None:
    page = text_of(f"/places/{full.community.code}/", people["dispatcher"])
    assert "Offices held here" in page
    here = f"/register/people/?place={full.community.code}"
    assert f"{here}&amp;office=branch_secretary" in page
    for verb in ("party", "group"):
        assert f"/register/keep/place/{full.community.code}/{verb}/" in page
    told = sections_of(full.community, today(), people["dispatcher"], [])
    client = Client()
    client.force_login(people["dispatcher"], backend=BACKEND)
    for office, _label, count in told.offices:
        listed = client.get("/register/people/", {"place": full.community.code, "office": office})
        assert len(listed.context["page"].rows) == count, office


def test_a_subdistrict_shows_its_own_organisation_first_and_the_first_few_of_all(
    full: County,
) -> None:
    found(full.subdistrict, "working_committee", "梅江街道党工委")
    for n in range(SHOWN):
        found(full.other_estate, "branch", f"银杏里第{n}党支部")
    told = sections_of(full.subdistrict, today(), None, [])
    names = [row.body.name for row in told.organisations.rows]
    assert names[:2] == ["梅江街道党工委", "河东社区党委"]
    assert (len(names), told.organisations.total) == (SHOWN, SHOWN + 3)
    assert told.offices == []
    assert f"All {SHOWN + 3} organisations" in words(text_of(f"/places/{full.subdistrict.code}/"))


def test_the_page_costs_the_same_however_much_there_is(full: County, people: People) -> None:
    client = Client()
    client.force_login(people["dispatcher"], backend=BACKEND)

    def asked() -> int:
        client.get(f"/places/{full.community.code}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/places/{full.community.code}/")
        return len(queries)

    few = asked()
    for n in range(8):
        home = estate(full.community, 20 + n, f"新苑{n}")
        found(home, "branch", f"新苑{n}党支部", estates=[home])
        groups.found_group(by=CLOCK, place=home, kind="alliance", name=f"联盟{n}", on=ON)
        walked(home, Step.FILED)
        appoint(people["resident"], by=CLOCK, office=Office.WARDEN, at=home, from_on=BEGINNING)
    assert asked() == few
