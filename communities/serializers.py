"""The register as programs read it: nothing here is anybody's secret."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.serializers import Named
from communities.models import Body, EstateKind, Place, PlaceKind, ServiceMode

DIVISION_KINDS = [(kind.value, kind.label) for kind in list(PlaceKind)[:3]]


class DivisionOut(serializers.Serializer[Any]):
    """A district, subdistrict or community."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=DIVISION_KINDS)
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.code", allow_null=True, default=None
    )


class EstateOut(serializers.Serializer[Any]):
    """An estate, the community it lies in and the firm that serves it today."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(source="estate.kind", choices=EstateKind.choices)
    service_mode = serializers.ChoiceField(
        source="estate.service_mode", choices=ServiceMode.choices
    )
    community = Named(source="parent")
    firm = serializers.SerializerMethodField()

    @extend_schema_field(Named(allow_null=True))
    def get_firm(self, estate: Place) -> dict[str, Any] | None:
        contracts = estate.contracts_today  # type: ignore[attr-defined]
        return dict(Named(contracts[0].firm).data) if contracts else None


class BuildingOut(Named):
    """A building and its entrances."""

    entrances = Named(many=True, source="children")


class EstateDetailOut(EstateOut):
    """An estate with its buildings."""

    buildings = BuildingOut(many=True, source="children")


class FirmOut(Named):
    """A property firm and the estates it serves today."""

    estates = serializers.SerializerMethodField()

    @extend_schema_field(Named(many=True))
    def get_estates(self, firm: Body) -> list[dict[str, Any]]:
        served = [c.estate for c in firm.contracts_today]  # type: ignore[attr-defined]
        return [dict(row) for row in Named(served, many=True).data]
