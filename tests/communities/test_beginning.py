"""A register with nothing in it says which list comes first, and after each which is next."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.actors import CLOCK
from accounts.models import User
from communities.actions import appoint
from communities.models import BodyKind, Office, Place, PlaceKind
from communities.queries.beginning import NEEDED, beginning_of
from communities.sheets import SHEETS
from communities.sheets.run import run_imports
from tests.communities.workbooks import sent, workbook
from tests.factories import BEGINNING, County, body, person, place

pytestmark = pytest.mark.django_db


def empty_district() -> User:
    """Another county: its divisions, its office, and the officer who is to set it up."""
    district = place(PlaceKind.DISTRICT, "990103", "白鹭县")
    town = place(PlaceKind.SUBDISTRICT, "990103001", "滩头镇", district)
    place(PlaceKind.COMMUNITY, "990103001001", "滩头社区", town)
    officer = person("newcomer", "新来的")
    office = body(BodyKind.DISTRICT_OFFICE, district, "白鹭县住建局物业科")
    appoint(officer, by=CLOCK, office=Office.DISTRICT_OFFICER, at=office, from_on=BEGINNING)
    return officer


def test_the_lists_are_those_there_are_in_their_order() -> None:
    assert list(beginning_of(("990103",)).held) == list(SHEETS)
    assert set(NEEDED) < set(SHEETS)


def test_an_empty_register_begins_with_the_estates(county: County, client: Client) -> None:
    client.force_login(empty_district())
    page = client.get("/register/").content.decode()
    assert "setting-up" in page
    assert page.count('aria-current="step"') == 1
    assert 'btn-large" href="/register/imports/?kind=estates"' in page
    assert 'href="/register/imports/template/estates/"' in page
    # What a neighbour has counts for the neighbour.
    assert not any(beginning_of(("990103",)).held.values())


def test_what_is_there_is_marked_and_the_next_is_offered(county: County, client: Client) -> None:
    officer = empty_district()
    sent_in = sent(
        officer,
        Place.objects.get(code="990103"),
        "estates",
        workbook(("小区名称", "所属社区", "小区类型"), ["滩头苑", "滩头社区", "商品房"]),
    )
    client.force_login(officer)
    client.post(f"/register/imports/{sent_in.public_id}/confirm/")
    run_imports()
    done = client.get(f"/register/imports/{sent_in.public_id}/").content.decode()
    assert 'href="/register/imports/?kind=buildings"' in done
    page = client.get("/register/").content.decode()
    assert 'btn-large" href="/register/imports/?kind=buildings"' in page
    assert beginning_of(("990103",)).next == "buildings"


def test_a_register_in_use_and_whoever_keeps_none_are_not_led(
    county: County, people: dict[str, User], client: Client
) -> None:
    assert "setting-up" not in client.get("/register/").content.decode()
    for name in ("district", "dispatcher", "resident"):
        client.force_login(people[name])
        assert "setting-up" not in client.get("/register/").content.decode()


def test_it_asks_once(county: County, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        beginning_of(("990101", "990102"))
