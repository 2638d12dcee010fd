"""What a credit record must be, the terms it is recorded under, and the table of grades."""

from datetime import date
from typing import Any

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from ratings.actions import credit_schemes
from ratings.models import CreditRecord, CreditScheme
from ratings.queries.credit import Asked, firm_credit, table_of
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import ledger
from tests.ratings.credit.unchanged import everything, refused
from tests.ratings.ledger import recorded, take

People = dict[str, User]
Team = list[User]
pytestmark = pytest.mark.django_db


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
