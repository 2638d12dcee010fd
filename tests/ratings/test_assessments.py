"""Sheets: who may, one at a time, kept item by item, settled once, corrected by another."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import AuditEntry, User
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from communities.models import Office
from notifications.models import Notification
from ratings.actions import assessments as actions
from ratings.actions._sheets import Said
from ratings.actions.entries import keep
from ratings.models import Assessment, AssessmentState, Finding, Period, PeriodState
from ratings.queries.sheets import filled, mark
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import town
from tests.ratings.filling import begun, entered, secretary, settled

People = dict[str, User]
# A Thursday in the quarter.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.moment(at("2026-03-12 10:00")),
    pytest.mark.usefixtures("in_english"),
]


@pytest.fixture
def people(county: County) -> People:
    return {**county.people, "secretary": secretary(county)}


@pytest.fixture
def period(county: County, people: People, clock: Pretended) -> Period:
    return town.period(county)


def state_of(assessment: Assessment) -> str:
    return Assessment.objects.get(pk=assessment.pk).state


# --- Begun -------------------------------------------------------------------------------


def test_a_sheet_is_begun_once_and_the_second_sees_that_the_first_has(
    county: County, people: People, period: Period
) -> None:
    made = begun(period, county, people["subdistrict"])
    assert begun(period, county, people["subdistrict"]) == made
    with pytest.raises(Conflict, match="Take it over"):
        begun(period, county, people["district"])
    assert Assessment.objects.get().by == people["subdistrict"]
    assert (made.office, made.office_place) == (Office.SUBDISTRICT_OFFICER, county.subdistrict)


def test_another_office_holder_takes_it_over_and_the_first_is_told(
    county: County, people: People, period: Period
) -> None:
    made = begun(period, county, people["subdistrict"])
    entered(made, people["subdistrict"], {"D1-1": "2"})
    actions.take_over(made, by=people["district"])
    with pytest.raises(NotAllowed, match="Take it over"):
        entered(made, people["subdistrict"], {"D1-1": "3"})
    entered(made, people["district"], {"D1-1": "4"})
    told = Notification.objects.get(kind="assessment_taken_over")
    assert told.to == people["subdistrict"]
    assert Finding.objects.get().value == 4


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"part": "nothing"}, "part"),
        ({"part": "party", "method": "onsite"}, "method"),
        ({"part": "inspection", "method": ""}, "method"),
        ({"part": "inspection", "method": "system"}, "method"),
    ],
)
def test_only_sheets_of_the_scheme_are_begun(
    county: County, people: People, period: Period, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        begun(period, county, people["district"], **said)
    assert set(refused.value.fields) == {field}
    assert not Assessment.objects.exists()


def test_only_whoever_served_the_estate_in_the_period_is_assessed(
    county: County, people: People, period: Period
) -> None:
    with pytest.raises(Invalid) as refused:
        begun(period, county, people["district"], body=county.rival)
    assert set(refused.value.fields) == {"body"}
    other = begun(period, county, people["district"], estate=county.other_estate, body=county.rival)
    assert other.body == county.rival


@pytest.mark.parametrize(("day", "taken"), [(0, True), (1, False)])
def test_assessments_are_taken_up_to_the_last_day(
    county: County, people: People, period: Period, clock: Pretended, day: int, taken: bool
) -> None:
    clock.put(at("2026-04-24 23:00") + timedelta(days=day))
    if taken:
        assert begun(period, county, people["district"]).pk
        return
    with pytest.raises(WrongState, match="no longer taken"):
        begun(period, county, people["district"])


def test_a_frozen_period_takes_nothing(county: County, people: People, period: Period) -> None:
    made = begun(period, county, people["subdistrict"])
    freeze(period)
    with pytest.raises(WrongState, match="frozen"):
        begun(period, county, people["subdistrict"], method="document")
    with pytest.raises(WrongState, match="frozen"):
        entered(made, people["subdistrict"], {"D1-1": "1"})
    assert not Finding.objects.exists()


def freeze(period: Period) -> None:
    Period.objects.filter(pk=period.pk).update(
        state=PeriodState.FROZEN, frozen_at=at("2026-04-27 09:00")
    )


# --- Kept --------------------------------------------------------------------------------


def test_the_same_entry_sent_twice_is_kept_once(
    county: County, people: People, period: Period
) -> None:
    made = begun(period, county, people["subdistrict"])
    first = entered(made, people["subdistrict"], {"D1-1": "2"})
    again = entered(made, people["subdistrict"], {"D1-1": "2"})
    assert (first.written, again.written) == (("D1-1",), ())
    assert AuditEntry.objects.filter(verb="keep_assessment").count() == 1


def test_whoever_writes_last_is_told_of_what_came_before_and_nothing_is_lost(
    county: County, people: People, period: Period
) -> None:
    made, by = begun(period, county, people["subdistrict"]), people["subdistrict"]
    keep(made, by=by, said={"D1-1": Said(Decimal(3), seen="")})
    late = keep(
        made, by=by, said={"D1-1": Said(Decimal(1), seen=""), "D1-2": Said(Decimal("0.9"), seen="")}
    )
    assert (late.written, late.conflicts) == (("D1-2",), ("D1-1",))
    now_there = Finding.objects.get(item="D1-1")
    assert now_there.value == 3
    again = keep(made, by=by, said={"D1-1": Said(Decimal(1), seen=mark(now_there))})
    assert again.conflicts == ()
    assert Finding.objects.get(item="D1-1").value == 1


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("D1-1", "1.5"),
        ("D1-1", "10000"),
        ("D1-1", "-1"),
        ("D1-2", "1.01"),
        ("D1-3", "0"),
        ("P1", "1"),
        ("D2-3", "1"),
    ],
)
def test_what_cannot_be_said_of_an_item_refuses_the_whole(
    county: County, people: People, period: Period, item: str, value: str
) -> None:
    made = begun(period, county, people["subdistrict"])
    with pytest.raises(Invalid) as refused:
        entered(made, people["subdistrict"], {"D1-2": "0.5", item: value})
    assert set(refused.value.fields) == {item}
    assert not Finding.objects.exists()


def test_an_item_that_does_not_apply_takes_no_points_and_an_entry_can_be_taken_back(
    county: County, people: People, period: Period
) -> None:
    made, by = begun(period, county, people["subdistrict"]), people["subdistrict"]
    keep(made, by=by, said={"D1-1": Said(note="没有消防通道"), "D1-2": Said(Decimal("0.5"))})
    sheet = filled(made)
    assert (str(sheet.possible), str(sheet.got), sheet.entered) == ("6", "0", 2)
    keep(made, by=by, said={"D1-1": Said()})
    assert not Finding.objects.filter(item="D1-1").exists()


# --- Handed in ---------------------------------------------------------------------------


def test_a_sheet_is_settled_when_every_item_is_entered_and_the_firm_is_told(
    county: County, people: People, period: Period
) -> None:
    made, by = begun(period, county, people["subdistrict"]), people["subdistrict"]
    entered(made, by, {"D1-1": "2"})
    with pytest.raises(Invalid) as refused:
        actions.hand_in(made, by=by)
    assert set(refused.value.fields) == {"D1-2"}
    assert state_of(made) == AssessmentState.DRAFT
    entered(made, by, {"D1-2": "0.95"})
    actions.hand_in(made, by=by, text="总体较好")
    made = Assessment.objects.get(pk=made.pk)
    assert (made.state, made.text) == (AssessmentState.SETTLED, "总体较好")
    told = Notification.objects.filter(kind="assessment_settled")
    assert {n.to for n in told} == {people["manager"], people["manager_grid"]}
    assert told[0].facts["deductions"] == 2
    with pytest.raises(WrongState):
        entered(made, by, {"D1-1": "0"})


def test_daily_checks_are_many_and_any_item_will_do(
    county: County, people: People, period: Period
) -> None:
    by = people["grid_worker"]
    for _number in range(2):
        made = begun(period, county, by, method="daily")
        with pytest.raises(Invalid):
            actions.hand_in(made, by=by)
        entered(made, by, {"D1-4": "1"})
        actions.hand_in(made, by=by)
    assert Assessment.objects.filter(state=AssessmentState.SETTLED).count() == 2


@pytest.mark.parametrize("on", [date(2025, 12, 31), date(2026, 3, 13)])
def test_a_sheet_was_carried_out_in_the_period_and_not_tomorrow(
    county: County, people: People, period: Period, on: date
) -> None:
    made, by = begun(period, county, people["subdistrict"]), people["subdistrict"]
    entered(made, by, {"D1-1": "2", "D1-2": "1"})
    with pytest.raises(Invalid) as refused:
        actions.hand_in(made, by=by, on=on)
    assert set(refused.value.fields) == {"on"}
    assert state_of(made) == AssessmentState.DRAFT


# --- Corrected ---------------------------------------------------------------------------


def test_a_correction_is_another_sheet_and_the_first_counts_until_it_is_settled(
    county: County, people: People, period: Period
) -> None:
    by = people["subdistrict"]
    first = settled(period, county, by)
    with pytest.raises(Invalid):
        actions.correct(first, by=by, reason="")
    second = actions.correct(first, by=by, reason="消防通道数错了")
    assert actions.correct(first, by=by, reason="再来一次") == second
    assert [f.value for f in second.findings.order_by("item")] == [
        f.value for f in first.findings.order_by("item")
    ]
    assert state_of(first) == AssessmentState.SETTLED
    entered(second, by, {"D1-1": "0"})
    actions.hand_in(second, by=by)
    assert (state_of(first), state_of(second)) == ("replaced", "settled")
    assert Finding.objects.get(assessment=first, item="D1-1").value == 2


def test_two_do_not_correct_the_same_sheet(county: County, people: People, period: Period) -> None:
    first = settled(period, county, people["subdistrict"])
    actions.correct(first, by=people["subdistrict"], reason="数错了")
    with pytest.raises(Conflict):
        actions.correct(first, by=people["district"], reason="我也要改")
    assert Assessment.objects.count() == 2


def test_after_freezing_only_a_correction_of_its_card_reopens_a_sheet(
    county: County, people: People, period: Period
) -> None:
    by = people["subdistrict"]
    first = settled(period, county, by)
    freeze(period)
    with pytest.raises(WrongState, match="frozen"):
        actions.correct(first, by=by, reason="数错了")
    other = town.card(period, county.other_estate, county.rival)
    with pytest.raises(WrongState, match="not the card"):
        actions.correct(first, by=by, reason="数错了", card=other)
    assert Assessment.objects.count() == 1
    card = town.card(period, county.estate, county.firm)
    second = actions.correct(first, by=by, reason="陈述申辩成立", card=card)
    entered(second, by, {"D1-1": "0"})
    actions.hand_in(second, by=by)
    assert (state_of(first), state_of(second)) == ("replaced", "settled")


def test_a_draft_is_thrown_away_by_whoever_holds_it(
    county: County, people: People, period: Period
) -> None:
    made = begun(period, county, people["subdistrict"])
    entered(made, people["subdistrict"], {"D1-1": "2"})
    with pytest.raises(NotAllowed):
        actions.drop(made, by=people["district"])
    assert Assessment.objects.exists()
    actions.drop(made, by=people["subdistrict"])
    assert not Assessment.objects.exists()
    with pytest.raises(WrongState):
        actions.drop(settled(period, county, people["subdistrict"]), by=people["subdistrict"])


def test_facts_of_the_log_hold_no_words(county: County, people: People, period: Period) -> None:
    settled(period, county, people["subdistrict"], text="业主金丝雀说很好")
    facts = [str(entry.facts) for entry in AuditEntry.objects.all()]
    assert not [fact for fact in facts if "金丝雀" in fact]
