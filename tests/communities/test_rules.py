"""Figures the register goes by: each with its source, none of them written into the code."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils.translation import override

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import Invalid
from common.now import now, today
from communities import actions
from communities.forms.firms import ContractForm
from communities.models import Building, Contract, Office, Visit
from communities.queries.estates import estate_page
from communities.queries.grids import check_of, households_in
from communities.queries.indicators import _BY_KEY as INDICATORS
from communities.queries.indicators import count_of
from communities.queries.office_words import ALLOWS
from communities.queries.offices import vacancies
from communities.rules import DECISION, LAW, PRACTICE, presets, rule, rules
from tests.communities.inviting import invited
from tests.communities.test_grid_verbs import cell as draw_cell
from tests.factories import County
from tests.moments import Pretended
from tests.test_house import modules

pytestmark = pytest.mark.django_db
People = dict[str, User]
UNITS = {"days", "years", "people", "visits", "households", "percent", "stars"}
NAMES = sorted(presets())


def english() -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    return client


# --- The files ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_has_a_value_a_unit_and_what_it_rests_on(name: str) -> None:
    found = presets()[name]
    assert found.value > 0
    assert found.unit in UNITS
    assert found.basis in {LAW, PRACTICE, DECISION}
    assert found.source.endswith(".")
    if found.basis == LAW:
        assert re.search(r"article \d+|Guiding rules", found.source)
    if found.basis == PRACTICE:
        assert re.search(r"\([WTALN]\d+\)|one place", found.source)


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_is_asked_for_somewhere(name: str) -> None:
    code = "".join(path.read_text() for path in modules() if "communities" in path.parts)
    assert f'"{name}"' in code


def test_a_place_has_its_own_figure_and_keeps_the_others(settings: Any) -> None:
    before = rules()
    settings.REGISTER_RULES = {"visits_a_month": 6}
    assert rules() == {**before, "visits_a_month": 6}


def test_a_figure_nobody_knows_is_refused_by_its_name(settings: Any) -> None:
    settings.REGISTER_RULES = {"visits_a_mouth": 6}
    with pytest.raises(ImproperlyConfigured, match="visits_a_mouth"):
        rules()


# --- What changes with a figure ----------------------------------------------------------


def test_how_many_visits_a_month_is_said_and_counted_by_the_rule(
    county: County, people: People, clock: Pretended, settings: Any
) -> None:
    clock.forward(days=10)
    warden = people["neighbour"]
    actions.appoint(warden, by=CLOCK, office=Office.WARDEN, at=county.estate, from_on=today())
    for number in range(3):
        day = today() - timedelta(days=number)
        Visit.objects.create(
            estate=county.estate, user=warden, on=day, note="巡查", entered_at=now()
        )

    def seen() -> tuple[bool, Any]:
        month = estate_page(county.estate, today()).months[0]
        counted = count_of("wardens_visits", county.estate.code, today() + timedelta(days=1))
        return month.met, counted.numerator

    page = english().get(f"/places/{county.estate.code}/")
    assert "At least 4 visits a month." in page.content.decode()
    assert seen() == (False, 0)
    settings.REGISTER_RULES = {"visits_a_month": 3}
    page = english().get(f"/places/{county.estate.code}/")
    assert "At least 3 visits a month." in page.content.decode()
    assert seen() == (True, 1)
    with override("en"):
        assert "at least 3 times a month" in str(ALLOWS[Office.WARDEN])
        assert "3 times or more" in str(INDICATORS["wardens_visits"].numerator)


def test_how_many_observers_is_said_and_counted_by_the_rule(
    county: County, people: People, clock: Pretended, settings: Any
) -> None:
    estate, on = county.estate, today()
    for name in ("neighbour", "resident"):
        actions.appoint(people[name], by=CLOCK, office=Office.OBSERVER, at=estate, from_on=on)
    there = len(estate_page(estate, on).observers)
    assert estate_page(estate, on).observers_met
    assert count_of("observers", estate.code, on).numerator == 1
    settings.REGISTER_RULES = {"fewest_observers": there + 1, "most_observers": there + 2}
    assert not estate_page(estate, on).observers_met
    assert count_of("observers", estate.code, on).numerator == 0
    assert estate in vacancies(people["subdistrict"], on).few_observers
    client = english()
    assert (
        f"{there + 1} to {there + 2}: not met"
        in client.get(f"/places/{estate.code}/").content.decode()
    )
    client.force_login(people["subdistrict"], backend="accounts.backends.PhoneOrName")
    page = client.get("/register/people/vacancies/").content.decode()
    assert f"Estates with fewer than {there + 1} observers" in page
    with override("en"):
        assert str(INDICATORS["observers"].name) == (
            f"Estates with {there + 1} to {there + 2} observers"
        )


def test_the_size_of_a_neighbour_cell_is_said_and_looked_at_by_the_rule(
    county: County, people: People, clock: Pretended, settings: Any
) -> None:
    Building.objects.create(place=county.building, households=30)
    cell = draw_cell(county, county.building)
    assert not households_in(county.community, today()).far_off(cell)
    settings.REGISTER_RULES = {"cell_households": 90, "cell_fewest": 60, "cell_most": 120}
    assert [grid for grid, _size in check_of(county.community, today()).cells] == [cell]
    page = english().get("/register/grids/").content.decode()
    assert "A neighbour cell is about 90 households." in page


def test_offices_are_given_so_far_ahead_and_told_so_long_before_as_the_rule_says(
    county: County, people: People, clock: Pretended, settings: Any
) -> None:
    given: dict[str, Any] = {"by": CLOCK, "office": Office.WARDEN, "at": county.estate}
    settings.REGISTER_RULES = {"office_ahead_days": 10, "office_told_days": 5}
    with pytest.raises(Invalid) as refusal:
        actions.appoint(people["neighbour"], from_on=today() + timedelta(days=11), **given)
    assert (today() + timedelta(days=10)).isoformat() in str(refusal.value.fields)
    with pytest.raises(Invalid):
        invited(county, people, from_on=today() + timedelta(days=11))
    ends = today() + timedelta(days=6)
    actions.appoint(people["neighbour"], from_on=today(), until_on=ends, **given)
    assert actions.tell_of_ends() == 0
    clock.forward(days=1)
    assert actions.tell_of_ends() == 1


def test_an_invitation_is_valid_for_as_long_as_the_rule_says(
    county: County, people: People, clock: Pretended, settings: Any
) -> None:
    settings.REGISTER_RULES = {"invitation_days": 3}
    invitation, _secret = invited(county, people)
    assert invitation.expires_at - invitation.at == timedelta(days=3)


def test_a_contract_that_says_nothing_else_has_the_laws_days_of_notice(
    county: County, people: People, clock: Pretended, settings: Any
) -> None:
    home, keeper = county.estate, people["subdistrict"]
    settings.REGISTER_RULES = {"dismissal_days": 45, "renewal_days": 75}
    Contract.objects.filter(estate=home).update(until_on=date(2026, 1, 1))
    made = actions.engage_firm(county.firm, estate=home, from_on=date(2026, 2, 1), by=keeper)
    assert (made.dismissal_days, made.renewal_days) == (45, 75)
    form: Any = ContractForm(target=home, by=keeper)
    assert form["dismissal_days"].value() == 45
    # Other terms leave alone what they do not speak of.
    actions.change_contract(made, by=keeper, until_on=None, renewal_days=30)
    assert (made.dismissal_days, Contract.objects.get(pk=made.pk).renewal_days) == (45, 30)
    assert rule("dismissal_days") == 45


def test_a_change_of_service_is_entered_so_far_ahead_as_the_rule_says(
    county: County, people: People, clock: Pretended, settings: Any
) -> None:
    settings.REGISTER_RULES = {"change_ahead_days": 10}
    with pytest.raises(Invalid) as refusal:
        actions.change_mode(
            county.estate,
            by=people["subdistrict"],
            mode="none",
            from_on=today() + timedelta(days=11),
            grounds="约定",
        )
    assert "from_on" in refusal.value.fields
