"""A Feishu (飞书) group's robot. Source: Feishu's public documentation of custom robots."""

import base64
import hashlib
import hmac
from typing import Any

from common.now import now
from notifications.channels import http
from notifications.channels.message import Message, Permanent, Transient

HOSTS = {"open.feishu.cn", "open.larksuite.com"}
LIMITS: tuple[tuple[int, int], ...] = ((60, 100), (1, 5))  # 100 messages a minute, 5 a second
SIGNED = True
LONGEST = 5000  # characters of text
# Wrong address, or the robot was removed.
GONE = {19001, 19002}


def send(message: Message) -> None:
    """A text message to the group, signed where the robot asks for it."""
    payload: dict[str, Any] = {
        "msg_type": "text",
        "content": {"text": message.text[:LONGEST]},
    }
    if message.secret:
        stamp = str(int(now().timestamp()))
        # The secret belongs to the key here, and nothing is signed but it.
        made = hmac.new(f"{stamp}\n{message.secret}".encode(), b"", hashlib.sha256)
        payload |= {"timestamp": stamp, "sign": base64.b64encode(made.digest()).decode()}
    answer = http.post_json(message.address, payload)
    code = answer.get("code", answer.get("StatusCode"))
    if code != 0:
        raise (Permanent if code in GONE else Transient)(f"feishu {code}")
