"""What the clock does for listings: time over, decisions late, publication at the set time, expiry.

It may run twice, or ten at once, or not for a week: each step of the clock is taken once, under
the lock of the row, and a constraint says so too.
"""

from django.db import transaction

from common.now import now
from ratings.actions._listing_step import ABOUT, alarm_of, catch_up
from ratings.actions._sweeping import BATCH, sound
from ratings.models import Listing


def sound_listings(batch: int = BATCH) -> int:
    """Sweep every listing whose alarm has come; returns how many steps the clock took."""
    return sound(lambda: Listing.objects.alarmed(now()), _sweep, batch=batch)


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
