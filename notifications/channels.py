"""The ways a notice leaves: one function each, the only calls to the outside."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from notifications.models import Channel, Notification
from notifications.wording import path_of, sentence_of

logger = logging.getLogger(__name__)


def in_app(notice: Notification) -> None:
    """The row is the notice: the bell counts it from the moment it is delivered."""


def email(notice: Notification) -> None:
    """Send the sentence with a link. The Message-ID is stable, so a repeat is recognised."""
    with translation.override(notice.to.language):
        sentence = sentence_of(notice)
        link = f"{settings.PUBLIC_URL}{path_of(notice)}"
        body = _("%(sentence)s\n\nOpen it here: %(link)s") % {"sentence": sentence, "link": link}
    EmailMessage(
        subject=sentence,
        body=body,
        to=[notice.to.email],
        headers={"Message-ID": f"<notice-{notice.key}-{notice.to.public_id}@hongguanjia>"},
    ).send()


def sms(phone: str, text: str) -> None:
    """Write the message to the log, for demonstration and tests.

    Raises ImproperlyConfigured in production: name a provider's function in SMS_SENDER.
    """
    if settings.PORTAL_MODE == "production":
        raise ImproperlyConfigured("No text message can be sent: SMS_SENDER names no provider.")
    logger.info("text message to %s: %s", phone, text)


SENDERS: dict[str, Callable[[Notification], None]] = {
    Channel.IN_APP: in_app,
    Channel.EMAIL: email,
}
