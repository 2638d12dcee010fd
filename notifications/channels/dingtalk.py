"""A DingTalk (钉钉) group's robot. Source: DingTalk's public documentation of custom robots."""

import base64
import hashlib
import hmac
from urllib.parse import urlencode

from common.now import now
from notifications.channels import http
from notifications.channels.message import Message, Permanent, Transient

HOSTS = {"oapi.dingtalk.com"}
# 20 messages a minute; beyond it the robot is silenced for ten.
LIMITS: tuple[tuple[int, int], ...] = ((60, 20),)
SIGNED = True
LONGEST = 5000  # characters of text
# No such robot, or it was removed.
GONE = {300001, 400013, 400101}


def send(message: Message) -> None:
    """A text message to the group, signed where the robot asks for it."""
    address = message.address
    if message.secret:
        address += f"&{_proof(message.secret)}"
    text = {"content": message.text[:LONGEST]}
    answer = http.post_json(address, {"msgtype": "text", "text": text})
    code = answer.get("errcode")
    if code != 0:
        raise (Permanent if code in GONE else Transient)(f"dingtalk {code}")


def _proof(secret: str) -> str:
    stamp = str(int(now().timestamp() * 1000))
    made = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256)
    return urlencode({"timestamp": stamp, "sign": base64.b64encode(made.digest()).decode()})
