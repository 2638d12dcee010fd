"""Bodies that act: offices, firms, committees, party organisations, groups."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models.places import Place


class BodyKind(models.TextChoices):
    FIRM = "firm", _("Property firm")
    COMMUNITY_OFFICE = "community_office", _("Community office")
    SUBDISTRICT_OFFICE = "subdistrict_office", _("Subdistrict office")
    DISTRICT_OFFICE = "district_office", _("District office")
    DEPARTMENT = "department", _("Department")
    OWNERS_COMMITTEE = "owners_committee", _("Owners' committee")
    MANAGEMENT_COMMITTEE = "management_committee", _("Property management committee")
    PARTY_ORGANISATION = "party_organisation", _("Party organisation")
    GROUP = "group", _("Alliance, association or team")


# Offices with a desk; the rest handle what a desk gives them.
DESK_BODIES = frozenset(
    {BodyKind.COMMUNITY_OFFICE, BodyKind.SUBDISTRICT_OFFICE, BodyKind.DISTRICT_OFFICE}
)
# Both kinds that stand for the owners of an estate.
COMMITTEE_BODIES = (BodyKind.OWNERS_COMMITTEE, BodyKind.MANAGEMENT_COMMITTEE)


class Body(models.Model):
    """Whoever acts as a body; `place` is what it answers for (a firm's seat)."""

    kind = models.CharField(max_length=24, choices=BodyKind)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="bodies")
    # For departments: the kind of matter they handle, as categories name it ("fire", "housing").
    duty = models.CharField(max_length=32, blank=True)
    # Searched beside the name: "hfwy" finds 红枫物业.
    initials = models.CharField(max_length=120, blank=True, default="", db_default="")
    # The number people call about the body itself; nobody's own.
    phone = models.CharField(max_length=32, blank=True, default="", db_default="")
    founded_on = models.DateField(null=True, blank=True)
    # The first day it no longer exists.
    dissolved_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "bodies"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "code"], name="body_kind_code")
        ]

    def __str__(self) -> str:
        return self.name


def last_day(row: Any) -> date | None:
    """The last day of a row over half-open dates; nothing where it has no end."""
    return row.until_on - timedelta(days=1) if row.until_on else None


def in_force(on: date) -> Q:
    """Rows whose half-open dates [from_on, until_on) hold this day."""
    return Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))
