"""The register and the calendar, to be read by anybody; an office's duty roster, by its desk."""

from datetime import date

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.exceptions import NotAuthenticated
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.filters import Filters
from common.now import now, today
from common.paging import KeysetPagination, Sorting
from common.serializers import ONCE, PUBLIC, answers
from communities import actions
from communities.filters import DivisionFilter, EstateFilter, FirmFilter
from communities.models import DIVISIONS, Body, BodyKind, Contract, Place
from communities.permissions import check_may_enter_notices
from communities.queries import calendar as queries
from communities.queries import duty
from communities.serializers.register import (
    DivisionOut,
    EstateDetailOut,
    EstateOut,
    FirmOut,
    NoticeIn,
    RosterOut,
    YearOut,
)


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
    rows = (
        Place.objects.estates()
        .open_on(day)
        .filter(estate__isnull=False)
        .select_related("estate", "parent")
    )
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
    # Whoever describes the API has no database: it looks here, not at get_queryset.
    queryset = Place.objects.none()

    def get_queryset(self) -> QuerySet[Place]:
        rows = Place.objects.filter(kind__in=DIVISIONS).open_on(today())
        return rows.select_related("parent")


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
        on = today()
        entrances = Prefetch("children", Place.objects.open_on(on).order_by("code"))
        buildings = Place.objects.open_on(on).order_by("code").prefetch_related(entrances)
        return estates_on(on).prefetch_related(Prefetch("children", buildings))


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


# --- The calendar ------------------------------------------------------------------------


@extend_schema(
    methods=["GET"],
    operation_id="read_calendar",
    summary="A year's holidays and worked weekends",
    tags=["calendar"],
    auth=PUBLIC,
    responses=answers({200: YearOut}, refused=(404,)),
)
@extend_schema(
    methods=["POST"],
    operation_id="enter_notice",
    summary="Enter or correct a year's notice",
    description="For district officers and administrators. The days replace those there were.",
    tags=["calendar"],
    parameters=[ONCE],
    request=NoticeIn,
    responses=answers({200: YearOut, 201: YearOut}, refused=(400, 401, 403, 404)),
)
@api_view(["GET", "POST"])
@permission_classes([AllowAny])
def calendar(request: Request, year: int) -> Response:
    at = now()
    if request.method == "GET":
        if year not in queries.years_shown(at):
            raise Http404
        return Response(YearOut(queries.year_at_a_glance(year)).data)
    return _enter(request, year)


def _enter(request: Request, year: int) -> Response:
    """Refused in this order: not signed in 401, no such year 404, not yours 403, not so 400."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    if year not in queries.years_to_enter(now()):
        raise Http404
    check_may_enter_notices(request.user)
    given = NoticeIn(data=request.data)
    given.is_valid(raise_exception=True)
    said = given.validated_data
    known = queries.notice_of(year) is not None
    actions.enter_notice(
        by=request.user,
        year=year,
        number=said["number"],
        issued_on=said["issued_on"],
        days=[
            actions.NoticeDay(day["on"], day["working"], day["name_en"], day["name_zh"])
            for day in said["days"]
        ],
    )
    found = YearOut(queries.year_at_a_glance(year)).data
    return Response(found, status=status.HTTP_200_OK if known else status.HTTP_201_CREATED)


# --- Duty rosters ------------------------------------------------------------------------


@extend_schema(
    operation_id="read_roster",
    summary="A week of an office's duty roster",
    description="For the people of a desk: their own office, and those they oversee.",
    tags=["duty"],
    parameters=[
        OpenApiParameter("office", str, description="Code of the office; one's own without it."),
        OpenApiParameter("week", date, description="A day of the week; this week without it."),
    ],
    responses=answers({200: RosterOut}, refused=(401, 403, 404)),
)
@api_view(["GET"])
def roster(request: Request) -> Response:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    at = now()
    body = duty.office_seen(request.user, request.query_params.get("office", ""))
    week = duty.as_day(request.query_params.get("week", ""), at)
    return Response(RosterOut(duty.roster(body, week, at)).data)
