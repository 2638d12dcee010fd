"""Each channel's own words to its provider, and what its answers mean."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPRecipientsRefused
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from pytest_django import Settings

from common.errors import Unreachable
from notifications import channels
from notifications.channels import (
    Message,
    NotSent,
    Permanent,
    Transient,
    console,
    dingtalk,
    email,
    feishu,
    http,
    sms,
    wechat,
    wecom,
)
from notifications.models import RobotKind
from tests.moments import MONDAY, Pretended

MESSAGE = Message(
    address="13900000001",
    key="0123456789abcdef0123456789abcdef",
    text="Your report 9901-7K3M-9QX2-F has been answered.",
    at=MONDAY,
    about="Stairwell light · Jinxiu Garden, and a name so long that it is cut",
    reference="9901-7K3M-9QX2-F",
    link="https://portal.example/orders/9901-7K3M-9QX2-F/",
)


class Answers:
    """Stands for the HTTP library: keeps what was asked, answers what it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any, dict[str, str]]] = []
        self.answers: list[dict[str, Any]] = []

    def __call__(
        self, method: str, url: str, body: bytes | None = None, headers: Any = None
    ) -> dict[str, Any]:
        self.asked.append((method, url, json.loads(body) if body else None, dict(headers or {})))
        return self.answers.pop(0)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch, clock: Pretended) -> Answers:
    made = Answers()
    monkeypatch.setattr(http, "request", made)
    return made


def failure_of(send: Any, outside: Answers, answer: dict[str, Any]) -> NotSent:
    outside.answers.append(answer)
    with pytest.raises(NotSent) as failure:
        send(robot_message())
    return failure.value


# --- The library: a real server on this machine ------------------------------------------


