"""The arithmetic of scores: exact, fair to equals, and never worse for a better finding."""

from decimal import Decimal
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings import scoring
from ratings.scoring import Band, Entry, Ground, Item, ListRules, Rule, Share, Standing

# --- Points of an item -------------------------------------------------------------------

FIRE_LANES = Item("D1-1", F(5), Rule.PER_FINDING, step=F(1))
CHARGING = Item("D1-3", F(4), Rule.PER_FINDING, step=F("0.5"))
ACCOUNTS = Item("D5-2", F(3), Rule.ALL_OR_NOTHING)
INTACT = Item("D3-1", F(6), Rule.RATIO, floor=F("0.6"))
BRANCH = Item("D6-1", F(3), Rule.LEVELS, levels=(F(3), F(2), F(0)))
VERDICT = Item("V1", F(20), Rule.GIVEN)


@pytest.mark.parametrize(
    ("item", "found", "points"),
    [
        (FIRE_LANES, F(0), F(5)),
        (FIRE_LANES, F(3), F(2)),
        (FIRE_LANES, F(9), F(0)),
        (CHARGING, F(3), F("2.5")),
        (ACCOUNTS, F(0), F(3)),
        (ACCOUNTS, F(1), F(0)),
        (INTACT, F(1), F(6)),
        (INTACT, F("0.6"), F("3.6")),
        (INTACT, F("0.59"), F(0)),
        (INTACT, F(2, 3), F(4)),
        (BRANCH, F(0), F(3)),
        (BRANCH, F(2), F(0)),
        (VERDICT, F("17.5"), F("17.5")),
    ],
)
def test_points_follow_from_what_was_found(item: Item, found: F, points: F) -> None:
    assert scoring.points_of(item, found) == points


@pytest.mark.parametrize(
    ("item", "found"),
    [
        (FIRE_LANES, F(-1)),
        (FIRE_LANES, F("0.5")),
        (ACCOUNTS, F("0.5")),
        (INTACT, F("1.01")),
        (BRANCH, F(3)),
        (BRANCH, F("0.5")),
        (VERDICT, F("20.5")),
    ],
)
def test_a_finding_that_means_nothing_is_refused(item: Item, found: F) -> None:
    with pytest.raises(ValueError, match=item.code):
        scoring.points_of(item, found)


# --- Sheets, polls, figures --------------------------------------------------------------


@given(st.lists(st.fractions()))
def test_fractions_are_added_exactly(values: list[F]) -> None:
    assert scoring.added(values) == sum(values, F(0))


def test_a_sheet_is_blank_until_every_item_is_there() -> None:
    half = scoring.sheet([FIRE_LANES, INTACT], [Entry("D1-1", F(1))])
    assert half.value is None
    assert half.missing == ("D3-1",)


def test_what_does_not_apply_takes_no_points_away() -> None:
    without = scoring.sheet([FIRE_LANES, INTACT], [Entry("D1-1", F(1)), Entry("D3-1", None)])
    assert (without.got, without.possible) == (F(4), F(5))
    assert without.value == F(80)


def test_a_sheet_of_which_nothing_applies_is_blank() -> None:
    assert scoring.sheet([INTACT], [Entry("D3-1", None)]).value is None


def test_a_poll_under_its_number_is_blank_and_never_nought() -> None:
    assert scoring.mean([90] * 24, 25) is None
    assert scoring.mean([90] * 25, 25) == F(90)
    assert scoring.mean([], 0) is None


def test_a_mean_keeps_its_thirds() -> None:
    assert scoring.mean([70, 80, 81], 3) == F(77)
    assert scoring.mean([70, 80, 80], 3) == F(230, 3)


def test_figures_of_orders_add_up_by_their_weights() -> None:
    weights = {"on_time": F("0.3"), "solved": F("0.35"), "satisfied": F("0.35")}
    shares = {"on_time": Share(9, 10), "solved": Share(8, 10), "satisfied": Share(7, 10)}
    assert scoring.figures(weights, shares, 10, reweight=False) == F("79.5")


def test_fewer_reopened_is_better() -> None:
    weights = {"reopened": F(1)}
    assert scoring.figures(weights, {"reopened": Share(1, 10, fewer=True)}, 1, False) == F(90)


