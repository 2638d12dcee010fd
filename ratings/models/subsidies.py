"""Honours with money 评先奖补: a programme with its budget, awards, what was paid of them."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from common.appended import Appended, AppendedQuerySet
from communities.models import COMMITTEE_BODIES, Body, BodyKind, Honour, Place


class AwardedKind(models.TextChoices):
    PROJECT = "project", _("Project of an estate")
    BRANCH = "branch", _("Party branch")
    COMMITTEE = "committee", _("Owners' or management committee")
    FIRM = "firm", _("Property firm")
    GROUP = "group", _("Alliance, association or team")


# The bodies each kind is given to; a project is an estate's.
BODIES: dict[str, tuple[str, ...]] = {
    AwardedKind.BRANCH: (BodyKind.PARTY_ORGANISATION,),
    AwardedKind.COMMITTEE: COMMITTEE_BODIES,
    AwardedKind.FIRM: (BodyKind.FIRM,),
    AwardedKind.GROUP: (BodyKind.GROUP,),
}


class Programme(models.Model):
    """Honours and subsidies of a place and a year, out of one budget in yuan."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="programmes")
    name = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    granted_by = models.CharField(max_length=120)
    document = models.CharField(_("document number"), max_length=60)
    budget = models.DecimalField(max_digits=14, decimal_places=2)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["place", "name", "year"], name="programme_once_a_year"
            ),
            models.CheckConstraint(condition=Q(budget__gt=0), name="programme_has_a_budget"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name}, {self.year}"


class AwardCategory(models.Model):
    """So many awards of one amount, for one kind of receiver."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="categories")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=AwardedKind)
    # Also what the list of honours is called.
    name = models.CharField(max_length=120)
    count = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["programme", "name"], name="award_category_once_a_programme"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, count__gt=0), name="award_category_is_of_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AwardState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    APPROVED = "approved", _("Approved")
    TURNED_DOWN = "turned_down", _("Turned down")
    TAKEN_BACK = "taken_back", _("Taken back")


# What the budget is held for.
HELD = ("proposed", "approved")


class AwardQuerySet(models.QuerySet["Award"]):
    def held(self) -> "AwardQuerySet":
        """Those the budget is held for."""
        return self.filter(state__in=HELD)

    def amount(self) -> Decimal:
        """How much they are together."""
        found: Decimal | None = self.aggregate(sum=Sum("amount"))["sum"]
        return found or Decimal(0)


class Award(models.Model):
    """Who gets an award, on what grounds; proposed by one officer, approved by another.

    Approved, it stands on the list of honours of its category.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    category = models.ForeignKey(AwardCategory, on_delete=models.PROTECT, related_name="awards")
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="awards"
    )
    body = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="awards"
    )
    # The category's at that time.
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    grounds = models.CharField(max_length=200)
    document = models.CharField(_("document number"), max_length=60, blank=True)
    state = models.CharField(max_length=12, choices=AwardState, default=AwardState.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # Why it was turned down or taken back.
    because = models.CharField(max_length=200, blank=True)
    honour = models.ForeignKey(
        Honour, null=True, blank=True, on_delete=models.PROTECT, related_name="awards"
    )

    objects: ClassVar[AwardQuerySet] = AwardQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(place__isnull=True, body__isnull=False)
                | Q(place__isnull=False, body__isnull=True),
                name="award_to_a_place_or_a_body",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "taken_back"))
                | (Q(honour__isnull=False, decided_by__isnull=False) & ~Q(document="")),
                name="award_approved_under_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=models.F("proposed_by")),
                name="award_by_two_hands",
            ),
            models.UniqueConstraint(
                fields=["category", "place"],
                condition=Q(state__in=HELD, place__isnull=False),
                name="award_once_to_a_place",
            ),
            models.UniqueConstraint(
                fields=["category", "body"],
                condition=Q(state__in=HELD, body__isnull=False),
                name="award_once_to_a_body",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id}, {self.receiver}"

    @property
    def receiver(self) -> Place | Body:
        found = self.place or self.body
        if found is None:
            raise ValueError("an award is somebody's: the database says so")
        return found


class PaymentQuerySet(AppendedQuerySet["Payment"]):
    def amount(self) -> Decimal:
        """How much they are together, what was corrected taken off."""
        found: Decimal | None = self.aggregate(sum=Sum("amount"))["sum"]
        return found or Decimal(0)


class Payment(Appended):
    """That part of an award was paid: day, amount, reference of the voucher; no account of anybody.

    A contrary entry takes back exactly one entry, once. A trigger refuses every change.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="payments")
    on = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    reference = models.CharField(max_length=60)
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    because = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects: ClassVar[PaymentQuerySet] = PaymentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, amount__gt=0, because="")
                | (Q(corrects__isnull=False, amount__lt=0) & ~Q(because="")),
                name="payment_is_paid_or_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id}, {self.amount}"
