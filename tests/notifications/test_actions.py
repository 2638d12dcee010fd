"""The outbox: told once, delivered by a sweep, with growing gaps when a way is shut."""

import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.models import User
from notifications import actions, channels
from notifications.models import Channel, Notification
from notifications.queries import inbox, unread_count
from tests.factories import County
from tests.moments import MONDAY, Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db


def tell(*to: User, key: str = "event:1", reference: str = "9901-0000-0000-0") -> None:
    actions.notify(
        [user.pk for user in to],
        kind="order_accept",
        facts={"reference": reference, "status": "handling"},
        key=key,
        at=MONDAY,
    )


@pytest.fixture
def resident(people: People, clock: Pretended) -> User:
    return people["resident"]


def test_everybody_is_told_once_of_one_thing(resident: User, people: People) -> None:
    tell(resident, resident, people["neighbour"])
    assert Notification.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        tell(resident)
    tell(resident, key="event:2")
    assert Notification.objects.filter(to=resident).count() == 2


def test_a_notice_is_in_the_inbox_once_it_is_delivered(resident: User) -> None:
    tell(resident)
    assert (list(inbox(resident)), unread_count(resident)) == ([], 0)
    assert actions.deliver_pending() == 1
    (notice,) = inbox(resident)
    assert (notice.delivered_at, notice.next_try_at, notice.attempts) == (MONDAY, None, 1)
    assert unread_count(resident) == 1


def test_the_second_sweep_finds_nothing(resident: User) -> None:
    tell(resident)
    actions.deliver_pending()
    assert actions.deliver_pending() == 0
    assert Notification.objects.count() == 1


def test_more_than_one_batch_is_delivered(resident: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    for number in range(5):
        tell(resident, key=f"event:{number}")
    assert actions.deliver_pending() == 5


def test_a_notice_of_tomorrow_waits(resident: User, clock: Pretended) -> None:
    tell(resident)
    Notification.objects.update(next_try_at=MONDAY + timedelta(days=1))
    assert actions.deliver_pending() == 0
    clock.forward(days=1)
    assert actions.deliver_pending() == 1


# --- E-mail ------------------------------------------------------------------------------


def with_email(user: User) -> User:
    user.email = "reader@example.org"
    user.save()
    return user


def test_whoever_gave_an_address_gets_an_email_after_the_notice(resident: User) -> None:
    tell(with_email(resident))
    actions.deliver_pending()
    assert Notification.objects.get(channel=Channel.EMAIL).delivered_at is None
    actions.deliver_pending()
    (letter,) = mail.outbox
    assert letter.to == ["reader@example.org"]
    assert "/orders/9901-0000-0000-0/" in letter.body
    assert Notification.objects.count() == 2


def test_a_letter_sent_again_has_the_same_message_id(resident: User) -> None:
    """A provider that answers too late must not lead to two letters in the reader's box."""
    tell(with_email(resident))
    for _ in range(2):
        actions.deliver_pending()
    Notification.objects.filter(channel=Channel.EMAIL).update(delivered_at=None, next_try_at=MONDAY)
    actions.deliver_pending()
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_an_account_that_is_shut_gets_no_letters(resident: User) -> None:
    with_email(resident)
    User.objects.filter(pk=resident.pk).update(is_active=False)
    tell(resident)
    for _ in range(2):
        actions.deliver_pending()
    assert mail.outbox == []


def test_a_letter_speaks_the_readers_language(resident: User) -> None:
    resident.language = "en"
    tell(with_email(resident))
    for _ in range(2):
        actions.deliver_pending()
    assert mail.outbox[0].subject.isascii()


# --- A way that is shut ------------------------------------------------------------------


@pytest.fixture
def shut(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def refuse(_notice: Notification) -> None:
        raise OSError("the provider is down")

    monkeypatch.setitem(channels.SENDERS, Channel.IN_APP, refuse)
    caplog.set_level(logging.CRITICAL, logger=actions.__name__)


@pytest.mark.usefixtures("shut")
def test_a_failed_try_waits_longer_each_time_and_in_the_end_for_a_person(
    resident: User, clock: Pretended
) -> None:
    tell(resident)
    gaps = []
    for _ in actions.GAPS:
        before = clock.moment
        assert actions.deliver_pending() == 0
        waits_until = Notification.objects.get().next_try_at
        assert waits_until is not None
        gaps.append((waits_until - before) / timedelta(minutes=1))
        clock.put(waits_until)
    assert gaps == sorted(gaps)
    assert gaps == list(actions.GAPS)
    actions.deliver_pending()
    notice = Notification.objects.get()
    assert (notice.delivered_at, notice.next_try_at) == (None, None)
    assert notice.attempts == len(actions.GAPS) + 1


def test_one_notice_that_cannot_leave_does_not_hold_up_the_others(
    resident: User, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = channels.SENDERS[Channel.IN_APP]

    def send(notice: Notification) -> None:
        if notice.to == resident:
            raise OSError("the provider is down")
        real(notice)

    monkeypatch.setitem(channels.SENDERS, Channel.IN_APP, send)
    tell(resident, people["neighbour"])
    assert actions.deliver_pending() == 1
    assert unread_count(people["neighbour"]) == 1


# --- Reading -----------------------------------------------------------------------------


def test_one_is_read_or_all_of_them(resident: User) -> None:
    for number in range(3):
        tell(resident, key=f"event:{number}")
    actions.deliver_pending()
    first = inbox(resident)[0]
    assert actions.mark_read(by=resident, notice_id=first.pk) == 1
    assert unread_count(resident) == 2
    assert actions.mark_read(by=resident) == 2
    assert unread_count(resident) == 0
    assert actions.mark_read(by=resident) == 0


def test_nobody_reads_what_is_anothers(resident: User, people: People) -> None:
    tell(resident)
    actions.deliver_pending()
    notice = inbox(resident)[0]
    assert actions.mark_read(by=people["neighbour"], notice_id=notice.pk) == 0
    assert unread_count(resident) == 1


def test_the_bell_counts_no_further_than_it_must(resident: User) -> None:
    for number in range(105):
        tell(resident, key=f"event:{number}")
    actions.deliver_pending()
    assert unread_count(resident) == 100


def test_a_notice_is_read_once_at_its_own_time(
    resident: User, county: County, clock: Pretended
) -> None:
    tell(resident)
    actions.deliver_pending()
    read = clock.forward(hours=1)
    actions.mark_read(by=resident)
    clock.forward(hours=1)
    actions.mark_read(by=resident)
    assert inbox(resident)[0].read_at == read
