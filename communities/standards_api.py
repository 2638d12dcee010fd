"""Detailed standards and deviations at the API's door, to read; their verbs stand with those of
the register."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.now import today
from common.paging import KeysetPagination
from common.serializers import PUBLIC, Named, answers
from communities.models import Deviation, Standard, StandardField
from communities.queries import deviations as departing
from communities.queries import standards as queries

TAGS = ["register"]
STATES = ["running", "coming", "over"]
CHANGES = ["same", "changed", "new", "dropped"]


class StandardVersionOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    document = serializers.CharField()
    from_on = serializers.DateField()
    until_on = serializers.DateField(
        allow_null=True, help_text="The first day on which it is no longer in force."
    )
    ended_because = serializers.CharField(help_text="Where no later version took its place.")


class StandardOut(serializers.Serializer[Any]):
    """A standard with the version in force; else the last that was, else the first to come."""

    id = serializers.UUIDField(source="standard.public_id")
    place = Named(source="standard.place")
    field = serializers.ChoiceField(source="standard.field", choices=StandardField.choices)
    title = serializers.CharField(source="standard.title")
    issued_by = serializers.CharField(source="standard.issued_by")
    version = StandardVersionOut()
    state = serializers.CharField(help_text=", ".join(STATES))


class ClauseOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField()
    text = serializers.CharField()
    how_checked = serializers.CharField()


class ClauseSeenOut(serializers.Serializer[Any]):
    """A clause beside the version before; one that was dropped is the earlier version's."""

    clause = ClauseOut()
    change = serializers.CharField(help_text=", ".join(CHANGES))
    before = ClauseOut(allow_null=True)


class TallyOut(serializers.Serializer[Any]):
    """How many deviations; what was taken back counts nowhere."""

    open = serializers.IntegerField()
    right = serializers.IntegerField(help_text="Put right.")


class StandardPageOut(StandardOut):
    versions = StandardVersionOut(many=True, help_text="The latest first.")
    clauses = ClauseSeenOut(many=True)
    deviations = TallyOut(source="tally")


class DeviationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    standard = serializers.UUIDField(source="clause.version.standard.public_id")
    title = serializers.CharField(source="clause.version.standard.title")
    version = serializers.IntegerField(source="clause.version.number")
    clause = ClauseOut()
    estate = Named(allow_null=True)
    firm = Named(allow_null=True)
    on = serializers.DateField()
    grounds = serializers.CharField()
    evidence = serializers.CharField()
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    put_right = serializers.CharField()
    put_right_on = serializers.DateField(allow_null=True)
    taken_back_because = serializers.CharField()
    taken_back_on = serializers.DateField(allow_null=True)


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
