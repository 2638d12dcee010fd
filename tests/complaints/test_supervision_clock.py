"""What the clock does for supervision orders: it reminds, says what is late, and only once."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from communities.actions import NoticeDay, appoint, enter_notice
from communities.models import Office
from complaints import actions
from complaints.actions import _slips
from complaints.models import SupervisionEvent, SupervisionOrder
from complaints.supervision import State
from complaints.workflow import Status
from notifications.models import Notification
from tests.complaints.slips import all_rows, slip_again, supervised
from tests.complaints.walks import URGENT, complaint_at
from tests.factories import BEGINNING, County, person
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db


def told(kind: str) -> list[str]:
    return sorted(Notification.objects.filter(kind=kind).values_list("to__username", flat=True))


def late_events(slip: SupervisionOrder) -> list[tuple[int, Any]]:
    rows = SupervisionEvent.objects.filter(supervision=slip, verb="late").order_by("round")
    return [(event.round, event.facts["due_at"]) for event in rows]


def test_the_addressee_is_reminded_one_working_day_before(
    county: County, people: People, clock: Pretended
) -> None:
    supervised(county, people)  # on a Monday, until the end of Thursday
    clock.put(at("2026-03-04 08:59"))
    assert actions.sound_supervision() == 0
    clock.put(at("2026-03-04 09:00"))
    assert actions.sound_supervision() == 1
    assert told("supervision_reminder") == ["manager", "manager_grid"]
    clock.forward(hours=1)
    assert actions.sound_supervision() == 0


def test_hours_are_reminded_of_at_four_fifths(
    county: County, people: People, clock: Pretended
) -> None:
    slip = supervised(county, people, amount=10 * 3600, unit="seconds")
    assert slip.reminder_at == clock.moment + timedelta(hours=8)


def test_a_late_reply_is_told_to_the_office_and_the_head_exactly_once(
    county: County, people: People, clock: Pretended
) -> None:
    clerk = person("firm_clerk")
    appoint(clerk, by=CLOCK, office=Office.FIRM_CLERK, at=county.firm, from_on=BEGINNING)
    slip = supervised(county, people)
    clock.put(at("2026-03-05 23:59"))
    actions.sound_supervision()
    assert late_events(slip) == []
    clock.put(at("2026-03-06"))  # Thursday, 24:00
    assert actions.sound_supervision() == 1
    assert late_events(slip) == [(1, slip.due_at.isoformat())]
    assert told("supervision_late") == ["manager", "manager_grid", "subdistrict"]
    rows = all_rows()
    assert actions.sound_supervision() == 0
    clock.forward(days=3)
    assert actions.sound_supervision() == 0
    assert all_rows() == rows


def test_where_there_is_no_head_everybody_who_answers_hears_it(
    county: County, people: People, clock: Pretended
) -> None:
    supervised(county, people, to=county.community_office)
    clock.put(at("2026-03-06"))
    actions.sound_supervision()
    assert told("supervision_late") == ["dispatcher", "subdistrict"]


def test_the_office_above_hears_it_where_the_issuing_one_is_vacant(
    county: County, people: People, clock: Pretended
) -> None:
    supervised(county, people)
    people["subdistrict"].appointments.update(until_on=date(2026, 3, 4))
    clock.put(at("2026-03-06"))
    actions.sound_supervision()
    assert told("supervision_late") == ["district", "manager", "manager_grid"]


def test_an_alarm_waits_for_the_morning_unless_it_is_urgent(
    county: County, people: People, clock: Pretended
) -> None:
    urgent = complaint_at(Status.HANDLING, county, people, category=URGENT)
    clock.put(at("2026-03-02 20:00"))
    hours: dict[str, Any] = {"amount": 3 * 3600, "unit": "seconds"}
    calm, pressing = (
        supervised(county, people, **hours),
        supervised(county, people, [urgent], **hours),
    )
    clock.put(at("2026-03-02 23:00"))
    actions.sound_supervision()
    for slip, loud, wakes in ((calm, at("2026-03-03 07:00"), False), (pressing, None, True)):
        notices = Notification.objects.filter(kind="supervision_late", facts__supervision=slip.code)
        assert set(notices.values_list("loud_from", "wakes", "duty")) == {(loud, wakes, True)}


def test_a_late_reply_is_on_record_though_the_sweep_was_down(
    county: County, people: People, clock: Pretended
) -> None:
    by_verb, by_sweep = supervised(county, people), supervised(county, people)
    clock.put(by_verb.due_at)
    done = actions.reply(by_verb, by=people["manager"], note="来迟了")
    assert done.late_round == 1
    assert actions.sound_supervision() == 1  # the other one
    assert late_events(by_verb) == [(1, by_verb.due_at.isoformat())]
    assert late_events(by_sweep) == late_events(by_verb)
    per_slip = [
        sorted(
            Notification.objects.filter(
                kind="supervision_late", facts__supervision=slip.code
            ).values_list("to__username", flat=True)
        )
        for slip in (by_verb, by_sweep)
    ]
    assert per_slip[0] == per_slip[1] == ["manager", "manager_grid", "subdistrict"]


def test_a_reply_a_moment_before_it_is_due_is_in_time(
    county: County, people: People, clock: Pretended
) -> None:
    slip = supervised(county, people)
    clock.put(slip.due_at - timedelta(microseconds=1))
    assert actions.reply(slip, by=people["manager"], note="完成").late_round is None
    assert told("supervision_late") == []


def test_after_a_day_of_downtime_everything_late_is_found_by_one_sweep(
    county: County, people: People, clock: Pretended
) -> None:
    orders = [complaint_at(Status.HANDLING, county, people) for _ in range(5)]
    slips = [supervised(county, people, [order]) for order in orders]
    clock.put(slips[0].due_at + timedelta(days=1))
    assert actions.sound_supervision(batch=2) == 5
    assert all(late_events(slip) for slip in slips)
    assert told("supervision_reminder") == [], "nobody is reminded of what is late"


def test_one_bad_row_does_not_stop_the_others(
    county: County, people: People, clock: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [complaint_at(Status.HANDLING, county, people) for _ in range(3)]
    slips = [supervised(county, people, [order]) for order in orders]
    clock.put(slips[0].due_at)
    usual = _slips.late

    def fails(slip: SupervisionOrder, moment: Any) -> SupervisionEvent | None:
        if slip.pk == slips[1].pk:
            raise RuntimeError("bad row")
        return usual(slip, moment)

    monkeypatch.setattr(_slips, "late", fails)
    actions.sound_supervision()
    assert [bool(late_events(slip)) for slip in slips] == [True, False, True]
    assert slip_again(slips[1]).alarm_at == clock.moment + timedelta(hours=1)


def test_an_idle_sweep_asks_once(county: County, people: People, at_most: Any) -> None:
    supervised(county, people)
    with at_most(2):  # the clock, and what is alarmed
        assert actions.sound_supervision() == 0


# --- The calendar ------------------------------------------------------------------------

NATIONAL_DAY = [date(2027, 10, day) for day in range(1, 8)]


def holidays_2027() -> list[NoticeDay]:
    """The 13 days by law, and a longer Spring Festival than the law's."""
    fixed = {
        "New Year's Day": [date(2027, 1, 1)],
        "Spring Festival": [date(2027, 2, day) for day in range(5, 13)],
        "Qingming Festival": [date(2027, 4, 5)],
        "Labour Day": [date(2027, 5, 1), date(2027, 5, 2)],
        "Dragon Boat Festival": [date(2027, 6, 9)],
        "Mid-Autumn Festival": [date(2027, 9, 15)],
        "National Day": NATIONAL_DAY,
    }
    return [
        NoticeDay(day, working=False, name=name) for name, days in fixed.items() for day in days
    ]


