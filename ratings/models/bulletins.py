"""Bulletins 通报: how a place did over a quarter, frozen as one document, issued by its office."""

import uuid
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models import Place


class BulletinState(models.TextChoices):
    MAKING = "making", _("Figures being taken")
    DRAFT = "draft", _("Draft")
    ISSUED = "issued", pgettext_lazy("a bulletin", "Issued")


class Bulletin(models.Model):
    """The bulletin of one place over [from_on, until_on); what it says is in its versions.

    Issued it has its document number for good: a correction is another version under it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="bulletins", db_index=False
    )
    # The quarter, as everybody calls it.
    name = models.CharField(max_length=60)
    from_on = models.DateField()
    until_on = models.DateField()
    document_number = models.CharField(max_length=60, blank=True)
    # When its first version was issued.
    issued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["place", "from_on"], name="bulletin_once_a_quarter"),
            models.UniqueConstraint(
                fields=["place", "document_number"],
                condition=~Q(document_number=""),
                name="bulletin_number_once",
            ),
            models.CheckConstraint(
                condition=Q(until_on__gt=F("from_on")), name="bulletin_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, document_number="")
                | (Q(issued_at__isnull=False) & ~Q(document_number="")),
                name="bulletin_issued_under_a_number",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["-issued_at"], condition=Q(issued_at__isnull=False), name="bulletin_issued"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}, {self.name}"


class BulletinVersion(models.Model):
    """One version of what a bulletin says. Issued it never changes: a trigger says so too.

    `document` is plain data that every form is written from (see `ratings.bulletins`): figures,
    sentences and tables, without names of persons. What an officer writes is beside it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bulletin = models.ForeignKey(
        Bulletin, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(
        max_length=8, choices=BulletinState, default=BulletinState.MAKING, db_index=False
    )
    # Why it replaces the version before.
    reason = models.CharField(max_length=500, blank=True)
    # Who issues it and who else is sent a copy, as the document says them.
    office = models.CharField(max_length=80)
    copies_to = models.CharField(max_length=300, blank=True)
    opening = models.TextField(max_length=3000, blank=True)
    closing = models.TextField(max_length=3000, blank=True)
    document = models.JSONField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    asked_at = models.DateTimeField()
    # The moment its figures are as of.
    taken_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    issued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["bulletin", "number"], name="bulletin_version_once"),
            # One at a time: two people would each lose what the other wrote.
            models.UniqueConstraint(
                fields=["bulletin"],
                condition=~Q(state="issued"),
                name="bulletin_one_version_under_way",
            ),
            models.CheckConstraint(
                condition=Q(state="making", document__isnull=True)
                | Q(state__in=("draft", "issued"), document__isnull=False),
                name="bulletin_says_something_once_made",
            ),
            models.CheckConstraint(
                condition=Q(state="issued", issued_at__isnull=False)
                | (~Q(state="issued") & Q(issued_at__isnull=True)),
                name="bulletin_version_issued_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
                name="bulletin_corrected_for_a_reason",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # What the sweep works on.
            models.Index(
                fields=["asked_at"], condition=Q(state="making"), name="bulletin_in_the_making"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin}, {self.number}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("versions of a bulletin are kept")


class BulletinPart(models.Model):
    """What was counted for one community, while a version is being made; gone when it is made."""

    version = models.ForeignKey(
        BulletinVersion, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Plain data, as `ratings.queries.bulletin_figures` counts it.
    counted = models.JSONField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["version", "community"], name="bulletin_part_once_a_community"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id}, {self.community_id}"
