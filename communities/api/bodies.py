"""What programs read of committees, party organisations and groups; the verbs are at `keep`."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_view,
)
from rest_framework.decorators import api_view, permission_classes
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import reader_of
from common.errors import Invalid
from common.paging import KeysetPagination
from common.serializers import PUBLIC, answers
from communities.models import Body, CommitteeState, GroupKind, Place
from communities.queries import committees, groups, party
from communities.serializers.bodies import (
    CommitteeOut,
    CommitteePageOut,
    GroupOut,
    GroupPageOut,
    OrganisationOut,
    PartyPageOut,
)

TAGS = ["register"]
UNDER = OpenApiParameter("under", str, description="Code of a place: what lies there or beneath.")
SEARCH = OpenApiParameter("search", str, description="Part of the name, or its initials.")
LONGEST = 60


def _asked(request: Request, *names: str) -> dict[str, str]:
    """These parameters; another one is refused, as everywhere."""
    known = {*names, "cursor", "page_size", "ordering"}
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise Invalid(fields={name: [_("There is no such filter here.")] for name in unknown})
    return {name: request.query_params.get(name, "")[:LONGEST].strip() for name in names}


def _one_of(name: str, given: str, known: list[str]) -> None:
    if given and given not in known:
        raise Invalid(fields={name: [_("Choose one of the list.")]})


# --- Committees --------------------------------------------------------------------------


class ByUrgency(KeysetPagination):
    """What calls for somebody first."""

    sortings = {"urgency": committees.ALARMS_FIRST}
    default = "urgency"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_committees",
        summary="Owners' committees and property management committees",
        tags=TAGS,
        auth=PUBLIC,
        parameters=[UNDER, SEARCH, OpenApiParameter("state", str, enum=CommitteeState.values)],
        responses=answers({200: CommitteeOut(many=True)}, refused=(400,)),
    )
)
class Committees(ListAPIView[Body]):
    permission_classes = (AllowAny,)
    serializer_class = CommitteeOut
    pagination_class = ByUrgency
    filter_backends = ()
    queryset = Body.objects.none()

    def get_queryset(self) -> Any:
        asked = _asked(self.request, "under", "search", "state")
        _one_of("state", asked["state"], CommitteeState.values)
        return committees.committee_list(**asked)


@extend_schema(
    operation_id="read_committee",
    summary="A committee: its state, members, dated steps, and what comes next",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: CommitteePageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def committee(request: Request, code: str) -> Response:
    user = reader_of(request)
    page = committees.committee_page(committees.committee_of(user, code), user)
    return Response(CommitteePageOut(page).data)


# --- Party organisations -----------------------------------------------------------------


@extend_schema(
    operation_id="list_party_organisations",
    summary="The pyramid of party organisations at a place; without one, its committees",
    tags=TAGS,
    auth=PUBLIC,
    parameters=[UNDER],
    responses=answers({200: OrganisationOut(many=True)}, refused=(400, 404)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def organisations(request: Request) -> Response:
    under = _asked(request, "under")["under"]
    if under and not Place.objects.filter(code=under).exists():
        raise Http404
    return Response(OrganisationOut(party.pyramid(under), many=True).data)


@extend_schema(
    operation_id="read_party_organisation",
    summary="A party organisation",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: PartyPageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def organisation(request: Request, code: str) -> Response:
    user = reader_of(request)
    page = party.party_page(party.organisation_of(user, code), user)
    return Response(PartyPageOut(page).data)


# --- Groups ------------------------------------------------------------------------------


class ByCode(KeysetPagination):
    sortings = {"code": groups.BY_CODE}
    default = "code"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_groups",
        summary="Alliances, federations, associations, committees and teams",
        tags=TAGS,
        auth=PUBLIC,
        parameters=[UNDER, SEARCH, OpenApiParameter("kind", str, enum=GroupKind.values)],
        responses=answers({200: GroupOut(many=True)}, refused=(400,)),
    )
)
class Groups(ListAPIView[Body]):
    permission_classes = (AllowAny,)
    serializer_class = GroupOut
    pagination_class = ByCode
    filter_backends = ()
    queryset = Body.objects.none()

    def get_queryset(self) -> Any:
        asked = _asked(self.request, "under", "search", "kind")
        _one_of("kind", asked["kind"], GroupKind.values)
        return groups.group_list(**asked)


@extend_schema(
    operation_id="read_group",
    summary="A group: what it is for, who belongs to it, what it settled",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: GroupPageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def group(request: Request, code: str) -> Response:
    user = reader_of(request)
    page = groups.group_page(groups.group_of(user, code), user)
    return Response(GroupPageOut(page).data)
