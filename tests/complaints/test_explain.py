"""Every deadline explains itself: what the lines come to is what is on record."""

from datetime import date, time
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from communities.models import CalendarDay, CalendarNotice
from complaints import actions
from complaints.models import Complaint, Rule
from complaints.queries import order_page
from complaints.queries.explain import Explanation, explanations
from complaints.workflow import Status, Verb
from tests.complaints.walks import (
    LONG,
    NORMAL,
    URGENT,
    again,
    category,
    complaint_at,
    do,
    fresh,
    report,
)
from tests.factories import County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def explained(order: Complaint, who: User, clock: Pretended) -> dict[str, Explanation]:
    """The explanations that this reader gets, by stage and round."""
    page = order_page(again(order), fresh(who), clock.moment)
    return {told.promise.anchor: told for told in explanations(page)}


def lines(told: Explanation) -> list[str]:
    return [line.text for line in told.lines]


def agreeing(order: Complaint, who: User, clock: Pretended) -> int:
    """How many deadlines there are, having seen that every explanation ends where it should."""
    found = explained(order, who, clock)
    for anchor, told in found.items():
        assert told.agrees, (anchor, lines(told), told.row.due_at)
        assert told.steps[-1].until_at == told.row.due_at, anchor
    return len(found)


RULE = "rule for %s · Normal · holds everywhere · version 1 of 1 Jan 2020 · "
SOURCE = "The 3+3+5 rule of Ningdu; our reading of it"


# --- Read with a calendar on the wall ----------------------------------------------------


