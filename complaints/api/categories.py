"""What a report may be about."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from common.serializers import PUBLIC, answers
from complaints.models import Category
from complaints.serializers.outputs import CategoryGroupOut


@extend_schema(
    operation_id="list_categories",
    summary="The categories, by group",
    tags=["register"],
    auth=PUBLIC,
    responses=answers({200: CategoryGroupOut(many=True)}),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def categories(request: Request) -> Response:
    groups: dict[int, list[Category]] = {}
    leaves: list[Category] = []
    for category in Category.objects.order_by("code"):
        if category.parent_id is None:
            groups[category.pk] = []
            leaves.append(category)
        else:
            groups.setdefault(category.parent_id, []).append(category)
    tree = [
        {
            "code": group.code,
            "name": group.name,
            "name_zh": group.name_zh,
            "name_en": group.name_en,
            "categories": groups[group.pk],
        }
        for group in leaves
    ]
    return Response(CategoryGroupOut(tree, many=True).data)
