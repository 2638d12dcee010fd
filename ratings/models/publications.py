"""What was published, chained by hash: a past that was changed is found by anybody."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.appended import Appended, AppendedQuerySet
from communities.models import Place


class PublicationKind(models.TextChoices):
    SCORES = "scores", _("Scores of a period")
    CORRECTION = "correction", _("Correction of a score")
    LISTING = "listing", _("Entry of a red or black list")
    LISTING_END = "listing_end", _("End of an entry of a list")
    BULLETIN = "bulletin", _("Bulletin")
    CREDIT = "credit", _("Entry of the credit ledger")
    CREDIT_END = "credit_end", _("End of an entry of the credit ledger")


class Publication(Appended):
    """One thing that was made public, with the hash of all before it.

    `text` is canonical JSON, exactly what is hashed: no personal data in the clear, only
    hash(salt + text) of it (`PersonalText`), so that erasing a person leaves the chain whole.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # 1, 2, 3 …: a gap is a deleted row.
    sequence = models.PositiveBigIntegerField(unique=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="publications")
    kind = models.CharField(max_length=12, choices=PublicationKind)
    title = models.CharField(max_length=200)
    # What it publishes, by the public id of its row.
    subject = models.UUIDField(db_index=True)
    text = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    published_at = models.DateTimeField()

    objects: ClassVar[AppendedQuerySet["Publication"]] = AppendedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["place", "-sequence"], name="publication_of_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.title}"


class ChainHead(models.Model):
    """The one row that whoever publishes locks, so that no two links have the same number.

    It says the last link beside the links themselves, and how the last look at all of them ended.
    """

    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_to = models.PositiveBigIntegerField(default=0)
    # What the last look found: a list of {"sequence", "what", "title"}.
    broken = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(pk=1), name="chain_has_one_head")
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:12]}"


class PersonalText(models.Model):
    """Personal words that a publication names by hash(salt + text) alone; they can be erased."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="personal")
    field = models.CharField(max_length=32)
    salt = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["publication", "field"], name="personal_text_once")
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.publication_id}"
