"""Verbs of the reporter: report, supplement, withdraw, urge."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.actors import CLOCK, Reporter
from accounts.models import User
from common.codes import new_reference, normal
from common.errors import Invalid, NotAllowed, WrongState
from complaints import actions
from complaints.actions import reporting
from complaints.actions.reporting import LONGEST_TEXT
from complaints.models import Complaint, Contact, Deadline, Event, StatementKind
from complaints.permissions import parties
from complaints.workflow import OPEN, Kind, Party, Source, Stage, Status
from notifications.models import Notification
from tests.complaints.walks import (
    BYPASS,
    LONG,
    URGENT,
    complaint_at,
    report,
    untouched,
)
from tests.factories import County
from tests.moments import MONDAY, Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db


def told(order: Complaint, verb: str) -> set[int]:
    """Who was told of this verb."""
    return set(
        Notification.objects.filter(
            kind=f"order_{verb}", facts__reference=order.reference
        ).values_list("to_id", flat=True)
    )


def ids(people: People, *names: str) -> set[int]:
    return {people[name].pk for name in names}


def due(order: Complaint) -> dict[str, Deadline]:
    return {row.stage: row for row in order.deadlines.all()}


# --- report ------------------------------------------------------------------------------


def test_a_report_is_kept_with_event_deadlines_words_and_notices(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people, spot="三楼东侧", contact_name="陈晓梅", dwelling="301")
    assert (order.status, order.desk, order.handler) == (Status.REPORTED, county.community, None)
    assert order.reported_at == MONDAY
    event = Event.objects.get(complaint=order)
    assert (event.verb, event.party, event.from_status) == ("report", Party.REPORTER, "")
    assert (event.actor_kind, event.actor_id) == ("user", people["resident"].pk)
    assert event.to_status == Status.REPORTED
    assert event.statement is not None
    assert event.statement.text == "三楼楼道的灯不亮了"
    spot = order.statements.get(kind=StatementKind.SPOT)
    assert spot.text == "三楼东侧"
    contact = Contact.objects.get(complaint=order)
    assert (contact.name, contact.dwelling) == ("陈晓梅", "301")


def test_a_report_opens_the_first_round_of_inspection_and_feedback(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    rows = due(order)
    assert set(rows) == {Stage.INSPECT, Stage.FEEDBACK}
    assert {row.round for row in rows.values()} == {1}
    assert {row.held_by for row in rows.values()} == {county.community_office}
    assert rows[Stage.INSPECT].due_at == MONDAY + timedelta(hours=3)
    assert rows[Stage.FEEDBACK].due_at == at("2026-03-10")  # 24:00 of Monday the 9th
    assert order.next_due_at == rows[Stage.INSPECT].due_at
    assert order.alarm_at == rows[Stage.INSPECT].next_reminder_at


def test_a_report_is_told_to_the_desk_and_the_grid(county: County, people: People) -> None:
    order = report(county, people)
    assert told(order, "report") == ids(people, "dispatcher", "grid_worker")


def test_whoever_did_it_is_not_told_of_it(county: County, people: People) -> None:
    order = report(county, people, by=people["grid_worker"], source=Source.PATROL)
    assert told(order, "report") == ids(people, "dispatcher")
    order = report(county, people, by=people["dispatcher"], source=Source.PHONE)
    assert told(order, "report") == ids(people, "grid_worker")


def test_nobody_is_told_of_an_order_they_cannot_see(county: County, people: People) -> None:
    """The manager who is also a grid worker here would be told of what is not yet theirs."""
    for order in (report(county, people), report(county, people, category=BYPASS)):
        for user in User.objects.filter(pk__in=told(order, "report")):
            assert parties(user, order), user


def test_a_repair_goes_straight_to_the_firm_in_force(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people, kind=Kind.REPAIR)
    assert (order.status, order.handler) == (Status.DISPATCHED, county.firm)
    rows = due(order)
    assert set(rows) == {Stage.HANDLE, Stage.FEEDBACK}
    assert rows[Stage.HANDLE].held_by == county.firm
    assert rows[Stage.FEEDBACK].held_by == county.community_office
    assert people["manager"].pk in told(order, "report")


def test_a_repair_without_a_firm_goes_to_the_desk(county: County, people: People) -> None:
    order = report(county, people, kind=Kind.REPAIR, estate=county.unserved)
    assert (order.status, order.handler) == (Status.REPORTED, None)
    assert set(due(order)) == {Stage.INSPECT, Stage.FEEDBACK}


def test_an_accusation_against_the_community_passes_it_by(county: County, people: People) -> None:
    order = report(county, people, category=BYPASS)
    assert order.bypasses_community
    assert order.desk == county.subdistrict
    assert {row.held_by for row in due(order).values()} == {county.subdistrict_office}
    assert told(order, "report") == ids(people, "subdistrict")


@pytest.mark.parametrize(
    ("code", "inspect", "feedback"),
    [
        (URGENT, MONDAY + timedelta(minutes=15), at("2026-03-04")),
        (LONG, MONDAY + timedelta(hours=3), at("2026-03-10")),
    ],
)
def test_urgent_and_long_matters_have_times_of_their_own(
    code: str, inspect: object, feedback: object, county: County, people: People, clock: Pretended
) -> None:
    rows = due(report(county, people, category=code))
    assert rows[Stage.INSPECT].due_at == inspect
    assert rows[Stage.FEEDBACK].due_at == feedback


def test_an_anonymous_report_is_followed_by_its_secret_alone(
    county: County, people: People
) -> None:
    order = report(county, people, by=Reporter("a" * 64))
    assert (order.reporter, order.secret_digest) == (None, "a" * 64)
    event = Event.objects.get(complaint=order)
    assert (event.actor_kind, event.actor_id) == ("reporter", None)


def test_the_place_is_kept_as_exactly_as_it_was_said(county: County, people: People) -> None:
    whole = report(county, people, estate=county.estate)
    exact = report(county, people, entrance=county.entrance)
    assert whole.place_code == county.estate.code
    assert exact.place_code == county.entrance.code


def test_references_carry_the_prefecture_and_cannot_be_mistyped(
    county: County, people: People
) -> None:
    order = report(county, people)
    assert order.reference.startswith("9901-")
    assert normal(order.reference.lower().replace("-", " ")) == order.reference


def test_a_reference_that_is_taken_is_drawn_again(
    county: County, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = report(county, people).reference
    free = new_reference("9901")
    drawn = iter([taken, taken, free])
    monkeypatch.setattr(reporting, "new_reference", lambda _prefecture: next(drawn))
    assert report(county, people).reference == free


def test_a_database_that_refuses_for_another_reason_is_not_asked_five_times(
    county: County, people: People
) -> None:
    """Both a reporter and a secret: two ways to follow, which the database does not allow."""
    with pytest.raises(IntegrityError):
        report(county, people, secret_digest="a" * 64)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("description", {"description": " \n "}),
        ("description", {"description": "漏" * (LONGEST_TEXT + 1)}),
        ("estate", {"estate": "building"}),
        ("estate", {"estate": "far_building"}),
        ("building", {"estate": "other_estate", "building": "building"}),
        ("building", {"estate": "estate", "building": "entrance"}),
        ("entrance", {"estate": "estate", "entrance": "entrance"}),
        ("entrance", {"estate": "estate", "building": "building", "entrance": "building"}),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_kept(
    field: str, words: dict[str, str], county: County, people: People
) -> None:
    places = {
        "building": county.building,
        "far_building": county.far_estate.children.all()[0],
        "entrance": county.entrance,
        "estate": county.estate,
        "other_estate": county.other_estate,
    }
    given = {name: places.get(value, value) for name, value in words.items()}
    with pytest.raises(Invalid) as refusal:
        report(county, people, **given)
    assert list(refusal.value.fields) == [field]
    assert not Complaint.objects.exists()
    assert not Notification.objects.exists()


def test_the_longest_text_is_still_taken(county: County, people: People) -> None:
    assert report(county, people, description="漏" * LONGEST_TEXT).pk


def test_an_estate_without_a_community_is_said_to_have_none(county: County, people: People) -> None:
    orphan = county.estate
    orphan.parent = county.district
    orphan.save()
    with pytest.raises(Invalid) as refusal:
        report(county, people, estate=orphan)
    assert "estate" in refusal.value.fields


def test_the_clock_reports_nothing(county: County, people: People) -> None:
    with pytest.raises(NotAllowed):
        report(county, people, by=CLOCK)


# --- entered by staff --------------------------------------------------------------------


@pytest.mark.parametrize("source", [Source.PHONE, Source.WALK_IN, Source.CHAT])
@pytest.mark.parametrize(
    ("who", "party"),
    [
        ("dispatcher", Party.DESK),
        ("subdistrict", Party.DESK),
        ("grid_worker", Party.GRID),
    ],
)
def test_staff_enter_what_they_were_told(
    source: Source, who: str, party: Party, county: County, people: People
) -> None:
    order = report(county, people, by=people[who], source=source, contact_phone="13900000001")
    assert order.reporter is None
    event = Event.objects.get(complaint=order)
    assert (event.party, event.facts) == (party, {"source": source})
    assert event.office


@pytest.mark.parametrize(
    "who", ["resident", "manager", "manager_grid", "far_dispatcher", "committee", "auditor"]
)
def test_nobody_enters_reports_for_places_they_do_not_answer_for(
    who: str, county: County, people: People
) -> None:
    with pytest.raises(NotAllowed):
        report(county, people, by=people[who], source=Source.PHONE)
    assert not Complaint.objects.exists()


def test_a_grid_worker_enters_reports_about_the_whole_estate_too(
    county: County, people: People
) -> None:
    order = report(
        county, people, by=people["grid_worker"], source=Source.PHONE, estate=county.estate
    )
    assert Event.objects.get(complaint=order).party == Party.GRID


def test_a_report_from_patrol_is_the_finders_own(county: County, people: People) -> None:
    order = report(county, people, by=people["grid_worker"], source=Source.PATROL)
    assert order.reporter == people["grid_worker"]


def test_staff_can_hand_over_a_secret_to_follow_by(county: County, people: People) -> None:
    order = report(
        county, people, by=people["dispatcher"], source=Source.PHONE, secret_digest="c" * 64
    )
    assert parties(Reporter("c" * 64), order) == {Party.REPORTER}


# --- supplement, withdraw, urge ----------------------------------------------------------


def test_a_supplement_adds_words_and_moves_nothing(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    before = (order.status, order.next_due_at, order.alarm_at)
    clock.forward(minutes=5)
    order = actions.supplement(order, by=people["resident"], note="四楼也不亮")
    assert (order.status, order.next_due_at, order.alarm_at) == before
    assert order.statements.get(kind=StatementKind.SUPPLEMENT).text == "四楼也不亮"
    assert told(order, "supplement") == ids(people, "dispatcher", "manager", "manager_grid")


def test_a_supplement_says_something(county: County, people: People) -> None:
    order = report(county, people)
    with untouched(order), pytest.raises(Invalid) as refusal:
        actions.supplement(order, by=people["resident"], note="  ")
    assert "note" in refusal.value.fields


@pytest.mark.parametrize("status", sorted(OPEN))
def test_an_open_order_can_be_withdrawn_and_then_owes_nothing(
    status: Status, county: County, people: People
) -> None:
    order = complaint_at(status, county, people)
    order = actions.withdraw(order, by=people["resident"], note="已经自己修好")
    assert order.status == Status.WITHDRAWN
    assert (order.next_due_at, order.alarm_at, order.rate_until) == (None, None, None)
    assert not [row for row in order.deadlines.all() if row.is_open]
    voided = order.deadlines.filter(void_at__isnull=False)
    assert {row.void_reason for row in voided} <= {"withdraw"}


def test_what_was_kept_before_stays_kept_when_an_order_is_withdrawn(
    county: County, people: People
) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    order = actions.withdraw(order, by=people["resident"])
    rows = due(order)
    assert rows[Stage.INSPECT].met_at is not None
    assert rows[Stage.INSPECT].void_at is None
    assert rows[Stage.HANDLE].void_reason == "withdraw"


def test_a_withdrawn_order_is_told_to_desk_and_handler(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    actions.withdraw(order, by=people["resident"])
    assert told(order, "withdraw") == ids(people, "dispatcher", "manager", "manager_grid")


def test_urging_reminds_desk_and_handler_and_changes_no_deadline(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    before = list(order.deadlines.values_list())
    order = actions.urge(order, by=people["resident"], note="等了很久")
    assert told(order, "urge") == ids(people, "dispatcher", "manager", "manager_grid")
    assert list(order.deadlines.values_list()) == before


def test_urging_is_for_once_a_shanghai_day(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    actions.urge(order, by=people["resident"])
    clock.put(at("2026-03-02 23:59"))
    with untouched(order), pytest.raises(WrongState):
        actions.urge(order, by=people["resident"])
    clock.put(at("2026-03-03 00:00"))
    actions.urge(order, by=people["resident"])
