"""Lists in and out as workbooks, at the API's door: for those who keep the register."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view, parser_classes, renderer_classes
from rest_framework.exceptions import NotAuthenticated
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.errors import Invalid
from common.masks import mask_phone
from common.serializers import ONCE, REASONS, Refusal, answers
from communities.actions import imports as actions
from communities.actions.listed_invitations import make_links
from communities.models import Place, RowVerdict
from communities.queries import imports as queries
from communities.serializers.imports import ImportIn, ImportOut, LinkOut, RowOut, RowsOut
from communities.sheets import handing
from communities.sheets.books import TYPE

TAGS = ["lists"]


class Xlsx(BaseRenderer):
    """Lets a client ask for a workbook only; the bytes themselves are sent as they are."""

    media_type = TYPE
    format = "xlsx"
    charset = None
    render_style = "binary"

    def render(self, data: Any, *_args: Any, **_kwargs: Any) -> bytes:
        return b""


WORKBOOK: dict[Any, Any] = {(200, TYPE): OpenApiTypes.BINARY}


def _workbook(*refused: int) -> dict[Any, Any]:
    refusals = {
        (code, "application/json"): OpenApiResponse(Refusal, description=REASONS[code])
        for code in refused
    }
    return {**WORKBOOK, **refusals}


def _user(request: Request) -> User:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


@extend_schema(
    methods=["GET"],
    operation_id="list_imports",
    summary="Workbooks sent in for the places one keeps, the latest first",
    tags=TAGS,
    responses=answers({200: ImportOut(many=True)}, refused=(401, 403)),
)
@extend_schema(
    methods=["POST"],
    operation_id="send_import",
    summary="Send in a workbook",
    description="It is read by itself; nothing is written before it is confirmed.",
    tags=TAGS,
    parameters=[ONCE],
    request={"multipart/form-data": ImportIn},
    responses=answers({201: ImportOut}, refused=(400, 401, 403, 413, 429)),
)
@api_view(["GET", "POST"])
@parser_classes([MultiPartParser])
def imports(request: Request) -> Response:
    user = _user(request)
    handing.check_keeps_anything(user)
    if request.method == "GET":
        return Response(ImportOut(queries.latest(user), many=True).data)
    given = ImportIn(data=request.data)
    given.is_valid(raise_exception=True)
    said = given.validated_data
    place = Place.objects.filter(code=said["place"]).first()
    if place is None:
        raise Invalid(fields={"place": [handing.no_such_place()]})
    found = actions.send_import(
        by=user,
        kind=said["kind"],
        place=place,
        filename=said["file"].name,
        data=said["file"].read(),
    )
    return Response(ImportOut(found).data, status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="read_import",
    summary="How far a workbook is",
    tags=TAGS,
    responses=answers({200: ImportOut}, refused=(401, 404)),
)
@api_view(["GET"])
def import_(request: Request, public_id: uuid.UUID) -> Response:
    return Response(ImportOut(queries.import_seen(_user(request), public_id)).data)


@extend_schema(
    operation_id="list_import_rows",
    summary="The rows of a workbook, with what will come of each",
    tags=TAGS,
    parameters=[
        OpenApiParameter("verdict", str, enum=list(RowVerdict.values)),
        OpenApiParameter("after", int, description="Rows after this number."),
    ],
    responses=answers({200: RowsOut}, refused=(400, 401, 404)),
)
@api_view(["GET"])
def rows(request: Request, public_id: uuid.UUID) -> Response:
    found = queries.import_seen(_user(request), public_id)
    verdict, after = request.query_params.get("verdict", ""), request.query_params.get("after", "0")
    if verdict and verdict not in RowVerdict.values:
        raise Invalid(fields={"verdict": [handing.no_such_verdict()]})
    number = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    page = queries.rows_of(found, verdict, after=number, size=200)
    out = RowOut(page.rows, many=True, context={"kind": found.kind})
    return Response({"next": page.after, "results": out.data})


@extend_schema(
    operation_id="confirm_import",
    summary="Have a workbook written, all of it",
    tags=TAGS,
    parameters=[ONCE],
    request=None,
    responses=answers({200: ImportOut}, refused=(401, 403, 404, 409)),
)
@api_view(["POST"])
def confirm(request: Request, public_id: uuid.UUID) -> Response:
    user = _user(request)
    found = queries.import_seen(user, public_id)
    return Response(ImportOut(actions.confirm_import(found, by=user)).data)


@extend_schema(
    operation_id="drop_import",
    summary="Do not write a workbook after all",
    tags=TAGS,
    parameters=[ONCE],
    request=None,
    responses=answers({200: ImportOut}, refused=(401, 403, 404, 409)),
)
@api_view(["POST"])
def drop(request: Request, public_id: uuid.UUID) -> Response:
    user = _user(request)
    found = queries.import_seen(user, public_id)
    return Response(ImportOut(actions.drop_import(found, by=user)).data)


@extend_schema(
    operation_id="make_import_links",
    summary="New links for those whom a list invited and who have not come",
    description=(
        "For whoever sent the list in. A link is kept nowhere: asked again this makes others, and"
        " those of before are dead."
    ),
    tags=TAGS,
    parameters=[ONCE],
    request=None,
    responses=answers({200: LinkOut(many=True)}, refused=(401, 403, 404, 409)),
)
@api_view(["POST"])
def links(request: Request, public_id: uuid.UUID) -> Response:
    user = _user(request)
    made = make_links(queries.import_seen(user, public_id), by=user)
    rows = [
        {
            "name": row.name,
            "number": mask_phone(row.phone),
            "office": row.office,
            "seat": row.seat,
            "link": request.build_absolute_uri(reverse("communities:join", args=[secret])),
        }
        for row, secret in made
    ]
    return Response(LinkOut(rows, many=True).data, headers={"Cache-Control": "no-store"})


@extend_schema(
    operation_id="read_checked_import",
    summary="The rows of a workbook with their verdicts, as a workbook",
    tags=TAGS,
    responses=_workbook(401, 404),
)
@api_view(["GET"])
@renderer_classes([JSONRenderer, Xlsx])
def checked(request: Request, public_id: uuid.UUID) -> HttpResponse:
    user = _user(request)
    return handing.checked(queries.import_seen(user, public_id), by=user).answer()


@extend_schema(
    operation_id="read_template",
    summary="An empty list to fill in",
    tags=TAGS,
    responses=_workbook(401, 403, 404),
)
@api_view(["GET"])
@renderer_classes([JSONRenderer, Xlsx])
def template(request: Request, kind: str) -> HttpResponse:
    return handing.template(kind, by=_user(request)).answer()


@extend_schema(
    operation_id="export_list",
    summary="A list of a place as it stands; sent in again it changes nothing",
    tags=TAGS,
    parameters=[OpenApiParameter("place", str, required=True, description="Code of the place.")],
    responses=_workbook(400, 401, 403, 404),
)
@api_view(["GET"])
@renderer_classes([JSONRenderer, Xlsx])
def export(request: Request, kind: str) -> HttpResponse:
    code = request.query_params.get("place", "")
    return handing.export(kind, code, by=_user(request)).answer()
