"""Rows whose alarm has come, one after another: what every sweep of them shares."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from common.appended import Appended
from common.database import is_away
from common.now import now

logger = logging.getLogger(__name__)

BATCH = 200
# A row that cannot be swept is looked at again after this long, and never stops the others; one
# that never changes is set aside until the next round.
PARKED = timedelta(hours=1)


def sound(
    alarmed: Callable[[], QuerySet[Any]], sweep: Callable[[int], int], *, batch: int = BATCH
) -> int:
    """Sweep each of the rows that are alarmed now, by its key; returns what the sweeps add up to.

    Raises what the database raises while it is down: then all of them are due still.
    """
    total = 0
    aside: set[int] = set()
    while True:
        due = list(alarmed().exclude(pk__in=aside).values_list("pk", flat=True)[:batch])
        done = sum(_swept(alarmed, sweep, pk, aside) for pk in due)
        total += done
        if done == 0 or len(due) < batch:
            return total


def _swept(
    alarmed: Callable[[], QuerySet[Any]], sweep: Callable[[int], int], pk: int, aside: set[int]
) -> int:
    try:
        return sweep(pk)
    except Exception as error:
        if is_away(error):
            raise
        rows = alarmed().order_by()
        logger.exception("%s %s cannot be swept; parked", rows.model._meta.model_name, pk)
        if issubclass(rows.model, Appended):
            aside.add(pk)
        else:
            rows.filter(pk=pk).update(alarm_at=now() + PARKED)
        return 0
