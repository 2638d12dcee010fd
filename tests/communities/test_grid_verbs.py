"""Grids: what always holds of them, whatever is done in which order; what the check finds."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import DomainError, Invalid, NotAllowed, WrongState
from common.now import today
from communities import actions
from communities.models import Appointment, Building, Grid, GridKind, Place
from communities.queries.grids import check_of, coverage_of, grid_page, households_in
from tests import factories
from tests.factories import County

People = dict[str, User]
pytestmark = pytest.mark.django_db
LARGE, SMALL, CELL = GridKind


def rows() -> tuple[list[object], list[object], int]:
    """All that a refused verb must have left as it was."""
    return (
        list(Grid.objects.order_by("pk").values_list("code", "name", "parent", "closed_on")),
        list(Grid.buildings.through.objects.order_by("pk").values_list("grid", "place")),
        AuditEntry.objects.count(),
    )


def cell(county: County, *buildings: Place) -> Grid:
    made = actions.found_grid(
        by=CLOCK, kind=CELL, community=county.community, name="第一邻里格", parent=county.grid
    )
    return actions.set_buildings(made, by=CLOCK, buildings=buildings)


# --- One at a time -----------------------------------------------------------------------


def test_a_clerk_draws_a_grid_and_chooses_its_buildings(county: County, people: People) -> None:
    made = actions.found_grid(
        kind=SMALL, community=county.community, name="河东第二网格", by=people["dispatcher"]
    )
    assert (made.code, made.initials) == ("990101001001G02", "hddewg")
    buildings = list(county.unserved.children.all())
    actions.set_buildings(made, by=people["dispatcher"], buildings=buildings)
    assert set(made.buildings.all()) == set(buildings)
    assert AuditEntry.objects.get(verb="set_buildings").facts["entered"] == 2


@pytest.mark.parametrize("who", ["far_dispatcher", "grid_worker", "manager", "resident"])
def test_others_change_no_grid_here(who: str, county: County, people: People) -> None:
    before, by = rows(), people[who]
    with pytest.raises(NotAllowed):
        actions.found_grid(kind=SMALL, community=county.community, name="某网格", by=by)
    with pytest.raises(NotAllowed):
        actions.rename_grid(county.grid, by=by, name="某网格")
    with pytest.raises(NotAllowed):
        actions.set_buildings(county.grid, by=by, buildings=[])
    with pytest.raises(NotAllowed):
        actions.close_grid(county.grid, by=by)
    assert rows() == before


def test_a_cell_is_part_of_a_grid_and_a_grid_never_of_a_smaller_one(county: County) -> None:
    far = actions.found_grid(
        by=CLOCK, kind=LARGE, community=county.far_community, name="河西大网格"
    )
    inner = cell(county)
    before = rows()
    for kind, parent in ((CELL, None), (LARGE, inner), (SMALL, inner), (SMALL, county.grid)):
        with pytest.raises(Invalid):
            actions.found_grid(
                by=CLOCK, kind=kind, community=county.community, name="某网格", parent=parent
            )
    with pytest.raises(Invalid):
        actions.found_grid(
            by=CLOCK, kind=SMALL, community=county.community, name="某网格", parent=far
        )
    assert rows() == before


def test_a_building_of_another_community_or_outside_the_parent_is_refused(county: County) -> None:
    inner = cell(county)
    far = county.far_estate.children.all()
    outside = county.other_estate.children.all()
    before = rows()
    with pytest.raises(Invalid) as refusal:
        actions.set_buildings(county.grid, by=CLOCK, buildings=far)
    assert list(refusal.value.fields) == ["buildings"]
    with pytest.raises(Invalid):
        actions.set_buildings(inner, by=CLOCK, buildings=outside)
    assert rows() == before


def test_a_building_leaves_the_grids_beneath_first(county: County) -> None:
    inner = cell(county, county.building)
    before = rows()
    with pytest.raises(Invalid):
        actions.set_buildings(county.grid, by=CLOCK, buildings=[])
    assert rows() == before
    actions.set_buildings(inner, by=CLOCK, buildings=[])
    actions.set_buildings(county.grid, by=CLOCK, buildings=[])
    assert not county.grid.buildings.exists()


def test_a_grid_with_people_or_cells_in_it_is_not_closed(county: County, people: People) -> None:
    inner = cell(county)
    before = rows()
    with pytest.raises(WrongState):
        actions.close_grid(county.grid, by=CLOCK)
    actions.close_grid(inner, by=CLOCK)
    with pytest.raises(WrongState):
        actions.close_grid(county.grid, by=people["dispatcher"])
    assert rows()[0][0] == before[0][0]
    Appointment.objects.filter(grid=county.grid).update(until_on=today())
    actions.close_grid(county.grid, by=people["dispatcher"])
    with pytest.raises(WrongState):
        actions.rename_grid(county.grid, by=CLOCK, name="某网格")


def test_a_code_begins_with_the_communitys_and_is_taken_once(county: County) -> None:
    for code in ("990101001002G09", county.grid.code, "990101001001 9", "990101001001"):
        with pytest.raises(Invalid) as refusal:
            actions.found_grid(
                by=CLOCK, kind=SMALL, community=county.community, name="某", code=code
            )
        assert list(refusal.value.fields) == ["code"]


# --- What pages show ---------------------------------------------------------------------


def test_the_check_names_buildings_in_no_grid_and_in_two_of_a_kind(county: County) -> None:
    second = actions.found_grid(
        by=CLOCK, kind=SMALL, community=county.community, name="河东第二网格"
    )
    actions.set_buildings(second, by=CLOCK, buildings=[county.building])
    found = check_of(county.community, today())
    assert [(b, len(grids)) for b, grids in found.double] == [(county.building, 2)]
    without = {b.parent for b in found.without}
    assert without == {county.other_estate, county.unserved}
    assert len(found.without) == 4
    [row] = coverage_of([county.community], today())
    assert (row.buildings, row.without, row.double, row.covered) == (6, 4, 1, 2)
    assert check_of(county.far_community, today()).without


def test_a_building_in_a_large_and_a_small_grid_is_in_each_once(county: County) -> None:
    large = actions.found_grid(by=CLOCK, kind=LARGE, community=county.community, name="河东大网格")
    actions.set_buildings(large, by=CLOCK, buildings=list(county.estate.children.all()))
    assert check_of(county.community, today()).double == []


def test_a_closed_grid_and_a_closed_building_count_nowhere(county: County) -> None:
    Appointment.objects.filter(grid=county.grid).update(until_on=today())
    actions.close_grid(county.grid, by=CLOCK)
    actions.close_place(county.unserved, by=CLOCK)
    [row] = coverage_of([county.community], today())
    assert (row.small, row.buildings, row.without) == (0, 4, 4)
    [later] = coverage_of([county.community], today() - timedelta(1))
    assert (later.small, later.without) == (1, 4)


def test_cells_share_a_tall_building_and_a_cell_far_from_thirty_is_named(county: County) -> None:
    Building.objects.create(place=county.building, households=60)
    first = cell(county, county.building)
    assert check_of(county.community, today()).cells == [(first, 60)]
    second = cell(county, county.building)
    sizes = households_in(county.community, today())
    assert sizes.of(first) == sizes.of(second) == 30
    assert check_of(county.community, today()).cells == []


def test_where_a_buildings_households_are_not_known_the_estates_are_spread(county: County) -> None:
    # 240 households, two buildings.
    page = grid_page(county.grid, today())
    assert page.households == 240
    assert [(e, len(b)) for e, b in page.estates] == [(county.estate, 2)]
    assert [a.user.name for a in page.workers] == ["赵网格", "郑双职"]


# --- Whatever is done, in whatever order -------------------------------------------------


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["found", "set", "close", "move", "shut"]),
        st.integers(0, 7),
        st.integers(0, 7),
        st.sets(st.integers(0, 7), max_size=5),
    ),
    max_size=12,
)


class TestWhatAlwaysHolds(TestCase):
    """A grid's buildings lie in its community and its parent; parents are larger: no circles."""

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(deeds=DEEDS)
    def test_after_any_deeds_the_two_trees_fit(
        self, deeds: list[tuple[str, int, int, set[int]]]
    ) -> None:
        county = factories.county()
        for deed in deeds:
            try:
                _do(county, *deed)
            except DomainError:
                continue
            finally:
                _hold()


