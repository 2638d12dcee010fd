"""What the clock does for the credit ledger: that a hearing has ended is told to those who decide.

It may run twice, or ten at once, or not for a week: the end of a hearing is written once, dated
when it ended, under the lock of the record, and a constraint says so too. What was objected to was
told then; what was decided needs no telling.
"""

from django.db import transaction

from common.now import now
from ratings.actions import _credit_told
from ratings.actions._sweeping import BATCH, sound
from ratings.credit import CreditVerb
from ratings.models import CreditRecord, CreditStep


def sound_credit(batch: int = BATCH) -> int:
    """Sweep every record whose hearing has ended; returns of how many it was told."""
    return sound(lambda: CreditRecord.objects.unheard(now()), _sweep, batch=batch)


@transaction.atomic
def _sweep(pk: int) -> int:
    """Lock, look, then write: every step of a record is written under its lock."""
    rows = CreditRecord.objects.select_for_update(skip_locked=True, of=("self",))
    found = rows.select_related("body", "place").filter(pk=pk).first()
    at = now()
    if found is None or not CreditRecord.objects.unheard(at).filter(pk=pk).exists():
        return 0
    step = CreditStep.objects.create(record=found, verb=CreditVerb.HEARING_OVER, at=found.due_at)
    _credit_told.tell_heard(found, step, at)
    return 1
