"""Sheets and rectification at the API's door: the same verbs as their pages."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import api_view, parser_classes
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import asker_of
from common.paging import KeysetPagination, Sorting
from common.serializers import ONCE, answers, given
from communities.models import Body, Place
from ratings.actions import assessments as verbs
from ratings.actions import entries, rectification
from ratings.actions.photos import keep_photo
from ratings.models import Assessment, Period, Rectification
from ratings.permissions.deeds import ON_A_RECTIFICATION, ON_A_SHEET
from ratings.queries import assessing
from ratings.queries import rectification as rectifications
from ratings.queries.sheets import filled, shown
from ratings.serializers.assessments import (
    AskIn,
    AssessmentOut,
    AssessmentPageOut,
    BeginIn,
    EntryIn,
    FindingPhotoIn,
    FindingPhotoOut,
    HandInIn,
    KeepIn,
    KeptOut,
    ReasonIn,
    RectificationCloseIn,
    RectificationOut,
    RectificationPageOut,
    RectificationReportIn,
    entry,
    rows_of,
)

TAGS = ["assessments"]
REFUSED = (400, 401, 403, 404, 409)


class ByNumber(KeysetPagination):
    """The newest day first."""

    sortings: Mapping[str, Sorting] = {"-on": Sorting("on_text", "key", descending=True)}
    default = "-on"


class SoonestFirst(KeysetPagination):
    sortings: Mapping[str, Sorting] = {"due_at": Sorting("due_at", "key", moments=True)}
    default = "due_at"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_assessments",
        summary="Sheets of the estates one answers for, or what was found of one's firm",
        tags=TAGS,
        parameters=[
            OpenApiParameter("period", UUID),
            OpenApiParameter("estate", str, description="A code."),
            OpenApiParameter("state", str, enum=["draft", "handed_in", "settled", "replaced"]),
        ],
        responses=answers({200: AssessmentOut(many=True)}, refused=(400, 401)),
    ),
    post=extend_schema(
        operation_id="begin_assessment",
        summary="Take a sheet in hand",
        description="The same person's again if it is begun already; 409 if somebody else has it.",
        tags=TAGS,
        parameters=[ONCE],
        request=BeginIn,
        responses=answers({201: AssessmentPageOut}, refused=REFUSED),
    ),
)
class Assessments(ListAPIView[Assessment]):
    serializer_class = AssessmentOut
    pagination_class = ByNumber
    filter_backends = ()
    queryset = Assessment.objects.none()

    def get_queryset(self) -> QuerySet[Assessment]:
        asked = self.request.query_params
        return assessing.listed(
            asker_of(self.request),
            period=asked.get("period", ""),
            estate=asked.get("estate", ""),
            state=asked.get("state", ""),
        )

    def post(self, request: Request) -> Response:
        asker, said = asker_of(request), given(BeginIn, request)
        made = verbs.begin(
            by=asker,
            period=get_object_or_404(Period, public_id=said.pop("period")),
            estate=get_object_or_404(Place.objects.estates(), code=said.pop("estate")),
            body=get_object_or_404(Body, code=said.pop("body")),
            **said,
        )
        return Response(AssessmentPageOut(made).data, status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="read_assessment",
    summary="One sheet with every item",
    tags=TAGS,
    responses=answers({200: AssessmentPageOut}, refused=(401, 404)),
)
@api_view(["GET"])
def assessment(request: Request, public_id: UUID) -> Response:
    found = assessing.one_seen(asker_of(request), public_id)
    return Response(AssessmentPageOut(found).data)


@extend_schema(
    operation_id="keep_assessment",
    summary="Enter what was found of some items",
    description="The same again changes nothing. An item that changed since it was `seen` is left "
    "as it stands and named in `conflicts`.",
    tags=TAGS,
    parameters=[ONCE],
    request=KeepIn,
    responses=answers({200: KeptOut}, refused=REFUSED),
)
@api_view(["POST"])
def assessment_keep(request: Request, public_id: UUID) -> Response:
    asker = asker_of(request)
    found = assessing.one_seen(asker, public_id)
    ON_A_SHEET["keep"](asker, found)
    rows = given(KeepIn, request)["entries"]
    done = entries.keep(
        found,
        by=asker,
        said={one["item"]: EntryIn.said(one) for one in rows},
        photos={one["item"]: list(map(str, one["photos"])) for one in rows if "photos" in one},
    )
    sheet = filled(done.assessment)
    wanted = {one["item"] for one in rows}
    told = {
        "written": done.written,
        "conflicts": done.conflicts,
        "entries": [
            entry(row.item.code, row.finding) for row in sheet.rows if row.item.code in wanted
        ],
        "got": shown(sheet.got),
        "possible": shown(sheet.possible),
    }
    return Response(KeptOut(told).data)


# Of each verb: what it takes, its function, what is said of it.
DOORS: dict[str, tuple[type[Any] | None, Callable[..., Any], str]] = {
    "take-over": (None, verbs.take_over, "Go on with what another office-holder began"),
    "drop": (None, verbs.drop, "Throw a draft away"),
    "hand-in": (HandInIn, verbs.hand_in, "Hand a sheet in; a verdict with its meeting"),
    "confirm": (None, verbs.confirm, "Confirm a verdict that somebody else handed in"),
    "send-back": (ReasonIn, verbs.send_back, "Give a verdict back with the reason"),
    "correct": (ReasonIn, verbs.correct, "Begin a correction of a settled sheet"),
    "rectify": (AskIn, rectification.ask, "Have deductions put right"),
}


def door(verb: str) -> Callable[..., Any]:
    """The view of one verb of a sheet."""
    takes, do, summary = DOORS[verb]
    gives: Any = {"drop": None, "rectify": RectificationOut(many=True)}.get(verb, AssessmentPageOut)

    @extend_schema(
        operation_id=f"assessment_{verb.replace('-', '_')}",
        summary=summary,
        tags=TAGS,
        parameters=[ONCE],
        request=takes,
        responses=answers({204 if gives is None else 200: gives}, refused=REFUSED),
    )
    @api_view(["POST"])
    def view(request: Request, public_id: UUID) -> Response:
        asker = asker_of(request)
        found = assessing.one_seen(asker, public_id)
        ON_A_SHEET[verb](asker, found)
        said = given(takes, request) if takes is not None else {}
        made = do(found, by=asker, **said)
        if made is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        told = rows_of(made) if isinstance(made, list) else AssessmentPageOut(made).data
        return Response(told)

    return view


@extend_schema(
    operation_id="send_finding_photo",
    summary="Send a photo, to be named by an entry or a report within 24 hours",
    tags=TAGS,
    parameters=[ONCE],
    request={"multipart/form-data": FindingPhotoIn},
    responses=answers({201: FindingPhotoOut}, refused=(400, 401, 413)),
)
@api_view(["POST"])
@parser_classes([MultiPartParser])
def finding_photos(request: Request) -> Response:
    asker = asker_of(request)
    made = keep_photo(given(FindingPhotoIn, request)["photo"], by=asker)
    return Response(FindingPhotoOut(made).data, status=status.HTTP_201_CREATED)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_rectifications",
        summary="What is to be put right, what is due first on top",
        tags=TAGS,
        parameters=[OpenApiParameter("all", bool, description="With what is over, too.")],
        responses=answers({200: RectificationOut(many=True)}, refused=(400, 401)),
    )
)
class Rectifications(ListAPIView[Rectification]):
    serializer_class = RectificationOut
    pagination_class = SoonestFirst
    filter_backends = ()
    queryset = Rectification.objects.none()

    def get_queryset(self) -> QuerySet[Rectification]:
        every = self.request.query_params.get("all") in {"1", "true"}
        return rectifications.seen(asker_of(self.request), waiting=not every)


@extend_schema(
    operation_id="read_rectification",
    summary="One of them with what happened to it",
    tags=TAGS,
    responses=answers({200: RectificationPageOut}, refused=(401, 404)),
)
@api_view(["GET"])
def rectification_one(request: Request, public_id: UUID) -> Response:
    found = rectifications.one_seen(asker_of(request), public_id)
    return Response(RectificationPageOut(found).data)


RECTIFYING: dict[str, tuple[type[Any], Callable[..., Any], str]] = {
    "report": (RectificationReportIn, rectification.report, "The firm reports it as put right"),
    "send-back": (ReasonIn, rectification.send_back, "Looked at again and not right"),
    "close": (RectificationCloseIn, rectification.close, "Looked at again and right"),
}


def rectification_door(verb: str) -> Callable[..., Any]:
    """The view of one verb of a rectification."""
    takes, do, summary = RECTIFYING[verb]

    @extend_schema(
        operation_id=f"rectification_{verb.replace('-', '_')}",
        summary=summary,
        tags=TAGS,
        parameters=[ONCE],
        request=takes,
        responses=answers({200: RectificationOut}, refused=REFUSED),
    )
    @api_view(["POST"])
    def view(request: Request, public_id: UUID) -> Response:
        asker = asker_of(request)
        found = rectifications.one_seen(asker, public_id)
        ON_A_RECTIFICATION[verb](asker, found)
        said = given(takes, request)
        if "photos" in said:
            said["photos"] = list(map(str, said["photos"]))
        return Response(RectificationOut(do(found, by=asker, **said)).data)

    return view
