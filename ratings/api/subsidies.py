"""Honours with money at the API's door: programmes and awards for everybody, verbs for officers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import asker_of, reader_of
from accounts.models import User
from common.paging import KeysetPagination, Sorting
from common.serializers import ANYBODY, ONCE, PUBLIC, Input, answers, given
from communities.models import Body, Place
from ratings.actions import subsidies as actions
from ratings.models import Award, AwardCategory, AwardedKind, AwardState, Programme
from ratings.permissions.subsidies import check_grants, check_grants_somewhere, check_pays
from ratings.queries import subsidies as queries
from ratings.serializers.subsidies import (
    ApproveIn,
    AwardCategoryIn,
    AwardIn,
    AwardOut,
    AwardPageOut,
    BecauseIn,
    BudgetIn,
    PayIn,
    ProgrammeIn,
    ProgrammeOut,
    ProgrammePageOut,
)

TAGS = ["ratings"]


class FirstAwards(KeysetPagination):
    sortings = {"proposed_at": Sorting("proposed_at", "key", moments=True)}
    default = "proposed_at"


class NewestProgrammes(KeysetPagination):
    sortings = {"-opened_at": Sorting("opened_at", "key", descending=True, moments=True)}
    default = "-opened_at"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_programmes",
        summary="Programmes of honours and subsidies, the newest first",
        tags=TAGS,
        auth=PUBLIC,
        responses=answers({200: ProgrammeOut(many=True)}, refused=(400,)),
    )
)
class Programmes(ListAPIView[Any]):
    permission_classes = (AllowAny,)
    filter_backends = ()
    serializer_class = ProgrammeOut
    pagination_class = NewestProgrammes
    queryset = Programme.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        return queries.programmes().annotate(key=queries.KEY)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_awards",
        summary="Awards of a programme, with what was paid of each",
        description="Proposed and turned down ones for officers of the place alone.",
        tags=TAGS,
        auth=ANYBODY,
        parameters=[OpenApiParameter("state", str, enum=AwardState.values)],
        responses=answers({200: AwardOut(many=True)}, refused=(400, 404)),
    )
)
class Awards(ListAPIView[Any]):
    permission_classes = (AllowAny,)
    filter_backends = ()
    serializer_class = AwardOut
    pagination_class = FirstAwards
    queryset = Award.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        state = self.request.query_params.get("state", AwardState.APPROVED)[:12]
        of = queries.programme_of(self.kwargs["public_id"])
        return queries.awards(reader_of(self.request), of, state=state)


@extend_schema(
    operation_id="read_programme",
    summary="One programme: budget, awarded and paid, by category",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: ProgrammePageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def programme(request: Request, public_id: UUID) -> Response:
    return Response(_programme_said(queries.programme_of(public_id)))


def _programme_said(found: Programme) -> Any:
    page = queries.programme_page(found)
    rows = [{"category": category, "sums": sums} for category, sums in page.categories]
    said = {"programme": found, "categories": rows, "sums": page.sums, "left": page.left}
    return ProgrammePageOut(said).data


@extend_schema(
    operation_id="read_award",
    summary="One award with its payments",
    tags=TAGS,
    auth=ANYBODY,
    responses=answers({200: AwardPageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def award(request: Request, public_id: UUID) -> Response:
    return Response(_award_said(reader_of(request), public_id))


def _award_said(user: User | None, public_id: UUID) -> Any:
    found = queries.award_of(user, public_id)
    return AwardPageOut({"award": found, "payments": found.payments.all()}).data


def _verb(name: str, summary: str, takes: type[Input], gives: Any, do: Callable[..., Any]) -> Any:
    """A verb for officers; `do` finds what it is about, refuses others, only then reads what was
    sent (`taken`), acts, and says what stands then.
    """

    @extend_schema(
        operation_id=name,
        summary=summary,
        description="For officers of the place and those above; nobody who gains by it.",
        tags=TAGS,
        parameters=[ONCE],
        request=takes,
        responses=answers({201: gives}, refused=(400, 401, 403, 404, 409)),
    )
    @api_view(["POST"])
    @permission_classes([AllowAny])
    def door(request: Request, /, **key: UUID) -> Response:
        def taken() -> dict[str, Any]:
            return given(takes, request)

        said = do(asker_of(request), taken, **key)
        return Response(said, status=status.HTTP_201_CREATED)

    return door


Taken = Callable[[], dict[str, Any]]


def _open(user: User, taken: Taken) -> Any:
    check_grants_somewhere(user)
    said = taken()
    place = get_object_or_404(Place, code=said.pop("place"))
    return _programme_said(actions.open_programme(place, by=user, **said))


def _on_programme(act: Callable[..., Any]) -> Callable[..., Any]:
    def do(user: User, taken: Taken, public_id: UUID) -> Any:
        found = queries.programme_of(public_id)
        check_grants(user, found.place)
        act(found, by=user, **taken())
        return _programme_said(queries.programme_of(public_id))

    return do


def _propose(user: User, taken: Taken, public_id: UUID) -> Any:
    rows = AwardCategory.objects.select_related("programme__place")
    category = get_object_or_404(rows, public_id=public_id)
    check_grants(user, category.programme.place)
    said = taken()
    of: Any = Place if category.kind == AwardedKind.PROJECT else Body
    to = get_object_or_404(of, code=said.pop("to"))
    made = actions.propose_award(category, by=user, to=to, **said)
    return _award_said(user, made.public_id)


def _on_award(act: Callable[..., Any]) -> Callable[..., Any]:
    def do(user: User, taken: Taken, public_id: UUID) -> Any:
        found = queries.award_of(user, public_id)
        check_grants(user, found.category.programme.place)
        act(found, by=user, **taken())
        return _award_said(user, public_id)

    return do


def _correct(user: User, taken: Taken, public_id: UUID) -> Any:
    payment = queries.payment_of(user, public_id)
    check_pays(user, payment.award)
    actions.correct_payment(payment, by=user, **taken())
    return _award_said(user, payment.award.public_id)


P, A = ProgrammePageOut, AwardPageOut
CHANGE, ADD = _on_programme(actions.change_budget), _on_programme(actions.add_category)
OF = "ratings/subsidies/<uuid:public_id>/"
AWARD = "ratings/awards/<uuid:public_id>/"
ROUTES = [
    path("ratings/subsidies/", Programmes.as_view(), name="programmes"),
    path(
        "ratings/subsidies/open/",
        _verb("open_programme", "Open a programme of honours and subsidies", ProgrammeIn, P, _open),
        name="programme_open",
    ),
    path(OF, programme, name="programme"),
    path(f"{OF}awards/", Awards.as_view(), name="awards"),
    path(
        f"{OF}budget/",
        _verb("change_budget", "Change the budget of a programme", BudgetIn, P, CHANGE),
        name="programme_budget",
    ),
    path(
        f"{OF}categories/",
        _verb("add_award_category", "Add a category of awards", AwardCategoryIn, P, ADD),
        name="programme_category",
    ),
    path(
        "ratings/subsidies/categories/<uuid:public_id>/",
        _verb("propose_award", "Propose somebody for an award", AwardIn, A, _propose),
        name="award_propose",
    ),
    path(AWARD, award, name="award"),
    *(
        path(f"{AWARD}{verb.replace('_', '-')}/", door, name=f"award_{verb}")
        for verb, door in (
            (verb, _verb(f"{verb}_award", summary, takes, A, _on_award(act)))
            for verb, summary, takes, act in (
                ("approve", "Approve an award another officer proposed", ApproveIn,
                 actions.approve_award),
                ("turn_down", "Turn a proposed award down", BecauseIn, actions.turn_down_award),
                ("take_back", "Take an award back", BecauseIn, actions.take_award_back),
                ("pay", "Record what was paid of an award", PayIn, actions.pay),
            )
        )
    ),
    path(
        "ratings/payments/<uuid:public_id>/correct/",
        _verb("correct_payment", "Make the contrary entry of a payment", BecauseIn, A, _correct),
        name="payment_correct",
    ),
]  # fmt: skip
