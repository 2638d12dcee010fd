"""The pyramid of party organisations, their years and posts, groups and what they settle."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import DomainError, Invalid, NotAllowed, WrongState
from communities.actions import groups, party, party_posts
from communities.actions.committee_seats import seat_member
from communities.models import (
    Body,
    Cultivation,
    Group,
    GroupMembership,
    Instructor,
    PartyOrganisation,
    Place,
    Post,
    SettledMatter,
    StarRating,
    WorksUnder,
)
from communities.queries import groups as group_queries
from communities.queries import party as queries
from communities.queries.indicators import Count, count_of
from communities.workflow import Step
from tests.communities.formation import committee, managed, walked
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ON = date(2025, 6, 2)
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _monday(clock: Pretended) -> None:
    """All of 2025 is past: 2 March 2026."""


def found(place: Place, level: str = "committee", **other: Any) -> PartyOrganisation:
    usual = {"name": f"{place.name}党组织", "full_members": 5, "on": ON}
    return party.found_organisation(by=CLOCK, place=place, level=level, **{**usual, **other})


def kept(organisation: PartyOrganisation, **other: Any) -> dict[str, Any]:
    """What `change_organisation` takes, as it is."""
    usual = {
        "name": organisation.body.name,
        "level": organisation.level,
        "form": organisation.form,
        "parent": organisation.parent,
        "full_members": organisation.full_members,
        "probationary_members": 0,
    }
    return {**usual, **other}


# --- The pyramid -------------------------------------------------------------------------


def test_committee_general_branch_branch_stand_beneath_one_another(county: County) -> None:
    top = found(county.community)
    middle = found(county.community, "general_branch", parent=top, grids=[county.grid])
    low = found(county.estate, "branch", parent=middle, estates=[county.estate])
    (root,) = queries.pyramid(county.community.code)
    assert root.organisation == top
    assert root.children[0].organisation == middle
    assert root.children[0].children[0].organisation == low
    assert root.beneath == 2
    assert [node.organisation for node in queries.pyramid("")] == [top]


@pytest.mark.parametrize(
    ("own", "above", "fits"),
    [
        ("branch", "general_branch", True),
        ("branch", "committee", True),
        ("committee", "committee", True),
        ("committee", "working_committee", True),
        ("branch", "branch", False),
        ("general_branch", "branch", False),
        ("committee", "group", False),
    ],
)
def test_what_stands_above_is_of_a_higher_level(
    county: County, own: str, above: str, fits: bool
) -> None:
    parent = found(county.community, above)
    if fits:
        assert found(county.estate, own, parent=parent).parent == parent
        return
    with pytest.raises(Invalid) as refused:
        found(county.estate, own, parent=parent)
    assert "parent" in refused.value.fields
    assert PartyOrganisation.objects.count() == 1


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12))
def test_nothing_ever_stands_above_itself(county: County, moves: list[tuple[int, int]]) -> None:
    """Five committees, moved beneath one another at random: each way up ends."""
    with transaction.atomic():
        five = [found(county.district, name=f"党委{n}") for n in range(5)]
        for own, above in moves:
            organisation = PartyOrganisation.objects.get(pk=five[own].pk)
            try:
                party.change_organisation(
                    organisation, by=CLOCK, **kept(organisation, parent=five[above])
                )
            except Invalid as refused:
                assert "parent" in refused.fields
        above_of = dict(PartyOrganisation.objects.values_list("pk", "parent"))
        transaction.set_rollback(True)
    for pk in above_of:
        seen, up = {pk}, above_of[pk]
        while up is not None:
            assert up not in seen
            seen.add(up)
            up = above_of[up]


@pytest.mark.parametrize(
    ("form", "members", "fits"),
    [
        ("standing", 3, True),
        ("standing", 2, False),
        ("joint", 2, False),
        ("joint", 4, True),
        ("functional", 0, True),
        ("temporary", 1, True),
    ],
)
def test_a_branch_needs_three_full_members(
    county: County, form: str, members: int, fits: bool
) -> None:
    if fits:
        found(county.estate, "branch", form=form, full_members=members)
        return
    with pytest.raises(Invalid) as refused:
        found(county.estate, "branch", form=form, full_members=members)
    assert "full_members" in refused.value.fields
    assert not Body.objects.filter(kind="party_organisation").exists()


def test_it_also_works_under_another_and_no_longer(county: County) -> None:
    own, other = found(county.community), found(county.district, name="行业党委")
    party.work_under(own, by=CLOCK, under=other, from_on=ON)
    for under in (own, other):
        with pytest.raises(Invalid):
            party.work_under(own, by=CLOCK, under=under, from_on=ON)
    party.end_work_under(own, by=CLOCK, under=other, on=ON + DAY)
    assert WorksUnder.objects.get().until_on == ON + DAY
    with pytest.raises(WrongState):
        party.end_work_under(own, by=CLOCK, under=other, on=ON + DAY)


def test_what_has_others_beneath_it_is_not_dissolved(county: County) -> None:
    top = found(county.community)
    low = found(county.estate, "branch", parent=top)
    post = party_posts.found_post(
        low, by=CLOCK, place=county.estate, kind="vanguard", title="先锋岗", from_on=ON
    )
    with pytest.raises(WrongState):
        party.dissolve_organisation(top, by=CLOCK, on=TODAY)
    party.dissolve_organisation(low, by=CLOCK, on=TODAY)
    post.refresh_from_db()
    assert post.until_on == TODAY
    with pytest.raises(WrongState):
        party.rate_stars(low, by=CLOCK, year=2025, stars=3)
    party.dissolve_organisation(top, by=CLOCK, on=TODAY)
    assert queries.pyramid(county.community.code) == []


# --- Years, posts, instructors -----------------------------------------------------------


def test_stars_are_given_once_a_year_and_how_many_is_for_the_place_to_say(
    county: County, settings: Any
) -> None:
    own = found(county.estate, "branch")
    party.rate_stars(own, by=CLOCK, year=2025, stars=4)
    party.rate_stars(own, by=CLOCK, year=2025, stars=5)
    assert StarRating.objects.get().stars == 5
    for year, stars in ((2025, 6), (2027, 1)):
        with pytest.raises(Invalid):
            party.rate_stars(own, by=CLOCK, year=year, stars=stars)
    settings.REGISTER_RULES = {"most_stars": 10}
    party.rate_stars(own, by=CLOCK, year=2025, stars=10)


def test_cultivation_goes_both_ways_and_is_counted(county: County) -> None:
    own = found(county.estate, "branch")
    counts = {"staff_to_members": 2, "members_to_backbone": 3}
    party.count_cultivation(own, by=CLOCK, year=2025, **counts)
    party.count_cultivation(own, by=CLOCK, year=2025, **{**counts, "staff_to_members": 4})
    assert Cultivation.objects.get().staff_to_members == 4
    with pytest.raises(Invalid):
        party.count_cultivation(own, by=CLOCK, year=2025, **{**counts, "staff_to_members": -1})


def test_a_post_is_public_only_while_its_holder_displays_it(county: County) -> None:
    own = found(county.estate, "branch")
    told: dict[str, Any] = {
        "kind": "demonstration",
        "title": "示范岗",
        "place": county.building,
        "from_on": ON,
    }
    with pytest.raises(Invalid):
        party_posts.found_post(own, by=CLOCK, **told, displayed=True)
    post = party_posts.found_post(own, by=CLOCK, **told, holder="某党员")
    assert queries.displayed_posts(county.estate) == []
    assert queries.party_page(own, None).posts == []
    party_posts.display_post(post, by=CLOCK, displayed=True)
    assert queries.displayed_posts(county.estate) == [post]
    party_posts.display_post(post, by=CLOCK, displayed=False)
    assert queries.displayed_posts(county.estate) == []
    party_posts.end_post(post, by=CLOCK, on=TODAY)
    with pytest.raises(WrongState):
        party_posts.end_post(post, by=CLOCK, on=TODAY)


def test_posts_and_instructors_are_where_they_can_be(county: County) -> None:
    own = found(county.community)
    told: dict[str, Any] = {"kind": "demonstration", "title": "示范岗", "from_on": ON}
    for wrong in ({"place": county.community}, {"title": " "}, {"kind": "throne"}):
        with pytest.raises(Invalid):
            party_posts.found_post(own, by=CLOCK, **{**told, "place": county.estate, **wrong})
    with pytest.raises(Invalid):
        party_posts.send_instructor(own, by=CLOCK, to=county.community, name="甲", from_on=ON)
    assert not Post.objects.exists()
    assert not Instructor.objects.exists()


def test_who_keeps_the_register_keeps_organisations_and_nobody_else(
    county: County, people: People
) -> None:
    own = found(county.estate, "branch")
    alliance = groups.found_group(
        by=CLOCK, place=county.community, kind="alliance", name="联盟", on=ON
    )
    before = AuditEntry.objects.count()
    for name in ("far_dispatcher", "manager", "branch", "resident", "auditor"):
        by = people[name]
        attempts: list[Any] = [
            lambda by=by: party.found_organisation(
                by=by, place=county.estate, name="x", level="group"
            ),
            lambda by=by: party.change_organisation(own, by=by, **kept(own, name="x")),
            lambda by=by: party.rate_stars(own, by=by, year=2025, stars=1),
            lambda by=by: party.dissolve_organisation(own, by=by, on=TODAY),
            lambda by=by: party_posts.send_instructor(
                own, by=by, to=county.firm, name="x", from_on=ON
            ),
            lambda by=by: groups.found_group(
                by=by, place=county.community, kind="alliance", name="x"
            ),
            lambda by=by: groups.admit_member(alliance, by=by, outsider="x", from_on=ON),
            lambda by=by: groups.settle_matters(alliance, by=by, month=ON, count=1),
            lambda by=by: groups.dissolve_group(alliance, by=by, on=TODAY),
        ]
        for attempt in attempts:
            with pytest.raises(NotAllowed):
                attempt()
    assert AuditEntry.objects.count() == before
    party.rate_stars(own, by=people["dispatcher"], year=2025, stars=1)


def test_a_post_next_door_is_for_next_door_to_enter(county: County, people: People) -> None:
    own = found(county.estate, "branch")
    with pytest.raises(NotAllowed):
        party_posts.found_post(
            own,
            by=people["dispatcher"],
            place=county.far_estate,
            kind="area",
            title="责任区",
            from_on=ON,
        )


def test_the_log_names_nobody(county: County) -> None:
    own = found(county.estate, "branch")
    party_posts.found_post(
        own, by=CLOCK, place=county.estate, kind="badge", title="岗", holder="某党员", from_on=ON
    )
    party_posts.send_instructor(own, by=CLOCK, to=county.firm, name="某指导员", from_on=ON)
    entries = AuditEntry.objects.filter(target_kind="party_organisation")
    assert entries.count() == 3
    assert not any("某" in str(entry.facts) for entry in entries)


# --- Groups ------------------------------------------------------------------------------


def test_members_join_and_leave_over_time(county: County) -> None:
    own = groups.found_group(
        by=CLOCK, place=county.community, kind="four_in_one", name="四位一体", on=ON
    )
    seat = groups.admit_member(own, by=CLOCK, member=county.firm, role="成员", from_on=ON)
    groups.admit_member(own, by=CLOCK, outsider="河东警务室", from_on=ON)
    wrongs: tuple[dict[str, Any], ...] = (
        {"member": county.firm},
        {"outsider": "河东警务室"},
        {"member": own.body},
        {"member": county.rival, "outsider": "两者"},
        {},
    )
    for wrong in wrongs:
        with pytest.raises(Invalid):
            groups.admit_member(own, by=CLOCK, from_on=ON, **wrong)
    assert GroupMembership.objects.count() == 2
    page = group_queries.group_page(own, None)
    assert [part.there for part in page.parts] == [False, False, False, True]
    groups.release_member(seat, by=CLOCK, on=TODAY)
    with pytest.raises(WrongState):
        groups.release_member(seat, by=CLOCK, on=TODAY)
    assert len(group_queries.group_page(own, None).members) == 1
    groups.admit_member(own, by=CLOCK, member=county.firm, from_on=TODAY)


def test_settled_matters_are_counted_by_month(county: County) -> None:
    team = groups.found_group(
        by=CLOCK, place=county.community, kind="governance_team", name="治理小队", on=ON
    )
    groups.settle_matters(team, by=CLOCK, month=date(2026, 1, 15), count=7)
    groups.settle_matters(team, by=CLOCK, month=date(2026, 1, 20), count=9)
    groups.settle_matters(team, by=CLOCK, month=TODAY, count=2)
    assert SettledMatter.objects.count() == 2
    assert group_queries.settled_in(2026, county.community.code) == 11
    assert group_queries.settled_in(2026, county.far_community.code) == 0
    for month, count in ((date(2026, 4, 1), 1), (TODAY, -1)):
        with pytest.raises(DomainError):
            groups.settle_matters(team, by=CLOCK, month=month, count=count)


def test_a_group_that_is_dissolved_takes_nobody_in(county: County) -> None:
    own = groups.found_group(by=CLOCK, place=county.community, kind="alliance", name="联盟", on=ON)
    seat = groups.admit_member(own, by=CLOCK, member=county.firm, from_on=ON)
    groups.change_group(own, by=CLOCK, name="大联盟", standard="统一标准")
    groups.dissolve_group(own, by=CLOCK, on=TODAY)
    seat.refresh_from_db()
    assert seat.until_on == TODAY
    with pytest.raises(WrongState):
        groups.admit_member(own, by=CLOCK, member=county.rival, from_on=TODAY)
    assert not group_queries.group_list().exists()
    assert Group.objects.get().standard == "统一标准"


# --- Coverage ----------------------------------------------------------------------------


def test_an_instructor_covers_work_but_is_no_organisation(county: County) -> None:
    here, on = county.community.code, TODAY
    assert count_of("firm_organisations", here, on) == Count(0, 2)
    found(county.estate, "branch", firm=county.firm)
    sender = found(county.community)
    party_posts.send_instructor(sender, by=CLOCK, to=county.rival, name="甲", from_on=ON)
    assert count_of("firm_organisations", here, on) == Count(1, 2)
    assert count_of("party_work", here, on) == Count(2, 2)
    assert count_of("party_work", here, ON - DAY) == Count(0, 2)
    assert count_of("firm_organisations", county.far_community.code, on) == Count(0, 1)


def test_a_grid_is_covered_where_an_organisation_works(county: County) -> None:
    assert count_of("grid_party", county.community.code, TODAY) == Count(0, 1)
    branch = found(county.community, "general_branch", grids=[county.grid])
    assert count_of("grid_party", county.community.code, TODAY) == Count(1, 1)
    party.dissolve_organisation(branch, by=CLOCK, on=TODAY)
    assert count_of("grid_party", county.community.code, TODAY) == Count(0, 1)
    assert count_of("grid_party", county.community.code, TODAY - DAY) == Count(1, 1)


def test_formed_is_filed_and_in_term_of_all_estates(county: County) -> None:
    here = county.community.code
    made, on = walked(county.estate, Step.FILED)
    walked(county.other_estate, Step.ELECTED)
    managed(county.unserved)
    assert count_of("committee_formation", here, TODAY) == Count(1, 3)
    # A term that begins before it is filed counts from the filing, not from its first day.
    assert count_of("committee_formation", here, on - DAY) == Count(0, 3)
    assert count_of("committee_formation", here, date(2028, 8, 1)) == Count(0, 3)
    assert count_of("committee_formation", "", TODAY) == Count(1, 4)
    seat_member(made, by=CLOCK, name="甲", from_on=on, party_member=True)
    seat_member(made, by=CLOCK, name="乙", from_on=on)
    seat_member(made, by=CLOCK, name="丙", role="alternate", from_on=on, party_member=True)
    assert count_of("committee_party_share", here, TODAY) == Count(1, 2)
    assert count_of("committee_party_share", county.far_community.code, TODAY) == Count(0, 0)
    assert committee(county.far_estate).seats is None
