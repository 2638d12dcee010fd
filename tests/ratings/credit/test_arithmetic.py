"""The arithmetic of credit: five presets by hand at their edges, and what must hold for any."""

from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.credit import CreditKind, CreditRules, Entry, Grade, Level, graded
from ratings.terms.credit import read_credit, wrong_with_credit
from ratings.terms.credit_presets import credit_presets

BASIC, GOOD, BAD = CreditKind.BASIC, CreditKind.GOOD, CreditKind.BAD


@cache
def rules(preset: str) -> CreditRules:
    return read_credit(credit_presets()[preset].document).rules


def grade(preset: str, *entries: tuple[CreditKind, str]) -> Grade:
    return graded(rules(preset), [Entry(kind, Fraction(points)) for kind, points in entries])


def said(found: Grade) -> tuple[str, str]:
    return f"{found.total}", found.level.name


# --- By hand, at the edges ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "total", "level"),
    [
        # 50 to begin with; basic information up to 70.
        ([], "50", "B"),  # below 60, but without a bad record
        ([(BAD, "1")], "49", "C"),
        ([(BASIC, "20"), (BAD, "10")], "60", "B"),
        ([(BASIC, "20"), (BAD, "10.5")], "119/2", "C"),
        ([(BASIC, "20")], "70", "A"),
        ([(BASIC, "25")], "70", "A"),  # 75, of which 70 count
        ([(BASIC, "20"), (GOOD, "9.9")], "799/10", "A"),
        ([(BASIC, "20"), (GOOD, "10")], "80", "AA"),
        ([(BASIC, "20"), (GOOD, "14.99")], "8499/100", "AA"),
        ([(BASIC, "20"), (GOOD, "15")], "85", "AAA"),
        ([(BASIC, "20"), (GOOD, "25"), (BAD, "10")], "85", "AAA"),
    ],
)
def test_shandong_by_hand(entries: list[tuple[CreditKind, str]], total: str, level: str) -> None:
    assert said(grade("shandong", *entries)) == (total, level)


def test_who_takes_no_part_in_shandong_is_c_missing_whatever_the_points() -> None:
    away = Entry(BAD, Fraction(0), "C（缺失）")
    found = graded(rules("shandong"), [Entry(BASIC, Fraction(20)), Entry(GOOD, Fraction(15)), away])
    assert (found.by_points.name, found.level.name, found.held_down) == ("AAA", "C（缺失）", True)


@pytest.mark.parametrize(
    ("entries", "total", "level"),
    [
        ([], "60", "B"),
        ([(BAD, "0.5")], "119/2", "C"),
        ([(BASIC, "30")], "80", "AA"),  # 90, of which 80 count
        ([(BASIC, "20"), (GOOD, "5")], "85", "AAA"),
        ([(BASIC, "20"), (GOOD, "55"), (BAD, "40")], "80", "AA"),  # of 55 count 40
        ([(BASIC, "20"), (BAD, "10")], "70", "A"),
        ([(BASIC, "20"), (BAD, "10.01")], "6999/100", "B"),
    ],
)
def test_yantai_by_hand(entries: list[tuple[CreditKind, str]], total: str, level: str) -> None:
    assert said(grade("yantai", *entries)) == (total, level)


def test_serious_breach_in_yantai_is_the_blacklist_and_advises_no_more() -> None:
    serious = Entry(BAD, Fraction(20), "黑名单")
    found = graded(
        rules("yantai"), [Entry(BASIC, Fraction(20)), Entry(GOOD, Fraction(40)), serious]
    )
    assert said(found) == ("100", "黑名单")
    assert found.level.advice == "black"
    assert grade("yantai", (BAD, "60")).level.name == "C", "nobody gets there by points"


@pytest.mark.parametrize(
    ("entries", "total", "level"),
    [
        ([], "40", "B"),
        ([(BASIC, "20")], "60", "A"),
        ([(BASIC, "20"), (GOOD, "15")], "75", "AA"),
        ([(BASIC, "20"), (GOOD, "25")], "85", "AAA"),
        ([(BASIC, "20"), (GOOD, "80")], "100", "AAA"),  # 60 and 40 are all there is
        ([(BASIC, "20"), (GOOD, "80"), (BAD, "15.5")], "169/2", "AA"),
        ([(BASIC, "20"), (BAD, "1")], "59", "B"),
    ],
)
def test_nanning_by_hand(entries: list[tuple[CreditKind, str]], total: str, level: str) -> None:
    assert said(grade("nanning", *entries)) == (total, level)


@pytest.mark.parametrize(
    ("entries", "total", "level"),
    [
        ([], "90", "A"),
        ([(BAD, "5")], "85", "A"),
        ([(BAD, "5.01")], "8499/100", "B"),
        ([(GOOD, "10")], "100", "2A"),
        ([(GOOD, "30")], "120", "3A"),
        ([(GOOD, "49.99")], "13999/100", "3A"),
        ([(GOOD, "50")], "140", "4A"),
        ([(GOOD, "200"), (BAD, "150")], "140", "4A"),  # no caps
    ],
)
def test_lianyungang_by_hand(entries: list[tuple[CreditKind, str]], total: str, level: str) -> None:
    assert said(grade("lianyungang", *entries)) == (total, level)


def test_a_veto_in_lianyungang_is_b() -> None:
    found = graded(rules("lianyungang"), [Entry(GOOD, Fraction(60)), Entry(BAD, Fraction(0), "B")])
    assert (said(found), found.by_points.name) == (("150", "B"), "4A")


