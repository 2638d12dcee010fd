"""What the clock does for committees: filing overdue, re-election due, the term over."""

import logging

from django.db import transaction

from common.now import today
from communities.actions.committees import catch_up, keep
from communities.models import Committee

logger = logging.getLogger(__name__)

BATCH = 200


def sound_committees(batch: int = BATCH) -> int:
    """Record and tell what has come due for committees; returns how many were looked at.

    It may run twice, or ten at once, or not for a month: each alarm is a step of the file, dated
    when it was due, and is told once to the community's desk and the committee's director.
    """
    swept, last = 0, 0
    while True:
        due = Committee.objects.filter(alarm_on__lte=today(), pk__gt=last).order_by("pk")
        pks = list(due.values_list("pk", flat=True)[:batch])
        for pk in pks:
            last = pk
            try:
                swept += _sweep(pk)
            except Exception:
                # The others are not held up; this one is tried again in the next round.
                logger.exception("committee %s cannot be swept", pk)
        if len(pks) < batch:
            return swept


@transaction.atomic
def _sweep(pk: int) -> int:
    rows = Committee.objects.select_for_update(skip_locked=True, of=("self",))
    committee = rows.select_related("body__place__parent").filter(pk=pk).first()
    if committee is None or committee.alarm_on is None or committee.alarm_on > today():
        return 0
    keep(committee, catch_up(committee, today()))
    return 1
