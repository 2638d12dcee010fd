"""Indicators: exact figures, the rows behind them, what was taken on a day, and who may read."""

import random
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.actors import CLOCK
from accounts.models import AuditEntry, Heartbeat, User
from common.now import today
from communities.actions import appoint, change_mode
from communities.models import (
    DIVISIONS,
    Appointment,
    Condition,
    Contract,
    Facility,
    FacilityKind,
    IndicatorFigure,
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
    counts,
)
from complaints.models import Rating
from complaints.queries.indicators import OF_ORDERS
from complaints.workflow import Kind, Status
from governance import indicators
from governance.indicators import (
    ALL,
    LATER,
    UNKNOWN,
    WITHHELD,
    compared,
    figures,
    take_figures,
    trend,
)
from governance.tasks import take_figures as task
from governance.trend import drawn
from tests.complaints import walks
from tests.doors import program
from tests.factories import County, estate, person
from tests.governance.tai_an import tai_an
from tests.moments import MONDAY, Pretended, at

pytestmark = pytest.mark.django_db

BACKEND = "accounts.backends.PhoneOrName"
People = dict[str, User]


def figure(key: str, place: Place, on: date | None = None, user: User | None = None) -> Count:
    found = figures(ALL[key], [place], on or today(), user)[0]
    assert found.count is not None, found.state
    return found.count


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client


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
    _a_life(county, people, clock)
    rows = list(found.rows(county.district.code, today()))
    assert len({row.key for row in rows}) == len(rows)
    both = Count(sum(row.num for row in rows), sum(row.den for row in rows))
    assert both == figure(found.key, county.district)


def _a_life(county: County, people: People, clock: Pretended) -> None:
    """Orders of a month, and something of everything the register counts."""
    walks.complaint_at(Status.CLOSED, county, people)
    walks.complaint_at(Status.RECHECK, county, people)
    walks.close_unrated(walks.complaint_at(Status.ANSWERED, county, people))
    walks.report(county, people, estate=county.far_estate)
    lift = Facility.objects.create(place=county.building, kind=FacilityKind.LIFT, name="1")
    Facility.objects.create(place=county.far_estate, kind=FacilityKind.FIRE, name="2")
    _seen(lift, today(), Condition.INTACT)
    clock.forward(days=3)


# --- Over places -------------------------------------------------------------------------

SUMMED = [i for i in (*REGISTER, *OF_ORDERS) if not i.distinct]


@pytest.mark.parametrize("found", SUMMED, ids=lambda i: i.key)
def test_the_places_beneath_add_up_to_the_place(
    found: Any, county: County, people: People, clock: Pretended
) -> None:
    _a_life(county, people, clock)
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
            _seen(made, today(), states[n])
    found = figure("facilities_intact", county.district)
    assert found == Count(states.count(Condition.INTACT), len(states))
    far = figure("facilities_intact", county.far_community)
    assert found == figure("facilities_intact", county.community) + far
    assert 0 <= found.numerator <= found.denominator


def _seen(facility: Facility, on: date, condition: Any) -> None:
    Inspection.objects.create(facility=facility, on=on, condition=condition, entered_at=MONDAY)


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
    _seen(lift, date(2026, 2, 1), Condition.INTACT)
    _seen(lift, date(2026, 3, 1), Condition.BROKEN)
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


# --- Who may read ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "resident", "dispatcher", "manager", "far_district"])
def test_figures_of_orders_do_not_exist_for_who_does_not_oversee(
    name: str, county: County, people: People
) -> None:
    client = browser(people.get(name))
    asked = f"?place={county.district.code}"
    page = client.get(f"/indicators/{asked}")
    assert page.status_code == 200
    assert {f.indicator.group for g in page.context["groups"] for f in g.figures} == {
        "party",
        "committees",
        "service",
        "money",
    }
    for path in ("response_rate/", "response_rate/rows/", "complaints_change/"):
        assert client.get(f"/indicators/{path}{asked}").status_code == 404
        assert program(people.get(name)).get(f"/api/v1/indicators/{path}{asked}").status_code == 404


