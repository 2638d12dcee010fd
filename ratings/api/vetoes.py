"""Veto items in effect at the API's door."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import asker_of
from common.serializers import ONCE, answers, given
from communities.models import Body
from ratings.actions import vetoes as verbs
from ratings.api.listings import REFUSED, TAGS
from ratings.models import Scheme, Veto
from ratings.permissions.schemes import check_keeps_scheme
from ratings.queries.listings import vetoes_on_record
from ratings.serializers.listings import VetoEndIn, VetoIn, VetoItemOut


@extend_schema(
    methods=["GET"],
    operation_id="list_vetoes",
    summary="Veto items on record under a scheme, the latest hundred",
    tags=TAGS,
    responses=answers({200: VetoItemOut(many=True)}, refused=(401, 403, 404)),
)
@extend_schema(
    methods=["POST"],
    operation_id="record_veto",
    summary="Put a veto item on record, by the document that says so",
    description="Red listings of whom it is about end the day it takes effect.",
    tags=TAGS,
    parameters=[ONCE],
    request=VetoIn,
    responses=answers({201: VetoItemOut}, refused=REFUSED),
)
@api_view(["GET", "POST"])
def vetoes(request: Request, public_id: UUID) -> Response:
    by = asker_of(request)
    scheme = get_object_or_404(Scheme.objects.select_related("place"), public_id=public_id)
    check_keeps_scheme(by, scheme.place)
    if request.method == "GET":
        return Response(VetoItemOut(vetoes_on_record(scheme), many=True).data)
    said: dict[str, Any] = given(VetoIn, request)
    body = get_object_or_404(Body.objects.select_related("place"), code=said.pop("body"))
    made = verbs.record_veto(scheme, by=by, body=body, **said)
    return Response(VetoItemOut(made).data, status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="end_veto",
    summary="The document is set aside, or its effect is over from a day on",
    tags=TAGS,
    parameters=[ONCE],
    request=VetoEndIn,
    responses=answers({200: VetoItemOut}, refused=REFUSED),
)
@api_view(["POST"])
def veto_end(request: Request, public_id: UUID) -> Response:
    by = asker_of(request)
    veto = get_object_or_404(Veto.objects.select_related("place", "body"), public_id=public_id)
    check_keeps_scheme(by, veto.place)
    return Response(VetoItemOut(verbs.end_veto(veto, by=by, **given(VetoEndIn, request))).data)