@pytest.mark.parametrize(
    ("entries", "total", "level", "advice"),
    [
        ([], "80", "A", ""),
        ([(GOOD, "10")], "90", "AA", ""),
        ([(GOOD, "20")], "100", "AA", ""),  # more than 100 is asked for, not 100
        ([(GOOD, "20.01")], "10001/100", "AAA", "red"),
        ([(BAD, "0.01")], "7999/100", "B", ""),
        ([(BAD, "10")], "70", "B", ""),
        ([(BAD, "10.5")], "139/2", "C", "black"),
        ([(BAD, "20")], "60", "C", "black"),
        ([(BAD, "21")], "59", "不列入", "black"),
    ],
)
def test_shangqiu_by_hand(
    entries: list[tuple[CreditKind, str]], total: str, level: str, advice: str
) -> None:
    found = grade("shangqiu", *entries)
    assert (*said(found), found.level.advice) == (total, level, advice)


# --- What holds for any ------------------------------------------------------------------


PRESET = st.sampled_from(sorted(credit_presets()))
POINTS = st.integers(0, 6000).map(lambda hundredths: Fraction(hundredths, 100))
few = settings(max_examples=40)


@st.composite
def cases(draw: st.DrawFn) -> tuple[CreditRules, list[Entry]]:
    found = rules(draw(PRESET))
    names = st.sampled_from(["", "", "", *(level.name for level in found.levels)])
    entry = st.builds(
        lambda kind, points, ceiling: Entry(kind, points, ceiling if kind == BAD else ""),
        st.sampled_from(CreditKind), POINTS, names,
    )  # fmt: skip
    return found, draw(st.lists(entry, max_size=8))


def place(found: CreditRules, level: Level) -> int:
    return found.levels.index(level)


@few
@given(cases(), POINTS, st.sampled_from([BASIC, GOOD]))
def test_one_more_good_record_never_lowers_the_grade(
    case: tuple[CreditRules, list[Entry]], points: Fraction, kind: CreditKind
) -> None:
    found, entries = case
    before, after = graded(found, entries), graded(found, [*entries, Entry(kind, points)])
    assert after.total >= before.total
    assert place(found, after.level) <= place(found, before.level)


@few
@given(cases(), POINTS, st.integers(0, 9))
def test_one_more_bad_record_never_raises_the_grade(
    case: tuple[CreditRules, list[Entry]], points: Fraction, which: int
) -> None:
    found, entries = case
    ceiling = "" if which >= len(found.levels) else found.levels[which].name
    before, after = graded(found, entries), graded(found, [*entries, Entry(BAD, points, ceiling)])
    assert after.total <= before.total
    assert place(found, after.level) >= place(found, before.level)


@few
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(
    case: tuple[CreditRules, list[Entry]], dice: object
) -> None:
    found, entries = case
    mixed = list(entries)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert graded(found, mixed) == graded(found, entries)


@few
@given(cases())
def test_caps_hold_and_the_sum_is_the_sum(case: tuple[CreditRules, list[Entry]]) -> None:
    found, entries = case
    made = graded(found, entries)
    for side, cap in (
        (made.base, found.full), (made.good, found.good_cap), (made.bad, found.bad_cap),
    ):  # fmt: skip
        assert side.counted <= side.sum
        assert cap is None or side.counted <= cap
        assert side.counted == side.sum or side.counted == cap
    assert made.total == made.base.counted + made.good.counted - made.bad.counted


# --- The document ------------------------------------------------------------------------


def wrong(**more: object) -> dict[str, object]:
    return wrong_with_credit({**credit_presets()["shandong"].document, **more})


def test_a_document_is_read_strictly() -> None:
    assert wrong() == {}
    assert set(wrong(start="50.0000001", colour="red")) == {"start", "colour"}
    assert set(wrong(start=50)) == {"start"}, "points are text, never floating point"
    assert set(wrong(full="40")) == {"full"}
    assert set(wrong(months=0, objection_days=200)) == {"months", "objection_days"}
    assert set(wrong(validity="ever")) == {"validity"}
    assert set(wrong(levels=[], items=[])) >= {"levels", "items"}


def test_levels_fall_and_catch_everybody() -> None:
    a, c = {"name": "A", "points": "60"}, {"name": "C"}
    assert "levels" not in wrong(levels=[a, c], items=[item()])
    assert "levels" in wrong(levels=[a], items=[item()])
    assert "levels" in wrong(levels=[a, {"name": "B", "points": "60"}, c], items=[item()])
    assert "levels" in wrong(levels=[c, a], items=[item()])
    assert "levels" in wrong(levels=[a, a, c], items=[item()])


def item(**more: object) -> dict[str, object]:
    return {"code": "B1", "kind": "bad", "name_zh": "不良", "points": "5", **more}


def test_records_of_the_catalogue_are_worth_something_and_only_bad_ones_hold_down() -> None:
    assert wrong(items=[item()]) == {}
    assert set(wrong(items=[item(points="0")])) == {"items.0.points"}
    assert wrong(items=[item(points="0", ceiling="C")]) == {}
    assert set(wrong(items=[item(ceiling="D")])) == {"items.0.ceiling"}
    assert set(wrong(items=[item(kind="good", ceiling="C")])) == {"items.0.ceiling"}
    assert set(wrong(items=[item(), item()])) == {"items"}
    assert set(wrong(items=[item(code="不"), item(name_zh=" ")])) == {
        "items.0.code",
        "items.1.name_zh",
    }


def test_a_level_the_scheme_knows_no_more_holds_down_to_the_last() -> None:
    found = graded(rules("lianyungang"), [Entry(BAD, Fraction(0), "D")])
    assert found.level.name == "B"
