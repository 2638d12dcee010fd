"""The credit ledger at the API's door: public reads, the same verbs as the pages."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import asker_of
from common.errors import Invalid
from common.now import now, today
from common.paging import KeysetPagination, Sorting
from common.serializers import ONCE, PUBLIC, answers, given
from communities.models import DIVISIONS, Body, BodyKind, Place
from ratings.actions import credit as verbs
from ratings.actions import credit_schemes as schemes
from ratings.api.scores import _answer, cached
from ratings.credit import STEPS, CreditVerb
from ratings.models import CreditRecord, CreditScheme
from ratings.permissions.schemes import check_keeps_scheme
from ratings.queries import credit as queries
from ratings.serializers.credit import (
    CreditBeginIn,
    CreditChangeIn,
    CreditPresetOut,
    CreditProofIn,
    CreditRecordIn,
    CreditRecordOut,
    CreditRecordPageOut,
    CreditSettleIn,
    CreditStepIn,
    CreditTableOut,
    CreditVersionOut,
    FirmCreditOut,
    credit_table_said,
    firm_said,
)
from ratings.terms.credit_presets import credit_presets

TAGS = ["credit"]
REFUSED = (400, 401, 403, 404, 409)
PROVEN = (CreditVerb.OBJECT, CreditVerb.ASK_REPAIR)


def _given(takes: type[Any], request: Request) -> dict[str, Any]:
    said = given(takes, request)
    if "photos" in said:
        said["photos"] = [str(photo) for photo in said["photos"]]
    return said


def _place(code: str) -> Place:
    return get_object_or_404(Place, code=code, kind__in=DIVISIONS)


# --- Public ------------------------------------------------------------------------------


@extend_schema(
    operation_id="list_credit_presets",
    summary="The credit schemes a district may begin with",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: CreditPresetOut(many=True)}),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def presets(request: Request) -> Response:
    return _answer(CreditPresetOut(list(credit_presets().values()), many=True).data, public=True)


@extend_schema(
    operation_id="read_firm_credit",
    summary="A firm's credit on a day: the grade, the records that make it, month by month",
    tags=TAGS,
    auth=PUBLIC,
    parameters=[OpenApiParameter("on", date, description="A day that has been; else today.")],
    responses=answers({200: FirmCreditOut}, refused=(400, 404)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def firm(request: Request, code: str) -> Response:
    rows = Body.objects.select_related("place")
    body = get_object_or_404(rows, code=code, kind=BodyKind.FIRM)
    typed = request.query_params.get("on", "")
    try:
        on = date.fromisoformat(typed) if typed else today()
    except ValueError:
        raise Invalid(fields={"on": [_("Enter a day such as 2026-03-31.")]}) from None
    page = queries.firm_credit(body, min(on, today()))
    return _answer(FirmCreditOut(firm_said(page)).data, public=True)


@extend_schema(
    operation_id="read_credit_table",
    summary="The credit of a place's firms today, the best first",
    description="Fifty rows; `next` and `previous` are cursors.",
    tags=TAGS,
    auth=PUBLIC,
    parameters=[
        OpenApiParameter("level", str),
        OpenApiParameter("search", str),
        OpenApiParameter("cursor", str),
    ],
    responses=answers({200: CreditTableOut}, refused=(400, 404)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def table(request: Request, place: str) -> Response:
    said = request.query_params
    asked = queries.Asked(level=said.get("level", "")[:20], search=said.get("search", "")[:60])
    found = queries.table_of(_place(place), asked, cursor=said.get("cursor", ""))
    return _answer(CreditTableOut(credit_table_said(found)).data, public=True)


@extend_schema(
    operation_id="list_credit_versions",
    summary="The settled versions of a place's credit scheme, the newest first",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: CreditVersionOut(many=True)}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def versions(request: Request, place: str) -> Response:
    found = queries.settled(queries.scheme_of(_place(place)))
    return _answer(CreditVersionOut(found, many=True).data, public=True)


# --- The scheme --------------------------------------------------------------------------


def _scheme(request: Request, code: str) -> CreditScheme:
    """The scheme of a district, for those who keep it."""
    place = _place(code)
    check_keeps_scheme(asker_of(request), place)
    found = queries.scheme_of(place)
    if found is None:
        raise Http404
    return found


@extend_schema(
    operation_id="begin_credit_scheme",
    summary="Begin the credit scheme of a district with a preset",
    tags=TAGS,
    parameters=[ONCE],
    request=CreditBeginIn,
    responses=answers({201: CreditVersionOut}, refused=REFUSED),
)
@api_view(["POST"])
def begin(request: Request, place: str) -> Response:
    user, said = asker_of(request), _given(CreditBeginIn, request)
    made = schemes.begin(by=user, place=_place(place), **said)
    return Response(CreditVersionOut(made.versions.get()).data, status=status.HTTP_201_CREATED)


@extend_schema(
    methods=["GET"],
    operation_id="read_credit_draft",
    summary="The draft of the credit scheme, for officers of the district",
    tags=TAGS,
    responses=answers({200: CreditVersionOut}, refused=(401, 403, 404)),
)
@extend_schema(
    methods=["POST"],
    operation_id="draft_credit_scheme",
    summary="Begin a draft as the last version says",
    tags=TAGS,
    parameters=[ONCE],
    request=None,
    responses=answers({201: CreditVersionOut}, refused=REFUSED),
)
@api_view(["GET", "POST"])
def draft(request: Request, place: str) -> Response:
    scheme, user = _scheme(request, place), asker_of(request)
    if request.method == "POST":
        made = schemes.draft(scheme, by=user)
        return Response(CreditVersionOut(made).data, status=status.HTTP_201_CREATED)
    return Response(CreditVersionOut(get_object_or_404(scheme.versions, settled_at=None)).data)


@extend_schema(
    operation_id="change_credit_draft",
    summary="Write the draft's terms",
    tags=TAGS,
    parameters=[ONCE],
    request=CreditChangeIn,
    responses=answers({200: CreditVersionOut}, refused=REFUSED),
)
@api_view(["POST"])
def change(request: Request, place: str) -> Response:
    scheme, said = _scheme(request, place), _given(CreditChangeIn, request)
    return Response(
        CreditVersionOut(schemes.change_draft(scheme, by=asker_of(request), **said)).data
    )


@extend_schema(
    operation_id="settle_credit_scheme",
    summary="Settle the draft: grades follow it from today on",
    tags=TAGS,
    parameters=[ONCE],
    request=CreditSettleIn,
    responses=answers({200: CreditVersionOut}, refused=REFUSED),
)
@api_view(["POST"])
def settle(request: Request, place: str) -> Response:
    scheme, said = _scheme(request, place), _given(CreditSettleIn, request)
    return Response(CreditVersionOut(schemes.settle(scheme, by=asker_of(request), **said)).data)


# --- Records -----------------------------------------------------------------------------


class NewestRecords(KeysetPagination):
    sortings = {"-recorded_at": Sorting("recorded_at", "key", descending=True, moments=True)}
    default = "-recorded_at"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_credit_records",
        summary="Records of the district one keeps, or of one's firm",
        tags=TAGS,
        parameters=[
            OpenApiParameter("under_way", bool),
            OpenApiParameter("heard", bool, description="Those alone that are to be decided."),
        ],
        responses=answers({200: CreditRecordOut(many=True)}, refused=(400, 401)),
    ),
    post=extend_schema(
        operation_id="put_on_credit_record",
        summary="Put a record of the catalogue on file for a firm",
        description="It counts once another officer has confirmed it.",
        tags=TAGS,
        parameters=[ONCE],
        request=CreditRecordIn,
        responses=answers({201: CreditRecordPageOut}, refused=REFUSED),
    ),
)
class Records(ListAPIView[CreditRecord]):
    serializer_class = CreditRecordOut
    pagination_class = NewestRecords
    filter_backends = ()
    queryset = CreditRecord.objects.none()

    def get_queryset(self) -> "QuerySet[CreditRecord]":
        said = self.request.query_params
        asked = {
            name: said.get(name, "").lower() in {"true", "1"} for name in ("under_way", "heard")
        }
        rows = queries.seen(asker_of(self.request), under_way=asked["under_way"])
        return queries.heard(rows, now()) if asked["heard"] else rows

    def post(self, request: Request) -> Response:
        user, said = asker_of(request), _given(CreditRecordIn, request)
        rows = Body.objects.select_related("place")
        body = get_object_or_404(rows, code=said.pop("body"), kind=BodyKind.FIRM)
        made = verbs.record(by=user, body=body, **said)
        page = CreditRecordPageOut(queries.one_seen(user, made.public_id))
        return Response(page.data, status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="read_credit_record",
    summary="One record with what happened to it",
    tags=TAGS,
    responses=answers({200: CreditRecordPageOut}, refused=(401, 404)),
)
@api_view(["GET"])
def record(request: Request, public_id: UUID) -> Response:
    return Response(CreditRecordPageOut(queries.one_seen(asker_of(request), public_id)).data)


def door(verb: CreditVerb) -> Callable[..., Any]:
    """The view of one verb of a record."""
    takes = CreditProofIn if verb in PROVEN else CreditStepIn

    @extend_schema(
        operation_id=f"credit_{verb.value}",
        summary=str(verb.label),
        tags=TAGS,
        parameters=[ONCE],
        request=takes,
        responses=answers({200: CreditRecordPageOut}, refused=REFUSED),
    )
    @api_view(["POST"])
    def view(request: Request, public_id: UUID) -> Response:
        user = asker_of(request)
        found = queries.one_seen(user, public_id)
        verbs.step(found, verb, by=user, **_given(takes, request))
        return Response(CreditRecordPageOut(queries.one_seen(user, public_id)).data)

    return view


ROUTES = [
    path("ratings/credit/presets/", cached(presets), name="credit_presets"),
    path("ratings/credit/records/", Records.as_view(), name="credit_records"),
    path("ratings/credit/records/<uuid:public_id>/", record, name="credit_record"),
    *(
        path(
            f"ratings/credit/records/<uuid:public_id>/{verb.value.replace('_', '-')}/",
            door(verb),
            name=f"credit_{verb.value}",
        )
        for verb in STEPS
    ),
    path("ratings/credit/<slug:place>/", cached(table), name="credit_table"),
    path("ratings/credit/<slug:place>/versions/", cached(versions), name="credit_versions"),
    path("ratings/credit/<slug:place>/begin/", begin, name="credit_begin"),
    path("ratings/credit/<slug:place>/draft/", draft, name="credit_draft"),
    path("ratings/credit/<slug:place>/draft/change/", change, name="credit_change"),
    path("ratings/credit/<slug:place>/settle/", settle, name="credit_settle"),
    path("ratings/firms/<slug:code>/credit/", cached(firm), name="firm_credit"),
]
