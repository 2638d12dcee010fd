"""A refusal reads the same at every door."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from common.errors import Conflict, DomainError, Invalid, NotAllowed, TooMany, WrongState
from common.http import answer, exception_handler, wants_fragment

ERRORS: dict[str, Exception] = {
    "wrong": WrongState("It is already accepted."),
    "invalid": Invalid(fields={"text": ["Say what is wrong."], "estate": ["Choose one."]}),
    "not-allowed": NotAllowed(),
    "conflict": Conflict(),
    "too-many": TooMany(),
    "script": NotAllowed("<script>alert(1)</script>"),
}

API_ERRORS: dict[str, Exception] = {
    **ERRORS,
    "404": Http404("No Complaint matches the given query."),
    "denied": PermissionDenied("internal words"),
    "signed-out": exceptions.NotAuthenticated(),
    "throttled": exceptions.Throttled(wait=12.4),
    "parse": exceptions.ParseError(),
    "method": exceptions.MethodNotAllowed("PUT"),
    "media": exceptions.UnsupportedMediaType("text/x"),
    "teapot": exceptions.APIException(),
    "big": RequestDataTooBig(),
    "odd": SuspiciousOperation("internal words"),
    "crash": RuntimeError("internal words"),
}


class _Photo(serializers.Serializer[Any]):
    name = serializers.CharField()


class _Form(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=5)
    tags = serializers.ListField(child=serializers.IntegerField(), required=False)
    photos = _Photo(many=True, required=False)

    def validate(self, attrs: Any) -> Any:
        if attrs["text"] == "twice":
            raise serializers.ValidationError(["Said before.", "Really."])
        return attrs


def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    raise ERRORS[kind]


@api_view(["GET", "POST"])
@permission_classes([AllowAny])
def refuse_by_api(request: Request, kind: str) -> Response:
    if kind == "form":
        _Form(data=request.data).is_valid(raise_exception=True)
    raise API_ERRORS[kind]


@api_view(["POST"])
def members_only(request: Request) -> Response:
    raise AssertionError


def forbidden_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>no</p>", status=403, headers={"Allow": "GET"})


urlpatterns = [
    path("refuse/<kind>/", refuse),
    path("api/v1/refuse/<kind>/", refuse_by_api),
    path("api/v1/members/", members_only),
    path("api/v1/page/", forbidden_page),
    path("", include("governance.urls")),  # the frame of a page links to the others
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def _english(client: Client) -> Iterator[None]:
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("kind", "status"),
    [("wrong", 409), ("conflict", 409), ("invalid", 400), ("not-allowed", 403), ("too-many", 429)],
)
def test_a_page_is_refused_with_its_sentence_and_status(
    client: Client, kind: str, status: int
) -> None:
    told = client.get(f"/refuse/{kind}/")
    assert told.status_code == status
    assert str(ERRORS[kind]) in told.content.decode()
    assert "<html" in told.content.decode()


def test_a_refused_page_names_every_field_in_words(client: Client) -> None:
    told = client.post("/refuse/invalid/").content.decode()
    assert "Say what is wrong." in told
    assert "Choose one." in told


def test_a_sentence_never_becomes_markup(client: Client) -> None:
    assert "<script>alert" not in client.get("/refuse/script/").content.decode()


def test_a_refused_page_leads_back_to_where_the_reader_was(client: Client) -> None:
    here = client.post("/refuse/wrong/", headers={"Referer": "http://testserver/orders/9901/"})
    assert 'href="http://testserver/orders/9901/"' in here.content.decode()


@pytest.mark.parametrize(
    "referer",
    ["", "https://elsewhere.example/", "javascript:alert(1)", "http://testserver/refuse/wrong/"],
)
def test_a_refused_page_never_leads_elsewhere_or_in_a_circle(client: Client, referer: str) -> None:
    told = client.get("/refuse/wrong/", headers={"Referer": referer}).content.decode()
    assert "To the front page" in told
    assert not referer or f'href="{referer}"' not in told


def test_htmx_gets_the_fragment_alone(client: Client) -> None:
    told = client.post("/refuse/wrong/", headers={"HX-Request": "true"})
    page = told.content.decode()
    assert told.status_code == 409
    assert "It is already accepted." in page
    assert "<html" not in page
    assert "HX-Request" in told["Vary"]


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_a_boosted_link_and_its_history_get_the_whole_page(header: str) -> None:
    headers = {"HX-Request": "true"}
    assert wants_fragment(RequestFactory(headers=headers).get("/"))
    assert not wants_fragment(RequestFactory(headers={**headers, header: "true"}).get("/"))


@pytest.mark.parametrize("kind", ["wrong", "not-allowed", "invalid", "too-many"])
def test_page_and_api_refuse_with_the_same_status_and_words(client: Client, kind: str) -> None:
    by_page, by_api = client.get(f"/refuse/{kind}/"), client.get(f"/api/v1/refuse/{kind}/")
    assert by_page.status_code == by_api.status_code
    assert by_api.json()["message"] in by_page.content.decode()


def test_a_program_is_told_code_message_and_fields(client: Client) -> None:
    assert client.get("/api/v1/refuse/invalid/").json() == {
        "code": "invalid",
        "message": str(Invalid.sentence),
        "fields": {"text": ["Say what is wrong."], "estate": ["Choose one."]},
    }


def test_answering_outside_a_view_knows_programs_by_the_path() -> None:
    told = answer(RequestFactory().post("/api/v1/orders/"), WrongState())
    assert (told.status_code, told["Content-Type"]) == (409, "application/json")


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("wrong", 409, "wrong_state"),
        ("404", 404, "not_found"),
        ("denied", 403, "not_allowed"),
        ("signed-out", 401, "not_authenticated"),
        ("throttled", 429, "too_many"),
        ("parse", 400, "parse_error"),
        ("method", 405, "method_not_allowed"),
        ("media", 415, "unsupported_media_type"),
        ("teapot", 500, "error"),
        ("big", 413, "too_large"),
        ("odd", 400, "parse_error"),
    ],
)
def test_every_error_of_the_api_has_one_shape(
    client: Client, kind: str, status: int, code: str
) -> None:
    told = client.get(f"/api/v1/refuse/{kind}/")
    assert (told.status_code, told.json()["code"], told.json()["fields"]) == (status, code, {})
    assert told.json()["message"]
    assert "internal words" not in told.content.decode()
    assert "Complaint" not in told.content.decode()


def test_a_program_is_told_how_long_to_wait(client: Client) -> None:
    assert client.get("/api/v1/refuse/throttled/")["Retry-After"] == "13"


def test_a_program_without_a_token_is_told_how_to_sign_in(client: Client) -> None:
    told = client.post("/api/v1/members/")
    assert (told.status_code, told.json()["code"]) == (401, "not_authenticated")
    assert told["WWW-Authenticate"]


def _form_errors(client: Client, body: Any) -> Any:
    told = client.post("/api/v1/refuse/form/", body, content_type="application/json")
    assert (told.status_code, told.json()["code"]) == (400, "invalid")
    return told.json()["fields"]


def test_field_errors_are_lists_of_sentences_by_field(client: Client) -> None:
    fields = _form_errors(client, {"text": "too long for it"})
    assert list(fields) == ["text"]
    assert fields["text"] == ["Ensure this field has no more than 5 characters."]


def test_nested_errors_say_which_one(client: Client) -> None:
    body = {"text": "ok", "tags": [1, "x"], "photos": [{"name": "a"}, {}]}
    fields = _form_errors(client, body)
    assert set(fields) == {"tags.1", "photos.1.name"}
    assert all(isinstance(words, list) and words for words in fields.values())


def test_errors_of_no_field_keep_all_their_sentences(client: Client) -> None:
    fields = _form_errors(client, {"text": "twice"})
    assert fields == {"non_field_errors": ["Said before.", "Really."]}


def test_text_that_is_no_json_is_a_parse_error(client: Client) -> None:
    told = client.post("/api/v1/refuse/form/", "{", content_type="application/json")
    assert (told.status_code, told.json()["code"]) == (400, "parse_error")


def test_a_crash_is_nobodys_answer_to_word() -> None:
    assert exception_handler(RuntimeError(), {}) is None


@pytest.mark.parametrize(
    ("where", "status", "code"),
    [
        ("/api/v1/no-such-address/", 404, "not_found"),
        ("/api/v1/page/", 403, "not_allowed"),
        ("/api/v1/refuse/crash/", 500, "broken"),
    ],
)
def test_a_program_never_gets_a_page_for_an_answer(
    client: Client, where: str, status: int, code: str
) -> None:
    client.raise_request_exception = False
    told = client.get(where)
    assert told["Content-Type"] == "application/json"
    assert (told.status_code, told.json()["code"]) == (status, code)
    assert "internal words" not in told.content.decode()


def test_what_may_be_sent_instead_is_still_said(client: Client) -> None:
    assert client.get("/api/v1/page/")["Allow"] == "GET"


def test_a_page_that_does_not_exist_stays_a_page(client: Client) -> None:
    assert "json" not in client.get("/no-such-address/")["Content-Type"]


def test_the_sentence_is_in_the_language_of_the_moment() -> None:
    error = DomainError(_("Yes"))
    with translation.override("zh-hans"):
        assert b"\\u662f" in answer(RequestFactory().get("/api/"), error).content
