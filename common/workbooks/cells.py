"""What a cell says: texts, codes, phones, numbers, days, yes and no, as people write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# Excel keeps fifteen digits of a number; what comes after them it has made up.
EXACT_DIGITS = 15
# Day 0 of Excel's calendar, with its 29 February 1900 that never was; good from March 1900 on.
EXCEL_BEGAN = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 7_306, 73_415  # 1920 to 2100
EARLIEST, LATEST = 1900, 2200
LONGEST_CELL = 2000
# Said for "nothing" in cells that nobody left empty.
NOTHING = frozenset({"/", "//", "-", "--", "—", "——", "\\", "无", "暂无", "n/a", "null", "none"})
# Cells that Excel could not reckon.
BROKEN = re.compile(r"#(REF!|VALUE!|DIV/0!|N/A|NAME\?|NULL!|NUM!|SPILL!|CALC!)")
# Marks that make a program take a text for a formula; an export puts an apostrophe before them.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
_WIDE |= {code: code - 0xFEE0 for code in range(0xFF41, 0xFF5B)}
_SPACES = re.compile(r"\s+")
_BESIDE_CHINESE = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_IN_BRACKETS = re.compile(r"[(\[【<].*?[)\]】>]")
_MARKS = re.compile(r"[\s*·:、,;.。/\\|_-]+")


class Misread(ValueError):
    """A cell that cannot be read: a code and the facts of its sentence."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def as_text(value: Any) -> str:
    """A cell's value as one plain text.

    Whole numbers lose their `.0`; numbers of more digits than Excel keeps are written with an
    exponent, so that whoever reads a code out of them refuses it; days are ISO.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return clean(str(value))


def _number_text(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return "#NUM!"
    if abs(value) >= 10**EXACT_DIGITS:
        return f"{value:.14E}"
    if value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)), "f")


# A list says the same few thousand things over and over.
@lru_cache(maxsize=20_000)
def clean(text: str) -> str:
    """Full-width letters and digits narrow, invisible marks gone, spaces and line ends single.

    Full-width punctuation stays: a name is written with it.
    """
    if text.startswith("'") and text[1:].startswith(BEGINS_A_FORMULA):
        text = text[1:]
    text = text.translate(_WIDE)
    text = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in ("Cf", "Cc"))
    text = _SPACES.sub(" ", text).strip()
    return _BESIDE_CHINESE.sub("", text)[:LONGEST_CELL]


@lru_cache(maxsize=20_000)
def narrow(text: str) -> str:
    """Everything in its plain form and without spaces: for codes, numbers, days and headings."""
    return "".join(unicodedata.normalize("NFKC", clean(text)).split())


@lru_cache(maxsize=20_000)
def shrunk(text: str) -> str:
    """How two names are compared: spaces, width and letter case make no difference."""
    return narrow(text).casefold()


@lru_cache(maxsize=20_000)
def heading_key(text: str) -> str:
    """How two headings are compared: without spaces, marks, units and what is in brackets."""
    plain = _IN_BRACKETS.sub("", narrow(text))
    return _MARKS.sub("", plain).casefold()


def is_nothing(text: str) -> bool:
    """Whether a cell says, in one of the usual ways, that there is nothing to say."""
    return not text or text.casefold() in NOTHING


def check_whole(text: str) -> None:
    """Raises Misread for what a program could not reckon."""
    if BROKEN.fullmatch(text):
        raise Misread("broken_formula", said=text)


def read_code(text: str) -> str:
    """A code's letters and digits; refuses a number that Excel has shortened."""
    said = narrow(text).removesuffix(".0")
    if re.fullmatch(r"[+-]?\d+(\.\d+)?[Ee][+-]?\d+", said):
        number = Decimal(said)
        if abs(number) >= 10**EXACT_DIGITS or number != int(number):
            raise Misread("shortened_number", said=text)
        said = str(int(number))
    return said


