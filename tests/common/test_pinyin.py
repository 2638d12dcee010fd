"""Names by their initials."""

import pytest

from common.pinyin import initials


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("红枫小区", "hfxq"),
        ("幸福里3栋", "xfl3d"),
        ("Vanke 万科·城市花园", "vankewkcshy"),
        ("重庆路社区", "cqlsq"),
        ("", ""),
        ("·—", ""),
    ],
)
def test_a_name_is_found_by_its_first_letters(name: str, found: str) -> None:
    assert initials(name) == found
