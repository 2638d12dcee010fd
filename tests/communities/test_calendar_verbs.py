"""Entering a year's notice: what is kept, what is refused, and what waits to be reckoned."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Conflict, Invalid, NotAllowed
from common.workdays import statutory_days
from communities import actions
from communities.actions import NoticeDay
from communities.models import CalendarDay, CalendarNotice
from communities.scope import calendar_for
from tests.moments import Pretended, at

# Late in the year before, when notices come.
pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-11-22 09:00"))]
YEAR, ISSUED = 2027, date(2026, 11, 4)
NUMBER = "国办发明电〔2026〕8号"
WORKED = date(2027, 2, 20)  # a Saturday


def a_notice(year: int = YEAR) -> list[NoticeDay]:
    """The days off by law, and a Saturday worked."""
    days = [NoticeDay(on, working=False, name=name) for on, name in statutory_days(year).items()]
    return [*days, NoticeDay(WORKED, working=True, name_zh="春节")]


def enter(people: dict[str, User], who: str = "district", **other: Any) -> CalendarNotice:
    given = {"year": YEAR, "number": NUMBER, "issued_on": ISSUED, "days": a_notice()}
    return actions.enter_notice(by=people[who], **{**given, **other})


def refused(people: dict[str, User], **other: Any) -> dict[str, list[str]]:
    """What is said by field; nothing was written."""
    before = list(CalendarDay.objects.order_by("on").values("on", "working", "name"))
    with pytest.raises(Invalid) as refusal:
        enter(people, **other)
    assert list(CalendarDay.objects.order_by("on").values("on", "working", "name")) == before
    assert not CalendarNotice.objects.filter(year=YEAR).exists()
    assert not AuditEntry.objects.filter(target_kind="calendar_notice").exists()
    return refusal.value.fields


def test_the_notices_the_portal_came_with_are_reckoned(db: None) -> None:
    assert not CalendarNotice.objects.unreckoned().exists()
    assert not CalendarNotice.objects.filter(entered_at__isnull=False).exists()


def test_a_notice_entered_counts_from_then_on_and_waits_to_be_reckoned(
    people: dict[str, User], clock: Pretended
) -> None:
    assert calendar_for([YEAR]).provisional(WORKED)
    assert not calendar_for([YEAR]).is_working(WORKED)
    notice = enter(people)
    assert not calendar_for([YEAR]).provisional(WORKED)
    assert calendar_for([YEAR]).is_working(WORKED)
    assert list(CalendarNotice.objects.unreckoned()) == [notice]
    assert (notice.entered_at, notice.reckoned_at) == (clock.moment, None)
    names = notice.days.order_by("on").values_list("name", "name_zh")
    assert names[0] == ("New Year's Day", "元旦")
    assert notice.days.get(on=WORKED).name == "Spring Festival"


def test_an_entry_is_on_record_with_its_days(people: dict[str, User], clock: Pretended) -> None:
    enter(people)
    entry = AuditEntry.objects.get(verb="enter_notice")
    assert (entry.target, entry.actor_id) == ("2027", people["district"].pk)
    assert entry.facts["old"] is None
    assert entry.facts["new"]["worked"] == [WORKED.isoformat()]
    assert len(entry.facts["new"]["off"]) == 13


def test_a_correction_replaces_the_days_and_keeps_both_on_record(
    people: dict[str, User], clock: Pretended
) -> None:
    first = enter(people)
    assert actions.mark_reckoned(first, clock.moment)
    clock.forward(days=1)
    corrected = enter(people, days=a_notice()[:-1], number=f" {NUMBER} ")
    assert corrected.pk == first.pk
    assert (corrected.number, corrected.entered_at) == (NUMBER, clock.moment)
    assert not CalendarDay.objects.filter(on=WORKED).exists()
    assert list(CalendarNotice.objects.unreckoned()) == [corrected]
    entry = AuditEntry.objects.get(verb="correct_notice")
    assert entry.facts["old"]["worked"] == [WORKED.isoformat()]
    assert entry.facts["new"]["worked"] == []
    assert entry.facts["old"]["off"] == entry.facts["new"]["off"]


def test_a_correction_while_promises_are_reckoned_has_them_reckoned_once_more(
    people: dict[str, User], clock: Pretended
) -> None:
    read = enter(people)
    clock.forward(seconds=5)
    enter(people, days=a_notice()[:-1])
    assert not actions.mark_reckoned(read, clock.moment)
    assert CalendarNotice.objects.unreckoned().count() == 1
    again = CalendarNotice.objects.get(year=YEAR)
    assert actions.mark_reckoned(again, clock.moment)
    assert not CalendarNotice.objects.unreckoned().exists()


@pytest.mark.parametrize("who", ["administrator", "district", "far_district"])
def test_district_officers_and_administrators_enter_notices(
    who: str, people: dict[str, User], clock: Pretended
) -> None:
    assert enter(people, who).days.count() == 14


@pytest.mark.parametrize("who", ["subdistrict", "dispatcher", "auditor", "manager", "resident"])
def test_nobody_else_does(who: str, people: dict[str, User], clock: Pretended) -> None:
    with pytest.raises(NotAllowed):
        enter(people, who)
    assert not CalendarNotice.objects.filter(year=YEAR).exists()


def test_the_operator_at_the_console_may(db: None, clock: Pretended) -> None:
    days = a_notice()
    actions.enter_notice(by=CLOCK, year=YEAR, number=NUMBER, issued_on=ISSUED, days=days)
    assert CalendarNotice.objects.filter(year=YEAR).exists()


Change = Callable[[list[NoticeDay]], list[NoticeDay]]


def plus(on: date, *, working: bool = False, name: str = "Spring Festival") -> Change:
    return lambda days: [*days, NoticeDay(on, working=working, name=name)]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (plus(date(2026, 12, 20)), "2026-12-20 does not belong to a notice of 2027"),
        (plus(date(2028, 1, 11)), "2028-01-11 does not belong to a notice of 2027"),
        (plus(date(2027, 2, 22), working=True), "2027-02-22 is no weekend day"),
        (plus(date(2027, 2, 6)), "2027-02-06 is given twice"),
        (plus(WORKED), "2027-02-20 is given twice"),
        (plus(date(2027, 2, 9), name=" "), "Say which festival 2027-02-09"),
        (plus(date(2027, 2, 9), name="x" * 61), "The name of 2027-02-09 is too long"),
        (
            lambda days: [d for d in days if d.name != "Spring Festival"],
            "Spring Festival is missing: 2027-02-05, 2027-02-06, 2027-02-07, 2027-02-08",
        ),
        (
            lambda days: [replace(d, working=d.working or d.on == date(2027, 5, 2)) for d in days],
            "Labour Day is missing: 2027-05-02",
        ),
        (lambda days: [], "New Year's Day is missing"),
    ],
)
def test_days_that_cannot_be_are_refused_by_name(
    change: Change, sentence: str, people: dict[str, User], clock: Pretended
) -> None:
    from django.utils.translation import override

    with override("en"):
        fields = refused(people, days=change(a_notice()))
    assert list(fields) == ["days"]
    assert [said for said in fields["days"] if said.startswith(sentence)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "  "),
        ("number", "号" * 65),
        ("issued_on", date(2026, 11, 23)),
        ("year", 1999),
        ("year", 2028),
    ],
)
def test_a_wrong_number_date_or_year_is_refused(
    field: str, value: Any, people: dict[str, User], clock: Pretended
) -> None:
    assert list(refused(people, **{field: value})) == [field]


def test_everything_wrong_is_said_at_once(people: dict[str, User], clock: Pretended) -> None:
    fields = refused(people, number="", issued_on=date(2027, 1, 1), days=[])
    assert set(fields) == {"number", "issued_on", "days"}


def test_many_wrong_days_are_not_all_told(people: dict[str, User], clock: Pretended) -> None:
    days = [NoticeDay(date(2025, 1, 1) + timedelta(days=n), False, "Qingming") for n in range(99)]
    assert len(refused(people, days=days)["days"]) == 10


def test_a_notice_may_join_the_last_days_of_the_year_before(
    people: dict[str, User], clock: Pretended
) -> None:
    days = plus(date(2026, 12, 31), name="New Year's Day")(a_notice())
    days = plus(date(2026, 12, 26), working=True, name="New Year's Day")(days)
    enter(people, days=days)
    calendar = calendar_for([2026])
    assert not calendar.is_working(date(2026, 12, 31))
    assert calendar.is_working(date(2026, 12, 26))


def test_a_day_belongs_to_one_notice(people: dict[str, User], clock: Pretended) -> None:
    neighbour = CalendarNotice.objects.get(year=2026)
    neighbour.days.create(on=date(2027, 1, 1), working=False, name="New Year's Day", name_zh="元旦")
    assert "days" in refused(people)
    # Named by the notice of 2026 already, it is not missing in that of 2027.
    enter(people, days=[day for day in a_notice() if day.on != date(2027, 1, 1)])


@pytest.mark.parametrize("seen", ["", "seeded", "2026-11-22T00:00:00+00:00"])
def test_a_form_filled_in_before_somebody_elses_correction_does_not_undo_it(
    seen: str, people: dict[str, User], clock: Pretended
) -> None:
    enter(people, based_on="")
    with pytest.raises(Conflict):
        enter(people, days=a_notice()[:-1], based_on=seen)
    assert CalendarDay.objects.filter(on=WORKED).exists()
    now = CalendarNotice.objects.get(year=YEAR).version
    enter(people, days=a_notice()[:-1], based_on=now)
    assert not CalendarDay.objects.filter(on=WORKED).exists()
