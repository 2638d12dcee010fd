"""A database that is away is told apart from a crash, at both doors, without asking it anything."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from django.db.transaction import TransactionManagementError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from pytest_django import Settings
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response


class Driver(Exception):
    """An error of the database's driver."""

    def __init__(self, pgcode: str) -> None:
        self.pgcode = pgcode


def internal(pgcode: str) -> InternalError:
    error = InternalError("internal words")
    error.__cause__ = Driver(pgcode)
    return error


ERRORS: dict[str, Exception] = {
    "quota": internal("XX000"),
    "aborted": internal("25P02"),
    "gone": OperationalError("server closed the connection unexpectedly"),
    "closed": InterfaceError("connection already closed"),
    "cut": DatabaseError("server closed the connection unexpectedly"),
    "wrong": ProgrammingError("internal words"),
    "crash": RuntimeError("internal words"),
}


def page(request: HttpRequest, kind: str) -> HttpResponse:
    if kind == "later":
        raise TransactionManagementError("internal words") from ERRORS["gone"]
    raise ERRORS[kind]


@api_view(["GET", "POST"])
@permission_classes([AllowAny])
def program(request: Request, kind: str) -> Response:
    raise ERRORS[kind]


class Gone:
    """A part that every request comes through, and that asks the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        pass

    def __call__(self, request: HttpRequest) -> HttpResponse:
        raise ERRORS["gone"]


routes = [path("page/<kind>/", page), path("program/<kind>/", program)]
urlpatterns = [*routes, path("api/v1/", include(routes))]
handler500 = "common.away.broken"


@pytest.fixture(autouse=True)
def _doors(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    # No sessions: these tests must not touch the database at all, and are not let near it.
    settings.MIDDLEWARE = ["accounts.middleware.LanguageMiddleware", "common.http.DomainErrors"]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("kind", ["gone", "closed", "cut", "later", "quota"])
def test_a_page_says_that_it_passes(client: Client, kind: str) -> None:
    told = client.get(f"/page/{kind}/?q=1")
    assert (told.status_code, told["Retry-After"]) == (503, "10")
    html = told.content.decode()
    assert "暂时" in html
    assert f'href="/page/{kind}/?q=1"' in html
    assert "server closed" not in html


@pytest.mark.parametrize("kind", ["gone", "closed"])
def test_a_program_is_told_so_in_its_own_language(client: Client, kind: str) -> None:
    told = client.post(f"/api/v1/program/{kind}/", headers={"Accept-Language": "en"})
    assert (told.status_code, told["Retry-After"]) == (503, "10")
    assert told.json()["code"] == "unavailable"
    assert "try again" in told.json()["message"]


def test_the_part_that_fails_may_be_any(client: Client, settings: Settings) -> None:
    settings.MIDDLEWARE = [f"{__name__}.Gone"]
    assert client.get("/page/crash/").status_code == 503
    assert client.get("/api/v1/program/crash/").json()["code"] == "unavailable"


@pytest.mark.parametrize("kind", ["crash", "aborted", "wrong"])
def test_a_crash_is_still_a_crash(client: Client, kind: str) -> None:
    told = client.get(f"/page/{kind}/")
    assert told.status_code == 500
    assert "Retry-After" not in told
    assert client.get(f"/api/v1/program/{kind}/").json()["code"] == "broken"


def test_what_was_typed_can_be_sent_again_from_the_page_itself(client: Client) -> None:
    typed = {"description": '<b>"漏水"</b>', "form_token": "abc", "tags": ["one", "two"]}
    html = client.post("/page/gone/?d=key", typed).content.decode()
    assert '<form id="again" method="post" action="/page/gone/?d=key">' in html
    assert 'form="again"' in html
    assert 'name="description" value="&lt;b&gt;&quot;漏水&quot;&lt;/b&gt;"' in html
    assert 'name="form_token" value="abc"' in html
    assert html.count('name="tags"') == 2


@pytest.mark.parametrize(
    "typed",
    [
        {"username": "13900000001", "password": "lantern-and-plum-7"},
        {"phone": "13900000001", "code": "123456"},
        {"description": "漏水", "photos": SimpleUploadedFile("a.jpg", b"abc")},
    ],
)
def test_secrets_are_not_written_into_a_page_and_photos_are_not_dropped_in_silence(
    client: Client, typed: dict[str, Any]
) -> None:
    html = client.post("/page/gone/", typed).content.decode()
    assert "<form" not in html
    assert "lantern-and-plum-7" not in html
    assert "123456" not in html
    assert "返回" in html


def test_nobody_is_sent_elsewhere(client: Client) -> None:
    html = client.get("//page/gone/").content.decode()
    assert 'href="//' not in html
