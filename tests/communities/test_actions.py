"""Verbs about places, bodies, contracts and offices."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Invalid
from communities import actions
from communities.models import Appointment, Contract, Office, Place, PlaceCode, PlaceKind
from tests import factories
from tests.factories import BEGINNING, County

pytestmark = pytest.mark.django_db
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


def audited(verb: str) -> AuditEntry:
    return AuditEntry.objects.filter(verb=verb).order_by("-pk")[0]


# --- Places ------------------------------------------------------------------------------


def test_a_place_remembers_its_code_from_the_first_day(county: County) -> None:
    place = actions.found_place(
        by=CLOCK,
        kind=PlaceKind.COMMUNITY,
        code="990101001009",
        name="河南社区",
        parent=county.subdistrict,
        from_on=MAY,
    )
    assert PlaceCode.objects.get(place=place).code == "990101001009"
    assert place.prefecture == "9901"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (PlaceKind.COMMUNITY, "99010100100"),  # too short
        (PlaceKind.COMMUNITY, "9901010010011"),  # too long
        (PlaceKind.COMMUNITY, "990102001001"),  # of another district
        (PlaceKind.COMMUNITY, "99010100100A"),
        (PlaceKind.DISTRICT, "990101001009"),
    ],
)
def test_a_code_that_does_not_fit_its_kind_or_parent_is_refused(
    kind: PlaceKind, code: str, county: County
) -> None:
    before = Place.objects.count()
    with pytest.raises(Invalid) as refusal:
        actions.found_place(by=CLOCK, kind=kind, code=code, name="某处", parent=county.subdistrict)
    assert list(refusal.value.fields) == ["code"]
    assert Place.objects.count() == before


def test_everything_under_a_code_is_a_prefix(county: County) -> None:
    under = Place.objects.under(county.estate.code)
    assert {place.kind for place in under} == {
        PlaceKind.ESTATE,
        PlaceKind.BUILDING,
        PlaceKind.ENTRANCE,
    }
    assert county.far_estate not in Place.objects.under(county.community.code).estates()


# --- Offices -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("office", "seat"),
    [
        (Office.COMMUNITY_CLERK, "community_office"),
        (Office.SUBDISTRICT_OFFICER, "subdistrict_office"),
        (Office.DISTRICT_OFFICER, "district_office"),
        (Office.AUDITOR, "district_office"),
        (Office.FIRM_CLERK, "firm"),
        (Office.DEPARTMENT_OFFICER, "fire"),
        (Office.GRID_LEADER, "grid"),
        (Office.BUTLER, "building"),
        (Office.WARDEN, "estate"),
    ],
)
def test_an_office_is_held_at_its_own_kind_of_seat(
    office: Office, seat: str, county: County
) -> None:
    user = factories.person("newcomer")
    held = actions.appoint(user, by=CLOCK, office=office, at=getattr(county, seat), from_on=MAY)
    assert held.seat == getattr(county, seat)
    entry = audited("appoint")
    assert entry.target == str(user.public_id)
    assert entry.facts == {"office": office, "seat": held.seat.code}


@pytest.mark.parametrize(
    ("office", "seat"),
    [
        (Office.COMMUNITY_CLERK, "firm"),
        (Office.COMMUNITY_CLERK, "community"),
        (Office.FIRM_MANAGER, "community_office"),
        (Office.GRID_WORKER, "community"),
        (Office.DISTRICT_OFFICER, "subdistrict_office"),
        (Office.COMMITTEE_MEMBER, "firm"),
        (Office.BUTLER, "grid"),
    ],
)
def test_an_office_is_held_nowhere_else(office: Office, seat: str, county: County) -> None:
    user = factories.person("newcomer")
    with pytest.raises(Invalid) as refusal:
        actions.appoint(user, by=CLOCK, office=office, at=getattr(county, seat), from_on=MAY)
    assert list(refusal.value.fields) == ["office"]
    assert not Appointment.objects.filter(user=user).exists()


def test_every_office_has_a_kind_of_seat(county: County) -> None:
    """A new office that nobody thought of would be held at any place."""
    at_a_place = {
        Office.BUTLER,
        Office.BRANCH_SECRETARY,
        Office.COMMITTEE_MEMBER,
        Office.OBSERVER,
        Office.WARDEN,
        Office.INTEGRITY_SUPERVISOR,
    }
    assert set(actions.BODY_OF_OFFICE) | actions.GRID_SEATS | at_a_place == set(Office)


def test_dismissing_ends_the_office_on_its_day(county: County, people: dict[str, User]) -> None:
    held = Appointment.objects.get(user=people["dispatcher"])
    actions.dismiss(held, by=CLOCK, on=JUNE)
    assert held in Appointment.objects.in_force(date(2026, 5, 31))
    assert held not in Appointment.objects.in_force(JUNE)
    assert audited("dismiss").facts["office"] == Office.COMMUNITY_CLERK


def test_an_office_does_not_end_before_it_began(county: County, people: dict[str, User]) -> None:
    held = Appointment.objects.get(user=people["dispatcher"])
    with pytest.raises(Invalid) as refusal:
        actions.dismiss(held, by=CLOCK, on=BEGINNING)
    assert list(refusal.value.fields) == ["on"]
    held.refresh_from_db()
    assert held.until_on is None


# --- Contracts ---------------------------------------------------------------------------


def test_a_firm_serves_from_its_first_day(county: County) -> None:
    contract = actions.engage_firm(county.firm, by=CLOCK, estate=county.unserved, from_on=MAY)
    assert (contract.firm, contract.estate) == (county.firm, county.unserved)
    assert audited("engage_firm").facts == {"firm": county.firm.code, "from_on": "2026-05-01"}


@pytest.mark.parametrize(
    ("first", "second", "fits"),
    [
        ((MAY, JUNE), (JUNE, JULY), True),
        ((JUNE, JULY), (MAY, JUNE), True),
        ((MAY, None), (JUNE, JULY), False),
        ((JUNE, None), (MAY, JUNE), True),
        ((JUNE, None), (MAY, None), False),
        ((MAY, JULY), (JUNE, None), False),
        ((MAY, JUNE), (JUNE, None), True),
    ],
)
def test_an_estate_has_one_firm_at_a_time(
    first: tuple[date, Any], second: tuple[date, Any], fits: bool, county: County
) -> None:
    actions.engage_firm(
        county.firm, by=CLOCK, estate=county.unserved, from_on=first[0], until_on=first[1]
    )

    def engage() -> Contract:
        return actions.engage_firm(
            county.rival, by=CLOCK, estate=county.unserved, from_on=second[0], until_on=second[1]
        )

    if fits:
        assert engage().firm == county.rival
        return
    with pytest.raises(Invalid) as refusal:
        engage()
    assert list(refusal.value.fields) == ["estate"]
    assert Contract.objects.filter(estate=county.unserved).count() == 1


def test_the_database_itself_refuses_a_second_open_contract(county: County) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.create(firm=county.rival, estate=county.estate, from_on=MAY)


def test_a_contract_ends_on_its_day_and_another_firm_may_follow(county: County) -> None:
    contract = county.firm.contracts.get()
    actions.end_engagement(contract, by=CLOCK, on=JUNE)
    following = actions.engage_firm(county.rival, by=CLOCK, estate=county.estate, from_on=JUNE)
    assert following.pk
    assert audited("end_engagement").target == county.estate.code


def test_a_contract_does_not_end_before_it_began(county: County) -> None:
    contract = county.firm.contracts.get()
    with pytest.raises(Invalid) as refusal:
        actions.end_engagement(contract, by=CLOCK, on=BEGINNING)
    assert list(refusal.value.fields) == ["on"]
    contract.refresh_from_db()
    assert contract.until_on is None
