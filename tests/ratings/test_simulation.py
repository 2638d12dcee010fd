"""What the last period would have been under other terms, over its real inputs."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from common.now import today
from ratings.actions.vetoes import record_veto
from ratings.models import Period, PeriodState, Scheme, Veto
from ratings.queries.simulation import IN_CHART, Row, Side, Simulation, simulated
from ratings.queries.slopes import BOTTOM, ROOM, TOP, drawn
from ratings.queries.standings import standings
from ratings.scoring import proposals
from ratings.terms import read
from ratings.terms.presets import presets
from tests.factories import County
from tests.ratings.frozen import firms, frozen, of_one_firm, quarterly, scored, sheet
from tests.ratings.test_schemes import weighed

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme(county: County) -> Scheme:
    return quarterly(county.district)


@pytest.fixture
def period(scheme: Scheme) -> Period:
    return frozen(scheme)


def document() -> dict[str, Any]:
    return presets()["anhui_quarterly"].document


def under(scheme: Scheme, terms: dict[str, Any]) -> Simulation:
    return simulated(scheme, read(terms))


def test_the_same_terms_give_the_same_scores(
    scheme: Scheme, period: Period, county: County
) -> None:
    card = of_one_firm(period, county, 73, D1_1=2, D3_1="0.65")
    (row,) = under(scheme, document()).rows
    assert row.before == row.after
    assert row.after.total == card.total


def test_other_weights_are_worked_from_what_was_entered(
    scheme: Scheme, period: Period, county: County
) -> None:
    # 2 findings of D1-1 and 4 of D4-1: 96 of 100 points; the poll says 80.
    of_one_firm(period, county, 80, D1_1=2, D4_1=4)
    (row,) = under(scheme, weighed(document(), inspection="0.5", poll="0.5")).rows
    assert row.before.total == Decimal("91.20")
    assert row.after.total == Decimal("88.00")
    assert row.change == Decimal("-3.20")
    assert (row.before.listed, row.after.listed) == ("red", "")


def test_places_and_lists_move_with_the_scores(
    scheme: Scheme, period: Period, county: County
) -> None:
    loved, kept = firms(county, 2)
    scored(period, loved, {county.estate: (sheet(period, D1_1=5, D2_1=12), [99] * 25)})
    scored(period, kept, {county.other_estate: (sheet(period), [60] * 25)})
    rows = {
        r.body: r for r in under(scheme, weighed(document(), inspection="0.2", poll="0.8")).rows
    }
    assert (rows[loved].before.place, rows[loved].after.place) == (1, 1)
    assert rows[loved].after.total == Decimal("97.00")
    assert rows[kept].after.total == Decimal("68.00")
    swapped = under(scheme, weighed(document(), inspection="0.9", poll="0.1")).rows
    assert [row.body for row in swapped] == [kept, loved]


def test_a_part_nobody_entered_is_blank_and_said_so(
    scheme: Scheme, period: Period, county: County
) -> None:
    of_one_firm(period, county)
    terms = weighed(document(), inspection="0.5", poll="0.3")
    terms["parts"].append(
        {
            "key": "complaints",
            "name_zh": "投诉指标",
            "weight": "0.2",
            "source": "complaints",
            "weights": {"solved": "1"},
        }
    )
    found = under(scheme, terms)
    assert found.rows[0].after.total is None
    assert (found.rows[0].after.place, found.rows[0].after.listed) == (None, "")
    assert found.blank == 1
    assert any("投诉指标" in note for note in found.notes)
    again = under(scheme, {**terms, "reweight": True})
    assert again.rows[0].after.total is not None


def test_an_item_that_is_new_or_counted_otherwise_has_nothing_entered(
    scheme: Scheme, period: Period, county: County
) -> None:
    of_one_firm(period, county, D1_1=1)
    terms = document()
    first = terms["parts"][0]["dimensions"][0]["items"][0]
    # One finding is no share of one.
    first |= {"rule": "ratio"}
    del first["step"]
    found = under(scheme, terms)
    assert found.rows[0].after.total is None
    assert any(first["name_zh"] in note for note in found.notes)


def test_an_item_that_costs_more_is_worked_with_its_findings(
    scheme: Scheme, period: Period, county: County
) -> None:
    of_one_firm(period, county, 100, D1_1=1)
    terms = document()
    terms["parts"][0]["dimensions"][0]["items"][0]["step"] = "3"
    (row,) = under(scheme, terms).rows
    assert (row.before.total, row.after.total) == (Decimal("99.30"), Decimal("97.90"))


def test_without_a_frozen_period_there_is_nothing_to_compare_with(
    scheme: Scheme, period: Period, county: County
) -> None:
    of_one_firm(period, county)
    Period.objects.update(state=PeriodState.OPEN, frozen_at=None)
    assert under(scheme, document()).period is None


def test_the_last_frozen_period_is_the_one_that_is_worked_again(
    scheme: Scheme, period: Period, county: County
) -> None:
    earlier = frozen(scheme, date(2026, 4, 1))
    of_one_firm(earlier, county, 50)
    of_one_firm(period, county, 90)
    found = under(scheme, document())
    assert found.period == period
    assert found.rows[0].before.total == Decimal("97.00")


def test_two_periods_among_the_last_count_in_the_simulation_too(
    scheme: Scheme, period: Period, county: County
) -> None:
    last, *others = firms(county, 10)
    for each in (frozen(scheme, date(2026, 4, 1)), period):
        # 30 points are lost on site, so that the last one has 65.
        low = sheet(each, D1_1=5, D1_2=4, D1_4=2, D2_1=12, D2_2=4, D3_3=8, D4_1=8)
        scored(each, last, {county.estate: (low, [60] * 25)})
        for n, firm in enumerate(others):
            scored(each, firm, {county.other_estate: (sheet(each), [80 + n] * 25)})
    rows = {row.body: row for row in under(scheme, document()).rows}
    assert Decimal(60) < (rows[last].before.total or 0) < Decimal(70)
    assert (rows[last].before.listed, rows[last].after.listed) == ("black", "black")
    terms = document()
    terms["lists"] = {**terms["lists"], "bottom_share": "0"}
    rows = {row.body: row for row in under(scheme, terms).rows}
    assert (rows[last].before.listed, rows[last].after.listed) == ("black", "")


def test_a_veto_in_effect_overrides_the_scores_before_and_after(
    scheme: Scheme, period: Period, county: County, people: dict[str, User]
) -> None:
    good, best = firms(county, 2)
    for firm, estate in ((good, county.estate), (best, county.other_estate)):
        scored(period, firm, {estate: (sheet(period), [99] * 25)})
    record_veto(
        scheme,
        by=people["district"],
        body=best,
        code=document()["vetoes"][0]["code"],
        document="行罚〔2026〕7号",
        from_on=today(),
        until_on=None,
    )
    rows = {row.body: row for row in under(scheme, document()).rows}
    assert (rows[best].before.listed, rows[best].after.listed) == ("black", "black")
    assert [veto.document for veto in rows[best].vetoes] == ["行罚〔2026〕7号"]
    # The red place it would have taken goes to the other.
    assert (rows[good].before.listed, rows[good].after.listed) == ("red", "red")
    assert rows[good].vetoes == ()
    veto = Veto.objects.get()
    veto.until_on = today()
    veto.from_on = today() - timedelta(days=9)
    veto.save()
    assert all(row.vetoes == () for row in under(scheme, document()).rows)


def test_before_is_what_the_rules_propose(
    scheme: Scheme, period: Period, county: County, people: dict[str, User]
) -> None:
    high, low, unscored = firms(county, 3)
    scored(period, high, {county.estate: (sheet(period), [99] * 25)})
    scored(period, low, {county.other_estate: (sheet(period, D1_1=5, D2_1=12), [0] * 25)})
    code = document()["vetoes"][0]["code"]
    record_veto(
        scheme, by=people["district"], body=unscored, code=code, document="判〔2026〕1号",
        from_on=today(), until_on=None,
    )  # fmt: skip
    rules = read(document()).lists
    proposed = {p.key: "red" if p.red else "black"
                for p in proposals(standings(period, today()), rules)}  # fmt: skip
    rows = under(scheme, document()).rows
    assert {row.body.code: row.before.listed for row in rows} == {
        body.code: proposed.get(body.code, "") for body in (high, low, unscored)
    }
    assert proposed[unscored.code] == "black"


def test_it_costs_the_same_however_many_firms_there_are(
    scheme: Scheme, period: Period, county: County, at_most: Callable[..., Any]
) -> None:
    for firm in firms(county, 30):
        scored(period, firm, {county.estate: (sheet(period), [70] * 25)})
    with at_most(7):
        found = under(scheme, document())
        assert len(found.rows) == 30
    assert found.left_out == 0


def test_nothing_is_saved_by_a_simulation(scheme: Scheme, period: Period, county: County) -> None:
    card = of_one_firm(period, county)
    before = deepcopy(card.inputs), card.total
    under(scheme, weighed(document(), inspection="0.1", poll="0.9"))
    card.refresh_from_db()
    assert (card.inputs, card.total) == before


# --- The chart ---------------------------------------------------------------------------


def row(county: County, before: str, after: str) -> Row:
    was, would = (Side(Decimal(total), 1, "", "") for total in (before, after))
    return Row(county.firm, was, would)


def test_labels_of_the_chart_never_cover_each_other(county: County) -> None:
    drawing = drawn([row(county, "80", str(80 + n / 10)) for n in range(60)])
    assert drawing is not None
    assert len(drawing.slopes) == IN_CHART
    for side in ("label_before", "label_after"):
        places = sorted(Decimal(getattr(slope, side)) for slope in drawing.slopes)
        assert all(b - a >= ROOM for a, b in zip(places, places[1:], strict=False))
        assert places[0] >= TOP and places[-1] <= drawing.height - BOTTOM


def test_higher_scores_stand_higher_and_blanks_are_not_drawn(county: County) -> None:
    drawing = drawn([row(county, "60", "90")])
    assert drawing is not None
    (slope,) = drawing.slopes
    assert Decimal(slope.y_after) < Decimal(slope.y_before)
    assert slope.tone == "up"
    blank = Row(county.firm, Side(None, None, "", ""), Side(Decimal(80), 1, "", ""))
    assert drawn([blank]) is None
