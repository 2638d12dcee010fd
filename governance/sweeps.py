"""The sweeps as one table: what beat's schedule names is also what `tick` and the health page know.

A sweep that is added to the settings is therefore in all three, and forgotten by none.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop

from accounts.models import Heartbeat

if TYPE_CHECKING:
    from celery.schedules import BaseSchedule

# Watches over every promise: while it stands still, nothing that is late goes up.
CLOCK = "complaints.tasks.sound_alarms"
# Our decision: beat starts the clock every ten seconds, so twelve rounds are missing by then.
SILENT_AFTER = timedelta(minutes=2)

# The names of the settings, where translations are collected from.
TITLES = (
    gettext_noop("sound alarms"),
    gettext_noop("sound supervision"),
    gettext_noop("reckon anew"),
    gettext_noop("watch committees"),
    gettext_noop("tell of contracts that end"),
    gettext_noop("turn modes of service"),
    gettext_noop("freeze scores"),
    gettext_noop("make bulletins"),
    gettext_noop("write down what was published"),
    gettext_noop("look at what was published"),
    gettext_noop("take figures"),
    gettext_noop("move open work"),
    gettext_noop("tell of offices that end"),
    gettext_noop("work on lists sent in"),
    gettext_noop("watch rectification"),
    gettext_noop("watch lists"),
    gettext_noop("close polls"),
    gettext_noop("deliver notices"),
    gettext_noop("sweep up photos of findings"),
    gettext_noop("sweep up files of listings"),
    gettext_noop("forget who objected"),
    gettext_noop("sweep the floor"),
    gettext_noop("forget old form keys"),
    gettext_noop("forget old codes"),
    gettext_noop("forget old sessions"),
    gettext_noop("forget old sign-ins"),
)


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
