"""What a person has been told, and how the outbox stands."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User
from common.masks import mask_email, mask_name, mask_phone
from notifications.kinds import group_of
from notifications.models import Channel, Circuit, Group, Notification, RobotNote
from notifications.models.notices import DEAD, WAITING

MOST_COUNTED = 100
MOST_LOOKED_AT = 300
# Chat groups are no channel of a person's; in figures they stand beside those that are.
ROBOTS = "robots"
# When a row might have left first: held back until then it waits, but nobody waits for it.
READY = Coalesce("loud_from", "created_at")


def inbox(user: User) -> "QuerySet[Notification]":
    """Delivered in-app notices, the newest first."""
    return Notification.objects.filter(
        to=user, channel=Channel.IN_APP, delivered_at__isnull=False
    ).order_by("-created_at", "-id")


def unread_count(user: User) -> int:
    """How many are unread; never counts past 100, the bell says 99+."""
    unread = Notification.objects.filter(
        to=user, channel=Channel.IN_APP, read_at__isnull=True, delivered_at__isnull=False
    )
    return len(unread.values_list("pk", flat=True)[:MOST_COUNTED])


def groups_had(user: User) -> set[Group]:
    """What this person's latest notices were about; the rest need not be asked of them first."""
    latest = inbox(user).values_list("kind", "duty")[:MOST_LOOKED_AT]
    return {group_of(kind, duty=duty) for kind, duty in set(latest)}


# --- What nobody will try again ----------------------------------------------------------


def dead_notices(channel: str = "") -> "QuerySet[Notification]":
    """Notices to people that were given up, the latest first."""
    rows = Notification.objects.filter(DEAD).select_related("to").order_by("-dead_at", "-pk")
    return rows.filter(channel=channel) if channel else rows


def dead_notes() -> "QuerySet[RobotNote]":
    """What chat groups should have heard, the latest first."""
    return RobotNote.objects.filter(DEAD).select_related("robot").order_by("-dead_at", "-pk")


def masked_recipient(notice: Notification) -> str:
    """Whom it was for, as far as somebody has to know who looks after the outbox."""
    if notice.channel == Channel.EMAIL:
        return mask_email(notice.to.email)
    if notice.channel == Channel.SMS:
        return mask_phone(notice.to.phone or "")
    return mask_name(notice.to.name)


def handle_of(row: Notification | RobotNote) -> str:
    """A name for one row that shows no primary key of it."""
    if isinstance(row, Notification):
        named = [row.channel, row.key, str(row.to.public_id)]
    else:
        named = [ROBOTS, row.key, str(row.robot.public_id)]
    return base64.urlsafe_b64encode(json.dumps(named).encode()).decode().rstrip("=")


def dead_by(handle: str) -> Notification | RobotNote | None:
    """The dead row of this name, if it is one; None also for a name that we never gave."""
    try:
        text = base64.urlsafe_b64decode(handle + "=" * (-len(handle) % 4))
        channel, key, whose = json.loads(text)
        person = UUID(whose)
        if "\0" in f"{channel}{key}":
            raise ValueError
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    if channel == ROBOTS:
        return dead_notes().filter(key=key, robot__public_id=person).first()
    return dead_notices().filter(channel=channel, key=key, to__public_id=person).first()


# --- How the outbox stands ---------------------------------------------------------------


@dataclass(frozen=True)
class ChannelHealth:
    """One way: how many should have left by now, since when the oldest, how many are dead."""

    waiting: int = 0
    oldest_age: timedelta = timedelta()
    dead: int = 0
    # Its provider failed several times in a row and is left alone until then.
    shut_until: datetime | None = None


@dataclass(frozen=True)
class OutboxHealth:
    """All ways together, and each by the name of its channel; chat groups as `robots`."""

    waiting: int
    oldest_age: timedelta
    dead: int
    channels: Mapping[str, ChannelHealth]


def outbox_health(at: datetime) -> OutboxHealth:
    """How the outbox stands at this moment. Asks the database three times, of partial indexes.

    What is held back on purpose – a quiet hour, a morning to wait for – is not waiting. The age
    is that of the row that should have left first: zero where nothing waits.
    """
    figures = {row["channel"]: row for row in _figures(Notification.objects.all(), at, "channel")}
    (robots,) = _figures(RobotNote.objects.all(), at) or [{}]
    figures[ROBOTS] = robots
    shut = dict(Circuit.objects.filter(shut_until__gt=at).values_list("channel", "shut_until"))
    channels = {
        name: _health(figures.get(name, {}), at, shut.get(name))
        for name in (*Channel.values, ROBOTS)
    }
    return OutboxHealth(
        waiting=sum(health.waiting for health in channels.values()),
        oldest_age=max(health.oldest_age for health in channels.values()),
        dead=sum(health.dead for health in channels.values()),
        channels=channels,
    )


def _figures(rows: "QuerySet[Any]", at: datetime, *by: str) -> list[dict[str, Any]]:
    due = WAITING & (Q(next_try_at__lte=at) | Q(attempts__gt=0))
    counts = {
        "waiting": Count("pk", filter=due),
        "oldest": Min(READY, filter=due),
        "dead": Count("pk", filter=DEAD),
    }
    left = rows.filter(WAITING | DEAD).order_by()
    return list(left.values(*by).annotate(**counts)) if by else [left.aggregate(**counts)]


def _health(row: Mapping[str, Any], at: datetime, shut_until: datetime | None) -> ChannelHealth:
    oldest = row.get("oldest")
    return ChannelHealth(
        waiting=row.get("waiting", 0),
        oldest_age=max(at - oldest, timedelta()) if oldest else timedelta(),
        dead=row.get("dead", 0),
        shut_until=shut_until,
    )
