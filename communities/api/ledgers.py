"""Ledgers at the API's door: the columns and the rows, page by page."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.errors import Invalid
from common.now import today
from common.paging import KeysetPagination
from common.serializers import answers
from communities.permissions.ledgers import check_reads_ledgers
from communities.queries import estate_map, ledgers


class LedgerColumnOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.CharField(help_text="text, number or date")


class LedgerPageOut(serializers.Serializer[Any]):
    """A page of a ledger; each row has a value for each column, null where nothing is known."""

    columns = LedgerColumnOut(many=True)
    results = serializers.ListField(child=serializers.DictField())
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class ByPlace(KeysetPagination):
    """In the order of the places."""

    sortings = {"place": ledgers.BY_CODE}
    default = "place"


@extend_schema(
    operation_id="read_ledger",
    summary="A ledger of estates, committees or party organisations",
    description="The rows of the places whose register one keeps.",
    tags=["register"],
    parameters=[
        OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=list(ledgers.LEDGERS)),
        OpenApiParameter("under", str, description="The code of a division."),
        OpenApiParameter("cursor", str, description="Taken from `next` or `previous`."),
        OpenApiParameter("page_size", int, description="Up to 100."),
    ],
    responses=answers({200: LedgerPageOut}, refused=(400, 401, 403, 404)),
)
@api_view(["GET"])
def ledger(request: Request, kind: str) -> Response:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    if kind not in ledgers.LEDGERS:
        raise Http404
    check_reads_ledgers(request.user)
    under = request.query_params.get("under", "")
    if under and estate_map.division(under) is None:
        raise Invalid(fields={"under": [_("There is no such place.")]})
    shown = ledgers.LEDGERS[kind]
    pages = ByPlace()
    rows = pages.paginate_queryset(ledgers.read(shown, request.user, under), request)
    answer = pages.get_paginated_response(shown.fill(rows, today()))
    answer.data["columns"] = LedgerColumnOut(shown.columns, many=True).data
    return answer
