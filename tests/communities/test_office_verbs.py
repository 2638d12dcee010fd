"""Offices: who gives them, when they end, what goes along when they are handed over."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import DomainError, Invalid, NotAllowed, WrongState
from common.now import today
from communities import actions
from communities.models import (
    Appointment,
    Body,
    BodyKind,
    Contract,
    DutyShift,
    Grid,
    InterestKind,
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
from communities.queries.indicators import Count, count_of
from communities.queries.offices import cross_appointments, crossing
from complaints import actions as orders
from complaints.models import Complaint
from complaints.workflow import Status
from notifications.models import Notification
from tests import factories
from tests.complaints.walks import again, complaint_at, fresh
from tests.factories import BEGINNING, County
from tests.moments import MONDAY, Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@contextmanager
def nothing_changes() -> Iterator[None]:
    """A refusal leaves offices, shifts, notices and the audit log as they were."""

    def facts() -> list[Any]:
        return [
            list(Appointment.objects.order_by("pk").values()),
            list(DutyShift.objects.order_by("pk").values()),
            Notification.objects.count(),
            AuditEntry.objects.count(),
        ]

    before = facts()
    yield
    assert facts() == before


def held(user: User, office: Office | None = None) -> Appointment:
    rows = Appointment.objects.filter(user=user)
    return rows.get(office=office) if office else rows.get()


def newcomer(name: str = "newcomer") -> User:
    return factories.person(name, "新来的")


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


# --- Ending ------------------------------------------------------------------------------


def test_an_office_ends_with_its_grounds(county: County, people: People, clock: Pretended) -> None:
    worker = held(people["grid_worker"])
    actions.dismiss(worker, by=people["dispatcher"], on=today() + 3 * DAY, grounds="调往河西")
    worker.refresh_from_db()
    assert (worker.until_on, worker.ended_grounds) == (date(2026, 3, 5), "调往河西")
    assert Notification.objects.get(to=people["grid_worker"]).kind == "office_ended"
    # What was told at the time is not told again by the sweep.
    actions.tell_of_ends()
    assert Notification.objects.filter(kind="office_ends").count() == 0


@pytest.mark.parametrize(
    ("on", "grounds", "field"),
    [
        (date(2026, 3, 2), "", "grounds"),
        (date(2026, 3, 1), "调离", "on"),
        (date(2026, 3, 3), "长" * 201, "grounds"),
    ],
)
def test_an_end_needs_its_grounds_and_a_day_to_come(
    on: date, grounds: str, field: str, county: County, people: People, clock: Pretended
) -> None:
    worker = held(people["grid_worker"])
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        actions.dismiss(worker, by=people["dispatcher"], on=on, grounds=grounds)
    assert list(refusal.value.fields) == [field]


def test_what_is_over_stays_as_it_was(county: County, people: People, clock: Pretended) -> None:
    worker = held(people["grid_worker"])
    actions.dismiss(worker, by=people["dispatcher"], on=today(), grounds="调离")
    clock.forward(days=1)
    with nothing_changes(), pytest.raises(WrongState):
        actions.dismiss(worker, by=people["dispatcher"], on=today() + DAY, grounds="再想想")


@pytest.mark.parametrize("name", ["far_dispatcher", "manager", "resident", "committee"])
def test_others_end_nothing(name: str, county: County, people: People) -> None:
    worker = held(people["grid_worker"])
    with nothing_changes(), pytest.raises(NotAllowed):
        actions.dismiss(worker, by=people[name], on=today() + DAY, grounds="调离")
    with nothing_changes(), pytest.raises(NotAllowed):
        actions.hand_over(worker, to=people["neighbour"], by=people[name], on=today() + DAY)


# --- Told in time ------------------------------------------------------------------------


def test_thirty_days_before_its_end_holder_and_giver_are_told_once(
    county: County, people: People, clock: Pretended
) -> None:
    one = newcomer()
    made = actions.appoint(
        one,
        by=people["dispatcher"],
        office=Office.OBSERVER,
        at=county.estate,
        from_on=today(),
        until_on=today() + timedelta(days=60),
    )
    assert actions.tell_of_ends() == 0
    clock.forward(days=29)
    assert actions.tell_of_ends() == 0
    clock.forward(days=1)
    assert actions.tell_of_ends() == 1
    assert actions.tell_of_ends() == 0
    told = Notification.objects.filter(kind="office_ends")
    assert {n.to for n in told} == {one, people["dispatcher"]}
    clock.forward(days=30)
    assert made not in Appointment.objects.in_force(today())
    assert actions.tell_of_ends() == 0


def test_an_end_that_is_moved_is_told_again_and_one_handed_over_is_not(
    county: County, people: People, clock: Pretended
) -> None:
    one, other = newcomer(), newcomer("other")
    for user in (one, other):
        actions.appoint(
            user,
            by=people["dispatcher"],
            office=Office.OBSERVER,
            at=county.estate,
            from_on=today(),
            until_on=today() + timedelta(days=20),
        )
    actions.hand_over(
        held(other), to=people["neighbour"], by=people["dispatcher"], on=today() + 2 * DAY
    )
    assert actions.tell_of_ends() == 2  # one, and the neighbour's, which ends as the other's did
    Appointment.objects.filter(user=one).update(until_on=today() + timedelta(days=25))
    assert actions.tell_of_ends() == 1
    assert not Notification.objects.filter(kind="office_ends", to=other).exists()


# --- Handing over ------------------------------------------------------------------------


def second_clerk(county: County) -> User:
    other = factories.person("second", "钟社工")
    actions.appoint(other, by=CLOCK, office=Office.GRID_WORKER, at=county.grid, from_on=BEGINNING)
    return other


def test_an_office_is_handed_over_on_a_day_without_a_gap(
    county: County, people: People, clock: Pretended
) -> None:
    old, new = people["dispatcher"], second_clerk(county)
    fresh_one = actions.hand_over(
        held(old), to=new, by=people["subdistrict"], on=today() + 5 * DAY, letter="梅街〔2026〕9号"
    )
    before = held(old)
    assert (before.until_on, fresh_one.from_on) == (date(2026, 3, 7), date(2026, 3, 7))
    assert (fresh_one.succeeds, fresh_one.letter) == (before, "梅街〔2026〕9号")
    for day in (date(2026, 3, 6), date(2026, 3, 7)):
        rows = Appointment.objects.in_force(day).filter(body=county.community_office)
        assert rows.count() == 1
    with nothing_changes(), pytest.raises(WrongState):
        actions.hand_over(
            before, to=people["neighbour"], by=people["subdistrict"], on=today() + DAY
        )


def test_shifts_of_the_days_after_go_along_and_those_before_do_not(
    county: County, people: People, clock: Pretended
) -> None:
    old, new = people["dispatcher"], second_clerk(county)
    other = factories.person("third", "严社工")
    actions.appoint(
        other,
        by=CLOCK,
        office=Office.COMMUNITY_CLERK,
        at=county.community_office,
        from_on=BEGINNING,
    )
    actions.appoint(
        new,
        by=CLOCK,
        office=Office.COMMUNITY_SECRETARY,
        at=county.community_office,
        from_on=BEGINNING,
    )

    def put(day: int, user: User, deputy: User | None) -> DutyShift:
        begin = MONDAY + day * DAY
        return actions.set_shift(
            by=CLOCK,
            body=county.community_office,
            user=user,
            deputy=deputy,
            from_at=begin,
            until_at=begin + DAY,
        )

    early, late = put(0, old, other), put(3, old, other)
    behind, both = put(4, other, old), put(5, old, new)
    actions.hand_over(held(old), to=new, by=people["subdistrict"], on=today() + 2 * DAY)
    for shift in (early, late, behind, both):
        shift.refresh_from_db()
    assert (early.user, early.deputy) == (old, other)
    assert (late.user, late.deputy) == (new, other)
    assert (behind.user, behind.deputy) == (other, new)
    assert (both.user, both.deputy) == (new, None)


def test_whoever_keeps_another_desk_office_there_keeps_their_shifts(
    county: County, people: People, clock: Pretended
) -> None:
    old, new = people["dispatcher"], second_clerk(county)
    actions.appoint(
        old,
        by=CLOCK,
        office=Office.COMMUNITY_SECRETARY,
        at=county.community_office,
        from_on=BEGINNING,
    )
    shift = actions.set_shift(
        by=CLOCK,
        body=county.community_office,
        user=old,
        from_at=MONDAY + 3 * DAY,
        until_at=MONDAY + 4 * DAY,
    )
    clerk = held(old, Office.COMMUNITY_CLERK)
    actions.hand_over(clerk, to=new, by=people["subdistrict"], on=today() + DAY)
    shift.refresh_from_db()
    assert shift.user == old


def on_the_way(county: County, people: People) -> Complaint:
    order = complaint_at(Status.DISPATCHED, county, people)
    orders.accept(order, by=fresh(people["manager"]), repairer=people["repairer"])
    return again(order)


def test_orders_of_a_repairer_go_to_the_successor_on_the_day_and_not_before(
    county: County, people: People, clock: Pretended
) -> None:
    order = on_the_way(county, people)
    new = newcomer()
    actions.hand_over(held(people["repairer"]), to=new, by=people["manager"], on=today() + DAY)
    assert orders.follow_offices() == 0
    assert again(order).repairer == people["repairer"]
    clock.forward(days=1)
    assert orders.follow_offices() == 1
    assert again(order).repairer == new
    assert again(order).status == order.status
    assert Notification.objects.filter(kind="order_handed_on").get().to == new
    assert orders.follow_offices() == 0


def test_an_order_follows_an_office_that_went_on_twice(
    county: County, people: People, clock: Pretended
) -> None:
    order = on_the_way(county, people)
    first, second = newcomer(), newcomer("second")
    actions.hand_over(held(people["repairer"]), to=first, by=people["manager"], on=today() + DAY)
    actions.hand_over(held(first), to=second, by=people["manager"], on=today() + 2 * DAY)
    clock.forward(days=9)
    orders.follow_offices()
    assert again(order).repairer == second


def test_without_a_successor_the_firm_hears_that_nobody_is_sent(
    county: County, people: People, clock: Pretended
) -> None:
    order = on_the_way(county, people)
    actions.dismiss(held(people["repairer"]), by=people["manager"], on=today(), grounds="离职")
    assert orders.follow_offices() == 1
    assert again(order).repairer is None
    told = Notification.objects.filter(kind="order_without_repairer")
    assert {n.to for n in told} == {people["manager"], people["manager_grid"]}
    assert orders.follow_offices() == 0


def test_a_repairer_in_office_keeps_the_orders(county: County, people: People) -> None:
    order = on_the_way(county, people)
    assert orders.follow_offices() == 0
    assert again(order).repairer == people["repairer"]


def test_handing_over_is_refused_as_appointing_is(
    county: County, people: People, clock: Pretended
) -> None:
    clerk = held(people["dispatcher"])
    cases: list[tuple[User, User, date, type[DomainError]]] = [
        (people["subdistrict"], people["subdistrict"], today() + DAY, NotAllowed),
        (people["dispatcher"], people["neighbour"], today() + DAY, NotAllowed),
        (people["subdistrict"], people["dispatcher"], today() + DAY, Invalid),
        (people["subdistrict"], people["neighbour"], today() - DAY, Invalid),
    ]
    for by, to, on, refusal in cases:
        with nothing_changes(), pytest.raises(refusal):
            actions.hand_over(clerk, to=to, by=by, on=on)


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
