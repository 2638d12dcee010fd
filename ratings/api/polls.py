"""Polls of residents at the API's door: opened, read, closed by officers; answered by anybody."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.address import address_digest
from accounts.http import asker_of, reader_of
from accounts.models import User
from common.paging import KeysetPagination
from common.serializers import (
    ANYBODY,
    ONCE,
    PUBLIC,
    answers,
    given,
)
from communities.models import Body, Place
from ratings.actions import poll_answers
from ratings.actions import polls as actions
from ratings.api.scores import PublicList
from ratings.models import Poll
from ratings.queries import period_page, poll_results
from ratings.queries import polls as queries
from ratings.serializers.polls import PollAnswerIn, PollOpenIn, PollOut, PollResultOut

TAGS = ["ratings"]


class LatestPolls(KeysetPagination):
    sortings = {"-closes_at": poll_results.LATEST}
    default = "-closes_at"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_polls",
        summary="Polls of residents whose scores are public, the latest first",
        tags=TAGS,
        auth=PUBLIC,
        parameters=[
            OpenApiParameter(
                "place",
                str,
                description="Words of a name, initials or a code: of the estate, or of the"
                " community, subdistrict or district it lies in.",
            ),
            OpenApiParameter("period", str, description="The id of a period."),
        ],
        responses=answers({200: PollResultOut(many=True)}, refused=(400,)),
    )
)
class Polls(PublicList):
    serializer_class = PollResultOut
    pagination_class = LatestPolls
    queryset = Poll.objects.none()

    def get_queryset(self) -> "QuerySet[Any]":
        said = self.request.query_params
        return poll_results.public_polls(
            **{name: said.get(name, "")[:60] for name in ("place", "period")}
        )

    def paginate_queryset(self, queryset: Any) -> Any:
        return poll_results.results_of(super().paginate_queryset(queryset) or [])


def _said(poll: Poll, user: User | None, code: int = status.HTTP_200_OK) -> Response:
    found = queries.poll_seen(user, poll.public_id)
    response = Response(PollOut(queries.poll_page(found, user)).data, status=code)
    response["Cache-Control"] = "private, no-store"
    return response


@extend_schema(
    operation_id="open_poll",
    summary="Open a poll of residents: draw the homes that are asked",
    description="For overseers of the estate whom nothing ties to it. Slips and codes on site are"
    " printed on the poll's page: their codes are shown once and kept nowhere.",
    tags=TAGS,
    parameters=[ONCE],
    request=PollOpenIn,
    responses=answers({201: PollOut}, refused=(400, 401, 403, 404, 409)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def period_polls(request: Request, public_id: UUID) -> Response:
    user = asker_of(request)
    found = period_page.period_of(public_id)
    said = given(PollOpenIn, request)
    estate = get_object_or_404(Place, code=said.pop("estate"))
    body = get_object_or_404(Body, code=said.pop("body"))
    made = actions.open_poll(found, by=user, estate=estate, body=body, **said)
    return _said(made, user, status.HTTP_201_CREATED)


@extend_schema(
    operation_id="read_poll",
    summary="One poll: its draw, its counts, and once closed how often each score was given",
    tags=TAGS,
    auth=ANYBODY,
    responses=answers({200: PollOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def poll(request: Request, public_id: UUID) -> Response:
    user = request.user if isinstance(request.user, User) else None
    return _said(queries.poll_seen(user, public_id), user)


@extend_schema(
    operation_id="close_poll",
    summary="Close a poll before its time",
    tags=TAGS,
    parameters=[ONCE],
    request=None,
    responses=answers({200: PollOut}, refused=(401, 403, 404, 409)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def poll_close(request: Request, public_id: UUID) -> Response:
    user = asker_of(request)
    closed = actions.close_poll(queries.poll_seen(user, public_id), by=user)
    return _said(closed, user)


@extend_schema(
    operation_id="answer_poll",
    summary="Answer a poll by a one-time code",
    description="Nobody signs in. Twenty unknown codes an hour from one address, then 429. A code"
    " that is used or whose poll is over is refused with 409, an unknown one with 404; whoever made"
    " codes of this poll answers it by none (403).",
    tags=TAGS,
    auth=PUBLIC,
    parameters=[ONCE],
    request=PollAnswerIn,
    responses=answers({204: None}, refused=(400, 403, 404, 409, 429)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def poll_answer(request: Request) -> Response:
    said = given(PollAnswerIn, request)
    user = reader_of(request)
    code = poll_answers.open_code(said.pop("code"), address=address_digest(request), signed_in=user)
    poll_answers.answer_poll(code, **said, signed_in=user)
    return Response(status=status.HTTP_204_NO_CONTENT)
