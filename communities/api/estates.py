"""What programs read of estates, firms, needs, honours and observations."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import api_view, permission_classes
from rest_framework.exceptions import NotAuthenticated
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import reader_of
from accounts.models import User
from common.now import today
from common.paging import KeysetPagination, Sorting
from common.serializers import PUBLIC, answers
from communities.models import HonourList, Need, Observation
from communities.permissions import posts_signs
from communities.queries import estates, firms, found, observations
from communities.serializers.estates import (
    EstatePageOut,
    FirmPageOut,
    HonourListOut,
    HonoursOut,
    NeedOut,
    ObservationOut,
)

TAGS = ["register"]


@extend_schema(
    operation_id="read_estate_page",
    summary="An estate with its ledger, service, buildings and figures",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: EstatePageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def estate(request: Request, code: str) -> Response:
    place = found.estate(code)
    user = reader_of(request)
    page = estates.estate_page(place, today())
    serves = user is not None and posts_signs(user, place)
    return Response(EstatePageOut(page, context={"serves": serves}).data)


# --- Firms -------------------------------------------------------------------------------


@extend_schema(
    operation_id="read_firm_page",
    summary="A firm with its registration, contracts, offers and standing",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: FirmPageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def firm(request: Request, code: str) -> Response:
    body = found.firm(None, code)
    return Response(FirmPageOut(firms.firm_page(body, today())).data)


class ByAge(KeysetPagination):
    """The longest waiting first."""

    sortings = {"raised_on": Sorting("raised_at", "key")}
    default = "raised_on"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_needs",
        summary="What estates need and nobody has taken on",
        tags=TAGS,
        auth=PUBLIC,
        responses=answers({200: NeedOut(many=True)}, refused=(400,)),
    )
)
class Needs(ListAPIView[Need]):
    permission_classes = (AllowAny,)
    serializer_class = NeedOut
    pagination_class = ByAge
    filter_backends = ()
    queryset = Need.objects.none()

    def get_queryset(self) -> Any:
        return firms.open_needs().select_related("met_by")


# --- Honours -----------------------------------------------------------------------------


class ByDay(KeysetPagination):
    """The newest first."""

    sortings = {"-granted_on": Sorting("granted", "key", descending=True)}
    default = "-granted_on"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_honours",
        summary="Lists of honours",
        tags=TAGS,
        auth=PUBLIC,
        responses=answers({200: HonourListOut(many=True)}, refused=(400,)),
    )
)
class Honours(ListAPIView[HonourList]):
    permission_classes = (AllowAny,)
    serializer_class = HonourListOut
    pagination_class = ByDay
    filter_backends = ()
    queryset = HonourList.objects.none()

    def get_queryset(self) -> Any:
        return firms.honour_lists()


@extend_schema(
    operation_id="read_honours",
    summary="One list of honours with who stands on it",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: HonoursOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def honours(request: Request, public_id: UUID) -> Response:
    return Response(HonoursOut(found.honours(None, str(public_id))).data)


# --- Observations ------------------------------------------------------------------------


class Latest(KeysetPagination):
    """The newest first."""

    sortings = {"-at": Sorting("at", "key", descending=True, moments=True)}
    default = "-at"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_observations",
        summary="One's own observations, and those one answers",
        tags=TAGS,
        responses=answers({200: ObservationOut(many=True)}, refused=(400, 401, 403)),
    )
)
class Observations(ListAPIView[Observation]):
    serializer_class = ObservationOut
    pagination_class = Latest
    filter_backends = ()
    queryset = Observation.objects.none()

    def get_queryset(self) -> Any:
        if not isinstance(self.request.user, User):
            raise NotAuthenticated
        return observations.seen_by(self.request.user)
