"""What happened outside an order's own event log: sign-ins, reveals, exports, changes of rule."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class AuditEntry(models.Model):
    """One line for the auditor. Holds no foreign keys, so it never blocks or loses a deletion."""

    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=48)
    target_kind = models.CharField(max_length=48, blank=True)
    target = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Who changed a rule, beside each of its versions: among years of sign-ins.
            models.Index(fields=["target"], name="audit_of_rules", condition=Q(target_kind="rule")),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.target}"
