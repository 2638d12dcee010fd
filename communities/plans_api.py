"""Action plans at the API's door, to read; their verbs stand with those of the register."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.now import today
from common.paging import KeysetPagination
from common.serializers import PUBLIC, Named, answers
from communities.models import ActionPlan, PlanTemplate
from communities.queries import plans as queries

TAGS = ["register"]


class ActionPlanOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    place = Named()
    template = serializers.ChoiceField(choices=PlanTemplate.choices)
    title = serializers.CharField()
    purpose = serializers.CharField()
    document = serializers.CharField()
    from_year = serializers.IntegerField()
    until_year = serializers.IntegerField(help_text="The last year.")
    completed_on = serializers.DateField(allow_null=True)
    report = serializers.CharField(help_text="The completion report, once it is in.")


class PlanYearOut(serializers.Serializer[Any]):
    """Counted from the plan's start, by the end of the year."""

    year = serializers.IntegerField()
    target = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    reached = serializers.DecimalField(
        max_digits=12, decimal_places=2, allow_null=True, help_text="Null: still to come."
    )
    state = serializers.CharField(help_text="met, missed, running; or nothing")


class ProgressOut(serializers.Serializer[Any]):
    on = serializers.DateField()
    amount = serializers.DecimalField(max_digits=12, decimal_places=2)


class PlanTaskOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="task.public_id")
    section = serializers.CharField(source="task.section")
    title = serializers.CharField(source="task.title")
    unit = serializers.CharField(source="task.unit", help_text="Nothing: done when it is done.")
    owner = Named(source="task.owner", allow_null=True)
    place = Named(source="task.place", allow_null=True)
    years = PlanYearOut(many=True)
    progress = ProgressOut(source="entries", many=True)


class ActionPlanPageOut(serializers.Serializer[Any]):
    """A plan with its tasks; notes beside the figures are not for the public and not here."""

    plan = ActionPlanOut()
    tasks = PlanTaskOut(many=True)
    done = serializers.IntegerField(help_text="Tasks whose last target is reached.")


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
