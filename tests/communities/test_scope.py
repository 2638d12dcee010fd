"""Which places a person answers for today, and who holds an office here."""

from datetime import date, timedelta

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.now import now
from communities.actions import appoint, engage_firm
from communities.models import Appointment, CalendarNotice, Office, PlaceCode, PlaceKind
from communities.scope import (
    Standing,
    acting_desk,
    calendar_for,
    day_of,
    firm_in_force,
    office_of,
    seats_near,
    standing_of,
    vacant_beneath,
)
from tests.factories import BEGINNING, County
from tests.moments import MONDAY, Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db
TODAY = day_of(MONDAY)


def standing(user: User) -> Standing:
    """As a new request would find it."""
    return standing_of(User.objects.get(pk=user.pk))


def leave(*people: User) -> None:
    Appointment.objects.filter(user__in=people).delete()


# --- Standing ----------------------------------------------------------------------------


def test_a_resident_holds_nothing(people: People) -> None:
    found = standing(people["resident"])
    assert found.appointments == ()
    assert not (found.overseer_codes or found.community_codes or found.desk_place_ids)


def test_a_clerk_answers_for_their_community(county: County, people: People) -> None:
    found = standing(people["dispatcher"])
    assert found.community_codes == (county.community.code,)
    assert found.overseer_codes == ()
    assert found.acting_desk_ids == {county.community.pk}
    assert found.handler_body_ids == {county.community_office.pk}


def test_a_grid_worker_answers_for_the_buildings_of_the_grid(
    county: County, people: People
) -> None:
    found = standing(people["grid_worker"])
    assert found.grid_building_ids == {b.pk for b in county.estate.children.all()}
    assert found.grid_estate_ids == {county.estate.pk}


def test_an_officer_oversees_everything_beneath(county: County, people: People) -> None:
    assert standing(people["subdistrict"]).overseer_codes == (county.subdistrict.code,)
    assert standing(people["district"]).overseer_codes == (county.district.code,)


def test_a_manager_handles_for_the_firm_and_knows_where_it_serves(
    county: County, people: People
) -> None:
    found = standing(people["rival"])
    assert found.handler_body_ids == {county.rival.pk}
    assert found.served_estate_ids == {county.other_estate.pk, county.far_estate.pk}


def test_a_repairer_handles_only_what_is_given_to_them(county: County, people: People) -> None:
    found = standing(people["repairer"])
    assert found.handler_body_ids == frozenset()
    assert found.repairer_body_ids == {county.firm.pk}
    assert found.served_estate_ids == {county.estate.pk}


def test_a_watcher_an_auditor_and_an_administrator(county: County, people: People) -> None:
    assert standing(people["committee"]).watcher_codes == (county.estate.code,)
    assert standing(people["auditor"]).auditor_codes == (county.district.code,)
    assert standing(people["administrator"]).administrator
    assert not standing(people["auditor"]).administrator


def test_several_offices_at_once_add_up(county: County, people: People) -> None:
    found = standing(people["manager_grid"])
    assert found.holds(Office.FIRM_MANAGER)
    assert found.holds(Office.GRID_WORKER, Office.AUDITOR)
    assert not found.holds(Office.AUDITOR)
    held = found.office_at({Office.GRID_WORKER})
    assert held is not None
    assert held.seat == county.grid
    assert found.office_at({Office.AUDITOR}) is None


@pytest.mark.parametrize(
    ("from_on", "until_on", "holds"),
    [
        (TODAY, None, True),
        (TODAY, TODAY + timedelta(days=1), True),
        (TODAY - timedelta(days=5), TODAY, False),
        (TODAY + timedelta(days=1), None, False),
    ],
)
def test_an_office_is_held_from_its_first_day_to_the_day_before_its_last(
    from_on: date,
    until_on: date | None,
    holds: bool,
    county: County,
    people: People,
    clock: Pretended,
) -> None:
    appoint(
        people["neighbour"],
        by=CLOCK,
        office=Office.COMMUNITY_CLERK,
        at=county.community_office,
        from_on=from_on,
        until_on=until_on,
    )
    assert standing(people["neighbour"]).holds(Office.COMMUNITY_CLERK) is holds


