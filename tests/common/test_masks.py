"""What outsiders see of a name and a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.masks import mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三丰", "张**"),
        ("李四", "李*"),
        ("欧阳娜娜", "欧**"),
        ("古丽娜尔·买买提", "古**"),
        ("Maria Garcia", "M**"),
        ("  王先生 ", "王**"),
        ("张", "*"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_a_name_shows_its_first_character_only(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("+86 138 1234 5678", "138****5678"),
        ("0086-13812345678", "138****5678"),
        ("0538-6123456", "0538-*****56"),
        ("05386123456", "0538-*****56"),
        ("(010) 6123 4567", "010-******67"),
        ("+86 0538 6123456", "0538-*****56"),
        ("0538-6123456-801", "0538-********01"),
        ("6123456", "*****56"),
        ("+44 20 7946 0018", "**********18"),
        ("12345", "***45"),
        ("110", "***"),
        ("", ""),
        ("none", ""),
    ],
)
def test_a_number_keeps_just_enough_to_be_recognised_by_its_owner(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@given(st.text(alphabet="0123456789", min_size=5, max_size=20))
def test_every_number_hides_at_least_three_digits(digits: str) -> None:
    assert mask_phone(digits).count("*") >= 3


@given(st.text(min_size=1))
def test_a_mask_never_shows_more_than_one_character_of_a_name(name: str) -> None:
    assert len(mask_name(name).replace("*", "")) <= 1