def test_an_order_across_national_day_reads_right_line_by_line(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-09-28 16:20"))
    order = report(county, people)
    clock.put(at("2026-09-28 17:05"))
    order = do(Verb.DISPATCH, order, county, people)
    clock.put(at("2026-09-28 18:00"))
    found = explained(order, people["resident"], clock)
    assert lines(found["feedback-1"]) == [
        "Reported Mon 28 Sep 2026, 16:20; that day does not count",
        RULE % "Feedback: 5 working days" + SOURCE,
        "days 1–2 = 29–30 Sep",
        "1–7 Oct: National Day, not counted",
        "days 3–4 = 8–9 Oct",
        "day 5 = Sat 10 Oct, 24:00 (make-up working day, National Day)",
    ]
    assert [line.text for line in found["feedback-1"].then] == [
        "Fri 9 Oct, 09:00: whoever holds it is reminded",
        "from Sat 10 Oct, 24:00 it is late: the Desk hears of it",
        "Mon 12 Oct, 24:00: if still open it comes before the Subdistrict",
        "Tue 13 Oct, 24:00: if still open it comes before the District",
    ]
    assert lines(found["handle-1"]) == [
        "Dispatched Mon 28 Sep 2026, 17:05",
        RULE % "Handling: 3 hours" + SOURCE,
        "3 hours run without a break",
        "due Mon 28 Sep, 20:05",
    ]
    assert found["inspect-1"].ended == "Met Mon 28 Sep, 17:05, 2 h 15 min before the end"
    assert found["inspect-1"].held_by == "河东社区"
    assert found["handle-1"].held_by == "和顺物业"


def test_it_reads_right_in_chinese(county: County, people: People, clock: Pretended) -> None:
    clock.put(at("2026-02-13 10:00"))
    order = report(county, people)
    with translation.override("zh-hans"):
        found = explained(order, people["resident"], clock)
        assert lines(found["feedback-1"]) == [
            "2026年2月13日（星期五）10:00 已上报，当日不计",
            "反馈规则：5 个工作日 · 一般 · 各地通用 · 第1版（2020年1月1日起） · "
            "宁都“3+3+5”工作法；各环节的对应为本系统的理解",
            "第1个工作日：2月14日（星期六）（春节调休上班）",
            "2月15日至23日 春节放假，不计",
            "第2至4个工作日：2月24日至26日",
            "第5个工作日：2月27日（星期五）24:00 止",
        ]


def test_the_days_on_the_wall_are_numbered_as_the_lines_say(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-09-28 16:20"))
    order = report(county, people)
    september, october = explained(order, people["resident"], clock)["feedback-1"].months
    assert (september.first, october.first) == (date(2026, 9, 1), date(2026, 10, 1))
    days = {day.on: day for m in (september, october) for week in m.weeks for day in week if day}
    assert days[date(2026, 9, 28)].kind == "start"
    numbers = {on.day: day.number for on, day in days.items() if day.number}
    assert numbers == {29: 1, 30: 2, 8: 3, 9: 4, 10: 5}
    off = {on.day for on, day in days.items() if day.kind == "holiday"}
    assert off == set(range(1, 8))
    assert days[date(2026, 10, 10)].kind == "makeup"
    assert [on for on, day in days.items() if day.due] == [date(2026, 10, 10)]
    assert all(week[0] is None or week[0].on.weekday() == 0 for week in october.weeks)
    assert explained(order, people["resident"], clock)["inspect-1"].months == []


def test_nights_and_the_close_of_business_are_read_with_the_rule_they_come_from(
    county: County, people: People, clock: Pretended
) -> None:
    usual = Rule.objects.get(stage="inspect", urgency="normal")
    usual.pk, usual.version, usual.place = None, 1, county.district
    usual.quiet_from, usual.quiet_until = time(20), time(8)
    usual.valid_from, usual.source, usual.preset = at("2026-01-01"), "红枫县规定", ""
    usual.save()
    usual = Rule.objects.get(stage="feedback", urgency="normal")
    usual.pk, usual.version, usual.place = None, 1, county.district
    usual.closes_at = time(17, 30)
    usual.valid_from, usual.source = at("2026-01-01"), "红枫县规定"
    usual.save()
    clock.put(at("2026-03-02 18:30"))
    found = explained(report(county, people), people["resident"], clock)
    rule, *rest = lines(found["inspect-1"])[1:]
    assert "20:00–08:00" in rule
    assert "红枫县 · version 1 of 1 Jan 2026 · 红枫县规定" in rule
    assert rest == [
        "Mon 2 Mar, 18:30 to 20:00: 1 hour 30 minutes run",
        "Mon 2 Mar, 20:00 to Tue 3 Mar, 08:00: quiet hours, no time runs",
        "Tue 3 Mar, 08:00 to 09:30: 1 hour 30 minutes run",
        "due Tue 3 Mar, 09:30",
    ]
    assert lines(found["feedback-1"])[-1] == "day 5 = Mon 9 Mar, 17:30"
    assert "17:30" in lines(found["feedback-1"])[1]


def test_rest_more_time_and_another_category_stand_in_the_lines_with_their_reasons(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-03-02 09:00"))
    order = complaint_at(Status.HANDLING, county, people)
    do(Verb.ASK_EXTENSION, order, county, people, amount=2, unit="working_days", note="缺货")
    do(Verb.GRANT_EXTENSION, order, county, people, note="厂家调货")
    clock.put(at("2026-03-02 10:00"))
    actions.suspend(
        again(order),
        by=fresh(people["subdistrict"]),
        ground="vote",
        review_on=date(2026, 3, 3),
        note="业主正在表决",
    )
    clock.put(at("2026-03-02 11:00"))
    do(Verb.RECLASSIFY, again(order), county, people, category=category(LONG))
    found = explained(order, people["resident"], clock)
    head, _rule, changed, *rest = lines(found["handle-1"])
    assert head == "Dispatched Mon 2 Mar 2026, 09:00; that day does not count"
    assert changed.startswith("Mon 2 Mar, 11:00: Category changed · ")
    assert changed.endswith("since then by this rule")
    assert rest == [
        "Tue 3 Mar: suspended, not counted: Waits for a vote of the owners (业主正在表决)",
        "days 1–3 = 4–6 Mar",
        "until then due Fri 6 Mar, 24:00; 2 working days more were granted: 厂家调货",
        "7–8 Mar: weekend, not counted",
        "day 1 of the extension = Mon 9 Mar",
        "day 2 of the extension = Tue 10 Mar, 24:00",
    ]


def test_a_provisional_end_says_so(county: County, people: People, clock: Pretended) -> None:
    clock.put(at("2026-12-30 10:00"))
    told = explained(report(county, people), people["resident"], clock)["feedback-1"]
    assert told.row.provisional
    assert "2027" in lines(told)[-1]
    assert told.agrees


def test_what_ended_says_how(county: County, people: People, clock: Pretended) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    clock.forward(hours=5)
    order = do(Verb.REDISPATCH, order, county, people)
    clock.forward(hours=1)
    do(Verb.ACCEPT, order, county, people)
    do(Verb.HANDLE, order, county, people)
    found = explained(order, people["dispatcher"], clock)
    assert found["handle-1"].ended.startswith("No longer counted since Mon 2 Mar, 14:00: ")
    assert [line.text for line in found["handle-1"].then] == [
        "Mon 2 Mar, 12:00: late, and brought before the Head of the handling body"
    ]
    assert found["handle-2"].ended == "Met Mon 2 Mar, 15:00, 2 h before the end"
    assert found["handle-2"].held_by == "红枫县消防救援大队"


# --- It comes to what is on record -------------------------------------------------------


# When, which verb, with what words: rest, more time, other categories, late stages, new rounds.
A_LONG_LIFE: list[tuple[str, str, dict[str, Any]]] = [
    ("2026-09-24 10:20", "dispatch", {}),
    ("2026-09-24 10:30", "ask_extension", {"amount": 3600, "unit": "seconds"}),
    ("2026-09-24 10:45", "grant_extension", {}),
    ("2026-09-24 11:00", "accept", {}),
    ("2026-09-24 11:30", "suspend", {"review_on": date(2026, 9, 29)}),
    ("2026-09-25 09:00", "reclassify", {"category": LONG}),
    ("2026-09-25 10:00", "suspend", {"review_on": date(2026, 10, 12)}),
    ("2026-10-09 10:00", "resume", {}),
    ("2026-10-10 10:00", "attend", {}),
    ("2026-10-10 15:00", "suspend", {"review_on": date(2026, 10, 14)}),
    ("2026-10-15 09:00", "handle", {}),
    ("2026-10-15 10:00", "send_back", {}),
    ("2026-10-15 11:00", "reclassify", {"category": URGENT}),
    ("2026-10-15 15:00", "suspend", {"review_on": date(2026, 10, 16)}),
    ("2026-10-16 09:00", "redispatch", {}),
    ("2026-10-16 10:00", "accept", {}),
    ("2026-10-19 10:00", "handle", {}),
    ("2026-10-19 11:00", "answer", {}),
    ("2026-10-20 11:00", "rate", {"solved": False, "satisfaction": 1}),
    ("2026-10-20 12:00", "reclassify", {"category": NORMAL}),
    ("2026-10-21 12:00", "ask_extension", {"amount": 3, "unit": "calendar_days"}),
    ("2026-10-21 13:00", "grant_extension", {}),
    ("2026-10-22 13:00", "suspend", {"review_on": date(2026, 10, 23)}),
    ("2026-10-26 13:00", "answer", {}),
    ("2026-10-27 13:00", "rate", {}),
]


def test_every_deadline_of_a_long_life_is_explained_to_the_moment(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-09-24 09:10"))
    order = report(county, people)
    seen = []
    for moment, verb, words in A_LONG_LIFE:
        clock.put(at(moment))
        actions.sound_alarms()  # a review that is over, and what is late
        agreeing(order, people["dispatcher"], clock)
        given = {**words, "category": category(words["category"])} if "category" in words else words
        order = do(verb, again(order), county, people, **given)
        clock.forward(minutes=1)
        seen.append(agreeing(order, people["dispatcher"], clock))
    # On-site check; handling by the firm, again, and by the other; feedback, twice.
    assert seen[-1] == 6
    assert {row.met_at is None for row in order.deadlines.all()} == {True, False}


def test_a_suspension_cut_short_afterwards_had_no_say_in_what_was_met_before(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    clock.forward(hours=1)
    do(Verb.SUSPEND, order, county, people, review_on=date(2026, 3, 9))
    clock.forward(hours=1)
    do(Verb.ATTEND, again(order), county, people)
    clock.forward(hours=1)
    do(Verb.RESUME, again(order), county, people)
    told = explained(order, people["manager"], clock)["handle-1"]
    assert told.row.due_at == at("2026-03-10 02:00"), "as it was when somebody attended"
    assert told.agrees


def test_a_notice_entered_afterwards_had_no_say_in_what_was_met_before(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-12-30 10:00"))
    order = complaint_at(Status.ANSWERED, county, people)
    clock.put(at("2027-01-05 10:00"))
    notice = CalendarNotice.objects.create(
        year=2027, number="9号", issued_on=date(2027, 1, 4), entered_at=clock.moment
    )
    for day in (1, 4):
        CalendarDay.objects.create(
            notice=notice, on=date(2027, 1, day), working=False, name="New Year's Day"
        )
    told = explained(order, people["resident"], clock)["feedback-1"]
    assert told.agrees
    assert [line for line in lines(told) if "Jan 2027" in line] == [
        "Fri 1 Jan 2027: New Year's Day, not counted",
        "2–3 Jan 2027: weekend, not counted",
        "days 2–4 = 4–6 Jan 2027",
        "day 5 = Thu 7 Jan 2027, 24:00",
    ]


def test_what_was_met_before_it_became_urgent_rested_at_night_all_the_same(
    county: County, people: People, clock: Pretended
) -> None:
    Rule.objects.filter(stage="inspect").update(quiet_from=time(20), quiet_until=time(8))
    clock.put(at("2026-03-02 18:30"))
    order = report(county, people)
    clock.put(at("2026-03-03 08:30"))
    order = do(Verb.INSPECT, order, county, people)
    clock.forward(minutes=10)
    do(Verb.RECLASSIFY, order, county, people, category=category(URGENT))
    told = explained(order, people["resident"], clock)["inspect-1"]
    assert told.agrees
    assert told.row.due_at == at("2026-03-03 09:30")
    assert any("quiet hours" in line for line in lines(told))


def test_where_the_reckoning_comes_to_another_moment_the_one_on_record_counts(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    order.deadlines.filter(stage="feedback").update(due_at=at("2026-03-08"))
    told = explained(order, people["resident"], clock)["feedback-1"]
    assert not told.agrees
    assert "Sat 7 Mar, 24:00" in lines(told)[-1]
    assert told.lines[-1].kind == "kept"
