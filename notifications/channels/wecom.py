"""A WeCom (企业微信) group's robot. Source: WeCom's public documentation of group robots."""

from notifications.channels import http
from notifications.channels.message import Message, Permanent, Transient

HOSTS = {"qyapi.weixin.qq.com"}
LIMITS: tuple[tuple[int, int], ...] = ((60, 20),)  # 20 messages a minute
SIGNED = False
LONGEST = 2048  # bytes of text
# The robot was removed, or its key is not one.
GONE = {93000, 93004, 93008}


def send(message: Message) -> None:
    """A text message to the group."""
    text = message.text.encode()[:LONGEST].decode(errors="ignore")
    answer = http.post_json(message.address, {"msgtype": "text", "text": {"content": text}})
    code = answer.get("errcode")
    if code != 0:
        raise (Permanent if code in GONE else Transient)(f"wecom {code}")
