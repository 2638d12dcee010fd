"""The life of a credit record: four eyes, the firm heard, repaired, withdrawn, never edited."""

from datetime import date

import pytest

from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from communities.models import Interest
from notifications.models import Notification
from ratings.credit import CreditState as S
from ratings.models import CreditRecord, CreditScheme, CreditStep, Publication
from ratings.permissions.credit import seen_by
from ratings.queries.credit import firm_credit
from ratings.queries.publications import broken
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings.credit.unchanged import everything, refused
from tests.ratings.ledger import now_is, recorded, take

People = dict[str, User]
Team = list[User]
pytestmark = pytest.mark.django_db


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
