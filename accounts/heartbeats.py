"""Every sweep leaves word of when it last did its round.

A clock that has stopped makes no noise by itself: nothing fails, nothing is late, until somebody
looks. The pages, the metrics and `manage.py tick` read here how long each sweep has been silent.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from time import monotonic

from celery import Task, shared_task
from django.db import Error, connection
from django.db.models import Q

from accounts.models import Heartbeat
from common.now import now

logger = logging.getLogger(__name__)


@dataclass
class Round:
    """One round of a sweep, as it goes."""

    done: int = 0


def sweep(body: Callable[[], int | None]) -> "Task[[], int]":
    """A task for beat that leaves its heartbeat; `body` says how many rows it worked on."""
    name = f"{body.__module__}.{body.__name__}"

    @wraps(body)
    def run() -> int:
        with beat(name) as this:
            this.done = body() or 0
        return this.done

    return shared_task(name=name)(run)


@contextmanager
def beat(name: str) -> Iterator[Round]:
    """Say of one round of this sweep when it ended, how long it took and how many rows it did.

    Written after the round, in a statement of its own: inside the round's transaction it would
    hold the row until the end, and every other sweep of that name would wait for it.
    """
    this, began = Round(), monotonic()
    try:
        yield this
    except Exception as failure:
        _failed(name, failure)
        raise
    _ran(name, done=this.done, took_ms=int((monotonic() - began) * 1000))


def _ran(name: str, *, done: int, took_ms: int) -> None:
    at = now()
    # Two rounds that end together are written in any order: the later one stays.
    earlier = Q(ran_at__isnull=True) | Q(ran_at__lt=at)
    fresh = {"ran_at": at, "took_ms": took_ms, "done": done}
    if not Heartbeat.objects.filter(earlier, name=name).update(**fresh):
        Heartbeat.objects.bulk_create([Heartbeat(name=name, **fresh)], ignore_conflicts=True)


def _failed(name: str, failure: Exception) -> None:
    try:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        fresh = {"failed_at": now(), "failed": type(failure).__name__[:100]}
        if not Heartbeat.objects.filter(name=name).update(**fresh):
            Heartbeat.objects.bulk_create([Heartbeat(name=name, **fresh)], ignore_conflicts=True)
    except Error:
        # A database that is away cannot be told; what went wrong first is what must be heard.
        logger.warning("%s failed, and the database could not be told", name)
