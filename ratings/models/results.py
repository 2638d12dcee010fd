"""What results are used for: recommendations on their ground, and what became of them."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.appended import Appended, AppendedQuerySet
from communities.models import Body, Contract, Place
from ratings.models.cards import Scorecard
from ratings.models.credit import CreditVersion
from ratings.models.listings import Listing


class Advice(models.TextChoices):
    RENEW = "renew", _("Renew the contract")
    NOT_RENEW = "not_renew", _("Do not renew the contract")
    VOTE = "vote", _("Put it to the owners' vote")
    ENTER_POOL = "enter_pool", _("Take into the preferred pool")
    LEAVE_POOL = "leave_pool", _("Take out of the preferred pool")


class Addressee(models.TextChoices):
    COMMITTEE = "committee", _("The committee of the estate")
    COMMUNITY = "community", _("The community, for the owners")
    FIRM = "firm", pgettext_lazy("addressed to", "The firm")
    REGISTER = "register", _("Whoever keeps the register of firms")


POOL = (Advice.ENTER_POOL, Advice.LEAVE_POOL)
# What speaks for a firm; the rest speaks against it.
GOOD = (Advice.RENEW, Advice.ENTER_POOL)
ADDRESSED: dict[str, tuple[Addressee, ...]] = {
    Advice.RENEW: (Addressee.COMMITTEE, Addressee.COMMUNITY, Addressee.FIRM),
    Advice.NOT_RENEW: (Addressee.COMMITTEE, Addressee.COMMUNITY, Addressee.FIRM),
    Advice.VOTE: (Addressee.COMMITTEE, Addressee.COMMUNITY),
    Advice.ENTER_POOL: (Addressee.REGISTER,),
    Advice.LEAVE_POOL: (Addressee.REGISTER,),
}


@dataclass(frozen=True)
class CreditGround:
    """The credit grade of a firm as it stood on the day it was made a ground."""

    version: CreditVersion
    on: date
    level: str
    points: Decimal

    @property
    def advice(self) -> str:
        """Which list its level advises: "red", "black" or none."""
        levels = {level.name: level.advice for level in self.version.read.rules.levels}
        return levels[self.level]


def _one_of(*names: str) -> Q:
    """Exactly one of these is there."""
    found = Q()
    for there in names:
        found |= Q(**{f"{name}__isnull": name != there for name in names})
    return found


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def alarmed(self, at: datetime) -> "RecommendationQuerySet":
        """Those the clock must look at now, the longest-waiting first."""
        return self.filter(alarm_at__lte=at).order_by("alarm_at", "pk")


class Recommendation(models.Model):
    """What an officer recommends on the ground of a listing, a score or the firm's credit grade.
    Nothing follows by itself.

    `place` is the estate it is about, or the district for the preferred pool.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    advice = models.CharField(max_length=12, choices=Advice)
    firm = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="recommendations")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="recommendations")
    # The contract in force at the estate that day.
    contract = models.ForeignKey(
        Contract, null=True, blank=True, on_delete=models.PROTECT, related_name="recommendations"
    )
    listing = models.ForeignKey(
        Listing, null=True, blank=True, on_delete=models.PROTECT, related_name="recommendations"
    )
    card = models.ForeignKey(
        Scorecard, null=True, blank=True, on_delete=models.PROTECT, related_name="recommendations"
    )
    # The grade of the day: as it was shown, and by which version of the scheme it was reckoned.
    credit_version = models.ForeignKey(
        CreditVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    credit_on = models.DateField(null=True, blank=True)
    credit_level = models.CharField(max_length=20, blank=True)
    credit_points = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    text = models.TextField()
    addressee = models.CharField(max_length=12, choices=Addressee)
    # The committee, the community's office or the firm; nobody for the register.
    to = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # The last day on which the addressee is to have said what becomes of it.
    due_on = models.DateField()
    # When that day is over; nothing once it was told, answered or withdrawn.
    alarm_at = models.DateTimeField(null=True, blank=True, editable=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # Of its first outcome.
    answered_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    withdrawn_because = models.TextField(blank=True)

    objects: ClassVar[RecommendationQuerySet] = RecommendationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["advice", "firm", "place"],
                condition=Q(answered_at__isnull=True, withdrawn_at__isnull=True),
                name="recommendation_one_waiting",
            ),
            models.CheckConstraint(
                condition=_one_of("listing", "card", "credit_version"),
                name="recommendation_has_one_ground",
            ),
            models.CheckConstraint(
                condition=Q(
                    credit_version__isnull=True,
                    credit_on__isnull=True,
                    credit_level="",
                    credit_points__isnull=True,
                )
                | Q(
                    ~Q(credit_level=""),
                    credit_version__isnull=False,
                    credit_on__isnull=False,
                    credit_points__isnull=False,
                ),
                name="recommendation_credit_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(addressee="register", to__isnull=True)
                | (~Q(addressee="register") & Q(to__isnull=False)),
                name="recommendation_is_addressed",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_because="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="recommendation_withdrawn_for_a_reason",
            ),
            # Nobody is told that what is answered or withdrawn is late.
            models.CheckConstraint(
                condition=Q(alarm_at__isnull=True)
                | Q(answered_at__isnull=True, withdrawn_at__isnull=True),
                name="recommendation_alarms_while_waiting",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_on"],
                condition=Q(answered_at__isnull=True, withdrawn_at__isnull=True),
                name="recommendation_due",
            ),
            models.Index(
                fields=["alarm_at"],
                condition=Q(alarm_at__isnull=False),
                name="recommendation_alarm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advice}, {self.firm}, {self.place}"

    @property
    def waiting(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

    @property
    def credit(self) -> CreditGround | None:
        if self.credit_version is None or self.credit_on is None or self.credit_points is None:
            return None
        return CreditGround(
            self.credit_version, self.credit_on, self.credit_level, self.credit_points
        )

    @property
    def ground(self) -> Listing | Scorecard | CreditGround:
        """What it rests on: the database says that there is one."""
        found = self.listing or self.card or self.credit
        if found is None:
            raise TypeError("a recommendation without a ground")
        return found

    def overdue(self, on: date) -> bool:
        """Whether its last day is over and nobody has said what became of it."""
        return self.waiting and self.due_on < on

    @property
    def about_pool(self) -> bool:
        return self.advice in POOL


class Result(models.TextChoices):
    FOLLOWED = "followed", _("Followed")
    IN_PART = "in_part", _("Followed in part")
    NOT_FOLLOWED = "not_followed", _("Not followed")


class Outcome(Appended):
    """What became of a recommendation, and who says so; the last one counts. A trigger refuses
    every change.

    Of a vote: how many owners were for it, against it and abstained, with the area each had in
    square metres, and how much there is in all, where it is known (Civil Code 278).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="outcomes"
    )
    result = models.CharField(max_length=12, choices=Result)
    on = models.DateField()
    text = models.TextField()
    said_by = models.CharField(max_length=120)
    # Why it stands here instead of the one before; empty for the first.
    because = models.CharField(max_length=200, blank=True)
    votes_for = models.PositiveIntegerField(null=True, blank=True)
    votes_against = models.PositiveIntegerField(null=True, blank=True)
    votes_abstained = models.PositiveIntegerField(null=True, blank=True)
    votes_whole = models.PositiveIntegerField(null=True, blank=True)
    area_for = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    area_against = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    area_abstained = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    area_whole = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects: ClassVar[AppendedQuerySet["Outcome"]] = AppendedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["recommendation"],
                condition=Q(because=""),
                name="outcome_first_one_once",
            ),
            models.CheckConstraint(
                condition=Q(votes_whole__isnull=True)
                | Q(votes_whole__gte=F("votes_for") + F("votes_against") + F("votes_abstained")),
                name="outcome_no_more_votes_than_owners",
            ),
            models.CheckConstraint(
                condition=Q(area_whole__isnull=True)
                | Q(area_whole__gte=F("area_for") + F("area_against") + F("area_abstained")),
                name="outcome_no_more_area_than_there_is",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id}, {self.result}"

    @property
    def counted(self) -> bool:
        return self.votes_for is not None

    @property
    def area_given(self) -> Decimal | None:
        """The area that took part, where it is known."""
        if self.area_for is None:
            return None
        return self.area_for + (self.area_against or 0) + (self.area_abstained or 0)
