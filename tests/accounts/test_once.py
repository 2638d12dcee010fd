"""Whatever is sent twice is done once."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Lock
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connections
from django.test import Client
from pytest_django import Settings

from accounts.models import OnceKey, User
from accounts.once import forget_old_keys
from common.now import now
from tests.accounts.once_pages import KEY, call, done, send

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.once_pages")]


def _user(name: str) -> User:
    return User.objects.create(username=name, name=name, registered_at=now())


def test_a_form_sent_twice_is_done_once_and_answered_the_same(client: Client) -> None:
    first, second = send(client, text="水管漏水"), send(client, text="水管漏水")
    assert done() == 1
    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == first["Location"]
    assert second["Cache-Control"] == "no-store"
    assert second["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first


def test_an_api_call_sent_twice_is_done_once_and_answered_byte_for_byte(client: Client) -> None:
    first, second = call(client, {"text": "漏"}), call(client, {"text": "漏"})
    assert done() == 1
    assert (second.status_code, second.content) == (201, first.content)
    assert second["Content-Type"] == first["Content-Type"]
    assert first.json()["got"] == ["text"]


def test_without_a_key_nothing_is_held_back(client: Client) -> None:
    for _ in range(2):
        client.post("/file/", {"text": "x"})
        client.post("/file/", {"text": "x", "form_token": ""})
    assert done() == 4
    assert not OnceKey.objects.exists()


def test_a_cookie_is_not_given_out_twice(client: Client) -> None:
    assert "seen" in send(client).cookies
    assert not send(client).cookies


def test_other_answers_under_the_same_key_are_refused_and_change_nothing(client: Client) -> None:
    client.cookies["django_language"] = "en"
    send(client, text="one")
    told = send(client, text="two")
    assert told.status_code == 409
    assert "already been sent with other answers" in told.content.decode()
    assert done() == 1


def test_another_body_under_the_same_key_is_refused_in_the_words_of_programs(
    client: Client,
) -> None:
    call(client, {"text": "one"})
    told = call(client, {"text": "two"})
    assert (told.status_code, told.json()["code"]) == (409, "key_reused")
    assert done() == 1


def test_the_csrf_token_is_no_part_of_what_was_sent(client: Client) -> None:
    first = send(client, text="x", csrfmiddlewaretoken="a")
    assert send(client, text="x", csrfmiddlewaretoken="b")["Location"] == first["Location"]


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
    first, second = send(client), send(client, "/file-elsewhere/")
    assert first["Location"] != second["Location"]
    assert done() == 2


def test_a_key_belongs_to_its_sender(client: Client) -> None:
    answers = {send(client)["Location"]}
    for name in ("resident", "neighbour"):
        client.force_login(_user(name), backend="accounts.backends.PhoneOrName")
        answers.add(send(client)["Location"])
    assert len(answers) == done() == 3


def test_a_key_belongs_to_its_api_token(client: Client) -> None:
    answers = set()
    for token in ("Token one", "Token two"):
        headers = {"Idempotency-Key": KEY, "Authorization": token}
        answers.add(client.post("/files/", {"a": "b"}, headers=headers).status_code)
    assert OnceKey.objects.count() == 2


def test_somebody_unknown_may_repeat_after_the_first_answer_began_a_session(
    client: Client,
) -> None:
    first = send(client)
    session = client.session
    session["step"] = 2
    session.save()
    assert send(client)["Location"] == first["Location"]


def test_a_guessable_key_of_somebody_unknown_counts_for_their_address_only() -> None:
    here, there = Client(REMOTE_ADDR="203.0.113.1"), Client(REMOTE_ADDR="203.0.113.2")
    first = send(here, key="1")
    assert send(here, key="1")["Location"] == first["Location"]
    assert send(there, key="1")["Location"] != first["Location"]


def test_a_form_that_came_back_with_errors_may_be_sent_again(client: Client) -> None:
    assert send(client, "/again/").status_code == 200
    assert "Idempotent-Replay" not in send(client, "/again/")
    assert not OnceKey.objects.exists()


def test_what_a_page_counted_before_it_came_back_stays_counted(client: Client) -> None:
    send(client, "/again/")
    assert done("wrong code") == 1


def test_an_answer_that_sends_the_browser_on_through_htmx_is_kept(client: Client) -> None:
    first, second = send(client, "/htmx/"), send(client, "/htmx/")
    assert second["HX-Redirect"] == first["HX-Redirect"]
    assert done() == 1


def test_a_refusal_is_not_kept_and_leaves_what_it_would_leave_without_a_key(
    client: Client,
) -> None:
    for _ in range(2):
        told = send(client, "/refuse/")
        assert told.status_code == 409
        assert "Idempotent-Replay" not in told
    assert not OnceKey.objects.exists()
    assert (done("done"), done("tried")) == (0, 2)


def test_a_refusal_of_the_api_is_not_kept(client: Client) -> None:
    told = call(client, {}, where="/api/v1/refuse/")
    assert (told.status_code, told.json()["code"]) == (409, "wrong_state")
    assert not OnceKey.objects.exists()


def test_a_crash_undoes_everything_and_frees_the_key(client: Client) -> None:
    client.raise_request_exception = False
    assert call(client, {}, where="/api/v1/crash/").status_code == 500
    assert done() == 0
    assert not OnceKey.objects.exists()


def test_an_answer_in_pieces_is_given_but_not_kept(client: Client) -> None:
    told = send(client, "/stream/")
    assert b"".join(told.streaming_content) == b"ab"
    assert not OnceKey.objects.exists()


def test_the_row_tells_neither_key_nor_sender_nor_answer(client: Client) -> None:
    told = call(client, {"text": "漏"})
    row = OnceKey.objects.get()
    kept = bytes(row.answer)
    assert told.json()["secret"].encode() not in kept
    assert KEY not in f"{row.digest}{row.fingerprint}{kept!r}"
    assert row.digest != hashlib.sha256(KEY.encode()).hexdigest()


def test_what_was_sent_cannot_be_tried_out_against_the_row(client: Client) -> None:
    """A form of few answers, a poll's, would else be read by sending each of them once."""
    for key in (KEY, KEY[::-1]):
        send(client, key=key)
    rows = OnceKey.objects.values_list("fingerprint", flat=True)
    assert len(set(rows)) == len(rows) == 2


