"""Bulletins at the API: public reads and files, making, writing, issuing and correcting."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes, renderer_classes
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import asker_of, reader_of
from common.errors import Invalid
from common.paging import KeysetPagination
from common.serializers import ANYBODY, ONCE, PUBLIC, Input, answers
from communities.models import Place
from communities.sheets.handing import no_such_place
from ratings.actions import bulletins as actions
from ratings.api.scores import PLACE, TAGS, PublicList, _answer
from ratings.bulletins.files import FORMS, Form
from ratings.downloads import handed_out
from ratings.models import Bulletin
from ratings.permissions.bulletins import check_keeps_bulletins
from ratings.queries import bulletins as queries
from ratings.serializers.bulletins import (
    BulletinIssueIn,
    BulletinMakeIn,
    BulletinOut,
    BulletinPageOut,
    BulletinReasonIn,
    BulletinWriteIn,
)

VERSION = OpenApiParameter("version", int, description="A version; the newest without it.")


def _page(request: Request, public_id: UUID) -> queries.BulletinPage:
    user = reader_of(request)
    number = request.query_params.get("version", "")
    asked = int(number) if number.isdecimal() and len(number) < 4 else None
    return queries.bulletin_page(queries.bulletin_seen(user, public_id), user, asked)


class NewestBulletins(KeysetPagination):
    sortings = {"-issued_at": queries.NEWEST}
    default = "-issued_at"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_bulletins",
        summary="Issued bulletins, the newest first",
        tags=TAGS,
        auth=PUBLIC,
        parameters=[PLACE],
        responses=answers({200: BulletinOut(many=True)}, refused=(400,)),
    )
)
class Bulletins(PublicList):
    serializer_class = BulletinOut
    pagination_class = NewestBulletins
    queryset = Bulletin.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        return queries.issued(self.request.query_params.get("place", "")[:20])


@extend_schema(
    operation_id="read_bulletin",
    summary="One bulletin with its whole document",
    tags=TAGS,
    auth=ANYBODY,
    parameters=[VERSION],
    responses=answers({200: BulletinPageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def bulletin(request: Request, public_id: UUID) -> Response:
    page = _page(request, public_id)
    return _answer(BulletinPageOut(page).data, public=reader_of(request) is None)


class _File(BaseRenderer):
    """Lets a client ask for a file only; the bytes themselves are sent as they are."""

    charset = None
    render_style = "binary"

    def render(self, data: Any, *_args: Any, **_kwargs: Any) -> bytes:
        return b""


def _renderer(form: Form) -> type[BaseRenderer]:
    return type(form.ending, (_File,), {"media_type": form.type, "format": form.ending})


RENDERERS: list[type[BaseRenderer]] = [JSONRenderer, *(_renderer(form) for form in FORMS.values())]
FILES: dict[Any, Any] = {(200, form.type): OpenApiTypes.BINARY for form in FORMS.values()}


@extend_schema(
    operation_id="read_bulletin_file",
    summary="One bulletin as a file",
    tags=TAGS,
    auth=ANYBODY,
    parameters=[
        VERSION,
        OpenApiParameter("ending", str, OpenApiParameter.PATH, enum=list(FORMS)),
    ],
    responses=answers(FILES, refused=(404,)),
)
@api_view(["GET"])
@renderer_classes(RENDERERS)
@permission_classes([AllowAny])
def bulletin_file(request: Request, public_id: UUID, ending: str) -> HttpResponse:
    return handed_out(_page(request, public_id), ending)


@extend_schema(
    operation_id="make_bulletin",
    summary="Make the bulletin of a place over a quarter; its figures are taken within moments",
    description="For officers of the subdistrict or district. Ask `read_bulletin` how far it is.",
    tags=TAGS,
    parameters=[ONCE],
    request=BulletinMakeIn,
    responses=answers({201: BulletinOut}, refused=(400, 401, 403, 409)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def bulletin_make(request: Request) -> Response:
    user = asker_of(request)
    said = BulletinMakeIn(data=request.data)
    said.is_valid(raise_exception=True)
    place = Place.objects.filter(code=said.validated_data["place"]).first()
    if place is None:
        raise Invalid(fields={"place": [no_such_place()]})
    made = actions.make(by=user, place=place, from_on=said.validated_data["from_on"])
    return Response(BulletinOut(made).data, status=status.HTTP_201_CREATED)


def _verb(do: Callable[..., Any], name: str, summary: str, asks: type[Input] | None) -> Any:
    """A verb of one bulletin for the officers who make it."""

    @extend_schema(
        operation_id=name,
        summary=summary,
        tags=TAGS,
        parameters=[ONCE],
        request=asks,
        responses=answers({200: BulletinPageOut}, refused=(400, 401, 403, 404, 409)),
    )
    @api_view(["POST"])
    @permission_classes([AllowAny])
    def door(request: Request, public_id: UUID) -> Response:
        user = asker_of(request)
        found = queries.bulletin_seen(user, public_id)
        check_keeps_bulletins(user, found.place)
        words: dict[str, Any] = {}
        if asks is not None:
            said = asks(data=request.data)
            said.is_valid(raise_exception=True)
            words = said.validated_data
        do(found, by=user, **words)
        page = queries.bulletin_page(queries.bulletin_seen(user, public_id), user)
        return Response(BulletinPageOut(page).data)

    return door


bulletin_write = _verb(
    actions.write, "write_bulletin", "Write what is typed by hand in a draft", BulletinWriteIn
)
bulletin_take_anew = _verb(
    actions.take_anew, "retake_bulletin", "Take the figures of a draft anew", None
)
bulletin_issue = _verb(
    actions.issue, "issue_bulletin", "Issue a draft: it is public from then on", BulletinIssueIn
)
bulletin_correct = _verb(
    actions.correct, "correct_bulletin", "Begin another version of an issued one", BulletinReasonIn
)
