"""The page of one order in a browser, for tests."""

import re
from collections.abc import Callable
from typing import Any

from django.test import Client

from accounts.models import User
from complaints.models import Complaint

BACKEND = "accounts.backends.PhoneOrName"
Surf = Callable[[str], Client]


def signed_in(people: dict[str, User], name: str) -> Client:
    """A browser in which somebody has signed in."""
    client = Client()
    client.force_login(people[name], backend=BACKEND)
    return client


def page_of(order: Complaint) -> str:
    return f"/orders/{order.reference}/"


def door(order: Complaint, verb: str) -> str:
    return f"/orders/{order.reference}/{verb}/"


def html(response: Any) -> str:
    body: str = response.content.decode()
    return body


def offered(response: Any, order: Complaint) -> set[str]:
    """The verbs that the page has a form for."""
    found = re.findall(rf'action="/orders/{order.reference}/([a-z_]+)/"', html(response))
    return set(found) - {"reveal"}
