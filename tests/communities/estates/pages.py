"""Where the pages of estates are, and what they say."""

import re
from typing import Any

from tests.factories import County


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def page_of(county: County) -> str:
    return f"/places/{county.estate.code}/"


def keep(noun: str, key: object, verb: str) -> str:
    return f"/register/keep/{noun}/{key}/{verb}/"
