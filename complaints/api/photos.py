"""Photos: sent ahead of a verb or with it, and looked at."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.decorators import (
    api_view,
    parser_classes,
    permission_classes,
    renderer_classes,
)
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor, Reporter
from common.errors import Invalid
from common.serializers import ANYBODY, ONCE, REASONS, Input, Refusal, answers
from complaints import actions, queries
from complaints.api._who import SECRET, PhotoAddress, actors_of
from complaints.models import Complaint, Photo
from complaints.serializers.outputs import PhotoOut, photo_facts


def take_in(sent: Sequence["UploadedFile[Any] | str"], *, by: Actor) -> list[Photo]:
    """The photos of a request, files kept now and ids kept before, in the order given."""
    known = {
        str(photo.public_id): photo
        for photo in queries.kept_photos([one for one in sent if isinstance(one, str)], by)
    }
    return [known[one] if isinstance(one, str) else keep(one, by=by) for one in sent]


def keep(file: "UploadedFile[Any]", *, by: Actor, field: str = "photos") -> Photo:
    """Keep one file; what is wrong with it is said at the field it came in."""
    try:
        return actions.keep_photo(file, by=by)
    except Invalid as refusal:
        fields = refusal.fields or {field: [str(refusal)]}
        raise Invalid(refusal.sentence, code=refusal.code, fields=fields) from None


class PhotoIn(Input):
    """One photo."""

    photo = serializers.FileField(help_text="JPEG, PNG, WebP or HEIC, at most 15 MB.")


@extend_schema(
    operation_id="send_photo",
    summary="Send a photo, to be named by a report or a verb within 24 hours",
    tags=["photos"],
    auth=ANYBODY,
    parameters=[ONCE, SECRET],
    request={"multipart/form-data": PhotoIn},
    responses=answers({201: PhotoOut}, refused=(400, 401, 409, 413)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
@parser_classes([MultiPartParser])
def photos(request: Request) -> Response:
    by = _sender(request)
    given = PhotoIn(data=request.data)
    given.is_valid(raise_exception=True)
    photo = keep(given.validated_data["photo"], by=by, field="photo")
    facts = PhotoOut(photo_facts(photo, PhotoAddress(request))).data
    return Response(facts, status=status.HTTP_201_CREATED)


def _sender(request: Request) -> Actor:
    """A user, or the holder of a secret that some order has; else nobody would own the photo."""
    for actor in actors_of(request):
        if not isinstance(actor, Reporter):
            return actor
        if Complaint.objects.filter(secret_digest=actor.digest).exists():
            return actor
    raise exceptions.NotAuthenticated


class Jpeg(BaseRenderer):
    """Lets a client ask for a picture only. The bytes themselves are streamed, not rendered."""

    media_type = "image/jpeg"
    format = "jpg"
    charset = None
    render_style = "binary"

    def render(self, data: Any, *_args: Any, **_kwargs: Any) -> bytes:
        # A refusal: rendered as what was not asked for, it would be no picture either.
        return b""


@extend_schema(
    operation_id="read_photo",
    summary="Look at a photo",
    tags=["photos"],
    auth=ANYBODY,
    parameters=[
        SECRET,
        OpenApiParameter("size", str, enum=["full", "thumb"], default="full"),
    ],
    responses={
        (200, "image/jpeg"): OpenApiTypes.BINARY,
        (404, "application/json"): OpenApiResponse(Refusal, description=REASONS[404]),
    },
)
@api_view(["GET"])
@permission_classes([AllowAny])
@renderer_classes([JSONRenderer, Jpeg])
def photo(request: Request, public_id: uuid.UUID) -> HttpResponseBase:
    size = request.query_params.get("size", "full")
    if size not in {"full", "thumb"}:
        raise Http404
    found = queries.photo_seen(actors_of(request), public_id)
    file = found.thumbnail if size == "thumb" else found.image
    try:
        stored = file.open()
    except FileNotFoundError:
        raise Http404 from None
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return FileResponse(stored, content_type="image/jpeg", headers=headers)
