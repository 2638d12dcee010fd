"""Messages to the log, for demonstration and tests; refuses in production."""

import logging

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from common.masks import mask_phone
from notifications.channels.message import Message

logger = logging.getLogger(__name__)


def send(message: Message) -> None:
    """Write the message to the log; the address is masked, for a robot's is a password."""
    _refuse_in_production("a channel's provider")
    logger.info("message to %s: %s %s", mask_phone(message.address), message.text, message.link)


def text(phone: str, words: str) -> None:
    """Write a one-time code's message to the log.

    Raises ImproperlyConfigured in production: name a provider's function in SMS_SENDER.
    """
    _refuse_in_production("SMS_SENDER")
    logger.info("text message to %s: %s", phone, words)


def _refuse_in_production(name: str) -> None:
    if settings.PORTAL_MODE == "production":
        raise ImproperlyConfigured(f"Nothing can be sent: {name} names no provider.")
