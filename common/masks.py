"""Names, telephone numbers and e-mail addresses as outsiders may see them."""

from __future__ import annotations

import re

MOBILE = re.compile(r"(?:(?:00)?86)?(1[3-9][0-9])[0-9]{4}([0-9]{4})")
LANDLINE = re.compile(r"(?:(?:00)?86)?(010|02[0-9]|0[3-9][0-9]{2})([0-9]{5,})")


def mask_name(name: str) -> str:
    """The first character and at most two stars: 张**, 李*, M**; a lone character is hidden."""
    first, rest = name.strip()[:1], name.strip()[1:]
    return first + "*" * min(len(rest), 2) if rest else "*" * len(first)


def mask_phone(phone: str) -> str:
    """138****5678; of a landline the area code and last two digits; of others the last two.

    Numbers of four digits or fewer are hidden wholly, whatever is not a digit is dropped.
    """
    digits = re.sub(r"[^0-9]", "", phone)
    if mobile := MOBILE.fullmatch(digits):
        return f"{mobile[1]}****{mobile[2]}"
    if landline := LANDLINE.fullmatch(digits):
        return f"{landline[1]}-{_last_two(landline[2])}"
    return _last_two(digits)


def mask_email(address: str) -> str:
    """c***@example.org: the first character and the provider, never how long the rest is."""
    box, at, host = address.rpartition("@")
    return f"{box[:1]}***@{host}" if at and box else "***"


def _last_two(digits: str) -> str:
    shown = digits[-2:] if len(digits) > 4 else ""
    return "*" * (len(digits) - len(shown)) + shown
