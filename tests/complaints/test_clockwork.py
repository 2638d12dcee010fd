"""The sweep, and the promises it watches over: nothing late goes unseen, nothing is seen twice."""

import logging
import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import DomainError
from communities.actions import appoint
from communities.models import Appointment, CalendarNotice, Office
from complaints import actions
from complaints.actions import _promises, clockwork
from complaints.models import Breach, Complaint, Deadline, Event
from complaints.permissions import OFFERED, parties
from complaints.workflow import ENDED, LADDER, STEPS, Stage, Status, Verb
from notifications.models import Notification
from tests import factories
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


def breaches(order: Complaint, stage: Stage | None = None) -> list[Breach]:
    rows = Breach.objects.filter(deadline__complaint=order).select_related("deadline", "held_by")
    return list(rows.filter(deadline__stage=stage) if stage else rows)


def rungs(order: Complaint, stage: Stage) -> list[tuple[int, datetime]]:
    """Level and due time of each rung that a stage has reached."""
    return [(breach.level, breach.due_at) for breach in breaches(order, stage)]


def late_notices(order: Complaint) -> list[tuple[str, str]]:
    """Who was told which rung of this order's late stages, in order of time."""
    rows = Notification.objects.filter(
        kind="order_late", facts__reference=order.reference
    ).order_by("pk")
    return [(notice.to.username, notice.facts["rung"]) for notice in rows]


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


# --- The sweep as a machine --------------------------------------------------------------


def test_more_than_one_batch_is_swept(county: County, people: People, clock: Pretended) -> None:
    """A scanner that reads only its first page starves the rest."""
    orders = [report(county, people) for _ in range(5)]
    clock.forward(hours=3)
    assert actions.sound_alarms(batch=2) == 5
    assert [len(breaches(order)) for order in orders] == [1] * 5


def test_a_bad_row_is_parked_and_does_not_stop_the_others(
    county: County,
    people: People,
    clock: Pretended,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    orders = [report(county, people) for _ in range(5)]
    bad = orders[2]
    real = _promises.reached

    def reached(row: Deadline, *rest: Any) -> list[Breach]:
        if row.complaint_id == bad.pk:
            raise RuntimeError("this row is bad")
        return real(row, *rest)

    monkeypatch.setattr(clockwork, "reached", reached)
    due = clock.forward(hours=3)
    with caplog.at_level(logging.ERROR, logger=clockwork.__name__):
        actions.sound_alarms(batch=3)
    assert [len(breaches(order)) for order in orders] == [1, 1, 0, 1, 1]
    assert again(bad).alarm_at == due + clockwork.PARKED
    assert "parked" in caplog.text
    monkeypatch.undo()
    clock.put(due + clockwork.PARKED)
    actions.sound_alarms()
    assert rungs(bad, Stage.INSPECT) == [(0, due)]


def test_an_idle_sweep_writes_nothing_and_asks_once_or_twice(
    county: County, people: People, clock: Pretended, at_most: Any
) -> None:
    for _ in range(3):
        report(county, people)
    with at_most(2):
        assert actions.sound_alarms() == 0


def test_a_sweep_asks_as_often_for_many_as_for_few(
    county: County, people: People, clock: Pretended, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked = []
    for number in (3, 30):
        for _ in range(number):
            report(county, people)
        clock.forward(hours=3)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert actions.sound_alarms() >= number
        asked.append(len(queries))
        Complaint.objects.update(alarm_at=None)
    assert asked[0] == asked[1]


def test_an_ended_order_waits_for_nothing(county: County, people: People) -> None:
    for status in ENDED:
        order = complaint_at(status, county, people)
        assert (order.next_due_at, order.alarm_at) == (None, None), status


# --- A random walk -----------------------------------------------------------------------


def plainly(
    order: Complaint, rows: list[Deadline]
) -> tuple[datetime | None, datetime | None, int | None]:
    """What the order should keep of its deadlines, worked out the slow way."""
    standing = [row for row in rows if row.met_at is None and row.void_at is None]
    rung_times = []
    for row in standing:
        recorded = {breach.level for breach in row.breaches.all()}
        assert recorded == set(range(row.next_level)), "the rungs are climbed one by one"
        if row.next_reminder_at is not None:
            assert row.next_level == 0
            rung_times.append(row.next_reminder_at)
        if row.next_level < len(LADDER[Stage(row.stage)]):
            assert row.next_level_at is not None
            rung_times.append(row.next_level_at)
        else:
            assert row.next_level_at is None
    if order.review_at is not None:
        rung_times.append(order.review_at)
    if order.status == Status.ANSWERED:
        assert order.rate_until is not None
        rung_times.append(order.rate_until)
    else:
        assert order.rate_until is None
    return (
        min((row.due_at for row in standing), default=None),
        min(rung_times, default=None),
        max((breach.level for row in rows for breach in row.breaches.all()), default=None),
    )


RARE = frozenset({Verb.WITHDRAW, Verb.MERGE, Verb.REFUSE})


@pytest.mark.slow
def test_whatever_is_done_in_whatever_order_the_clock_keeps_count(
    county: County, people: People, clock: Pretended
) -> None:
    """Two hundred steps by whoever may, while time goes by and the sweep comes at times."""
    chance = random.Random(3)  # the same walk every time
    order = report(county, people)
    done: set[Verb] = set()
    for _step in range(200):
        clock.forward(minutes=chance.choice((1, 10, 60, 60, 200, 1000, 5000)))
        if chance.random() < 0.3:
            actions.sound_alarms()
            assert_kept(order, clock.moment)
            order = again(order)
        verbs = [verb for verb in OFFERED if order.status in STEPS[verb].sources]
        verb = chance.choice([v for v in verbs if v not in RARE or chance.random() < 0.1] or [None])
        if verb is None:
            order = report(county, people, category=chance.choice(("0101", URGENT, LONG, BYPASS)))
            continue
        words: dict[str, Any] = {}
        if verb in {Verb.RATE, Verb.RECORD_CALLBACK}:
            words["solved"] = chance.random() < 0.4
        if verb == Verb.DISPATCH:
            words["handler"] = chance.choice((county.firm, county.fire))
        try:
            order = do(verb, order, county, people, **words)
            done.add(verb)
        except DomainError as refusal:
            # Not this handler, urged today already, the window is over, nobody above.
            assert refusal.http_status in {400, 409}, (verb, refusal)
        assert_kept(order, None)
    assert len(done) >= len(OFFERED) - 4, "the walk should come by nearly every verb"


def assert_kept(order: Complaint, swept_at: datetime | None) -> None:
    order = Complaint.objects.get(pk=order.pk)
    rows = list(order.deadlines.prefetch_related("breaches"))
    due, alarm, level = plainly(order, rows)
    assert (order.next_due_at, order.alarm_at, order.escalated_level) == (due, alarm, level)
    for row in rows:
        ended = row.met_at or row.void_at
        assert ended is None or row.next_level_at is None
        for breach in row.breaches.all():
            assert ended is None or breach.due_at <= ended
    if swept_at is not None and alarm is not None:
        assert alarm > swept_at, "a sweep leaves nothing that is already due"
