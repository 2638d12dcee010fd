"""The rules of a place, and the same verbs as on its pages."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.now import now
from common.serializers import ONCE, Input, answers
from communities.models import Place
from complaints import actions
from complaints.api._who import PRIVATE
from complaints.permissions.rules import check_may_change_rules, may_change_rules
from complaints.queries.rule_pages import place_to_read
from complaints.queries.rulebook import Rulebook
from complaints.serializers.rules import (
    HoursIn,
    LineIn,
    PresetIn,
    RuleIn,
    RulesOut,
    rules_facts,
)

PLACE = OpenApiParameter(
    "place", str, description="The code of a district, subdistrict or community; else your own."
)
CHANGED = answers({200: RulesOut}, refused=(400, 401, 403, 404, 409))
NEW_ONLY = "For officers of the district. New promises only. Answers with the rules as they stand."


@extend_schema(
    methods=["GET"],
    operation_id="list_rules",
    summary="The rules of a place",
    description="For the offices that work by them: what holds, where it comes from, its history.",
    tags=["rules"],
    parameters=[PLACE],
    responses=answers({200: RulesOut}, refused=(401, 403, 404)),
)
@extend_schema(
    methods=["POST"],
    operation_id="set_rule",
    summary="Set a rule",
    description=NEW_ONLY,
    tags=["rules"],
    parameters=[ONCE],
    request=RuleIn,
    responses=CHANGED,
)
@api_view(["GET", "POST"])
@permission_classes([AllowAny])
def rules(request: Request) -> Response:
    if request.method == "POST":
        return _change(request, RuleIn, actions.set_rule)
    user = _signed_in(request)
    return _answer(user, place_to_read(user, request.query_params.get("place", "")))


@extend_schema(
    operation_id="set_rule_hours",
    summary="Set quiet hours and close of business",
    description=f"One setting for every rule that is not urgent. {NEW_ONLY}",
    tags=["rules"],
    parameters=[ONCE],
    request=HoursIn,
    responses=CHANGED,
)
@api_view(["POST"])
@permission_classes([AllowAny])
def hours(request: Request) -> Response:
    return _change(request, HoursIn, actions.set_hours)


@extend_schema(
    operation_id="apply_rule_preset",
    summary="Apply a preset",
    description=f"A whole set of rules at once. {NEW_ONLY}",
    tags=["rules"],
    parameters=[ONCE],
    request=PresetIn,
    responses=CHANGED,
)
@api_view(["POST"])
@permission_classes([AllowAny])
def preset(request: Request) -> Response:
    return _change(request, PresetIn, actions.apply_preset)


@extend_schema(
    operation_id="withdraw_rule",
    summary="Withdraw a rule",
    description=f"Back to what is inherited. {NEW_ONLY}",
    tags=["rules"],
    parameters=[ONCE],
    request=LineIn,
    responses=CHANGED,
)
@api_view(["POST"])
@permission_classes([AllowAny])
def withdraw(request: Request) -> Response:
    return _change(request, LineIn, actions.withdraw_rule)


def _change(request: Request, takes: type[Input], do: Callable[..., Any]) -> Response:
    """Refused in this order: not signed in 401, no such place 404, not yours 403, not so 400."""
    user = _signed_in(request)
    said = request.data if hasattr(request.data, "get") else {}
    place = place_to_read(user, str(said.get("place", "")))
    check_may_change_rules(user, place)
    given = takes(data=request.data)
    given.is_valid(raise_exception=True)
    do(by=user, **{**given.validated_data, "place": place})
    return _answer(user, place)


def _answer(user: User, place: Place) -> Response:
    facts = rules_facts(Rulebook(place, now()), may_change=may_change_rules(user, place))
    return Response(RulesOut(facts).data, headers=PRIVATE)


def _signed_in(request: Request) -> User:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
