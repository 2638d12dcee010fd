"""How an office ends, who is told in time, and how it is handed over."""

from datetime import date, timedelta

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import DomainError, Invalid, NotAllowed, WrongState
from common.now import today
from communities import actions
from communities.models import (
    Appointment,
    DutyShift,
    Office,
)
from complaints import actions as orders
from complaints.models import Complaint
from complaints.workflow import Status
from notifications.models import Notification
from tests import factories
from tests.communities.in_office import DAY, held, newcomer, nothing_changes
from tests.complaints.walks import again, complaint_at, fresh
from tests.factories import BEGINNING, County
from tests.moments import MONDAY, Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db

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
