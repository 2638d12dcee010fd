"""How the portal itself is: its database, broker, clock, outbox, and the room left for photos.

Read here, and shown by four doors: the health page in words, /readyz to the engine, /metrics as
figures, and a warning on officials' pages while the clock stands still.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, wraps
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.models import Heartbeat
from common.now import now
from communities.models import DESK_OFFICES, Office
from communities.scope import standing_of
from governance.sweeps import CLOCK, SILENT_AFTER

if TYPE_CHECKING:
    from accounts.models import User

# Seconds a process believes what it read last: a page must not cost a query for this, and a
# stranger who asks /readyz all day must not keep a frozen broker's callers waiting all day.
CLOCK_REMEMBERED, BROKER_REMEMBERED = 15.0, 5.0
# Seconds for each word with the broker: connecting, signing in and asking are three at most.
BROKER_PATIENCE = 0.3

T = TypeVar("T")


def remembered(seconds: float) -> Callable[[Callable[[], T]], Callable[[], T]]:
    """Keep what was read for so long, in this process."""

    def wrap(read: Callable[[], T]) -> Callable[[], T]:
        @wraps(read)
        def kept() -> T:
            found = _KEPT.get(read)
            if found is None or monotonic() - found[0] > seconds:
                found = _KEPT[read] = (monotonic(), read())
            value: T = found[1]  # type: ignore[assignment]
            return value

        return kept

    return wrap


_KEPT: dict[object, tuple[float, object]] = {}


def forget() -> None:
    """Read everything anew."""
    _KEPT.clear()


# --- Database ----------------------------------------------------------------------------


def database_answers() -> bool:
    """Whether the database can be reached and asked."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return True
    except Error:
        return False


def migrations_missing() -> list[str]:
    """The newest migration of each app that is not applied; the code needs them all."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(
        f"{app}.{name}" for app, name in _newest_migrations() if (app, name) not in applied
    )


@cache
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """Read from disk once: while a process lives its code stays the same."""
    loader = MigrationLoader(None)
    return frozenset(loader.graph.leaf_nodes())


# --- Broker ------------------------------------------------------------------------------


def ask_broker() -> dict[str, int] | None:
    """How many calls wait in each queue; None when the broker does not answer within a second.

    A broker that is frozen accepts the connection and says nothing, so every word has a limit
    and nothing is tried twice.
    """
    queue = getattr(settings, "CELERY_TASK_DEFAULT_QUEUE", "celery")
    try:
        with Redis.from_url(
            settings.CELERY_BROKER_URL,
            socket_timeout=BROKER_PATIENCE,
            socket_connect_timeout=BROKER_PATIENCE,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        ) as broker:
            return {queue: int(broker.llen(queue))}
    except (RedisError, OSError):
        return None


@remembered(BROKER_REMEMBERED)
def broker_queues() -> dict[str, int] | None:
    """As `ask_broker`, asked every five seconds at most."""
    return ask_broker()


# --- Clock -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Silence:
    """How long the clock has been silent. `since` is the end of its last round, None for never."""

    since: datetime | None
    at: datetime

    @property
    def too_long(self) -> bool:
        return self.since is None or self.at - self.since >= SILENT_AFTER


def clock_silence() -> Silence:
    """How long the clock has been silent, by the database; read every 15 seconds at most."""
    read_at, silence = _last_round()
    # What was read a moment ago is that moment older by now.
    return Silence(silence.since, silence.at + timedelta(seconds=monotonic() - read_at))


@remembered(CLOCK_REMEMBERED)
def _last_round() -> tuple[float, Silence]:
    since = Heartbeat.objects.filter(name=CLOCK).values_list("ran_at", flat=True).first()
    return monotonic(), Silence(since, now())


def clock_warning(user: User) -> Silence | None:
    """What officials are told while the clock stands still; None when there is nothing to say.

    That it has never run is told to those who look after the portal alone: somebody is putting
    it up, and the others can do nothing about it.
    """
    standing = standing_of(user)
    if not (standing.holds(*DESK_OFFICES) or standing.administrator):
        return None
    silence = clock_silence()
    if silence.since is None and not looks_after(user):
        return None
    return silence if silence.too_long else None


def looks_after(user: User) -> bool:
    """Who may see how the portal is: administrators and officers of a district."""
    standing = standing_of(user)
    return standing.administrator or standing.holds(Office.DISTRICT_OFFICER)


# --- Room --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Room:
    """Bytes where photos are kept."""

    free: int
    whole: int

    @property
    def short(self) -> bool:
        """Under a tenth, or under 5 GB: our decision, some thousand photos."""
        return self.free < max(self.whole // 10, 5 * 10**9)


def room() -> Room:
    """Room for photos; before the first one its folder may not be there yet."""
    folder = Path(settings.MEDIA_ROOT)
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    usage = shutil.disk_usage(there)
    return Room(free=usage.free, whole=usage.total)


# --- Ready? ------------------------------------------------------------------------------


def readiness() -> dict[str, str]:
    """Each part in a word, and `status`: ok, degraded (works, worse) or unavailable.

    Only a database that is away or not up to date makes the portal unavailable: with the broker
    dead or the clock silent people report and work as before, and taking the pages from them too
    would make it worse.
    """
    if not database_answers():
        return {"status": "unavailable", "database": "down"}
    if migrations_missing():
        return {"status": "unavailable", "database": "ok", "migrations": "missing"}
    silence = clock_silence()
    clock = "never" if silence.since is None else "late" if silence.too_long else "ok"
    broker = "down" if broker_queues() is None else "ok"
    status = "ok" if clock == broker == "ok" else "degraded"
    return {
        "status": status,
        "database": "ok",
        "migrations": "ok",
        "broker": broker,
        "clock": clock,
    }