def test_a_holiday_notice_moves_what_is_owed_and_says_so(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2027-02-03 10:00"))  # a Wednesday; by law Spring Festival is 5 to 8 February
    slip = supervised(county, people)
    fixed = supervised(county, people, due_on=date(2027, 2, 11))
    assert (slip.provisional, slip.due_at) == (True, at("2027-02-11"))
    enter_notice(
        by=CLOCK,
        year=2027,
        number="国办发明电〔2026〕9号",
        issued_on=date(2026, 11, 1),
        days=holidays_2027(),
    )
    actions.reckon_anew()
    slip = slip_again(slip)
    assert (slip.provisional, slip.due_at) == (False, at("2027-02-17"))
    moved = SupervisionEvent.objects.get(verb="recomputed")
    assert moved.facts == {"due_at": slip.due_at.isoformat(), "notice": "国办发明电〔2026〕9号"}
    assert told("supervision_recomputed") == ["manager", "manager_grid"]
    assert slip_again(fixed).due_at == at("2027-02-12"), "a day that was named stays"
    assert slip_again(slip).alarm_at == at("2027-02-15 09:00")


def test_what_is_late_stays_late_whatever_the_notice_says(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2027-02-03 10:00"))
    slip = supervised(county, people)
    clock.put(at("2027-02-11"))
    actions.sound_supervision()
    enter_notice(
        by=CLOCK,
        year=2027,
        number="国办发明电〔2026〕9号",
        issued_on=date(2026, 11, 1),
        days=holidays_2027(),
    )
    actions.reckon_anew()
    kept = slip_again(slip)
    assert (kept.due_at, kept.late_round, kept.state) == (slip.due_at, 1, State.OPEN)
