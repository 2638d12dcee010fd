"""Text messages through a gateway that takes signed JSON; see docs/CHANNELS.md for the contract.

A gateway of another kind is a function of two lines beside this one, named in SMS_CHANNEL.
"""

import hashlib
import hmac
import json
import logging
import re

from django.conf import settings

from common.errors import Unreachable
from common.now import now
from notifications.channels import http
from notifications.channels.message import Message, NotSent, Permanent, Transient

logger = logging.getLogger(__name__)

CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
TAKEN = {None, 0, "0", "OK", "ok"}


def send(message: Message) -> None:
    """A notice. No link: whoever finds the phone needs none, and carriers stop texts with one."""
    parameters = {"reference": message.reference, "text": message.text}
    _send(message.address, settings.SMS_NOTICE_TEMPLATE, message.text, parameters, message.key)


def text(phone: str, words: str) -> None:
    """A one-time code, for SMS_SENDER. Repeats are new codes, so each has a key of its own.

    Raises Unreachable: whoever waits for the code is told to try again.
    """
    code = CODE.search(words)
    template = settings.SMS_CODE_TEMPLATE if code else settings.SMS_NOTICE_TEMPLATE
    parameters = {"code": code[0]} if code else {"text": words}
    key = hashlib.sha256(f"{phone} {words} {now().isoformat()}".encode()).hexdigest()[:32]
    try:
        _send(phone, template, words, parameters, key)
    except NotSent as failure:
        logger.warning("code by text message: %s", failure.code)
        raise Unreachable from None


def _send(phone: str, template: str, words: str, parameters: dict[str, str], key: str) -> None:
    payload = {
        "id": key,
        "to": phone,
        "signature": settings.SMS_SIGNATURE,
        "template": template,
        "parameters": parameters,
        "text": words,
    }
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    stamp = str(int(now().timestamp()))
    proof = hmac.new(settings.SMS_KEY.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": key,
        "X-Key-Id": settings.SMS_KEY_ID,
        "X-Timestamp": stamp,
        "X-Signature": proof.hexdigest(),
    }
    answer = http.request("POST", settings.SMS_URL, body, headers)
    code = answer.get("code")
    if code in TAKEN:
        return
    failure = Permanent if answer.get("permanent") is True else Transient
    raise failure(f"gateway {str(code)[:40]}")
