"""One coded tree of places, from the district down to the dwelling."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PlaceKind(models.TextChoices):
    DISTRICT = "district", _("District or county")
    SUBDISTRICT = "subdistrict", _("Subdistrict or town")
    COMMUNITY = "community", _("Community")
    ESTATE = "estate", _("Estate")
    BUILDING = "building", _("Building")
    ENTRANCE = "entrance", _("Entrance")
    DWELLING = "dwelling", _("Dwelling")


# The state's divisions, the widest first; below them are what people built.
DIVISIONS = (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY)

# How many characters a code of this kind has. Down to the community they are the state's
# (6 + 3 + 3); below we number ourselves. "Everything under X" is a prefix match.
CODE_LENGTH = {
    PlaceKind.DISTRICT: 6,
    PlaceKind.SUBDISTRICT: 9,
    PlaceKind.COMMUNITY: 12,
    PlaceKind.ESTATE: 15,
    PlaceKind.BUILDING: 18,
    PlaceKind.ENTRANCE: 20,
    PlaceKind.DWELLING: 24,
}


class PlaceQuerySet(models.QuerySet["Place"]):
    def under(self, code: str) -> "PlaceQuerySet":
        """The place of this code and everything beneath it."""
        return self.filter(code__startswith=code)

    def estates(self) -> "PlaceQuerySet":
        return self.filter(kind=PlaceKind.ESTATE)

    def open_on(self, day: date) -> "PlaceQuerySet":
        """Those that exist on this day: nothing new is offered at a place that is closed."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))


class Place(models.Model):
    """A place keeps one row for life; its code may change and is remembered in `PlaceCode`."""

    kind = models.CharField(max_length=16, choices=PlaceKind)
    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # Searched beside the name: "fyxq" finds 枫园小区.
    initials = models.CharField(max_length=120, blank=True, default="", db_default="")
    # The first day it no longer exists: merged into another, torn down, renumbered away.
    closed_on = models.DateField(null=True, blank=True)

    objects: ClassVar[PlaceQuerySet] = PlaceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("code",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "code"], name="place_kind_code")
        ]

    def __str__(self) -> str:
        return self.name

    def chain(self) -> list["Place"]:
        """This place and those above it, the nearest first."""
        found = [self]
        while found[-1].parent is not None:
            found.append(found[-1].parent)
        return found

    def above(self, kind: str) -> "Place | None":
        """The place of this kind that holds this one (or is it)."""
        return next((place for place in self.chain() if place.kind == kind), None)

    @property
    def prefecture(self) -> str:
        """The four digits that begin every code and reference of a prefecture."""
        return self.code[:4]


class PlaceCode(models.Model):
    """A code a place has or had, so that old orders stay within their office's scope."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=24)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["place", "code", "from_on"], name="place_code_once")
        ]
        # A code is given once: every new one is looked up here, and so is what begins with it.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["code"], name="place_code_code", opclasses=["varchar_pattern_ops"])
        ]

    def __str__(self) -> str:
        return self.code
