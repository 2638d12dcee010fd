"""Promises and broken promises."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from communities.models import Body
from complaints.models.orders import Complaint
from complaints.models.rules import Rule, Unit
from complaints.workflow import Stage


class Deadline(models.Model):
    """One promise: one stage of one round. It ends once, met or void."""

    complaint = models.ForeignKey(
        Complaint, on_delete=models.CASCADE, related_name="deadlines", db_index=False
    )
    stage = models.CharField(max_length=8, choices=Stage)
    round = models.PositiveSmallIntegerField()
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    # The moment its time runs from: when it was opened, unless the order was reclassified.
    counts_from = models.DateTimeField()
    due_at = models.DateTimeField()
    # More time, granted once; the asking and the grounds are an `Extension`.
    extended_amount = models.PositiveIntegerField(null=True, blank=True)
    extended_unit = models.CharField(max_length=16, choices=Unit, blank=True)
    # Whether any working or calendar day was counted, so that the calendar can move it.
    in_days = models.BooleanField(default=False)
    # True while it rests on a year without a State Council notice.
    provisional = models.BooleanField(default=False)
    # The party that holds the stage: a late one counts against it and nobody else.
    held_by = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    met_at = models.DateTimeField(null=True, blank=True)
    void_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=24, blank=True)
    # The rung the ladder would reach next, and when; empty when ended or at the top.
    next_level = models.PositiveSmallIntegerField(default=0)
    next_level_at = models.DateTimeField(null=True, blank=True)
    # How often its holder was reminded, and when that comes next; empty when it does not.
    reminded = models.PositiveSmallIntegerField(default=0)
    next_reminder_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("opened_at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["complaint", "stage", "round"], name="deadline_one_per_round"
            ),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True) | Q(void_at__isnull=True),
                name="deadline_ends_once",
            ),
            models.CheckConstraint(
                condition=(Q(void_at__isnull=True) & Q(void_reason=""))
                | (Q(void_at__isnull=False) & ~Q(void_reason="")),
                name="deadline_void_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(extended_amount__isnull=True, extended_unit="")
                | (Q(extended_amount__gt=0) & ~Q(extended_unit="")),
                name="deadline_extended_by_something",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # What a new holiday notice may still move.
            models.Index(
                fields=["due_at"],
                name="deadline_counts_days",
                condition=Q(met_at__isnull=True, void_at__isnull=True, in_days=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.round} due {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.void_at is None

    def late_at(self, at: datetime) -> bool:
        """Whether the promise was or is broken: in time means before the due time."""
        if self.void_at is not None:
            return self.void_at >= self.due_at
        return (self.met_at or at) >= self.due_at


class Breach(models.Model):
    """A rung reached by a late stage. On record for ever, dated when it was due."""

    deadline = models.ForeignKey(
        Deadline, on_delete=models.PROTECT, related_name="breaches", db_index=False
    )
    level = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    held_by = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="breaches"
    )

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("due_at", "level")
        verbose_name_plural = "breaches"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["deadline", "level"], name="breach_once_per_level")
        ]

    def __str__(self) -> str:
        return f"{self.deadline} level {self.level}"
