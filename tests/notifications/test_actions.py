"""The outbox: told once, shown in the portal by a sweep, exactly once; read once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from notifications import actions
from notifications.actions import delivery
from notifications.models import Notification
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
    monkeypatch.setattr(delivery, "APPEAR", 2)
    for number in range(5):
        tell(resident, key=f"event:{number}")
    assert actions.deliver_pending() == 5


def test_a_notice_of_tomorrow_waits(resident: User, clock: Pretended) -> None:
    tell(resident)
    Notification.objects.update(next_try_at=MONDAY + timedelta(days=1))
    assert actions.deliver_pending() == 0
    clock.forward(days=1)
    assert actions.deliver_pending() == 1


def test_a_thousand_appear_by_one_statement(resident: User, at_most: Any) -> None:
    Notification.objects.bulk_create(
        notice
        for number in range(1000)
        for notice in actions.prepared(
            [resident.pk], kind="order_accept", facts={}, key=f"event:{number}", at=MONDAY
        )
    )
    with at_most(3):  # the statement, and a savepoint around it
        assert delivery.appear() == 1000


def test_what_a_verb_undid_is_told_to_nobody(resident: User) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(resident)
        raise ZeroDivisionError
    assert actions.deliver_pending() == 0
    assert not Notification.objects.exists()


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
