"""The unified social credit code of firms and other bodies (GB 32100-2015)."""

import re
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SHAPE = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
# Of the character at place i, counted from 0: 3 to the power i, modulo 31.
WEIGHTS = [pow(3, place, 31) for place in range(17)]


def as_typed(text: str) -> str:
    """Without spaces, dashes and full-width letters, in capitals."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in plain if letter.isalnum())


def check_character(body: str) -> str:
    """The eighteenth character that belongs to the first seventeen."""
    total = sum(
        ALPHABET.index(letter) * weight for letter, weight in zip(body, WEIGHTS, strict=True)
    )
    return ALPHABET[-total % 31]


def fits(code: str) -> bool:
    """Whether the code has the shape of one and its last character checks the others."""
    return bool(SHAPE.fullmatch(code)) and check_character(code[:17]) == code[17]
