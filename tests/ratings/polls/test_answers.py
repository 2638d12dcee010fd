"""Codes are given out, used once, and good for nothing else."""

from typing import Any

import pytest

from accounts.models import AuditEntry, User
from common.codes import new_code, normal_code
from common.errors import Conflict, Invalid, TooMany, WrongState
from communities.models import Place, PlaceKind
from ratings.actions import poll_answers
from ratings.actions import polls as actions
from ratings.models import (
    Period,
    PeriodState,
    Poll,
    PollAnswer,
    PollCode,
    PollRemark,
)
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings.polled import ADDRESS, answer, on_site, opened, slips

pytestmark = pytest.mark.django_db
People = dict[str, User]


# --- Slips and codes ---------------------------------------------------------------------


def test_codes_are_kept_as_a_keyed_digest_alone(poll: Poll, people: People) -> None:
    codes = slips(poll, people["subdistrict"])
    assert len(set(codes)) == 8
    kept = " ".join(str(row) for row in PollCode.objects.values_list())
    said = " ".join(str(row) for row in AuditEntry.objects.values_list("verb", "target", "facts"))
    assert all(code not in kept + said and code.replace("-", "") not in kept for code in codes)


def test_a_code_under_the_key_of_before_still_opens(
    poll: Poll, people: People, settings: Any
) -> None:
    code = slips(poll, people["subdistrict"])[0]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key altogether"
    assert poll_answers.open_code(code, address=ADDRESS).poll == poll


def test_slips_made_again_kill_those_of_before(poll: Poll, people: People) -> None:
    first, second = slips(poll, people["subdistrict"]), slips(poll, people["subdistrict"])
    with pytest.raises(poll_answers.UnknownCode):
        answer(first[0], 90)
    answer(second[0], 90)
    third = slips(poll, people["subdistrict"])
    assert len(third) == 7, "who has answered gets no other slip"


def test_one_slip_is_made_again_until_it_is_used(poll: Poll, people: People) -> None:
    by = people["subdistrict"]
    codes = slips(poll, by)
    row = poll_answers.open_code(codes[0], address=ADDRESS)
    made = actions.reissue_slip(poll, row, by=fresh(by), seen=1)
    with pytest.raises(Conflict):
        actions.reissue_slip(poll, row, by=fresh(by), seen=1)
    with pytest.raises(poll_answers.UnknownCode):
        answer(codes[0], 90)
    with pytest.raises(poll_answers.UnknownCode):  # opened before the other slip was made
        poll_answers.answer_poll(row, related=False, score=90)
    answer(made.code, 90)
    with pytest.raises(WrongState):
        actions.reissue_slip(poll, row, by=fresh(by), seen=2)
    row.refresh_from_db()
    assert row.issued == 2


def test_a_sheet_asked_for_twice_is_made_once(poll: Poll, people: People) -> None:
    actions.print_slips(poll, by=fresh(people["subdistrict"]), seen=0)
    before = list(poll.codes.order_by("pk").values_list("digest", flat=True))
    with pytest.raises(Conflict):
        actions.print_slips(poll, by=fresh(people["subdistrict"]), seen=0)
    assert list(poll.codes.order_by("pk").values_list("digest", flat=True)) == before


def test_codes_on_site_are_limited_and_of_the_estates_buildings(
    poll: Poll, county: County, people: People
) -> None:
    by, building = people["subdistrict"], county.building
    first = on_site(poll, by, building, 5)
    answer(first[0], 70)
    again = on_site(poll, by, building, 7)
    with pytest.raises(poll_answers.UnknownCode):
        answer(first[1], 70)
    answer(again[0], 80)
    elsewhere = county.estate.children.order_by("code")[1]
    # The sample is 8, and 8 codes stand: one used, seven in hand.
    with pytest.raises(Invalid):
        on_site(poll, by, elsewhere, 1)
    with pytest.raises(Invalid):
        on_site(poll, by, county.other_estate.children.order_by("code")[0], 1)
    assert poll.codes.filter(on_site=True).count() == 8


def test_an_estate_without_homes_is_polled_on_site(
    period: Period, county: County, people: People
) -> None:
    Place.objects.filter(kind=PlaceKind.DWELLING).delete()
    made = opened(period, county, people["subdistrict"])
    assert (made.drawn, made.population) == (0, 0)
    with pytest.raises(WrongState):
        slips(made, people["subdistrict"])
    answer(on_site(made, people["subdistrict"], county.building, 3)[0], 60)
    assert made.answers.get().score == 60


