"""When each sweep last did its round, so that a clock that has stopped is seen."""

from typing import ClassVar

from django.db import models


class Heartbeat(models.Model):
    """One sweep's last round. A round that failed leaves what the last good one said."""

    # The task, as beat's schedule names it.
    name = models.CharField(max_length=100)
    # The end of the last round that did not fail; empty while there was none.
    ran_at = models.DateTimeField(null=True)
    took_ms = models.PositiveIntegerField(default=0)
    # Rows worked on in that round.
    done = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    # The kind of failure, never its words: they may name somebody.
    failed = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name"], name="heartbeat_one_per_sweep")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def failing(self) -> bool:
        """Whether the newest round is one that failed."""
        return self.failed_at is not None and (self.ran_at is None or self.ran_at < self.failed_at)
