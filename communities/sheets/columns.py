"""The columns of a list: what they are called, what may stand in them, how it is read and shown."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.translation import gettext, gettext_lazy, override

from common.workbooks import (
    Heading,
    Misread,
    as_text,
    clean,
    heading_key,
    read_choice,
    read_code,
    read_date,
    read_decimal,
    read_list,
    read_phone,
    read_whole,
    read_yes_no,
    show_decimal,
)
from common.workbooks.cells import check_whole, is_nothing

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LANGUAGES = ("zh-hans", "en")
DAY = timedelta(days=1)
# Said of an end that there is none.
FOREVER = date.max
FOREVER_WORDS = frozenset({"长期", "永久", "无固定期限", "长期有效", "至今", "longterm", "open"})
AREA = {"平方米": Decimal(1), "㎡": Decimal(1), "平米": Decimal(1), "平": Decimal(1)}
AREA |= {"m²": Decimal(1), "万平方米": Decimal(10_000), "万㎡": Decimal(10_000)}
AREA |= {"万平米": Decimal(10_000), "万平": Decimal(10_000)}
COUNTED = {name: Decimal(1) for name in ("户", "套", "层", "部", "台", "个", "人", "栋", "幢")}
COUNTED |= {name: Decimal(1) for name in ("名", "天", "日", "单元", "席", "位", "楼")}
CAPITAL = {"万元": Decimal(1), "万": Decimal(1), "元": Decimal("0.0001"), "亿": Decimal(10_000)}
CAPITAL |= {"亿元": Decimal(10_000), "万人民币": Decimal(1), "万元人民币": Decimal(1)}
FEE = {name: Decimal(1) for name in ("元", "元/平方米", "元/㎡", "元/平米", "元/㎡·月")}
FEE |= {name: Decimal(1) for name in ("元/平方米·月", "元/月·㎡", "元/月·平方米", "元/平方米/月")}


class Kind(StrEnum):
    TEXT = "text"
    NAME = "name"
    CODE = "code"
    PHONE = "phone"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    LAST_DAY = "last_day"  # kept as the day after
    YES_NO = "yes_no"
    CHOICE = "choice"
    LIST = "list"


@dataclass(frozen=True)
class Column:
    """One column. `aliases` and `also` are what people call it and its choices in their lists."""

    name: str
    heading: "StrOrPromise"
    aliases: tuple[str, ...] = ()
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: type[TextChoices] | None = None
    also: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Decimal] = field(default_factory=lambda: COUNTED)
    longest: int = 120
    places: int = 2
    lowest: Decimal | None = Decimal(0)
    note: "StrOrPromise" = ""
    width: int = 16
    reader: Callable[[str], Any] | None = None
    # Of the choices, those that this list has; all of them where none is named.
    offered: tuple[str, ...] = ()

    @cached_property
    def known(self) -> dict[str, str]:
        """The value of each choice by every name it has, in both languages and in people's own."""
        known = dict(_names_of_choices(self.choices)) if self.choices is not None else {}
        return known | {heading_key(name): value for name, value in self.also.items()}

    def read(self, text: str) -> Any:
        """What a cell says; None for nothing. Raises Misread."""
        check_whole(text)
        if is_nothing(text):
            return None
        if self.kind in (Kind.DATE, Kind.LAST_DAY) and heading_key(text) in FOREVER_WORDS:
            return FOREVER
        value = self.reader(text) if self.reader else READERS[self.kind](self, text)
        if isinstance(value, str) and len(value) > self.longest:
            raise Misread("too_long", most=self.longest)
        return value

    def show(self, value: Any) -> str:
        """A value as a cell says it, in the language active now."""
        if value is None or value == "" or value == FOREVER:
            return ""
        if self.choices is not None:
            return str(self.choices(value).label) if value in self.choices.values else str(value)
        if isinstance(value, bool):
            return gettext("Yes") if value else gettext("No")
        if self.kind == Kind.LAST_DAY:
            return str((value - DAY).isoformat())
        if isinstance(value, Decimal):
            return show_decimal(value)
        if isinstance(value, list | tuple):
            return "、".join(map(str, value))
        return as_text(value)

    def cell(self, value: Any) -> Any:
        """A value as an export writes it: numbers and days as such, everything else as text."""
        if value is None or value == "":
            return None
        if self.kind in (Kind.WHOLE, Kind.DECIMAL):
            return value
        if self.kind == Kind.DATE:
            return value
        if self.kind == Kind.LAST_DAY:
            return value - DAY
        return self.show(value)

    def same(self, before: Any, after: Any) -> bool:
        """Whether two values say the same: width and spaces of a text make no difference."""
        if self.kind in (Kind.DATE, Kind.LAST_DAY):
            return bool((before or FOREVER) == (after or FOREVER))
        if self.kind == Kind.DECIMAL and before is not None and after is not None:
            unit = Decimal(1).scaleb(-self.places)
            return bool(Decimal(before).quantize(unit) == Decimal(after).quantize(unit))
        if self.kind == Kind.LIST:
            return sorted(before or []) == sorted(after or [])
        if isinstance(before, str) and isinstance(after, str):
            return clean(before) == clean(after)
        return bool(before == after)

    def written(self, required: bool | None = None) -> Heading:
        """The heading of a workbook."""
        number = self.kind in (Kind.WHOLE, Kind.DECIMAL)
        days = self.kind in (Kind.DATE, Kind.LAST_DAY)
        return Heading(
            words=str(self.heading),
            required=self.required if required is None else required,
            kind="number" if number else "date" if days else "text",
            width=self.width,
            choices=self.chosen_from(),
            note=str(self.note),
        )

    def chosen_from(self) -> tuple[str, ...]:
        if self.choices is not None:
            offered = self.offered or self.choices.values
            return tuple(str(self.choices(value).label) for value in offered)
        if self.kind == Kind.YES_NO:
            return (gettext("Yes"), gettext("No"))
        return ()


