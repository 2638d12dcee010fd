"""A holiday notice that is entered or corrected moves what rests on it, and says so."""

from datetime import UTC, date

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from communities.actions import NoticeDay, enter_notice
from communities.models import CalendarNotice
from complaints import actions
from complaints.models import Breach, Complaint, Deadline, Event
from complaints.workflow import Stage, Status, Verb
from notifications.models import Notification
from tests.complaints.walks import again, complaint_at, do, report
from tests.factories import County
from tests.moments import Pretended, at

pytestmark = pytest.mark.django_db
People = dict[str, User]

# Spring Festival 2027 as it may be noticed: 5 to 11 February off, 30 January and 13 February
# worked. Of New Year: 1 to 3 January.
NEW_YEAR = [NoticeDay(date(2027, 1, day), working=False, name_zh="元旦") for day in (1, 2, 3)]
REST = [
    (2, 5, 11, "春节"),
    (4, 3, 5, "清明节"),
    (5, 1, 5, "劳动节"),
    (6, 9, 11, "端午节"),
    (9, 15, 17, "中秋节"),
    (10, 1, 7, "国庆节"),
]
OFF = [
    NoticeDay(date(2027, month, day), working=False, name_zh=name)
    for month, first, last, name in REST
    for day in range(first, last + 1)
]
WORKED = [NoticeDay(date(2027, 1, 30), working=True, name_zh="春节")]


def entered(*more: NoticeDay, number: str = "国办发明电〔2026〕9号") -> CalendarNotice:
    return enter_notice(
        by=CLOCK,
        year=2027,
        number=number,
        issued_on=date(2026, 11, 10),
        days=[*NEW_YEAR, *OFF, *WORKED, *more],
    )


def feedback(order: Complaint) -> Deadline:
    return order.deadlines.get(stage=Stage.FEEDBACK, round=1)


@pytest.fixture
def january(county: County, people: People, clock: Pretended) -> Complaint:
    """Reported on Monday 25 January 2027, when nobody has entered the notice of 2027."""
    clock.put(at("2027-01-27 10:00"))
    return report(county, people)


def test_without_a_notice_the_promise_is_provisional(january: Complaint) -> None:
    row = feedback(january)
    # Thursday, Friday, Monday to Wednesday: statutory days begin on 5 February.
    assert (row.due_at, row.provisional) == (at("2027-02-04"), True)


def test_the_notice_moves_what_rests_on_it_and_leaves_an_event(
    january: Complaint, clock: Pretended
) -> None:
    entered()
    clock.forward(hours=1)
    assert actions.reckon_anew() == 1
    row = feedback(january)
    # Saturday 30 January is worked: day 3.
    assert (row.due_at, row.provisional) == (at("2027-02-03"), False)
    event = Event.objects.get(complaint=january, verb="recomputed")
    assert event.actor_kind == "clock"
    assert event.facts == {
        "stage": "feedback",
        "round": 1,
        "was": at("2027-02-04").astimezone(UTC).isoformat(),
        "due_at": at("2027-02-03").astimezone(UTC).isoformat(),
        "notice": "国办发明电〔2026〕9号",
    }
    assert Notification.objects.filter(kind="order_recomputed").count() >= 2


def test_it_is_done_once(january: Complaint) -> None:
    entered()
    assert actions.reckon_anew() == 1
    assert actions.reckon_anew() == 0
    assert not CalendarNotice.objects.unreckoned().exists()
    assert Event.objects.filter(complaint=january, verb="recomputed").count() == 1


def test_a_correction_moves_it_again(january: Complaint, clock: Pretended) -> None:
    entered()
    actions.reckon_anew()
    clock.forward(minutes=1)
    entered(NoticeDay(date(2027, 1, 31), working=True, name_zh="春节"), number="更正")
    assert actions.reckon_anew() == 1
    assert feedback(january).due_at == at("2027-02-02")
    assert Event.objects.filter(complaint=january, verb="recomputed").count() == 2


def test_what_is_late_stays_late(january: Complaint, clock: Pretended) -> None:
    clock.put(at("2027-02-04 08:00"))
    actions.sound_alarms()
    late = list(Breach.objects.filter(deadline__complaint=january).values_list("pk", "due_at"))
    # The notice makes 3 February a day off: reckoned by it, the promise would not be late yet.
    entered(NoticeDay(date(2027, 2, 3), working=False, name_zh="春节"))
    actions.reckon_anew()
    row = feedback(january)
    assert row.due_at == at("2027-02-04")
    assert (
        list(Breach.objects.filter(deadline__complaint=january).values_list("pk", "due_at")) == late
    )


def test_no_promise_becomes_late_by_a_notice(january: Complaint, clock: Pretended) -> None:
    clock.put(at("2027-02-03 15:00"))
    entered()
    assert actions.reckon_anew() == 0
    row = feedback(january)
    assert row.due_at == at("2027-02-04")
    actions.sound_alarms()
    assert not Breach.objects.filter(deadline=row).exists()


def test_what_ended_is_left_as_it_was(county: County, people: People, clock: Pretended) -> None:
    clock.put(at("2027-01-27 10:00"))
    order = complaint_at(Status.ANSWERED, county, people)
    before = feedback(order)
    entered()
    actions.reckon_anew()
    after = feedback(order)
    assert (after.due_at, after.met_at) == (before.due_at, before.met_at)


def test_a_year_nobody_reported_in_costs_nothing(january: Complaint) -> None:
    entered()
    actions.reckon_anew()
    assert actions.reckon_anew() == 0


def test_pauses_and_extensions_are_kept(county: County, people: People, clock: Pretended) -> None:
    clock.put(at("2027-01-27 10:00"))
    order = report(county, people)
    do(Verb.SUSPEND, order, county, people, review_on=date(2027, 1, 28))
    assert feedback(order).due_at == at("2027-02-05")
    entered()
    actions.reckon_anew()
    # Thursday rests; Friday, Saturday (worked), Monday, Tuesday, Wednesday.
    assert feedback(order).due_at == at("2027-02-04")


def test_the_alarm_of_the_order_follows(january: Complaint) -> None:
    entered()
    before = again(january)
    actions.reckon_anew()
    after = again(january)
    assert before.next_due_at == after.next_due_at  # the on-site check, in hours
    order = again(january)
    rows = [row for row in order.deadlines.all() if row.is_open]
    assert order.alarm_at == min(
        moment for row in rows for moment in (row.next_level_at, row.next_reminder_at) if moment
    )
