"""Supervision orders: the list, a new one, one whole, and its verbs."""

from collections.abc import Callable
from typing import Any

import django_filters as filters  # type: ignore[import-untyped]
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.filters import Filters
from common.now import now
from common.paging import KeysetPagination, Sorting
from common.serializers import ONCE, answers
from complaints import actions
from complaints.api._who import PRIVATE, signed_in
from complaints.filters import FlagFilter
from complaints.models import SupervisionOrder
from complaints.models.supervision import SupervisionQuerySet
from complaints.permissions.supervision import (
    check_may_open,
    check_supervisable,
    side_for,
    supervisions_visible_to,
)
from complaints.queries import supervision as queries
from complaints.serializers.supervision import (
    TAKES,
    SuperviseIn,
    SupervisionOut,
    SupervisionRow,
    page_facts,
    slip_facts,
)
from complaints.supervision import State, SupervisionVerb

View = Callable[..., Any]


class SupervisionFilter(filters.FilterSet):  # type: ignore[misc]
    """What the list can be narrowed by."""

    state = filters.ChoiceFilter(choices=State, label=_("State"))
    overdue = FlagFilter(method="is_overdue", label=_("Reply late"))
    issued = FlagFilter(method="is_issued", label=_("Issued by us"))
    received = FlagFilter(method="is_received", label=_("Addressed to us"))

    class Meta:
        model = SupervisionOrder
        fields: tuple[str, ...] = ()

    def is_overdue(self, slips: SupervisionQuerySet, _name: str, wanted: bool) -> Any:
        late = queries.of_state("overdue", now())
        return slips.filter(late if wanted else ~late)

    def is_issued(self, slips: SupervisionQuerySet, _name: str, wanted: bool) -> Any:
        ours = queries.issued_by_me(self.request.user)
        return slips.filter(ours if wanted else ~ours)

    def is_received(self, slips: SupervisionQuerySet, _name: str, wanted: bool) -> Any:
        ours = queries.addressed_to_me(self.request.user)
        return slips.filter(ours if wanted else ~ours)


class SupervisionPages(KeysetPagination):
    """The reply due first comes first, unless asked otherwise."""

    sortings = {
        "due_at": Sorting("due_at", "code", moments=True),
        "-opened_at": Sorting("opened_at", "code", descending=True, moments=True),
    }
    default = "due_at"


class Supervisions(GenericAPIView[SupervisionOrder]):
    """The supervision orders one may see, and the door for a new one."""

    filterset_class = SupervisionFilter
    filter_backends = (Filters,)
    pagination_class = SupervisionPages
    serializer_class = SupervisionRow

    def get_queryset(self) -> QuerySet[SupervisionOrder]:
        user = signed_in(self.request)
        if user is None:
            return SupervisionOrder.objects.none()
        return queries.with_rows(supervisions_visible_to(user))

    @extend_schema(
        operation_id="list_supervision_orders",
        summary="The supervision orders one may see",
        tags=["supervision"],
        responses=answers({200: SupervisionRow(many=True)}, refused=(400, 401)),
    )
    def get(self, request: Request) -> Response:
        rows: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        at = now()
        facts = [slip_facts(slip, slip.subject, slip.orders_count, at) for slip in rows]
        answer = self.get_paginated_response(SupervisionRow(facts, many=True).data)
        for name, value in PRIVATE.items():
            answer[name] = value
        return answer

    @extend_schema(
        operation_id="supervise",
        summary="Open a supervision order",
        description=(
            "By an officer of a subdistrict or the district, on orders they oversee, addressed to "
            "a body that has every one of them in hand or to an office between."
        ),
        tags=["supervision"],
        parameters=[ONCE],
        request={"application/json": SuperviseIn},
        responses=answers({201: SupervisionOut}, refused=(400, 401, 403, 404, 409)),
    )
    def post(self, request: Request) -> Response:
        user = check_may_open(_user(request))
        given = SuperviseIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        orders = queries.orders_seen(user, said.pop("orders"))
        for order in orders:
            check_supervisable(user, order)
        slip = actions.supervise(orders, by=user, **said)
        return Response(_shown(slip, user), status=status.HTTP_201_CREATED, headers=PRIVATE)


def _user(request: Request) -> User:
    """Whoever is signed in: `IsAuthenticated` has seen to it."""
    user = signed_in(request)
    if user is None:
        raise TypeError("the API's own permission lets nobody else in")
    return user


def _shown(slip: SupervisionOrder, user: User) -> Any:
    page = queries.slip_page(slip, user, now())
    return SupervisionOut(page_facts(page, queries.why(slip))).data


@extend_schema(
    operation_id="read_supervision_order",
    summary="One supervision order",
    tags=["supervision"],
    responses=answers({200: SupervisionOut}, refused=(401, 404)),
)
@api_view(["GET"])
def supervision(request: Request, code: str) -> Response:
    user = _user(request)
    return Response(_shown(queries.seen_supervision(user, code), user), headers=PRIVATE)


def door(verb: SupervisionVerb) -> View:
    """The view of one verb."""
    action: Callable[..., SupervisionOrder] = getattr(actions, verb.value)
    takes = TAKES[verb]

    @extend_schema(
        operation_id=verb.value if "supervision" in verb.value else f"{verb.value}_to_supervision",
        summary=str(verb.value).replace("_", " ").capitalize(),
        description=(action.__doc__ or "").strip().splitlines()[0],
        tags=["supervision"],
        parameters=[ONCE],
        request={"application/json": takes},
        responses=answers({200: SupervisionOut}, refused=(400, 401, 403, 404, 409)),
    )
    @api_view(["POST"])
    def act(request: Request, code: str) -> Response:
        user = _user(request)
        slip = queries.seen_supervision(user, code)
        side_for(verb, user, slip)
        given = takes(data=request.data)
        given.is_valid(raise_exception=True)
        done = action(slip, by=user, **given.validated_data)
        return Response(_shown(done, user), headers=PRIVATE)

    return act
