"""Names found by the first letters of their syllables, as people type them."""

LONGEST = 120


def initials(name: str) -> str:
    """Of 红枫小区3栋 `hfxq3d`: letters and digits only, in lower case."""
    # Its dictionaries take a third of a second to read: every process that starts would wait.
    from pypinyin import Style, lazy_pinyin

    found = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default"))
    return "".join(c for c in found.lower() if c.isascii() and c.isalnum())[:LONGEST]
