"""Records of the credit ledger: four eyes, the firm heard, repaired, withdrawn, never edited."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from communities.models import Interest
from notifications.models import Notification
from ratings.actions import credit_schemes
from ratings.credit import CreditState as S
from ratings.models import CreditRecord, CreditScheme, CreditStep, Publication
from ratings.permissions.credit import seen_by
from ratings.queries.credit import Asked, firm_credit, table_of
from ratings.queries.publications import broken
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import ledger
from tests.ratings.ledger import now_is, recorded, take
from tests.ratings.listed import officers

People = dict[str, User]
Team = list[User]
pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[Pretended]:
    """A Monday after the autumn holidays; five working days end on the 19th at midnight."""
    moved = Pretended(at("2026-10-12 10:00"))
    yield moved
    moved.stop()


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


@pytest.fixture
def team(county: County, people: People) -> Team:
    return officers(county)


@pytest.fixture
def scheme(county: County, people: People) -> CreditScheme:
    return ledger.settled(county.district)


@pytest.fixture
def bad(scheme: CreditScheme, team: Team, county: County) -> CreditRecord:
    return recorded(team[0], county.firm)


@pytest.fixture
def counting(bad: CreditRecord, team: Team, clock: Pretended) -> CreditRecord:
    """Confirmed on the 20th of October."""
    clock.put(at("2026-10-20 09:00"))
    return take(bad, "confirm", team[1])


def everything() -> tuple[int, ...]:
    kinds = (CreditRecord, CreditStep, Notification, Publication)
    return tuple(kind.objects.count() for kind in kinds)


def refused(found: CreditRecord, verb: str, by: User, why: type[Exception], **more: str) -> None:
    """Refused, and nothing has changed."""
    before = everything()
    with pytest.raises(why):
        take(found, verb, by, **more)
    assert everything() == before


def level(county: County, on: date) -> str:
    grade = firm_credit(county.firm, on).grade
    assert grade is not None
    return grade.level.name


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("to__username", flat=True))


# --- The whole life ----------------------------------------------------------------------


def test_w7_a_bad_record_is_heard_confirmed_counted_and_repaired(
    bad: CreditRecord, county: County, people: People, team: Team, clock: Pretended
) -> None:
    assert told("credit_heard") == {"manager", "manager_grid"}
    assert told("credit_waits") == {officer.username for officer in team[1:]}
    assert bad.due_at == at("2026-10-20")
    day = date(2026, 10, 19)
    clock.put(at("2026-10-19 23:59"))
    refused(bad, "confirm", team[1], WrongState)  # the firm may still speak
    assert level(county, day) == "B"
    clock.put(at("2026-10-20 00:00"))
    take(bad, "confirm", team[1], text="")
    assert "manager" in told("credit_moved")
    # 50 - 5 = 45, below 60 with a bad record.
    assert (level(county, date(2026, 10, 20)), level(county, day)) == ("C", "B")
    clock.put(at("2027-01-19 10:00"))
    refused(bad, "ask_repair", people["manager"], WrongState)
    clock.put(at("2027-01-20 10:00"))
    take(bad, "ask_repair", people["manager"], text="已整改，附验收单。")
    assert level(county, date(2027, 1, 20)) == "C", "it counts until somebody decides"
    for involved in team[:2]:
        refused(bad, "repair", involved, NotAllowed)
    take(bad, "refuse_repair", team[2], text="缺验收单。")
    take(bad, "ask_repair", people["manager"], text="补交验收单。")
    take(bad, "repair", team[2], text="复核合格。")
    assert now_is(bad).state == S.REPAIRED
    assert (level(county, date(2027, 1, 20)), level(county, date(2027, 1, 19))) == ("B", "C")
    assert [link.kind for link in Publication.objects.order_by("sequence")] == [
        "credit",
        "credit_end",
    ]
    assert not list(broken({}))
    assert "消防通道" not in Publication.objects.order_by("sequence")[0].text, "grounds are hashed"


def test_an_objection_is_answered_by_whoever_confirms(
    bad: CreditRecord, people: People, team: Team, clock: Pretended
) -> None:
    take(bad, "object", people["manager"], text="当日已整改。")
    assert now_is(bad).state == S.OBJECTED
    refused(bad, "object", people["manager"], WrongState)
    refused(bad, "confirm", team[1], Invalid, text=" ")
    clock.forward(hours=1)
    assert take(bad, "confirm", team[1], text="复查时仍未整改。").state == S.COUNTS


def test_an_objection_after_its_time_is_too_late(
    bad: CreditRecord, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-10-20 00:00"))
    refused(bad, "object", people["manager"], WrongState)


def test_an_objection_that_is_right_ends_it_before_it_ever_counted(
    bad: CreditRecord, people: People, team: Team, county: County
) -> None:
    take(bad, "object", people["manager"], text="不是我司项目。")
    assert take(bad, "turn_down", team[1], text="异议成立。").state == S.TURNED_DOWN
    assert (level(county, date(2026, 10, 12)), Publication.objects.count()) == ("B", 0)
    refused(bad, "confirm", team[2], WrongState)


def test_a_good_record_is_confirmed_at_once_by_another(
    scheme: CreditScheme, team: Team, county: County
) -> None:
    good = recorded(team[0], county.firm, "Y2", grounds="省级示范项目", document="鲁建〔2026〕3号")
    refused(good, "confirm", team[0], NotAllowed)
    refused(good, "ask_repair", county.people["manager"], WrongState)
    take(good, "confirm", team[1], text="")
    credit = firm_credit(county.firm, date(2026, 10, 12))
    assert credit.grade is not None
    assert (int(credit.grade.total), [r.pk for r in credit.records]) == (60, [good.pk])
    assert told("credit_heard") == set()


def test_it_counts_from_the_day_of_confirmation_until_its_validity_ends(
    counting: CreditRecord, county: County
) -> None:
    assert counting.from_on < date(2026, 10, 20)
    days = {date(2026, 10, 19): "B", date(2026, 10, 20): "C",
            date(2027, 10, 7): "C", date(2027, 10, 8): "B"}  # fmt: skip
    assert {on: level(county, on) for on in days} == days
    for on in days:
        counted = CreditRecord.objects.counting(on).filter(pk=counting.pk).exists()
        assert counted == counting.counts_on(on) == (days[on] == "C")


def test_withdrawn_it_ends_but_the_days_before_stay(
    counting: CreditRecord, county: County, team: Team, clock: Pretended
) -> None:
    clock.put(at("2026-11-02 10:00"))
    refused(counting, "withdraw", team[0], NotAllowed)  # not by whoever recorded it alone
    refused(counting, "withdraw", team[2], Invalid, text="")
    take(counting, "withdraw", team[1], text="处罚决定被撤销。")
    assert (level(county, date(2026, 11, 2)), level(county, date(2026, 11, 1))) == ("B", "C")
    assert Publication.objects.order_by("sequence").last().kind == "credit_end"  # type: ignore[union-attr]
    assert CreditRecord.objects.count() == 1
    refused(counting, "withdraw", team[2], WrongState)


def test_a_mistake_is_taken_back_alone_before_it_counts(bad: CreditRecord, team: Team) -> None:
    assert take(bad, "withdraw", team[0], text="录错企业").state == S.WITHDRAWN
    assert Publication.objects.count() == 0
    again = recorded(team[0], bad.body)
    assert again.state == S.WAITING


# --- Who ---------------------------------------------------------------------------------


def test_nobody_but_untied_officers_of_the_district_records(
    scheme: CreditScheme, county: County, people: People, team: Team
) -> None:
    before = everything()
    for name in ("resident", "dispatcher", "subdistrict", "manager", "far_district", "auditor"):
        with pytest.raises(NotAllowed):
            recorded(people[name], county.firm)
    assert everything() == before


def test_an_officer_with_an_interest_in_the_firm_takes_no_part(
    bad: CreditRecord, team: Team, clock: Pretended
) -> None:
    Interest.objects.create(
        user=team[1], firm=bad.body, kind="relative", from_on=date(2026, 1, 1),
        until_on=date(2026, 10, 10), by=team[0], at=at("2026-01-01"),
    )  # fmt: skip
    clock.put(at("2026-10-20 09:00"))
    refused(bad, "confirm", team[1], NotAllowed)  # tied on the day that the record is about
    Interest.objects.create(
        user=team[2], firm=bad.body, kind="shares", from_on=date(2026, 1, 1), by=team[0],
        at=at("2026-01-01"),
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        recorded(team[2], bad.body, "B2")
    assert not CreditRecord.objects.filter(seen_by(team[2])).exists()


def test_nobody_else_takes_a_step(
    bad: CreditRecord, people: People, team: Team, clock: Pretended
) -> None:
    clock.put(at("2026-10-20 09:00"))
    for name in ("resident", "dispatcher", "subdistrict", "manager", "far_district", "auditor"):
        for verb in ("confirm", "turn_down", "withdraw"):
            refused(bad, verb, people[name], NotAllowed)
    for name in ("resident", "rival", "district", "repairer"):
        refused(bad, "object", people[name], NotAllowed)
    for verb in ("confirm", "turn_down"):
        refused(bad, verb, team[0], NotAllowed)


def test_who_sees_a_record(bad: CreditRecord, people: People, team: Team) -> None:
    seeing = {"manager", "manager_grid", "district", "auditor"}
    for name, user in people.items():
        assert CreditRecord.objects.filter(seen_by(user)).exists() == (name in seeing), name


# --- What a record must be ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"item": "X9"}, "item"),
        ({"grounds": "  "}, "grounds"),
        ({"grounds": "经理钱经理拒不整改"}, "grounds"),
        ({"grounds": "联系电话13812345678"}, "grounds"),
        ({"grounds": "身份证11010119900101123X"}, "grounds"),
        ({"document": ""}, "document"),
        ({"document": "钱经理的保证书"}, "document"),
        ({"from_on": date(2026, 10, 13)}, "from_on"),
        ({"until_on": date(2026, 10, 8)}, "until_on"),
        ({"from_on": date(2020, 1, 1)}, "until_on"),
        ({"photos": ["nothing"]}, "photos"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(
    scheme: CreditScheme, team: Team, county: County, more: dict[str, Any], field: str
) -> None:
    before = everything()
    with pytest.raises(Invalid) as refusal:
        recorded(team[0], county.firm, **more)
    assert set(refusal.value.fields) == {field}
    assert everything() == before


def test_a_document_is_on_record_once(bad: CreditRecord, team: Team) -> None:
    with pytest.raises(Conflict):
        recorded(team[1], bad.body)
    assert CreditRecord.objects.count() == 1


def test_without_a_scheme_in_force_nothing_is_recorded(county: County, people: People) -> None:
    with pytest.raises(WrongState):
        recorded(people["district"], county.firm)
    assert firm_credit(county.firm, date(2026, 10, 12)).grade is None


def test_by_the_year_a_record_ends_with_its_year(
    county: County, people: People, team: Team, clock: Pretended
) -> None:
    ledger.settled(county.district, "shangqiu")
    made = recorded(team[0], county.firm)
    assert made.until_on == date(2027, 1, 1)
    with pytest.raises(Invalid):
        recorded(team[0], county.firm, "B2", until_on=date(2027, 1, 2))
    clock.put(at("2027-01-04 09:00"))
    refused(made, "confirm", team[1], WrongState)


def test_an_item_may_count_longer_than_the_scheme(
    county: County, people: People, team: Team
) -> None:
    ledger.settled(county.district, "yantai")
    serious = recorded(team[0], county.firm, "B9", grounds="严重失信")
    assert (serious.until_on, serious.ceiling) == (date(2029, 10, 8), "黑名单")


# --- Changed terms -----------------------------------------------------------------------


def test_changed_terms_never_change_what_was_recorded(
    counting: CreditRecord, scheme: CreditScheme, county: County, clock: Pretended
) -> None:

    clock.put(at("2026-11-02 10:00"))
    draft = credit_schemes.draft(scheme, by=CLOCK)
    items = [{**i, "points": "40"} if i["code"] == "B1" else i for i in draft.terms["items"]]
    ledger.changed(scheme, items=items, start="66")
    ledger.settle(scheme, "提高起点分")
    today = firm_credit(county.firm, date(2026, 11, 2)).grade
    before = firm_credit(county.firm, date(2026, 11, 1)).grade
    assert today is not None and before is not None
    assert (int(today.total), int(before.total)) == (61, 45), (
        "66 - 5 from today on, 50 - 5 until then"
    )


def test_a_level_that_holds_somebody_down_stays_in_the_scheme(
    county: County, people: People, team: Team
) -> None:

    scheme = ledger.settled(county.district, "yantai")
    recorded(team[0], county.firm, "B9", grounds="严重失信")
    draft = credit_schemes.draft(scheme, by=CLOCK)
    levels = [row for row in draft.terms["levels"] if row["name"] != "黑名单"]
    items = [row for row in draft.terms["items"] if row["code"] != "B9"]
    with pytest.raises(Invalid) as refusal:
        ledger.changed(scheme, levels=levels, items=items)
    assert set(refusal.value.fields) == {"levels"}


def test_officers_of_the_district_alone_keep_its_scheme(county: County, people: People) -> None:

    for name in ("subdistrict", "manager", "far_district", "auditor"):
        with pytest.raises(NotAllowed):
            credit_schemes.begin(by=people[name], place=county.district, preset="yantai")
    made = credit_schemes.begin(by=people["district"], place=county.district, preset="yantai")
    with pytest.raises(Conflict):
        credit_schemes.begin(by=people["district"], place=county.district, preset="shandong")
    with pytest.raises(Invalid):
        credit_schemes.begin(by=people["district"], place=county.subdistrict, preset="yantai")
    with pytest.raises(Conflict):
        credit_schemes.settle(made, by=people["district"], seen="another")
    with pytest.raises(WrongState):
        credit_schemes.draft(made, by=people["district"])


# --- Nothing is edited -------------------------------------------------------------------


def test_nothing_of_the_ledger_is_edited_or_deleted(counting: CreditRecord) -> None:
    step = counting.steps.order_by("pk")[0]
    for change in (
        counting.save, counting.delete, step.save, step.delete,
        CreditRecord.objects.all().delete, CreditStep.objects.all().delete,
        lambda: CreditRecord.objects.update(grounds="x"),
        lambda: CreditStep.objects.update(text="x"),
    ):  # fmt: skip
        with pytest.raises(TypeError):
            change()


# --- The table ---------------------------------------------------------------------------


def test_w4_the_table_has_every_firm_of_the_place_narrowed_and_counted(
    counting: CreditRecord, county: County, team: Team, django_assert_num_queries: Any
) -> None:
    good = recorded(team[0], county.rival, "Y2", grounds="省级示范项目", document="鲁建〔2026〕3号")
    take(good, "confirm", team[1], text="")
    with django_assert_num_queries(4):
        table = table_of(county.district, Asked())
    assert [(r.body.name, int(r.grade.total), r.grade.level.name) for r in table.rows] == [
        ("远大物业", 60, "B"),
        ("和顺物业", 45, "C"),
    ]
    assert {lv.name: n for lv, n in table.levels if n} == {"B": 1, "C": 1}
    assert [r.body.name for r in table_of(county.district, Asked(level="C")).rows] == ["和顺物业"]
    assert [r.body.name for r in table_of(county.district, Asked(search="远大")).rows] == [
        "远大物业"
    ]
    assert table_of(county.community, Asked()).rows == ()


def test_the_history_has_the_last_day_of_each_month_since_the_scheme(
    counting: CreditRecord, county: County, clock: Pretended, django_assert_num_queries: Any
) -> None:
    clock.put(at("2026-12-05 10:00"))
    with django_assert_num_queries(3):
        history = firm_credit(county.firm, date(2026, 12, 5)).history
    assert [(month.on, month.grade.level.name) for month in history] == [
        (date(2026, 12, 5), "C"),
        (date(2026, 11, 30), "C"),
        (date(2026, 10, 31), "C"),
    ]
