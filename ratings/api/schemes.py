"""Schemes at the API's door: settled versions for everybody, drafts and verbs for their keepers."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import asker_of, reader_of
from accounts.models import User
from common.errors import Invalid, NotAllowed
from common.paging import KeysetPagination
from common.serializers import ANYBODY, ONCE, PUBLIC, answers, given
from communities.models import Place
from ratings.actions import periods as period_actions
from ratings.actions import schemes as actions
from ratings.actions._drafts import check_terms
from ratings.models import Scheme
from ratings.permissions.schemes import check_keeps_scheme, scheme_codes
from ratings.queries import schemes as queries
from ratings.queries.simulation import simulated
from ratings.serializers.schemes import (
    PeriodOpenIn,
    PeriodOut,
    PresetOut,
    SchemeBeginIn,
    SchemeChangeIn,
    SchemeDiscardIn,
    SchemeOut,
    SchemePageOut,
    SchemeSettleIn,
    SchemeTermsIn,
    SimulationOut,
    TermsOut,
    VersionOut,
)
from ratings.terms import read
from ratings.terms.presets import presets

TAGS = ["ratings"]


class ByPlace(KeysetPagination):
    sortings = {"place": queries.BY_PLACE}
    default = "place"


def _keeper(request: Request, public_id: UUID) -> tuple[User, Scheme]:
    """Refused in this order: not signed in 401, not there 404, not yours 403."""
    asker = asker_of(request)
    scheme = queries.scheme_seen(asker, public_id)
    check_keeps_scheme(asker, scheme.place)
    return asker, scheme


@extend_schema_view(
    get=extend_schema(
        operation_id="list_schemes",
        summary="Schemes of assessment",
        tags=TAGS,
        auth=ANYBODY,
        parameters=[OpenApiParameter("place", str, description="Code of a district.")],
        responses=answers({200: SchemeOut(many=True)}, refused=(400,)),
    ),
    post=extend_schema(
        operation_id="begin_scheme",
        summary="Begin a scheme with a preset",
        description="For officers of the district.",
        tags=TAGS,
        parameters=[ONCE],
        request=SchemeBeginIn,
        responses=answers({201: SchemeOut}, refused=(400, 401, 403)),
    ),
)
class Schemes(ListAPIView[Scheme]):
    permission_classes = (AllowAny,)
    serializer_class = SchemeOut
    pagination_class = ByPlace
    filter_backends = ()
    queryset = Scheme.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        place = self.request.query_params.get("place", "")
        return queries.schemes_seen(reader_of(self.request), place=place[:20])

    def post(self, request: Request) -> Response:
        asker = asker_of(request)
        if not scheme_codes(asker):
            raise NotAllowed(_("Schemes are begun by the officers of a district."))
        said = given(SchemeBeginIn, request)
        place = Place.objects.filter(code=said.pop("place")).first()
        if place is None:
            raise Invalid(fields={"place": [_("There is no place of this code.")]})
        made = actions.begin_scheme(by=asker, place=place, **said)
        return Response(SchemeOut(made).data, status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="list_scheme_presets",
    summary="Presets a scheme may begin with",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: PresetOut(many=True)}),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def scheme_presets(request: Request) -> Response:
    return Response(PresetOut(list(presets().values()), many=True).data)


@extend_schema(
    operation_id="read_scheme",
    summary="One scheme: its versions and periods",
    tags=TAGS,
    auth=ANYBODY,
    responses=answers({200: SchemePageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def scheme(request: Request, public_id: UUID) -> Response:
    user = reader_of(request)
    found = queries.scheme_seen(user, public_id)
    return Response(SchemePageOut(queries.scheme_page(found, user)).data)


@extend_schema(
    operation_id="read_scheme_version",
    summary="Everything a version says",
    tags=TAGS,
    auth=ANYBODY,
    responses=answers({200: TermsOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def scheme_version(request: Request, public_id: UUID, number: int) -> Response:
    user = reader_of(request)
    found = queries.scheme_seen(user, public_id)
    return Response(TermsOut(queries.version_seen(found, user, number)).data)


@extend_schema(
    operation_id="draft_scheme",
    summary="Begin a draft: a copy of the last settled version",
    tags=TAGS,
    parameters=[ONCE],
    request=None,
    responses=answers({201: TermsOut}, refused=(401, 403, 404, 409)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def scheme_draft(request: Request, public_id: UUID) -> Response:
    user, found = _keeper(request, public_id)
    made = actions.draft(found, by=user)
    return Response(TermsOut(made).data, status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="change_scheme_draft",
    summary="Write the draft's terms",
    description="Refused whole where anything in it is wrong, and with 409 where somebody saved"
    " after the draft that was `seen`.",
    tags=TAGS,
    parameters=[ONCE],
    request=SchemeChangeIn,
    responses=answers({200: TermsOut}, refused=(400, 401, 403, 404, 409)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def scheme_change(request: Request, public_id: UUID) -> Response:
    user, found = _keeper(request, public_id)
    changed = actions.change_draft(found, by=user, **given(SchemeChangeIn, request))
    return Response(TermsOut(changed).data)


@extend_schema(
    operation_id="discard_scheme_draft",
    summary="Take the draft away",
    description="A scheme of which nothing was ever settled goes with it.",
    tags=TAGS,
    parameters=[ONCE],
    request=SchemeDiscardIn,
    responses=answers({204: None}, refused=(400, 401, 403, 404, 409)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def scheme_discard(request: Request, public_id: UUID) -> Response:
    user, found = _keeper(request, public_id)
    actions.discard_draft(found, by=user, **given(SchemeDiscardIn, request))
    return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(
    operation_id="settle_scheme",
    summary="Settle the draft: from then on it never changes",
    tags=TAGS,
    parameters=[ONCE],
    request=SchemeSettleIn,
    responses=answers({200: VersionOut}, refused=(400, 401, 403, 404, 409)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def scheme_settle(request: Request, public_id: UUID) -> Response:
    user, found = _keeper(request, public_id)
    settled = actions.settle(found, by=user, **given(SchemeSettleIn, request))
    return Response(VersionOut(settled).data)


@extend_schema(
    operation_id="open_period",
    summary="Open a period by the version in force",
    tags=TAGS,
    parameters=[ONCE],
    request=PeriodOpenIn,
    responses=answers({201: PeriodOut}, refused=(400, 401, 403, 404, 409)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def scheme_period(request: Request, public_id: UUID) -> Response:
    user, found = _keeper(request, public_id)
    from_on: date = given(PeriodOpenIn, request)["from_on"]
    made = period_actions.open_period(found, by=user, from_on=from_on)
    return Response(PeriodOut(made).data, status=status.HTTP_201_CREATED)


@extend_schema(
    methods=["GET"],
    operation_id="simulate_scheme_draft",
    summary="The last frozen period under the draft",
    description="For whoever reads the draft.",
    tags=TAGS,
    responses=answers({200: SimulationOut}, refused=(400, 401, 404)),
)
@extend_schema(
    methods=["POST"],
    operation_id="simulate_scheme_terms",
    summary="The last frozen period under terms that are not saved",
    tags=TAGS,
    parameters=[ONCE],
    request=SchemeTermsIn,
    responses=answers({200: SimulationOut}, refused=(400, 401, 403, 404)),
)
@api_view(["GET", "POST"])
@permission_classes([AllowAny])
def scheme_simulation(request: Request, public_id: UUID) -> Response:
    if request.method == "POST":
        _user, found = _keeper(request, public_id)
        terms = given(SchemeTermsIn, request)["terms"]
    else:
        asker = asker_of(request)
        found = queries.scheme_seen(asker, public_id)
        terms = queries.draft_seen(found, asker).terms
    check_terms(terms)
    return Response(SimulationOut(simulated(found, read(terms))).data)
