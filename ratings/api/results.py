"""The use of results at the API's door: recommendations read and made, and what became of them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
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

from accounts.http import asker_of, reader_of
from common.errors import Invalid
from common.paging import KeysetPagination, Sorting
from common.serializers import ANYBODY, ONCE, answers, given
from communities.models import Body, BodyKind, Place, PlaceKind
from ratings.actions import results as actions
from ratings.forms.results import AREAS, VOTES
from ratings.models import Listing, Recommendation, Scorecard
from ratings.permissions.results import check_advises_somewhere, check_answers
from ratings.queries import results as queries
from ratings.queries.results import Ground
from ratings.serializers.results import (
    OutcomeIn,
    RecommendationOut,
    RecommendationWithdrawIn,
    RecommendIn,
)

TAGS = ["ratings"]


class NewestRecommendations(KeysetPagination):
    sortings = {"-made_at": Sorting("made_at", "key", descending=True, moments=True)}
    default = "-made_at"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_recommendations",
        summary="Recommendations on the ground of results that you may read, the newest first",
        tags=TAGS,
        auth=ANYBODY,
        parameters=[OpenApiParameter("overdue", bool, description="Those alone that are overdue.")],
        responses=answers({200: RecommendationOut(many=True)}, refused=(400,)),
    )
)
class Recommendations(ListAPIView[Any]):
    permission_classes = (AllowAny,)
    filter_backends = ()
    serializer_class = RecommendationOut
    pagination_class = NewestRecommendations
    queryset = Recommendation.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        rows = queries.recommendations(reader_of(self.request))
        asked = self.request.query_params.get("overdue", "").lower()
        return queries.overdue(rows) if asked in {"true", "1"} else rows


@extend_schema(
    operation_id="read_recommendation",
    summary="One recommendation with its ground and what became of it",
    tags=TAGS,
    auth=ANYBODY,
    responses=answers({200: RecommendationOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def recommendation(request: Request, public_id: UUID) -> Response:
    return Response(RecommendationOut(queries.one_seen(reader_of(request), public_id)).data)


def _ground(said: dict[str, Any], firm: Body, estate: Place | None) -> Ground:
    """The listing, the score or the grade that was named; exactly one of the three."""
    listing, card, credit = (said.pop(name, None) for name in ("listing", "card", "credit"))
    found: Ground | None = None
    if [bool(each) for each in (listing, card, credit)].count(True) != 1:
        pass
    elif listing:
        rows = Listing.objects.select_related("period", "place")
        found = rows.filter(public_id=listing).first()
    elif card:
        found = Scorecard.objects.select_related("period").filter(public_id=card).first()
    else:
        found = queries.credit_for(firm, [estate or queries.seat_of(firm)])
    if found is None:
        sentence = [_("Name one listing, one card or the credit grade, if the firm has one here.")]
        raise Invalid(fields=dict.fromkeys(("listing", "card", "credit"), sentence))
    return found


@extend_schema(
    operation_id="make_recommendation",
    summary="Recommend on the ground of a published listing, a frozen score or the credit grade",
    description="For officers of the subdistrict or district; nobody tied to the firm.",
    tags=TAGS,
    parameters=[ONCE],
    request=RecommendIn,
    responses=answers({201: RecommendationOut}, refused=(400, 401, 403, 404, 409)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def recommend(request: Request) -> Response:
    user = asker_of(request)
    check_advises_somewhere(user)
    said = given(RecommendIn, request)
    firm = get_object_or_404(Body, code=said.pop("firm"), kind=BodyKind.FIRM)
    code = said.pop("estate", "")
    estate = get_object_or_404(Place, code=code, kind=PlaceKind.ESTATE) if code else None
    ground = _ground(said, firm, estate)
    made = actions.recommend(firm, by=user, estate=estate, ground=ground, **said)
    row = queries.one_seen(user, made.public_id)
    return Response(RecommendationOut(row).data, status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="record_outcome",
    summary="Record what became of a recommendation",
    description="The numbers of a vote belong to a recommended vote alone. A recommendation about"
    " the preferred pool that is followed moves the firm in or out.",
    tags=TAGS,
    parameters=[ONCE],
    request=OutcomeIn,
    responses=answers({201: RecommendationOut}, refused=(400, 401, 403, 404, 409)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def outcome(request: Request, public_id: UUID) -> Response:
    user = asker_of(request)
    row = queries.one_seen(user, public_id)
    check_answers(user, row)
    said = given(OutcomeIn, request)
    votes = actions.Votes(**{name: said.pop(name, None) for name in (*VOTES, *AREAS)})
    actions.record_outcome(row, by=user, votes=votes, **said)
    now_is = RecommendationOut(queries.one_seen(user, public_id))
    return Response(now_is.data, status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="withdraw_recommendation",
    summary="Withdraw a recommendation that waits for its outcome",
    tags=TAGS,
    parameters=[ONCE],
    request=RecommendationWithdrawIn,
    responses=answers({200: RecommendationOut}, refused=(400, 401, 403, 404, 409)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def withdraw(request: Request, public_id: UUID) -> Response:
    user = asker_of(request)
    row = queries.one_seen(user, public_id)
    check_answers(user, row)
    actions.withdraw_recommendation(row, by=user, **given(RecommendationWithdrawIn, request))
    return Response(RecommendationOut(queries.one_seen(user, public_id)).data)


ROUTES = [
    path("ratings/results/", Recommendations.as_view(), name="recommendations"),
    path("ratings/results/recommend/", recommend, name="recommend"),
    path("ratings/results/<uuid:public_id>/", recommendation, name="recommendation"),
    path("ratings/results/<uuid:public_id>/outcome/", outcome, name="recommendation_outcome"),
    path("ratings/results/<uuid:public_id>/withdraw/", withdraw, name="recommendation_withdraw"),
]