def read_phone(text: str) -> str:
    """A mobile or fixed number: digits, with dashes where they were, without a country's 86."""
    said = read_code(text).replace("—", "-").replace("–", "-").replace("(", "").replace(")", "-")
    said = re.sub(r"^(\+86|0086|86(?=-?1[3-9]))-?", "", said)
    digits = said.replace("-", "").replace(".", "")
    if re.fullmatch(r"1[3-9]\d{9}", digits):
        return digits
    if not re.fullmatch(r"\d{5,12}(-\d{1,6})?", said) and not re.fullmatch(
        r"0\d{2,3}-\d{7,8}(-\d{1,6})?", said
    ):
        raise Misread("no_phone", said=text)
    return said


_DAY = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})[日号]?(?:T?\d{1,2}:\d{2}.*)?")
_MONTH = re.compile(r"(\d{4})[年./-](\d{1,2})月?")
_TIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")


def read_date(text: str) -> date:
    """A day however it is written; the month alone means its first day."""
    said = narrow(text).rstrip(".,;。")
    if found := (_DAY.fullmatch(said) or _TIGHT.fullmatch(said)):
        return _day(text, found[1], found[2], found[3])
    if found := _MONTH.fullmatch(said):
        return _day(text, found[1], found[2], "1")
    if re.fullmatch(r"\d{4,5}(\.\d+)?", said):
        serial = int(float(said))
        if FIRST_SERIAL <= serial <= LAST_SERIAL:
            return EXCEL_BEGAN + timedelta(days=serial)
        if EARLIEST <= serial <= LATEST:
            raise Misread("year_alone", said=text)
    raise Misread("no_date", said=text)


def _day(text: str, year: str, month: str, day: str) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise Misread("no_such_day", said=text) from None
    if not EARLIEST <= found.year <= LATEST:
        raise Misread("no_such_day", said=text)
    return found


_NUMBER = re.compile(r"([+-]?\d[\d,]*(?:\.\d+)?(?:[Ee][+-]?\d{1,3})?|[+-]?\.\d+)(.*)")


def read_decimal(text: str, units: Mapping[str, Decimal] | None = None) -> Decimal:
    """A number, with thousands apart or not, and with one of these units or none."""
    said = narrow(text).replace("，", ",").lower()
    found = _NUMBER.fullmatch(said)
    if not found:
        raise Misread("no_number", said=text)
    number, unit = found[1].replace(",", ""), found[2].strip()
    factor = Decimal(1)
    if unit:
        known = {narrow(name).lower(): by for name, by in (units or {}).items()}
        if unit not in known:
            raise Misread("unknown_unit", said=text, unit=found[2])
        factor = known[unit]
    try:
        return Decimal(number) * factor
    except InvalidOperation:
        raise Misread("no_number", said=text) from None


def read_whole(text: str, units: Mapping[str, Decimal] | None = None) -> int:
    """A whole number that is not below nothing."""
    number = read_decimal(text, units)
    if abs(number) >= 10**9:
        raise Misread("too_big", said=text)
    if number != int(number):
        raise Misread("not_whole", said=text)
    return int(number)


def show_decimal(number: Decimal) -> str:
    """A decimal without needless noughts: 1200.00 is 1200, 1.50 is 1.5."""
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


YES = frozenset(["是", "有", "对", "已", "√", "✓", "✔", "1", "y", "yes", "t", "true", "真", "正确"])
NO = frozenset(
    [
        "否",
        "无",
        "没有",
        "不是",
        "非",
        "未",
        "×",
        "✗",
        "✘",
        "x",
        "0",
        "n",
        "no",
        "f",
        "false",
        "假",
        "错误",
    ]
)


def read_yes_no(text: str) -> bool:
    """Yes or no, in Chinese, English, marks or numbers."""
    said = shrunk(text)
    if said in YES:
        return True
    if said in NO:
        return False
    raise Misread("no_yes_no", said=text)


def read_choice(text: str, known: Mapping[str, str]) -> str:
    """The value of a choice by any of its names, each as `heading_key` has it."""
    value = known.get(heading_key(text))
    if value is None:
        raise Misread("no_choice", said=text)
    return value


def read_list(text: str) -> list[str]:
    """Several names in one cell, apart by commas, semicolons, 、 or line ends."""
    parts = re.split(r"[,，;；、|\s]+", text)
    return [part for part in map(clean, parts) if part]
