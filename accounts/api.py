"""Signing in and out, for programs."""

from typing import Any

from django.contrib.auth import authenticate, logout
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import serializers, status
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    permission_classes,
)
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from accounts.actors import CLOCK
from accounts.address import address_digest
from accounts.models import User
from accounts.tokens import open_token, revoke
from common.errors import Invalid
from common.serializers import ONCE, PUBLIC, Input, answers


class SignInIn(Input):
    """A mobile number or user name, and the password."""

    username = serializers.CharField(max_length=64)
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class UserOut(serializers.Serializer[Any]):
    """Oneself."""

    id = serializers.UUIDField(source="public_id")
    username = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField()


class SignInOut(serializers.Serializer[Any]):
    """A token, shown this once."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)
    user = UserOut()


@extend_schema(
    operation_id="sign_in",
    summary="Sign in",
    description="Five wrong passwords shut the door for a quarter of an hour (429).",
    tags=["sign-in"],
    auth=PUBLIC,
    request=SignInIn,
    responses=answers({200: SignInOut}, refused=(400, 429)),
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def sign_in(request: Request) -> Response:
    """An unknown name and a wrong password look the same."""
    given = SignInIn(data=request.data)
    given.is_valid(raise_exception=True)
    # The lockout counts on Django's own request, and answers by its middleware.
    user = authenticate(request._request, **given.validated_data)
    if not isinstance(user, User):
        address = address_digest(request)
        audit.record(by=CLOCK, verb="sign_in_refused", target_kind="address", target=address)
        raise Invalid(
            _("This number or name does not go with this password."), code="wrong_credentials"
        )
    user_logged_in.send(sender=User, request=request._request, user=user)
    token, expires_at = open_token(user)
    target = str(user.public_id)
    audit.record(by=user, verb="sign_in", target_kind="user", target=target, door="api")
    facts = {"token": token, "expires_at": expires_at, "user": user}
    return Response(SignInOut(facts).data, headers={"Cache-Control": "no-store"})


@extend_schema(
    operation_id="sign_out",
    summary="Sign out",
    description="Revokes the token of the request, or ends its session.",
    tags=["sign-in"],
    parameters=[ONCE],
    request=None,
    responses=answers({204: None}, refused=(401,)),
)
@api_view(["POST"])
def sign_out(request: Request) -> Response:
    if isinstance(request.auth, AuthToken):
        revoke(request.auth)
    else:
        logout(request._request)
    return Response(status=status.HTTP_204_NO_CONTENT)