def test_a_day_of_office_is_a_shanghai_day(
    county: County, people: People, clock: Pretended
) -> None:
    """At 00:30 in Shanghai it is still yesterday in UTC."""
    appoint(
        people["neighbour"],
        by=CLOCK,
        office=Office.AUDITOR,
        at=county.district_office,
        from_on=TODAY,
    )
    clock.put(at("2026-03-01 23:59"))
    assert not standing(people["neighbour"]).holds(Office.AUDITOR)
    clock.put(at("2026-03-02 00:30"))
    assert standing(people["neighbour"]).holds(Office.AUDITOR)


def test_an_office_keeps_the_codes_its_place_ever_had(county: County, people: People) -> None:
    """Otherwise old orders would slip out of the scope of whoever answers for the place."""
    PlaceCode.objects.create(
        place=county.community, code="990101009009", from_on=date(2010, 1, 1), until_on=BEGINNING
    )
    found = standing(people["dispatcher"])
    assert set(found.community_codes) == {county.community.code, "990101009009"}


def test_standing_is_read_once_a_request(
    people: People, django_assert_num_queries: object, at_most: object
) -> None:
    user = User.objects.get(pk=people["dispatcher"].pk)
    standing_of(user)
    with at_most(0):  # type: ignore[operator]
        standing_of(user)


def test_standing_is_read_anew_when_the_day_has_changed(
    county: County, people: People, clock: Pretended
) -> None:
    appoint(
        people["neighbour"],
        by=CLOCK,
        office=Office.AUDITOR,
        at=county.district_office,
        from_on=TODAY,
        until_on=TODAY + timedelta(days=1),
    )
    user = User.objects.get(pk=people["neighbour"].pk)
    assert standing_of(user).holds(Office.AUDITOR)
    clock.forward(days=1)
    assert not standing_of(user).holds(Office.AUDITOR)


# --- Vacancy -----------------------------------------------------------------------------


def test_while_everybody_is_in_office_nothing_is_vacant(county: County) -> None:
    assert vacant_beneath([county.district.pk], TODAY) == frozenset()


def test_a_vacant_community_falls_to_its_subdistrict(county: County, people: People) -> None:
    leave(people["dispatcher"])
    assert standing(people["subdistrict"]).acting_desk_ids == {
        county.subdistrict.pk,
        county.community.pk,
    }
    assert standing(people["district"]).acting_desk_ids == {county.district.pk}
    assert standing(people["far_dispatcher"]).acting_desk_ids == {county.far_community.pk}


def test_a_vacant_subdistrict_falls_to_the_district_with_its_vacant_communities(
    county: County, people: People
) -> None:
    leave(people["dispatcher"], people["subdistrict"])
    assert standing(people["district"]).acting_desk_ids == {
        county.district.pk,
        county.subdistrict.pk,
        county.community.pk,
    }


def test_a_secretary_holds_the_desk_as_well_as_a_clerk(county: County, people: People) -> None:
    leave(people["dispatcher"])
    appoint(
        people["neighbour"],
        by=CLOCK,
        office=Office.COMMUNITY_SECRETARY,
        at=county.community_office,
        from_on=BEGINNING,
    )
    assert vacant_beneath([county.subdistrict.pk], TODAY) == frozenset()


def test_vacancy_is_worked_out_for_the_day_it_is_asked(county: County, people: People) -> None:
    Appointment.objects.filter(user=people["dispatcher"]).update(until_on=TODAY)
    yesterday = TODAY - timedelta(days=1)
    assert vacant_beneath([county.subdistrict.pk], yesterday) == frozenset()
    assert vacant_beneath([county.subdistrict.pk], TODAY) == {county.community.pk}


def test_the_acting_desk_is_the_nearest_that_has_anybody(county: County, people: People) -> None:
    places = [place.pk for place in county.estate.chain()]

    def acting() -> object:
        seats = seats_near(places, [], [county.estate.pk], TODAY)
        return acting_desk(county.community, seats)

    assert acting() == county.community
    leave(people["dispatcher"])
    assert acting() == county.subdistrict
    leave(people["subdistrict"])
    assert acting() == county.district
    leave(people["district"])
    assert acting() == county.community  # nobody anywhere: the order stays where it is


# --- Who is near -------------------------------------------------------------------------


