"""Detailed standards and deviations at the API's door, to read; their verbs stand with those of
the register."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import api_view, permission_classes
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.now import today
from common.paging import KeysetPagination
from common.serializers import PUBLIC, answers
from communities.models import Deviation, Standard, StandardField
from communities.queries import deviations as departing
from communities.queries import standards as queries
from communities.serializers.standards import DeviationOut, StandardOut, StandardPageOut

TAGS = ["register"]


class ByField(KeysetPagination):
    """By field, then the widest place first."""

    sortings = {"field": queries.BY_FIELD}
    default = "field"

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        rows = super().paginate_queryset(queryset, request, view)
        return queries.listed(rows or [], today())


class Newest(KeysetPagination):
    """Those found last come first."""

    sortings = {"-on": departing.NEWEST}
    default = "-on"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_standards",
        summary="Detailed standards",
        tags=TAGS,
        auth=PUBLIC,
        parameters=[
            OpenApiParameter("field", str, enum=StandardField.values),
            OpenApiParameter("state", str, enum=["current", "over"]),
            OpenApiParameter("search", str, description="Title, document number, clauses."),
        ],
        responses=answers({200: StandardOut(many=True)}, refused=(400,)),
    )
)
class Standards(ListAPIView[Standard]):
    permission_classes = (AllowAny,)
    serializer_class = StandardOut
    pagination_class = ByField
    filter_backends = ()
    queryset = Standard.objects.none()

    def get_queryset(self) -> Any:
        asked = self.request.query_params
        return queries.standard_list(
            on=today(),
            field=asked.get("field", ""),
            state=asked.get("state", ""),
            text=asked.get("search", "").strip()[:60],
        )


@extend_schema(
    operation_id="read_standard",
    summary="One detailed standard: its clauses, and what changed since the version before",
    tags=TAGS,
    auth=PUBLIC,
    parameters=[OpenApiParameter("version", int, description="Else the one in force.")],
    responses=answers({200: StandardPageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def standard(request: Request, public_id: UUID) -> Response:
    user = request.user if isinstance(request.user, User) else None
    found = queries.standard_of(user, str(public_id))
    number = queries.version_of(request.query_params.get("version", ""))
    return Response(StandardPageOut(queries.standard_page(found, today(), number)).data)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_deviations",
        summary="Deviations from standards: of the places one keeps, or of one's own firm",
        tags=TAGS,
        parameters=[OpenApiParameter("state", str, enum=["open", "right", "back"])],
        responses=answers({200: DeviationOut(many=True)}, refused=(400, 401, 403)),
    )
)
class Deviations(ListAPIView[Deviation]):
    serializer_class = DeviationOut
    pagination_class = Newest
    filter_backends = ()
    queryset = Deviation.objects.none()

    def get_queryset(self) -> Any:
        user = self.request.user
        if not isinstance(user, User):
            return Deviation.objects.none()
        departing.check_reads_deviations(user)
        asked = self.request.query_params
        return departing.deviation_list(user, state=asked.get("state", ""))
