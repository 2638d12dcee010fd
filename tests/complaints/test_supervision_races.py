"""Several at once, on PostgreSQL: no number twice or left out, nothing told twice, no deadlock."""

from datetime import timedelta

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import Conflict, NotAllowed, WrongState
from common.now import now, pretend
from communities.actions import appoint
from communities.models import Office
from complaints import actions
from complaints.models import Complaint, SupervisionEvent, SupervisionOrder
from complaints.supervision import State
from complaints.workflow import Status
from notifications.models import Notification
from tests.complaints.slips import replied, slip_again, supervised
from tests.complaints.test_races import at_once, refusals
from tests.complaints.walks import again, complaint_at, fresh
from tests.factories import BEGINNING, County, person

People = dict[str, User]
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
AT_ONCE = 6


def working(county: County, people: People, count: int) -> list[Complaint]:
    return [complaint_at(Status.HANDLING, county, people) for _ in range(count)]


def test_numbers_have_no_gaps_and_no_doubles(county: County, people: People) -> None:
    """The first of the year, too, when nobody has counted yet; and what is refused counts not."""
    orders = working(county, people, AT_ONCE)
    refused = complaint_at(Status.CLOSED, county, people)
    results = at_once(
        *(lambda order=order: supervised(county, people, [order]) for order in orders),
        lambda: supervised(county, people, [refused], to=county.community_office),
        lambda: supervised(county, people, [orders[0]], demand=""),
    )
    assert len(refusals(results)) == 2
    serials = SupervisionOrder.objects.values_list("serial", flat=True)
    assert sorted(serials) == list(range(1, AT_ONCE + 1))
    at_once(*(lambda: supervised(county, people, working(county, people, 1)) for _ in range(3)))
    assert sorted(serials.all()) == list(range(1, AT_ONCE + 4))


def test_one_order_supervised_twice_at_once_is_supervised_once(
    county: County, people: People
) -> None:
    (order,) = working(county, people, 1)
    results = at_once(*(lambda: supervised(county, people, [order]) for _ in range(3)))
    assert [type(refusal) for refusal in refusals(results)] == [Conflict] * 2
    assert again(order).supervised == 1
    assert SupervisionOrder.objects.get().serial == 1


def test_two_offices_and_a_verb_on_the_same_orders_never_cross(
    county: County, people: People
) -> None:
    orders = working(county, people, 4)
    at_once(
        lambda: supervised(county, people, orders),
        lambda: supervised(
            county,
            people,
            orders[::-1],
            by=people["district"],
            to=county.subdistrict_office,
        ),
        lambda: [actions.attend(o, by=fresh(people["manager"]), note="到场") for o in orders],
    )
    assert [again(order).supervised for order in orders] == [2] * 4


def test_four_sweeps_and_a_reply_at_once_say_once_that_it_is_late(
    county: County, people: People
) -> None:
    with pretend(now() - timedelta(days=30)):
        slips = [supervised(county, people, [order]) for order in working(county, people, 6)]
    results = at_once(
        *(lambda: actions.sound_supervision(batch=2) for _ in range(4)),
        lambda: [actions.reply(slip, by=fresh(people["manager"]), note="完成") for slip in slips],
    )
    assert not refusals(results)
    actions.sound_supervision()
    for slip in slips:
        rows = SupervisionEvent.objects.filter(supervision=slip, verb="late")
        assert rows.count() == 1
        told = Notification.objects.filter(
            kind="supervision_late", facts__supervision=slip.code
        ).values_list("to__username", flat=True)
        assert sorted(told) == ["manager", "manager_grid", "subdistrict"]
        assert slip_again(slip).late_round == 1


def test_of_closing_and_sending_back_at_once_one_wins(county: County, people: People) -> None:
    other = person("subdistrict_2")
    appoint(
        other,
        by=CLOCK,
        office=Office.SUBDISTRICT_OFFICER,
        at=county.subdistrict_office,
        from_on=BEGINNING,
    )
    slip = replied(county, people)
    results = at_once(
        lambda: actions.close_supervision(slip, by=fresh(people["subdistrict"])),
        lambda: actions.send_back_supervision(
            slip, by=fresh(other), note="不够", amount=1, unit="working_days"
        ),
    )
    assert [type(refusal) for refusal in refusals(results)] == [WrongState]
    assert slip_again(slip).state in {State.CLOSED, State.OPEN}


def test_replying_twice_at_once_replies_once(county: County, people: People) -> None:
    slip = supervised(county, people)
    results = at_once(
        lambda: actions.reply(slip, by=fresh(people["manager"]), note="一"),
        lambda: actions.reply(slip, by=fresh(people["manager_grid"]), note="二"),
        lambda: actions.close_supervision(slip, by=fresh(people["manager"])),
    )
    assert sorted(type(refusal).__name__ for refusal in refusals(results)) == [
        NotAllowed.__name__,
        WrongState.__name__,
    ]
    assert SupervisionEvent.objects.filter(verb="reply").count() == 1
