"""The outbox, for programs that watch over it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.errors import Invalid, NotAllowed
from common.now import now
from common.serializers import ONCE, Input, answers
from governance.outbox import NAMES, channel_lines, dead_lines, look_after, retry

WAYS = [(name, name) for name in NAMES]


class WayOut(serializers.Serializer[Any]):
    """One channel; chat groups are `robots`."""

    channel = serializers.ChoiceField(choices=WAYS)
    waiting = serializers.IntegerField(help_text="What should have left by now.")
    oldest_age = serializers.SerializerMethodField(help_text="Of these, in seconds.")
    dead = serializers.IntegerField(help_text="Given up; somebody has to look.")
    shut_until = serializers.DateTimeField(
        allow_null=True, help_text="The provider failed in a row and is left alone until then."
    )

    def get_oldest_age(self, line: Any) -> int:
        return int(line.oldest_age.total_seconds())


class DeadOut(serializers.Serializer[Any]):
    """A notice that was given up."""

    handle = serializers.CharField(help_text="For trying it again.")
    kind = serializers.CharField()
    channel = serializers.ChoiceField(choices=WAYS)
    recipient = serializers.CharField(help_text="Masked, or a chat group's name.")
    tries = serializers.IntegerField()
    error = serializers.CharField()
    dead_at = serializers.DateTimeField()


class OutboxOut(serializers.Serializer[Any]):
    """How every way stands, and the latest 50 of the dead."""

    channels = WayOut(many=True)
    dead = DeadOut(many=True)


class RetryIn(Input):
    """Either one, by its handle, or all of one channel."""

    handle = serializers.CharField(required=False, max_length=400)
    channel = serializers.ChoiceField(choices=WAYS, required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if len(given) != 1:
            raise Invalid
        return given


class RetryOut(serializers.Serializer[Any]):
    """How many will be tried again."""

    retried = serializers.IntegerField()


@extend_schema(
    operation_id="read_outbox",
    summary="How the outbox stands",
    description="For administrators and officers of a district.",
    tags=["outbox"],
    responses=answers({200: OutboxOut}, refused=(401, 403)),
)
@api_view(["GET"])
def outbox(request: Request) -> Response:
    _who(request)
    facts = {"channels": channel_lines(now()), "dead": dead_lines()}
    return Response(OutboxOut(facts).data)


@extend_schema(
    operation_id="retry_outbox",
    summary="Try again what was given up",
    description="From now on, as if for the first time. It is kept in the audit log.",
    tags=["outbox"],
    parameters=[ONCE],
    request=RetryIn,
    responses=answers({200: RetryOut}, refused=(400, 401, 403, 404)),
)
@api_view(["POST"])
def outbox_retry(request: Request) -> Response:
    user = _who(request)
    given = RetryIn(data=request.data)
    given.is_valid(raise_exception=True)
    return Response(RetryOut({"retried": retry(**given.validated_data, by=user)}).data)


def _who(request: Request) -> User:
    if not isinstance(request.user, User):  # for the types: nobody else is authenticated
        raise NotAllowed
    look_after(request.user)
    return request.user
