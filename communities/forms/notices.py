"""Reading a holiday notice in whatever form it comes. Pure: text in, days and doubts out.

As published (Chinese), as plain lines, as a table, or as JSON; lines may be mixed. What was not
understood is named with its line, because a day lost in silence moves thousands of promises.
"""

import re
from collections import Counter

from communities.forms._chinese import plain, read_chinese, title_year
from communities.forms._lines import (
    BEGINS,
    is_json,
    is_line,
    read_json,
    read_line,
    years_in_json,
)
from communities.forms._reading import Reading, Trouble, lines_of, with_names

__all__ = ["Reading", "Trouble", "decoded", "lines_of", "read", "years_of"]

HEAD_OF_A_TABLE = re.compile(r"(?:date|day|on|from|日期|日子)\b", re.IGNORECASE)
ENCODINGS = ("utf-8-sig", "gb18030")  # spreadsheets here still write the latter


def read(text: str, year: int) -> Reading:
    """The notice of this year as far as it can be understood."""
    reading = Reading()
    if is_json(text):
        read_json(text, year, reading)
    else:
        # The lines that are read one by one are blanked for the other reader, so that both count
        # lines alike.
        rest = []
        for number, line in enumerate(text.splitlines(), 1):
            mine = is_line(line) or (number == 1 and HEAD_OF_A_TABLE.match(plain(line)))
            rest.append("" if mine else line)
            if is_line(line):
                read_line(line, number, reading)
        read_chinese("\n".join(rest), year, reading)
    reading.days = sorted(with_names(reading.days), key=lambda day: day.on)
    reading.troubles.sort(key=lambda trouble: trouble.line)
    return reading


def years_of(text: str) -> list[int]:
    """The years whose notices a text holds, as far as it says so."""
    if is_json(text):
        return years_in_json(text)
    if (titled := title_year(text)) is not None:
        return [titled]
    named = Counter(int(found[1]) for line in text.splitlines() if (found := BEGINS.match(line)))
    return [named.most_common(1)[0][0]] if named else []


def decoded(content: bytes) -> str:
    """The text of a file; raises UnicodeDecodeError where it is none."""
    for encoding in ENCODINGS[:-1]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode(ENCODINGS[-1])
