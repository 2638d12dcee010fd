"""What programs read of committees, party organisations and groups; the verbs are at `keep`."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import reader_of
from common.errors import Invalid
from common.paging import KeysetPagination
from common.serializers import PUBLIC, Named, answers
from communities.models import Body, CommitteeState, GroupKind, Place
from communities.queries import committees, groups, party

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


class ShareOut(serializers.Serializer[Any]):
    """So many of so many. For those who keep the register, or where it names nobody."""

    part = serializers.IntegerField(source="party")
    whole = serializers.IntegerField(source="members")
    target = serializers.IntegerField(help_text="Per cent; a target, never a bar.")


# --- Committees --------------------------------------------------------------------------


class CommitteeOut(Named):
    """A committee in the list."""

    kind = serializers.CharField()
    estate = Named(source="place")
    state = serializers.ChoiceField(source="committee.state", choices=CommitteeState.choices)
    term_from_on = serializers.DateField(source="committee.term_from_on", allow_null=True)
    term_until_on = serializers.DateField(source="committee.term_until_on", allow_null=True)


class MemberOut(serializers.Serializer[Any]):
    """Who sits. Whether in the Party is nowhere in here."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    role = serializers.CharField()
    from_on = serializers.DateField()
    until_on = serializers.DateField(allow_null=True)


class FormationStepOut(serializers.Serializer[Any]):
    step = serializers.CharField(source="step.step")
    title = serializers.CharField(source="label")
    on = serializers.DateField(source="step.on")
    struck = serializers.BooleanField()


class NextOut(serializers.Serializer[Any]):
    """A step that may come next, for those who keep the register."""

    step = serializers.CharField()
    open_now = serializers.BooleanField()
    first_on = serializers.DateField(source="opening.first_on", allow_null=True)
    missing = serializers.SerializerMethodField()
    mine = serializers.BooleanField(help_text="Whether you record it.")

    def get_missing(self, row: committees.Next) -> list[list[str]]:
        return [[step.value for step in need.steps] for need in row.opening.missing]


class CommitteePageOut(serializers.Serializer[Any]):
    """A committee as its page shows it to this reader."""

    code = serializers.CharField(source="committee.body.code")
    name = serializers.CharField(source="committee.body.name")
    kind = serializers.CharField(source="committee.body.kind")
    estate = Named(source="committee.body.place")
    state = serializers.ChoiceField(source="committee.state", choices=CommitteeState.choices)
    alarm = serializers.CharField(
        help_text="filing, filing_late, reelection, term_over; or nothing."
    )
    seats = serializers.IntegerField(source="committee.seats", allow_null=True)
    elected_on = serializers.DateField(source="committee.elected_on", allow_null=True)
    filed_on = serializers.DateField(source="committee.filed_on", allow_null=True)
    filing_due_on = serializers.DateField(allow_null=True)
    term_from_on = serializers.DateField(source="committee.term_from_on", allow_null=True)
    term_until_on = serializers.DateField(source="committee.term_until_on", allow_null=True)
    members = MemberOut(many=True)
    party_share = serializers.SerializerMethodField()
    steps = FormationStepOut(source="lines", many=True)
    nexts = NextOut(many=True)

    @extend_schema_field(ShareOut(allow_null=True))
    def get_party_share(self, page: committees.CommitteePage) -> dict[str, Any] | None:
        if not page.keeps and not page.share.public:
            return None
        return dict(ShareOut(page.share).data)


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


class OrganisationOut(serializers.Serializer[Any]):
    """An organisation and those beneath it, as far as they are shown together."""

    code = serializers.CharField(source="organisation.code")
    name = serializers.CharField(source="organisation.body.name")
    level = serializers.CharField(source="organisation.level")
    form = serializers.CharField(source="organisation.form")
    place = Named(source="organisation.body.place")
    children = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_children(self, node: party.Node) -> list[dict[str, Any]]:
        return [dict(OrganisationOut(child).data) for child in node.children]


class PostOut(serializers.Serializer[Any]):
    """A post; to the public only where its holder displays it."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    title = serializers.CharField()
    place = Named()
    holder = serializers.CharField()
    displayed = serializers.BooleanField()


class StarsOut(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    stars = serializers.IntegerField()


class CultivationOut(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    staff_to_members = serializers.IntegerField()
    members_to_backbone = serializers.IntegerField()


class PartyPageOut(serializers.Serializer[Any]):
    """An organisation as its page shows it to this reader; how many members, to its keepers."""

    code = serializers.CharField(source="organisation.code")
    name = serializers.CharField(source="organisation.body.name")
    level = serializers.CharField(source="organisation.level")
    form = serializers.CharField(source="organisation.form")
    place = Named(source="organisation.body.place")
    parent = Named(source="organisation.parent.body", default=None, allow_null=True)
    firm = Named(source="organisation.firm", allow_null=True)
    children = serializers.SerializerMethodField()
    works_under = serializers.SerializerMethodField()
    stars = StarsOut(many=True)
    posts = PostOut(many=True)
    cultivations = CultivationOut(many=True)
    full_members = serializers.SerializerMethodField()

    @extend_schema_field(Named(many=True))
    def get_children(self, page: party.PartyPage) -> list[dict[str, Any]]:
        return [dict(Named(child.body).data) for child in page.children]

    @extend_schema_field(Named(many=True))
    def get_works_under(self, page: party.PartyPage) -> list[dict[str, Any]]:
        return [dict(Named(link.under.body).data) for link in page.works_under]

    def get_full_members(self, page: party.PartyPage) -> int | None:
        return page.organisation.full_members if page.keeps else None


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


class GroupOut(Named):
    kind = serializers.ChoiceField(source="group.kind", choices=GroupKind.choices)
    place = Named()
    members = serializers.IntegerField(source="members_count")


class BelongsOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    member = Named(allow_null=True)
    outsider = serializers.CharField()
    role = serializers.CharField()
    from_on = serializers.DateField()


class SettledOut(serializers.Serializer[Any]):
    month = serializers.DateField()
    count = serializers.IntegerField()


class GroupPageOut(serializers.Serializer[Any]):
    """A group as its page shows it."""

    code = serializers.CharField(source="group.code")
    name = serializers.CharField(source="group.body.name")
    kind = serializers.ChoiceField(source="group.kind", choices=GroupKind.choices)
    place = Named(source="group.body.place")
    purpose = serializers.CharField(source="group.purpose")
    standard = serializers.CharField(source="group.standard")
    members = BelongsOut(many=True)
    settled = SettledOut(many=True)


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
