"""Whatever is sent twice is done once."""

import hashlib
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Lock
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connections, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.test import Client
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from pytest_django import Settings
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import CLOCK
from accounts.audit import record
from accounts.models import AuditEntry, OnceKey, User
from accounts.once import forget_old_keys
from common.errors import WrongState
from common.now import now

KEY = "a-key-that-nobody-else-can-guess"


def _done(verb: str = "done") -> int:
    return AuditEntry.objects.filter(verb=verb).count()


def file_report(request: HttpRequest) -> HttpResponse:
    record(by=CLOCK, verb="done", text=request.POST.get("text", ""))
    response = redirect(f"/filed/{secrets.token_hex(8)}/")
    response.set_cookie("seen", "1")
    response["Cache-Control"] = "no-store"
    return response


def show_again(request: HttpRequest) -> HttpResponse:
    record(by=CLOCK, verb="wrong code")
    return HttpResponse("please check")


def redirect_by_htmx(request: HttpRequest) -> HttpResponse:
    record(by=CLOCK, verb="done")
    return HttpResponse(headers={"HX-Redirect": f"/filed/{secrets.token_hex(8)}/"})


@transaction.atomic
def _late_verb() -> None:
    record(by=CLOCK, verb="done")
    raise WrongState


def refuse(request: HttpRequest) -> HttpResponse:
    record(by=CLOCK, verb="tried")
    _late_verb()
    raise AssertionError


def crash(request: HttpRequest) -> HttpResponse:
    record(by=CLOCK, verb="done")
    raise RuntimeError


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse([b"a", b"b"])


def slow(request: HttpRequest) -> HttpResponse:
    record(by=CLOCK, verb="done")
    time.sleep(0.2)
    return redirect(f"/filed/{secrets.token_hex(8)}/")


@csrf_exempt
def read_files(request: HttpRequest) -> HttpResponse:
    files = request.FILES.getlist("photo")
    return JsonResponse({"photo": sum(len(file.read()) for file in files)}, status=201)


@api_view(["POST"])
@permission_classes([AllowAny])
def file_by_api(request: Request) -> Response:
    record(by=CLOCK, verb="done")
    names = sorted(request.data) if isinstance(request.data, dict) else []
    return Response({"secret": secrets.token_hex(8), "got": names}, status=201)


@api_view(["POST"])
@permission_classes([AllowAny])
def refuse_by_api(request: Request) -> Response:
    raise WrongState