def test_figures_of_too_few_orders_are_blank_unless_reweighted() -> None:
    weights = {"on_time": F("0.5"), "satisfied": F("0.5")}
    shares = {"on_time": Share(9, 10), "satisfied": Share(3, 4)}
    assert scoring.figures(weights, shares, 5, reweight=False) is None
    assert scoring.figures(weights, shares, 5, reweight=True) == F(90)
    assert scoring.figures(weights, {}, 0, reweight=True) is None


# --- Weights -----------------------------------------------------------------------------


def test_a_blank_part_blanks_the_whole() -> None:
    assert scoring.weighted([(F("0.7"), F(80)), (F("0.3"), None)], reweight=False) is None


def test_reweighted_the_others_take_its_weight_in_proportion() -> None:
    parts = [(F("0.5"), F(80)), (F("0.25"), F(60)), (F("0.25"), None)]
    assert scoring.weighted(parts, reweight=True) == F(220, 3)


def test_a_firm_is_the_mean_of_its_estates_by_households() -> None:
    assert scoring.rolled_up([(300, F(90)), (100, F(70)), (500, None)]) == F(85)
    assert scoring.rolled_up([(0, F(90)), (1, F(70))]) == F(80)
    assert scoring.rolled_up([(300, None)]) is None


@given(
    st.lists(
        st.tuples(
            st.integers(1, 100).map(lambda n: F(n, 100)),
            st.one_of(st.none(), st.fractions(0, 100, max_denominator=99)),
        ),
        min_size=1,
        max_size=8,
    ),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_the_order_of_parts_does_not_matter(
    parts: list[tuple[F, F | None]], reweight: bool, shuffler: object
) -> None:
    first = scoring.weighted(parts, reweight)
    shuffler.shuffle(parts)  # type: ignore[attr-defined]
    assert scoring.weighted(parts, reweight) == first
    if first is not None:
        assert 0 <= first <= 100


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 100)), min_size=1, max_size=6),
    st.integers(0, 5),
    st.integers(0, 100),
)
def test_a_better_part_never_lowers_the_total(
    parts: list[tuple[int, int]], which: int, better: int
) -> None:
    which %= len(parts)
    values = [(F(weight), F(value)) for weight, value in parts]
    raised = list(values)
    raised[which] = (values[which][0], max(values[which][1], F(better)))
    before, after = scoring.weighted(values, False), scoring.weighted(raised, False)
    assert before is not None
    assert after is not None
    assert after >= before


ITEMS = st.sampled_from([FIRE_LANES, CHARGING, ACCOUNTS])


@given(ITEMS, st.integers(0, 30), st.integers(0, 30))
def test_more_findings_never_bring_more_points(item: Item, some: int, more: int) -> None:
    assert scoring.points_of(item, F(some + more)) <= scoring.points_of(item, F(some))


@given(st.fractions(0, 1), st.fractions(0, 1))
def test_a_greater_share_never_brings_fewer_points(one: F, other: F) -> None:
    less, more = sorted((one, other))
    assert scoring.points_of(INTACT, less) <= scoring.points_of(INTACT, more)


# --- Rounding ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        (F("71.245"), "71.25"),
        (F("71.2449999"), "71.24"),
        (F(230, 3), "76.67"),
        (F("0.005"), "0.01"),
        (F(100), "100.00"),
        (F("-0.125"), "-0.13"),
    ],
)
def test_halves_are_rounded_up(exact: F, shown: str) -> None:
    assert str(scoring.rounded(exact)) == shown


def test_a_blank_stays_a_blank() -> None:
    assert scoring.rounded(None) is None


@given(st.fractions(0, 100), st.integers(0, 4))
def test_rounding_moves_by_half_a_digit_at_most(exact: F, places: int) -> None:
    shown = scoring.rounded(exact, places)
    assert shown is not None
    assert abs(F(shown) - exact) <= F(1, 2 * 10**places)


def test_rounding_once_differs_from_rounding_on_the_way() -> None:
    # 0.5 × 80.005 twice: rounded on the way it would be 80.02.
    parts = [(F("0.5"), F("80.004")), (F("0.5"), F("80.005"))]
    assert str(scoring.rounded(scoring.weighted(parts, False))) == "80.00"


