"""Writing the audit log."""

from typing import Any

from accounts.actors import Actor, actor_id, actor_kind
from accounts.models import AuditEntry
from common.now import now


def record(*, by: Actor, verb: str, target_kind: str = "", target: str = "", **facts: Any) -> None:
    """Append one line. Facts hold codes and numbers, never a name, a phone or free text."""
    AuditEntry.objects.create(
        at=now(),
        actor_kind=actor_kind(by),
        actor_id=actor_id(by),
        verb=verb,
        target_kind=target_kind,
        target=target,
        facts=facts,
    )
