"""Periods, tables, cards and the chain at the API's door: public reads, verbs for officers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import asker_of, reader_of
from common.paging import KeysetPagination
from common.serializers import ANYBODY, ONCE, PUBLIC, answers, given
from communities.models import Body
from ratings.actions import freezing
from ratings.actions.publications import publish_scores
from ratings.models import Period, PeriodState, Publication, PublicationKind
from ratings.permissions.cards import check_corrects_card, reads_table
from ratings.permissions.schemes import check_keeps_scheme
from ratings.queries import card_page, period_page, published_page, table
from ratings.queries.firm_record import record_of
from ratings.serializers.scores import (
    CardEntryOut,
    CardOut,
    CardPageOut,
    CorrectIn,
    PeriodPageOut,
    PublicationOut,
    PublicationPageOut,
    ScoredPeriodOut,
    TableOut,
    table_said,
)

TAGS = ["ratings"]
# What is public may rest in a cache for a minute; with its ETag a repeated read costs no body.
FRESH = 60
PLACE = OpenApiParameter("place", str, description="The beginning of a place's code.")


def _answer(data: Any, *, public: bool) -> Response:
    """Public answers may be kept by anybody; what only some may read is kept by nobody."""
    response = Response(data)
    if public:
        patch_cache_control(response, public=True, max_age=FRESH)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response


class NewestPeriods(KeysetPagination):
    sortings = {"-from_on": period_page.NEWEST}
    default = "-from_on"


class NewestPublications(KeysetPagination):
    sortings = {"-sequence": published_page.NEWEST}
    default = "-sequence"


class PublicList(ListAPIView[Any]):
    """A list that is the same for every reader."""

    permission_classes = (AllowAny,)
    filter_backends = ()

    def list(self, request: Request, *args: Any, **words: Any) -> Response:
        response = super().list(request, *args, **words)
        patch_cache_control(response, public=True, max_age=FRESH)
        return response


@extend_schema_view(
    get=extend_schema(
        operation_id="list_periods",
        summary="Periods of assessment, the newest first",
        tags=TAGS,
        auth=PUBLIC,
        parameters=[PLACE],
        responses=answers({200: ScoredPeriodOut(many=True)}, refused=(400,)),
    )
)
class Periods(PublicList):
    serializer_class = ScoredPeriodOut
    pagination_class = NewestPeriods
    queryset = Period.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        return period_page.periods(self.request.query_params.get("place", "")[:20])


@extend_schema(
    operation_id="read_period",
    summary="One period; for its offices how many sheets are in",
    tags=TAGS,
    auth=ANYBODY,
    responses=answers({200: PeriodPageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def period(request: Request, public_id: UUID) -> Response:
    user = reader_of(request)
    found = period_page.period_of(public_id)
    page = period_page.period_page(found, user)
    shown = page.watches and found.state == PeriodState.OPEN
    sheets = period_page.progress(found, user).sheets if shown else None
    said = {"period": found, "made": page.made, "bodies": page.bodies, "sheets": sheets}
    return _answer(PeriodPageOut(said).data, public=user is None)


def _verb(do: Callable[..., Any], name: str, summary: str, description: str) -> Any:
    """A verb of a period for officers of its district."""

    @extend_schema(
        operation_id=name,
        summary=summary,
        description=description,
        tags=TAGS,
        parameters=[ONCE],
        request=None,
        responses=answers({200: ScoredPeriodOut}, refused=(401, 403, 404, 409)),
    )
    @api_view(["POST"])
    @permission_classes([AllowAny])
    def door(request: Request, public_id: UUID) -> Response:
        user = asker_of(request)
        found = period_page.period_of(public_id)
        check_keeps_scheme(user, found.scheme.place)
        do(found, by=user)
        return Response(ScoredPeriodOut(period_page.period_of(public_id)).data)

    return door


period_freeze = _verb(
    freezing.ask_to_freeze,
    "freeze_period",
    "Close a period to assessments; its scores are frozen within moments",
    "Refused with 409 while assessments are taken. Ask `read_period` how far it is.",
)
period_publish = _verb(
    publish_scores,
    "publish_period",
    "Publish the frozen scores of a period",
    "Appends them to the chain of everything published.",
)


@extend_schema(
    operation_id="read_table",
    summary="The table of a period",
    description="Fifty rows; `next` and `previous` are cursors. Before it is published for"
    " officers of the scheme's place alone.",
    tags=TAGS,
    auth=ANYBODY,
    parameters=[
        OpenApiParameter("under", str, description="Code of a subdistrict a firm serves in."),
        OpenApiParameter("band", str, description="A band, or `blank`."),
        OpenApiParameter("search", str, description="Words of a firm's name, initials or code."),
        OpenApiParameter("estate", str, description="The same of an estate it serves."),
        OpenApiParameter("cursor", str),
    ],
    responses=answers({200: TableOut}, refused=(400, 404)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def league(request: Request, public_id: UUID) -> Response:
    user = reader_of(request)
    found = period_page.period_of(public_id)
    if not reads_table(user, found):
        raise Http404
    said = request.query_params
    asked = table.Asked(**{name: said.get(name, "")[:60] for name in table.ASKED})
    shown = table.table_of(found, user, asked, cursor=said.get("cursor", ""))
    public = found.state == PeriodState.PUBLISHED
    return _answer(TableOut(table_said(shown)).data, public=public)


@extend_schema(
    operation_id="read_card",
    summary="One score: what it was made of and how",
    description="Fractions are text such as `325/4`, exact; the total is rounded once.",
    tags=TAGS,
    auth=ANYBODY,
    responses=answers({200: CardPageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def card(request: Request, public_id: UUID) -> Response:
    user = reader_of(request)
    found = card_page.card_seen(user, public_id)
    page = card_page.card_page(found, user)
    return _answer(CardPageOut({"card": found, "chain": page.chain}).data, public=page.public)


@extend_schema(
    operation_id="correct_card",
    summary="Correct a score: append another from what is settled now",
    description="For officers of the district. Refused where everything is as it was.",
    tags=TAGS,
    parameters=[ONCE],
    request=CorrectIn,
    responses=answers({201: CardOut}, refused=(400, 401, 403, 404, 409)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def card_correct(request: Request, public_id: UUID) -> Response:
    user = asker_of(request)
    found = card_page.card_seen(user, public_id)
    check_corrects_card(user, found)
    made = freezing.correct(found, by=user, **given(CorrectIn, request))
    return Response(CardOut(made).data, status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="read_firm_record",
    summary="Scores of a firm or committee by period, the newest twelve",
    tags=TAGS,
    auth=ANYBODY,
    responses=answers({200: CardEntryOut(many=True)}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def firm(request: Request, code: str) -> Response:
    user = reader_of(request)
    body = get_object_or_404(Body, code=code)
    entries = record_of(body, user).entries
    public = user is None or all(e.card.period.state == PeriodState.PUBLISHED for e in entries)
    return _answer(CardEntryOut(list(entries), many=True).data, public=public)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_publications",
        summary="Everything published, the newest first",
        tags=TAGS,
        auth=PUBLIC,
        parameters=[PLACE, OpenApiParameter("kind", str, enum=PublicationKind.values)],
        responses=answers({200: PublicationOut(many=True)}, refused=(400,)),
    )
)
class Publications(PublicList):
    serializer_class = PublicationOut
    pagination_class = NewestPublications
    queryset = Publication.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        asked = self.request.query_params
        return published_page.publications(asked.get("place", "")[:20], asked.get("kind", ""))


@extend_schema(
    operation_id="read_publication",
    summary="One link of the chain, with the text its seal is made of",
    description="`hash` is the SHA-256 of `text`; `text` names the hash before it.",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: PublicationPageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def publication(request: Request, public_id: UUID) -> Response:
    return _answer(PublicationPageOut(published_page.one(public_id)).data, public=True)


def cached(view: Any) -> Any:
    """With an ETag, and 304 for whoever has it already."""
    return conditional_page(view)
