"""The API's description, complete; and its page, which works without the internet."""

import re
from io import StringIO
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from django.urls import URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

from complaints.api.verbs import DOORS
from governance import api_urls
from tests.doors import program

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def schema(db: None) -> Any:
    return Client().get("/api/schema/?format=json").json()


def operations(schema: Any) -> dict[str, Any]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


def test_the_description_is_valid_and_has_no_warning(db: None) -> None:
    told = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=told)
    assert "openapi: 3" in told.getvalue()


def test_it_is_described_once_however_often_it_is_asked_for(
    client: Client, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    """It takes a second, and anybody may ask."""
    described: list[str] = []
    real: Any = SchemaGenerator.get_schema

    def counted(self: Any, **words: Any) -> Any:
        described.append("once")
        return real(self, **words)

    monkeypatch.setattr(SchemaGenerator, "get_schema", counted)
    api_urls._described.cache_clear()
    first, second = (client.get("/api/schema/").content for _time in range(2))
    assert first == second
    assert described == ["once"]


def _beneath(resolver: URLResolver, part: str) -> URLResolver:
    found = next(p for p in resolver.url_patterns if str(p.pattern) == part)
    assert isinstance(found, URLResolver)
    return found


def test_every_route_is_described(schema: Any) -> None:
    v1 = _beneath(_beneath(get_resolver(), "api/"), "v1/")
    routes = {re.sub(r"<(\w+:)?(\w+)>", r"{\2}", str(p.pattern)) for p in v1.url_patterns}
    described = {path.removeprefix("/api/v1/") for path in schema["paths"]}
    assert routes == described


def test_nothing_is_written_but_by_post(schema: Any) -> None:
    writing = {name.split()[0] for name in operations(schema)} - {"GET"}
    assert writing == {"POST"}
    for verb in DOORS:
        assert f"POST /api/v1/complaints/{{reference}}/{verb.value}/" in operations(schema)


def test_every_operation_says_what_it_does_who_may_and_how_it_refuses(schema: Any) -> None:
    for name, operation in operations(schema).items():
        assert operation["summary"], name
        assert "security" in operation, name
        assert len(operation["tags"]) == 1, name
        refusals = [code for code in operation["responses"] if code >= "400"]
        for code in refusals:
            content = operation["responses"][code]["content"]["application/json"]
            assert content["schema"]["$ref"].endswith("/Refusal"), name
        if "{reference}" in name:
            assert "404" in refusals, name


def test_every_post_may_be_sent_once(schema: Any) -> None:
    for name, operation in operations(schema).items():
        if name.startswith("POST") and not name.endswith("/sign-in/"):
            parameters = {parameter["name"] for parameter in operation["parameters"]}
            assert "Idempotency-Key" in parameters, name


def test_the_ways_to_sign_in_are_described(schema: Any) -> None:
    schemes = schema["components"]["securitySchemes"]
    assert set(schemes) == {"token", "cookieAuth"}
    assert schemes["token"]["name"] == "Authorization"
    secret = [
        parameter["name"]
        for parameter in operations(schema)["POST /api/v1/complaints/{reference}/rate/"][
            "parameters"
        ]
    ]
    assert "X-Tracking-Secret" in secret


def test_a_refusal_is_described_as_it_is_answered(schema: Any) -> None:
    described = schema["components"]["schemas"]["Refusal"]["properties"]
    refused = program().get("/api/v1/complaints/").json()
    assert set(described) == set(refused) == {"code", "message", "fields"}


def test_the_list_describes_its_filters(schema: Any) -> None:
    parameters = {
        parameter["name"]: parameter["schema"]
        for parameter in operations(schema)["GET /api/v1/complaints/"]["parameters"]
    }
    for name in ("status", "kind", "category", "estate", "community", "firm", "search", "cursor"):
        assert name in parameters
    assert parameters["overdue"]["type"] == "boolean"
    assert parameters["estate"]["type"] == "string"
    assert parameters["ordering"]["enum"] == ["-reported_at", "reported_at", "next_due_at"]


# --- The page ------------------------------------------------------------------------------


def test_the_page_takes_nothing_from_elsewhere(client: Client, db: None) -> None:
    page = client.get("/api/docs/")
    assert page.status_code == 200
    shown = page.content.decode()
    found = re.findall(r'(?:src|href)="([^"]+)"', shown)
    assert found
    assert all(address.startswith("/") for address in found)
    for address in found:
        if address.startswith("/static/"):
            assert finders.find(address.removeprefix("/static/")), address
    script = next(address for address in found if "script=" in address)
    told = client.get(script)
    assert told["Content-Type"].startswith("application/javascript")
    assert "/api/schema/" in told.content.decode()
    assert "://" not in told.content.decode()


def test_the_page_keeps_to_the_portal_s_own_policy(client: Client, db: None) -> None:
    page = client.get("/api/docs/")
    assert page["Content-Security-Policy"] == client.get("/api/schema/")["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    shown = page.content.decode()
    assert "<style" not in shown
    assert " style=" not in shown
    assert "<script>" not in shown
