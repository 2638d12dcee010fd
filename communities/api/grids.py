"""Grids at the API's door: to be read by everybody, changed by those who keep the register."""

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from common.errors import Invalid
from common.now import today
from common.paging import Sorting, page_of
from common.serializers import ONCE, PUBLIC, Input, answers
from communities import actions
from communities.api.places import TAGS, named_place, signed_in
from communities.models import Grid, GridKind, Place, PlaceKind
from communities.permissions import check_keeps_register
from communities.queries.grids import open_grids
from communities.serializers.grids import BuildingsIn, FoundGridIn, GridOut, GridsOut
from communities.serializers.places import CloseIn, RenameIn

BY_CODE = Sorting("code", "code")
LARGEST = 100


def _rows() -> QuerySet[Grid]:
    listed = Prefetch("buildings", Place.objects.order_by("code"), to_attr="listed")
    return Grid.objects.select_related("community__parent", "parent").prefetch_related(listed)


def _answer(grid: Grid) -> dict[str, Any]:
    return dict(GridOut(_rows().get(pk=grid.pk)).data)


@extend_schema(
    methods=["GET"],
    operation_id="list_grids",
    summary="Grids",
    description="Those that are not closed, by code; `?community=` narrows them.",
    tags=TAGS,
    auth=PUBLIC,
    parameters=[
        OpenApiParameter("community", str, description="Code of a community."),
        OpenApiParameter("kind", str, enum=GridKind.values),
        OpenApiParameter("cursor", str),
    ],
    responses=answers({200: GridsOut}, refused=(400,)),
)
@extend_schema(
    methods=["POST"],
    operation_id="found_grid",
    summary="Draw a grid",
    description="For those who keep the register of the community.",
    tags=TAGS,
    parameters=[ONCE],
    request=FoundGridIn,
    responses=answers({201: GridOut}, refused=(400, 401, 403, 409)),
)
@api_view(["GET", "POST"])
@permission_classes([AllowAny])
def grids(request: Request) -> Response:
    if request.method == "POST":
        return _found(request)
    asked = request.query_params
    unknown = sorted(set(asked) - {"community", "kind", "cursor"})
    if unknown:
        raise Invalid(fields={name: [_("There is no such filter here.")] for name in unknown})
    rows = _rows().filter(pk__in=open_grids(today()))
    if asked.get("community"):
        rows = rows.filter(community=named_place(asked["community"], "community"))
    if asked.get("kind"):
        rows = rows.filter(kind=asked["kind"])
    page = page_of(rows, BY_CODE, cursor=asked.get("cursor", ""), size=LARGEST)
    found = {"next": page.next, "previous": page.previous, "results": page.rows}
    return Response(GridsOut(found).data)


def _found(request: Request) -> Response:
    user = signed_in(request)
    given = FoundGridIn(data=request.data)
    given.is_valid(raise_exception=True)
    said = given.validated_data
    community = named_place(said["community"], "community")
    check_keeps_register(user, community)
    parent = Grid.objects.filter(code=said["parent"]).first() if said["parent"] else None
    if said["parent"] and parent is None:
        raise Invalid(fields={"parent": [_("There is nothing of this code here.")]})
    made = actions.found_grid(
        kind=said["kind"],
        community=community,
        name=said["name"],
        code=said["code"],
        parent=parent,
        by=user,
    )
    return Response(_answer(made), status=status.HTTP_201_CREATED)


@extend_schema(
    methods=["GET"],
    operation_id="read_grid",
    summary="One grid",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: GridOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def grid(request: Request, code: str) -> Response:
    found = _rows().filter(code=code).first()
    if found is None:
        raise Http404
    return Response(GridOut(found).data)


# --- The verbs of a grid -----------------------------------------------------------------


def _buildings(grid: Grid, by: Any, said: dict[str, Any]) -> Grid:
    codes = set(said["buildings"])
    found = list(Place.objects.filter(kind=PlaceKind.BUILDING, code__in=codes))
    if len(found) != len(codes):
        raise Invalid(fields={"buildings": [_("There is nothing of this code here.")]})
    return actions.set_buildings(grid, by=by, buildings=found)


Do = Callable[[Grid, Any, dict[str, Any]], Grid]
VERBS: dict[str, tuple[type[Input], Do, str]] = {
    "rename": (
        RenameIn,
        lambda g, by, said: actions.rename_grid(g, by=by, **said),
        "Rename a grid",
    ),
    "buildings": (BuildingsIn, _buildings, "Say which buildings lie in a grid"),
    "close": (CloseIn, lambda g, by, said: actions.close_grid(g, by=by, **said), "Close a grid"),
}


def door(verb: str) -> Any:
    """The door of one verb, described with what it takes."""
    takes, do, words = VERBS[verb]

    @extend_schema(
        methods=["POST"],
        operation_id=f"{verb}_grid" if verb != "buildings" else "set_buildings_of_grid",
        summary=words,
        description="For those who keep the register of the community.",
        tags=TAGS,
        parameters=[ONCE],
        request=takes,
        responses=answers({200: GridOut}, refused=(400, 401, 403, 404, 409)),
    )
    @api_view(["POST"])
    def view(request: Request, code: str) -> Response:
        user = signed_in(request)
        found = Grid.objects.select_related("community__parent", "parent").filter(code=code).first()
        if found is None:
            raise Http404
        check_keeps_register(user, found.community)
        given = takes(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(_answer(do(found, user, given.validated_data)))

    return view
