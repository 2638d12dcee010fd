"""Reporting, the list of orders, and one order."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Reporter
from accounts.address import address_digest
from accounts.models import User
from common.codes import digest, new_secret
from common.errors import NotAllowed
from common.filters import Filters
from common.now import now
from common.paging import KeysetPagination, Sorting
from common.serializers import ANYBODY, ONCE, answers
from communities.scope import standing_of
from complaints import actions, queries
from complaints.api._who import PRIVATE, SECRET, PhotoAddress, order_for, signed_in
from complaints.api.photos import take_in
from complaints.filters import OrderFilter
from complaints.models import Complaint, Deadline
from complaints.permissions import visible_to
from complaints.queries.waiting import Promise
from complaints.serializers.inputs import ReportIn
from complaints.serializers.outputs import (
    OrderOut,
    OrderRow,
    ReportOut,
    deadline_facts,
    order_facts,
    row_facts,
)
from complaints.workflow import BY_STAFF, Source


class OrderPages(KeysetPagination):
    """Lists of orders, the latest first unless asked otherwise."""

    sortings = {
        "-reported_at": Sorting("reported_at", "reference", descending=True, moments=True),
        "reported_at": Sorting("reported_at", "reference", moments=True),
        "next_due_at": Sorting("next_due_at", "reference", nullable=True, moments=True),
    }
    default = "-reported_at"


class Orders(GenericAPIView[Complaint]):
    """The orders one may see, and the door for a new one."""

    filterset_class = OrderFilter
    filter_backends = (Filters,)
    pagination_class = OrderPages
    serializer_class = OrderRow

    def get_permissions(self) -> list[BasePermission]:
        return [IsAuthenticated() if self.request.method in {"GET", "HEAD"} else AllowAny()]

    def get_queryset(self) -> QuerySet[Complaint]:
        user = signed_in(self.request)
        return Complaint.objects.none() if user is None else visible_to(user).for_page()

    @extend_schema(
        operation_id="list_orders",
        summary="The orders one may see",
        tags=["orders"],
        responses=answers({200: OrderRow(many=True)}, refused=(400, 401)),
    )
    def get(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        at, user = now(), signed_in(request)
        facts = [row_facts(order, user, at) for order in rows if user is not None]
        answer = self.get_paginated_response(OrderRow(facts, many=True).data)
        for name, value in PRIVATE.items():
            answer[name] = value
        return answer

    @extend_schema(
        operation_id="report",
        summary="Report",
        description=(
            "Without credentials the answer holds a `tracking_secret`, and five reports an hour "
            "are taken from one address. Staff who enter a report for somebody give `source`."
        ),
        tags=["orders"],
        auth=ANYBODY,
        parameters=[ONCE],
        request={"application/json": ReportIn, "multipart/form-data": ReportIn},
        responses=answers({201: ReportOut}, refused=(400, 401, 403, 409, 413, 429)),
    )
    def post(self, request: Request) -> Response:
        user = signed_in(request)
        source = request.data.get("source", "") if hasattr(request.data, "get") else ""
        _check_source(user, source)
        given = ReportIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        if user is None:
            order, secret = _without_account(request, said)
        else:
            order, secret = _signed_in(user, said)
        return Response(_told(order, secret), status=status.HTTP_201_CREATED, headers=PRIVATE)


def _check_source(user: User | None, source: Any) -> None:
    """Only those who hold an office say where a report came from."""
    if source and (user is None or not standing_of(user).appointments):
        raise NotAllowed(_("Only staff enter reports for somebody or from patrol."))


def _without_account(request: Request, said: dict[str, Any]) -> tuple[Complaint, str]:
    address = address_digest(request)
    # Before the photos are opened: that is the dear part.
    actions.check_anonymous(address)
    secret = new_secret()
    by = Reporter(digest(secret))
    photos = take_in(said.pop("photos", []), by=by)
    source = said.pop("source", Source.API)
    order = actions.report_anonymously(by=by, address=address, source=source, photos=photos, **said)
    return order, secret


def _signed_in(user: User, said: dict[str, Any]) -> tuple[Complaint, str]:
    photos = take_in(said.pop("photos", []), by=user)
    source = said.pop("source", Source.API)
    secret = new_secret() if source in BY_STAFF else ""
    if not secret:
        said.setdefault("contact_name", user.name)
        said.setdefault("contact_phone", user.phone or "")
    order = actions.report(
        by=user,
        source=source,
        photos=photos,
        secret_digest=digest(secret) if secret else "",
        **said,
    )
    return order, secret


def _told(order: Complaint, secret: str) -> dict[str, Any]:
    promises = Deadline.objects.filter(complaint=order)
    facts: dict[str, Any] = {
        "reference": order.reference,
        "status": order.status,
        "deadlines": [deadline_facts(Promise(row), order.reported_at) for row in promises],
    }
    if secret:
        facts["tracking_secret"] = secret
    return dict(ReportOut(facts).data)


@extend_schema(
    operation_id="read_order",
    summary="One order",
    tags=["orders"],
    auth=ANYBODY,
    parameters=[SECRET],
    responses=answers({200: OrderOut}, refused=(401, 404)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def order(request: Request, reference: str) -> Response:
    found, actor = order_for(request, reference)
    page = queries.order_page(found, actor, now())
    facts = order_facts(page, actor, PhotoAddress(request))
    return Response(OrderOut(facts).data, headers=PRIVATE)
