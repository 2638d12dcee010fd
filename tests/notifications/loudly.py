"""Notices that leave the portal, for tests."""

from typing import Any

from accounts.models import User
from notifications import actions
from notifications.models import Channel, ContactPoint, Notification
from tests.moments import MONDAY

People = dict[str, User]
REFERENCE = "9901-0000-0000-0"


def reachable(user: User, *channels: Channel) -> User:
    """With a confirmed address for each of these."""
    if Channel.EMAIL in channels:
        user.email, user.email_confirmed_at = f"{user.username}@example.org", MONDAY
    user.phone_confirmed_at = MONDAY if Channel.SMS in channels else None
    user.phone = user.phone or "13900000077"
    user.save()
    if Channel.WECHAT in channels:
        ContactPoint.objects.create(
            user=user, channel=Channel.WECHAT, address=f"o-{user.username}", confirmed_at=MONDAY
        )
    return user


def tell(*to: User, key: str = "event:1", kind: str = "order_accept", **how: Any) -> None:
    actions.notify(
        [user.pk for user in to],
        kind=kind,
        facts={"reference": REFERENCE, "status": "handling"},
        key=key,
        at=MONDAY,
        **how,
    )


def row() -> Notification:
    return Notification.objects.exclude(channel=Channel.IN_APP).get()
