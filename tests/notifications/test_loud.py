"""The loud ways: who is reached by which, when it is quiet, and what a letter says."""

import logging
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings

from accounts.models import User
from notifications import actions
from notifications.actions import delivery, sending
from notifications.models import Channel, Notification
from notifications.queries import inbox
from tests.moments import MONDAY, Pretended, at
from tests.notifications.loudly import REFERENCE, reachable, row, tell
from tests.notifications.providers import Provider, provider_of

People = dict[str, User]
pytestmark = pytest.mark.django_db
NIGHT = at("2026-03-02 23:30")


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


def loud() -> list[str]:
    rows = Notification.objects.exclude(channel=Channel.IN_APP)
    return sorted(rows.values_list("channel", flat=True))


# --- Who is reached by which -------------------------------------------------------------


def test_a_notice_shown_in_the_portal_leaves_by_mail_in_the_same_sweep(
    resident: User, provider: Provider
) -> None:
    tell(resident)
    assert actions.deliver_pending() == 2
    (letter,) = provider.taken
    assert letter.address == "resident@example.org"
    assert letter.link.endswith(f"/orders/{REFERENCE}/")
    assert actions.deliver_pending() == 0
    assert Notification.objects.count() == 2


def test_no_letter_goes_to_an_address_nobody_confirmed(resident: User, provider: Provider) -> None:
    User.objects.filter(pk=resident.pk).update(email_confirmed_at=None)
    tell(resident)
    actions.deliver_pending()
    assert (loud(), provider.tries) == ([], [])


def test_an_account_that_is_shut_gets_nothing_loud(resident: User, provider: Provider) -> None:
    User.objects.filter(pk=resident.pk).update(is_active=False)
    tell(resident, duty=True)
    actions.deliver_pending()
    assert provider.tries == []


def test_a_text_message_is_sent_to_whoever_asks_for_it(resident: User, provider: Provider) -> None:
    reachable(resident, Channel.EMAIL, Channel.SMS)
    tell(resident)
    actions.deliver_pending()
    assert loud() == [Channel.EMAIL]
    actions.set_wishes({("mine", "sms"): True, ("mine", "email"): False}, quiet=None, by=resident)
    tell(resident, key="event:2")
    actions.deliver_pending()
    assert loud() == [Channel.EMAIL, Channel.SMS]


def test_what_was_switched_off_stays_in_the_portal(resident: User, provider: Provider) -> None:
    actions.set_wishes({("mine", "email"): False}, quiet=None, by=resident)
    tell(resident)
    actions.deliver_pending()
    assert provider.tries == []
    assert inbox(resident).count() == 1


def test_a_wish_holds_for_its_own_group_alone(resident: User, provider: Provider) -> None:
    actions.set_wishes({("late", "email"): False}, quiet=None, by=resident)
    tell(resident, key="event:1")
    tell(resident, key="late:1:0", kind="order_late")
    actions.deliver_pending()
    assert len(provider.taken) == 1


def test_what_duty_asks_for_leaves_by_one_way_although_all_are_switched_off(
    resident: User, provider: Provider
) -> None:
    reachable(resident, Channel.EMAIL, Channel.SMS, Channel.WECHAT)
    off = {("mine", way): False for way in ("email", "sms", "wechat")}
    actions.set_wishes(off, quiet=None, by=resident)
    tell(resident, duty=True)
    actions.deliver_pending()
    assert loud() == [Channel.WECHAT]


def test_what_duty_asks_for_leaves_by_the_ways_wished_for_where_there_are_any(
    resident: User, provider: Provider
) -> None:
    reachable(resident, Channel.EMAIL, Channel.SMS, Channel.WECHAT)
    actions.set_wishes({("mine", "wechat"): False}, quiet=None, by=resident)
    tell(resident, duty=True)
    actions.deliver_pending()
    assert loud() == [Channel.EMAIL]


def test_duty_without_any_address_is_told_in_the_portal(
    people: People, provider: Provider, clock: Pretended
) -> None:
    tell(people["dispatcher"], duty=True)
    assert actions.deliver_pending() == 1
    assert inbox(people["dispatcher"]).count() == 1


def test_a_channel_without_a_provider_is_not_offered(resident: User, settings: Settings) -> None:
    reachable(resident, Channel.EMAIL, Channel.SMS)
    with provider_of(settings, Channel.EMAIL) as made:
        actions.set_wishes({("mine", "sms"): True}, quiet=None, by=resident)
        tell(resident)
        actions.deliver_pending()
        assert (loud(), len(made.taken)) == ([Channel.EMAIL], 1)


def test_in_production_the_log_is_no_provider(resident: User, settings: Settings) -> None:
    """Nobody is to believe that a message was sent which only the log has seen."""
    settings.PORTAL_MODE = "production"
    settings.CHANNELS = {"email": "notifications.channels.console.send"}
    tell(resident)
    actions.deliver_pending()
    assert loud() == []


def test_a_channel_that_lost_its_provider_keeps_what_waits(
    resident: User, settings: Settings, clock: Pretended
) -> None:
    with provider_of(settings, Channel.EMAIL) as made:
        made.is_down()
        tell(resident)
        actions.deliver_pending()
    clock.forward(hours=1)
    with provider_of(settings):
        assert actions.deliver_pending() == 0
    with provider_of(settings, Channel.EMAIL) as again:
        assert actions.deliver_pending() == 1
        assert len(again.taken) == 1


# --- When it is quiet --------------------------------------------------------------------


