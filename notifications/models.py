"""The outbox: one row per event, person and channel."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    IN_APP = "in_app", _("In the portal")
    EMAIL = "email", _("E-mail")


class Notification(models.Model):
    """A notice to one person. Written with the change it tells of, delivered by a sweep."""

    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notifications",
        db_index=False,
    )
    # Names the sentence; `facts` fills it in. Never a name, a phone or free text.
    kind = models.CharField(max_length=48)
    facts = models.JSONField(default=dict)
    channel = models.CharField(max_length=8, choices=Channel)
    # What happened, so that nobody is told twice of the same thing by the same way.
    key = models.CharField(max_length=64)
    # Asked for by duty: nobody's preferences switch it off, it always leaves by one loud way.
    duty = models.BooleanField(default=False, db_default=False)
    # A ring in the night is meant: the person's own quiet hours do not hold it back.
    wakes = models.BooleanField(default=False, db_default=False)
    # The loud ways – all but the portal itself – carry it no earlier than this.
    loud_from = models.DateTimeField(null=True, blank=True)
    # The office whose chat group hears of it too, by the code of its place; empty for none.
    place_code = models.CharField(max_length=24, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "to", "channel"], name="notice_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_try_at"],
                name="notice_pending",
                condition=Q(delivered_at__isnull=True, next_try_at__isnull=False),
            ),
            models.Index(fields=["to", "-created_at"], name="notice_of_person"),
            models.Index(
                fields=["to"],
                name="notice_unread",
                condition=Q(read_at__isnull=True, channel="in_app"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to_id}"
