"""Signing in by mobile number or user name, with a lockout that grows."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import TooMany
from common.http import answer


class PhoneOrName(ModelBackend):
    """Finds the user by either; an unknown one costs as much time as a wrong password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if not username or password is None:
            return None
        typed = username.strip()
        # Two rows are possible only if somebody's user name is another's number; neither gets in.
        found = list(User.objects.filter(Q(username=typed) | Q(phone=typed))[:2])
        if len(found) != 1:
            User().set_password(password)
            return None
        user = found[0]
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None


def lockout_time(request: HttpRequest | None = None) -> timedelta:
    """15 minutes after the first lockout. Source: our decision, OWASP ASVS 5 (2.2)."""
    return timedelta(minutes=15)


def locked_out(
    request: HttpRequest, original_response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """Say plainly that the door is shut and for how long, to people and programs alike."""
    minutes = int(lockout_time(request).total_seconds() // 60)
    sentence = _("Too many wrong passwords. Try again in %(minutes)s minutes.") % {
        "minutes": minutes
    }
    return answer(request, TooMany(sentence))
