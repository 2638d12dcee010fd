"""The register, to be read by anybody: divisions, estates, firms."""

from datetime import date

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import AllowAny

from common.filters import Filters
from common.now import today
from common.paging import KeysetPagination, Sorting
from common.serializers import PUBLIC, answers
from communities.filters import DIVISIONS, DivisionFilter, EstateFilter, FirmFilter
from communities.models import Body, BodyKind, Contract, Place
from communities.serializers import DivisionOut, EstateDetailOut, EstateOut, FirmOut


class ByCode(KeysetPagination):
    """By code, so that what lies together stands together."""

    sortings = {"code": Sorting("code", "code")}
    default = "code"


def contracts_on(day: date) -> "Prefetch[str, QuerySet[Contract], str]":
    """The contracts in force, from the estate's side or the firm's, the latest first."""
    found = Contract.objects.in_force(day).select_related("firm", "estate")
    return Prefetch(
        "contracts", found.order_by("-from_on", "estate__code"), to_attr="contracts_today"
    )


def estates_on(day: date) -> QuerySet[Place]:
    rows = Place.objects.estates().filter(estate__isnull=False).select_related("estate", "parent")
    return rows.prefetch_related(contracts_on(day))


@extend_schema_view(
    get=extend_schema(
        operation_id="list_divisions",
        summary="Districts, subdistricts and communities",
        description="`?parent=` gives one step of the tree; `?kind=district` its beginning.",
        tags=["register"],
        auth=PUBLIC,
        responses=answers({200: DivisionOut(many=True)}, refused=(400,)),
    )
)
class Divisions(ListAPIView[Place]):
    permission_classes = (AllowAny,)
    serializer_class = DivisionOut
    pagination_class = ByCode
    filter_backends = (Filters,)
    filterset_class = DivisionFilter
    queryset = Place.objects.filter(kind__in=DIVISIONS).select_related("parent")


@extend_schema_view(
    get=extend_schema(
        operation_id="list_estates",
        summary="Estates",
        tags=["register"],
        auth=PUBLIC,
        responses=answers({200: EstateOut(many=True)}, refused=(400,)),
    )
)
class Estates(ListAPIView[Place]):
    permission_classes = (AllowAny,)
    serializer_class = EstateOut
    pagination_class = ByCode
    filter_backends = (Filters,)
    filterset_class = EstateFilter
    # Whoever describes the API has no database: it looks here, not at get_queryset.
    queryset = Place.objects.none()

    def get_queryset(self) -> QuerySet[Place]:
        return estates_on(today())


@extend_schema_view(
    get=extend_schema(
        operation_id="read_estate",
        summary="One estate with its buildings and entrances",
        tags=["register"],
        auth=PUBLIC,
        responses=answers({200: EstateDetailOut}, refused=(404,)),
    )
)
class Estate(RetrieveAPIView[Place]):
    permission_classes = (AllowAny,)
    serializer_class = EstateDetailOut
    filter_backends = ()
    lookup_field = "code"

    def get_queryset(self) -> QuerySet[Place]:
        return estates_on(today()).prefetch_related("children__children")


@extend_schema_view(
    get=extend_schema(
        operation_id="list_firms",
        summary="Property firms and the estates they serve",
        tags=["register"],
        auth=PUBLIC,
        responses=answers({200: FirmOut(many=True)}, refused=(400,)),
    )
)
class Firms(ListAPIView[Body]):
    permission_classes = (AllowAny,)
    serializer_class = FirmOut
    pagination_class = ByCode
    filter_backends = (Filters,)
    filterset_class = FirmFilter
    queryset = Body.objects.none()

    def get_queryset(self) -> QuerySet[Body]:
        firms = Body.objects.filter(kind=BodyKind.FIRM)
        return firms.prefetch_related(contracts_on(today()))


@extend_schema_view(
    get=extend_schema(
        operation_id="read_firm",
        summary="One property firm",
        tags=["register"],
        auth=PUBLIC,
        responses=answers({200: FirmOut}, refused=(404,)),
    )
)
class Firm(RetrieveAPIView[Body]):
    permission_classes = (AllowAny,)
    serializer_class = FirmOut
    filter_backends = ()
    lookup_field = "code"

    def get_queryset(self) -> QuerySet[Body]:
        firms = Body.objects.filter(kind=BodyKind.FIRM)
        return firms.prefetch_related(contracts_on(today()))
