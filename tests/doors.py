"""Programs at the API's door, for tests."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tokens import open_token

COMPLAINTS = "/api/v1/complaints/"


def program(user: User | None = None, /, **headers: str) -> APIClient:
    """A client with this user's token, or with nobody's."""
    client = APIClient(headers=headers)
    if user is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Token {open_token(user)[0]}")
    return client


def picture(name: str = "shot.jpg") -> SimpleUploadedFile:
    """A small photo."""
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(drawn, "JPEG")
    return SimpleUploadedFile(name, drawn.getvalue(), content_type="image/jpeg")


def wanted(county: Any, **more: Any) -> dict[str, Any]:
    """The least a report says, and more."""
    return {
        "estate": county.estate.code,
        "category": "0101",
        "description": "三楼楼道的灯不亮了",
        **more,
    }
