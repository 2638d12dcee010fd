"""Duty rosters 值班表: who of an office is to be reached when, and who stands in for them."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.workdays import SHANGHAI
from communities.models.bodies import Body

WEEK = timedelta(days=7)


def week_of(on: date) -> datetime:
    """The beginning of the week of a day: Monday 00:00 in Shanghai."""
    return datetime.combine(on - timedelta(days=on.weekday()), time.min, SHANGHAI)


class DutyShiftQuerySet(models.QuerySet["DutyShift"]):
    def covering(self, at: datetime) -> "DutyShiftQuerySet":
        """Running at this moment."""
        return self.filter(from_at__lte=at, until_at__gt=at)

    def touching(self, from_at: datetime, until_at: datetime) -> "DutyShiftQuerySet":
        """With any moment of [from_at, until_at) in them."""
        return self.filter(from_at__lt=until_at, until_at__gt=from_at)


class DutyShift(models.Model):
    """A (`user`) is on duty for an office over [from_at, until_at), with B (`deputy`) behind them.

    Shifts of one office do not overlap: the verb sees to it under the office's lock.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # No index of its own: the one below begins with it.
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="shifts", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    # A is away, on leave or out at an incident: B is called instead.
    a_absent = models.BooleanField(default=False)

    objects: ClassVar[DutyShiftQuerySet] = DutyShiftQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until_at__gt=F("from_at")), name="duty_shift_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("user")),
                name="duty_shift_deputy_is_another",
            ),
        ]
        # By its end: what is over is never asked for, and it is most of the table.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["body", "until_at"], name="duty_shift_body_until")
        ]

    def __str__(self) -> str:
        return f"{self.body}, {self.from_at:%Y-%m-%d %H:%M}"
