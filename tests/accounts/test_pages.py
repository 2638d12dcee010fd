"""Signing in and out, registering, preferences, one's own number."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as portal
from django.test import Client
from pytest_django import Settings

from accounts.address import address_of
from accounts.models import AuditEntry, OneTimeCode, User
from tests.factories import PASSWORD, County

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrName"
NEW = "13712345678"
STRONG = "willow-and-kettle-9"


@pytest.fixture
def visitor(client: Client) -> Client:
    client.cookies[portal.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """The text messages that would have left: number and words."""
    left: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "notifications.channels.console.text", lambda phone, text: left.append((phone, text))
    )
    yield left


def sign_in(visitor: Client, username: str, password: str = PASSWORD, **more: str) -> Any:
    answers = {"username": username, "password": password, **more}
    return visitor.post("/account/sign-in/", answers)


def who(visitor: Client) -> str | None:
    return visitor.session.get("_auth_user_id")


# --- Signing in --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["resident", "13900000001", "  resident  "])
def test_one_signs_in_by_number_or_by_name(
    visitor: Client, people: dict[str, User], name: str
) -> None:
    assert sign_in(visitor, name)["Location"] == "/"
    assert who(visitor) == str(people["resident"].pk)


def test_a_wrong_password_and_an_unknown_name_look_the_same(
    visitor: Client, people: dict[str, User]
) -> None:
    sentence = "This number or name does not go with this password."
    for name, password in (("resident", "wrong"), ("nobody", PASSWORD)):
        page = sign_in(visitor, name, password)
        assert page.status_code == 200
        assert sentence in page.content.decode()
        assert name in page.content.decode()
        assert password not in page.content.decode()
    assert who(visitor) is None


def test_a_shut_account_does_not_open(visitor: Client, people: dict[str, User]) -> None:
    User.objects.filter(pk=people["resident"].pk).update(is_active=False)
    sign_in(visitor, "resident")
    assert who(visitor) is None


def test_empty_answers_are_asked_for_in_words(visitor: Client, people: dict[str, User]) -> None:
    page = visitor.post("/account/sign-in/", {}).content.decode()
    assert "Enter your mobile number or user name." in page
    assert "Enter your password." in page


def test_one_comes_back_to_where_one_was(visitor: Client, people: dict[str, User]) -> None:
    assert sign_in(visitor, "resident", next="/orders/mine/")["Location"] == "/orders/mine/"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "\x00"],
)
def test_nobody_is_led_off_the_portal(
    visitor: Client, people: dict[str, User], elsewhere: str
) -> None:
    assert visitor.get("/account/sign-in/", {"next": elsewhere}).context["next"] == ""
    assert sign_in(visitor, "resident", next=elsewhere)["Location"] == "/"


def test_signing_in_gives_a_new_session(visitor: Client, people: dict[str, User]) -> None:
    session = visitor.session
    session["drafts"] = {"a": {"secret": "kept", "photos": []}}
    session.save()
    before = session.session_key
    sign_in(visitor, "resident")
    assert visitor.session.session_key != before
    assert visitor.session["drafts"]["a"]["secret"] == "kept"


def test_sign_ins_and_refusals_are_on_record(visitor: Client, people: dict[str, User]) -> None:
    sign_in(visitor, "resident", "wrong")
    sign_in(visitor, "resident")
    rows = AuditEntry.objects.filter(verb__startswith="sign_in").order_by("pk")
    assert [row.verb for row in rows] == ["sign_in_refused", "sign_in"]
    assert "resident" not in str([row.__dict__ for row in rows])


def test_five_wrong_passwords_shut_the_door_and_say_for_how_long(
    visitor: Client, people: dict[str, User], settings: Settings
) -> None:
    settings.AXES_ENABLED = True
    for _try in range(5):
        answer = sign_in(visitor, "resident", "wrong")
    assert answer.status_code == 429
    assert "15 minutes" in answer.content.decode()
    assert sign_in(visitor, "resident").status_code == 429
    assert who(visitor) is None
    assert sign_in(visitor, "neighbour").status_code == 302


def test_whoever_is_signed_in_is_not_asked_again(visitor: Client, people: dict[str, User]) -> None:
    sign_in(visitor, "resident")
    assert visitor.get("/account/sign-in/?next=/orders/mine/")["Location"] == "/orders/mine/"


def test_the_pages_come_in_ones_own_language(client: Client, people: dict[str, User]) -> None:
    User.objects.filter(pk=people["resident"].pk).update(language="en")
    answer = sign_in(client, "resident")
    assert answer.cookies[portal.LANGUAGE_COOKIE_NAME].value == "en"


def test_signing_out_needs_a_press_and_forgets_everything(
    visitor: Client, people: dict[str, User]
) -> None:
    sign_in(visitor, "resident")
    assert visitor.get("/account/sign-out/").status_code == 405
    assert who(visitor) is not None
    assert visitor.post("/account/sign-out/")["Location"] == "/"
    assert who(visitor) is None


# --- Registering -------------------------------------------------------------------------


def code_in(messages: list[tuple[str, str]]) -> str:
    found = re.search(r"\d{6}", messages[-1][1])
    assert found is not None
    return found[0]


def register(visitor: Client, messages: list[tuple[str, str]], **answers: str) -> Any:
    given = {"code": code_in(messages), "name": "沈新民", "password": STRONG, **answers}
    return visitor.post("/account/register/confirm/", given)


def test_a_resident_makes_an_account_and_is_back_where_they_were(
    visitor: Client, messages: list[tuple[str, str]]
) -> None:
    begun = visitor.post("/account/register/", {"phone": "137 1234 5678", "next": "/orders/mine/"})
    assert begun["Location"] == "/account/register/confirm/"
    assert messages[-1][0] == NEW
    assert register(visitor, messages)["Location"] == "/orders/mine/"
    made = User.objects.get(phone=NEW)
    assert (made.name, made.phone_confirmed_at is not None) == ("沈新民", True)
    assert who(visitor) == str(made.pk)
    visitor.post("/account/sign-out/")
    sign_in(visitor, NEW, STRONG)
    assert who(visitor) == str(made.pk)


def test_a_wrong_code_makes_no_account_and_keeps_the_name(
    visitor: Client, messages: list[tuple[str, str]]
) -> None:
    visitor.post("/account/register/", {"phone": NEW})
    wrong = f"{(int(code_in(messages)) + 1) % 1_000_000:06d}"
    page = register(visitor, messages, code=wrong).content.decode()
    assert "This code is wrong or no longer valid." in page
    assert 'value="沈新民"' in page
    assert STRONG not in page
    assert not User.objects.filter(phone=NEW).exists()
    assert OneTimeCode.objects.get().tries == 1


def test_a_weak_password_does_not_use_up_the_code(
    visitor: Client, messages: list[tuple[str, str]]
) -> None:
    visitor.post("/account/register/", {"phone": NEW})
    page = register(visitor, messages, password="1234567890")
    assert list(page.context["form"].errors) == ["password"]
    assert register(visitor, messages).status_code == 302


def test_nobody_learns_which_numbers_have_accounts(
    visitor: Client, messages: list[tuple[str, str]], people: dict[str, User]
) -> None:
    known = visitor.post("/account/register/", {"phone": "13900000001"})
    assert known["Location"] == "/account/register/confirm/"
    assert "already has" in messages[-1][1]
    page = visitor.get(known["Location"]).content.decode()
    assert "already" not in page
    answers = {"code": "000000", "name": "沈新民", "password": STRONG}
    refused = visitor.post("/account/register/confirm/", answers)
    assert "This code is wrong or no longer valid." in refused.content.decode()


def test_asking_twice_in_a_minute_is_told_to_wait(
    visitor: Client, messages: list[tuple[str, str]]
) -> None:
    visitor.post("/account/register/", {"phone": NEW})
    page = visitor.post("/account/register/", {"phone": NEW}).content.decode()
    assert "You can ask again in a minute." in page
    assert len(messages) == 1


def test_the_second_step_without_the_first_goes_back(visitor: Client) -> None:
    assert visitor.get("/account/register/confirm/")["Location"] == "/account/register/"


def test_only_a_demonstration_shows_the_code_on_the_page(
    visitor: Client, messages: list[tuple[str, str]], settings: Settings
) -> None:
    page = visitor.post("/account/register/", {"phone": NEW}, follow=True).content.decode()
    assert code_in(messages) not in page
    settings.PORTAL_MODE = "demo"
    shown = visitor.post("/account/register/", {"phone": "13712345679"}, follow=True)
    assert code_in(messages) in shown.content.decode()


# --- Preferences -------------------------------------------------------------------------


def test_larger_type_for_somebody_without_an_account(visitor: Client, county: County) -> None:
    assert 'data-elder="true"' not in visitor.get("/").content.decode()
    visitor.post("/account/preferences/", {"elder": "1", "next": "/"})
    assert 'data-elder="true"' in visitor.get("/").content.decode()
    visitor.post("/account/preferences/", {"elder": "0", "next": "/"})
    assert 'data-elder="true"' not in visitor.get("/").content.decode()


def test_larger_type_stays_with_the_account(visitor: Client, people: dict[str, User]) -> None:
    sign_in(visitor, "resident")
    answer = visitor.post("/account/preferences/", {"elder": "1", "next": "/orders/mine/"})
    assert answer["Location"] == "/orders/mine/"
    assert User.objects.get(username="resident").elder is True
    assert 'data-elder="true"' in visitor.get("/").content.decode()


def test_the_switch_leads_nowhere_else(visitor: Client, county: County) -> None:
    answer = visitor.post("/account/preferences/", {"elder": "1", "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_language_and_size_are_saved(visitor: Client, people: dict[str, User]) -> None:
    sign_in(visitor, "resident")
    answers = {"save": "yes", "language": "en", "elder": "on"}
    answer = visitor.post("/account/preferences/", answers)
    user = User.objects.get(username="resident")
    assert (user.language, user.elder) == ("en", True)
    assert answer.cookies[portal.LANGUAGE_COOKIE_NAME].value == "en"
    visitor.post("/account/preferences/", {"save": "yes", "language": "zh-hans"})
    user.refresh_from_db()
    assert (user.language, user.elder) == ("zh-hans", False)


def test_an_unknown_language_is_named_and_nothing_is_saved(
    visitor: Client, people: dict[str, User]
) -> None:
    sign_in(visitor, "resident")
    page = visitor.post("/account/preferences/", {"save": "yes", "language": "xx", "elder": "on"})
    assert list(page.context["form"].errors) == ["language"]
    user = User.objects.get(username="resident")
    assert (user.language, user.elder) == ("zh-hans", False)


def test_settings_ask_who_one_is(visitor: Client, county: County) -> None:
    there = "/account/sign-in/?next=/account/preferences/"
    assert visitor.get("/account/preferences/")["Location"] == there
    assert visitor.post("/account/preferences/", {"save": "yes"})["Location"] == there


# --- One's own number --------------------------------------------------------------------


def test_a_number_is_confirmed_by_its_code(
    visitor: Client, people: dict[str, User], messages: list[tuple[str, str]]
) -> None:
    sign_in(visitor, "dispatcher")
    page = visitor.post("/account/phone/", {"phone": NEW, "next": "/orders/claim/"})
    assert NEW in page.content.decode()
    answers = {"code": code_in(messages), "next": "/orders/claim/"}
    assert visitor.post("/account/phone/", answers)["Location"] == "/orders/claim/"
    user = User.objects.get(username="dispatcher")
    assert (user.phone, user.phone_confirmed_at is not None) == (NEW, True)


def test_a_wrong_code_confirms_nothing_and_can_be_tried_again(
    visitor: Client, people: dict[str, User], messages: list[tuple[str, str]]
) -> None:
    sign_in(visitor, "dispatcher")
    visitor.post("/account/phone/", {"phone": NEW})
    page = visitor.post("/account/phone/", {"code": "x"})
    assert list(page.context["form"].errors) == ["code"]
    assert User.objects.get(username="dispatcher").phone is None
    visitor.post("/account/phone/", {"code": code_in(messages)})
    assert User.objects.get(username="dispatcher").phone == NEW


def test_another_accounts_number_cannot_be_taken(
    visitor: Client, people: dict[str, User], messages: list[tuple[str, str]]
) -> None:
    sign_in(visitor, "dispatcher")
    visitor.post("/account/phone/", {"phone": "13900000001"})
    page = visitor.post("/account/phone/", {"code": code_in(messages)}).content.decode()
    assert "Another account has this number." in page
    assert User.objects.get(username="dispatcher").phone is None
    assert User.objects.get(username="resident").phone == "13900000001"


# --- Addresses ---------------------------------------------------------------------------


def test_only_what_our_own_proxies_saw_counts_as_an_address(rf: Any, settings: Settings) -> None:
    request = rf.get("/", headers={"X-Forwarded-For": "1.1.1.1, 2.2.2.2, 3.3.3.3"})
    seen = []
    for proxies in (0, 1, 2, 9):
        settings.PROXIES_IN_FRONT = proxies
        seen.append(address_of(request))
    assert seen == ["127.0.0.1", "3.3.3.3", "2.2.2.2", "127.0.0.1"]
