"""How the deadlines of an order were reckoned."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from common.now import now
from common.serializers import ANYBODY, answers
from complaints import queries
from complaints.api._who import PRIVATE, SECRET, order_for
from complaints.queries.explain import explanations
from complaints.serializers.explained import DeadlineExplainedOut, explained_facts


@extend_schema(
    operation_id="explain_deadlines",
    summary="How the deadlines of an order were reckoned",
    description=(
        "Every deadline, those that have ended too, line by line: start, rule, days that count and "
        "days that do not, suspensions, more time, end. Whoever sees the order sees this."
    ),
    tags=["orders"],
    auth=ANYBODY,
    parameters=[SECRET],
    responses=answers({200: DeadlineExplainedOut(many=True)}, refused=(401, 404)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def deadlines(request: Request, reference: str) -> Response:
    order, actor = order_for(request, reference)
    page = queries.order_page(order, actor, now())
    facts = [explained_facts(told, page.at) for told in explanations(page)]
    return Response(DeadlineExplainedOut(facts, many=True).data, headers=PRIVATE)
