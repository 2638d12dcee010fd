"""Beat, made safe against wrong clocks and against workers that do not come."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from celery.beat import PersistentScheduler
from celery.schedules import schedstate, schedule

QUEUE = "celery"  # the library's own name for the only queue there is
# After an outage one sweep is enough; thousands that waited would keep the worker from it.
MOST_WAITING = 100
# Where this machine's monotonic clock is taken to begin; any moment will do.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class Every(schedule):
    """Every so many seconds, by a clock that nobody can set.

    By the time of day beat would fall silent for three hours when its clock is put back by three.
    """

    def now(self) -> datetime:
        return BEGINNING + timedelta(seconds=time.monotonic())

    def is_due(self, last_run_at: datetime) -> Any:
        """As the library has it; but what ran before the machine was started anew is due."""
        if last_run_at > self.now():
            return schedstate(is_due=True, next=self.seconds)
        return super().is_due(last_run_at)


class Beat(PersistentScheduler):
    """Beat that never lets calls pile up, however long no worker comes.

    Calls carry no `expires`: it would be compared with the worker's own clock, and a worker that
    is a minute ahead would throw every sweep away without a word.
    """

    def apply_async(self, entry: Any, producer: Any = None, advance: bool = True, **kw: Any) -> Any:
        sent = super().apply_async(entry, producer=producer, advance=advance, **kw)
        # New calls enter on the left; those that have waited longest stay.
        channel: Any = self.producer.channel
        channel.client.ltrim(QUEUE, -MOST_WAITING, -1)
        return sent
