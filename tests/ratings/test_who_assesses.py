"""Who may assess whom, as a square: every person × every sheet × a firm of their own or another."""

from datetime import date

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import NotAllowed
from communities.actions import appoint, record_interest
from communities.models import InterestKind, Office
from ratings.models import Assessment, Period
from ratings.queries import assessing
from tests import factories
from tests.complaints.walks import fresh
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at
from tests.ratings import town
from tests.ratings.filling import begun, secretary

People = dict[str, User]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.moment(at("2026-03-12 10:00")),
    pytest.mark.usefixtures("in_english"),
]

# A sheet: the part and the method it is begun by.
SHEETS = {
    "document": ("inspection", "document"),
    "onsite": ("inspection", "onsite"),
    "daily": ("inspection", "daily"),
    "party": ("party", ""),
    "town": ("town", ""),
    "bureau": ("bureau", ""),
}
MAY = {
    "resident": set(),
    "neighbour": set(),
    "dispatcher": {"daily", "party"},
    "secretary": {"daily", "party"},
    "far_dispatcher": set(),
    "grid_worker": {"daily"},
    "warden": {"daily"},
    "manager": set(),
    "repairer": set(),
    "rival": set(),
    "manager_grid": set(),
    "committee": set(),
    "branch": set(),
    "fire": set(),
    "subdistrict": {"document", "onsite", "daily", "town"},
    "district": {"document", "onsite", "daily", "bureau"},
    "far_district": set(),
    "auditor": set(),
    "administrator": set(),
}


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    warden = factories.person("warden", "院长")
    appoint(warden, office=Office.WARDEN, at=county.estate, from_on=BEGINNING, by=CLOCK)
    return {**county.people, "secretary": secretary(county), "warden": warden}


@pytest.fixture
def period(county: County, people: People) -> Period:
    return town.period(county)


def allowed(period: Period, county: County, by: User) -> set[str]:
    """The sheets this person gets to begin; a refusal leaves nothing behind."""
    found = set()
    for name, (part, method) in SHEETS.items():
        before = Assessment.objects.count()
        try:
            made = begun(period, county, by, part=part, method=method)
        except NotAllowed as refusal:
            assert str(refusal)
            assert Assessment.objects.count() == before
        else:
            found.add(name)
            made.delete()
    return found


def offered(period: Period, county: County, by: User) -> set[str]:
    """The same, as their list of what waits says it."""
    desk = assessing.desk_of(fresh(by), period)
    known = {sheet: name for name, sheet in SHEETS.items()}
    pair = (county.estate.pk, county.firm.pk)
    sheets = [desk.sheets[number] for number in desk.duties.get(pair, ())]
    return {known[(part.key, method)] for part, method in sheets}


def test_the_square_has_everybody(county: County, people: People) -> None:
    assert set(MAY) == set(people)


@pytest.mark.parametrize("name", MAY)
def test_who_begins_which_sheet_about_a_firm_that_is_not_theirs(
    county: County, people: People, period: Period, name: str
) -> None:
    assert allowed(period, county, people[name]) == MAY[name]
    assert offered(period, county, people[name]) == MAY[name]


@pytest.mark.parametrize("name", [name for name, sheets in MAY.items() if sheets])
@pytest.mark.parametrize("tie", ["office", "interest", "office that ended last month"])
def test_nobody_assesses_a_firm_they_are_tied_to(
    county: County, people: People, period: Period, name: str, tie: str
) -> None:
    one = people[name]
    if tie == "interest":
        record_interest(one, by=one, firm=county.firm, kind=InterestKind.RELATIVE)
    else:
        until = date(2026, 2, 1) if "ended" in tie else None
        appoint(
            one,
            office=Office.FIRM_CLERK,
            at=county.firm,
            from_on=BEGINNING,
            until_on=until,
            by=CLOCK,
        )
    assert allowed(period, county, one) == set()
    assert offered(period, county, one) == set()


def test_an_office_that_ended_before_the_period_began_ties_nobody(
    county: County, people: People, period: Period
) -> None:
    appoint(
        people["subdistrict"],
        office=Office.FIRM_CLERK,
        at=county.firm,
        from_on=BEGINNING,
        until_on=town.FROM,
        by=CLOCK,
    )
    assert allowed(period, county, people["subdistrict"]) == MAY["subdistrict"]


def test_a_firm_led_by_the_community_gets_the_subdistricts_verdict(
    county: County, people: People, period: Period
) -> None:
    ledger = county.firm.firm
    ledger.community_led = True
    ledger.save()
    assert allowed(period, county, people["dispatcher"]) == {"daily"}
    more = MAY["subdistrict"] | {"party"}
    assert allowed(period, county, people["subdistrict"]) == more
    assert offered(period, county, people["subdistrict"]) == more


def test_one_shared_office_moves_the_verdict_up_for_that_firm_alone(
    county: County, people: People, period: Period
) -> None:
    appoint(
        people["secretary"],
        office=Office.FIRM_CLERK,
        at=county.rival,
        from_on=date(2026, 2, 1),
        by=CLOCK,
    )
    assert allowed(period, county, people["dispatcher"]) == MAY["dispatcher"]
    there = {"estate": county.other_estate, "body": county.rival, "part": "party", "method": ""}
    with pytest.raises(NotAllowed, match="subdistrict"):
        begun(period, county, people["dispatcher"], **there)
    assert begun(period, county, people["subdistrict"], **there).pk


def test_a_butler_of_the_estate_is_the_firms(
    county: County, people: People, period: Period
) -> None:
    appoint(
        people["grid_worker"],
        office=Office.BUTLER,
        at=county.building,
        from_on=BEGINNING,
        by=CLOCK,
    )
    assert allowed(period, county, people["grid_worker"]) == set()