# --- Ranks and bands ---------------------------------------------------------------------


def test_equals_share_a_place_and_the_next_is_left_out() -> None:
    totals = [Decimal("80.00"), Decimal("91.50"), None, Decimal("80.00"), Decimal("79.99")]
    assert scoring.ranks(totals) == [2, 1, None, 2, 4]


BANDS = (Band(Decimal(60), "整改"), Band(Decimal(85), "自行整改"))


@pytest.mark.parametrize(
    ("total", "name"),
    [("85", "自行整改"), ("84.99", "整改"), ("60", "整改"), ("59.99", None), (None, None)],
)
def test_a_band_begins_at_its_number(total: str | None, name: str | None) -> None:
    band = scoring.band_of(None if total is None else Decimal(total), BANDS)
    assert (band.name if band else None) == name


# --- Whom the rules propose --------------------------------------------------------------

RULES = ListRules(
    red_from=Decimal(90),
    red_share=F("0.03"),
    black_under=Decimal(60),
    black_share=F("0.01"),
    bottom_share=F("0.10"),
    bottom_under=Decimal(70),
)


def _firms(*totals: str | None) -> list[Standing]:
    return [
        Standing(f"F{n:03}", None if total is None else Decimal(total))
        for n, total in enumerate(totals)
    ]


def test_of_469_firms_14_fit_on_the_red_list_and_4_on_the_black_one() -> None:
    firms = _firms(*(f"{90 + n / 100:.2f}" for n in range(20)), *(f"{n}" for n in range(10, 40)))
    firms += _firms(*["75"] * 419)
    firms = [Standing(f"G{n}", s.total) for n, s in enumerate(firms)]
    assert len(firms) == 469
    found = scoring.proposals(firms, RULES)
    assert sum(p.red for p in found) == 14
    assert [p.key for p in found if p.ground == Ground.LOW] == ["G20", "G21", "G22", "G23"]


def test_a_small_place_can_still_list_one() -> None:
    found = scoring.proposals(_firms("95", "94", "59", "40"), RULES)
    assert [(p.key, p.ground) for p in found] == [("F000", Ground.HIGH), ("F003", Ground.LOW)]


def test_a_cap_never_chooses_between_equals() -> None:
    assert scoring.proposals(_firms("95", "95", "80", "80"), RULES) == []


def test_nobody_is_proposed_on_blank_data() -> None:
    assert scoring.proposals(_firms(None, None), RULES) == []


def test_a_veto_overrides_the_best_score_and_needs_none() -> None:
    firms = [
        Standing("good", Decimal(99), vetoes=("V1",)),
        Standing("blank", None, vetoes=("V2",)),
        Standing("next", Decimal(95)),
    ]
    found = {p.key: p.ground for p in scoring.proposals(firms, RULES)}
    assert found == {"next": Ground.HIGH, "good": Ground.VETO, "blank": Ground.VETO}


def test_two_periods_at_the_bottom_and_under_the_limit() -> None:
    ten = _firms("65", *["80"] * 9)
    assert scoring.at_bottom(ten, RULES) == {"F000"}
    assert scoring.proposals(ten, RULES) == []
    again = [Standing(s.key, s.total, at_bottom=1) for s in ten]
    assert [(p.key, p.ground) for p in scoring.proposals(again, RULES)] == [("F000", Ground.BOTTOM)]


def test_the_last_are_not_at_the_bottom_above_the_limit() -> None:
    assert scoring.at_bottom(_firms("70", *["80"] * 9), RULES) == set()


@given(st.lists(st.one_of(st.none(), st.integers(0, 100)), max_size=40), st.randoms())
def test_proposals_do_not_hang_on_the_order_of_the_firms(
    totals: list[int | None], shuffler: object
) -> None:
    firms = _firms(*(None if total is None else str(total) for total in totals))
    first = scoring.proposals(firms, RULES)
    shuffler.shuffle(firms)  # type: ignore[attr-defined]
    assert scoring.proposals(firms, RULES) == first
    red, black = {p.key for p in first if p.red}, {p.key for p in first if not p.red}
    assert not red & black
