"""The sweep, and the promises it watches over: nothing late goes unseen, nothing is seen twice."""

from datetime import timedelta

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from communities.actions import appoint
from communities.models import Appointment, CalendarNotice, Office
from complaints import actions
from complaints.models import Complaint, Event
from complaints.permissions import parties
from complaints.workflow import Stage, Status, Verb
from notifications.models import Notification
from tests import factories
from tests.complaints.late import breaches, late_notices, rungs
from tests.complaints.walks import (
    BYPASS,
    LONG,
    URGENT,
    again,
    complaint_at,
    do,
    everything,
    fresh,
    report,
)
from tests.factories import County
from tests.moments import MONDAY, Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db


# --- In time, late, and who writes it ----------------------------------------------------


def test_until_the_moment_it_is_due_nothing_is_late(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    clock.put(MONDAY + timedelta(hours=3) - timedelta(microseconds=1))
    actions.sound_alarms()
    assert breaches(order) == []


def test_at_the_very_moment_it_is_late(county: County, people: People, clock: Pretended) -> None:
    order = report(county, people)
    due = clock.forward(hours=3)
    assert actions.sound_alarms() == 1
    (breach,) = breaches(order)
    assert (breach.level, breach.due_at, breach.recorded_at) == (0, due, due)
    assert breach.held_by == county.community_office
    assert again(order).escalated_level == 0
    event = Event.objects.get(complaint=order, verb="late")
    assert event.facts == {
        "stage": "inspect",
        "round": 1,
        "level": 0,
        "rung": "desk",
        "due_at": breach.due_at.isoformat(),
    }


def test_a_verb_at_the_moment_it_is_due_comes_too_late_and_says_so_itself(
    county: County, people: People, clock: Pretended
) -> None:
    """With the sweep off, an order handled late would otherwise never have been late."""
    order = report(county, people)
    due = clock.forward(hours=3)
    order = actions.inspect(order, by=people["dispatcher"], note="看过了")
    inspection = order.deadlines.get(stage=Stage.INSPECT)
    assert inspection.met_at == due
    assert inspection.late_at(due)
    assert rungs(order, Stage.INSPECT) == [(0, due)]
    assert order.escalated_level == 0
    assert [e.verb for e in Event.objects.filter(complaint=order)] == ["report", "late", "inspect"]


def test_a_verb_just_in_time_writes_no_breach(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    clock.put(MONDAY + timedelta(hours=3) - timedelta(microseconds=1))
    order = actions.inspect(order, by=people["dispatcher"])
    assert breaches(order) == []
    clock.forward(days=1)
    actions.sound_alarms()
    assert rungs(order, Stage.INSPECT) == []


def test_a_late_verb_writes_every_rung_it_missed(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    clock.forward(hours=7)
    order = actions.inspect(order, by=people["dispatcher"])
    assert rungs(order, Stage.INSPECT) == [
        (0, MONDAY + timedelta(hours=3)),
        (1, MONDAY + timedelta(hours=6)),
    ]


def test_a_verb_that_has_nothing_to_do_with_it_still_says_what_is_late(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    clock.forward(hours=3)
    actions.supplement(order, by=people["resident"], note="四楼也不亮")
    assert len(breaches(order, Stage.INSPECT)) == 1


def test_verb_and_sweep_write_the_same_and_only_once(
    county: County, people: People, clock: Pretended
) -> None:
    by_sweep, by_verb = report(county, people), report(county, people)
    clock.forward(hours=7)
    actions.urge(by_verb, by=people["resident"])
    actions.sound_alarms()
    assert rungs(by_verb, Stage.INSPECT) == rungs(by_sweep, Stage.INSPECT)
    assert late_notices(by_verb) == late_notices(by_sweep)
    rows = [
        list(order.deadlines.order_by("stage").values_list("next_level", "next_level_at"))
        for order in (by_sweep, by_verb)
    ]
    assert rows[0] == rows[1]


def test_sweeping_twice_is_sweeping_once(county: County, people: People, clock: Pretended) -> None:
    order = report(county, people)
    clock.forward(hours=4)
    actions.sound_alarms()
    before = everything(order)
    assert actions.sound_alarms() == 0
    clock.forward(minutes=1)
    assert actions.sound_alarms() == 0
    assert everything(order) == before


# --- The ladder --------------------------------------------------------------------------


def test_a_late_check_climbs_from_the_desk_to_the_district(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    for hours in (3, 6, 9, 12):
        clock.put(MONDAY + timedelta(hours=hours))
        actions.sound_alarms()
    assert rungs(order, Stage.INSPECT) == [
        (n, MONDAY + timedelta(hours=3 * n + 3)) for n in range(3)
    ]
    assert late_notices(order) == [
        ("dispatcher", "desk"),
        ("subdistrict", "subdistrict"),
        ("district", "district"),
    ]
    assert again(order).escalated_level == 2


def test_late_handling_starts_at_the_head_of_the_handling_body(
    county: County, people: People, clock: Pretended
) -> None:
    appoint(
        people["neighbour"],
        by=CLOCK,
        office=Office.FIRM_CLERK,
        at=county.firm,
        from_on=factories.BEGINNING,
    )
    order = complaint_at(Status.HANDLING, county, people)
    for hours in (3, 6, 9, 12, 15):
        clock.put(MONDAY + timedelta(hours=hours))
        actions.sound_alarms()
    assert len(breaches(order, Stage.HANDLE)) == 4
    assert late_notices(order) == [
        ("manager", "head"),
        ("manager_grid", "head"),
        ("dispatcher", "desk"),
        ("subdistrict", "subdistrict"),
        ("district", "district"),
    ]


def test_a_departments_late_handling_is_told_to_its_officer(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people, handler=county.fire)
    clock.forward(hours=3)
    actions.sound_alarms()
    assert late_notices(order) == [("fire", "head")]
    assert [b.held_by for b in breaches(order)] == [county.fire]


def test_late_feedback_climbs_by_working_days(
    county: County, people: People, clock: Pretended
) -> None:
    order = do(Verb.INSPECT, report(county, people), county, people)
    clock.put(at("2026-03-12"))
    actions.sound_alarms()
    assert rungs(order, Stage.FEEDBACK) == [
        (0, at("2026-03-10")),
        (1, at("2026-03-11")),
        (2, at("2026-03-12")),
    ]


def test_after_downtime_every_level_is_recorded_and_each_person_hears_once_of_the_highest(
    county: County, people: People, clock: Pretended
) -> None:
    order = do(Verb.INSPECT, report(county, people), county, people)
    clock.put(at("2026-03-20"))
    actions.sound_alarms()
    assert [level for level, _ in rungs(order, Stage.FEEDBACK)] == [0, 1, 2]
    assert late_notices(order) == [
        ("dispatcher", "desk"),
        ("subdistrict", "subdistrict"),
        ("district", "district"),
    ]


def test_a_person_on_several_rungs_gets_one_notice_naming_the_highest(
    county: County, people: People, clock: Pretended
) -> None:
    appoint(
        people["dispatcher"],
        by=CLOCK,
        office=Office.DISTRICT_OFFICER,
        at=county.district_office,
        from_on=factories.BEGINNING,
    )
    order = report(county, people)
    clock.forward(hours=10)
    actions.sound_alarms()
    assert late_notices(order) == [
        ("dispatcher", "district"),
        ("subdistrict", "subdistrict"),
        ("district", "district"),
    ]


def test_an_order_at_a_vacant_desk_reaches_the_next_office_up(
    county: County, people: People, clock: Pretended
) -> None:
    """Unassigned orders are those that escalation must not pass over."""
    Appointment.objects.filter(user=people["dispatcher"]).delete()
    order = report(county, people)
    clock.forward(hours=3)
    actions.sound_alarms()
    assert late_notices(order) == [("subdistrict", "desk")]
    Appointment.objects.filter(user=people["subdistrict"]).delete()
    other = report(county, people)
    clock.forward(hours=3)
    actions.sound_alarms()
    assert late_notices(other) == [("district", "desk")]


def test_a_late_accusation_is_never_told_to_the_community(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people, category=BYPASS)
    clock.forward(days=20)
    actions.sound_alarms()
    assert {who for who, _rung in late_notices(order)} == {"subdistrict", "district"}


def test_nobody_is_told_that_what_they_cannot_see_is_late(
    county: County, people: People, clock: Pretended
) -> None:
    """A clerk who also works for the serving firm hears of its orders as the firm or not at all."""
    appoint(
        people["dispatcher"],
        by=CLOCK,
        office=Office.REPAIRER,
        at=county.firm,
        from_on=factories.BEGINNING,
    )
    appoint(
        people["neighbour"],
        by=CLOCK,
        office=Office.COMMUNITY_CLERK,
        at=county.community_office,
        from_on=factories.BEGINNING,
    )
    orders = [report(county, people), report(county, people, estate=county.other_estate)]
    clock.forward(hours=3)
    actions.sound_alarms()
    assert late_notices(orders[0]) == [("neighbour", "desk")]
    assert set(late_notices(orders[1])) == {("dispatcher", "desk"), ("neighbour", "desk")}
    for notice in Notification.objects.filter(kind="order_late"):
        order = Complaint.objects.get(reference=notice.facts["reference"])
        assert parties(fresh(notice.to), order)


def test_what_ended_late_climbs_no_further(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    clock.forward(hours=4)
    order = actions.refuse(order, by=people["dispatcher"], reason="outside", note="请联系12345")
    clock.forward(days=30)
    assert actions.sound_alarms() == 0
    assert len(breaches(order)) == 1


def test_a_late_stage_counts_against_whoever_held_it(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    clock.forward(hours=4)
    actions.sound_alarms()
    order = do(Verb.REFER_UP, order, county, people)
    clock.put(MONDAY + timedelta(hours=6))
    actions.sound_alarms()
    assert [(b.level, b.held_by) for b in breaches(order, Stage.INSPECT)] == [
        (0, county.community_office),
        (1, county.subdistrict_office),
    ]


# --- Presets, rules and years ------------------------------------------------------------


def test_urgent_orders_are_late_sooner(county: County, people: People, clock: Pretended) -> None:
    order = report(county, people, category=URGENT)
    clock.forward(minutes=15)
    actions.sound_alarms()
    assert rungs(order, Stage.INSPECT) == [(0, clock.moment)]
    order = do(Verb.DISPATCH, order, county, people)
    assert order.deadlines.get(stage=Stage.HANDLE).due_at == clock.moment + timedelta(hours=1)


def test_long_matters_are_handled_in_working_days(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people, category=LONG)
    handling = order.deadlines.get(stage=Stage.HANDLE)
    assert handling.due_at == at("2026-03-06")  # 24:00 of Thursday
    clock.put(at("2026-03-10"))
    actions.sound_alarms()
    assert rungs(order, Stage.HANDLE) == [
        (0, at("2026-03-06")),
        (1, at("2026-03-07")),
        (2, at("2026-03-10")),
    ]


def test_a_december_promise_into_a_year_without_a_notice_is_provisional_and_never_refused(
    county: County, people: People, clock: Pretended
) -> None:
    assert not CalendarNotice.objects.filter(year=2027).exists()
    clock.put(at("2026-12-29 10:00"))
    order = report(county, people)
    rows = {row.stage: row for row in order.deadlines.all()}
    assert rows[Stage.FEEDBACK].provisional
    # 30 and 31 December; 1 January is off by law; 4, 5 and 6 January.
    assert rows[Stage.FEEDBACK].due_at == at("2027-01-07")
    assert not rows[Stage.INSPECT].provisional
    clock.put(at("2027-01-08"))
    actions.sound_alarms()
    assert rungs(order, Stage.FEEDBACK) == [(0, at("2027-01-07")), (1, at("2027-01-08"))]


def test_in_years_nobody_has_thought_of_a_report_is_still_taken(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2041-12-31 10:00"))
    assert report(county, people).deadlines.get(stage=Stage.FEEDBACK).provisional