def _do(county: County, deed: str, one: int, other: int, many: set[int]) -> None:
    grids = list(Grid.objects.order_by("pk"))
    buildings = list(Place.objects.filter(kind="building").order_by("pk"))
    grid = grids[one % len(grids)]
    communities = (county.community, county.far_community)
    if deed == "found":
        parent = grids[other % len(grids)] if other else None
        kind = list(GridKind)[one % 3]
        community = communities[other % 2]
        actions.found_grid(by=CLOCK, kind=kind, community=community, name="某网格", parent=parent)
    elif deed == "set":
        chosen = [buildings[n % len(buildings)] for n in many]
        actions.set_buildings(grid, by=CLOCK, buildings=chosen)
    elif deed == "close":
        actions.close_grid(grid, by=CLOCK)
    elif deed == "move":
        estates = list(Place.objects.estates().order_by("pk"))
        estate = estates[one % len(estates)]
        actions.move_place(estate, by=CLOCK, to=communities[other % 2])
    else:
        actions.close_place(county.unserved, by=CLOCK)


def _hold() -> None:
    rank = {kind: number for number, kind in enumerate(GridKind)}
    for grid in Grid.objects.select_related("community", "parent").prefetch_related("buildings"):
        inside = set(grid.buildings.all())
        assert all(b.code.startswith(grid.community.code) for b in inside)
        if grid.parent is not None:
            assert rank[GridKind(grid.parent.kind)] < rank[GridKind(grid.kind)]
            assert grid.parent.community_id == grid.community_id
            assert grid.closed_on or inside <= set(grid.parent.buildings.all())
