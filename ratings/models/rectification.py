"""Rectification 整改: what was found wanting, by when it is put right, and whether it was."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models import Body, Place
from ratings.models.assessments import Assessment


class RectificationState(models.TextChoices):
    OPEN = "open", _("To be put right")
    REPORTED = "reported", _("Reported, to be looked at again")
    CLOSED = "closed", _("Put right")
    LAPSED = "lapsed", _("No longer asked for")


class RectificationQuerySet(models.QuerySet["Rectification"]):
    def alarmed(self, at: datetime) -> "RectificationQuerySet":
        """Those the clock must look at now, the longest-waiting first."""
        return self.filter(alarm_at__lte=at).order_by("alarm_at", "pk")


class Rectification(models.Model):
    """One deduction of a settled sheet, to be put right by a moment.

    Sent back it begins another round with its own deadline; that a round was late stays on record.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="rectifications", db_index=False
    )
    item = models.CharField(max_length=32)
    # As on the sheet: asked of whom, at which estate.
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="rectifications", db_index=False
    )
    estate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="rectifications")
    state = models.CharField(
        max_length=12,
        choices=RectificationState,
        default=RectificationState.OPEN,
        db_index=False,
    )
    round = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()
    # The promise of this round, as it was reckoned when it was made.
    due_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    # When the clock must look next, and how many levels it has told of this round.
    alarm_at = models.DateTimeField(null=True, blank=True, editable=False)
    told = models.PositiveSmallIntegerField(default=0, editable=False)

    objects: ClassVar[RectificationQuerySet] = RectificationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["assessment", "item"], name="rectification_once"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="rectification_closed_at_a_time",
            ),
            # Nobody is reminded of what they have reported, or of what is over.
            models.CheckConstraint(
                condition=Q(alarm_at__isnull=True) | Q(state="open"),
                name="rectification_alarms_while_open",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["alarm_at"],
                condition=Q(alarm_at__isnull=False),
                name="rectification_alarm",
            ),
            models.Index(fields=["body", "state", "due_at"], name="rectification_of_a_body"),
        ]

    def __str__(self) -> str:
        return f"{self.item}, {self.estate}, {self.due_at:%Y-%m-%d}"


class StepVerb(models.TextChoices):
    ASKED = "asked", pgettext_lazy("rectification", "Asked for")
    REPORTED = "reported", _("Reported as put right")
    SENT_BACK = "sent_back", _("Looked at again and sent back")
    CLOSED = "closed", _("Looked at again: put right")
    LATE = "late", _("Late: the firm was told")
    LATE_ABOVE = "late_above", _("Still late: the office above was told")
    LAPSED = "lapsed", _("No longer asked for")


class RectificationStep(models.Model):
    """What happened to it. Appended, never edited; what was late is dated when it was due."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rectification = models.ForeignKey(Rectification, on_delete=models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=12, choices=StepVerb)
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    # Nobody for what the clock wrote.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    text = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # A sweep that runs twice, or ten at once, tells of each level once.
            models.UniqueConstraint(
                fields=["rectification", "round", "verb"],
                name="rectification_step_once_a_round",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rectification_id}, {self.verb}, {self.round}"
