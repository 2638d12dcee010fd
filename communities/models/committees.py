"""Owners' committees 业委会 and property management committees 物业管理委员会."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models.bodies import Body
from communities.models.places import Place
from communities.workflow import IN_TERM as IN_TERM
from communities.workflow import CommitteeState as CommitteeState


class Committee(models.Model):
    """A committee of an estate beyond its name and code; `body.place` is the estate.

    `state` is written by the verbs of its formation alone; each of its dated steps is a row.
    """

    body = models.OneToOneField(Body, on_delete=models.CASCADE, related_name="committee")
    state = models.CharField(max_length=24, choices=CommitteeState)
    seats = models.PositiveSmallIntegerField(null=True, blank=True)
    # The term runs over [from, until): at most five years.
    term_from_on = models.DateField(null=True, blank=True)
    term_until_on = models.DateField(null=True, blank=True)
    elected_on = models.DateField(null=True, blank=True)
    filed_on = models.DateField(null=True, blank=True)
    filing_number = models.CharField(max_length=60, blank=True)
    # When the sweep must next look: filing or re-election due, or the end of the term.
    alarm_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(term_until_on__isnull=True) | Q(term_until_on__gt=F("term_from_on")),
                name="committee_term_ends_after_it_begins",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["alarm_on"],
                condition=Q(alarm_on__isnull=False),
                name="committee_alarm",
            )
        ]

    def __str__(self) -> str:
        return str(self.body)

    @property
    def code(self) -> str:
        """What it is called by outside: its body's code."""
        return self.body.code


class CommitteeStep(models.Model):
    """One dated step on the way to a committee, or in its life. Appended, never edited."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=32)
    on = models.DateField()
    facts = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["committee", "on"], name="committee_step_on")
        ]

    def __str__(self) -> str:
        return f"{self.committee}, {self.step}"


class MemberRole(models.TextChoices):
    DIRECTOR = "director", _("Director")
    VICE = "vice", _("Vice director")
    MEMBER = "member", _("Member")
    ALTERNATE = "alternate", _("Alternate")


class CommitteeMember(models.Model):
    """A person on a committee over [from_on, until_on). Whether in the Party is guarded."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="members")
    name = models.CharField(max_length=60)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="committee_seats",
    )
    role = models.CharField(max_length=12, choices=MemberRole, default=MemberRole.MEMBER)
    # The exclusive area behind the seat, m²: what the member owns in the estate.
    floor_area = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    # Sensitive: counted for the party share, shown with the name to nobody but who keeps it.
    party_member = models.BooleanField(default=False)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    left_grounds = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="committee_member_leaves_after_joining",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Training(models.Model):
    """A training for committees (A10), and which of them took part."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="trainings")
    topic = models.CharField(max_length=200)
    on = models.DateField()
    hours = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return self.topic


class TrainingPresence(models.Model):
    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="presences")
    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="trainings")
    people = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["training", "committee"], name="training_once_per_committee"
            )
        ]

    def __str__(self) -> str:
        return f"{self.committee}, {self.training}"


class YearlyReview(models.Model):
    """A committee's yearly performance review (A10): by whom, with what result."""

    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="reviews")
    year = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=40)
    points = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["committee", "year"], name="yearly_review_once_per_committee"
            )
        ]

    def __str__(self) -> str:
        return f"{self.committee}, {self.year}"
