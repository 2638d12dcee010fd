"""A provider that fails, a worker that never comes back: nothing is lost, nothing rings twice."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from accounts.models import User
from notifications import actions
from notifications.actions import sending
from notifications.channels import Message, Transient
from notifications.models import Channel, Circuit, Notification
from notifications.queries import inbox
from tests.moments import MONDAY, Pretended
from tests.notifications.loudly import reachable, row, tell
from tests.notifications.providers import Provider, provider_of

People = dict[str, User]
pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """Takes e-mail, text messages and WeChat."""
    with provider_of(settings, Channel.EMAIL, Channel.SMS, Channel.WECHAT) as made:
        yield made


@pytest.fixture(autouse=True)
def _quiet_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger=sending.__name__)


@pytest.fixture
def resident(people: People, clock: Pretended) -> User:
    return reachable(people["resident"], Channel.EMAIL)


# --- A provider that fails ---------------------------------------------------------------


def waits_until() -> datetime:
    found = row().next_try_at
    assert found is not None
    return found


def test_a_failed_try_waits_longer_each_time_and_in_the_end_for_a_person(
    resident: User, provider: Provider, clock: Pretended
) -> None:
    provider.is_down()
    tell(resident)
    gaps = []
    for _ in sending.GAPS:
        before = clock.moment
        actions.deliver_pending()
        gaps.append((waits_until() - before) / timedelta(minutes=1))
        clock.put(waits_until())
    assert gaps == list(sending.GAPS) == sorted(gaps)
    actions.deliver_pending()
    dead = row()
    assert (dead.delivered_at, dead.next_try_at, dead.dead_at) == (None, None, clock.moment)
    assert (dead.attempts, dead.last_error) == (len(sending.GAPS) + 1, "http 503")
    tries = len(provider.tries)
    clock.forward(days=30)
    actions.deliver_pending()
    assert len(provider.tries) == tries


def test_a_wrong_address_is_dead_at_once(
    resident: User, provider: Provider, clock: Pretended
) -> None:
    provider.refuses()
    tell(resident)
    actions.deliver_pending()
    assert (row().dead_at, row().attempts, row().last_error) == (MONDAY, 1, "smtp 550")
    assert not Circuit.objects.exists(), "an address says nothing about the provider"


def test_an_error_nobody_thought_of_is_kept_by_its_class_alone(
    resident: User, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    """Its words may quote the address; so may its trace."""
    caplog.set_level(logging.INFO, logger=sending.__name__)
    provider.breaks(KeyError("resident@example.org"))
    tell(resident)
    actions.deliver_pending()
    assert row().last_error == "KeyError"
    assert "resident@example.org" not in caplog.text


def test_one_bad_row_never_stops_the_others(
    resident: User, people: People, provider: Provider
) -> None:
    tell(resident, kind="there_is_no_such_kind", key="event:1")
    tell(resident, key="event:2")
    tell(reachable(people["neighbour"], Channel.EMAIL), key="event:3")
    actions.deliver_pending()
    assert len(provider.taken) == 2
    bad = Notification.objects.get(kind="there_is_no_such_kind", channel=Channel.EMAIL)
    assert (bad.delivered_at, bad.last_error) == (None, "TemplateDoesNotExist")


def test_after_three_failures_in_a_row_the_provider_is_left_alone(
    resident: User, provider: Provider, clock: Pretended
) -> None:
    provider.is_down()
    for number in range(10):
        tell(resident, key=f"event:{number}")
    actions.deliver_pending()
    actions.deliver_pending()
    assert len(provider.tries) == sending.FAILURES
    untouched = Notification.objects.filter(channel=Channel.EMAIL, attempts=0)
    assert untouched.count() == 10 - sending.FAILURES
    clock.forward(minutes=1)
    actions.deliver_pending()
    assert len(provider.tries) == sending.FAILURES + 1, "one tries whether it is back"
    clock.forward(minutes=1)
    provider.is_well()
    actions.deliver_pending()
    clock.forward(minutes=5)
    actions.deliver_pending()
    assert len(provider.taken) == 10
    assert not Circuit.objects.filter(failures__gt=0).exists()


def test_a_channel_that_is_down_holds_up_no_other(
    resident: User, settings: Settings, people: People
) -> None:
    reachable(resident, Channel.EMAIL, Channel.WECHAT)
    with provider_of(settings, Channel.EMAIL, Channel.WECHAT) as made:

        def answer(message: Message) -> None:
            if message.address.startswith("o-"):
                raise Transient("http 503")

        made.answer = answer
        for number in range(5):
            tell(resident, key=f"event:{number}")
        actions.deliver_pending()
        assert len(made.taken) == 5
        assert inbox(resident).count() == 5


def test_a_slow_provider_gives_the_rest_of_its_batch_back(
    resident: User, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter(range(0, 10_000, 40))
    monkeypatch.setattr(sending, "monotonic", lambda: float(next(ticks)))
    for number in range(5):
        tell(resident, key=f"event:{number}")
    actions.deliver_pending()
    assert len(provider.taken) == 2
    back = Notification.objects.filter(channel=Channel.EMAIL, delivered_at=None, attempts=0)
    assert back.filter(next_try_at=MONDAY).count() == 3


# --- A worker that never comes back ------------------------------------------------------


class Killed(BaseException):
    """As `kill -9` would: nothing catches it."""


def test_a_worker_killed_before_it_wrote_that_it_had_sent_leads_to_a_repeat_with_the_same_key(
    resident: User, provider: Provider, clock: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: object) -> None:
        raise Killed

    tell(resident)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_record", killed)
        with pytest.raises(Killed):
            actions.deliver_pending()
    actions.deliver_pending()
    assert len(provider.taken) == 1, "in hand: nobody else takes it within the lease"
    clock.forward(minutes=2)
    actions.deliver_pending()
    first, second = provider.taken
    assert first.key == second.key
    assert row().delivered_at == clock.moment
    assert inbox(resident).count() == 1, "in the portal it stands once"


def test_a_row_that_kills_every_worker_is_dead_in_the_end(
    resident: User, provider: Provider, clock: Pretended
) -> None:
    provider.breaks(Killed())
    tell(resident)
    for _ in range(len(sending.GAPS) + 1):
        with pytest.raises(Killed):
            actions.deliver_pending()
        clock.forward(minutes=2)
    actions.deliver_pending()
    assert (row().dead_at, row().last_error) == (clock.moment, "cut off")
    assert len(provider.tries) == len(sending.GAPS) + 1


def test_the_keys_of_two_notices_and_of_two_ways_differ(
    resident: User, people: People, provider: Provider
) -> None:
    reachable(resident, Channel.EMAIL, Channel.WECHAT)
    tell(resident, reachable(people["neighbour"], Channel.EMAIL))
    tell(resident, key="event:2")
    actions.deliver_pending()
    keys = [message.key for message in provider.taken]
    assert len(set(keys)) == len(keys) == 5
    assert all(len(key) <= 32 and "event" not in key for key in keys)


def test_a_notice_is_spread_once_although_its_mark_is_lost(
    resident: User, provider: Provider
) -> None:
    tell(resident)
    actions.deliver_pending()
    Notification.objects.filter(channel=Channel.IN_APP).update(to_spread=True)
    actions.deliver_pending()
    assert len(provider.taken) == 1
