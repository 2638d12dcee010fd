"""What a resident writes to the butler of a building, and what the butler answers (W1)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from communities.models.appointments import Appointment


class ButlerMessage(models.Model):
    """A few words and the answer to them. Between these two alone; no number on either side."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The office it was written to: whoever takes it over does not read what others were told.
    butler = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="messages")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="butler_messages"
    )
    text = models.TextField()
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="butler_message_answered_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.butler}, {self.at:%Y-%m-%d}"
