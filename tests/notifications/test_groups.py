"""Chat groups: what they hear, no more than they can bear, and nothing of any person."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import AuditEntry, User
from common.errors import Invalid, WrongState
from notifications import actions
from notifications.actions import groups, sending
from notifications.models import Notification, Robot, RobotKind, RobotNote
from tests.complaints.walks import report
from tests.factories import County
from tests.moments import MONDAY, Pretended
from tests.notifications.providers import Provider, provider_of

People = dict[str, User]
pytestmark = pytest.mark.django_db
REFERENCE = "9901-0000-0000-{}"
WEBHOOK = {
    RobotKind.WECOM: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=hidden",
    RobotKind.DINGTALK: "https://oapi.dingtalk.com/robot/send?access_token=hidden",
    RobotKind.FEISHU: "https://open.feishu.cn/open-apis/bot/v2/hook/hidden",
}


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    with provider_of(settings, *RobotKind.values) as made:
        yield made


@pytest.fixture(autouse=True)
def _quiet_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger=groups.__name__)


@pytest.fixture
def desk(people: People, clock: Pretended) -> User:
    return people["dispatcher"]


def connected(county: County, by: User, kind: RobotKind = RobotKind.WECOM, **more: Any) -> Robot:
    """A group of the community's office that has said its hello."""
    words = {"name": "值班群", "address": WEBHOOK[kind]} | more
    robot = actions.connect_robot(place_code=county.community.code, kind=kind, by=by, **words)
    RobotNote.objects.all().delete()
    return robot


def tell(county: County, *to: User, number: int = 1, **how: Any) -> None:
    words = {"kind": "order_report", "place_code": county.community.code} | how
    facts = {"reference": REFERENCE.format(number), "about": {"zh-hans": "楼道照明 · 锦绣花园"}}
    actions.notify([user.pk for user in to], facts=facts, key=f"event:{number}", at=MONDAY, **words)


# --- What a group hears ------------------------------------------------------------------


def test_a_group_hears_once_of_what_several_people_are_told(
    county: County, desk: User, people: People, provider: Provider
) -> None:
    connected(county, desk)
    tell(county, desk, people["manager"], people["grid_worker"])
    actions.deliver_pending()
    (message,) = provider.taken
    assert message.address == WEBHOOK[RobotKind.WECOM]
    assert message.text.splitlines()[1] == "楼道照明 · 锦绣花园"
    assert message.text.endswith("/orders/9901-0000-0000-1/")
    assert "红管家" in message.text


def test_a_group_hears_of_its_own_office_only(
    county: County, desk: User, provider: Provider
) -> None:
    connected(county, desk)
    tell(county, desk, place_code=county.far_community.code)
    tell(county, desk, number=2, place_code="")
    actions.deliver_pending()
    assert provider.tries == []


def test_what_is_the_reporters_alone_is_no_groups_matter(
    county: County, desk: User, provider: Provider
) -> None:
    connected(county, desk)
    tell(county, desk, kind="order_answer")
    actions.deliver_pending()
    assert provider.tries == []


def test_a_group_is_not_woken_either(
    county: County, desk: User, provider: Provider, clock: Pretended
) -> None:
    connected(county, desk)
    tell(county, desk, loud_from=MONDAY + timedelta(hours=2))
    actions.deliver_pending()
    assert provider.tries == []
    clock.forward(hours=2)
    actions.deliver_pending()
    assert len(provider.taken) == 1


CANARIES = ("金丝雀", "13987654321", "8栋3单元1702", "张三丰")


def test_no_group_ever_reads_a_person(
    county: County, desk: User, people: People, provider: Provider
) -> None:
    """Whatever a notice has of people – its reader's name, number, address – stays out."""
    name, phone, dwelling, reader = CANARIES
    User.objects.filter(pk=desk.pk).update(name=reader, phone="13987654322")
    for kind in RobotKind:
        connected(county, desk, kind)
    order = report(
        county,
        people,
        description=f"我是{name}，电话{phone}，住{dwelling}",
        contact_name=name,
        contact_phone=phone,
        dwelling=dwelling,
    )
    Notification.objects.update(place_code=county.community.code)
    tell(county, desk, people["manager"], number=2)
    actions.deliver_pending()
    assert len(provider.taken) >= len(RobotKind)
    assert any(order.reference in message.text for message in provider.taken)
    for message in provider.taken:
        said = f"{message.text} {message.about} {message.link} {message.reference} {message.key}"
        assert [word for word in (*CANARIES, "13987654322") if word in said] == []


