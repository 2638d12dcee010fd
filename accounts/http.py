"""Requests whose user is known."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """What a door behind `login_required` gets: the user is a person."""

    user: User
