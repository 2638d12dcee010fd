"""What hangs on an order: who reported it, what was said and shown, and what happened."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.appended import Appended, AppendedQuerySet
from complaints.models.orders import Complaint


class Contact(models.Model):
    """Who reported. A table of its own, which queries for handlers never join."""

    complaint = models.OneToOneField(Complaint, on_delete=models.CASCADE, related_name="contact")
    name = models.CharField(_("name"), max_length=64, blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True, db_index=True)
    dwelling = models.CharField(_("dwelling"), max_length=64, blank=True)

    def __str__(self) -> str:
        return f"contact of {self.complaint_id}"


class Audience(models.TextChoices):
    """Who may read a text or see an event."""

    ALL = "all", _("Everybody on the order")
    STAFF = "staff", _("Desk, grid and offices above")
    WORKERS = "workers", _("Staff and the handler, not the reporter")
    REPORTER = "reporter", _("Staff and the reporter, not the handler")


class StatementKind(models.TextChoices):
    DESCRIPTION = "description", _("Description")
    SPOT = "spot", _("Where exactly")
    NOTE = "note", _("Note")
    RESULT = "result", _("Result")
    ANSWER = "answer", _("Answer")
    COMMENT = "comment", _("Comment")
    SUPPLEMENT = "supplement", _("Supplement")


class Statement(models.Model):
    """Free text. Facts are for ever, words are not: only anonymisation may change one."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="statements")
    kind = models.CharField(max_length=16, choices=StatementKind)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.ALL)
    text = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} of {self.complaint_id}"


class Event(Appended):
    """Something that happened to an order. Appended, never edited; a trigger says so too."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    verb = models.CharField(max_length=24)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.ALL)
    from_status = models.CharField(max_length=16, blank=True)
    to_status = models.CharField(max_length=16, blank=True)
    actor_kind = models.CharField(max_length=16)
    # Plain ids, no keys: the log never blocks or loses a deletion.
    actor_id = models.BigIntegerField(null=True)
    party = models.CharField(max_length=16)
    office = models.CharField(max_length=24, blank=True)
    body_id = models.BigIntegerField(null=True)
    statement = models.ForeignKey(
        Statement, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    facts = models.JSONField(default=dict)

    objects: ClassVar[AppendedQuerySet["Event"]] = AppendedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("at", "id")

    def __str__(self) -> str:
        return f"{self.verb} at {self.at:%Y-%m-%d %H:%M}"


class PhotoMoment(models.TextChoices):
    BEFORE = "before", _("As found")
    AFTER = "after", _("After handling")


class Photo(models.Model):
    """A cleaned picture. The bytes are written first; a row without an order is swept away."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    complaint = models.ForeignKey(
        Complaint, null=True, blank=True, on_delete=models.CASCADE, related_name="photos"
    )
    event = models.ForeignKey(
        Event, null=True, blank=True, on_delete=models.PROTECT, related_name="photos"
    )
    moment = models.CharField(max_length=8, choices=PhotoMoment, default=PhotoMoment.BEFORE)
    image = models.ImageField(width_field="width", height_field="height")
    thumbnail = models.ImageField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # Who may attach it: a user, or a session or secret by its digest.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    owner_digest = models.CharField(max_length=64, blank=True)
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["uploaded_at"],
                name="photo_unowned",
                condition=Q(complaint__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Rating(models.Model):
    """What the reporter said of one round's answer. The last round's counts."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="ratings")
    round = models.PositiveSmallIntegerField()
    solved = models.BooleanField()
    # 5 very satisfied … 1 very dissatisfied; 3–5 are good, 1–2 bad (our decision).
    satisfaction = models.PositiveSmallIntegerField(null=True)
    tags = models.JSONField(default=list)
    by_telephone = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["complaint", "round"], name="rating_once_a_round"),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)),
                name="rating_from_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} round {self.round}: {self.satisfaction}"
