"""The search across the register at the API's door."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.now import today
from common.serializers import PUBLIC, answers
from communities.queries import search as queries


class HitOut(serializers.Serializer[Any]):
    """`key` is the code of a place, body or grid, the public id of a person."""

    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField(help_text="In words, for people: an estate, a firm, the offices.")
    code = serializers.CharField(help_text="Nothing for a person.")
    where = serializers.CharField()


class FoundOut(serializers.Serializer[Any]):
    """What was found of one kind, the best first."""

    name = serializers.ChoiceField(choices=list(queries.LABELS))
    hits = HitOut(many=True)
    more = serializers.BooleanField(help_text="Ask for this kind alone, or type more.")


@extend_schema(
    operation_id="search_register",
    summary="Search places, bodies, grids and people in office",
    description="By part of the name, initials of the syllables, or the beginning of a code.",
    tags=["register"],
    auth=PUBLIC,
    parameters=[
        OpenApiParameter("q", str, description="Up to sixty characters."),
        OpenApiParameter(
            "kind", str, enum=list(queries.LABELS), description="Of this kind alone, up to 100."
        ),
    ],
    responses=answers({200: FoundOut(many=True)}),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def search(request: Request) -> Response:
    reader = request.user if isinstance(request.user, User) else None
    what = queries.asked(request.query_params.get("q", ""))
    only = request.query_params.get("kind", "")
    return Response(FoundOut(queries.search(what, reader, today(), only=only), many=True).data)
