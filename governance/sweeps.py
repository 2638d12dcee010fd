"""The sweeps of the schedule with their last rounds, as `tick` and the health page see them."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Heartbeat

if TYPE_CHECKING:
    from celery.schedules import BaseSchedule

# Watches over every promise: while it stands still, nothing that is late goes up.
CLOCK = "complaints.tasks.sound_alarms"
# Our decision: beat starts the clock every ten seconds, so twelve rounds are missing by then.
SILENT_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class Sweep:
    """A sweep and its last round. `title` is a msgid, `task` what its heartbeat is called."""

    title: str
    task: str
    schedule: BaseSchedule
    heart: Heartbeat

    def due(self, at: datetime) -> bool:
        """Whether another round should begin now: by the database's clock, not the worker's."""
        if self.heart.ran_at is None:
            return True
        every: timedelta | None = getattr(self.schedule, "run_every", None)
        if every is not None:
            # Beat's own goes by a clock of its machine that says nothing of ours.
            return at - self.heart.ran_at >= every
        plan: Any = copy(self.schedule)
        plan.nowfun = lambda: at
        return bool(plan.is_due(self.heart.ran_at).is_due)

    def silent_for(self, at: datetime) -> timedelta | None:
        """How long ago the last good round ended; None when there was none."""
        return None if self.heart.ran_at is None else max(at - self.heart.ran_at, timedelta())

    def late(self, at: datetime) -> bool:
        """Whether a round has been missing for two minutes."""
        silent = self.silent_for(at)
        if self.task == CLOCK:
            return silent is None or silent >= SILENT_AFTER
        return self.due(at - SILENT_AFTER)

    def run(self) -> int:
        """One round, here and now, without the broker: how many rows it worked on."""
        task: Any = import_string(self.task)
        return int(task())


def all_sweeps() -> list[Sweep]:
    """Every sweep beat starts, in the order of the settings; one query."""
    hearts = {row.name: row for row in Heartbeat.objects.all()}
    table: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
    return [
        Sweep(title, entry["task"], entry["schedule"], hearts.get(entry["task"]) or Heartbeat())
        for title, entry in table.items()
    ]