def test_who_oversees_reads_the_figures_of_orders_within_their_scope(
    county: County, people: People, clock: Pretended
) -> None:
    walks.complaint_at(Status.DISPATCHED, county, people)
    clock.forward(days=1)
    client = browser(people["subdistrict"])
    here = client.get(f"/indicators/response_rate/?place={county.subdistrict.code}")
    assert here.status_code == 200 and here.context["figure"].count == Count(1, 1)
    above = client.get(f"/indicators/response_rate/?place={county.district.code}")
    assert above.status_code == 404
    rows = client.get(f"/indicators/response_rate/rows/?place={county.subdistrict.code}")
    assert [row.counts for row in rows.context["page"].rows] == [True]


def test_of_an_estate_their_own_firm_serves_an_officer_reads_no_figures_of_orders(
    county: County, people: People
) -> None:
    officer = people["district"]
    appoint(officer, by=CLOCK, office=Office.FIRM_CLERK, at=county.firm, from_on=date(2021, 1, 1))
    officer = walks.fresh(officer)
    beneath = compared(ALL["response_rate"], county.community, today(), officer)
    assert {f.place for f in beneath} == {county.other_estate, county.unserved}
    address = f"/indicators/response_rate/?place={county.estate.code}"
    assert browser(officer).get(address).status_code == 404


def test_the_party_share_is_told_to_keepers_and_outside_only_of_the_whole_district(
    county: County, people: People
) -> None:
    found = ALL["committee_party_share"]
    assert figures(found, [county.community], today(), None)[0].state == WITHHELD
    assert figures(found, [county.community], today(), people["dispatcher"])[0].count is not None
    everybody = indicators._withheld(found, None, county.district, Count(7, 7))
    assert everybody and not indicators._withheld(found, None, county.district, Count(60, 100))
    address = f"/indicators/committee_party_share/rows/?place={county.community.code}"
    assert browser().get(address).status_code == 404
    assert browser(people["far_dispatcher"]).get(address).status_code == 404
    assert browser(people["dispatcher"]).get(address).status_code == 200


# --- Pages, workbook, programs -----------------------------------------------------------


def test_the_page_shows_both_numbers_and_leads_to_the_list(county: County) -> None:
    place = f"place={county.district.code}"
    page = browser().get(f"/indicators/property_service/?{place}")
    text = page.content.decode()
    shown = page.context["figure"]
    assert shown.count == Count(3, 4) and shown.sum_words in text and "75.0 %" in text
    assert f"/indicators/property_service/rows/?{place}" in text.replace("&amp;", "&")
    rows = browser().get(f"/indicators/property_service/rows/?{place}").context["page"].rows
    assert [row.name for row in rows if not row.counts] == [county.unserved.name]
    only = browser().get(f"/indicators/property_service/rows/?{place}&counts=no")
    assert [row.name for row in only.context["page"].rows] == [county.unserved.name]


def test_what_is_not_kept_here_is_said_and_never_made_up(county: County) -> None:
    page = browser().get(f"/indicators/fee_collection/?place={county.district.code}")
    assert (page.context["figure"].state, page.context["figure"].value_words) == (LATER, "–")
    gone = browser().get(f"/indicators/fee_collection/rows/?place={county.district.code}")
    assert gone.status_code == 404


def test_places_are_compared_the_highest_first_and_blanks_last(
    county: County, people: People
) -> None:
    beneath = compared(ALL["property_service"], county.subdistrict, today(), None)
    assert [f.place for f in beneath] == [county.far_community, county.community]
    Place.objects.filter(pk=county.far_estate.pk).update(closed_on=today())
    beneath = compared(ALL["property_service"], county.subdistrict, today(), None)
    assert [f.value_words for f in beneath] == ["66.7 %", "–"]


@pytest.mark.parametrize("on", ["2999-01-01", "1999-12-31", "gestern", "2026-02-30"])
def test_a_day_that_cannot_be_is_refused_beside_its_field(on: str, county: County) -> None:
    asked = f"?place={county.district.code}&on={on}"
    page = browser().get(f"/indicators/{asked}")
    assert page.status_code == 200 and "on" in page.context["here"].form.errors
    answer = program().get(f"/api/v1/indicators/{asked}")
    assert answer.status_code == 400 and "on" in answer.json()["fields"]


@pytest.mark.parametrize("code", ["000000", "x"])
def test_there_are_no_figures_of_no_place(code: str, county: County) -> None:
    assert browser().get(f"/indicators/?place={code}").status_code == 404
    assert browser().get(f"/indicators/?place={county.building.code}").status_code == 404
    assert program().get(f"/api/v1/indicators/?place={code}").status_code == 404


