"""Residents are drawn, asked once, and counted; nobody learns who answered what."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry, User
from common.codes import new_code, normal_code
from common.errors import Conflict, Invalid, NotAllowed, TooMany, WrongState
from common.now import now
from communities.models import Dwelling, Interest, Place, PlaceKind
from ratings.actions import freezing, poll_answers
from ratings.actions import polls as actions
from ratings.actions._poll_draw import BUILDING, draw, fingerprint
from ratings.models import (
    AnswerKind,
    Period,
    PeriodState,
    Poll,
    PollAnswer,
    PollCode,
    PollRemark,
    PollState,
    Scorecard,
)
from ratings.permissions.polls import reads_draw
from ratings.queries import polls as queries
from ratings.queries.gathering import gathered
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import polled, settled, town
from tests.ratings.polled import ADDRESS, LAST_DAY, answer, answered, on_site, opened, slips

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def homes(county: County, people: People, clock: Pretended) -> list[Place]:
    return polled.homes(county.estate)


@pytest.fixture
def period(county: County, homes: list[Place]) -> Period:
    return polled.period(county)


@pytest.fixture
def poll(period: Period, county: County, people: People) -> Poll:
    return opened(period, county, people["subdistrict"])


def page(poll: Poll, user: User | None) -> queries.PollPage:
    return queries.poll_page(queries.poll_seen(user, poll.public_id), user)


# --- The draw ----------------------------------------------------------------------------

sizes = st.lists(st.integers(1, 40), min_size=1, max_size=12)


def _codes(sizes: Iterable[int]) -> list[str]:
    return [
        f"990101001001001{building:03d}01{home:04d}"
        for building, size in enumerate(sizes, 1)
        for home in range(1, size + 1)
    ]


@given(sizes=sizes, most=st.integers(1, 60), seed=st.text("0123456789ABCDEF", min_size=4))
def test_each_building_has_its_share_of_the_draw_and_nobody_is_drawn_twice(
    sizes: list[int], most: int, seed: str
) -> None:
    codes = _codes(sizes)
    drawn = draw(codes, seed, most)
    assert len(drawn) == len(set(drawn)) == min(most, len(codes))
    assert set(drawn) <= set(codes)
    by_building = Counter(code[:BUILDING] for code in drawn)
    for building, size in Counter(code[:BUILDING] for code in codes).items():
        share = Fraction(size * len(drawn), len(codes))
        assert abs(by_building[building] - share) < 1


@given(sizes=sizes, most=st.integers(1, 60), seed=st.text("0123456789ABCDEF", min_size=4))
def test_the_same_seed_draws_the_same_homes_in_whatever_order_they_come(
    sizes: list[int], most: int, seed: str
) -> None:
    codes = _codes(sizes)
    assert draw(codes, seed, most) == draw(list(reversed(codes)), seed, most)
    assert fingerprint(codes) == fingerprint(list(reversed(codes)))


def test_every_home_has_the_same_chance() -> None:
    codes, rounds = _codes([1, 4, 15]), 600
    counts = Counter(code for n in range(rounds) for code in draw(codes, f"seed {n}", 5))
    # A quarter of 600 each; five standard deviations beside it.
    assert all(abs(counts[code] - rounds / 4) < 55 for code in codes)


def test_another_seed_draws_others() -> None:
    codes = _codes([30, 30])
    assert draw(codes, "A", 10) != draw(codes, "B", 10)


def test_who_holds_the_seed_comes_to_the_same_homes(poll: Poll, homes: list[Place]) -> None:
    codes = [home.code for home in homes]
    drawn = set(poll.codes.values_list("place__code", flat=True))
    assert drawn == set(draw(codes, poll.seed, 8))
    assert (poll.population, poll.population_hash) == (20, fingerprint(codes))


def test_shops_and_what_is_left_out_is_not_drawn(
    period: Period, county: County, people: People, homes: list[Place]
) -> None:
    Dwelling.objects.create(place=homes[0], use="shop")
    left_out = [home.code for home in homes[1:4]]
    made = opened(period, county, people["subdistrict"], reserve=100, withheld=left_out)
    drawn = set(made.codes.values_list("place__code", flat=True))
    assert drawn == {home.code for home in homes[4:]}
    assert (made.population, made.drawn, made.withheld) == (16, 16, left_out)


def test_homes_left_out_are_of_this_estate(period: Period, county: County, people: People) -> None:
    with pytest.raises(Invalid) as refused:
        opened(period, county, people["subdistrict"], withheld=["990101001001002001010001"])
    assert "withheld" in refused.value.fields
    assert not Poll.objects.exists()


# --- Who opens ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["dispatcher", "grid_worker", "manager", "committee", "far_district", "auditor", "resident"],
)
def test_only_overseers_of_the_estate_open_a_poll(
    name: str, period: Period, county: County, people: People
) -> None:
    with pytest.raises(NotAllowed):
        opened(period, county, people[name])
    assert not Poll.objects.exists()
    assert not AuditEntry.objects.filter(verb="open_poll").exists()


def test_nobody_conducts_a_poll_about_a_firm_they_are_tied_to(
    period: Period, county: County, people: People
) -> None:
    made = opened(period, county, people["district"])
    Interest.objects.create(
        user=people["subdistrict"],
        firm=county.firm,
        kind="relative",
        from_on=date(2026, 1, 1),
        by=people["district"],
        at=now(),
    )
    with pytest.raises(NotAllowed):
        slips(made, people["subdistrict"])
    with pytest.raises(NotAllowed):
        actions.close_poll(made, by=fresh(people["subdistrict"]))
    assert not PollCode.objects.exclude(digest=None).exists()
    assert not reads_draw(fresh(people["subdistrict"]), made)


def test_a_poll_is_opened_once(poll: Poll, period: Period, county: County, people: People) -> None:
    with pytest.raises(Conflict):
        opened(period, county, people["district"])
    assert Poll.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"until_on": date(2026, 3, 1)}, "until_on"),
        ({"until_on": date(2026, 4, 25)}, "until_on"),
        ({"reserve": -1}, "reserve"),
        ({"reserve": 201}, "reserve"),
    ],
)
def test_the_last_day_lies_within_the_time_for_assessing(
    said: dict[str, Any], field: str, period: Period, county: County, people: People
) -> None:
    with pytest.raises(Invalid) as refused:
        opened(period, county, people["subdistrict"], **said)
    assert field in refused.value.fields
    assert not Poll.objects.exists()


def test_no_poll_where_nobody_is_assessed_or_asked(
    period: Period, county: County, people: People, clock: Pretended
) -> None:
    with pytest.raises(WrongState):
        opened(period, county, people["subdistrict"], body=county.rival)
    silent = town.version(county.district, "没有问卷")
    period.version = silent
    period.save()
    with pytest.raises(WrongState):
        opened(period, county, people["subdistrict"])
    assert not Poll.objects.exists()


def test_no_poll_once_the_period_takes_none(
    period: Period, county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-04-25 09:00"))
    with pytest.raises(WrongState):
        opened(period, county, people["subdistrict"], until_on=date(2026, 4, 25))
    assert not Poll.objects.exists()


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


# --- Who answered what -------------------------------------------------------------------


def test_nothing_of_an_answer_leads_to_a_code_a_home_or_a_moment(
    poll: Poll, county: County, people: People
) -> None:
    codes = slips(poll, people["subdistrict"]) + on_site(
        poll, people["subdistrict"], county.building, 2
    )
    for number, code in enumerate(codes):
        answer(code, 10 * number, words=f"意见{number}")
    columns = {
        model: {field.name for field in model._meta.get_fields()}
        for model in (PollAnswer, PollRemark)
    }
    assert columns == {
        PollAnswer: {"id", "poll", "kind", "score"},
        PollRemark: {"id", "poll", "text"},
    }
    told = {str(row) for row in PollCode.objects.values_list("public_id", flat=True)}
    told |= {str(word) for word in PollCode.objects.values_list("digest", flat=True)}
    told |= set(PollCode.objects.values_list("place__code", flat=True))
    rows = " ".join(
        str(row) for row in [*PollAnswer.objects.values(), *PollRemark.objects.values()]
    )
    assert not [word for word in told if word in rows]
    assert PollCode.objects.filter(used_on=date(2026, 3, 2)).count() == len(codes)
    facts = AuditEntry.objects.filter(verb="answer_poll").values_list("facts", flat=True)
    assert set(map(str, facts)) == {"{'part': 'poll'}"}


def test_the_rows_are_written_anew_with_every_answer(poll: Poll, people: People) -> None:
    codes = slips(poll, people["subdistrict"])
    answer(codes[0], 10, words="一")
    first = set(PollAnswer.objects.values_list("id", flat=True))
    remark = PollRemark.objects.get().id
    answer(codes[1], 20, words="二")
    assert not first & set(PollAnswer.objects.values_list("id", flat=True))
    assert not PollRemark.objects.filter(id=remark).exists()
    assert set(PollAnswer.objects.values_list("score", flat=True)) == {10, 20}
    assert sorted(PollRemark.objects.values_list("text", flat=True)) == ["一", "二"]


def test_while_it_is_open_nobody_learns_more_than_how_many_answered(
    poll: Poll, period: Period, county: County, people: People
) -> None:
    answered(slips(poll, people["subdistrict"]), [90] * 6)
    shown = page(poll, people["subdistrict"])
    assert (shown.answered, shown.valid, shown.blank) == (6, 0, 0)
    assert (shown.spread, shown.remarks, shown.mean) == ((), (), "")
    assert not any(row.answered for row in shown.buildings)
    pair = (county.estate.pk, county.firm.pk)
    assert "poll" not in gathered(period, [pair])[pair].inputs["parts"]


def test_closed_it_shows_how_often_each_score_was_given(poll: Poll, people: People) -> None:
    by = people["subdistrict"]
    codes = slips(poll, by)
    answered(codes, [90, 80, 90, 60, 85])
    answer(codes[5], None, words="电梯常坏")
    actions.close_poll(poll, by=fresh(by))
    shown = page(poll, by)
    assert (shown.valid, shown.blank, shown.answered) == (5, 1, 6)
    assert list(shown.spread) == [(90, 2), (85, 1), (80, 1), (60, 1)]
    assert (shown.sum, shown.mean, shown.remarks) == (405, "81", ("电梯常坏",))
    assert sum(row.answered for row in shown.buildings) == 6


def test_of_too_few_answers_nothing_is_shown(
    poll: Poll, period: Period, county: County, people: People
) -> None:
    by = people["subdistrict"]
    codes = slips(poll, by)
    answered(codes[1:], [90, 80, 70, 60])
    answer(codes[0], None, words="不告诉别人")
    actions.close_poll(poll, by=fresh(by))
    shown = page(poll, by)
    assert (shown.valid, shown.spread, shown.remarks) == (4, (), ())
    pair = (county.estate.pk, county.firm.pk)
    given = gathered(period, [pair])[pair].inputs["parts"]["poll"]
    assert given == {"scores": [], "answers": 4, "from": str(poll.public_id)}


# --- Closing -----------------------------------------------------------------------------


def test_the_clock_closes_it_once_at_its_time(poll: Poll, clock: Pretended) -> None:
    clock.put(at("2026-04-20 23:59"))
    assert actions.close_polls() == 0
    clock.put(at("2026-04-21 00:00"))
    assert (actions.close_polls(), actions.close_polls()) == (1, 0)
    poll.refresh_from_db()
    assert (poll.state, poll.closed_by) == (PollState.CLOSED, None)
    assert poll.last_day == LAST_DAY
    assert AuditEntry.objects.filter(verb="close_poll").count() == 1


def test_closed_nothing_is_printed_answered_or_closed_again(
    poll: Poll, county: County, people: People
) -> None:
    by = people["subdistrict"]
    code = slips(poll, by)[0]
    actions.close_poll(poll, by=fresh(by))
    for refused in (
        lambda: slips(poll, by),
        lambda: on_site(poll, by, county.building, 1),
        lambda: actions.close_poll(poll, by=fresh(by)),
        lambda: answer(code, 50),
    ):
        with pytest.raises(WrongState):
            refused()
    assert not PollAnswer.objects.exists()


def test_the_database_keeps_scores_in_bounds_and_a_code_single(poll: Poll) -> None:
    for row in (
        PollAnswer(poll=poll, kind=AnswerKind.VALID, score=101),
        PollAnswer(poll=poll, kind=AnswerKind.VALID),
        PollAnswer(poll=poll, kind=AnswerKind.BLANK, score=3),
        PollCode(poll=poll, place=poll.estate, used_on=LAST_DAY),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


# --- The score ---------------------------------------------------------------------------


def _frozen(period: Period, county: County, people: People, clock: Pretended) -> Scorecard:
    clock.put(at("2026-04-27 09:00"))
    freezing.ask_to_freeze(period, by=fresh(people["district"]))
    freezing.freeze_periods()
    return Scorecard.objects.get(period=period, estate=county.estate)


@pytest.fixture
def of_25(county: County, people: People, homes: list[Place]) -> Poll:
    """A poll that needs 25 of 40, with the subdistrict's verdict beside it: 90 points."""
    found = polled.period(county, sample=40, valid=25)
    verdict = {"P1": "54", "P2": "36"}
    settled.sheet(found, county.estate, county.firm, people["subdistrict"], "town", "", verdict)
    return opened(found, county, people["subdistrict"])


