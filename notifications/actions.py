"""Writing notices with the change they tell of, and sending them by a sweep."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from common.now import now
from notifications import channels
from notifications.models import Channel, Notification

logger = logging.getLogger(__name__)

BATCH = 500
# Minutes between tries: growing gaps, so that a provider that is down is not hammered.
GAPS = (1, 5, 15, 60, 240, 720)


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
            created_at=at,
            next_try_at=at,
        )
        for user_id in sorted(set(to))
    ]


def deliver_pending() -> int:
    """Send what is due, in batches; safe to run twice, or in several workers at once.

    Returns how many notices left.
    """
    sent = 0
    while True:
        tried, left = _deliver_batch()
        sent += left
        if tried < BATCH:
            return sent


def _deliver_batch() -> tuple[int, int]:
    with transaction.atomic():
        at = now()
        pending = list(
            Notification.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(delivered_at__isnull=True, next_try_at__lte=at)
            .select_related("to")
            .order_by("next_try_at")[:BATCH]
        )
        left = [notice for notice in pending if _deliver(notice, at)]
        # The portal itself is the first channel; e-mail follows for those who gave an address.
        Notification.objects.bulk_create(_by_email(left, at), ignore_conflicts=True)
        Notification.objects.bulk_update(
            pending, ["delivered_at", "next_try_at", "attempts", "dead_at"], batch_size=100
        )
    return len(pending), len(left)


def _deliver(notice: Notification, at: datetime) -> bool:
    notice.attempts += 1
    try:
        channels.SENDERS[notice.channel](notice)
    except Exception:
        logger.exception("notice %s by %s not sent", notice.pk, notice.channel)
        gap = GAPS[notice.attempts - 1] if notice.attempts <= len(GAPS) else None
        # No further gap: the notice stays undelivered with no next try, for somebody to look at.
        notice.next_try_at = at + timedelta(minutes=gap) if gap else None
        notice.dead_at = None if gap else at
        return False
    notice.delivered_at = at
    notice.next_try_at = None
    return True


def _by_email(delivered: list[Notification], at: datetime) -> list[Notification]:
    return [
        Notification(
            to_id=notice.to_id,
            kind=notice.kind,
            facts=notice.facts,
            channel=Channel.EMAIL,
            key=notice.key,
            duty=notice.duty,
            wakes=notice.wakes,
            loud_from=notice.loud_from,
            created_at=at,
            next_try_at=max(at, notice.loud_from or at),
        )
        for notice in delivered
        if notice.channel == Channel.IN_APP and notice.to.email and notice.to.is_active
    ]


def mark_read(*, by: User, notice_id: int | None = None) -> int:
    """Mark one of one's own notices, or all of them, as read; returns how many were unread."""
    mine = Notification.objects.filter(to=by, channel=Channel.IN_APP, read_at__isnull=True)
    if notice_id is not None:
        mine = mine.filter(pk=notice_id)
    return mine.update(read_at=now())
