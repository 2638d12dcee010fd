"""What is sealed opens again with the same key, for the same purpose, and in no other way."""

import pytest
from pytest_django import Settings

from common.sealed import seal, unseal

ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=canary"


def test_what_is_sealed_shows_nothing_and_opens_again() -> None:
    sealed = seal(ADDRESS, "robot")
    assert "canary" not in sealed
    assert seal(ADDRESS, "robot") != sealed, "two robots of one group do not look alike"
    assert unseal(sealed, "robot") == ADDRESS


def test_another_purpose_or_key_opens_nothing(settings: Settings) -> None:
    sealed = seal(ADDRESS, "robot")
    with pytest.raises(ValueError, match="sealed with another key"):
        unseal(sealed, "something else")
    settings.SECRET_KEY = "another key, as long as it has to be, 0123456789012345"
    with pytest.raises(ValueError, match="sealed with another key"):
        unseal(sealed, "robot")


def test_a_key_can_be_changed_without_losing_what_the_old_one_sealed(settings: Settings) -> None:
    sealed = seal(ADDRESS, "robot")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, as long as it has to be, 0123456789012345"
    assert unseal(sealed, "robot") == ADDRESS
