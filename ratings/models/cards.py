"""Scorecards: frozen with every input, so that each can be made again to the same figure."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.appended import Appended, AppendedQuerySet
from communities.models import Body, Place
from ratings.models.schemes import Period, SchemeVersion


class CardQuerySet(AppendedQuerySet["Scorecard"]):
    def current(self) -> "CardQuerySet":
        """Those that no correction replaces."""
        return self.filter(replaced_by__isnull=True)


class Scorecard(Appended):
    """The score of one firm at one estate in one period, or of the whole firm (no estate).

    `inputs` is all that the figure was made of and `working` how (see `ratings.cards`); both are
    plain data without names of residents. The version of the scheme is the period's. A correction
    appends a card that replaces another, with its reason. A trigger refuses every change.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="cards", db_index=False
    )
    version = models.ForeignKey(
        SchemeVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="cards", db_index=False)
    estate = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="cards"
    )
    # 1, and one more for each correction.
    number = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    reason = models.CharField(max_length=500, blank=True)
    # Out of 100, rounded once; empty is blank, with the parts that lack data in `working`.
    total = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    band = models.CharField(max_length=60, blank=True)
    # The households it weighs with in the whole firm's score.
    households = models.PositiveIntegerField(default=0)
    inputs = models.JSONField()
    working = models.JSONField()
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    objects: ClassVar[CardQuerySet] = CardQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["period", "body", "estate", "number"],
                condition=Q(estate__isnull=False),
                name="card_once_per_estate",
            ),
            models.UniqueConstraint(
                fields=["period", "body", "number"],
                condition=Q(estate__isnull=True),
                name="card_once_per_firm",
            ),
            models.CheckConstraint(
                condition=Q(number=1, replaces__isnull=True, reason="")
                | (Q(number__gt=1, replaces__isnull=False) & ~Q(reason="")),
                name="card_corrected_for_a_reason",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["body", "-frozen_at"], name="card_of_a_body"),
        ]

    def __str__(self) -> str:
        return f"{self.body}, {self.period.name}: {self.total}"
