"""Offices: who gives them and to whom, one at a time at each seat."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import Invalid, NotAllowed
from common.now import today
from communities import actions
from communities.models import (
    Appointment,
    Body,
    BodyKind,
    Grid,
    Office,
    Place,
)
from communities.permissions.offices import (
    APPOINTED_BY,
    fits,
    may_appoint,
    offices_to_give,
    place_of,
)
from notifications.models import Notification
from tests import factories
from tests.communities.in_office import DAY, held, newcomer, nothing_changes
from tests.complaints.walks import fresh
from tests.factories import BEGINNING, County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db

# --- Who gives which office --------------------------------------------------------------


def seats(county: County) -> list[Body | Grid | Place]:
    committee = factories.body(BodyKind.OWNERS_COMMITTEE, county.estate, "业主委员会")
    far_grid = Grid.objects.create(
        kind="small", code="990101001002G09", name="河西第一网格", community=county.far_community
    )
    return [
        county.district_office,
        county.subdistrict_office,
        county.community_office,
        county.far_office,
        county.far_district_office,
        county.firm,
        county.rival,
        county.fire,
        committee,
        county.grid,
        far_grid,
        county.district,
        county.subdistrict,
        county.community,
        county.far_community,
        county.estate,
        county.other_estate,
        county.far_estate,
        county.building,
    ]


RANK = {
    Office.DISTRICT_OFFICER: 6,
    Office.ADMINISTRATOR: 6,
    Office.AUDITOR: 6,
    Office.SUBDISTRICT_OFFICER: 9,
    Office.COMMUNITY_CLERK: 12,
    Office.COMMUNITY_SECRETARY: 12,
}


def test_nobody_gives_an_office_above_or_beside_their_own_scope(county: County) -> None:
    """The square: somebody in every office at every seat, every office, every seat."""
    everywhere = seats(county)
    given = 0
    for number, (own, mine) in enumerate(
        (office, seat) for office in Office for seat in everywhere if fits(office, seat)
    ):
        user = factories.person(f"giver{number}")
        actions.appoint(user, by=CLOCK, office=own, at=mine, from_on=BEGINNING)
        for seat in everywhere:
            for office in Office:
                if not (fits(office, seat) and may_appoint(user, office, seat)):
                    continue
                given += 1
                assert own in APPOINTED_BY[office].by, (own, office)
                assert own != office
                if own == Office.FIRM_MANAGER:
                    assert seat == mine or office == Office.BUTLER
                    continue
                assert place_of(seat).code.startswith(place_of(mine).code), (mine, seat)
                if seat == mine:
                    # The administrator holds no orders and gains nothing by it.
                    assert (own, office) == (Office.ADMINISTRATOR, Office.DISTRICT_OFFICER)
                elif own in RANK and office in RANK:
                    assert RANK[own] < RANK[office]
    assert given > 100


GIVES = {
    "dispatcher": {"grid": True, "estate": True, "community_office": False, "far_estate": False},
    "far_dispatcher": {"grid": False, "estate": False, "far_estate": True},
    "subdistrict": {"community_office": True, "far_office": True, "subdistrict_office": False},
    "district": {
        "subdistrict_office": True,
        "firm": True,
        "fire": True,
        "district_office": False,
        "far_district_office": False,
    },
    "far_district": {"subdistrict_office": False, "firm": False},
    "administrator": {"district_office": True, "subdistrict_office": False, "firm": False},
    "auditor": {"district_office": False},
    "manager": {"firm": True, "rival": False, "grid": False, "building": True},
    "rival": {"building": False, "far_estate": True},
    "manager_grid": {"grid": False},
    "resident": {"estate": False},
    "committee": {"estate": False},
    "grid_worker": {"grid": False},
}


@pytest.mark.parametrize(
    ("name", "seat", "gives"),
    [(name, seat, gives) for name, row in GIVES.items() for seat, gives in row.items()],
)
def test_who_gives_any_office_where(
    name: str, seat: str, gives: bool, county: County, people: People
) -> None:
    assert bool(offices_to_give(people[name], getattr(county, seat))) is gives


def test_auditors_and_administrators_are_entered_at_the_console_alone(
    county: County, people: People
) -> None:
    for name, user in people.items():
        for office in (Office.AUDITOR, Office.ADMINISTRATOR):
            assert not may_appoint(user, office, county.district_office), name
    actions.appoint(
        newcomer(), by=CLOCK, office=Office.AUDITOR, at=county.district_office, from_on=today()
    )


def test_a_manager_names_butlers_where_the_firm_serves_and_nowhere_else(
    county: County, people: People
) -> None:
    one = newcomer()
    made = actions.appoint(
        one, by=people["manager"], office=Office.BUTLER, at=county.building, from_on=today()
    )
    assert made.by == people["manager"]
    block = county.other_estate.children.order_by("code")[0]
    with nothing_changes(), pytest.raises(NotAllowed):
        actions.appoint(one, by=people["manager"], office=Office.BUTLER, at=block, from_on=today())


def test_whoever_serves_the_firm_too_gives_nothing_at_its_estates(
    county: County, people: People
) -> None:
    """There the firm's view is all they have."""
    clerk = people["dispatcher"]
    assert may_appoint(clerk, Office.WARDEN, county.estate)
    actions.appoint(clerk, by=CLOCK, office=Office.FIRM_CLERK, at=county.firm, from_on=BEGINNING)
    clerk = fresh(clerk)
    assert not may_appoint(clerk, Office.WARDEN, county.estate)
    assert not may_appoint(clerk, Office.GRID_WORKER, county.grid)
    assert may_appoint(clerk, Office.WARDEN, county.other_estate)


