"""Names found by the first letters of their syllables, as people type them."""

from pypinyin import Style, lazy_pinyin

LONGEST = 120


def initials(name: str) -> str:
    """Of 红枫小区3栋 `hfxq3d`: letters and digits only, in lower case."""
    found = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default"))
    return "".join(c for c in found.lower() if c.isascii() and c.isalnum())[:LONGEST]
