"""Estates as the ledger knows them: buildings, dwellings, facilities, plans, visits."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models.bodies import last_day
from communities.models.places import Place


class EstateKind(models.TextChoices):
    COMMODITY = "commodity", _("Commodity housing")
    RESETTLEMENT = "resettlement", _("Resettlement")
    OLD = "old", _("Old estate")


class ServiceMode(models.TextChoices):
    MARKET = "market", _("Market firm")
    COMMUNITY_LED = "community_led", _("Community-led firm")
    SELF_MANAGED = "self_managed", _("Self-managed")
    CARETAKER = "caretaker", _("Caretaker-managed")
    NONE = "none", _("No service")


class Delivery(models.TextChoices):
    BUILDING = "building", _("Under construction")
    PARTLY = "partly", _("Partly delivered")
    DELIVERED = "delivered", _("Delivered")


class Estate(models.Model):
    """What is known of an estate beyond its name and code."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, related_name="estate")
    kind = models.CharField(max_length=16, choices=EstateKind)
    # As of today; `ServiceSpell` keeps what it was and will be.
    service_mode = models.CharField(max_length=16, choices=ServiceMode)
    delivery = models.CharField(
        max_length=12, choices=Delivery, default=Delivery.DELIVERED, db_default=Delivery.DELIVERED
    )
    delivered_on = models.DateField(null=True, blank=True)
    households = models.PositiveIntegerField(default=0)
    floor_area = models.DecimalField(
        _("floor area, m²"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    address = models.CharField(max_length=200, blank=True, default="", db_default="")
    # Degrees, WGS 84; both or neither.
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="estate_is_on_the_globe",
            ),
        ]

    def __str__(self) -> str:
        return str(self.place)

    @property
    def mode_entered(self) -> bool:
        """Whether it is on record how it is served: then it changes from a day on, by spells."""
        return self.service_mode != ServiceMode.NONE or self.place.service_spells.exists()


class ServiceSpell(models.Model):
    """How an estate was, is or will be served, over [from_on, until_on); spells do not overlap."""

    estate = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="service_spells")
    mode = models.CharField(max_length=16, choices=ServiceMode)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    grounds = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["estate", "from_on"], name="service_spell_once_a_day"),
            models.UniqueConstraint(
                fields=["estate"],
                condition=Q(until_on__isnull=True),
                name="service_spell_one_open",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="service_spell_ends_after_it_begins",
            ),
        ]

    last_day = property(last_day)

    def __str__(self) -> str:
        return f"{self.estate}: {self.get_mode_display()}"


class Building(models.Model):
    """What is known of a building beyond its name and code."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, related_name="building")
    floors = models.PositiveSmallIntegerField(null=True, blank=True)
    lifts = models.PositiveSmallIntegerField(default=0)
    households = models.PositiveIntegerField(default=0)
    floor_area = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    def __str__(self) -> str:
        return str(self.place)


class DwellingUse(models.TextChoices):
    HOME = "home", _("Home")
    SHOP = "shop", _("Shop")
    OFFICE = "office", _("Office space")
    PARKING = "parking", _("Parking space")
    OTHER = "other", _("Other")


class Dwelling(models.Model):
    """What is known of a dwelling: no word of who lives there."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, related_name="dwelling")
    use = models.CharField(max_length=12, choices=DwellingUse, default=DwellingUse.HOME)
    floor = models.SmallIntegerField(null=True, blank=True)
    floor_area = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)

    def __str__(self) -> str:
        return str(self.place)


class FacilityKind(models.TextChoices):
    LIFT = "lift", _("Lift")
    FIRE = "fire", _("Fire protection")
    WATER = "water", _("Water supply and pumps")
    DRAINS = "drains", _("Drains and septic tanks")
    POWER = "power", _("Power and lighting")
    ACCESS = "access", _("Gates and doors")
    CAMERAS = "cameras", _("Cameras")
    CHARGING = "charging", _("Charging shed")
    PARKING = "parking", _("Parking")
    WASTE = "waste", _("Waste point")
    GREENERY = "greenery", _("Greenery")
    ROAD = "road", _("Roads and paving")
    PLAY = "play", _("Sports and play")
    OTHER = "other", _("Other")


class Condition(models.TextChoices):
    INTACT = "intact", _("Intact")
    IMPAIRED = "impaired", _("Impaired")
    BROKEN = "broken", _("Out of order")


class Facility(models.Model):
    """A facility of an estate, or a group of equal ones that are looked at together."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The estate, or one of its buildings.
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="facilities")
    kind = models.CharField(max_length=12, choices=FacilityKind)
    name = models.CharField(max_length=120)
    installed_on = models.DateField(null=True, blank=True)
    # That of the last inspection; nothing before the first: an uninspected one is not intact.
    condition = models.CharField(max_length=12, choices=Condition, blank=True)
    inspected_on = models.DateField(null=True, blank=True)
    removed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "facilities"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["place", "kind", "name"],
                condition=Q(removed_on__isnull=True),
                name="facility_once_per_place",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Inspection(models.Model):
    """Somebody looked at a facility. Appended, never edited."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="inspections")
    on = models.DateField()
    condition = models.CharField(max_length=12, choices=Condition)
    note = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.facility}, {self.on}"


class EstatePlan(models.Model):
    """A community's or an estate's plan 一社一策、一小一策; each version is a row of its own."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="estate_plans")
    version = models.PositiveIntegerField()
    problems = models.TextField(_("problems"))
    measures = models.TextField(_("measures"))
    goals = models.TextField(_("goals"), blank=True)
    lead = models.CharField(_("who leads"), max_length=120, blank=True)
    from_on = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["place", "version"], name="estate_plan_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.place}, {self.version}"


class Visit(models.Model):
    """An estate warden 小区院长 went round their estate. At least four a month are expected."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    estate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="visits")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits"
    )
    on = models.DateField()
    note = models.TextField()
    entered_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["estate", "on"], name="visit_estate_on")
        ]

    def __str__(self) -> str:
        return f"{self.estate}, {self.on}"


class ObservationKind(models.TextChoices):
    SERVICE = "service", _("Property service")
    CHARGES = "charges", _("Charges")
    INCOME = "income", _("Common-area income")
    FUND = "fund", _("Maintenance fund")
    STAFF = "staff", _("Conduct of staff")
    SAFETY = "safety", _("Safety")
    OTHER = "other", _("Other")


class Observation(models.Model):
    """What a property observer or an integrity supervisor noted; the community's desk answers."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="observations")
    kind = models.CharField(max_length=12, choices=ObservationKind)
    text = models.TextField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    office = models.CharField(max_length=24)
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["place", "at"], name="observation_place_at")
        ]

    def __str__(self) -> str:
        return f"{self.place}, {self.get_kind_display()}"
