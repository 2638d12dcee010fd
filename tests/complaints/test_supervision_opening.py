"""Opening a supervision order: its number, by when, by whom, to whom."""

from datetime import date, time
from typing import Any

import pytest

from accounts.actors import CLOCK, Actor, Reporter
from accounts.models import User
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from communities.actions import appoint
from communities.models import Body, Office
from complaints import actions
from complaints.models import Deadline, Event, SupervisionEvent
from complaints.permissions.supervision import (
    may_supervise,
    supervisions_visible_to,
)
from complaints.supervision import SupervisionVerb
from complaints.workflow import AT_WORK, Status
from notifications.models import Notification
from tests.complaints.slips import (
    nothing_happened,
    replied,
    slip_again,
    supervised,
    told,
)
from tests.complaints.walks import BYPASS, URGENT, again, complaint_at, report
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db
V = SupervisionVerb


# --- Numbers -----------------------------------------------------------------------------


def test_each_office_counts_its_own_and_begins_anew_each_year(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-12-31 23:00"))
    orders = [complaint_at(Status.HANDLING, county, people) for _ in range(3)]
    first = supervised(county, people, orders[:1])
    second = supervised(county, people, orders[1:2])
    above = supervised(county, people, orders[:1], by=people["district"])
    clock.put(at("2027-01-01 00:30"))
    later = supervised(county, people, orders[2:])
    assert [slip.number for slip in (first, second, above, later)] == [
        "督办〔2026〕梅江1号",
        "督办〔2026〕梅江2号",
        "督办〔2026〕红枫1号",
        "督办〔2027〕梅江1号",
    ]
    assert len({slip.code for slip in (first, second, above, later)}) == 4


def test_what_is_refused_uses_up_no_number(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    with pytest.raises(Invalid):
        supervised(county, people, [order], due_on=date(2020, 1, 1))
    assert supervised(county, people, [order]).serial == 1


def test_the_number_stays_as_it_was_printed(county: County, people: People) -> None:
    slip = supervised(county, people)
    county.subdistrict.name = "新城街道"
    county.subdistrict.save()
    order = complaint_at(Status.HANDLING, county, people)
    assert supervised(county, people, [order]).number.endswith("新城2号")
    assert slip_again(slip).number.endswith("梅江1号")


# --- By when -----------------------------------------------------------------------------


def test_working_days_follow_the_calendar(county: County, people: People, clock: Pretended) -> None:
    clock.put(at("2026-02-13 10:00"))  # Friday; Saturday makes up, then Spring Festival
    slip = supervised(county, people, amount=5)
    assert slip.due_at == at("2026-02-28")
    assert slip.reminder_at == at("2026-02-26 09:00") == slip.alarm_at


def test_hours_run_through_the_night_unless_the_district_has_quiet_hours(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-03-02 19:00"))
    hours: dict[str, Any] = {"amount": 3 * 3600, "unit": "seconds"}
    assert supervised(county, people, **hours).due_at == at("2026-03-02 22:00")
    quiet: dict[str, Any] = {"quiet_from": time(20), "quiet_until": time(8)}
    quiet["closes_at"] = time(17, 30)
    actions.set_hours(by=CLOCK, place=county.district, **quiet)
    assert supervised(county, people, **hours).due_at == at("2026-03-03 10:00")
    urgent = complaint_at(Status.HANDLING, county, people, category=URGENT)
    assert supervised(county, people, [urgent], **hours).due_at == at("2026-03-02 22:00")


def test_a_day_ends_at_24_or_at_the_close_of_business(
    county: County, people: People, clock: Pretended
) -> None:
    day = date(2026, 3, 6)
    slip = supervised(county, people, due_on=day)
    assert slip.due_at == at("2026-03-07")
    assert slip.reminder_at == at("2026-03-05 09:00")
    hours: dict[str, Any] = {"quiet_from": None, "quiet_until": None, "closes_at": time(17, 30)}
    actions.set_hours(by=CLOCK, place=county.district, **hours)
    assert supervised(county, people, due_on=day).due_at == at("2026-03-06 17:30")
    clock.put(at("2026-03-06 18:00"))
    with pytest.raises(Invalid) as refusal:
        supervised(county, people, due_on=day)
    assert "due_on" in refusal.value.fields


@pytest.mark.parametrize(
    ("term", "field"),
    [
        ({"amount": None, "unit": ""}, "amount"),
        ({"amount": 0, "unit": "working_days"}, "amount"),
        ({"amount": 61, "unit": "working_days"}, "amount"),
        ({"amount": 3, "unit": "weeks"}, "unit"),
        ({"amount": 3, "unit": "working_days", "due_on": date(2026, 3, 6)}, "due_on"),
        ({"due_on": date(2026, 3, 1)}, "due_on"),  # yesterday
        ({"due_on": date(2026, 3, 8)}, "due_on"),  # a Sunday
        ({"due_on": date(2027, 3, 8)}, "due_on"),  # a year ahead
    ],
)
def test_a_due_time_that_cannot_be_is_refused_at_its_field(
    term: dict[str, Any], field: str, county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    with nothing_happened(order), pytest.raises(Invalid) as refusal:
        supervised(county, people, [order], **term)
    assert list(refusal.value.fields) == [field]


# --- Opening -----------------------------------------------------------------------------


def test_every_order_says_so_and_its_reporter_hears_it(
    county: County, people: People, clock: Pretended
) -> None:
    orders = [complaint_at(Status.HANDLING, county, people) for _ in range(2)]
    clock.forward(hours=4)
    slip = supervised(county, people, orders)
    assert slip.issued_by == county.subdistrict_office
    assert [again(order).supervised for order in orders] == [1, 1]
    for event in Event.objects.filter(verb="supervised"):
        assert event.facts == {"office": "梅江街道办事处", "number": slip.number}
        assert event.statement is None, "what the office wrote is not for the reporter"
        assert (event.office, event.body_id) == (
            Office.SUBDISTRICT_OFFICER,
            county.subdistrict_office.pk,
        )
    rows = slip.supervised.values_list("complaint__reference", "status", "late_since")
    assert [row[1] for row in rows] == [Status.HANDLING] * 2
    assert {row[2] for row in rows} == {at("2026-03-02 12:00")}
    assert told("order_supervised") == ["resident", "resident"]
    assert told("supervision_opened") == ["manager", "manager_grid"]
    notice = Notification.objects.filter(kind="supervision_opened")[0]
    assert notice.duty


def test_the_orders_own_promises_stay_as_they_are(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    before = list(Deadline.objects.filter(complaint=order).values_list())
    slip = replied(county, people, orders=[order])
    actions.close_supervision(slip, by=people["subdistrict"])
    assert list(Deadline.objects.filter(complaint=order).values_list()) == before
    assert again(order).status == Status.HANDLING


def test_only_officers_above_supervise(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    actors: dict[str, Actor] = {**people, "stranger": Reporter("f" * 64), "clock": CLOCK}
    allowed = {name for name, actor in actors.items() if may_supervise(actor, order)}
    assert allowed == {"subdistrict", "district"}
    with nothing_happened(order):
        for name in set(actors) - allowed:
            with pytest.raises(NotAllowed):
                actions.supervise(
                    [order],
                    by=actors[name],
                    to=county.firm,
                    subject="楼道灯",
                    demand="请修复",
                    amount=1,
                    unit="working_days",
                )


@pytest.mark.parametrize("status", Status)
def test_only_an_order_somebody_is_at_work_on_is_supervised(
    status: Status, county: County, people: People
) -> None:
    order = complaint_at(status, county, people)
    officer = people["subdistrict"]
    assert may_supervise(officer, order) == (status in AT_WORK)
    if status not in AT_WORK:
        with nothing_happened(order), pytest.raises(WrongState):
            supervised(county, people, [order], to=county.community_office)


def test_one_order_among_several_that_is_not_overseen_refuses_all(
    county: County, people: People
) -> None:
    ours = complaint_at(Status.HANDLING, county, people)
    own = complaint_at(Status.HANDLING, county, people, by=people["subdistrict"])
    with nothing_happened(ours, own), pytest.raises(NotAllowed):
        supervised(county, people, [ours, own])  # nobody supervises their own report


def test_whoever_serves_the_estate_for_a_firm_does_not_supervise_there(
    county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    appoint(
        people["subdistrict"], by=CLOCK, office=Office.BUTLER, at=county.estate, from_on=BEGINNING
    )
    supervised(county, people, [order])  # a butler of the estate is no firm
    appoint(people["district"], by=CLOCK, office=Office.REPAIRER, at=county.firm, from_on=BEGINNING)
    with nothing_happened(order), pytest.raises(NotAllowed):
        supervised(county, people, [order], by=people["district"], to=county.community_office)


def test_an_office_supervises_an_order_once_at_a_time_and_another_may_too(
    county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    slip = replied(county, people, orders=[order])
    with nothing_happened(order), pytest.raises(Conflict, match=slip.number):
        supervised(county, people, [again(order)])
    supervised(county, people, [order], by=people["district"], to=county.subdistrict_office)
    assert again(order).supervised == 2
    actions.close_supervision(slip, by=people["subdistrict"])
    supervised(county, people, [again(order)])
    assert again(order).supervised == 2


# --- To whom -----------------------------------------------------------------------------


def test_a_body_that_has_the_order_or_stands_between_may_be_addressed(
    county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    may: dict[str, list[Body]] = {
        "subdistrict": [county.firm, county.community_office],
        "district": [county.firm, county.community_office, county.subdistrict_office],
    }
    for name, fitting in may.items():
        for body in Body.objects.all():
            if body in fitting:
                slip = supervised(county, people, [order], by=people[name], to=body)
                assert slip.addressed_to == body
                actions.cancel_supervision(slip, by=people[name], note="另行安排")
            else:
                # Of one's own office: NotAllowed, whoever has the order.
                with nothing_happened(order), pytest.raises((Invalid, NotAllowed)):
                    supervised(county, people, [order], by=people[name], to=body)


def test_orders_of_two_firms_have_only_their_office_in_common(
    county: County, people: People
) -> None:
    one = complaint_at(Status.HANDLING, county, people)
    other = complaint_at(Status.HANDLING, county, people, estate=county.other_estate)
    with nothing_happened(one, other), pytest.raises(Invalid):
        supervised(county, people, [one, other])
    assert supervised(county, people, [one, other], to=county.community_office).pk


def test_of_an_accusation_the_community_learns_nothing(county: County, people: People) -> None:
    order = report(county, people, category=BYPASS)
    with nothing_happened(order), pytest.raises(Invalid):
        supervised(county, people, [order], by=people["district"], to=county.community_office)
    supervised(county, people, [order], by=people["district"], to=county.subdistrict_office)
    assert not supervisions_visible_to(people["dispatcher"]).exists()


def test_a_body_without_anybody_to_reply_cannot_be_addressed(
    county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    User.objects.filter(username="dispatcher").update(is_active=False)
    with nothing_happened(order), pytest.raises(Invalid) as refusal:
        supervised(county, people, [order], to=county.community_office)
    assert list(refusal.value.fields) == ["to"]


def test_nobody_supervises_a_body_they_answer_for(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    appoint(
        people["district"],
        by=CLOCK,
        office=Office.SUBDISTRICT_OFFICER,
        at=county.subdistrict_office,
        from_on=BEGINNING,
    )
    with nothing_happened(order), pytest.raises(NotAllowed):
        supervised(county, people, [order], by=people["district"], to=county.subdistrict_office)


def test_an_officer_of_both_issues_in_the_nearest_office_that_fits(
    county: County, people: People
) -> None:
    both = people["district"]
    appoint(
        both,
        by=CLOCK,
        office=Office.SUBDISTRICT_OFFICER,
        at=county.subdistrict_office,
        from_on=BEGINNING,
    )
    slip = supervised(county, people, by=both)
    assert slip.issued_by == county.subdistrict_office
    assert SupervisionEvent.objects.get().office == Office.SUBDISTRICT_OFFICER


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"subject": "  "}, "subject"),
        ({"demand": ""}, "demand"),
        ({"subject": "楼" * 81}, "subject"),
        ({"demand": "楼" * 2001}, "demand"),
        ({"demand": "请与陈女士联系，13900000001"}, "demand"),
        ({"subject": "139 0000 0001 反映"}, "subject"),
    ],
)
def test_words_that_do_not_fit_are_refused_at_their_field(
    words: dict[str, str], field: str, county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    with nothing_happened(order), pytest.raises(Invalid) as refusal:
        supervised(county, people, [order], **words)
    assert list(refusal.value.fields) == [field]


def test_a_sheet_has_at_least_one_order_and_no_more_than_fit(
    county: County, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("complaints.actions.supervising.MOST_ORDERS", 1)
    orders = [complaint_at(Status.HANDLING, county, people) for _ in range(2)]
    for wrong in ([], orders):
        with nothing_happened(*orders), pytest.raises(Invalid) as refusal:
            supervised(county, people, wrong)
        assert list(refusal.value.fields) == ["orders"]
