"""E-mail, by whatever server the settings name."""

from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from notifications.channels.message import Message, NotSent, Permanent, Transient


def send(message: Message) -> None:
    """The sentence with a link. The Message-ID is stable, so a repeat is recognised."""
    words = {"sentence": message.text, "link": message.link}
    letter = EmailMessage(
        subject=message.text,
        body=_("%(sentence)s\n\nOpen it here: %(link)s") % words,
        to=[message.address],
        headers={"Message-ID": f"<notice-{message.key}@hongguanjia>"},
    )
    try:
        letter.send()
    except SMTPRecipientsRefused as refused:
        codes = [code for code, _words in refused.recipients.values()]
        raise _judged(min(codes, default=0)) from refused
    except SMTPDataError as refused:
        raise _judged(refused.smtp_code) from refused
    except SMTPResponseException as refused:
        # Greeting, password or sender: not this letter's fault.
        raise Transient(f"smtp {refused.smtp_code}") from refused
    except OSError as error:
        raise Transient(type(error).__name__) from error


def _judged(code: int) -> NotSent:
    """5xx at a recipient or a text is for good, 4xx passes. Source: RFC 5321, 4.2.1."""
    return Permanent(f"smtp {code}") if code >= 500 else Transient(f"smtp {code}")
