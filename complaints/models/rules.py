"""How long each stage may take: rows with history. A new rule touches new promises only."""

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
    def for_order(self, district_id: int, category_id: int, urgency: str) -> "RuleQuerySet":
        """Every version that might govern a promise of such an order."""
        return self.filter(
            Q(district__isnull=True) | Q(district_id=district_id),
            Q(category__isnull=True, urgency=urgency) | Q(category_id=category_id),
        )


class Rule(models.Model):
    """One version. Rows are only ever added; the newest valid one governs new promises."""

    district = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    stage = models.CharField(max_length=8, choices=RuleStage)
    urgency = models.CharField(max_length=8, choices=Urgency, blank=True)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=16, choices=Unit)
    # How far apart the rungs of the ladder are, once the stage is late.
    span_amount = models.PositiveIntegerField()
    span_unit = models.CharField(max_length=16, choices=Unit)
    source = models.CharField(max_length=200)
    valid_from = models.DateTimeField()

    objects: ClassVar[RuleQuerySet] = RuleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                F("stage"),
                F("urgency"),
                F("version"),
                # Two empty columns would count as different, and let a version in twice.
                Coalesce(F("district"), 0),
                Coalesce(F("category"), 0),
                name="rule_version_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="rule_amount_positive"),
            models.CheckConstraint(condition=Q(span_amount__gt=0), name="rule_span_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.stage}/{self.urgency} v{self.version}: {self.amount} {self.unit}"
