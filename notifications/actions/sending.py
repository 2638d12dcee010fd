"""Sending by one loud way: claim in a short transaction, send outside of any, record at once.

1. A claim moves `next_try_at` forward by a lease, so that no other sweep takes the row meanwhile.
2. The provider is spoken to with no lock held and no transaction open: a slow one holds up nobody.
3. What came of it is written before the next row is touched.

A worker killed between 2 and 3 leaves a row whose lease ends; it is sent again with the same key,
by which provider and reader can tell a repeat. So: at least once, never lost.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import F

from common.now import now
from notifications import channels
from notifications.channels import NotSent, Permanent, Transient
from notifications.models import Channel, Circuit, Notification
from notifications.models.notices import WAITING
from notifications.reach import Reach, reach_of
from notifications.wording import message_of

logger = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(minutes=2)
# Seconds a batch may take before the rest of it is given back: well within the lease.
PATIENCE = 60.0
# Minutes between tries: growing gaps, so that a provider that is down is not hammered.
GAPS = (1, 5, 15, 60, 240, 720)
# So many failures in a row, and the provider is left alone for so long; then one row tries it.
FAILURES = 3
REST = timedelta(minutes=1)


def send_due(channel: Channel) -> int:
    """Send what is due by this way; how many left. A channel without a provider keeps its rows."""
    if not channels.offered(channel):
        return 0
    sent = 0
    while batch := _claim(channel):
        left, more = _send_batch(channel, batch)
        sent += left
        if not more:
            break
    return sent


def _claim(channel: Channel) -> list[Notification]:
    """The next rows by this way, marked as in hand."""
    with transaction.atomic():
        at = now()
        rows = list(
            Notification.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(WAITING, channel=channel, next_try_at__lte=at)
            .select_related("to")
            .order_by("next_try_at")[: _allowed(channel, at)]
        )
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(
            next_try_at=at + LEASE, attempts=F("attempts") + 1
        )
    for row in rows:
        row.attempts += 1
    return rows


def _allowed(channel: Channel, at: datetime) -> int:
    """How many rows may be tried now: none while the provider rests, one to see if it is back."""
    circuit = Circuit.objects.filter(channel=channel).first()
    if circuit is None or circuit.failures < FAILURES:
        return BATCH
    if circuit.shut_until is not None and circuit.shut_until > at:
        return 0
    # Of several sweeps at this moment one tries.
    first = Circuit.objects.filter(channel=channel, shut_until=circuit.shut_until)
    return first.update(shut_until=at + REST)


def _send_batch(channel: Channel, batch: Sequence[Notification]) -> tuple[int, bool]:
    """How many left, and whether to go on: not with a provider that fails or takes for ever."""
    reach = reach_of(notice.to for notice in batch)
    begun = monotonic()
    sent = 0
    for number, notice in enumerate(batch):
        failure = _settle(notice, reach[notice.to_id])
        sent += failure is None
        shut = _note(channel, failure)
        if shut or monotonic() - begun > PATIENCE:
            _give_back(batch[number + 1 :])
            return sent, False
    return sent, True


def _settle(notice: Notification, reach: Reach) -> NotSent | None:
    """Try one row and write down what came of it. Never raises for what is the row's own fault."""
    at = now()
    begin = reach.loud_at(at, wakes=notice.wakes)
    if begin > at:
        _postpone(notice, begin)
        return _Unanswered("quiet hours")
    address = reach.addresses.get(notice.channel, "")
    if not address:
        _let_go(notice, at)
        return _Unanswered("no address")
    if notice.attempts > len(GAPS) + 1:
        # Taken in hand once more than there are tries: whoever had it never came back.
        failure: NotSent | None = Permanent("cut off")
    else:
        failure = _tried(notice, address)
    _record(notice, failure)
    return failure


class _Unanswered(NotSent):
    """Nothing was asked of the provider."""


def _tried(notice: Notification, address: str) -> NotSent | None:
    try:
        message = message_of(notice, address)
    except Exception as error:
        # A row that cannot be put into words says nothing about the provider.
        logger.exception("notice %s has no words", notice.pk)
        return _Unanswered(type(error).__name__)
    try:
        channels.sender_of(notice.channel)(message)
    except NotSent as failure:
        logger.warning("notice %s by %s: %s", notice.pk, notice.channel, failure.code)
        return failure
    except Exception as error:
        # Not with its words and not with its trace: they may quote the address.
        name = type(error).__name__
        logger.error("notice %s by %s: %s", notice.pk, notice.channel, name)
        return Transient(name)
    return None


def _record(notice: Notification, failure: NotSent | None) -> None:
    at = now()
    row = Notification.objects.filter(pk=notice.pk, delivered_at__isnull=True)
    if failure is None:
        row.update(delivered_at=at, next_try_at=None, last_error="")
        return
    gap = GAPS[notice.attempts - 1] if notice.attempts <= len(GAPS) else None
    if gap is None or isinstance(failure, Permanent):
        row.update(next_try_at=None, dead_at=at, last_error=failure.code[:80])
    else:
        row.update(next_try_at=at + timedelta(minutes=gap), last_error=failure.code[:80])


def _postpone(notice: Notification, begin: datetime) -> None:
    Notification.objects.filter(pk=notice.pk).update(
        next_try_at=begin, loud_from=begin, attempts=F("attempts") - 1
    )


def _let_go(notice: Notification, at: datetime) -> None:
    """The address is gone since. Of a duty somebody hears; else the portal has told it already."""
    Notification.objects.filter(pk=notice.pk).update(
        next_try_at=None, dead_at=at if notice.duty else None, last_error="no address"
    )


def _give_back(rows: Sequence[Notification]) -> None:
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(
        next_try_at=now(), attempts=F("attempts") - 1
    )


def _note(channel: Channel, failure: NotSent | None) -> bool:
    """Count failures in a row; whether the provider is now left alone."""
    if isinstance(failure, (Permanent, _Unanswered)):
        return False
    if failure is None:
        Circuit.objects.filter(channel=channel, failures__gt=0).update(failures=0, shut_until=None)
        return False
    Circuit.objects.get_or_create(channel=channel)
    Circuit.objects.filter(channel=channel).update(failures=F("failures") + 1)
    return bool(
        Circuit.objects.filter(channel=channel, failures__gte=FAILURES).update(
            shut_until=now() + REST
        )
    )
