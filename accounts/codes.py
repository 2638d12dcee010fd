"""One-time codes: proof that somebody holds a telephone number or an e-mail address.

Six digits, stored hashed, single use, ten minutes, five tries. Source: OWASP ASVS 5 (6.6); the
limits per number and address are our decision.
"""

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import MOBILE
from accounts.models import OneTimeCode
from common.errors import Invalid, TooMany, Unreachable
from common.now import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

VALID_FOR = timedelta(minutes=10)
MOST_TRIES = 5
GAP = timedelta(minutes=1)
MOST_A_DAY = 5  # per number
MOST_AN_HOUR = 20  # per address: a family, or an office with one line


def send_code(phone: str, *, address: str) -> str:
    """Send a fresh code to this number; returns the words sent.

    `address` is the digest of where the request comes from. Raises Invalid for what is no mobile
    number, TooMany when number or address has had enough.
    """
    code = f"{secrets.randbelow(1_000_000):06d}"
    text = _("Your Hongguanjia code is %(code)s. It is valid for 10 minutes. Never tell anybody.")
    return _send(phone, text % {"code": code}, code, address)


def send_known(phone: str, *, address: str) -> str:
    """Tell the holder of a number that it has an account already; counts as a code sent.

    The page looks the same as for a new number, so nobody learns from it who has an account.
    """
    text = _("This number already has a Hongguanjia account: please sign in with it.")
    return _send(phone, text, "", address)


def send_email_code(email: str, *, address: str) -> str:
    """Send a fresh code to this e-mail address, under the same limits; returns the words sent.

    Raises TooMany when mailbox or address has had enough, Unreachable when no server takes it.
    """
    code = f"{secrets.randbelow(1_000_000):06d}"
    text = _("Your Hongguanjia code is %(code)s. It is valid for 10 minutes. Never tell anybody.")
    return _issue(email, text % {"code": code}, code, address, _by_email)


def check_code(phone: str, code: str) -> None:
    """Use up the code last sent to this number (or address). Raises Invalid at `code` otherwise.

    A wrong try is counted before it is refused, whatever becomes of the request.
    """
    with transaction.atomic():
        sent = _open_codes(phone).select_for_update().order_by("-sent_at", "-pk").first()
        if sent is not None:
            OneTimeCode.objects.filter(pk=sent.pk).update(tries=F("tries") + 1)
        typed = "".join(str(int(c)) for c in code if c.isdecimal())
        fits = sent is not None and constant_time_compare(sent.code_digest, _hashed(phone, typed))
        if fits and sent is not None:
            OneTimeCode.objects.filter(pk=sent.pk).update(used_at=now())
    if not fits:
        raise Invalid(
            fields={
                "code": [
                    gettext_lazy(
                        "This code is wrong or no longer valid. Check it, or ask for a new one."
                    )
                ]
            }
        )


def forget_old_codes() -> int:
    """Delete codes that no limit counts any more, and with them the numbers they went to."""
    return OneTimeCode.objects.filter(sent_at__lte=now() - timedelta(days=1)).delete()[0]


def _open_codes(phone: str) -> "QuerySet[OneTimeCode]":
    return OneTimeCode.objects.filter(
        ~Q(code_digest=""),
        phone=phone,
        used_at__isnull=True,
        tries__lt=MOST_TRIES,
        sent_at__gt=now() - VALID_FOR,
    )


def _send(phone: str, text: str, code: str, address: str) -> str:
    if not MOBILE.fullmatch(phone):
        raise Invalid(fields={"phone": [gettext_lazy("Give a mobile number of 11 digits.")]})
    return _issue(phone, text, code, address, import_string(settings.SMS_SENDER))


@transaction.atomic
def _issue(
    to: str, text: str, code: str, address: str, sender: "Callable[[str, str], None]"
) -> str:
    _check_limits(to, address)
    OneTimeCode.objects.create(
        phone=to,
        address_digest=address,
        code_digest=_hashed(to, code) if code else "",
        sent_at=now(),
    )
    sender(to, text)
    return text


def _by_email(email: str, text: str) -> None:
    try:
        send_mail(_("Your Hongguanjia code"), text, None, [email])
    except OSError:
        # With the exception's words the address would be in the log.
        raise Unreachable from None


def _check_limits(phone: str, address: str) -> None:
    at = now()
    to_number = OneTimeCode.objects.filter(phone=phone)
    if to_number.filter(sent_at__gt=at - GAP).exists():
        raise TooMany(gettext_lazy("A code was sent a moment ago. You can ask again in a minute."))
    if to_number.filter(sent_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooMany(
            gettext_lazy("Enough codes for this number today. Please try again tomorrow.")
        )
    recent = OneTimeCode.objects.filter(address_digest=address, sent_at__gt=at - timedelta(hours=1))
    if recent.count() >= MOST_AN_HOUR:
        raise TooMany


def _hashed(phone: str, code: str) -> str:
    return salted_hmac(f"one-time code {phone}", code, algorithm="sha256").hexdigest()
