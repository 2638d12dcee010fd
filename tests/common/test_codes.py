"""References that survive a telephone line, and secrets nobody guesses."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.codes import ALPHABET, check_character, digest, new_reference, new_secret, normal

prefectures = st.text(alphabet="0123456789", min_size=4, max_size=4)
bodies = st.builds("".join, st.tuples(prefectures, st.text(ALPHABET, min_size=8, max_size=8)))


def with_check(body: str) -> str:
    return body + check_character(body)


def checks(letters: str) -> bool:
    return check_character(letters[:-1]) == letters[-1]


def test_a_reference_is_the_prefecture_eight_random_letters_and_a_check() -> None:
    reference = new_reference("9901")
    assert re.fullmatch(rf"9901-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]", reference)
    assert normal(reference) == reference


def test_nothing_in_the_alphabet_looks_like_anything_else() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_a_thousand_references_are_a_thousand_references() -> None:
    assert len({new_reference("9901") for _ in range(1000)}) == 1000


@pytest.mark.parametrize("prefecture", ["", "990", "99010", "99A1", "９９０１", "9901\n"])
def test_a_prefecture_is_four_plain_digits(prefecture: str) -> None:
    with pytest.raises(ValueError, match="four digits"):
        new_reference(prefecture)


def test_every_single_letter_at_every_place_has_its_own_check_character() -> None:
    # The check is linear over GF(32): this proves that no single wrong letter goes unseen,
    # whatever the other letters are.
    for place in range(12):
        alone = ["0" * place + letter + "0" * (11 - place) for letter in ALPHABET]
        assert len({check_character(body) for body in alone}) == 32


def test_every_pair_exchanged_changes_the_check_character() -> None:
    # By linearity enough with zeros around; all places, the check's own included.
    for first in range(13):
        for second in range(first + 1, 13):
            for letter in ALPHABET[1:]:
                one, other = ["0"] * 13, ["0"] * 13
                one[first] = letter
                other[second] = letter
                difference = _sum(one), _sum(other)
                assert difference[0] != difference[1], (first, second, letter)


def _sum(letters: list[str]) -> str:
    """The weighted sum of all thirteen letters: zero for a right reference."""
    return _xor(check_character("".join(letters[:-1])), letters[-1])


def _xor(one: str, other: str) -> str:
    return ALPHABET[ALPHABET.index(one) ^ ALPHABET.index(other)]


@given(bodies, bodies)
def test_the_check_character_is_linear(one: str, other: str) -> None:
    added = "".join(map(_xor, one, other))
    assert check_character(added) == _xor(check_character(one), check_character(other))


@given(bodies)
def test_every_wrong_letter_is_caught(body: str) -> None:
    right = with_check(body)
    for place in range(13):
        for letter in ALPHABET.replace(right[place], ""):
            wrong = right[:place] + letter + right[place + 1 :]
            assert not checks(wrong)
            assert normal(wrong) is None


@given(bodies)
def test_every_exchange_of_two_letters_is_caught(body: str) -> None:
    right = with_check(body)
    for first in range(13):
        for second in range(first + 1, 13):
            if right[first] != right[second]:
                wrong = list(right)
                wrong[first], wrong[second] = wrong[second], wrong[first]
                assert normal("".join(wrong)) is None


SPOKEN = with_check("99010A1B2C3D")
WRITTEN = f"9901-0A1B-2C3D-{SPOKEN[-1]}"


@pytest.mark.parametrize(
    "typed",
    [
        SPOKEN,
        SPOKEN.lower(),
        WRITTEN.replace("-", " "),
        f"  {WRITTEN}\n",
        WRITTEN.replace("-", "——"),
        WRITTEN.replace("-", "\N{MINUS SIGN}"),
        WRITTEN.replace("-", "－"),
        WRITTEN.replace("-", "_"),
        "-".join(SPOKEN),
        "".join(chr(ord(letter) + 0xFEE0) for letter in SPOKEN),
        WRITTEN.replace("-", "\N{IDEOGRAPHIC SPACE}"),
        "\N{ZERO WIDTH SPACE}" + WRITTEN + "\N{ZERO WIDTH NO-BREAK SPACE}",
        SPOKEN.replace("0", "O"),
        SPOKEN.replace("0", "o").replace("1", "l"),
        SPOKEN.replace("1", "I"),
        SPOKEN.replace("1", "i"),
    ],
)
def test_a_reference_is_understood_however_it_is_typed(typed: str) -> None:
    assert normal(typed) == WRITTEN


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        SPOKEN[:-1],
        SPOKEN + "0",
        with_check("A9010A1B2C3D"),
        SPOKEN[:4] + "U" + SPOKEN[5:],
        SPOKEN[:4] + "零" + SPOKEN[5:],
        "٩" + SPOKEN[1:],
        SPOKEN + "'",
        SPOKEN + " " * 60 + "X",
    ],
)
def test_what_is_no_reference_is_none(typed: str) -> None:
    assert normal(typed) is None


@given(st.text())
def test_any_text_is_either_a_right_reference_or_none(text: str) -> None:
    found = normal(text)
    assert found is None or normal(found) == found


@given(prefectures)
def test_a_fresh_reference_is_already_in_its_written_form(prefecture: str) -> None:
    reference = new_reference(prefecture)
    assert normal(reference) == reference
    assert reference.startswith(prefecture + "-")


def test_a_secret_holds_at_least_128_bits_and_can_be_typed() -> None:
    secret = new_secret()
    assert re.fullmatch(rf"(?:[{ALPHABET}]{{4}}-){{6}}[{ALPHABET}]{{4}}", secret)
    assert len(secret.replace("-", "")) * 5 >= 128


def test_no_two_secrets_are_alike() -> None:
    assert len({new_secret() for _ in range(1000)}) == 1000


def test_a_secret_is_known_by_its_digest_however_it_is_typed() -> None:
    secret = "0A1B-2C3D-4E5F-6G7H-8J9K-0M1N-2P3Q"
    kept = hashlib.sha256(b"0A1B2C3D4E5F6G7H8J9K0M1N2P3Q").hexdigest()
    assert digest(secret) == kept
    assert digest(secret.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == kept
    assert digest(secret[:-1] + "R") != kept


def test_nonsense_has_a_digest_too_so_that_wrong_and_missing_look_the_same() -> None:
    assert len(digest("")) == len(digest("没有")) == 64
