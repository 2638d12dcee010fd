"""One's own wishes, for programs: by which ways notices leave, and when it is quiet."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.serializers import ONCE, Input, YesNo, answers
from notifications import actions
from notifications.channels import LOUD
from notifications.models import Channel, Group
from notifications.reach import Reach, reach_of

CHANNELS = [(channel.value, Channel(channel).label) for channel in LOUD]


class WishOut(serializers.Serializer[Any]):
    """Whether notices of a group leave by a channel."""

    group = serializers.ChoiceField(choices=Group.choices)
    channel = serializers.ChoiceField(choices=CHANNELS)
    wanted = serializers.BooleanField()


class WishesOut(serializers.Serializer[Any]):
    """What duty requires is told in the portal, and by one way at least, whatever is wished."""

    wishes = WishOut(many=True)
    quiet_from = serializers.TimeField(allow_null=True, format="%H:%M")
    quiet_until = serializers.TimeField(allow_null=True, format="%H:%M")
    confirmed = serializers.ListField(
        child=serializers.CharField(),
        help_text="Channels with a confirmed address; addresses are given on their own pages.",
    )


class WishIn(Input):
    group = serializers.ChoiceField(choices=Group.choices)
    channel = serializers.ChoiceField(choices=CHANNELS)
    wanted = YesNo()


class WishesIn(Input):
    """Wishes that are not named stay as they were; the quiet hours are replaced."""

    wishes = serializers.ListField(child=WishIn(), required=False, default=list)
    quiet_from = serializers.TimeField(allow_null=True)
    quiet_until = serializers.TimeField(allow_null=True)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if (given["quiet_from"] is None) != (given["quiet_until"] is None):
            missing = "quiet_from" if given["quiet_from"] is None else "quiet_until"
            raise serializers.ValidationError(
                {missing: [_("Give both times, or leave both empty.")]}
            )
        return given


@extend_schema(
    methods=["GET"],
    operation_id="read_wishes",
    summary="Where notices reach me, and when not",
    tags=["notices"],
    responses=answers({200: WishesOut}, refused=(401,)),
)
@extend_schema(
    methods=["POST"],
    operation_id="set_wishes",
    summary="Change where notices reach me, and when not",
    tags=["notices"],
    parameters=[ONCE],
    request=WishesIn,
    responses=answers({200: WishesOut}, refused=(400, 401)),
)
@api_view(["GET", "POST"])
def wishes(request: Request) -> Response:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    if request.method == "POST":
        given = WishesIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        begins, ends = said["quiet_from"], said["quiet_until"]
        actions.set_wishes(
            {(wish["group"], wish["channel"]): wish["wanted"] for wish in said["wishes"]},
            quiet=None if begins is None else (begins, ends),
            by=request.user,
        )
    reach = reach_of([request.user])[request.user.pk]
    return Response(WishesOut(_told(reach)).data)


def _told(reach: Reach) -> dict[str, Any]:
    begins, ends = reach.quiet or (None, None)
    return {
        "wishes": [
            {"group": group.value, "channel": channel, "wanted": reach.wants(group, channel)}
            for group in Group
            for channel in LOUD
        ],
        "quiet_from": begins,
        "quiet_until": ends,
        "confirmed": [channel for channel in LOUD if channel in reach.addresses],
    }