def near(county: County, grid_of: object = None, bodies: tuple[int, ...] = ()) -> set[str]:
    seats = seats_near(
        [place.pk for place in county.estate.chain()],
        bodies,
        [county.estate.pk],
        TODAY,
        grid_of,  # type: ignore[arg-type]
    )
    names = dict(User.objects.values_list("pk", "username"))
    return {names[seat.user_id] for seat in seats}


DESKS = {"dispatcher", "subdistrict", "district"}
FIRM = {"manager", "manager_grid", "repairer"}


def test_near_an_estate_are_its_desks_and_its_firm(county: County, people: People) -> None:
    assert near(county) == DESKS | FIRM


def test_near_a_building_is_its_grid(county: County, people: People) -> None:
    assert near(county, county.building) == DESKS | FIRM | {"grid_worker"}
    assert near(county, county.estate) == DESKS | FIRM | {"grid_worker"}
    elsewhere = county.other_estate.children.all()[0]
    assert near(county, elsewhere) == DESKS | FIRM


def test_near_a_body_are_its_people(county: County, people: People) -> None:
    assert near(county, bodies=(county.fire.pk,)) == DESKS | FIRM | {"fire"}


def test_whoever_cannot_sign_in_is_not_near(county: County, people: People) -> None:
    User.objects.filter(username="subdistrict").update(is_active=False)
    assert near(county) == (DESKS | FIRM) - {"subdistrict"}


def test_people_of_a_firm_carry_the_estates_it_serves(county: County, people: People) -> None:
    asked = [county.estate.pk, county.other_estate.pk, county.unserved.pk]
    seats = seats_near([county.community.pk], [], asked, TODAY)
    serves = {seat.user_id: seat.serves for seat in seats}
    assert serves[people["manager"].pk] == {county.estate.pk}
    assert serves[people["rival"].pk] == {county.other_estate.pk}
    assert serves[people["dispatcher"].pk] == frozenset()


# --- Firms, offices, calendars -----------------------------------------------------------


def test_the_firm_in_force_is_that_of_the_day(county: County) -> None:
    contract = county.firm.contracts.get()
    contract.until_on = TODAY
    contract.save()
    engage_firm(county.rival, by=CLOCK, estate=county.estate, from_on=TODAY)
    assert firm_in_force(county.estate, TODAY - timedelta(days=1)) == county.firm
    assert firm_in_force(county.estate, TODAY) == county.rival
    assert firm_in_force(county.unserved, TODAY) is None


def test_the_office_of_a_place(county: County) -> None:
    assert office_of(county.community) == county.community_office
    assert office_of(county.subdistrict) == county.subdistrict_office
    assert office_of(county.district) == county.district_office
    assert office_of(county.estate) is None


def test_a_calendar_holds_the_years_asked_for_as_far_as_they_are_known() -> None:
    found = calendar_for({2026})
    assert set(found.years) == {2026}
    assert not found.is_working(date(2026, 2, 17))  # Spring Festival
    assert found.is_working(date(2026, 2, 14))  # a Saturday worked to make up for it
    assert found.provisional(date(2027, 1, 4))
    assert set(calendar_for({2024}).years) == {2024, 2025, 2026}


def test_a_notice_entered_later_counts_from_then_on() -> None:
    notice = CalendarNotice.objects.create(year=2027, number="test", issued_on=date(2026, 11, 1))
    notice.days.create(on=date(2027, 1, 4), working=False, name="Extra", name_zh="调休")
    found = calendar_for({2026})
    assert not found.provisional(date(2027, 1, 4))
    assert not found.is_working(date(2027, 1, 4))


def test_a_chain_leads_up_to_the_district(county: County) -> None:
    kinds = [place.kind for place in county.entrance.chain()]
    assert kinds == [
        PlaceKind.ENTRANCE,
        PlaceKind.BUILDING,
        PlaceKind.ESTATE,
        PlaceKind.COMMUNITY,
        PlaceKind.SUBDISTRICT,
        PlaceKind.DISTRICT,
    ]
    assert county.entrance.above(PlaceKind.COMMUNITY) == county.community
    assert county.community.above(PlaceKind.BUILDING) is None


def test_a_day_is_shanghais_wherever_the_machine_stands() -> None:
    assert day_of(at("2026-03-02 00:30")) == date(2026, 3, 2)
    assert day_of(now()) >= date(2024, 1, 1)
