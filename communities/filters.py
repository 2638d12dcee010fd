"""What the lists of the register can be narrowed by."""

import django_filters as filters  # type: ignore[import-untyped]
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.now import today
from communities.models import (
    DIVISIONS,
    Body,
    BodyKind,
    Contract,
    EstateKind,
    Place,
    PlaceKind,
    ServiceMode,
)

LONGEST_SEARCH = 60


class EstateFilter(filters.FilterSet):  # type: ignore[misc]
    division = filters.ModelChoiceFilter(
        queryset=Place.objects.filter(kind__in=DIVISIONS),
        to_field_name="code",
        method="under",
        label=_("District, subdistrict or community"),
    )
    community = filters.ModelChoiceFilter(
        queryset=Place.objects.filter(kind=PlaceKind.COMMUNITY),
        to_field_name="code",
        field_name="parent",
        label=_("Community"),
    )
    firm = filters.ModelChoiceFilter(
        queryset=Body.objects.filter(kind=BodyKind.FIRM),
        to_field_name="code",
        method="served_by",
        label=_("Property firm"),
    )
    kind = filters.ChoiceFilter(choices=EstateKind, field_name="estate__kind", label=_("Kind"))
    service_mode = filters.ChoiceFilter(
        choices=ServiceMode, field_name="estate__service_mode", label=_("Service")
    )
    search = filters.CharFilter(
        field_name="name", lookup_expr="icontains", max_length=LONGEST_SEARCH, label=_("Search")
    )

    class Meta:
        model = Place
        fields: tuple[str, ...] = ()

    def under(self, estates: QuerySet[Place], _name: str, place: Place) -> QuerySet[Place]:
        return estates.filter(code__startswith=place.code)

    def served_by(self, estates: QuerySet[Place], _name: str, firm: Body) -> QuerySet[Place]:
        serving = Contract.objects.in_force(today()).filter(firm=firm)
        return estates.filter(pk__in=serving.values("estate"))


class FirmFilter(filters.FilterSet):  # type: ignore[misc]
    search = filters.CharFilter(
        field_name="name", lookup_expr="icontains", max_length=LONGEST_SEARCH, label=_("Search")
    )

    class Meta:
        model = Body
        fields: tuple[str, ...] = ()


class DivisionFilter(filters.FilterSet):  # type: ignore[misc]
    parent = filters.ModelChoiceFilter(
        queryset=Place.objects.filter(kind__in=DIVISIONS),
        to_field_name="code",
        label=_("Lies directly in"),
    )
    kind = filters.ChoiceFilter(
        choices=[(kind.value, kind.label) for kind in DIVISIONS], label=_("Kind")
    )
    search = filters.CharFilter(
        field_name="name", lookup_expr="icontains", max_length=LONGEST_SEARCH, label=_("Search")
    )

    class Meta:
        model = Place
        fields: tuple[str, ...] = ()