# --- No more than it can bear ------------------------------------------------------------


def test_more_than_a_handful_at_once_is_one_message_that_names_them(
    county: County, desk: User, provider: Provider
) -> None:
    connected(county, desk)
    for number in range(17):
        tell(county, desk, number=number)
    actions.deliver_pending()
    assert len(provider.taken) == groups.MOST_AT_ONCE
    *alone, digest = provider.taken
    assert "13" in digest.text.splitlines()[0]
    assert digest.text.count("9901-0000-0000-") == 10
    assert "…" in digest.text
    assert digest.text.endswith("/orders/queue/")
    assert RobotNote.objects.filter(delivered_at__isnull=True).count() == 0


@pytest.mark.parametrize("kind", list(RobotKind))
def test_no_robot_ever_speaks_more_often_than_its_maker_allows_and_nothing_is_dropped(
    kind: RobotKind, county: County, desk: User, provider: Provider, clock: Pretended
) -> None:
    connected(county, desk, kind)
    moments = []

    def answer(_message: object) -> None:
        moments.append(clock.moment)

    provider.answer = answer
    for number in range(60):
        tell(county, desk, number=number)
        if number % 3 == 0:
            actions.deliver_pending()
            clock.forward(seconds=1)
    for _ in range(12):
        actions.deliver_pending()
        clock.forward(seconds=10)
    for seconds, most in groups.provider(kind).LIMITS:
        for moment in moments:
            within = [m for m in moments if moment <= m < moment + timedelta(seconds=seconds)]
            assert len(within) <= most
    assert RobotNote.objects.filter(delivered_at__isnull=True).count() == 0
    assert RobotNote.objects.count() == 60


def test_each_group_has_a_limit_of_its_own(
    county: County, desk: User, provider: Provider, clock: Pretended
) -> None:
    connected(county, desk)
    connected(county, desk, address=f"{WEBHOOK[RobotKind.WECOM]}2")
    for number in range(4):
        tell(county, desk, number=number)
    actions.deliver_pending()
    assert len(provider.taken) == 8


def test_a_group_in_hand_is_not_spoken_to_by_another_sweep(
    county: County, desk: User, provider: Provider, clock: Pretended
) -> None:
    robot = connected(county, desk)
    Robot.objects.update(held_until=MONDAY + sending.LEASE)
    tell(county, desk)
    actions.deliver_pending()
    assert provider.tries == []
    clock.forward(minutes=2)
    actions.deliver_pending()
    robot.refresh_from_db()
    assert (len(provider.taken), robot.held_until) == (1, None)


# --- Failures ----------------------------------------------------------------------------


def test_what_a_group_could_not_hear_is_tried_again(
    county: County, desk: User, provider: Provider, clock: Pretended
) -> None:
    robot = connected(county, desk)
    provider.is_down()
    tell(county, desk)
    actions.deliver_pending()
    note = RobotNote.objects.get()
    assert (note.attempts, note.next_try_at) == (1, MONDAY + timedelta(minutes=1))
    robot.refresh_from_db()
    assert (robot.active, robot.last_error) == (True, "http 503")
    provider.is_well()
    clock.forward(minutes=1)
    actions.deliver_pending()
    robot.refresh_from_db()
    assert (len(provider.taken), robot.failures, robot.last_error) == (1, 0, "")


def test_a_group_that_does_not_answer_holds_up_no_other_and_is_left_alone_for_a_while(
    county: County, desk: User, provider: Provider, clock: Pretended
) -> None:
    connected(county, desk)
    connected(county, desk, RobotKind.FEISHU)

    def answer(message: Any) -> None:
        if "qyapi" in message.address:
            raise TimeoutError

    provider.answer = answer
    for number in range(20):
        tell(county, desk, number=number)
        actions.deliver_pending()
        clock.forward(seconds=2)
    assert len(provider.taken) == 20
    assert len(provider.tries) == 20 + sending.FAILURES


