"""Writing the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from accounts.actors import Actor, actor_id, actor_kind
from accounts.models import AuditEntry
from common.bulk import insert
from common.now import now

_gathered: ContextVar[list[AuditEntry] | None] = ContextVar("gathered", default=None)


def record(*, by: Actor, verb: str, target_kind: str = "", target: str = "", **facts: Any) -> None:
    """Append one line. Facts hold codes and numbers, never a name, a phone or free text."""
    gathered_now = _gathered.get()
    entry = AuditEntry(
        actor_kind=actor_kind(by),
        actor_id=actor_id(by),
        verb=verb,
        target_kind=target_kind,
        target=target,
        facts=facts,
    )
    if gathered_now is None:
        entry.at = now()
        entry.save(force_insert=True)
    else:
        gathered_now.append(entry)


@contextmanager
def gathered() -> Iterator[list[AuditEntry]]:
    """Keep the lines of many verbs back and append them at once: call it within a transaction.

    What is undone takes its lines out of the list again: nothing that did not happen is on record.
    """
    entries: list[AuditEntry] = []
    token = _gathered.set(entries)
    try:
        yield entries
    finally:
        _gathered.reset(token)
    if entries:
        moment = now()
        for entry in entries:
            entry.at = moment
        insert(AuditEntry, entries)
