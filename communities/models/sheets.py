"""Workbooks that were sent in: read, shown row by row, and written when confirmed."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.models.places import Place


class ImportState(models.TextChoices):
    SENT = "sent", _("Sent, waiting to be read")
    READING = "reading", _("Being read")
    READ = "read", _("Read, to be confirmed")
    CONFIRMED = "confirmed", _("Confirmed, waiting to be written")
    WRITING = "writing", _("Being written")
    DONE = "done", _("Written")
    REFUSED = "refused", _("Could not be read or written")
    DROPPED = "dropped", _("Dropped")


class Import(models.Model):
    """One workbook of one kind of list, sent in for a place; nothing is written unconfirmed.

    `file` is the workbook as sent; it and the rows are removed after a while, the counts stay.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=24)  # a name of communities.sheets.SHEETS
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    filename = models.CharField(max_length=200)
    file = models.BinaryField(null=True)
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.SENT)
    # Rows gone through of those there are, while reading and while writing.
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    # Why the whole workbook was refused, as a sentence's code and its facts.
    problem = models.JSONField(default=dict)
    # Taken by a sweep until then; a sweep that died lets another one have it.
    taken_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["at"],
                condition=models.Q(state__in=["sent", "reading", "confirmed", "writing"]),
                name="import_waiting",
            ),
            models.Index(fields=["by", "at"], name="import_by_at"),
        ]

    def __str__(self) -> str:
        return self.filename


class RowVerdict(models.TextChoices):
    CREATE = "create", _("Will be created")
    CHANGE = "change", _("Will be changed")
    SAME = "same", _("Unchanged")
    REFUSE = "refuse", _("Refused")


class ImportRow(models.Model):
    """One row of the workbook: what it says, what will come of it and why."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # as the spreadsheet program shows it
    verdict = models.CharField(max_length=8, choices=RowVerdict)
    said = models.JSONField(default=dict)
    # For each column that is refused or changed: sentences, or [before, after].
    words = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["of", "number"], name="import_row_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["of", "verdict", "number"], name="import_row_verdict")
        ]

    def __str__(self) -> str:
        return f"{self.of}, {self.number}"
