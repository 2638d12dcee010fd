"""Rectification: asked for, late, reported with photos, looked at again, closed; and its share."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from notifications.models import Notification
from ratings.actions import assessments
from ratings.actions import rectification as actions
from ratings.actions.photos import keep_photo
from ratings.actions.rectification_alarms import sound_rectification
from ratings.models import Assessment, Period, Rectification, RectificationStep
from ratings.queries.rectification import rectified
from tests.complaints.walks import fresh
from tests.doors import picture
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import town
from tests.ratings.filling import entered, settled

People = dict[str, User]
# A Monday; the scheme gives ten working days, so the 16th at 24:00.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.moment(at("2026-03-02 10:00")),
    pytest.mark.usefixtures("in_english"),
]


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


@pytest.fixture
def period(county: County, people: People) -> Period:
    return town.period(county)


@pytest.fixture
def sheet(county: County, people: People, period: Period) -> Assessment:
    """D1-1 lost two points; D1-2 lost none."""
    return settled(period, county, people["subdistrict"])


@pytest.fixture
def asked(sheet: Assessment, people: People) -> Rectification:
    return actions.ask(sheet, by=people["subdistrict"], items=["D1-1"])[0]


def now_is(asked: Rectification) -> Rectification:
    return Rectification.objects.get(pk=asked.pk)


def told(kind: str) -> list[User]:
    return [n.to for n in Notification.objects.filter(kind=kind).order_by("to")]


def test_a_deduction_gets_a_deadline_in_working_days_and_the_firm_is_told_once(
    sheet: Assessment, people: People
) -> None:
    made = actions.ask(sheet, by=people["subdistrict"], items=["D1-1"])
    assert [row.due_at for row in made] == [at("2026-03-17")]
    assert actions.ask(sheet, by=people["subdistrict"], items=["D1-1"]) == []
    assert set(told("rectification_asked")) == {people["manager"], people["manager_grid"]}
    assert Rectification.objects.count() == 1


def test_only_deductions_of_a_settled_sheet_are_asked_for(
    sheet: Assessment, people: People
) -> None:
    for items in ([], ["D1-2"], ["D1-1", "X"]):
        with pytest.raises(Invalid):
            actions.ask(sheet, by=people["subdistrict"], items=items)
    draft = assessments.correct(sheet, by=people["subdistrict"], reason="数错了")
    with pytest.raises(WrongState):
        actions.ask(draft, by=people["subdistrict"], items=["D1-1"])
    assert not Rectification.objects.exists()


@pytest.mark.parametrize("name", ["manager", "dispatcher", "rival", "far_district", "manager_grid"])
def test_the_office_that_assessed_follows_it_up_and_nobody_else(
    sheet: Assessment, asked: Rectification, people: People, name: str
) -> None:
    other = people[name]
    with pytest.raises(NotAllowed):
        actions.ask(sheet, by=other, items=["D1-1"])
    with pytest.raises(NotAllowed):
        actions.close(asked, by=other)
    assert now_is(asked).state == "open"


def test_the_firm_reports_with_photos_and_the_clock_rests(
    asked: Rectification, people: People, clock: Pretended
) -> None:
    photo = keep_photo(picture(), by=people["manager"])
    for other in ("rival", "repairer", "subdistrict"):
        with pytest.raises(NotAllowed):
            actions.report(asked, by=people[other], text="已清理")
    with pytest.raises(Invalid):
        actions.report(asked, by=people["manager"], text=" ")
    with pytest.raises(Invalid):  # somebody else's photo looks like none
        stray = keep_photo(picture(), by=people["rival"])
        actions.report(asked, by=people["manager"], text="已清理", photos=[str(stray.public_id)])
    assert now_is(asked).state == "open"
    actions.report(asked, by=people["manager"], text="已清理", photos=[str(photo.public_id)])
    found = now_is(asked)
    assert (found.state, found.alarm_at) == ("reported", None)
    photo.refresh_from_db()
    assert photo.step is not None
    assert told("rectification_reported") == [people["subdistrict"]]
    clock.put(at("2026-03-20 09:00"))
    assert sound_rectification() == 0


def test_sent_back_it_has_another_round_with_a_deadline_of_its_own(
    asked: Rectification, people: People, clock: Pretended
) -> None:
    with pytest.raises(WrongState):
        actions.send_back(asked, by=people["subdistrict"], reason="还在")
    actions.report(asked, by=people["manager"], text="已清理")
    clock.put(at("2026-03-09 09:00"))
    with pytest.raises(Invalid):
        actions.send_back(asked, by=people["subdistrict"], reason="")
    actions.send_back(asked, by=people["subdistrict"], reason="3号楼还堵着")
    found = now_is(asked)
    assert (found.state, found.round, found.due_at) == ("open", 2, at("2026-03-24"))
    actions.report(asked, by=people["manager"], text="3号楼也清了")
    actions.close(asked, by=people["subdistrict"], text="看过了")
    found = now_is(asked)
    assert (found.state, found.closed_at) == ("closed", clock.moment)
    with pytest.raises(WrongState):
        actions.report(asked, by=people["manager"], text="再来")
    verbs = [step.verb for step in found.steps.order_by("pk")]
    assert verbs == ["asked", "reported", "sent_back", "reported", "closed"]


def test_late_it_is_told_to_the_firm_then_a_working_day_later_further_up_each_once(
    asked: Rectification, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-03-16 23:59"))
    assert sound_rectification() == 0
    clock.put(at("2026-03-17 00:00"))
    assert (sound_rectification(), sound_rectification()) == (1, 0)
    assert set(told("late_rectification")) == {people["manager"], people["manager_grid"]}
    assert told("late_rectification_above") == []
    clock.put(at("2026-03-18 00:00"))
    assert (sound_rectification(), sound_rectification()) == (1, 0)
    assert told("late_rectification_above") == [people["subdistrict"]]
    clock.forward(days=30)
    assert sound_rectification() == 0
    assert len(told("late_rectification")) == 2


def test_a_sweep_that_did_not_run_for_a_week_dates_what_was_late_when_it_was_due(
    asked: Rectification, clock: Pretended
) -> None:
    clock.put(at("2026-03-25 08:00"))
    assert sound_rectification() == 1
    late = RectificationStep.objects.filter(verb__startswith="late").order_by("pk")
    assert [(step.verb, step.at) for step in late] == [
        ("late", at("2026-03-17")),
        ("late_above", at("2026-03-18")),
    ]


def test_a_second_round_alarms_again(
    asked: Rectification, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-03-17 09:00"))
    sound_rectification()
    actions.report(asked, by=people["manager"], text="已清理")
    actions.send_back(asked, by=people["subdistrict"], reason="还在")
    clock.put(now_is(asked).due_at + timedelta(minutes=1))
    assert sound_rectification() == 1
    assert RectificationStep.objects.filter(verb="late", round=2).count() == 1


def test_one_that_cannot_be_swept_does_not_stop_the_others(
    county: County,
    people: People,
    period: Period,
    asked: Rectification,
    clock: Pretended,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    estate = town.second_estate(county)
    other = settled(period, county, people["district"], estate=estate)
    [healthy] = actions.ask(other, by=people["district"], items=["D1-1"])
    from ratings.actions import rectification_alarms

    real = rectification_alarms._tell_level

    def broken(row: Rectification) -> None:
        if row.pk == asked.pk:
            raise RuntimeError("broken")
        real(row)

    monkeypatch.setattr(rectification_alarms, "_tell_level", broken)
    clock.put(at("2026-03-17 09:00"))
    assert sound_rectification() == 1
    assert now_is(healthy).told == 1
    parked = now_is(asked)
    assert (parked.told, parked.alarm_at) == (0, clock.moment + timedelta(hours=1))


def test_while_the_database_is_away_nothing_is_parked(
    asked: Rectification, clock: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(row: Rectification) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("ratings.actions.rectification_alarms._tell_level", away)
    was_due = asked.alarm_at
    clock.put(at("2026-03-17 09:00"))
    with pytest.raises(OperationalError):
        sound_rectification()
    assert now_is(asked).alarm_at == was_due


def test_after_a_correction_what_is_no_deduction_lapses_and_the_rest_goes_on(
    sheet: Assessment, asked: Rectification, people: People
) -> None:
    by = people["subdistrict"]
    second = assessments.correct(sheet, by=by, reason="数错了")
    entered(second, by, {"D1-1": "1", "D1-2": "0.9"})
    assessments.hand_in(second, by=by)
    assert (now_is(asked).assessment, now_is(asked).state) == (second, "open")
    third = assessments.correct(Assessment.objects.get(pk=second.pk), by=by, reason="没有堵")
    entered(third, by, {"D1-1": "0"})
    assessments.hand_in(third, by=by)
    assert (now_is(asked).state, now_is(asked).alarm_at) == ("lapsed", None)


def test_the_share_of_a_former_period_counts_what_is_due_and_what_is_done(
    county: County, people: People, period: Period, clock: Pretended
) -> None:
    by, firm = people["subdistrict"], county.firm
    key = (firm.pk, county.estate.pk)
    first = settled(period, county, by, method="document")
    second = settled(period, county, by)
    made = actions.ask(first, by=by, items=["D2-1"]) + actions.ask(second, by=by, items=["D1-1"])
    assert rectified(period, [firm]) == {}
    actions.close(made[0], by=by)
    assert rectified(period, [firm]) == {key: (1, 1)}
    clock.put(at("2026-03-17 00:00"))
    assert rectified(period) == {key: (1, 2)}
    assert rectified(period, [county.rival]) == {}
    actions.close(made[1], by=fresh(by))
    assert rectified(period, [firm]) == {key: (2, 2)}
