"""Offices, people and invitations at the API's door: the same verbs as the pages."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import asker_of
from accounts.models import User
from common.errors import Invalid
from common.now import today
from common.paging import KeysetPagination, Sorting
from common.serializers import ONCE, PUBLIC, answers, given
from communities import actions
from communities.models import Appointment, Body, BodyKind, Invitation, Office
from communities.permissions.interests import check_records_interests
from communities.permissions.offices import check_may_appoint, check_reads_offices
from communities.queries import offices as queries
from communities.queries import people as people_queries
from communities.serializers.offices import (
    AppointIn,
    AppointmentOut,
    DismissIn,
    HandOverIn,
    InterestIn,
    InterestOut,
    InvitationOut,
    InvitedOut,
    InviteIn,
    PersonOut,
    WithdrawIn,
)


def _overseer(request: Request) -> User:
    """Whoever asks; they oversee offices somewhere."""
    asker = asker_of(request)
    check_reads_offices(asker)
    return asker


def _for_a_seat(takes: type[Any], request: Request) -> dict[str, Any]:
    """Who asks, for which seat, and whatever else the request says: as the verbs take it."""
    asker = _overseer(request)
    said = given(takes, request)
    return {"by": asker, "at": queries.seat_named(**said.pop("seat")), **said}


class BySeat(KeysetPagination):
    """By the code of the seat, so that what lies together stands together."""

    sortings = {"seat": queries.BY_SEAT}
    default = "seat"


class ByDay(KeysetPagination):
    sortings = {"-at": Sorting("at", "row", descending=True, moments=True)}
    default = "-at"


FILTERS = [
    OpenApiParameter(
        "state", str, enum=["held", "coming", "over"], description="In force if not said."
    ),
    OpenApiParameter("office", str, enum=Office.values),
    OpenApiParameter("place", str, description="Code of a place, body or grid."),
]


@extend_schema_view(
    get=extend_schema(
        operation_id="list_appointments",
        summary="Who holds which office under one's scope",
        tags=["offices"],
        parameters=FILTERS,
        responses=answers({200: AppointmentOut(many=True)}, refused=(400, 401, 403)),
    ),
    post=extend_schema(
        operation_id="appoint",
        summary="Appoint somebody",
        description="Nobody appoints above or beside their own scope, nor themselves.",
        tags=["offices"],
        parameters=[ONCE],
        request=AppointIn,
        responses=answers({201: AppointmentOut}, refused=(400, 401, 403, 404, 409)),
    ),
)
class Appointments(ListAPIView[Appointment]):
    serializer_class = AppointmentOut
    pagination_class = BySeat
    filter_backends = ()
    queryset = Appointment.objects.none()

    def get_queryset(self) -> QuerySet[Appointment]:
        asker = _overseer(self.request)
        asked = self.request.query_params
        return queries.offices(
            asker,
            today(),
            state=asked.get("state", "held"),
            office=asked.get("office", ""),
            code=asked.get("place", ""),
        )

    def post(self, request: Request) -> Response:
        given = _for_a_seat(AppointIn, request)
        made = actions.appoint(_person(given.pop("person"), "person"), **given)
        return Response(AppointmentOut(made).data, status=status.HTTP_201_CREATED)


def _taken_by(asker: User, public_id: UUID) -> Appointment:
    """An appointment this person may end: 404, then 403, before anything sent is judged."""
    found = queries.appointment_seen(asker, public_id)
    check_may_appoint(asker, Office(found.office), found.seat, found.user)
    return found


def _person(public_id: UUID, field: str) -> User:
    found = User.objects.filter(public_id=public_id, is_active=True).first()
    if found is None:
        raise Invalid(fields={field: [_("There is nobody of this id.")]})
    return found


@extend_schema(
    operation_id="dismiss",
    summary="End an office",
    tags=["offices"],
    parameters=[ONCE],
    request=DismissIn,
    responses=answers({200: AppointmentOut}, refused=(400, 401, 403, 404, 409)),
)
@api_view(["POST"])
def dismiss(request: Request, public_id: UUID) -> Response:
    asker = asker_of(request)
    found = _taken_by(asker, public_id)
    ended = actions.dismiss(found, by=asker, **given(DismissIn, request))
    return Response(AppointmentOut(ended).data)


@extend_schema(
    operation_id="withdraw_appointment",
    summary="Take an office back before it begins",
    description="Handed over, it stays with whoever has it.",
    tags=["offices"],
    parameters=[ONCE],
    request=WithdrawIn,
    responses=answers({200: AppointmentOut}, refused=(400, 401, 403, 404, 409)),
)
@api_view(["POST"])
def withdraw(request: Request, public_id: UUID) -> Response:
    asker = asker_of(request)
    found = _taken_by(asker, public_id)
    said = given(WithdrawIn, request)
    return Response(AppointmentOut(actions.withdraw_appointment(found, by=asker, **said)).data)


@extend_schema(
    operation_id="hand_over",
    summary="Hand an office over, with its open work",
    tags=["offices"],
    parameters=[ONCE],
    request=HandOverIn,
    responses=answers({201: AppointmentOut}, refused=(400, 401, 403, 404, 409)),
)
@api_view(["POST"])
def hand_over(request: Request, public_id: UUID) -> Response:
    asker = asker_of(request)
    found = _taken_by(asker, public_id)
    said = given(HandOverIn, request)
    made = actions.hand_over(found, to=_person(said.pop("to"), "to"), by=asker, **said)
    return Response(AppointmentOut(made).data, status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="read_person",
    summary="A person and their offices",
    description="The public offices for anybody; all of them for those over the person.",
    tags=["offices"],
    auth=PUBLIC,
    responses=answers({200: PersonOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def person(request: Request, public_id: UUID) -> Response:
    reader = request.user if isinstance(request.user, User) else None
    found = people_queries.person_seen(reader, public_id, today())
    offices = [_held(row) for row in (*found.held, *found.past)]
    told = {
        "id": found.user.public_id,
        "name": found.user.name,
        "offices": offices,
        "interests": None
        if found.interests is None
        else InterestOut(found.interests, many=True).data,
    }
    return Response(told)


def _held(row: people_queries.Held) -> dict[str, Any]:
    told = dict(AppointmentOut(row.appointment).data)
    if not row.whole:
        told |= {"letter": "", "put_forward_by": "", "ended_grounds": ""}
    return {**told, "allows": str(row.allows), "state": row.state}


@extend_schema(
    operation_id="record_interest",
    summary="Declare an interest, or record one found",
    tags=["offices"],
    parameters=[ONCE],
    request=InterestIn,
    responses=answers({201: InterestOut}, refused=(400, 401, 403, 404)),
)
@api_view(["POST"])
def interests(request: Request, public_id: UUID) -> Response:
    asker = asker_of(request)
    found = people_queries.person_seen(asker, public_id, today())
    check_records_interests(asker, found.user)
    said = given(InterestIn, request)
    firm = Body.objects.filter(kind=BodyKind.FIRM, code=said.pop("firm")).first()
    if firm is None:
        raise Invalid(fields={"firm": [_("Choose a property firm.")]})
    made = actions.record_interest(found.user, by=asker, firm=firm, **said)
    return Response(InterestOut(made).data, status=status.HTTP_201_CREATED)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_invitations",
        summary="Invitations that wait, under one's scope",
        tags=["offices"],
        responses=answers({200: InvitationOut(many=True)}, refused=(400, 401, 403)),
    ),
    post=extend_schema(
        operation_id="invite",
        summary="Invite somebody new to an office",
        description="The link is in this answer and nowhere else. Valid once, until it expires.",
        tags=["offices"],
        parameters=[ONCE],
        request=InviteIn,
        responses=answers({201: InvitedOut}, refused=(400, 401, 403, 404, 429)),
    ),
)
class Invitations(ListAPIView[Invitation]):
    serializer_class = InvitationOut
    pagination_class = ByDay
    filter_backends = ()
    queryset = Invitation.objects.none()

    def get_queryset(self) -> QuerySet[Invitation]:
        return queries.invitations(_overseer(self.request))

    def post(self, request: Request) -> Response:
        made, secret = actions.invite(**_for_a_seat(InviteIn, request))
        link = request.build_absolute_uri(reverse("communities:join", args=[secret]))
        actions.send_link(made, link)
        told = {**InvitationOut(made).data, "link": link}
        return Response(told, status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="revoke_invitation",
    summary="Take an invitation back",
    tags=["offices"],
    parameters=[ONCE],
    request=None,
    responses=answers({200: InvitationOut}, refused=(401, 403, 404, 409)),
)
@api_view(["POST"])
def revoke(request: Request, public_id: UUID) -> Response:
    asker = asker_of(request)
    found = queries.invitation_seen(asker, public_id)
    return Response(InvitationOut(actions.revoke_invitation(found, by=asker)).data)
