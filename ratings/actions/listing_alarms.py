"""What the clock does for listings: time over, decisions late, publication at the set time, expiry.

It may run twice, or ten at once, or not for a week: each step of the clock is taken once, under
the lock of the row, and a constraint says so too.
"""

import logging

from django.db import transaction

from common import workdays
from common.now import now
from ratings.actions._listing_step import ABOUT, alarm_of, catch_up
from ratings.models import Listing

logger = logging.getLogger(__name__)

BATCH = 200
# A row that cannot be swept is looked at again after this long, and never stops the others.
PARKED = workdays.ONE_DAY / 24


def sound_listings(batch: int = BATCH) -> int:
    """Sweep every listing whose alarm has come; returns how many steps the clock took."""
    swept = 0
    while True:
        due = list(Listing.objects.alarmed(now()).values_list("pk", flat=True)[:batch])
        done = sum(_swept(pk) for pk in due)
        swept += done
        if done == 0 or len(due) < batch:
            return swept


def _swept(pk: int) -> int:
    try:
        return _sweep(pk)
    except Exception:
        logger.exception("listing %s cannot be swept; parked", pk)
        Listing.objects.filter(pk=pk, alarm_at__isnull=False).update(alarm_at=now() + PARKED)
        return 0


@transaction.atomic
def _sweep(pk: int) -> int:
    """Lock, look, then step."""
    rows = Listing.objects.select_for_update(skip_locked=True, of=("self",))
    listing = rows.select_related(*ABOUT).filter(pk=pk).first()
    if listing is None:
        return 0
    taken = catch_up(listing, now())
    if not taken and listing.alarm_at != (alarm := alarm_of(listing)):
        listing.alarm_at = alarm
        listing.save(update_fields=["alarm_at"])
    return taken
