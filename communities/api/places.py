"""Places at the API's door: one place to read, and the verbs of those who keep the register."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.errors import Invalid
from common.serializers import ONCE, PUBLIC, Input, answers
from communities import actions
from communities.models import Place
from communities.permissions import check_keeps_place, check_opens_beneath
from communities.queries.tree import place_seen
from communities.serializers.places import (
    CloseIn,
    FoundPlaceIn,
    MoveIn,
    PlaceOut,
    PlaceReopenIn,
    RecodeIn,
    RenameIn,
)

TAGS = ["register"]


def signed_in(request: Request) -> User:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def named_place(code: str, field: str) -> Place:
    """A place named in the request; an unknown one is said at its field."""
    found = Place.objects.filter(code=code).select_related("parent__parent__parent").first()
    if found is None:
        raise Invalid(fields={field: [_("There is nothing of this code here.")]})
    return found


@extend_schema(
    methods=["GET"],
    operation_id="read_place",
    summary="One place of the tree",
    description="A code it used to have leads to it, too. Dwellings: for the register's keepers.",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: PlaceOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def place(request: Request, code: str) -> Response:
    user = request.user if isinstance(request.user, User) else None
    found, _own = place_seen(user, code)
    return Response(PlaceOut(found).data)


@extend_schema(
    methods=["POST"],
    operation_id="found_place",
    summary="Enter a place",
    description="For those who keep the register of what it lies in.",
    tags=TAGS,
    parameters=[ONCE],
    request=FoundPlaceIn,
    responses=answers({201: PlaceOut}, refused=(400, 401, 403, 409)),
)
@api_view(["POST"])
def places(request: Request) -> Response:
    user = signed_in(request)
    given = FoundPlaceIn(data=request.data)
    given.is_valid(raise_exception=True)
    said = given.validated_data
    parent = named_place(said["parent"], "parent")
    check_opens_beneath(user, parent)
    made = actions.found_place(**{**said, "parent": parent}, by=user)
    return Response(PlaceOut(made).data, status=status.HTTP_201_CREATED)


# --- The verbs of a place ----------------------------------------------------------------

Do = Callable[[Place, User, dict[str, Any]], Place]


def _move(place: Place, by: User, said: dict[str, Any]) -> Place:
    return actions.move_place(place, by=by, **{**said, "to": named_place(said["to"], "to")})


VERBS: dict[str, tuple[type[Input], Do, str]] = {
    "rename": (RenameIn, lambda p, by, said: actions.rename_place(p, by=by, **said), "Rename"),
    "recode": (
        RecodeIn,
        lambda p, by, said: actions.recode_place(p, by=by, **said),
        "Give another code to",
    ),
    "move": (MoveIn, _move, "Move"),
    "close": (CloseIn, lambda p, by, said: actions.close_place(p, by=by, **said), "Close"),
    "reopen": (PlaceReopenIn, lambda p, by, _said: actions.reopen_place(p, by=by), "Open again"),
}


def door(verb: str) -> Any:
    """The door of one verb, described with what it takes."""
    takes, do, words = VERBS[verb]

    @extend_schema(
        methods=["POST"],
        operation_id=f"{verb}_place",
        summary=f"{words} a place",
        description="A division is kept by the office above it, what lies in a community by it.",
        tags=TAGS,
        parameters=[ONCE],
        request=takes,
        responses=answers({200: PlaceOut}, refused=(400, 401, 403, 404, 409)),
    )
    @api_view(["POST"])
    def view(request: Request, code: str) -> Response:
        user = signed_in(request)
        found, _own = place_seen(user, code)
        check_keeps_place(user, found)
        given = takes(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(PlaceOut(do(found, user, given.validated_data)).data)

    return view
