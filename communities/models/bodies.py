"""Bodies that act, and the contracts under which firms serve estates."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models.places import Place


class BodyKind(models.TextChoices):
    FIRM = "firm", _("Property firm")
    COMMUNITY_OFFICE = "community_office", _("Community office")
    SUBDISTRICT_OFFICE = "subdistrict_office", _("Subdistrict office")
    DISTRICT_OFFICE = "district_office", _("District office")
    DEPARTMENT = "department", _("Department")


# Offices with a desk; the rest handle what a desk gives them.
DESK_BODIES = frozenset(
    {BodyKind.COMMUNITY_OFFICE, BodyKind.SUBDISTRICT_OFFICE, BodyKind.DISTRICT_OFFICE}
)


class Body(models.Model):
    """A firm, an office or a department; `place` is what it answers for (a firm's seat)."""

    kind = models.CharField(max_length=24, choices=BodyKind)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="bodies")
    # For departments: the kind of matter they handle, as categories name it ("fire", "housing").
    duty = models.CharField(max_length=32, blank=True)

    class Meta:
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return self.name


class Firm(models.Model):
    """What is known of a property firm beyond its name and code."""

    body = models.OneToOneField(Body, on_delete=models.CASCADE, related_name="firm")
    credit_code = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    community_led = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.body)


def in_force(on: date) -> Q:
    """Rows whose half-open dates [from_on, until_on) hold this day."""
    return Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))


class ContractQuerySet(models.QuerySet["Contract"]):
    def in_force(self, on: date) -> "ContractQuerySet":
        return self.filter(in_force(on))


class Contract(models.Model):
    """A firm serves an estate over half-open dates [from_on, until_on)."""

    firm = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="contracts")
    estate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="contracts")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

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

    def __str__(self) -> str:
        return f"{self.firm} – {self.estate}"