def _name(column: Column, text: str) -> str:
    if len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdigit():
        raise Misread("date_as_name", said=text)
    return text


def _whole(column: Column, text: str) -> int:
    number = read_whole(text, column.units)
    if column.lowest is not None and number < column.lowest:
        raise Misread("below_nothing", said=text)
    return number


def _decimal(column: Column, text: str) -> Decimal:
    number = read_decimal(text, column.units).quantize(Decimal(1).scaleb(-column.places))
    if column.lowest is not None and number < column.lowest:
        raise Misread("below_nothing", said=text)
    if abs(number) >= Decimal(10) ** 9:
        raise Misread("too_big", said=text)
    return number


def _choice(column: Column, text: str) -> str:
    return read_choice(text, column.known)


@cache
def _names_of_choices(choices: type[TextChoices]) -> dict[str, str]:
    known: dict[str, str] = {}
    for language in LANGUAGES:
        with override(language):
            known |= {heading_key(str(label)): value for value, label in choices.choices}
    return known | {heading_key(value): value for value in choices.values}


READERS: dict[Kind, Any] = {
    Kind.TEXT: lambda column, text: text,
    Kind.NAME: _name,
    Kind.CODE: lambda column, text: read_code(text),
    Kind.PHONE: lambda column, text: read_phone(text),
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _decimal,
    Kind.DATE: lambda column, text: read_date(text),
    Kind.LAST_DAY: lambda column, text: read_date(text) + DAY,
    Kind.YES_NO: lambda column, text: read_yes_no(text),
    Kind.CHOICE: _choice,
    Kind.LIST: lambda column, text: read_list(text),
}

VERDICT = "_verdict"
VERDICT_HEADING = gettext_lazy("What will come of it")


def headings_of(columns: Iterable[Column]) -> dict[str, str]:
    """What each heading that people write means: {heading as `heading_key` has it: column}.

    A name that two columns answer to belongs to the one that comes first.
    """
    known: dict[str, str] = {}
    for language in LANGUAGES:
        with override(language):
            known |= {
                heading_key(str(column.heading)): column.name for column in reversed(list(columns))
            }
            known[heading_key(str(VERDICT_HEADING))] = VERDICT
    for column in columns:
        for name in (column.name, *column.aliases):
            known.setdefault(heading_key(name), column.name)
    return known