class Handler(BaseHTTPRequestHandler):
    """Answers the status that is the last part of the path."""

    got: list[bytes] = []

    def do_POST(self) -> None:
        self.got.append(self.rfile.read(int(self.headers["Content-Length"])))
        status = int(self.path.rsplit("/", 1)[-1])
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/200")
        self.end_headers()
        self.wfile.write(b'{"errcode": 0}' if status == 200 else b"<p>words</p>")

    def log_message(self, *_args: object) -> None:
        """Not into the tests' output."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    made = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_address[1]}"
    made.shutdown()
    made.server_close()


def test_json_goes_out_as_utf_8_and_comes_back(server: str) -> None:
    assert http.post_json(f"{server}/200", {"text": "红管家"}) == {"errcode": 0}
    assert json.loads(Handler.got[-1]) == {"text": "红管家"}


def test_an_answer_that_is_no_json_says_nothing(server: str) -> None:
    assert http.post_json(f"{server}/201", {}) == {}


@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_what_will_never_be_taken_is_permanent(server: str, status: int) -> None:
    with pytest.raises(Permanent, match=f"http {status}"):
        http.post_json(f"{server}/{status}", {})


@pytest.mark.parametrize("status", [302, 401, 403, 429, 500, 503])
def test_everything_else_is_transient_and_no_redirect_is_followed(server: str, status: int) -> None:
    with pytest.raises(Transient, match=f"http {status}"):
        http.post_json(f"{server}/{status}", {})


def test_a_server_that_is_not_there_is_transient_and_its_address_is_not_in_the_words() -> None:
    with pytest.raises(Transient) as failure:
        http.post_json("http://127.0.0.1:9/webhook?key=canary", {})
    assert failure.value.code == "ConnectionRefusedError"
    assert failure.value.__cause__ is None


# --- E-mail ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (SMTPRecipientsRefused({"x@example.org": (550, b"no such user")}), Permanent, "smtp 550"),
        (SMTPRecipientsRefused({"x@example.org": (451, b"greylisted")}), Transient, "smtp 451"),
        (SMTPDataError(554, b"not accepted"), Permanent, "smtp 554"),
        (SMTPAuthenticationError(535, b"wrong password"), Transient, "smtp 535"),
        (ConnectionRefusedError("mail"), Transient, "ConnectionRefusedError"),
        (TimeoutError("mail"), Transient, "TimeoutError"),
    ],
)
def test_a_mail_servers_refusals_are_judged_by_their_code(
    error: Exception, kind: type[NotSent], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(_self: EmailMessage, fail_silently: bool = False) -> int:
        raise error

    monkeypatch.setattr(EmailMessage, "send", send)
    with pytest.raises(kind) as failure:
        email.send(MESSAGE)
    assert failure.value.code == code


# --- Text messages -----------------------------------------------------------------------


@pytest.fixture
def gateway(settings: Settings) -> Settings:
    settings.SMS_URL = "https://sms.example/send"
    settings.SMS_KEY_ID, settings.SMS_KEY = "portal", "a secret"
    settings.SMS_NOTICE_TEMPLATE, settings.SMS_CODE_TEMPLATE = "T-NOTICE", "T-CODE"
    return settings


def test_a_text_message_is_signed_has_a_stable_id_and_no_link(
    outside: Answers, gateway: Settings
) -> None:
    outside.answers = [{"code": 0}, {}]
    sms.send(MESSAGE)
    sms.send(MESSAGE)
    (method, url, payload, headers), again = outside.asked
    assert (method, url) == ("POST", "https://sms.example/send")
    assert (payload["to"], payload["template"]) == ("13900000001", "T-NOTICE")
    assert "http" not in json.dumps(payload)
    assert payload["id"] == again[2]["id"] == headers["Idempotency-Key"] == MESSAGE.key
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    signed = headers["X-Timestamp"].encode() + b"." + body
    proof = hmac.new(b"a secret", signed, hashlib.sha256).hexdigest()
    assert headers["X-Signature"] == proof
    assert headers["X-Timestamp"] == str(int(MONDAY.timestamp()))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"code": 17}, Transient),
        ({"code": "LIMIT", "permanent": False}, Transient),
        ({"code": "NO_SUCH_NUMBER", "permanent": True}, Permanent),
    ],
)
def test_the_gateway_says_whether_a_refusal_is_for_good(
    answer: dict[str, Any], kind: type[NotSent], outside: Answers, gateway: Settings
) -> None:
    outside.answers.append(answer)
    with pytest.raises(kind):
        sms.send(MESSAGE)


def test_a_one_time_code_goes_by_its_own_template_and_is_new_each_time(
    outside: Answers, gateway: Settings, clock: Pretended
) -> None:
    outside.answers = [{}, {}, {}]
    sms.text("13900000001", "Your code is 123456. It is valid for 10 minutes.")
    clock.forward(minutes=1)
    sms.text("13900000001", "Your code is 123456. It is valid for 10 minutes.")
    sms.text("13900000001", "This number already has an account.")
    first, second, third = (payload for _m, _u, payload, _h in outside.asked)
    assert (first["template"], first["parameters"]) == ("T-CODE", {"code": "123456"})
    assert first["id"] != second["id"]
    assert third["template"] == "T-NOTICE"


def test_whoever_waits_for_a_code_is_told_that_none_could_be_sent(
    outside: Answers, gateway: Settings
) -> None:
    outside.answers.append({"code": 17})
    with pytest.raises(Unreachable):
        sms.text("13900000001", "Your code is 123456.")


# --- WeChat ------------------------------------------------------------------------------


@pytest.fixture
def account(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings.WECHAT_APP_ID, settings.WECHAT_APP_SECRET = "wx1", "hidden"
    settings.WECHAT_TEMPLATE = "T1"
    monkeypatch.setattr(wechat, "_kept", {})
    return settings


TOKEN = {"access_token": "t1", "expires_in": 7200}


def test_a_template_message_is_cut_to_what_wechat_takes_and_can_be_told_from_a_repeat(
    outside: Answers, account: Settings
) -> None:
    outside.answers = [TOKEN, {"errcode": 0}, {"errcode": 0}]
    wechat.send(MESSAGE)
    wechat.send(MESSAGE)
    asked_token, sent, _again = outside.asked
    assert len(outside.asked) == 3, "the token is kept"
    assert asked_token[2]["secret"] == "hidden"
    assert "access_token=t1" in sent[1]
    payload = sent[2]
    assert payload["client_msg_id"] == MESSAGE.key
    assert payload["url"] == MESSAGE.link
    assert payload["data"]["character_string1"] == {"value": MESSAGE.reference}
    assert len(payload["data"]["thing2"]["value"]) == 20
    assert payload["data"]["time4"] == {"value": "2026-03-02 09:00"}


@pytest.mark.parametrize(
    ("code", "kind"), [(43004, Permanent), (40003, Permanent), (45009, Transient), (-1, Transient)]
)
def test_wechats_refusals_are_judged_by_their_code(
    code: int, kind: type[NotSent], outside: Answers, account: Settings
) -> None:
    outside.answers = [TOKEN, {"errcode": code}]
    with pytest.raises(kind, match=f"wechat {code}"):
        wechat.send(MESSAGE)


def test_a_token_that_has_become_old_is_asked_for_again(
    outside: Answers, account: Settings
) -> None:
    outside.answers = [TOKEN, {"errcode": 42001}, TOKEN, {"errcode": 0}]
    with pytest.raises(Transient):
        wechat.send(MESSAGE)
    wechat.send(MESSAGE)
    assert not outside.answers


def test_without_a_token_nothing_is_sent(outside: Answers, account: Settings) -> None:
    outside.answers = [{"errcode": 40013}]
    with pytest.raises(Transient, match="wechat token 40013"):
        wechat.send(MESSAGE)


def test_who_somebody_is_to_the_account_comes_from_wechat_alone(
    outside: Answers, account: Settings
) -> None:
    outside.answers = [{"openid": "o-1"}, {"errcode": 40029}]
    assert wechat.openid_of("code") == "o-1"
    with pytest.raises(Permanent):
        wechat.openid_of("made up")


# --- Chat robots -------------------------------------------------------------------------


def robot_message(secret: str = "") -> Message:
    return Message(
        address="https://robot.example/send?access_token=hidden",
        key="event:1",
        text="【红管家】" + "字" * 2000,
        at=MONDAY,
        secret=secret,
    )


def test_a_wecom_robot_takes_2048_bytes_and_no_half_characters(outside: Answers) -> None:
    outside.answers.append({"errcode": 0})
    wecom.send(robot_message())
    text = outside.asked[0][2]["text"]["content"]
    assert 2045 <= len(text.encode()) <= 2048


def test_a_dingtalk_robot_is_spoken_to_with_its_signature(outside: Answers) -> None:
    outside.answers = [{"errcode": 0}, {"errcode": 0}]
    dingtalk.send(robot_message())
    dingtalk.send(robot_message(secret="SEC1"))
    plain, signed = (parse_qs(urlsplit(url).query) for _m, url, _p, _h in outside.asked)
    assert set(plain) == {"access_token"}
    stamp = signed["timestamp"][0]
    assert stamp == str(int(MONDAY.timestamp() * 1000))
    proof = hmac.new(b"SEC1", f"{stamp}\nSEC1".encode(), hashlib.sha256).digest()
    assert base64.b64decode(signed["sign"][0]) == proof


def test_a_feishu_robot_is_spoken_to_with_its_signature(outside: Answers) -> None:
    outside.answers = [{"code": 0}, {"StatusCode": 0}]
    feishu.send(robot_message())
    feishu.send(robot_message(secret="S1"))
    plain, signed = (payload for _m, _u, payload, _h in outside.asked)
    assert "sign" not in plain
    stamp = signed["timestamp"]
    proof = hmac.new(f"{stamp}\nS1".encode(), b"", hashlib.sha256).digest()
    assert base64.b64decode(signed["sign"]) == proof


@pytest.mark.parametrize(
    ("send", "answer", "kind"),
    [
        (wecom.send, {"errcode": 93000}, Permanent),
        (wecom.send, {"errcode": 45009}, Transient),
        (wecom.send, {}, Transient),
        (dingtalk.send, {"errcode": 300001}, Permanent),
        (dingtalk.send, {"errcode": 130101}, Transient),
        (feishu.send, {"code": 19001}, Permanent),
        (feishu.send, {"code": 11232}, Transient),
        (feishu.send, {}, Transient),
    ],
)
def test_a_robots_refusal_in_a_200_is_a_refusal(
    send: Any, answer: dict[str, Any], kind: type[NotSent], outside: Answers
) -> None:
    """All three answer 200 to a message they did not post."""
    assert isinstance(failure_of(send, outside, answer), kind)


def test_what_is_known_of_each_kind_of_robot_is_what_its_maker_says() -> None:
    limits = {kind: robot.LIMITS for kind, robot in channels.ROBOTS.items()}
    assert limits == {
        RobotKind.WECOM: ((60, 20),),
        RobotKind.DINGTALK: ((60, 20),),
        RobotKind.FEISHU: ((60, 100), (1, 5)),
    }


# --- The log -----------------------------------------------------------------------------


def test_the_log_shows_the_words_and_masks_the_address(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger=console.__name__):
        console.send(MESSAGE)
        console.send(robot_message())
    assert MESSAGE.text in caplog.text
    assert "13900000001" not in caplog.text
    assert "hidden" not in caplog.text


def test_in_production_the_log_refuses(settings: Settings) -> None:
    settings.PORTAL_MODE = "production"
    with pytest.raises(ImproperlyConfigured):
        console.send(MESSAGE)
