"""Reporting step by step in a browser, for tests."""

import io
import secrets
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.factories import County


def jpeg(colour: str = "red") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(written, "JPEG")
    return written.getvalue()


def photo(name: str = "lift.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or jpeg(), "image/jpeg")


def press(visitor: Client, url: str, **answers: Any) -> str:
    """Answer a question; the address one is sent to."""
    answer = visitor.post(url, answers)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def to_tell(visitor: Client, county: County, **answers: Any) -> str:
    """Answer where and what; the address of the page that asks for the words."""
    given = {"estate": county.estate.code, "building": "", "kind": "complaint", "category": "0501"}
    given |= answers
    url = press(visitor, "/orders/report/where/", estate=given["estate"])
    url = press(visitor, url, building=given["building"])
    if given["building"]:
        url = press(visitor, url, entrance="")
    else:
        url = str(visitor.get(url)["Location"])
    url = press(visitor, url, kind=given["kind"])
    return press(visitor, url, category=given["category"])


def to_check(visitor: Client, county: County, **answers: Any) -> str:
    """Answer every question; the address of the summary."""
    you = {
        n: answers.pop(n)
        for n in list(answers)
        if n in {"account", "name", "phone", "confidential"}
    }
    words = answers.pop("description", "Rubbish in the corridor")
    photos = answers.pop("photos", [])
    url = to_tell(visitor, county, **answers)
    url = press(visitor, url, description=words, spot="third floor", photos=photos)
    return press(visitor, url, **you)


def send(visitor: Client, url: str, token: str = "") -> Any:
    """Press the last button; without a token, of a page opened just now."""
    return visitor.post(url, {"form_token": token or secrets.token_urlsafe(18)})
