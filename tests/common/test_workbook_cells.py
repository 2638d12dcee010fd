"""Cells of a workbook, however somebody has written them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.workbooks import (
    Misread,
    as_text,
    clean,
    heading_key,
    read_code,
    read_date,
    read_decimal,
    read_list,
    read_phone,
    read_whole,
    read_yes_no,
)

# A machine that does other things besides takes its time.
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def refused(call: Any, *args: Any) -> str:
    with pytest.raises(Misread) as caught:
        call(*args)
    return caught.value.code


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (3, "3"),
        (3.0, "3"),
        (0.1, "0.1"),
        (1.3800138e10, "13800138000"),
        (True, "TRUE"),
        (datetime(2024, 5, 1), "2024-05-01"),  # noqa: DTZ001 a cell has no zone
        ("  桂花\u200b　苑\n", "桂花苑"),
        ("Ａ１２－３", "A12－3"),
        ("银杏里（东区）", "银杏里（东区）"),
        ("a  b\tc", "a b c"),
        ("'=1+1", "=1+1"),
        ("'好", "'好"),
        (float("nan"), "#NUM!"),
    ],
)
def test_a_cell_as_one_plain_text(value: Any, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2024.5.1", date(2024, 5, 1)),
        ("2024年5月1日", date(2024, 5, 1)),
        ("２０２４－０５－０１", date(2024, 5, 1)),
        ("20240501", date(2024, 5, 1)),
        ("2024/5", date(2024, 5, 1)),
        ("2024年5月", date(2024, 5, 1)),
        ("2024-05-01 00:00:00", date(2024, 5, 1)),
        ("45413", date(2024, 5, 1)),
        ("43586.0", date(2019, 5, 1)),
    ],
)
def test_a_day_however_it_is_written(said: str, day: date) -> None:
    assert read_date(said) == day


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("2024", "year_alone"),
        ("2024.13.1", "no_such_day"),
        ("2023-02-29", "no_such_day"),
        ("去年", "no_date"),
        ("1", "no_date"),
        ("0001-01-01", "no_such_day"),
    ],
)
def test_what_is_no_day(said: str, code: str) -> None:
    assert refused(read_date, said) == code


@settings(SLOWLY)
@given(st.dates(date(1921, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_in_every_way_of_writing_it(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    for said in (
        day.isoformat(),
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        str(serial),
    ):
        assert read_date(said) == day


AREA = {"㎡": Decimal(1), "平方米": Decimal(1), "万平方米": Decimal(10_000)}


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("1,200 ㎡", "1200"),
        ("1，200.50平方米", "1200.5"),
        ("1200m²", "1200"),
        ("1.2万平方米", "12000"),
        (".5", "0.5"),
        ("1.2E+3", "1200"),
        ("－3", "-3"),
    ],
)
def test_a_number_with_its_unit(said: str, number: str) -> None:
    assert read_decimal(said, AREA) == Decimal(number)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("约1200", "no_number"),
        ("1200亩", "unknown_unit"),
        ("", "no_number"),
        ("1.2.3", "unknown_unit"),
    ],
)
def test_what_is_no_number(said: str, code: str) -> None:
    assert refused(read_decimal, said, AREA) == code


def test_whole_numbers() -> None:
    assert read_whole("3200", {}) == 3200
    assert refused(read_whole, "3.5", {}) == "not_whole"
    assert refused(read_whole, "1e12", {}) == "too_big"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("990101001001001", "990101001001001"),
        ("１２３ ４５", "12345"),
        ("00123", "00123"),
        ("1.3800138E+10", "13800138000"),
        ("13800138000.0", "13800138000"),
        ("990101001001G01", "990101001001G01"),
    ],
)
def test_codes(said: str, code: str) -> None:
    assert read_code(said) == code


def test_a_code_that_excel_has_shortened_is_not_guessed() -> None:
    assert refused(read_code, as_text(990101001001001001)) == "shortened_number"
    assert refused(read_code, "9.90101001001E+17") == "shortened_number"
    assert refused(read_code, "1.5E+0") == "shortened_number"


@pytest.mark.parametrize(
    ("said", "phone"),
    [
        ("138 0013 8000", "13800138000"),
        ("+86-138-0013-8000", "13800138000"),
        ("1.3800138E+10", "13800138000"),
        ("0797－6830000", "0797-6830000"),
        ("（0797）6830000", "0797-6830000"),
        ("12345", "12345"),
    ],
)
def test_phones(said: str, phone: str) -> None:
    assert read_phone(said) == phone


@pytest.mark.parametrize("said", ["打电话", "123", "1380013800x", "138001380001234567"])
def test_what_is_no_phone(said: str) -> None:
    assert refused(read_phone, said) == "no_phone"


def test_yes_and_no() -> None:
    assert [read_yes_no(said) for said in ("是", "有", "√", "Y", "1", "TRUE")] == [True] * 6
    assert [read_yes_no(said) for said in ("否", "无", "×", "n", "0", "没有")] == [False] * 6
    assert refused(read_yes_no, "也许") == "no_yes_no"


def test_lists() -> None:
    assert read_list("1栋、2栋，3栋; 4栋 5栋") == ["1栋", "2栋", "3栋", "4栋", "5栋"]


@pytest.mark.parametrize(
    "said", ["小区名称", " 小区\n名称* ", "小区名称（必填）", "小 区 名 称：", "小区名称(全称)"]
)
def test_headings_are_known_however_they_are_dressed(said: str) -> None:
    assert heading_key(said) == "小区名称"


@settings(SLOWLY)
@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)
    if not once.startswith("'"):
        assert clean(once) == once
