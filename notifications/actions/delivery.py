"""The sweep: notices appear in the portal, spread to the loud ways, and leave by each of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User
from common.now import now
from notifications import channels
from notifications.actions import groups, sending
from notifications.kinds import group_of
from notifications.models import Channel, Group, Notification, Robot, RobotNote
from notifications.models.notices import WAITING
from notifications.reach import Reach, reach_of

# Rows in one statement, so that a day's backlog does not hold its locks for a minute.
APPEAR = 20_000
BATCH = 1000


def deliver_pending() -> int:
    """Send what is due; safe to run twice, or in several workers at once.

    The portal first: it needs nobody outside, and nothing outside can hold it up. Returns how many
    notices and messages left.
    """
    left = appear()
    spread()
    for channel in channels.LOUD:
        left += sending.send_due(channel)
    return left + groups.speak()


def appear() -> int:
    """Show in the portal what is due there: one statement for thousands of rows, exactly once."""
    total = 0
    while True:
        with transaction.atomic():
            at = now()
            # A sweep beside this one holds its rows: passed over, not waited for, so that two
            # never lock the same rows in different orders.
            due = (
                Notification.objects.select_for_update(skip_locked=True)
                .filter(WAITING, channel=Channel.IN_APP, next_try_at__lte=at)
                .order_by("next_try_at")
            )
            shown = Notification.objects.filter(
                pk__in=due.values("pk")[:APPEAR], delivered_at__isnull=True
            ).update(delivered_at=at, next_try_at=None, attempts=F("attempts") + 1)
        total += shown
        if shown < APPEAR:
            return total


def spread() -> int:
    """Write a row for each loud way that notices shown in the portal leave by; how many.

    Row and mark are one transaction, and other sweeps pass over rows in hand, so each notice is
    spread once. Should a row be there already all the same, the unique (key, person, channel)
    keeps the first: `ignore_conflicts` hides nothing else, for no other constraint can refuse it.
    """
    total, last = 0, 0
    while True:
        with transaction.atomic():
            at = now()
            # From where the batch before ended: what it left behind in the index is not read again.
            shown = list(
                Notification.objects.select_for_update(skip_locked=True)
                .filter(to_spread=True, delivered_at__isnull=False, pk__gt=last)
                .order_by("pk")
                .values_list("pk", "to_id", "kind", "duty", "place_code", named=True)[:BATCH]
            )
            loud = _loud(shown, at)
            Notification.objects.bulk_create(loud, ignore_conflicts=True)
            RobotNote.objects.bulk_create(_notes(shown, at), ignore_conflicts=True)
            Notification.objects.filter(pk__in=[n.pk for n in shown]).update(to_spread=False)
        total += len(loud)
        if len(shown) < BATCH:
            return total
        last = shown[-1].pk


def _loud(shown: Sequence[Any], at: datetime) -> list[Notification]:
    """A row for each way of each notice.

    Most people are told in the portal alone: of theirs only the columns are read that say so.
    """
    reach = reach_of(User.objects.filter(pk__in={notice.to_id for notice in shown}))
    ways = {
        notice.pk: reach[notice.to_id].ways(
            group_of(notice.kind, duty=notice.duty), duty=notice.duty
        )
        for notice in shown
    }
    notices = Notification.objects.in_bulk([pk for pk, found in ways.items() if found])
    return [
        _by(channel, notice, reach[notice.to_id], at)
        for pk, notice in notices.items()
        for channel in ways[pk]
    ]


def _by(channel: Channel, notice: Notification, reach: Reach, at: datetime) -> Notification:
    begin = reach.loud_at(max(at, notice.loud_from or at), wakes=notice.wakes)
    return Notification(
        to_id=notice.to_id,
        kind=notice.kind,
        facts=notice.facts,
        channel=channel,
        key=notice.key,
        duty=notice.duty,
        wakes=notice.wakes,
        loud_from=begin,
        created_at=at,
        next_try_at=begin,
    )


def _notes(shown: Sequence[Any], at: datetime) -> list[RobotNote]:
    """What the offices' chat groups hear: of work, never of what is the reporter's alone."""
    told = [
        notice.pk
        for notice in shown
        if notice.place_code and group_of(notice.kind, duty=notice.duty) != Group.MINE
    ]
    if not told:
        return []
    notices = list(Notification.objects.filter(pk__in=told).order_by("pk"))
    robots = Robot.objects.filter(active=True, place_code__in={n.place_code for n in notices})
    # Several people are told of one matter; their group hears of it once.
    matters = {(n.place_code, n.key): n for n in notices}
    return [
        RobotNote(
            robot=robot,
            kind=notice.kind,
            facts=notice.facts,
            key=key,
            loud_from=max(at, notice.loud_from or at),
            created_at=at,
            next_try_at=max(at, notice.loud_from or at),
        )
        for robot in robots
        for (code, key), notice in matters.items()
        if code == robot.place_code
    ]
