"""Texts that are kept to be used and never to be shown: the address of a chat group's robot."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


def seal(text: str, purpose: str) -> str:
    """The text encrypted with the portal's key; `purpose` keeps one use apart from another."""
    return _cipher(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """The text again. Raises ValueError if the portal's key has changed since."""
    try:
        return _cipher(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise ValueError("sealed with another key, or for another purpose") from None


def _cipher(purpose: str) -> MultiFernet:
    # Older keys still open what they sealed, so that a key can be changed without a flag day.
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(force_bytes(key), purpose)) for key in keys])


def _derived(key: bytes, purpose: str) -> bytes:
    made = HKDF(SHA256(), length=32, salt=None, info=f"sealed {purpose}".encode())
    return base64.urlsafe_b64encode(made.derive(key))