def test_an_answer_is_forgotten_after_a_day(client: Client) -> None:
    first = send(client)
    OnceKey.objects.update(created_at=now() - timedelta(hours=23, minutes=59))
    assert send(client)["Location"] == first["Location"]
    OnceKey.objects.update(created_at=now() - timedelta(hours=24))
    anew = send(client, text="other")
    assert anew.status_code == 302
    assert anew["Location"] != first["Location"]
    assert send(client, text="other")["Location"] == anew["Location"]


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
    told = call(client, {"text": "x" * 2_000})
    assert (told.status_code, told.json()["code"]) == (413, "too_large")
    assert done() == 0


def test_too_many_fields_are_refused_with_a_sentence(client: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    told = send(client, **{f"field{n}": "x" for n in range(5)})
    assert (told.status_code, done()) == (400, 0)


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
    answers = _at_once(lambda client: send(client, "/slow/", text="x"), 4)
    assert len({told["Location"] for told in answers}) == 1
    assert sorted("Idempotent-Replay" in told for told in answers) == [False, True, True, True]
    assert done() == OnceKey.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_bodies_at_once_under_one_key_one_wins_and_the_other_is_told() -> None:
    lock, texts = Lock(), ["one", "two"]

    def one_of_two(client: Client) -> Any:
        with lock:
            text = texts.pop()
        return send(client, "/slow/", text=text)

    assert sorted(told.status_code for told in _at_once(one_of_two, 2)) == [302, 409]
    assert done() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_after_a_refusal_the_one_who_waited_has_its_turn() -> None:
    answers = _at_once(lambda client: send(client, "/refuse/"), 2)
    assert [told.status_code for told in answers] == [409, 409]
    assert not any("Idempotent-Replay" in told for told in answers)
    assert done("tried") == 2


def _no_lock() -> None:
    raise OperationalError("database is locked")


def test_a_small_database_that_stays_locked_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.once.transaction", SimpleNamespace(atomic=_no_lock))
    monkeypatch.setattr("accounts.once.connection", SimpleNamespace(vendor="sqlite"))
    told = call(client, {})
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
    assert call(client, {}).status_code == 500


def test_the_kept_answer_opens_with_the_key_alone(client: Client) -> None:
    call(client, {"text": "one"})
    row = OnceKey.objects.get()
    other = "another-key-that-nobody-can-guess"
    # The row under another key's digest: whoever holds that key still cannot read it.
    call(client, {"text": "one"}, key=other)
    stolen = OnceKey.objects.exclude(pk=row.pk).get()
    stolen.answer = row.answer
    stolen.save()
    client.raise_request_exception = False
    told = call(client, {"text": "one"}, key=other)
    assert told.status_code == 500
    assert b"secret" not in told.content
