"""Figures for Prometheus. They come from the database when they are asked for, so that any of
several web processes gives the same answer, and a process that has just started gives it too.

Each figure is one query by an index and stops counting early: asking every ten seconds costs the
same in a county with a hundred orders and in a city with ten million.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address
from math import inf
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Max
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from accounts.address import address_of
from common.now import now
from complaints.models import Breach, Complaint, Event, SupervisionOrder
from governance.health import broker_queues, room
from governance.sweeps import all_sweeps
from notifications.queries import outbox_health

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

__all__ = ["CONTENT_TYPE", "may_scrape", "text"]

LATELY = timedelta(minutes=5)
MOST_COUNTED = 1000
# Of events and breaches only the newest are looked at, found by key: their time has no index, and
# one more on these tables would cost every verb.
NEWEST = 20_000


def text() -> bytes:
    """All figures in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Portal())
    return generate_latest(registry)


def may_scrape(request: HttpRequest) -> bool:
    """Whoever brings the token, or asks from a network that is named; by default nobody."""
    token: str = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    if token and constant_time_compare(given, f"Bearer {token}"):
        return True
    try:
        here = ip_address(address_of(request))
    except ValueError:
        return False
    return any(here in network for network in settings.METRICS_FROM)


class Portal(Collector):
    """Reads everything when asked."""

    def describe(self) -> list[Metric]:
        """Nothing: being registered must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        at = now()
        yield from _sweeps(at)
        yield from _alarms(at)
        yield from _outbox(at)
        yield from _broker()
        yield from _lately(at - LATELY)
        yield _gauge("storage_free_bytes", "Room left for photos", {(): room().free})


def _gauge(
    name: str, what: str, values: dict[tuple[str, ...], float], *labels: str
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"hongguanjia_{name}", what, labels=labels)
    for words, value in values.items():
        family.add_metric(words, value)
    return family


def _sweeps(at: datetime) -> Iterator[Metric]:
    sweeps = [(sweep, (sweep.task,)) for sweep in all_sweeps()]

    def lag(silent: timedelta | None) -> float:
        # A sweep that never ran must not look like one that has just run, nor be missing.
        return inf if silent is None else silent.total_seconds()

    yield _gauge(
        "sweep_lag_seconds",
        "Since the last round that did not fail ended; +Inf for none",
        {words: lag(sweep.silent_for(at)) for sweep, words in sweeps},
        "sweep",
    )
    yield _gauge(
        "sweep_late",
        "1 while a round has been missing for two minutes",
        {words: sweep.late(at) for sweep, words in sweeps},
        "sweep",
    )
    yield _gauge(
        "sweep_failing",
        "1 while the newest round is one that failed",
        {words: sweep.heart.failing for sweep, words in sweeps},
        "sweep",
    )
    yield _gauge(
        "sweep_duration_seconds",
        "How long the last round took",
        {words: sweep.heart.took_ms / 1000 for sweep, words in sweeps},
        "sweep",
    )
    yield _gauge(
        "sweep_rows",
        "Rows the last round worked on",
        {words: sweep.heart.done for sweep, words in sweeps},
        "sweep",
    )


def _alarms(at: datetime) -> Iterator[Metric]:
    waiting = {
        ("orders",): _due(Complaint.objects.alarmed(at), at),
        ("supervision",): _due(SupervisionOrder.objects.alarmed(at), at),
    }
    yield _gauge(
        "alarms_due",
        f"Orders the clock should have looked at; ends at {MOST_COUNTED}",
        {words: count for words, (count, _age) in waiting.items()},
        "kind",
    )
    yield _gauge(
        "oldest_alarm_seconds",
        "How long the first of them has waited",
        {words: age for words, (_count, age) in waiting.items()},
        "kind",
    )


def _due(alarmed: QuerySet[Any], at: datetime) -> tuple[int, float]:
    """How many of these wait, and for how many seconds the first."""
    alarms = list(alarmed.values_list("alarm_at", flat=True)[:MOST_COUNTED])
    return len(alarms), (at - alarms[0]).total_seconds() if alarms else 0


def _outbox(at: datetime) -> Iterator[Metric]:
    ways = {(name,): way for name, way in outbox_health(at).channels.items()}
    yield _gauge(
        "outbox_waiting",
        "Notices that should have left by now",
        {name: way.waiting for name, way in ways.items()},
        "channel",
    )
    yield _gauge(
        "outbox_oldest_seconds",
        "How long the oldest of them has waited",
        {name: way.oldest_age.total_seconds() for name, way in ways.items()},
        "channel",
    )
    yield _gauge(
        "outbox_dead",
        "Notices that could not be sent and are given up",
        {name: way.dead for name, way in ways.items()},
        "channel",
    )
    yield _gauge(
        "outbox_shut",
        "1 while a channel's provider fails and is left alone",
        {name: way.shut_until is not None for name, way in ways.items()},
        "channel",
    )


def _broker() -> Iterator[Metric]:
    queues = broker_queues()
    yield _gauge("broker_up", "1 while the broker answers", {(): queues is not None})
    if queues is not None:
        yield _gauge(
            "queue_length",
            "Calls waiting for a worker",
            {(name,): length for name, length in queues.items()},
            "queue",
        )


def _lately(since: datetime) -> Iterator[Metric]:
    """What happened in the last five minutes; of more than 20,000 rows the newest."""
    last = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    verbs = dict(
        Event.objects.filter(pk__gt=last - NEWEST, at__gte=since)
        .order_by()
        .values_list("verb")
        .annotate(Count("pk"))
    )
    yield _gauge("orders_reported_last_5m", "Orders reported", {(): verbs.get("report", 0)})
    yield _gauge("verbs_last_5m", "Events by verb", {(v,): n for v, n in verbs.items()}, "verb")
    last = Breach.objects.aggregate(last=Max("pk"))["last"] or 0
    levels = dict(
        Breach.objects.filter(pk__gt=last - NEWEST, recorded_at__gte=since)
        .order_by()
        .values_list("level")
        .annotate(Count("pk"))
    )
    yield _gauge(
        "breaches_last_5m",
        "Promises broken, by the rung reached; from 1 on an escalation",
        {(str(level),): count for level, count in levels.items()},
        "level",
    )