def test_a_robot_that_is_gone_is_disconnected_and_what_waited_is_dead(
    county: County, desk: User, provider: Provider
) -> None:
    robot = connected(county, desk)
    provider.refuses()
    for number in range(3):
        tell(county, desk, number=number)
    actions.deliver_pending()
    robot.refresh_from_db()
    assert (robot.active, robot.last_error) == (False, "smtp 550")
    assert RobotNote.objects.filter(dead_at=MONDAY).count() == 3
    assert len(provider.tries) == 1


def test_after_the_last_gap_a_note_is_dead(
    county: County, desk: User, provider: Provider, clock: Pretended
) -> None:
    connected(county, desk)
    provider.is_down()
    tell(county, desk)
    for _ in range(len(sending.GAPS) + 1):
        actions.deliver_pending()
        clock.forward(days=1)
    note = RobotNote.objects.get()
    assert (note.next_try_at, note.attempts) == (None, len(sending.GAPS) + 1)
    assert note.dead_at is not None


def test_an_address_sealed_with_a_key_that_is_lost_is_not_called(
    county: County, desk: User, provider: Provider, settings: Settings
) -> None:
    connected(county, desk)
    settings.SECRET_KEY = "another key, as long as it has to be, 0123456789012345"
    tell(county, desk)
    actions.deliver_pending()
    assert (provider.tries, RobotNote.objects.get().last_error) == ([], "ValueError")


# --- Connecting --------------------------------------------------------------------------


def test_a_new_group_hears_hello_and_its_address_is_kept_sealed(
    county: County, desk: User, provider: Provider
) -> None:
    actions.connect_robot(
        place_code=county.community.code,
        name="值班群",
        kind=RobotKind.DINGTALK,
        address=WEBHOOK[RobotKind.DINGTALK],
        secret="SEC-hidden",
        by=desk,
    )
    kept = json.dumps(list(Robot.objects.values()), default=str)
    assert "hidden" not in kept
    entry = AuditEntry.objects.get(verb="connect_robot")
    assert "hidden" not in json.dumps(entry.facts)
    actions.deliver_pending()
    (hello,) = provider.taken
    assert (hello.address, hello.secret) == (WEBHOOK[RobotKind.DINGTALK], "SEC-hidden")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
        "https://127.0.0.1/cgi-bin/webhook/send?key=1",
        "https://qyapi.weixin.qq.com.evil.example/send?key=1",
        "https://user@qyapi.weixin.qq.com/send?key=1",
        "https://qyapi.weixin.qq.com:8443/send?key=1",
        "https://oapi.dingtalk.com/robot/send?access_token=1",
        "https://qyapi.weixin.qq.com/",
        "https://qyapi.weixin.qq.com/send?key=1\r\nHost: evil",
        "file:///etc/passwd",
        "群机器人",
    ],
)
def test_the_portal_calls_no_address_but_a_robots(address: str, county: County, desk: User) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.connect_robot(
            place_code=county.community.code, name="x", kind="wecom", address=address, by=desk
        )
    assert list(refusal.value.fields) == ["address"]
    assert not Robot.objects.exists()
    assert not AuditEntry.objects.filter(verb="connect_robot").exists()


def test_a_citys_own_host_can_be_allowed(county: County, desk: User, settings: Settings) -> None:
    settings.ROBOT_HOSTS = ["wecom.city.example"]
    connected(county, desk, address="https://wecom.city.example/cgi-bin/webhook/send?key=1")


def test_a_disconnected_group_hears_nothing_and_its_address_is_forgotten(
    county: County, desk: User, provider: Provider
) -> None:
    robot = connected(county, desk)
    tell(county, desk)
    RobotNote.objects.create(
        robot=robot, kind="order_late", key="late:1:0", created_at=MONDAY, next_try_at=MONDAY
    )
    actions.disconnect_robot(robot, by=desk)
    actions.deliver_pending()
    assert provider.tries == []
    assert Robot.objects.get().sealed_address == ""
    with pytest.raises(WrongState):
        actions.disconnect_robot(robot, by=desk)
    robot.refresh_from_db()
    with pytest.raises(WrongState):
        actions.greet(robot, by=desk)
    assert AuditEntry.objects.filter(verb="disconnect_robot").count() == 1
