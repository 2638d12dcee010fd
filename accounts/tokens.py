"""Tokens for programs: random, kept as a digest, expiring by the database's clock."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from knox.settings import knox_settings
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User
from common.now import now, now_in_query

LONGEST_TOKEN = 128


class TokenAuthentication(KnoxAuthentication):  # type: ignore[misc]
    """`Authorization: Token …`. One query, and the database's clock says whether it holds."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        wrong = AuthenticationFailed(_("This token is wrong, expired or revoked."))
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise wrong
        holds = Q(expiry__isnull=True) | Q(expiry__gt=now_in_query())
        found = (
            AuthToken.objects.filter(holds, digest=hash_token(token.decode()))
            .select_related("user")
            .first()
        )
        if found is None or not found.user.is_active:
            raise wrong
        return found.user, found


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the API's description speaks of tokens."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token` and the token of sign-in/, with a blank between them.",
        }


def open_token(user: User) -> tuple[str, datetime | None]:
    """A fresh token, shown this once, and until when it holds; expired ones are forgotten."""
    at = now()
    AuthToken.objects.filter(user=user, expiry__lte=at).delete()
    row, token = AuthToken.objects.create(user)
    if row.expiry is not None:
        # From the database's clock: a server whose own is off would shorten or lengthen it.
        row.expiry = at + knox_settings.TOKEN_TTL
        row.save(update_fields=["expiry"])
    return token, row.expiry


def revoke(token: AuthToken) -> None:
    """End a token at once."""
    token.delete()
