"""Several sweeps at once, on PostgreSQL: in the portal exactly once, outside once and lock-free."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import Settings

from accounts.models import User
from common.now import now
from notifications import actions
from notifications.actions import delivery, sending
from notifications.models import Channel, Notification, RobotKind, RobotNote
from tests.complaints.test_races import AT_ONCE, at_once
from tests.factories import County
from tests.notifications.providers import Provider, provider_of

People = dict[str, User]
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    with provider_of(settings, Channel.EMAIL, RobotKind.WECOM) as made:
        yield made


def told(to: User, count: int, place_code: str = "") -> None:
    to.email, to.email_confirmed_at = "reader@example.org", now()
    to.save()
    for number in range(count):
        actions.notify(
            [to.pk],
            kind="order_report",
            facts={"reference": f"9901-0000-{number:04d}-0"},
            key=f"event:{number}",
            at=now(),
            place_code=place_code,
        )


def test_four_sweeps_at_once_show_and_send_each_notice_once(
    county: County, people: People, provider: Provider
) -> None:
    told(people["dispatcher"], 60)
    left = at_once(*(actions.deliver_pending for _ in range(AT_ONCE)))
    # What one sweep had spread another may have sent, and the last may have found it in hand.
    left.append(actions.deliver_pending())
    assert sum(count for count in left if isinstance(count, int)) == 120
    keys = Counter(message.key for message in provider.taken)
    assert (len(keys), set(keys.values())) == (60, {1})
    assert set(Notification.objects.values_list("attempts", flat=True)) == {1}
    assert not Notification.objects.filter(delivered_at=None).exists()


def test_a_row_is_in_the_hand_of_one_sweep_alone(
    county: County, people: People, provider: Provider
) -> None:
    told(people["dispatcher"], sending.BATCH)
    delivery.appear()
    delivery.spread()

    def claim() -> list[int]:
        return [row.pk for row in sending._claim(Channel.EMAIL)]

    claimed = at_once(*(claim for _ in range(AT_ONCE)))
    taken = [pk for pks in claimed if isinstance(pks, list) for pk in pks]
    assert len(taken) == len(set(taken)) == sending.BATCH


def test_no_transaction_is_open_while_a_provider_is_spoken_to(
    county: County, people: People, provider: Provider
) -> None:
    """A slow provider would else hold its rows, and a connection, for as long as it likes."""
    actions.connect_robot(
        place_code=county.community.code,
        name="群",
        kind=RobotKind.WECOM,
        address=ADDRESS,
        by=people["dispatcher"],
    )
    told(people["dispatcher"], 2, place_code=county.community.code)
    actions.deliver_pending()
    assert len(provider.taken) == 5
    assert provider.in_a_transaction == {False}


def test_four_sweeps_at_once_tell_a_group_each_matter_once(
    county: County, people: People, provider: Provider
) -> None:
    told(people["dispatcher"], 4, place_code=county.community.code)
    actions.connect_robot(
        place_code=county.community.code,
        name="群",
        kind=RobotKind.WECOM,
        address=ADDRESS,
        by=people["dispatcher"],
    )
    at_once(*(actions.deliver_pending for _ in range(AT_ONCE)))
    actions.deliver_pending()
    to_group = [message for message in provider.taken if message.address == ADDRESS]
    assert len(to_group) == len({message.text for message in to_group}) <= 5
    assert not RobotNote.objects.filter(delivered_at=None).exists()


def test_the_portal_does_not_wait_for_a_row_that_somebody_holds(
    county: County, people: People, provider: Provider
) -> None:
    told(people["dispatcher"], 3)
    with transaction.atomic():
        held = Notification.objects.select_for_update().order_by("pk")[:1].get()
        (shown,) = at_once(delivery.appear)
        assert shown == 2
    assert delivery.appear() == 1
    held.refresh_from_db()
    assert held.attempts == 1
