"""What the clock does for rectification: what is late is told to the firm, then further up.

It may run twice, or ten at once, or not for a week: each level of a round is told once, dated when
it was due, which a constraint says too.
"""

from django.db import transaction

from common.now import now
from communities.queries.audience import managers_of
from ratings.actions import _rectifying
from ratings.actions._sweeping import BATCH, sound
from ratings.models import Rectification, StepVerb
from ratings.queries.rectification import overseers_of


def sound_rectification(batch: int = BATCH) -> int:
    """Sweep every rectification whose alarm has come; returns how many."""
    return sound(lambda: Rectification.objects.alarmed(now()), _sweep, batch=batch)


@transaction.atomic
def _sweep(pk: int) -> int:
    """Lock, look, then write."""
    rows = Rectification.objects.select_for_update(skip_locked=True, of=("self",))
    asked = (
        rows.select_related("assessment__by", "body", "estate__parent__parent")
        .filter(pk=pk)
        .first()
    )
    if asked is None:
        return 0
    at = now()
    told = 0
    while asked.alarm_at is not None and asked.alarm_at <= at:
        _tell_level(asked)
        told = 1
    if told:
        asked.save(update_fields=["alarm_at", "told"])
    return told


def _tell_level(asked: Rectification) -> None:
    """The next level of this round, dated when it was due."""
    was_due = asked.alarm_at
    if asked.told == 0:
        _rectifying.step(asked, StepVerb.LATE, at=asked.due_at)
        _rectifying.tell(asked, managers_of(asked.body), "late_rectification")
        asked.told, asked.alarm_at = 1, _rectifying.above_at(asked)
        return
    _rectifying.step(asked, StepVerb.LATE_ABOVE, at=was_due)
    _rectifying.tell(asked, overseers_of(asked), "late_rectification_above")
    asked.told, asked.alarm_at = 2, None