def _answers_of(poll: Poll, county: County, by: User, number: int) -> None:
    codes = slips(poll, by) + on_site(poll, by, county.building, 10)
    answered(codes, [60 + n for n in range(number)])


def test_a3_the_score_counts_the_mean_of_25_valid_answers(
    of_25: Poll, county: County, people: People, clock: Pretended
) -> None:
    _answers_of(of_25, county, people["subdistrict"], 25)
    # Nobody has swept: the time is over all the same.
    card = _frozen(of_25.period, county, people, clock)
    given = card.inputs["parts"]["poll"]
    assert given == {"scores": list(range(60, 85)), "from": str(of_25.public_id)}
    # 70 % of 90 and 30 % of 72.
    assert card.total == Decimal("84.60")


def test_a3_with_24_valid_answers_the_poll_and_the_score_are_blank(
    of_25: Poll, county: County, people: People, clock: Pretended
) -> None:
    _answers_of(of_25, county, people["subdistrict"], 24)
    card = _frozen(of_25.period, county, people, clock)
    part = next(row for row in card.working["parts"] if row["key"] == "poll")
    assert (part["blank"], part["answers"], part["needed"]) == ("too_few", 24, 25)
    assert card.total is None
    assert card.inputs["parts"]["poll"]["scores"] == []
