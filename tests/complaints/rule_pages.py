"""The pages of rules as tests read them."""

import re
from typing import Any

from django.conf import settings
from django.test import Client

from accounts.models import User

People = dict[str, User]
HERE = "/rules/990101/"
LINE = f"{HERE}inspect/normal/"
FOUR_HOURS = {
    "amount": "4",
    "measure": "hours",
    "ladder": ["desk", "subdistrict", "district"],
}
HOURS = {"quiet_from": "20:00", "quiet_until": "08:00", "closes_at": "17:30"}


def as_(who: str, people: People) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(people[who], "accounts.backends.PhoneOrName")
    return client


def words(answer: Any) -> str:
    """A page's text without its tags, in single spaces."""
    html = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html)
