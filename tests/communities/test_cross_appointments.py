"""Conflicts of interest bar or warn; managers who work in the grids are counted."""

from typing import Any

import pytest

from accounts.models import User
from common.errors import Invalid, NotAllowed
from common.now import today
from communities import actions
from communities.models import (
    Contract,
    InterestKind,
    Office,
    Place,
)
from communities.queries.indicators import Count, count_of
from communities.queries.offices import cross_appointments, crossing
from tests.communities.in_office import held, newcomer, nothing_changes
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db

# --- Interests and cross-appointments ----------------------------------------------------


def test_whoever_works_for_the_serving_firm_gets_no_seat_on_the_committee(
    county: County, people: People, clock: Pretended
) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        actions.appoint(
            people["repairer"],
            by=people["dispatcher"],
            office=Office.COMMITTEE_MEMBER,
            at=county.estate,
            from_on=today(),
            confirmed=True,
        )
    assert county.firm.name in refusal.value.fields["user"][0]
    # Where another firm serves nothing stands against it.
    actions.appoint(
        people["repairer"],
        by=people["dispatcher"],
        office=Office.COMMITTEE_MEMBER,
        at=county.other_estate,
        from_on=today(),
    )


def test_nor_does_a_committee_member_get_an_office_at_the_firm(
    county: County, people: People, clock: Pretended
) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        actions.appoint(
            people["committee"],
            by=people["manager"],
            office=Office.FIRM_CLERK,
            at=county.firm,
            from_on=today(),
        )
    with nothing_changes(), pytest.raises(Invalid):
        actions.appoint(
            people["committee"],
            by=people["manager"],
            office=Office.BUTLER,
            at=county.building,
            from_on=today(),
        )


def test_a_declared_employment_bars_and_a_relative_warns(
    county: County, people: People, clock: Pretended
) -> None:
    one, other = newcomer(), newcomer("other")
    actions.record_interest(one, by=one, firm=county.firm, kind=InterestKind.EMPLOYED)
    actions.record_interest(other, by=other, firm=county.firm, kind=InterestKind.RELATIVE)
    told: dict[str, Any] = {
        "by": people["dispatcher"],
        "office": Office.COMMITTEE_MEMBER,
        "at": county.estate,
        "from_on": today(),
    }
    with nothing_changes(), pytest.raises(Invalid) as barred:
        actions.appoint(one, confirmed=True, **told)
    assert list(barred.value.fields) == ["user"]
    with nothing_changes(), pytest.raises(Invalid) as warned:
        actions.appoint(other, **told)
    assert list(warned.value.fields) == ["confirmed"]
    actions.appoint(other, confirmed=True, **told)


def test_an_interest_is_declared_once_and_ended_by_the_office_above(
    county: County, people: People, clock: Pretended
) -> None:
    worker = people["grid_worker"]
    made = actions.record_interest(worker, by=worker, firm=county.firm, kind=InterestKind.SHARES)
    with pytest.raises(Invalid):
        actions.record_interest(worker, by=worker, firm=county.firm, kind=InterestKind.SHARES)
    with pytest.raises(Invalid):
        actions.record_interest(
            worker, by=worker, firm=county.community_office, kind=InterestKind.OTHER
        )
    clock.forward(days=3)
    with pytest.raises(NotAllowed):
        actions.end_interest(made, by=worker, on=today())
    for name in ("far_dispatcher", "manager", "resident"):
        with pytest.raises(NotAllowed):
            actions.end_interest(made, by=people[name], on=today())
        with pytest.raises(NotAllowed):
            actions.record_interest(
                worker, by=people[name], firm=county.firm, kind=InterestKind.OTHER
            )
    actions.end_interest(made, by=people["dispatcher"], on=today())
    made.refresh_from_db()
    assert made.until_on == today()


def managers_in_grids(place: Place) -> Count:
    return count_of("cross_appointments", place.code, today())


def test_t4_managers_who_are_grid_workers_are_counted(county: County, people: People) -> None:
    # Of the three managers of firms that serve here one walks the grid as well.
    assert managers_in_grids(county.community) == Count(1, 3)
    assert [a.user for a in crossing(county.community, today())] == [people["manager_grid"]]
    actions.appoint(
        people["repairer"],
        by=people["dispatcher"],
        office=Office.GRID_WORKER,
        at=county.grid,
        from_on=today(),
    )
    actions.appoint(
        people["rival"],
        by=people["subdistrict"],
        office=Office.COMMUNITY_CLERK,
        at=county.far_office,
        from_on=today(),
    )
    there = cross_appointments(county.district, today())
    assert managers_in_grids(county.district) == Count(1, 3)
    assert (there.staff_in_grids, there.with_community) == (2, 1)
    assert managers_in_grids(county.far_community) == Count(0, 1)
    assert cross_appointments(county.far_community, today()).with_community == 1


def test_of_managers_in_grids_none_is_counted_whose_firm_does_not_serve_there(
    county: County, people: People
) -> None:
    """A manager of another place's firm who walks a grid here is not one of ours: never 4 of 3."""
    actions.appoint(
        people["rival"],
        by=people["subdistrict"],
        office=Office.GRID_WORKER,
        at=county.grid,
        from_on=today(),
    )
    Contract.objects.filter(firm=county.rival).update(until_on=today())
    counted = managers_in_grids(county.community)
    assert counted == Count(1, 2)
    assert cross_appointments(county.community, today()).staff_in_grids == 2


def test_an_expired_cross_appointment_counts_no_longer(
    county: County, people: People, clock: Pretended
) -> None:
    post = held(people["manager_grid"], Office.GRID_WORKER)
    actions.dismiss(post, by=people["subdistrict"], on=today(), grounds="期满")
    assert managers_in_grids(county.community) == Count(0, 3)
