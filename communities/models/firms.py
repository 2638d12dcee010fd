"""Firms: what is registered of them, whom they serve, what they offer."""

import uuid
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models.bodies import Body, in_force, last_day
from communities.models.places import Place


class Firm(models.Model):
    """What is known of a property firm beyond its name and code."""

    body = models.OneToOneField(Body, on_delete=models.CASCADE, related_name="firm")
    credit_code = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    # Founded by a community's party organisation; its assessment is the subdistrict's.
    community_led = models.BooleanField(default=False)
    registered_on = models.DateField(null=True, blank=True)
    # In units of 10,000 yuan, as business licences say it.
    capital = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    representative = models.CharField(
        _("legal representative"), max_length=60, blank=True, default="", db_default=""
    )
    address = models.CharField(max_length=200, blank=True, default="", db_default="")
    # The last day of the business licence; empty for one without end.
    licence_until = models.DateField(null=True, blank=True)
    staff = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.body)


class Ending(models.TextChoices):
    AGREED = "agreed", _("Agreed by both sides")
    DISMISSED = "dismissed", _("Dismissed by the owners")
    NOT_RENEWED = "not_renewed", _("Not renewed")
    RENEWED = "renewed", _("Renewed by another contract")


class ContractQuerySet(models.QuerySet["Contract"]):
    def in_force(self, on: date) -> "ContractQuerySet":
        return self.filter(in_force(on))


class Contract(models.Model):
    """A firm serves an estate over half-open dates [from_on, until_on)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    firm = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="contracts")
    estate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="contracts")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    number = models.CharField(max_length=60, blank=True, default="", db_default="")
    signed_on = models.DateField(null=True, blank=True)
    # The grade of service as the place calls it: data, not a list of ours.
    grade = models.CharField(max_length=40, blank=True, default="", db_default="")
    # Yuan for each square metre and month.
    fee = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    # Days of notice before dismissal (Civil Code 946) and before not renewing (948).
    dismissal_days = models.PositiveSmallIntegerField(default=60, db_default=60)
    renewal_days = models.PositiveSmallIntegerField(default=90, db_default=90)
    ended_grounds = models.CharField(max_length=200, blank=True, default="", db_default="")
    # How it ends, and the day on which one side told the other; nothing while nobody has said so.
    ending = models.CharField(max_length=12, choices=Ending, blank=True, default="", db_default="")
    notified_on = models.DateField(null=True, blank=True)
    # The last day on which its end was told of; another date of ending is told again.
    told_until_on = models.DateField(null=True, blank=True, editable=False)

    objects: ClassVar[ContractQuerySet] = ContractQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="contract_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["estate"],
                condition=Q(until_on__isnull=True),
                name="contract_one_open_per_estate",
            ),
        ]

    last_day = property(last_day)

    def __str__(self) -> str:
        return f"{self.firm} – {self.estate}"


class ServiceKind(models.TextChoices):
    ELDER_CARE = "elder_care", _("Care for the elderly")
    CANTEEN = "canteen", _("Canteen")
    MEDICAL = "medical", _("Medical service")
    CHILDREN = "children", _("Care for children")
    CLEANING = "cleaning", _("Cleaning")
    REPAIR = "repair", _("Repair")
    SAFETY = "safety", _("Safety and order")
    GREENERY = "greenery", _("Greenery")
    PARKING = "parking", _("Parking and charging")
    SUPERVISION = "supervision", _("Supervision of estate affairs")
    OTHER = "other", _("Other")


class Offer(models.Model):
    """A service a firm offers beside its contracts, under a written standard."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    firm = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="offers")
    kind = models.CharField(max_length=12, choices=ServiceKind)
    name = models.CharField(max_length=120)
    standard = models.TextField(_("written standard"), blank=True)
    price = models.CharField(max_length=120, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="offer_ends_after_it_begins",
            ),
        ]

    last_day = property(last_day)

    def __str__(self) -> str:
        return self.name


class Need(models.Model):
    """What an estate needs and has not; matched to firms that offer it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    estate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="needs")
    kind = models.CharField(max_length=12, choices=ServiceKind)
    text = models.CharField(max_length=500)
    raised_on = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # The firm that took it on, and since when; or the day it lapsed.
    met_by = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="needs_met"
    )
    met_on = models.DateField(null=True, blank=True)
    lapsed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(met_by__isnull=True, met_on__isnull=True)
                | Q(met_by__isnull=False, met_on__isnull=False, lapsed_on__isnull=True),
                name="need_is_met_by_somebody_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class PoolMembership(models.Model):
    """A firm stands in the preferred pool 优选库 over [from_on, until_on), with grounds."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    firm = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="pool_memberships")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    grounds = models.TextField()
    left_grounds = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["firm"],
                condition=Q(until_on__isnull=True),
                name="pool_one_open_membership_per_firm",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="pool_membership_ends_after_it_begins",
            ),
        ]

    last_day = property(last_day)

    def __str__(self) -> str:
        return f"{self.firm}, {self.from_on}"
