"""What programs send and are answered: places."""

from typing import Any

from rest_framework import serializers

from common.serializers import Input
from communities.models import EstateKind, PlaceKind

BELOW_DISTRICT = [(kind.value, kind.label) for kind in list(PlaceKind)[1:]]


class PlaceOut(serializers.Serializer[Any]):
    """A place of the tree, from the district to the dwelling."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=PlaceKind.choices)
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.code", allow_null=True, default=None
    )
    closed_on = serializers.DateField(
        allow_null=True, help_text="The first day it no longer exists."
    )


class FoundPlaceIn(Input):
    """A place to be entered."""

    kind = serializers.ChoiceField(choices=BELOW_DISTRICT)
    parent = serializers.CharField(  # type: ignore[assignment]
        max_length=24, help_text="The code of what it lies in."
    )
    name = serializers.CharField(max_length=120)
    code = serializers.CharField(
        max_length=24,
        required=False,
        default="",
        help_text="Left out below the community: the next free number.",
    )
    estate_kind = serializers.ChoiceField(
        choices=EstateKind.choices,
        required=False,
        default=EstateKind.COMMODITY,
        help_text="Of an estate: what kind it is in its ledger.",
    )


class RenameIn(Input):
    name = serializers.CharField(max_length=120)


class RecodeIn(Input):
    code = serializers.CharField(max_length=24)
    on = serializers.DateField(required=False, help_text="The first day of the new code; today.")


class MoveIn(Input):
    to = serializers.CharField(max_length=24, help_text="The code of what it lies in from then on.")
    code = serializers.CharField(max_length=24, required=False, default="")
    on = serializers.DateField(required=False, help_text="The first day there; today.")


class PlaceReopenIn(Input):
    """Nothing is asked."""


class CloseIn(Input):
    on = serializers.DateField(required=False, help_text="The first day without it; today.")
