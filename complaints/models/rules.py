"""How long each stage may take: rows with history. A new rule touches new promises only."""

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from communities.models import Place
from complaints.models.categories import Category
from complaints.workflow import Urgency


class RuleStage(models.TextChoices):
    """The three promises, and the two windows the reporter has."""

    INSPECT = "inspect", _("On-site check")
    HANDLE = "handle", _("Handling")
    FEEDBACK = "feedback", _("Feedback")
    RATE = "rate", _("Rating window")
    REOPEN = "reopen", _("Reopening window")


class Unit(models.TextChoices):
    SECONDS = "seconds", _("seconds")
    WORKING_DAYS = "working_days", _("working days")
    CALENDAR_DAYS = "calendar_days", _("calendar days")


class RuleQuerySet(models.QuerySet["Rule"]):
    def for_order(
        self, places: Sequence[int], categories: Sequence[int], urgency: str
    ) -> "RuleQuerySet":
        """Every version that might govern a promise of such an order, inherited ones too."""
        return self.filter(
            Q(place__isnull=True) | Q(place__in=places),
            Q(category__isnull=True, urgency=urgency) | Q(category__in=categories),
        )


class Rule(models.Model):
    """One version. Rows are only ever added; the newest valid one governs new promises."""

    # Holds for everything beneath, until a nearer place says otherwise; empty: everywhere.
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    stage = models.CharField(max_length=8, choices=RuleStage)
    urgency = models.CharField(max_length=8, choices=Urgency, blank=True)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=16, choices=Unit)
    # How far apart the rungs of the ladder are, once the stage is late.
    span_amount = models.PositiveIntegerField()
    span_unit = models.CharField(max_length=16, choices=Unit)
    # Every night between these, on the local clock, no seconds run for what is not urgent.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    # The close of business, at which a last day ends; empty: at 24:00.
    closes_at = models.TimeField(null=True, blank=True)
    # When its holder is reminded: hundredths of a rule in seconds, working days before the last
    # day of a rule in days. Null: as usual (`clock.USUAL_…`). Empty: never.
    reminders = models.JSONField(null=True, blank=True)
    # The rungs, from the nearest up; null: as usual for the stage (`workflow.LADDER`).
    ladder = models.JSONField(null=True, blank=True)
    # The preset it came with, and the law or decision behind it.
    preset = models.CharField(max_length=24, blank=True)
    source = models.CharField(max_length=200)
    valid_from = models.DateTimeField()
    # From here on what this rule had overruled holds again.
    withdrawn = models.BooleanField(default=False)

    objects: ClassVar[RuleQuerySet] = RuleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                F("stage"),
                F("urgency"),
                F("version"),
                # Two empty columns would count as different, and let a version in twice.
                Coalesce(F("place"), 0),
                Coalesce(F("category"), 0),
                name="rule_version_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="rule_amount_positive"),
            models.CheckConstraint(condition=Q(span_amount__gt=0), name="rule_span_positive"),
            # A night without an end would stop the clock for ever.
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (
                    Q(quiet_from__isnull=False, quiet_until__isnull=False)
                    & ~Q(quiet_from=F("quiet_until"))
                ),
                name="rule_quiet_hours_begin_and_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage}/{self.urgency} v{self.version}: {self.amount} {self.unit}"