def test_nobody_appoints_or_dismisses_themselves(county: County, people: People) -> None:
    for name, office, seat in (
        ("dispatcher", Office.WARDEN, county.estate),
        ("manager", Office.REPAIRER, county.firm),
    ):
        with nothing_changes(), pytest.raises(NotAllowed):
            actions.appoint(people[name], by=people[name], office=office, at=seat, from_on=today())
    both = people["administrator"]
    actions.appoint(
        both, by=CLOCK, office=Office.DISTRICT_OFFICER, at=county.district_office, from_on=today()
    )
    with nothing_changes(), pytest.raises(NotAllowed):
        actions.dismiss(
            held(both, Office.DISTRICT_OFFICER), by=fresh(both), on=today() + DAY, grounds="调离"
        )


def test_the_last_officer_of_a_district_cannot_be_dismissed(
    county: County, people: People, clock: Pretended
) -> None:
    last = held(people["district"])
    with nothing_changes(), pytest.raises(NotAllowed):
        actions.dismiss(last, by=people["administrator"], on=today(), grounds="调离")
    actions.appoint(
        newcomer(),
        by=people["administrator"],
        office=Office.DISTRICT_OFFICER,
        at=county.district_office,
        from_on=today(),
    )
    actions.dismiss(last, by=people["administrator"], on=today(), grounds="调离")
    assert not Appointment.objects.in_force(today()).filter(pk=last.pk).exists()


def test_a_letter_and_who_put_them_forward_stay_with_the_office(
    county: County, people: People, clock: Pretended
) -> None:
    """W11: an integrity supervisor's letter of appointment."""
    one = newcomer()
    made = actions.appoint(
        one,
        by=people["district"],
        office=Office.INTEGRITY_SUPERVISOR,
        at=county.community,
        from_on=today(),
        letter=" 红廉聘〔2026〕3号 ",
        put_forward_by="业主代表大会",
    )
    made.refresh_from_db()
    assert (made.letter, made.put_forward_by) == ("红廉聘〔2026〕3号", "业主代表大会")
    told = Notification.objects.get(to=one)
    assert told.kind == "office_given"
    assert "新来的" not in str(told.facts)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until_on": date(2026, 3, 2)}, "until_on"),
        ({"from_on": date(2027, 6, 1)}, "from_on"),
        ({"letter": "号" * 61}, "letter"),
        ({"put_forward_by": "人" * 121}, "put_forward_by"),
    ],
)
def test_an_office_that_cannot_be_is_refused_by_field(
    changes: dict[str, Any], field: str, county: County, people: People, clock: Pretended
) -> None:
    one = newcomer()
    given = {"office": Office.WARDEN, "at": county.estate, "from_on": today(), **changes}
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        actions.appoint(one, by=people["dispatcher"], **given)
    assert list(refusal.value.fields) == [field]


def test_no_office_is_given_at_a_seat_that_is_gone(
    county: County, people: People, clock: Pretended
) -> None:
    one = newcomer()
    Grid.objects.filter(pk=county.grid.pk).update(closed_on=today())
    county.grid.refresh_from_db()
    with nothing_changes(), pytest.raises(Invalid):
        actions.appoint(
            one,
            by=people["dispatcher"],
            office=Office.GRID_WORKER,
            at=county.grid,
            from_on=today(),
        )


# --- No two of the same ------------------------------------------------------------------


SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(1, 20))), max_size=8
)


@given(spans=SPANS)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nobody_holds_the_same_office_at_the_same_seat_twice_at_once(
    spans: list[tuple[int, int | None]], county: County, people: People, clock: Pretended
) -> None:
    Appointment.objects.filter(user=people["neighbour"]).delete()
    first = today()
    for begin, length in spans:
        from_on = first + timedelta(days=begin)
        until_on = None if length is None else from_on + timedelta(days=length)
        try:
            actions.appoint(
                people["neighbour"],
                by=people["dispatcher"],
                office=Office.WARDEN,
                at=county.estate,
                from_on=from_on,
                until_on=until_on,
            )
            refused = False
        except Invalid as refusal:
            assert list(refusal.fields) == ["user"]
            refused = True
        if refused:
            continue
    rows = list(Appointment.objects.filter(user=people["neighbour"]).order_by("from_on"))
    assert bool(rows) == bool(spans)
    for day in range(80):
        on = first + timedelta(days=day)
        in_force = [r for r in rows if r.from_on <= on and (r.until_on is None or r.until_on > on)]
        assert len(in_force) <= 1


def test_several_offices_at_once_are_normal(county: County, people: People) -> None:
    one = people["dispatcher"]
    actions.appoint(
        one, by=people["subdistrict"], office=Office.GRID_LEADER, at=county.grid, from_on=today()
    )
    assert Appointment.objects.in_force(today()).filter(user=one).count() == 2
