"""Grids: a second tree under the community, over buildings many-to-many."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.models.places import Place


class GridKind(models.TextChoices):
    LARGE = "large", _("Large grid")
    SMALL = "small", _("Small grid")
    CELL = "cell", _("Neighbour cell")


class Grid(models.Model):
    kind = models.CharField(max_length=8, choices=GridKind)
    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=120)
    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="grids")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    initials = models.CharField(max_length=120, blank=True, default="", db_default="")
    # The first day it no longer exists; grids are drawn anew now and then.
    closed_on = models.DateField(null=True, blank=True)
    buildings = models.ManyToManyField(Place, related_name="in_grids", blank=True)

    def __str__(self) -> str:
        return self.name
