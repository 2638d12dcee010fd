"""Committees in term, and how their pages are read, for tests."""

import re
from typing import Any

from rest_framework.test import APIClient

from accounts.models import User

BACKEND = "accounts.backends.PhoneOrName"


def program(user: User | None = None) -> APIClient:
    """A program in this user's session: tokens hold by the database's clock, not by a pretended."""
    client = APIClient()
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client


def body_of(page: Any) -> str:
    """The page without what differs on every look."""
    text = page.content.decode()
    return re.sub(r'(nonce|value|data-[a-z-]+)="[^"]*"', "", text[text.index("<main") :])
