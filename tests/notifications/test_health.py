"""How the outbox stands: what should have left, since when, and what nobody will try again."""

from datetime import timedelta

import pytest

from accounts.models import User
from notifications.models import Channel, Circuit, Notification, Robot, RobotKind, RobotNote
from notifications.queries import ROBOTS, ChannelHealth, outbox_health
from tests.moments import MONDAY, Pretended

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def resident(people: dict[str, User], clock: Pretended) -> User:
    return people["resident"]


def row(to: User, key: str, **more: object) -> Notification:
    given = {"channel": Channel.EMAIL, "created_at": MONDAY, "next_try_at": MONDAY} | more
    return Notification.objects.create(to=to, kind="order_accept", key=key, **given)


def test_an_empty_outbox_is_healthy(resident: User) -> None:
    health = outbox_health(MONDAY)
    assert (health.waiting, health.oldest_age, health.dead) == (0, timedelta(), 0)
    assert set(health.channels) == {*Channel.values, ROBOTS}


def test_what_left_counts_no_longer(resident: User) -> None:
    row(resident, "event:1", delivered_at=MONDAY, next_try_at=None)
    assert outbox_health(MONDAY + HOUR).waiting == 0


def test_the_age_is_that_of_the_oldest_and_each_way_has_its_own(resident: User) -> None:
    row(resident, "event:1")
    row(resident, "event:2", created_at=MONDAY + HOUR, next_try_at=MONDAY + HOUR)
    row(resident, "event:3", channel=Channel.IN_APP, created_at=MONDAY + HOUR)
    health = outbox_health(MONDAY + 2 * HOUR)
    assert (health.waiting, health.oldest_age) == (3, 2 * HOUR)
    assert health.channels[Channel.EMAIL] == ChannelHealth(2, 2 * HOUR)
    assert health.channels[Channel.IN_APP] == ChannelHealth(1, HOUR)


def test_what_is_held_back_on_purpose_does_not_wait(resident: User) -> None:
    morning = MONDAY + 10 * HOUR
    row(resident, "event:1", next_try_at=morning, loud_from=morning)
    assert outbox_health(MONDAY + HOUR).waiting == 0
    assert outbox_health(morning + HOUR).oldest_age == HOUR


def test_what_failed_waits_also_between_two_tries(resident: User) -> None:
    row(resident, "event:1", attempts=3, next_try_at=MONDAY + 5 * HOUR)
    assert outbox_health(MONDAY + HOUR).channels[Channel.EMAIL] == ChannelHealth(1, HOUR)


def test_the_dead_are_counted_apart(resident: User) -> None:
    row(resident, "event:1", next_try_at=None, dead_at=MONDAY, attempts=7)
    health = outbox_health(MONDAY + HOUR)
    assert (health.waiting, health.dead) == (0, 1)
    assert health.channels[Channel.EMAIL].dead == 1


def test_chat_groups_are_counted_too(resident: User) -> None:
    robot = Robot.objects.create(
        place_code="990101001001", name="x", kind=RobotKind.WECOM, added_at=MONDAY
    )
    words = {"kind": "order_late", "created_at": MONDAY}
    RobotNote.objects.create(robot=robot, key="late:1:0", next_try_at=MONDAY, **words)
    RobotNote.objects.create(robot=robot, key="late:2:0", dead_at=MONDAY, **words)
    assert outbox_health(MONDAY + HOUR).channels[ROBOTS] == ChannelHealth(1, HOUR, 1)


def test_a_way_that_is_shut_says_until_when(resident: User) -> None:
    Circuit.objects.create(channel=Channel.SMS, failures=3, shut_until=MONDAY + HOUR)
    assert outbox_health(MONDAY).channels[Channel.SMS].shut_until == MONDAY + HOUR
    assert outbox_health(MONDAY + HOUR).channels[Channel.SMS].shut_until is None


def test_health_costs_three_questions(resident: User, at_most: object) -> None:
    for number in range(20):
        row(resident, f"event:{number}")
    with at_most(3):  # type: ignore[operator]
        outbox_health(MONDAY)
