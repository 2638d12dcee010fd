"""One's own e-mail address: confirmed by a code, changed, forgotten."""

import re

import pytest
from django.conf import settings as portal
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from accounts.models import AuditEntry, OneTimeCode, User
from tests.moments import MONDAY, Pretended

pytestmark = pytest.mark.django_db
PAGE = "/account/email/"
BACKEND = "accounts.backends.PhoneOrName"
ADDRESS = "chen@example.org"


@pytest.fixture
def visitor(client: Client, people: dict[str, User], clock: Pretended) -> Client:
    client.cookies[portal.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(people["resident"], backend=BACKEND)
    return client


def me() -> User:
    return User.objects.get(username="resident")


def code_in_the_last_letter() -> str:
    found = re.search(r"\b\d{6}\b", str(mail.outbox[-1].body))
    assert found
    return found[0]


def test_an_address_is_confirmed_by_its_code(visitor: Client) -> None:
    page = visitor.post(PAGE, {"email": ADDRESS, "next": "/notices/wishes/"})
    assert ADDRESS in page.content.decode()
    assert mail.outbox[-1].to == [ADDRESS]
    assert me().email == "", "nothing is kept before the code"
    answers = {"code": code_in_the_last_letter(), "next": "/notices/wishes/"}
    assert visitor.post(PAGE, answers)["Location"] == "/notices/wishes/"
    assert (me().email, me().email_confirmed_at) == (ADDRESS, MONDAY)
    assert AuditEntry.objects.filter(verb="confirm_email").count() == 1
    assert ADDRESS not in str(AuditEntry.objects.get(verb="confirm_email").facts)


def test_a_wrong_code_confirms_nothing_and_the_right_one_still_does(visitor: Client) -> None:
    visitor.post(PAGE, {"email": ADDRESS})
    page = visitor.post(PAGE, {"code": "x"})
    assert list(page.context["form"].errors) == ["code"]
    assert me().email == ""
    visitor.post(PAGE, {"code": code_in_the_last_letter()})
    assert me().email == ADDRESS


def test_the_code_of_one_address_confirms_no_other(visitor: Client, clock: Pretended) -> None:
    visitor.post(PAGE, {"email": ADDRESS})
    code = code_in_the_last_letter()
    visitor.post(PAGE, {"email": "other@example.org"})
    if code_in_the_last_letter() != code:
        visitor.post(PAGE, {"code": code})
        assert me().email == ""


def test_what_is_no_address_gets_no_letter(visitor: Client) -> None:
    page = visitor.post(PAGE, {"email": "not an address"})
    assert list(page.context["form"].errors) == ["email"]
    assert "not an address" in page.content.decode()
    assert (mail.outbox, OneTimeCode.objects.count()) == ([], 0)


def test_a_box_gets_one_letter_a_minute(visitor: Client, clock: Pretended) -> None:
    visitor.post(PAGE, {"email": ADDRESS})
    page = visitor.post(PAGE, {"email": ADDRESS})
    assert "a moment ago" in page.content.decode()
    assert len(mail.outbox) == 1
    clock.forward(minutes=2)
    visitor.post(PAGE, {"email": ADDRESS})
    assert len(mail.outbox) == 2


def test_a_mail_server_that_is_down_is_said_and_no_code_is_left(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    page = visitor.post(PAGE, {"email": ADDRESS})
    assert "could not be sent" in page.content.decode()
    assert not OneTimeCode.objects.exists()


def test_an_address_is_forgotten(visitor: Client) -> None:
    User.objects.filter(pk=me().pk).update(email=ADDRESS, email_confirmed_at=MONDAY)
    assert ADDRESS in visitor.get(PAGE).content.decode()
    assert visitor.post(PAGE, {"forget": "yes"})["Location"] == PAGE
    assert (me().email, me().email_confirmed_at) == ("", None)


def test_settings_show_whether_an_address_is_confirmed(visitor: Client) -> None:
    User.objects.filter(pk=me().pk).update(email=ADDRESS)
    page = visitor.get("/account/preferences/").content.decode()
    assert "Confirm my e-mail address" in page
    User.objects.filter(pk=me().pk).update(email_confirmed_at=MONDAY)
    assert "Change my e-mail address" in visitor.get("/account/preferences/").content.decode()
