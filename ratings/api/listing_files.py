"""Photos and documents of listings at the API's door."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view, parser_classes, permission_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import asker_of
from accounts.models import User
from common.serializers import ANYBODY, ONCE, answers, given
from ratings.actions.listing_files import keep_file, show_file
from ratings.api.listings import REFUSED, TAGS
from ratings.downloads import SIZES, answered
from ratings.permissions.listings import check_officer_of
from ratings.queries.listing_files import file_seen
from ratings.serializers.listings import ListingFileIn, ListingFileOut, ListingFileShowIn


@extend_schema(
    operation_id="send_listing_file",
    summary="Send a photo or a PDF, to be named by a step within 24 hours",
    tags=TAGS,
    parameters=[ONCE],
    request={"multipart/form-data": ListingFileIn},
    responses=answers({201: ListingFileOut}, refused=(400, 401, 413)),
)
@api_view(["POST"])
@parser_classes([MultiPartParser])
def listing_files(request: Request) -> Response:
    by = asker_of(request)
    made = keep_file(given(ListingFileIn, request)["file"], by=by)
    return Response(ListingFileOut(made).data, status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="read_listing_file",
    summary="The photo or the document itself",
    tags=TAGS,
    auth=ANYBODY,
    parameters=[OpenApiParameter("size", str, OpenApiParameter.PATH, enum=SIZES)],
    responses={(200, "image/jpeg"): OpenApiTypes.BINARY, **answers(refused=(404,))},
)
@api_view(["GET"])
@permission_classes([AllowAny])
def listing_file(request: Request, public_id: UUID, size: str) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    return answered(file_seen(user, public_id), size)


@extend_schema(
    operation_id="show_listing_file",
    summary="Let everybody read a file with the public listing, or nobody else again",
    tags=TAGS,
    parameters=[ONCE],
    request=ListingFileShowIn,
    responses=answers({200: ListingFileOut}, refused=REFUSED),
)
@api_view(["POST"])
def listing_file_show(request: Request, public_id: UUID) -> Response:
    by = asker_of(request)
    found = file_seen(by, public_id).file
    if found.step is not None:
        check_officer_of(by, found.step.listing)
    shown = show_file(found, by=by, **given(ListingFileShowIn, request))
    return Response(ListingFileOut(shown).data)
