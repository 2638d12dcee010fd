"""Writing notices with the change they tell of, and reading them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from common.now import now
from notifications.models import Channel, Notification


def notify(
    to: Iterable[int],
    *,
    kind: str,
    facts: Mapping[str, Any],
    key: str,
    at: datetime,
    **how: Any,
) -> None:
    """Write one in-app notice per person, in the caller's transaction.

    `key` is what happened; `how` is what `prepared` takes beside it.
    """
    Notification.objects.bulk_create(prepared(to, kind=kind, facts=facts, key=key, at=at, **how))


def prepared(
    to: Iterable[int],
    *,
    kind: str,
    facts: Mapping[str, Any],
    key: str,
    at: datetime,
    duty: bool = False,
    loud_from: datetime | None = None,
    wakes: bool = False,
    place_code: str = "",
) -> list[Notification]:
    """The rows that `notify` would write, for callers that write many at once.

    `duty`: the person's preferences cannot switch it off. `loud_from`: e-mail, text message,
    WeChat and chat groups carry it no earlier; in the portal it appears at once, which wakes
    nobody. `wakes`: urgent enough to ring within the person's own quiet hours. `place_code`: the
    office whose chat group hears of it too, by the code of its place.
    """
    return [
        Notification(
            to_id=user_id,
            kind=kind,
            facts=dict(facts),
            channel=Channel.IN_APP,
            key=key,
            duty=duty,
            loud_from=loud_from,
            wakes=wakes,
            place_code=place_code,
            to_spread=True,
            created_at=at,
            next_try_at=at,
        )
        for user_id in sorted(set(to))
    ]


def mark_read(*, by: User, notice_id: int | None = None) -> int:
    """Mark one of one's own notices, or all of them, as read; returns how many were unread."""
    mine = Notification.objects.filter(to=by, channel=Channel.IN_APP, read_at__isnull=True)
    if notice_id is not None:
        mine = mine.filter(pk=notice_id)
    return mine.update(read_at=now())
