"""The register as programs read it: nothing here is anybody's secret."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.serializers import Input, Named, YesNo
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


# --- The calendar ------------------------------------------------------------------------

MOST_DAYS = 366
DAY_KINDS = [("holiday", _("Holiday")), ("makeup", _("Weekend that is worked"))]


class NoticeDayIn(Input):
    """A day that a notice sets apart. Of the names one is enough where the festival is known."""

    on = serializers.DateField()
    working = YesNo(help_text="True for a weekend day that is worked.")
    name_zh = serializers.CharField(required=False, allow_blank=True, default="")
    name_en = serializers.CharField(required=False, allow_blank=True, default="")


class NoticeIn(Input):
    """A year's notice as it is entered; the days replace those there were."""

    number = serializers.CharField(help_text="国办发明电〔2025〕7号")
    issued_on = serializers.DateField()
    days = serializers.ListField(child=NoticeDayIn(), allow_empty=False, max_length=MOST_DAYS)


class NoticeOut(serializers.Serializer[Any]):
    """The State Council's notice behind a year."""

    number = serializers.CharField()
    issued_on = serializers.DateField()
    entered_at = serializers.DateTimeField(
        allow_null=True, help_text="Null for those the portal came with."
    )


class NoticeDayOut(serializers.Serializer[Any]):
    """A day that is not what its weekday says, and the festival behind it."""

    on = serializers.DateField()
    working = serializers.BooleanField(source="works")
    kind = serializers.ChoiceField(choices=DAY_KINDS)
    name = serializers.CharField()


class YearOut(serializers.Serializer[Any]):
    """A year. Every day that is not listed is worked from Monday to Friday."""

    year = serializers.IntegerField()
    provisional = serializers.BooleanField(
        help_text="Without a notice: the days off by law alone; they may still move."
    )
    working_days = serializers.IntegerField()
    notice = NoticeOut(allow_null=True)
    days = NoticeDayOut(source="set_apart", many=True)


# --- Duty rosters ------------------------------------------------------------------------


class OnDutyOut(serializers.Serializer[Any]):
    """Somebody of an office."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


class ShiftOut(serializers.Serializer[Any]):
    """A shift over [from_at, until_at): A, and B behind them."""

    id = serializers.UUIDField(source="public_id")
    from_at = serializers.DateTimeField()
    until_at = serializers.DateTimeField()
    user = OnDutyOut()
    deputy = OnDutyOut(allow_null=True)
    a_absent = serializers.BooleanField(help_text="A is away: B stands in.")


class RosterOut(serializers.Serializer[Any]):
    """A week of an office's roster, from Monday to Sunday."""

    office = Named(source="body")
    week = serializers.DateField(source="monday")
    reached = OnDutyOut(
        many=True, help_text="Who hears of what is late now; empty: everybody at the desk."
    )
    shifts = ShiftOut(many=True)