def test_a_list_is_paged_and_a_bent_cursor_is_refused(county: County) -> None:
    for n in range(10, 34):
        estate(county.community, n, f"小区{n}", buildings=1)
    address = f"/indicators/property_service/rows/?place={county.district.code}"
    first = browser().get(address)
    assert len(first.context["page"].rows) == 20
    then = browser().get("/indicators/property_service/rows/" + first.context["next_url"])
    both = [row.code for row in (*first.context["page"].rows, *then.context["page"].rows)]
    assert len(set(both)) == 28 and both == sorted(both)
    assert browser().get(f"{address}&cursor=bent").status_code == 400


def test_the_workbook_holds_every_place_and_taking_it_out_is_on_record(
    county: County, people: People
) -> None:
    address = f"/indicators/export/?place={county.subdistrict.code}"
    assert browser().get(address).status_code == 302
    assert not AuditEntry.objects.filter(verb="export_indicators").exists()
    answer = browser(people["dispatcher"]).get(address)
    assert answer["Content-Disposition"].endswith('.xlsx"')
    found = list(load_workbook(BytesIO(answer.content)).worksheets[0].values)
    told = {(line[0], line[2]): line[4:7] for line in found[1:]}
    name = str(ALL["property_service"].name)
    assert told[county.subdistrict.code, name] == (3, 4, 75)
    assert told[county.far_community.code, name] == (1, 1, 100)
    assert not {str(f.name) for f in OF_ORDERS} & {line[2] for line in found}
    entry = AuditEntry.objects.get(verb="export_indicators")
    assert entry.target == county.subdistrict.code


def test_programs_read_what_the_pages_show(county: County, people: People) -> None:
    place = f"?place={county.district.code}"
    board = program().get(f"/api/v1/indicators/{place}").json()
    told = {line["indicator"]["key"]: line["figure"] for line in board["results"]}
    assert told["property_service"]["numerator"] == 3
    assert told["property_service"]["value"] == "75.0"
    assert (told["wardens_visits"]["value"], told["wardens_visits"]["state"]) == (None, "known")
    assert told["fee_collection"]["state"] == "later"
    one = program().get(f"/api/v1/indicators/property_service/{place}").json()
    assert one["trend"][-1] == one["figure"]
    assert [line["place"]["code"] for line in one["places"]] == [county.subdistrict.code]
    rows = program().get(f"/api/v1/indicators/property_service/rows/{place}&counts=no").json()
    assert [row["code"] for row in rows["results"]] == [county.unserved.code]
    wrong = program().get(f"/api/v1/indicators/property_service/{place}&months=7")
    assert wrong.status_code == 400


def test_no_row_behind_any_figure_is_a_person(
    county: County, people: People, clock: Pretended
) -> None:
    _a_life(county, people, clock)
    names = {user.name for user in people.values()}
    for found in (*REGISTER, *OF_ORDERS):
        address = f"/api/v1/indicators/{found.key}/rows/?place={county.district.code}"
        answer = program(people["district"]).get(address)
        assert answer.status_code == 200, found.key
        assert not [name for name in names if name in answer.content.decode()], found.key


# --- The drawing -------------------------------------------------------------------------


def test_the_line_breaks_where_nothing_is_known() -> None:
    found = drawn([Decimal(10), Decimal(20), None, Decimal(30)])
    assert (len(found.lines), len(found.dots)) == (1, 3)
    assert drawn([None, None]).dots == []


@given(st.lists(st.decimals(-500, 50_000, places=1) | st.none(), max_size=25))
def test_every_dot_lies_within_the_drawing_and_more_is_higher(values: Any) -> None:
    found = drawn(values)
    known = [value for value in values if value is not None]
    assert len(found.dots) == len(known)
    heights = [Decimal(dot.y) for dot in found.dots]
    for dot in found.dots:
        assert 0 <= Decimal(dot.x) <= found.width and 0 <= Decimal(dot.y) <= found.height
    for (a, y), (b, z) in zip(
        zip(known, heights, strict=True), list(zip(known, heights, strict=True))[1:], strict=False
    ):
        assert (a - b) * (y - z) <= 0
