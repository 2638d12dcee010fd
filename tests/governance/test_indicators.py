"""Indicators: exact figures, the rows behind them, over places, over time and of orders."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actors import CLOCK
from accounts.models import User
from common.now import today
from communities.actions import appoint
from communities.models import (
    Appointment,
    Condition,
    Contract,
    Facility,
    FacilityKind,
    Inspection,
    Office,
    Place,
    ServiceMode,
    ServiceSpell,
    Visit,
)
from communities.queries.indicator_rows import month_before
from communities.queries.indicators import (
    CHANGE,
    PER_10000,
    PERCENT,
    REGISTER,
    Count,
    _distinct,
)
from complaints.models import Rating
from complaints.queries.indicators import OF_ORDERS
from complaints.workflow import Kind, Status
from governance.indicators import (
    ALL,
    compared,
    figures,
)
from tests.complaints import walks
from tests.factories import County, person
from tests.governance.figures import a_life, found_at
from tests.governance.tai_an import tai_an
from tests.moments import MONDAY, Pretended

pytestmark = pytest.mark.django_db
People = dict[str, User]


def figure(key: str, place: Place, on: date | None = None, user: User | None = None) -> Count:
    found = figures(ALL[key], [place], on or today(), user)[0]
    assert found.count is not None, found.state
    return found.count


# --- T1: Tai'an's figures from data of that shape ----------------------------------------


def test_t1_tai_ans_figures_come_out_of_data_of_that_shape(db: None) -> None:
    district, keeper = tai_an()
    told = {}
    with override("en"):
        for found in REGISTER:
            of_all = figures(found, [district], today(), keeper)[0]
            told[found.key] = (of_all.sum_words, of_all.value_words)
    assert told["property_service"] == ("2117 of 2117", "100.0 %")
    assert told["firm_organisations"] == ("428 of 469", "91.3 %")
    assert told["party_work"] == ("469 of 469", "100.0 %")
    assert told["community_party"] == ("186 of 186", "100.0 %")
    assert told["grid_party"] == ("990 of 1000", "99.0 %")
    assert told["committee_formation"] == ("1552 of 2117", "73.3 %")
    assert told["committee_party_share"] == ("930 of 1550", "60.0 %")
    assert told["professional_firms"] == ("1736 of 2117", "82.0 %")
    beneath = compared(ALL["committee_formation"], district, today(), keeper)
    assert sum((f.count for f in beneath if f.count), Count()) == Count(1552, 2117)


# --- Numbers -----------------------------------------------------------------------------


def test_a_value_is_rounded_half_up_at_the_last_step_and_nothing_to_count_is_blank() -> None:
    assert Count(1552, 2117).value(PERCENT) == Decimal("73.3")
    assert Count(1, 800).value(PERCENT) == Decimal("0.1")  # 0.125
    assert Count(1, 2000).value(PERCENT) == Decimal("0.1")  # 0.05, half up
    assert Count(3, 7000).value(PER_10000) == Decimal("4.3")
    assert Count(-40, 100).value(CHANGE) == Decimal("-40.0")
    assert Count(0, 0).value(PERCENT) is None
    assert Count(5, 0).value(PERCENT) is None


def test_a_month_ends_the_day_before_and_begins_on_the_same_day_of_the_month_before() -> None:
    assert month_before(date(2026, 11, 1)) == date(2026, 10, 1)
    assert month_before(date(2026, 3, 31)) == date(2026, 2, 28)
    assert month_before(date(2026, 1, 15)) == date(2025, 12, 15)


def test_every_indicator_says_what_it_counts_and_is_there_once() -> None:
    assert len({found.key for found in ALL.values()}) == len(ALL)
    assert [k for k, f in ALL.items() if f.rows is None] == ["fee_collection"]
    for found in ALL.values():
        assert found.numerator and found.denominator and found.counted and found.source


@pytest.mark.parametrize("found", [*REGISTER, *OF_ORDERS], ids=lambda i: i.key)
def test_the_rows_behind_a_figure_add_up_to_it(
    found: Any, county: County, people: People, clock: Pretended
) -> None:
    a_life(county, people, clock)
    rows = list(found.rows(county.district.code, today()))
    assert len({row.key for row in rows}) == len(rows)
    both = Count(sum(row.num for row in rows), sum(row.den for row in rows))
    assert both == figure(found.key, county.district)


# --- Over places -------------------------------------------------------------------------


SUMMED = [i for i in (*REGISTER, *OF_ORDERS) if not i.distinct]


@pytest.mark.parametrize("found", SUMMED, ids=lambda i: i.key)
def test_the_places_beneath_add_up_to_the_place(
    found: Any, county: County, people: People, clock: Pretended
) -> None:
    a_life(county, people, clock)
    keeper = people["district"]
    for place in (county.district, county.subdistrict):
        beneath = compared(found, place, today(), keeper)
        assert beneath
        known = [f.count for f in beneath if f.count is not None]
        assert len(known) == len(beneath)
        assert sum(known, Count()) == figure(found.key, place, user=keeper)


CODES = ["100001001001", "100001001002", "100001002001", "100002001001"]


class _Rows:
    """Rows of firms with their weights, as a query set gives them."""

    def __init__(self, rows: list[tuple[int, int, int]]) -> None:
        self.rows = rows

    def values_list(self, *_names: str) -> list[tuple[int, int, int]]:
        return self.rows


@settings(max_examples=60)
@given(
    covered=st.lists(st.booleans(), min_size=1, max_size=6),
    pairs=st.lists(st.tuples(st.sampled_from(CODES), st.integers(0, 5)), max_size=25),
    seed=st.integers(0, 1000),
)
def test_a_firm_counts_once_in_every_place_it_serves_whatever_the_order_of_rows(
    covered: list[bool], pairs: list[tuple[str, int]], seed: int
) -> None:
    rows: Any = _Rows([(pk, int(yes), 1) for pk, yes in enumerate(covered)])
    widths = (6, 9, 12)
    found = _distinct(rows, pairs, widths)
    shuffled = random.Random(seed).sample(pairs, len(pairs))
    assert _distinct(rows, shuffled + pairs, widths) == found
    for prefix, count in found.items():
        assert 0 <= count.numerator <= count.denominator <= len(covered)
        serving = {pk for code, pk in pairs if code.startswith(prefix) and pk < len(covered)}
        assert count == Count(sum(covered[pk] for pk in serving), len(serving))
    for prefix in {p for p in found if len(p) == 6}:
        beneath = [c for p, c in found.items() if len(p) == 9 and p.startswith(prefix)]
        assert max(c.denominator for c in beneath) <= found[prefix].denominator
        assert sum(c.denominator for c in beneath) >= found[prefix].denominator


@settings(
    max_examples=15,
    deadline=None,
    # Each example begins by taking away what the last one left.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(states=st.lists(st.sampled_from([*Condition, None]), max_size=8), seed=st.integers(0, 99))
def test_a_share_never_passes_its_whole_and_does_not_ask_for_the_order(
    county: County, states: list[Condition | None], seed: int
) -> None:
    Inspection.objects.all().delete()
    Facility.objects.all().delete()
    order = random.Random(seed).sample(range(len(states)), len(states))
    for n in order:
        place = (county.estate, county.building, county.far_estate)[n % 3]
        made = Facility.objects.create(place=place, kind=FacilityKind.OTHER, name=str(n))
        if states[n] is not None:
            found_at(made, today(), states[n])
    found = figure("facilities_intact", county.district)
    assert found == Count(states.count(Condition.INTACT), len(states))
    far = figure("facilities_intact", county.far_community)
    assert found == figure("facilities_intact", county.community) + far
    assert 0 <= found.numerator <= found.denominator


# --- Over time ---------------------------------------------------------------------------


def test_a_contract_that_ended_counts_until_the_day_before(county: County) -> None:
    ended = date(2026, 3, 1)
    Contract.objects.filter(firm=county.firm).update(until_on=ended)
    assert figure("firm_organisations", county.district, date(2026, 2, 28)).denominator == 2
    assert figure("firm_organisations", county.district, ended).denominator == 1


def test_service_is_that_of_the_day(county: County) -> None:
    change = date(2026, 2, 1)
    ServiceSpell.objects.create(
        estate=county.estate, mode=ServiceMode.NONE, from_on=date(2020, 1, 1), until_on=change
    )
    ServiceSpell.objects.create(
        estate=county.estate, mode=ServiceMode.COMMUNITY_LED, from_on=change
    )
    before = figure("property_service", county.district, change - timedelta(1))
    assert (before, figure("property_service", county.district, change)) == (
        Count(2, 4),
        Count(3, 4),
    )


def test_a_facility_is_as_the_last_inspection_by_that_day_found_it(county: County) -> None:
    lift = Facility.objects.create(place=county.estate, kind=FacilityKind.LIFT, name="1")
    found_at(lift, date(2026, 2, 1), Condition.INTACT)
    found_at(lift, date(2026, 3, 1), Condition.BROKEN)
    told = [
        figure("facilities_intact", county.estate, day)
        for day in (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 1))
    ]
    assert told == [Count(0, 1), Count(1, 1), Count(0, 1)]


def test_two_to_four_observers_are_asked_for(county: County) -> None:
    for n in range(5):
        observer = person(f"observer{n}")
        appoint(observer, by=CLOCK, office=Office.OBSERVER, at=county.estate, from_on=today())
        assert figure("observers", county.estate).numerator == (1 if 1 <= n <= 3 else 0)


def test_a_warden_has_met_the_month_with_four_visits_before_the_day(county: County) -> None:
    warden = person("warden")
    on = date(2026, 10, 1)
    appoint(warden, by=CLOCK, office=Office.WARDEN, at=county.estate, from_on=date(2026, 1, 1))
    for day in (1, 8, 15):
        _visited(county, warden, date(2026, 9, day))
    _visited(county, warden, on)  # the next month's
    assert figure("wardens_visits", county.district, on) == Count(0, 1)
    _visited(county, warden, date(2026, 9, 30))
    assert figure("wardens_visits", county.district, on) == Count(1, 1)


def _visited(county: County, warden: User, on: date) -> None:
    Visit.objects.create(estate=county.estate, user=warden, on=on, note="–", entered_at=MONDAY)


def test_t4_a_manager_who_works_in_a_grid_counts_wherever_the_firm_serves(
    county: County, people: People
) -> None:
    both = Appointment.objects.filter(user=people["manager_grid"])
    assert both.filter(office=Office.FIRM_MANAGER).exists()
    found = figure("cross_appointments", county.district)
    assert found.numerator == 1
    both.filter(office=Office.GRID_WORKER).update(until_on=today())
    left = figure("cross_appointments", county.district)
    assert left == Count(0, found.denominator)


# --- Orders ------------------------------------------------------------------------------


def test_silence_is_asked_and_never_solved(
    county: County, people: People, clock: Pretended
) -> None:
    walks.complaint_at(Status.CLOSED, county, people)  # rated: solved
    walks.close_unrated(walks.complaint_at(Status.ANSWERED, county, people))
    clock.forward(days=1)
    user = people["district"]
    assert figure("resolution_rate", county.district, user=user) == Count(1, 2)
    assert figure("satisfaction_rate", county.district, user=user) == Count(1, 1)


def test_the_last_word_of_the_month_counts(
    county: County, people: People, clock: Pretended
) -> None:
    order = walks.complaint_at(Status.CLOSED, county, people)
    assert Rating.objects.get(complaint=order).solved
    Rating.objects.create(complaint=order, round=2, solved=False, satisfaction=2, at=clock.moment)
    clock.forward(days=1)
    assert figure("resolution_rate", county.district) == Count(0, 1)
    assert figure("satisfaction_rate", county.district) == Count(0, 1)


def test_a_first_promise_met_late_is_no_response_in_time(
    county: County, people: People, clock: Pretended
) -> None:
    walks.complaint_at(Status.DISPATCHED, county, people)
    walks.report(county, people)  # nobody comes
    clock.forward(days=1)
    assert figure("response_rate", county.district) == Count(1, 2)
    assert figure("on_time_inspect", county.district) == Count(1, 2)


def test_the_first_promise_of_a_repair_is_the_firms(
    county: County, people: People, clock: Pretended
) -> None:
    walks.report(county, people, kind=Kind.REPAIR)
    clock.forward(days=1)
    assert figure("response_rate", county.district) == Count(0, 1)
    assert figure("on_time_inspect", county.district) == Count(0, 0)


def test_a_promise_that_is_not_yet_due_is_not_judged(
    county: County, people: People, clock: Pretended
) -> None:
    walks.report(county, people)
    assert figure("response_rate", county.district, today()) == Count(0, 0)


def test_complaints_are_counted_by_the_households_there_and_against_the_year_before(
    county: County, people: People, clock: Pretended
) -> None:
    for _ in range(2):
        walks.report(county, people, kind=Kind.COMPLAINT)
    walks.complaint_at(Status.WITHDRAWN, county, people)
    clock.forward(days=1)
    filed = figure("complaints_per_10000", county.district)
    assert filed == Count(2, 4 * 240)
    assert filed.value(PER_10000) == Decimal("20.8")
    assert figure("complaints_change", county.district) == Count(2, 0)
    clock.forward(days=364)
    walks.report(county, people, kind=Kind.COMPLAINT)
    clock.forward(days=1)
    found = figure("complaints_change", county.district)
    assert found == Count(-1, 2)
    assert found.value(CHANGE) == Decimal("-50.0")
