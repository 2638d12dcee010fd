"""Requests whose user is known, and what a door asks of one whose user may be nobody."""

from django.http import HttpRequest
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from accounts.models import User


class SignedInRequest(HttpRequest):
    """What a door behind `login_required` gets: the user is a person."""

    user: User


def reader_of(request: HttpRequest | Request) -> User | None:
    """Whoever reads, or nobody."""
    return request.user if isinstance(request.user, User) else None


def asker_of(request: Request) -> User:
    """Whoever asks a program's door; nobody is answered 401."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
