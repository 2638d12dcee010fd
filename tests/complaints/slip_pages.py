"""The pages of supervision orders in a browser, for tests."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.test import Client

from accounts.models import User
from complaints.models import Complaint, SupervisionOrder
from tests.complaints.slips import (
    DEMAND,
    SUBJECT,
)
from tests.factories import County

BACKEND = "accounts.backends.PhoneOrName"
Surf = Callable[[str], Client]


def signed_in(people: dict[str, User], name: str) -> Client:
    """A browser in which somebody has signed in, in English."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(people[name], backend=BACKEND)
    return client


def html(answer: Any) -> str:
    body: str = answer.content.decode()
    return body


def page_of(slip: SupervisionOrder, verb: str = "") -> str:
    return f"/supervision/{slip.code}/{f'{verb}/' if verb else ''}"


def filled(county: County, orders: list[Complaint], **more: Any) -> dict[str, Any]:
    """The form of a new one as somebody fills it in."""
    return {
        "order": [order.reference for order in orders],
        "to": county.firm.code,
        "subject": SUBJECT,
        "demand": DEMAND,
        "amount": "3",
        "unit": "working_days",
        "due_on": "",
        **more,
    }


def offered(answer: Any, slip: SupervisionOrder) -> set[str]:
    return set(re.findall(rf'action="/supervision/{slip.code}/([a-z_]+)/"', html(answer)))
