"""What the clock does for recommendations: where a last day passes without an outcome, it is told.

It may run twice, or ten at once, or not for a week: what was told has no alarm any more, which is
written with the notices under the lock of the row; and nobody has the same notice twice, which a
constraint says.
"""

from django.db import transaction

from common.now import now
from ratings.actions._advice_told import addressed, followers, tell
from ratings.actions._sweeping import BATCH, sound
from ratings.models import Recommendation


def sound_advice(batch: int = BATCH) -> int:
    """Sweep every recommendation whose alarm has come; returns of how many it was told."""
    return sound(lambda: Recommendation.objects.alarmed(now()), _sweep, batch=batch)


@transaction.atomic
def _sweep(pk: int) -> int:
    """Lock, look, then write."""
    rows = Recommendation.objects.select_for_update(skip_locked=True, of=("self",))
    found = rows.select_related("firm", "place", "to", "card__period", "listing__period")
    row = found.filter(pk=pk).first()
    if row is None or row.alarm_at is None or row.alarm_at > now():
        return 0
    row.alarm_at = None
    row.save(update_fields=["alarm_at"])
    tell(row, "late_advice", addressed(row) | followers(row))
    return 1
