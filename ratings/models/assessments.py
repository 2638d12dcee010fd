"""Assessments: who looked at what, when, and what they found."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models import Body, Place
from ratings.models.schemes import Period


class AssessmentState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("an assessment", "Being written")
    HANDED_IN = "handed_in", _("Handed in, to be confirmed by the meeting")
    SETTLED = "settled", _("Settled")
    REPLACED = "replaced", _("Replaced by a correction")


class Assessment(models.Model):
    """One sheet about one firm at one estate: by one method, or a verdict settled in a meeting.

    Settled it is never changed; a correction is another one that replaces it, with its reason.
    Several daily checks stand side by side and their findings add up.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="assessments", db_index=False
    )
    estate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="assessments")
    # Who is assessed: the firm that serves the estate, or its committee.
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="assessments", db_index=False
    )
    # The key of the part in the scheme; the method is empty for a verdict.
    part = models.CharField(max_length=32)
    method = models.CharField(max_length=12, blank=True)
    state = models.CharField(
        max_length=12, choices=AssessmentState, default=AssessmentState.DRAFT, db_index=False
    )
    # The day on which it was carried out.
    on = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assessments"
    )
    # In which office, and of which place: facts of that day, whatever becomes of the office.
    office = models.CharField(max_length=24)
    office_place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    text = models.TextField(blank=True)
    # The meeting that settled a verdict: its minutes' number, its day, and who was there.
    minutes = models.CharField(max_length=60, blank=True)
    met_on = models.DateField(null=True, blank=True)
    present = models.PositiveSmallIntegerField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    # Why it replaces another one.
    reason = models.CharField(max_length=500, blank=True)
    # Why whoever was to confirm a verdict gave it back.
    sent_back = models.CharField(max_length=500, blank=True)
    # The frozen card whose correction it is for; without one nothing is corrected after freezing.
    for_card = models.ForeignKey(
        "ratings.Scorecard",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrected_by",
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Two people on one sheet see that the other has begun; daily checks are many.
            models.UniqueConstraint(
                fields=["period", "estate", "body", "part", "method"],
                condition=~Q(method="daily") & ~Q(state="replaced") & Q(replaces__isnull=True),
                name="assessment_once_per_sheet",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("by")),
                name="assessment_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("settled", "replaced"), settled_at__isnull=False)
                | Q(state__in=("draft", "handed_in"), settled_at__isnull=True),
                name="assessment_settled_at_a_time",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["period", "body", "estate"], name="assessment_of_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.method}, {self.estate}, {self.on}"


class Finding(models.Model):
    """What was found of one item: findings counted, a share, a level, or points.

    Without a value the item does not apply here, and the note says why.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="findings", db_index=False
    )
    item = models.CharField(max_length=32)
    value = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["assessment", "item"], name="finding_once_per_item"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="finding_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(note=""), name="finding_absent_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.value}"


class FindingPhoto(models.Model):
    """A cleaned picture of a finding, of how it was put right, or of a credit record's evidence.

    Bytes first; a row that none of them took is swept away.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    finding = models.ForeignKey(
        Finding, null=True, blank=True, on_delete=models.CASCADE, related_name="photos"
    )
    step = models.ForeignKey(
        "ratings.RectificationStep",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="photos",
    )
    credit_step = models.ForeignKey(
        "ratings.CreditStep",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="photos",
    )
    image = models.ImageField(width_field="width", height_field="height")
    thumbnail = models.ImageField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(finding__isnull=True, step__isnull=True)
                | Q(finding__isnull=True, credit_step__isnull=True)
                | Q(step__isnull=True, credit_step__isnull=True),
                name="finding_photo_belongs_to_one",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["uploaded_at"],
                name="finding_photo_unowned",
                condition=Q(finding__isnull=True, step__isnull=True, credit_step__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)
