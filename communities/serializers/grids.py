"""What programs send and are answered: grids."""

from typing import Any

from rest_framework import serializers

from common.serializers import Input, Named
from communities.models import GridKind

MOST_BUILDINGS = 2000


class GridOut(serializers.Serializer[Any]):
    """A grid, the community it lies in, and its buildings."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=GridKind.choices)
    community = Named()
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.code", allow_null=True, default=None
    )
    closed_on = serializers.DateField(allow_null=True)
    buildings = Named(many=True, source="listed")


class GridsOut(serializers.Serializer[Any]):
    """A page of grids."""

    next = serializers.CharField(allow_blank=True, help_text="The cursor of the next page.")
    previous = serializers.CharField(allow_blank=True)
    results = GridOut(many=True)


class FoundGridIn(Input):
    """A grid to be drawn."""

    kind = serializers.ChoiceField(choices=GridKind.choices)
    community = serializers.CharField(max_length=24)
    name = serializers.CharField(max_length=120)
    parent = serializers.CharField(  # type: ignore[assignment]
        max_length=24, required=False, default="", help_text="The code of the grid it is part of."
    )
    code = serializers.CharField(
        max_length=24, required=False, default="", help_text="Left out: the next free one."
    )


class BuildingsIn(Input):
    """All buildings of the grid; one that is not named leaves it."""

    buildings = serializers.ListField(
        child=serializers.CharField(max_length=24), allow_empty=True, max_length=MOST_BUILDINGS
    )