def test_a_code_is_typed_as_people_type() -> None:
    code = new_code()
    assert normal_code(f" {code.lower().replace('-', ' ')} ") == code
    assert normal_code(code[:-1]) is None
    wrong = "0" if code[0] != "0" else "1"
    assert normal_code(wrong + code[1:]) is None


# --- Answering ---------------------------------------------------------------------------


def test_a_code_takes_one_answer(poll: Poll, people: People) -> None:
    code = slips(poll, people["subdistrict"])[0]
    row = poll_answers.open_code(code, address=ADDRESS)
    answer(code, 85)
    with pytest.raises(poll_answers.UsedCode):
        answer(code, 0)
    with pytest.raises(poll_answers.UsedCode):
        poll_answers.answer_poll(row, related=False, score=0)
    assert [(row.kind, row.score) for row in PollAnswer.objects.all()] == [("valid", 85)]


def test_blank_and_excluded_are_counted_apart(poll: Poll, people: People) -> None:
    codes = slips(poll, people["subdistrict"])
    answer(codes[0], 85, words="楼道干净")
    answer(codes[1], None, words="说不好")
    answer(codes[2], 100, related=True, words="我在物业上班")
    rows = sorted(PollAnswer.objects.values_list("kind", "score"))
    assert rows == [("blank", None), ("excluded", None), ("valid", 85)]
    assert set(PollRemark.objects.values_list("text", flat=True)) == {"楼道干净", "说不好"}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"related": None, "score": 80}, "related"),
        ({"related": False, "score": None}, "score"),
        ({"related": False, "score": 101}, "score"),
        ({"related": False, "score": -1}, "score"),
        ({"related": False, "score": 80, "blank": True}, "blank"),
        ({"related": False, "score": 80, "words": "长" * 301}, "words"),
    ],
)
def test_an_answer_that_is_none_uses_no_code_up(
    said: dict[str, Any], field: str, poll: Poll, people: People
) -> None:
    code = poll_answers.open_code(slips(poll, people["subdistrict"])[0], address=ADDRESS)
    with pytest.raises(Invalid) as refused:
        poll_answers.answer_poll(code, **said)
    assert list(refused.value.fields) == [field]
    code.refresh_from_db()
    assert code.used_on is None
    assert not PollAnswer.objects.exists()


def test_after_the_last_day_nothing_is_answered(
    poll: Poll, people: People, clock: Pretended
) -> None:
    codes = slips(poll, people["subdistrict"])
    clock.put(at("2026-04-20 23:59"))
    answer(codes[0], 85)
    late = poll_answers.open_code(codes[1], address=ADDRESS)
    clock.put(at("2026-04-21 00:00"))
    with pytest.raises(poll_answers.PollOver):
        answer(codes[1], 85)
    with pytest.raises(poll_answers.PollOver):
        poll_answers.answer_poll(late, related=False, score=85)
    assert PollAnswer.objects.count() == 1


def test_nothing_is_answered_in_a_period_that_is_frozen(
    poll: Poll, period: Period, people: People
) -> None:
    code = slips(poll, people["subdistrict"])[0]
    found = poll_answers.open_code(code, address=ADDRESS)
    Period.objects.filter(pk=period.pk).update(state=PeriodState.FREEZING)
    with pytest.raises(poll_answers.PollOver):
        poll_answers.answer_poll(found, related=False, score=85)
    assert not PollAnswer.objects.exists()


def test_unknown_codes_are_limited_by_address_and_slips_of_the_finger_are_not(
    poll: Poll, people: People, clock: Pretended
) -> None:
    good = slips(poll, people["subdistrict"])[0]
    for _n in range(poll_answers.MOST_MISSES + 5):
        with pytest.raises(poll_answers.UnknownCode):
            poll_answers.open_code("7K3M", address=ADDRESS)
    for _n in range(poll_answers.MOST_MISSES):
        with pytest.raises(poll_answers.UnknownCode):
            poll_answers.open_code(new_code(), address=ADDRESS)
    with pytest.raises(TooMany):
        poll_answers.open_code(good, address=ADDRESS)
    assert poll_answers.open_code(good, address="1" * 64).poll == poll
    clock.forward(hours=1, seconds=1)
    assert poll_answers.open_code(good, address=ADDRESS).poll == poll
