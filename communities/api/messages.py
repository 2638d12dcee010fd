"""Messages between residents and butlers at the API's door; answering is among the register's."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.generics import ListAPIView

from accounts.models import User
from common.paging import KeysetPagination
from common.serializers import answers
from communities.models import ButlerMessage
from communities.queries import messages as queries


class MessageOut(serializers.Serializer[Any]):
    """What was written and answered; names alone, no number."""

    id = serializers.UUIDField(source="public_id")
    place = serializers.CharField(source="butler.place.code")
    butler = serializers.CharField(source="butler.user.name")
    writer = serializers.CharField(source="by.name")
    text = serializers.CharField()
    at = serializers.DateTimeField()
    answer = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class Newest(KeysetPagination):
    sortings = {"-at": queries.NEWEST}
    default = "-at"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_messages",
        summary="One's own messages with building butlers",
        tags=["register"],
        responses=answers({200: MessageOut(many=True)}, refused=(400, 401)),
    )
)
class Messages(ListAPIView[ButlerMessage]):
    serializer_class = MessageOut
    pagination_class = Newest
    filter_backends = ()
    queryset = ButlerMessage.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        if not isinstance(self.request.user, User):
            raise NotAuthenticated
        return queries.messages_of(self.request.user)
