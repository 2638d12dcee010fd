"""What is taken on the first of a month, caught up after downtime, and never made up."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Heartbeat, User
from common.now import today
from communities.actions import change_mode
from communities.models import (
    DIVISIONS,
    IndicatorFigure,
    Place,
    ServiceMode,
)
from communities.queries.indicators import (
    REGISTER,
    Count,
    counts,
)
from complaints.queries.indicators import OF_ORDERS
from governance import indicators
from governance.indicators import (
    ALL,
    UNKNOWN,
    WITHHELD,
    figures,
    take_figures,
    trend,
)
from governance.tasks import take_figures as task
from tests.factories import County, estate
from tests.moments import Pretended, at

pytestmark = pytest.mark.django_db
People = dict[str, User]

# --- What was taken on the first of a month ----------------------------------------------


def _at(clock: Pretended, text: str) -> None:
    clock.put(at(text))


def test_the_figures_of_a_month_are_taken_once_for_every_division(
    county: County, clock: Pretended
) -> None:
    _at(clock, "2026-04-01 00:10")
    divisions = Place.objects.filter(kind__in=DIVISIONS).count()
    assert take_figures() == divisions * (len(ALL) - 1)
    rows = list(IndicatorFigure.objects.order_by("pk").values())
    clock.forward(hours=5)
    assert take_figures() == 0
    assert list(IndicatorFigure.objects.order_by("pk").values()) == rows
    kept = IndicatorFigure.objects.get(place=county.district, indicator="property_service")
    assert (kept.on, int(kept.numerator), int(kept.denominator)) == (date(2026, 4, 1), 3, 4)


def test_an_estate_shows_its_months_counted_again_since_figures_are_taken(
    county: County, people: People, clock: Pretended
) -> None:
    """Nothing is kept for an estate: only months that the portal has lived through are told."""
    for moment in ("2026-04-01 00:10", "2026-05-01 00:10"):
        _at(clock, moment)
        take_figures()
    _at(clock, "2026-05-20 09:00")
    found = ALL["property_service"]
    unserved = county.unserved
    change_mode(
        unserved, by=people["dispatcher"], mode="market", from_on=today(), grounds="业主大会决定"
    )
    taken = IndicatorFigure.objects.count()
    went = trend(found, unserved, today(), None, 12)
    assert [(f.on, f.count) for f in went] == [
        (date(2026, 4, 1), Count(0, 1)),
        (date(2026, 5, 1), Count(0, 1)),
        (date(2026, 5, 20), Count(1, 1)),
    ]
    assert IndicatorFigure.objects.count() == taken
    # One that was entered in May has no April.
    young = estate(county.community, 30, "新苑")
    young.codes.update(from_on=date(2026, 4, 15))
    assert [f.on.month for f in trend(found, young, today(), None, 12)] == [5, 5]
    # Who may not read it of the estate reads no month of it.
    guarded = trend(ALL["committee_party_share"], county.estate, today(), None, 12)
    assert {f.state for f in guarded} == {WITHHELD}


def test_what_was_taken_stays_when_the_register_changes(county: County, clock: Pretended) -> None:
    _at(clock, "2026-04-01 00:10")
    take_figures()
    county.unserved.estate.service_mode = ServiceMode.MARKET
    county.unserved.estate.save()
    went = trend(ALL["property_service"], county.district, today() + timedelta(9), None, 12)
    assert [f.count for f in went] == [Count(3, 4), Count(4, 4)]


def test_after_downtime_only_what_can_be_known_of_the_day_is_caught_up(
    county: County, clock: Pretended
) -> None:
    _at(clock, "2026-04-01 00:10")
    take_figures()
    _at(clock, "2026-06-20 09:00")
    assert take_figures() > 0
    days = IndicatorFigure.objects.filter(place=county.district)
    of_may = set(days.filter(on=date(2026, 5, 1)).values_list("indicator", flat=True))
    assert of_may == {k for k, f in ALL.items() if f.past and f.rows is not None}
    assert "grid_party" not in of_may and "complaints_per_10000" not in of_may
    assert set(days.filter(on=date(2026, 6, 1)).values_list("indicator", flat=True)) == of_may
    assert not days.filter(on=date(2026, 6, 20)).exists()
    assert take_figures() == 0


def test_a_first_round_in_the_middle_of_a_month_makes_no_history_up(
    county: County, clock: Pretended
) -> None:
    _at(clock, "2026-04-20 09:00")
    take_figures()
    assert set(IndicatorFigure.objects.values_list("on", flat=True)) == {date(2026, 4, 1)}
    assert not IndicatorFigure.objects.filter(indicator="grid_party").exists()


def test_a_round_that_broke_goes_on_where_it_stopped(
    county: County, clock: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    _at(clock, "2026-04-01 00:10")
    real = counts

    def breaks(found: Any, *args: Any, **words: Any) -> dict[str, Count]:
        if found.key == "observers":
            raise ValueError
        return real(found, *args, **words)

    monkeypatch.setattr(indicators, "counts", breaks)
    with pytest.raises(ValueError):
        take_figures()
    monkeypatch.undo()
    before = IndicatorFigure.objects.count()
    assert before > 0 and take_figures() > 0
    assert IndicatorFigure.objects.filter(indicator="observers").exists()


def test_the_sweep_leaves_its_heartbeat(county: County, clock: Pretended) -> None:
    task()
    assert Heartbeat.objects.get(name="governance.tasks.take_figures").ran_at is not None


def test_a_day_that_nobody_took_and_nobody_can_count_is_unknown_not_nought(
    county: County, clock: Pretended
) -> None:
    _at(clock, "2026-04-20 09:00")
    found = figures(ALL["grid_party"], [county.district], date(2026, 4, 1), None)[0]
    assert (found.state, found.count, found.value_words) == (UNKNOWN, None, "–")


@pytest.mark.parametrize("times", [1, 6])
def test_a_figure_asks_the_database_as_often_for_one_community_as_for_many(
    times: int, county: County, at_most: Any
) -> None:
    for n in range(10, 10 + times):
        estate(county.community, n, f"小区{n}", buildings=1)
    for found in (*REGISTER, *OF_ORDERS):
        with at_most(3):
            counts(found, today(), (6, 9, 12, 15))