def with_quiet_hours(user: User, begins: str = "22:00", ends: str = "07:00") -> User:
    quiet = (time.fromisoformat(begins), time.fromisoformat(ends))
    actions.set_wishes({}, quiet=quiet, by=user)
    return user


@pytest.mark.parametrize("duty", [True, False])
def test_within_quiet_hours_the_portal_has_it_and_the_letter_waits(
    duty: bool, resident: User, provider: Provider, clock: Pretended
) -> None:
    with_quiet_hours(resident)
    clock.put(NIGHT)
    tell(resident, duty=duty)
    actions.deliver_pending()
    assert inbox(resident).count() == 1
    assert provider.tries == []
    clock.put(at("2026-03-03 06:59"))
    actions.deliver_pending()
    assert provider.tries == []
    clock.put(at("2026-03-03 07:00"))
    actions.deliver_pending()
    assert len(provider.taken) == 1


def test_what_waits_for_the_morning_is_not_taken_in_hand_before(
    resident: User, provider: Provider, clock: Pretended
) -> None:
    with_quiet_hours(resident)
    clock.put(NIGHT)
    tell(resident)
    delivery.appear()
    delivery.spread()
    morning = at("2026-03-03 07:00")
    assert (row().next_try_at, row().loud_from) == (morning, morning)


def test_what_wakes_is_sent_in_the_night(
    resident: User, provider: Provider, clock: Pretended
) -> None:
    with_quiet_hours(resident)
    clock.put(NIGHT)
    tell(resident, duty=True, wakes=True)
    actions.deliver_pending()
    assert len(provider.taken) == 1


def test_a_retry_does_not_ring_in_quiet_hours_either(
    resident: User, provider: Provider, clock: Pretended
) -> None:
    with_quiet_hours(resident)
    clock.put(at("2026-03-02 21:59"))
    provider.is_down()
    tell(resident)
    actions.deliver_pending()
    provider.is_well()
    clock.put(NIGHT)
    actions.deliver_pending()
    assert provider.taken == []
    clock.put(at("2026-03-03 07:00"))
    actions.deliver_pending()
    assert len(provider.taken) == 1


def test_a_notice_is_loud_no_earlier_than_it_says_but_in_the_portal_at_once(
    resident: User, provider: Provider, clock: Pretended
) -> None:
    morning = at("2026-03-03 08:00")
    clock.put(NIGHT)
    tell(resident, loud_from=morning)
    actions.deliver_pending()
    assert (inbox(resident).count(), provider.tries) == (1, [])
    clock.put(morning)
    actions.deliver_pending()
    assert len(provider.taken) == 1


@pytest.mark.parametrize(
    ("begins", "ends", "moment", "loud_at"),
    [
        ("22:00", "07:00", "2026-03-02 21:59", "2026-03-02 21:59"),
        ("22:00", "07:00", "2026-03-02 22:00", "2026-03-03 07:00"),
        ("22:00", "07:00", "2026-03-03 00:00", "2026-03-03 07:00"),
        ("22:00", "07:00", "2026-03-03 07:00", "2026-03-03 07:00"),
        ("12:30", "14:00", "2026-03-02 13:00", "2026-03-02 14:00"),
        ("12:30", "14:00", "2026-03-02 14:00", "2026-03-02 14:00"),
        ("00:00", "06:00", "2026-03-02 00:00", "2026-03-02 06:00"),
        ("18:00", "00:00", "2026-03-02 23:59", "2026-03-03 00:00"),
    ],
)
def test_quiet_hours_go_by_the_clock_on_the_wall(
    begins: str, ends: str, moment: str, loud_at: str, resident: User, provider: Provider
) -> None:
    from notifications.reach import reach_of

    with_quiet_hours(resident, begins, ends)
    reach = reach_of([resident])[resident.pk]
    assert reach.loud_at(at(moment), wakes=False) == at(loud_at)
    assert reach.loud_at(at(moment), wakes=True) == at(moment)


# --- An address that is gone -------------------------------------------------------------


@pytest.mark.parametrize("duty", [True, False])
def test_an_address_forgotten_meanwhile_gets_nothing_and_of_a_duty_somebody_hears(
    duty: bool, resident: User, provider: Provider, clock: Pretended
) -> None:
    tell(resident, duty=duty, loud_from=MONDAY + timedelta(hours=1))
    actions.deliver_pending()
    User.objects.filter(pk=resident.pk).update(email="", email_confirmed_at=None)
    clock.forward(hours=1)
    actions.deliver_pending()
    assert provider.tries == []
    left = row()
    assert (left.next_try_at, left.last_error) == (None, "no address")
    assert (left.dead_at is not None) == duty


# --- Real letters ------------------------------------------------------------------------


def letters(resident: User) -> list[Any]:
    tell(resident)
    actions.deliver_pending()
    return mail.outbox


def test_a_letter_names_the_order_and_leads_to_it(resident: User) -> None:
    (letter,) = letters(resident)
    assert letter.to == ["resident@example.org"]
    assert f"/orders/{REFERENCE}/" in letter.body


def test_a_letter_speaks_the_readers_language(resident: User) -> None:
    User.objects.filter(pk=resident.pk).update(language="en")
    assert letters(resident)[0].subject.isascii()


def test_a_letter_sent_again_has_the_same_message_id(resident: User) -> None:
    """A provider that answers too late must not lead to two letters in the reader's box."""
    letters(resident)
    rows = Notification.objects.filter(channel=Channel.EMAIL)
    rows.update(delivered_at=None, next_try_at=MONDAY)
    actions.deliver_pending()
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
