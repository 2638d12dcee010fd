"""One-time codes: six digits, once, ten minutes, five tries."""

import logging
import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from accounts import codes
from accounts.models import OneTimeCode
from common.errors import Invalid, TooMany
from notifications.channels import console
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
PHONE = "13900000009"
HERE, ELSEWHERE = "a" * 64, "b" * 64


def sent(phone: str = PHONE, address: str = HERE) -> str:
    """Send a code; the six digits in the message."""
    found = re.search(r"\d{6}", codes.send_code(phone, address=address))
    assert found is not None
    return found[0]


def refused(phone: str, code: str) -> bool:
    try:
        codes.check_code(phone, code)
    except Invalid as refusal:
        assert list(refusal.fields) == ["code"]
        return True
    return False


def other(code: str) -> str:
    """Six digits that are not these."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_code_sent_is_accepted_once(clock: Pretended) -> None:
    code = sent()
    assert not refused(PHONE, code)
    assert refused(PHONE, code)


def test_spaces_and_full_width_digits_are_forgiven(clock: Pretended) -> None:
    code = sent()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert not refused(PHONE, f" {wide[:3]} {wide[3:]} ")


def test_a_code_is_good_for_its_own_number_only(clock: Pretended) -> None:
    code = sent()
    sent("13900000008")
    assert refused("13900000008", code)


def test_a_code_ends_after_ten_minutes(clock: Pretended) -> None:
    code = sent()
    clock.forward(minutes=10)
    assert refused(PHONE, code)


def test_the_right_code_is_too_late_after_five_wrong_ones(clock: Pretended) -> None:
    code = sent()
    for _try in range(5):
        assert refused(PHONE, other(code))
    assert refused(PHONE, code)


def test_the_fifth_try_may_still_be_right(clock: Pretended) -> None:
    code = sent()
    for _try in range(4):
        assert refused(PHONE, other(code))
    assert not refused(PHONE, code)


def test_a_newer_code_replaces_the_older(clock: Pretended) -> None:
    old = sent()
    clock.forward(minutes=1)
    new = sent()
    if old != new:
        assert refused(PHONE, old)
    assert not refused(PHONE, new)


def test_the_code_itself_is_not_kept(clock: Pretended) -> None:
    code = sent()
    assert code not in OneTimeCode.objects.get().code_digest
    assert len(OneTimeCode.objects.get().code_digest) == 64


def test_a_number_gets_one_code_a_minute(clock: Pretended) -> None:
    sent()
    clock.forward(seconds=59)
    with pytest.raises(TooMany):
        codes.send_code(PHONE, address=ELSEWHERE)
    clock.forward(seconds=1)
    sent()
    assert OneTimeCode.objects.count() == 2


def test_a_number_gets_five_codes_a_day_wherever_they_are_asked_from(clock: Pretended) -> None:
    for number in range(5):
        sent(address=f"{number}" * 64)
        clock.forward(minutes=2)
    with pytest.raises(TooMany):
        codes.send_code(PHONE, address=ELSEWHERE)
    clock.forward(days=1)
    sent()


def test_an_address_asks_for_twenty_codes_an_hour_whatever_the_numbers(clock: Pretended) -> None:
    for number in range(20):
        sent(f"139000001{number:02d}")
    with pytest.raises(TooMany):
        codes.send_code("13900000200", address=HERE)
    sent("13900000200", ELSEWHERE)
    clock.forward(hours=1)
    sent("13900000201")


def test_what_is_no_mobile_number_gets_no_code() -> None:
    for typed in ("", "010 1234567", "1390000000", "139000000012", "12345678901"):
        with pytest.raises(Invalid) as refusal:
            codes.send_code(typed, address=HERE)
        assert list(refusal.value.fields) == ["phone"]
    assert not OneTimeCode.objects.exists()


def test_a_known_number_is_told_so_and_no_code_fits(clock: Pretended) -> None:
    assert not re.search(r"\d{6}", codes.send_known(PHONE, address=HERE))
    assert refused(PHONE, "")
    assert refused(PHONE, "000000")
    with pytest.raises(TooMany):
        codes.send_code(PHONE, address=HERE)


def test_without_a_provider_messages_go_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="notifications.channels.console"):
        console.text(PHONE, "the words")
    assert "the words" in caplog.text


def test_production_without_a_provider_says_so(settings: Settings, clock: Pretended) -> None:
    settings.PORTAL_MODE = "production"
    clock.stop()
    with pytest.raises(ImproperlyConfigured, match="SMS_SENDER"):
        codes.send_code(PHONE, address=HERE)
    assert not OneTimeCode.objects.exists()
