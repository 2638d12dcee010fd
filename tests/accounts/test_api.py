"""Signing in and out, for programs."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from knox.models import AuthToken
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.actions import deactivate
from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from accounts.tokens import open_token
from common.now import now, pretend
from tests.doors import COMPLAINTS, program
from tests.factories import PASSWORD
from tests.moments import at

pytestmark = pytest.mark.django_db
People = dict[str, User]
SIGN_IN = "/api/v1/sign-in/"
SIGN_OUT = "/api/v1/sign-out/"


@pytest.fixture
def lockout(settings: Settings) -> Iterator[None]:
    settings.AXES_ENABLED = True
    yield


def sign_in(username: str = "resident", password: str = PASSWORD, **headers: str) -> Any:
    return APIClient(headers=headers).post(SIGN_IN, {"username": username, "password": password})


@pytest.mark.parametrize("username", ["resident", "13900000001"])
def test_a_token_is_given_for_name_or_number_and_password(people: People, username: str) -> None:
    answer = sign_in(username)
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert set(body) == {"token", "expires_at", "user"}
    resident = people["resident"]
    assert body["user"] == {
        "id": str(resident.public_id),
        "username": "resident",
        "name": resident.name,
        "language": "zh-hans",
    }
    client = APIClient(headers={"Authorization": f"Token {body['token']}"})
    assert client.get(COMPLAINTS).status_code == 200


def test_a_token_is_kept_only_as_a_digest(people: People) -> None:
    token = sign_in().json()["token"]
    row = AuthToken.objects.get()
    assert token not in {row.digest, row.token_key}
    assert AuditEntry.objects.filter(verb="sign_in", facts={"door": "api"}).count() == 1


def test_a_token_says_until_when_it_holds(people: People, settings: Settings) -> None:
    settings.REST_KNOX = {"TOKEN_TTL": timedelta(days=30)}
    sign_in()
    expiry = AuthToken.objects.get().expiry
    assert expiry is not None
    assert timedelta(days=29, hours=23) < expiry - now() <= timedelta(days=30)
    assert sign_in().json()["expires_at"]


def test_a_token_holds_until_its_time_and_no_longer(people: People) -> None:
    client = program(people["resident"])
    AuthToken.objects.update(expiry=now() + timedelta(minutes=1))
    assert client.get(COMPLAINTS).status_code == 200
    AuthToken.objects.update(expiry=now() - timedelta(seconds=1))
    assert client.get(COMPLAINTS).status_code == 401
    open_token(people["resident"])
    assert AuthToken.objects.count() == 1, "an expired token is forgotten at the next sign-in"


def test_a_token_holds_by_the_clock_that_everything_else_goes_by(
    people: People, settings: Settings
) -> None:
    settings.REST_KNOX = {"TOKEN_TTL": timedelta(days=30)}
    with pretend(at("2020-03-02 09:00")):
        client = program(people["resident"])
        assert client.get(COMPLAINTS).status_code == 200
    with pretend(at("2020-05-02 09:00")):
        assert client.get(COMPLAINTS).status_code == 401


@pytest.mark.parametrize(
    "header",
    ["Token", "Token x y", "Token x", "Token \xff", "Token " + "a" * 200, "token nonsense"],
)
def test_a_token_that_is_none_opens_nothing(people: People, header: str) -> None:
    answer = APIClient(headers={"Authorization": header}).get(COMPLAINTS)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Token"


def test_an_account_that_is_shut_has_no_tokens(people: People) -> None:
    client = program(people["resident"])
    deactivate(people["resident"], by=CLOCK)
    assert client.get(COMPLAINTS).status_code == 401
    assert sign_in().status_code == 400


def test_a_wrong_password_and_an_unknown_name_look_the_same(people: People) -> None:
    wrong, unknown = sign_in(password="wrong"), sign_in("nobody", "wrong")
    assert wrong.status_code == unknown.status_code == 400
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "wrong_credentials"
    assert wrong.json()["fields"] == {}
    assert AuditEntry.objects.filter(verb="sign_in_refused").count() == 2
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"username", "password"}),
        ({"username": "resident", "password": ""}, {"password"}),
        ({"username": "a\0", "password": "x"}, {"username"}),
        ({"username": "resident", "password": PASSWORD, "admin": True}, {"admin"}),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    people: People, body: dict[str, Any], fields: set[str]
) -> None:
    answer = APIClient().post(SIGN_IN, body)
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == fields


def test_a_password_keeps_its_blanks(people: People) -> None:
    assert sign_in(password=f" {PASSWORD}").status_code == 400


@pytest.mark.usefixtures("lockout")
def test_the_door_shuts_after_five_wrong_passwords(people: People) -> None:
    for _ in range(5):
        sign_in(password="wrong")
    shut = sign_in()
    assert (shut.status_code, shut.json()["code"]) == (429, "too_many")
    assert "15" in shut.json()["message"]
    assert not AuthToken.objects.exists()
    assert sign_in("neighbour").status_code == 200


@pytest.mark.usefixtures("lockout")
def test_a_success_clears_the_count(people: People) -> None:
    for _ in range(4):
        sign_in(password="wrong")
    assert sign_in().status_code == 200
    for _ in range(4):
        sign_in(password="wrong")
    assert sign_in().status_code == 200


def test_signing_out_ends_this_token_and_no_other(people: People) -> None:
    first, second = program(people["resident"]), program(people["resident"])
    assert first.post(SIGN_OUT).status_code == 204
    assert first.get(COMPLAINTS).status_code == 401
    assert second.get(COMPLAINTS).status_code == 200


def test_signing_out_ends_a_session(people: People) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["resident"], backend="accounts.backends.PhoneOrName")
    assert client.post(SIGN_OUT).status_code == 403
    client.cookies["csrftoken"] = "a" * 32
    assert client.post(SIGN_OUT, headers={"X-CSRFToken": "a" * 32}).status_code == 204
    assert client.get(COMPLAINTS).status_code == 401


def test_nobody_cannot_sign_out(db: None) -> None:
    assert program().post(SIGN_OUT).status_code == 401


@pytest.mark.parametrize("path", [SIGN_IN, SIGN_OUT])
@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_the_doors_of_sign_in_take_posts_alone(people: People, path: str, method: str) -> None:
    answer = getattr(program(people["resident"]), method)(path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
