"""The ways a notice leaves: one small module each, the only calls to the outside.

Each has `send(message) -> None`, which raises Transient or Permanent. Which function serves a
channel is said in the settings by its dotted path; a channel without one is not offered.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.channels import dingtalk, feishu, wecom
from notifications.channels.message import Message, NotSent, Permanent, Transient
from notifications.models import Channel, RobotKind

__all__ = [
    "LOUD",
    "ROBOTS",
    "Message",
    "NotSent",
    "Permanent",
    "RobotProvider",
    "Transient",
    "offered",
    "sender_of",
]


class RobotProvider(Protocol):
    """What is known of a kind of chat robot, whether or not it is spoken to for real."""

    HOSTS: set[str]
    # So many messages (the second) within so many seconds (the first), each robot by itself.
    LIMITS: tuple[tuple[int, int], ...]
    # Whether the group may ask for a secret to sign with.
    SIGNED: bool


ROBOTS: Mapping[str, RobotProvider] = {
    RobotKind.WECOM: wecom,
    RobotKind.DINGTALK: dingtalk,
    RobotKind.FEISHU: feishu,
}

# The ways that make a noise, the quickest to be noticed first: what duty asks for leaves by the
# first of them that has an address.
LOUD = (Channel.WECHAT, Channel.SMS, Channel.EMAIL)
CONSOLE = "notifications.channels.console.send"


def offered(channel: str) -> bool:
    """Whether messages can leave by this way: never "sent" into nowhere."""
    path = settings.CHANNELS.get(channel, "")
    return bool(path) and not (path == CONSOLE and settings.PORTAL_MODE == "production")


def sender_of(channel: str) -> Callable[[Message], None]:
    """The function that sends by this way; ask `offered` first."""
    found: Callable[[Message], None] = import_string(settings.CHANNELS[channel])
    return found
