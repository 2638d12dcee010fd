"""Public codes: order references that survive a telephone line, and secrets nobody guesses.

All are written in Crockford's 32 letters and digits: no I, L, O or U, so nothing looks like
anything else and no code spells a word by accident.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_LOOKALIKES = str.maketrans("OIL", "011")
_SEPARATORS = {"Pd", "Pc", "Zs", "Zl", "Zp", "Cc", "Cf"}
_REFERENCE = re.compile(rf"[0-9]{{4}}[{ALPHABET}]{{9}}")
_LONGEST_TYPED = 64
_SECRET_LETTERS = 28
_CODE_LETTERS = 12
_CODE = re.compile(rf"[{ALPHABET}]{{{_CODE_LETTERS}}}")


def new_reference(prefecture: str) -> str:
    """A fresh order reference such as `9901-7K3M-9QX2-F`: prefecture, 40 random bits, check.

    Random, so neither the number of orders nor the next one can be told from it; unique only
    once a unique column has accepted it. Raises ValueError unless given four digits.
    """
    if not re.fullmatch(r"[0-9]{4}", prefecture):
        raise ValueError("A prefecture is four digits.")
    body = prefecture + _random_letters(8)
    return _grouped(body + check_character(body))


def normal(text: str) -> str | None:
    """A reference as people type, say or paste it, in its one written form; None if it is none.

    Lower case, full-width characters, O for 0, I or L for 1, and dashes or spaces missing or
    anywhere are forgiven. A wrong check character is not.
    """
    letters = _letters(text) if len(text) <= _LONGEST_TYPED else ""
    if not _REFERENCE.fullmatch(letters) or check_character(letters[:-1]) != letters[-1]:
        return None
    return _grouped(letters)


def new_secret() -> str:
    """A tracking secret: 140 random bits in seven groups of four, fit for a link and for typing."""
    return _grouped(_random_letters(_SECRET_LETTERS))


def new_code() -> str:
    """A one-time code to be typed on a phone, `7K3M-9QX2-F4TB`: 55 random bits and a check."""
    body = _random_letters(_CODE_LETTERS - 1)
    return _grouped(body + check_character(body))


def normal_code(text: str) -> str | None:
    """Such a code in its one written form, forgiving as `normal` is; None if it is none."""
    letters = _letters(text) if len(text) <= _LONGEST_TYPED else ""
    if not _CODE.fullmatch(letters) or check_character(letters[:-1]) != letters[-1]:
        return None
    return _grouped(letters)


def digest(secret: str) -> str:
    """SHA-256 (hex) of a secret, the only form in which it is kept; forgiving as `normal` is.

    No salt and no stretching: 140 random bits are beyond guessing even with the digest in hand.
    """
    return hashlib.sha256(_letters(secret).encode()).hexdigest()


def check_character(body: str) -> str:
    """One check symbol of a Reed-Solomon code over the field of 32 elements.

    Read each letter as an element of GF(2^5) and choose the last so that the sum of
    letter x a^(distance from the end) is 0, where a = 2 generates the field. No weight is 0, so a
    single wrong letter always shows; no two weights within 31 places are equal, so any two
    letters exchanged always show, adjacent or not. (Modulo 32 no weighting can do both.)
    """
    total = 0
    for letter in body:
        total = _times_two(total ^ _VALUES[letter])
    return ALPHABET[total]


def _times_two(value: int) -> int:
    """Multiply by a = 2 in GF(2^5) modulo x^5 + x^2 + 1, whose root has order 31."""
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled


def _random_letters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _letters(text: str) -> str:
    """What was typed, without its separators (dashes, spaces, invisible marks) and lookalikes."""
    plain = unicodedata.normalize("NFKC", text)
    kept = [mark for mark in plain if unicodedata.category(mark) not in _SEPARATORS]
    return "".join(kept).replace("\N{MINUS SIGN}", "").upper().translate(_LOOKALIKES)
