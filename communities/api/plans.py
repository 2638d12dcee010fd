"""Action plans at the API's door, to read; their verbs stand with those of the register."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import api_view, permission_classes
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.now import today
from common.paging import KeysetPagination
from common.serializers import PUBLIC, answers
from communities.models import ActionPlan, PlanTemplate
from communities.queries import plans as queries
from communities.serializers.plans import ActionPlanOut, ActionPlanPageOut

TAGS = ["register"]


class Newest(KeysetPagination):
    """Those that begin last come first."""

    sortings = {"-from_year": queries.NEWEST}
    default = "-from_year"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_action_plans",
        summary="Action plans",
        tags=TAGS,
        auth=PUBLIC,
        parameters=[
            OpenApiParameter("template", str, enum=PlanTemplate.values),
            OpenApiParameter("state", str, enum=["open", "over"]),
        ],
        responses=answers({200: ActionPlanOut(many=True)}, refused=(400,)),
    )
)
class ActionPlans(ListAPIView[ActionPlan]):
    permission_classes = (AllowAny,)
    serializer_class = ActionPlanOut
    pagination_class = Newest
    filter_backends = ()
    queryset = ActionPlan.objects.none()

    def get_queryset(self) -> Any:
        asked = self.request.query_params
        return queries.plan_list(template=asked.get("template", ""), state=asked.get("state", ""))


@extend_schema(
    operation_id="read_action_plan",
    summary="One action plan: targets by year and what is reached",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: ActionPlanPageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def action_plan(request: Request, public_id: UUID) -> Response:
    user = request.user if isinstance(request.user, User) else None
    plan = queries.plan_of(user, str(public_id))
    return Response(ActionPlanPageOut(queries.plan_page(plan, user, today())).data)
