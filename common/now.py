"""The one clock of the portal: the database's, never the worker's."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from common.workdays import SHANGHAI as SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Iterator


_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)
_day: ContextVar[list[date] | None] = ContextVar("day", default=None)


def now() -> datetime:
    """The moment by the database's clock, in UTC; call it after the lock is held."""
    pretended = _pretended.get()
    return _ask_the_database() if pretended is None else pretended


def now_in_query() -> datetime | Now:
    """The same moment to be compared with inside a query, for which nobody has to ask first."""
    return _pretended.get() or Now()


def today() -> date:
    """The calendar day in Asia/Shanghai; within a request the same from beginning to end."""
    kept = _day.get()
    if kept is None or _pretended.get() is not None:
        return now().astimezone(SHANGHAI).date()
    if not kept:
        kept.append(now().astimezone(SHANGHAI).date())
    return kept[0]


@contextmanager
def one_day() -> Iterator[None]:
    """Ask what day it is once: a page asks ten times, and at midnight it would mix two days."""
    token = _day.set([])
    try:
        yield
    finally:
        _day.reset(token)


def pretended() -> datetime | None:
    """The moment the clock is held at, if it is."""
    return _pretended.get()


@contextmanager
def pretend(at: datetime) -> Iterator[datetime]:
    """Hold the clock at a moment, in tests and the demo only; the innermost one counts.

    Raises RuntimeError in production and ValueError for a datetime without a zone.
    """
    if settings.PORTAL_MODE == "production":
        raise RuntimeError("The clock cannot be moved in production.")
    if at.utcoffset() is None:
        raise ValueError("The moment needs a time zone.")
    token = _pretended.set(at.astimezone(UTC))
    try:
        yield at.astimezone(UTC)
    finally:
        _pretended.reset(token)


def _ask_the_database() -> datetime:
    # PostgreSQL's now() stands still within a transaction, so a verb that waited for a lock
    # would believe it came earlier than it did; clock_timestamp() moves on.
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
            moment: datetime = cursor.fetchone()[0]
            return moment.astimezone(UTC)
        cursor.execute("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")
        return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