urlpatterns = [
    path("file/", file_report),
    path("file-elsewhere/", file_report),
    path("again/", show_again),
    path("htmx/", redirect_by_htmx),
    path("refuse/", refuse),
    path("crash/", crash),
    path("stream/", stream),
    path("slow/", slow),
    path("files/", read_files),
    path("api/v1/file/", file_by_api),
    path("api/v1/refuse/", refuse_by_api),
    path("api/v1/crash/", crash),
    path("", include("governance.urls")),  # the frame of a page links to the others
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def _send(client: Client, where: str = "/file/", key: str = KEY, **fields: Any) -> Any:
    return client.post(where, {"form_token": key, **fields})


def _api(client: Client, body: Any, key: str = KEY, where: str = "/api/v1/file/") -> Any:
    headers = {"Idempotency-Key": key}
    return client.post(where, body, content_type="application/json", headers=headers)


def _user(name: str) -> User:
    return User.objects.create(username=name, name=name, registered_at=now())


def test_a_form_sent_twice_is_done_once_and_answered_the_same(client: Client) -> None:
    first, second = _send(client, text="水管漏水"), _send(client, text="水管漏水")
    assert _done() == 1
    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == first["Location"]
    assert second["Cache-Control"] == "no-store"
    assert second["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first


def test_an_api_call_sent_twice_is_done_once_and_answered_byte_for_byte(client: Client) -> None:
    first, second = _api(client, {"text": "漏"}), _api(client, {"text": "漏"})
    assert _done() == 1
    assert (second.status_code, second.content) == (201, first.content)
    assert second["Content-Type"] == first["Content-Type"]
    assert first.json()["got"] == ["text"]


def test_without_a_key_nothing_is_held_back(client: Client) -> None:
    for _ in range(2):
        client.post("/file/", {"text": "x"})
        client.post("/file/", {"text": "x", "form_token": ""})
    assert _done() == 4
    assert not OnceKey.objects.exists()


def test_a_cookie_is_not_given_out_twice(client: Client) -> None:
    assert "seen" in _send(client).cookies
    assert not _send(client).cookies


def test_other_answers_under_the_same_key_are_refused_and_change_nothing(client: Client) -> None:
    client.cookies["django_language"] = "en"
    _send(client, text="one")
    told = _send(client, text="two")
    assert told.status_code == 409
    assert "already been sent with other answers" in told.content.decode()
    assert _done() == 1


def test_another_body_under_the_same_key_is_refused_in_the_words_of_programs(
    client: Client,
) -> None:
    _api(client, {"text": "one"})
    told = _api(client, {"text": "two"})
    assert (told.status_code, told.json()["code"]) == (409, "key_reused")
    assert _done() == 1


def test_the_csrf_token_is_no_part_of_what_was_sent(client: Client) -> None:
    first = _send(client, text="x", csrfmiddlewaretoken="a")
    assert _send(client, text="x", csrfmiddlewaretoken="b")["Location"] == first["Location"]


def test_the_same_fields_in_another_order_are_the_same(client: Client) -> None:
    first = client.post("/file/", f"form_token={KEY}&a=1&b=2", content_type=URLENCODED)
    second = client.post("/file/", f"b=2&a=1&form_token={KEY}", content_type=URLENCODED)
    assert second["Location"] == first["Location"]


def test_the_same_values_in_another_order_are_not_the_same(client: Client) -> None:
    client.post("/file/", f"form_token={KEY}&a=1&a=2", content_type=URLENCODED)
    told = client.post("/file/", f"form_token={KEY}&a=2&a=1", content_type=URLENCODED)
    assert told.status_code == 409


URLENCODED = "application/x-www-form-urlencoded"


def test_a_key_belongs_to_its_page(client: Client) -> None:
    first, second = _send(client), _send(client, "/file-elsewhere/")
    assert first["Location"] != second["Location"]
    assert _done() == 2


def test_a_key_belongs_to_its_sender(client: Client) -> None:
    answers = {_send(client)["Location"]}
    for name in ("resident", "neighbour"):
        client.force_login(_user(name), backend="accounts.backends.PhoneOrName")
        answers.add(_send(client)["Location"])
    assert len(answers) == _done() == 3


def test_a_key_belongs_to_its_api_token(client: Client) -> None:
    answers = set()
    for token in ("Token one", "Token two"):
        headers = {"Idempotency-Key": KEY, "Authorization": token}
        answers.add(client.post("/files/", {"a": "b"}, headers=headers).status_code)
    assert OnceKey.objects.count() == 2


def test_somebody_unknown_may_repeat_after_the_first_answer_began_a_session(
    client: Client,
) -> None:
    first = _send(client)
    session = client.session
    session["step"] = 2
    session.save()
    assert _send(client)["Location"] == first["Location"]


def test_a_guessable_key_of_somebody_unknown_counts_for_their_address_only() -> None:
    here, there = Client(REMOTE_ADDR="203.0.113.1"), Client(REMOTE_ADDR="203.0.113.2")
    first = _send(here, key="1")
    assert _send(here, key="1")["Location"] == first["Location"]
    assert _send(there, key="1")["Location"] != first["Location"]


def test_a_form_that_came_back_with_errors_may_be_sent_again(client: Client) -> None:
    assert _send(client, "/again/").status_code == 200
    assert "Idempotent-Replay" not in _send(client, "/again/")
    assert not OnceKey.objects.exists()


def test_what_a_page_counted_before_it_came_back_stays_counted(client: Client) -> None:
    _send(client, "/again/")
    assert _done("wrong code") == 1


def test_an_answer_that_sends_the_browser_on_through_htmx_is_kept(client: Client) -> None:
    first, second = _send(client, "/htmx/"), _send(client, "/htmx/")
    assert second["HX-Redirect"] == first["HX-Redirect"]
    assert _done() == 1


def test_a_refusal_is_not_kept_and_leaves_what_it_would_leave_without_a_key(
    client: Client,
) -> None:
    for _ in range(2):
        told = _send(client, "/refuse/")
        assert told.status_code == 409
        assert "Idempotent-Replay" not in told
    assert not OnceKey.objects.exists()
    assert (_done("done"), _done("tried")) == (0, 2)


def test_a_refusal_of_the_api_is_not_kept(client: Client) -> None:
    told = _api(client, {}, where="/api/v1/refuse/")
    assert (told.status_code, told.json()["code"]) == (409, "wrong_state")
    assert not OnceKey.objects.exists()


def test_a_crash_undoes_everything_and_frees_the_key(client: Client) -> None:
    client.raise_request_exception = False
    assert _api(client, {}, where="/api/v1/crash/").status_code == 500
    assert _done() == 0
    assert not OnceKey.objects.exists()


def test_an_answer_in_pieces_is_given_but_not_kept(client: Client) -> None:
    told = _send(client, "/stream/")
    assert b"".join(told.streaming_content) == b"ab"
    assert not OnceKey.objects.exists()


def test_the_row_tells_neither_key_nor_sender_nor_answer(client: Client) -> None:
    told = _api(client, {"text": "漏"})
    row = OnceKey.objects.get()
    kept = bytes(row.answer)
    assert told.json()["secret"].encode() not in kept
    assert KEY not in f"{row.digest}{row.fingerprint}{kept!r}"
    assert row.digest != hashlib.sha256(KEY.encode()).hexdigest()


def test_what_was_sent_cannot_be_tried_out_against_the_row(client: Client) -> None:
    """A form of few answers, a poll's, would else be read by sending each of them once."""
    for key in (KEY, KEY[::-1]):
        _send(client, key=key)
    rows = OnceKey.objects.values_list("fingerprint", flat=True)
    assert len(set(rows)) == len(rows) == 2


def test_an_answer_is_forgotten_after_a_day(client: Client) -> None:
    first = _send(client)
    OnceKey.objects.update(created_at=now() - timedelta(hours=23, minutes=59))
    assert _send(client)["Location"] == first["Location"]
    OnceKey.objects.update(created_at=now() - timedelta(hours=24))
    anew = _send(client, text="other")
    assert anew.status_code == 302
    assert anew["Location"] != first["Location"]
    assert _send(client, text="other")["Location"] == anew["Location"]


def test_old_keys_are_swept_away_in_batches_and_fresh_ones_stay() -> None:
    for number in range(7):
        OnceKey.objects.create(digest=f"{number:064}", fingerprint="0" * 64)
    OnceKey.objects.filter(digest__lt=f"{5:064}").update(created_at=now() - timedelta(hours=25))
    assert forget_old_keys(batch=2) == 5
    assert OnceKey.objects.count() == 2
    assert forget_old_keys() == 0


def test_files_are_told_apart_by_their_content_and_reach_the_view_whole(client: Client) -> None:
    def send(content: bytes) -> Any:
        photo = SimpleUploadedFile("photo.jpg", content, "image/jpeg")
        return client.post("/files/", {"form_token": KEY, "photo": photo})

    assert send(b"abc").json() == {"photo": 3}
    assert send(b"abc")["Idempotent-Replay"] == "true"
    assert send(b"abd").status_code == 409


def test_large_photos_pass_although_the_limit_for_fields_is_low(
    client: Client, settings: Settings
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    photo = SimpleUploadedFile("photo.jpg", bytes(3_000_000), "image/jpeg")
    told = client.post("/files/", {"form_token": KEY, "photo": photo})
    assert told.json() == {"photo": 3_000_000}


def test_files_reach_the_api_whole(client: Client) -> None:
    photo = SimpleUploadedFile("photo.jpg", bytes(3_000_000), "image/jpeg")
    headers = {"Idempotency-Key": KEY}
    told = client.post("/api/v1/file/", {"text": "x", "photo": photo}, headers=headers)
    assert told.json()["got"] == ["photo", "text"]


def test_too_much_in_one_piece_is_refused_with_a_sentence(
    client: Client, settings: Settings
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    told = _api(client, {"text": "x" * 2_000})
    assert (told.status_code, told.json()["code"]) == (413, "too_large")
    assert _done() == 0


def test_too_many_fields_are_refused_with_a_sentence(client: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    told = _send(client, **{f"field{n}": "x" for n in range(5)})
    assert (told.status_code, _done()) == (400, 0)


def _at_once(send: Callable[[Client], Any], times: int) -> list[Any]:
    ready = Barrier(times)

    def one(_: int) -> Any:
        try:
            client = Client()
            ready.wait(timeout=10)
            return send(client)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_click() -> None:
    answers = _at_once(lambda client: _send(client, "/slow/", text="x"), 4)
    assert len({told["Location"] for told in answers}) == 1
    assert sorted("Idempotent-Replay" in told for told in answers) == [False, True, True, True]
    assert _done() == OnceKey.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_bodies_at_once_under_one_key_one_wins_and_the_other_is_told() -> None:
    lock, texts = Lock(), ["one", "two"]

    def send(client: Client) -> Any:
        with lock:
            text = texts.pop()
        return _send(client, "/slow/", text=text)

    assert sorted(told.status_code for told in _at_once(send, 2)) == [302, 409]
    assert _done() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_after_a_refusal_the_one_who_waited_has_its_turn() -> None:
    answers = _at_once(lambda client: _send(client, "/refuse/"), 2)
    assert [told.status_code for told in answers] == [409, 409]
    assert not any("Idempotent-Replay" in told for told in answers)
    assert _done("tried") == 2


def _no_lock() -> None:
    raise OperationalError("database is locked")


def test_a_small_database_that_stays_locked_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.once.transaction", SimpleNamespace(atomic=_no_lock))
    monkeypatch.setattr("accounts.once.connection", SimpleNamespace(vendor="sqlite"))
    told = _api(client, {})
    assert (told.status_code, told.json()["code"]) == (409, "busy")


def _no_room() -> None:
    raise OperationalError("database or disk is full")


@pytest.mark.parametrize(("vendor", "trouble"), [("postgresql", _no_lock), ("sqlite", _no_room)])
def test_a_database_that_is_gone_or_full_is_not_called_busy(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    vendor: str,
    trouble: Callable[[], None],
) -> None:
    monkeypatch.setattr("accounts.once.transaction", SimpleNamespace(atomic=trouble))
    monkeypatch.setattr("accounts.once.connection", SimpleNamespace(vendor=vendor))
    client.raise_request_exception = False
    assert _api(client, {}).status_code == 500


def test_the_kept_answer_opens_with_the_key_alone(client: Client) -> None:
    _api(client, {"text": "one"})
    row = OnceKey.objects.get()
    other = "another-key-that-nobody-can-guess"
    # The row under another key's digest: whoever holds that key still cannot read it.
    _api(client, {"text": "one"}, key=other)
    stolen = OnceKey.objects.exclude(pk=row.pk).get()
    stolen.answer = row.answer
    stolen.save()
    client.raise_request_exception = False
    told = _api(client, {"text": "one"}, key=other)
    assert told.status_code == 500
    assert b"secret" not in told.content
