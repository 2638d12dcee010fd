"""Photos and documents of a listing: what the grounds rest on, what a statement shows."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from ratings.models.listings import ListingStep


class ListingFile(models.Model):
    """A cleaned photo, or a document as it came. Bytes first; one that no step took is swept away.

    Whoever may read the step may read it; nobody else, unless an officer marks it public. Then
    everybody reads of a document its pages drawn anew; the parties read it as it came.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    step = models.ForeignKey(
        ListingStep, null=True, blank=True, on_delete=models.PROTECT, related_name="files"
    )
    # As its owner called it; of a photo only what it shows is kept.
    name = models.CharField(max_length=120)
    file = models.FileField()
    # None of a document.
    thumbnail = models.FileField(blank=True)
    public = models.BooleanField(default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(public=False) | Q(step__isnull=False),
                name="listing_file_public_of_a_step",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["uploaded_at"],
                name="listing_file_unowned",
                condition=Q(step__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def photo(self) -> bool:
        return bool(self.thumbnail)

    @property
    def public_name(self) -> str:
        """Where the bytes lie that everybody reads: of a document its pages drawn anew."""
        stored = str(self.file.name)
        return stored if self.photo else f"{stored.removesuffix('.pdf')}-public.pdf"
