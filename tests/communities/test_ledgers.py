"""Ledgers 台账: their columns, who reads which rows, on the page, as a workbook, for programs."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from communities import actions
from communities.models import (
    Body,
    BodyKind,
    Committee,
    CommitteeMember,
    CommitteeState,
    Contract,
    Estate,
    MemberRole,
    Office,
    PartyOrganisation,
    StarRating,
)
from communities.queries.ledgers import LEDGERS, lines, read
from tests import factories
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended, at

People = dict[str, User]
Surf = Callable[[str], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-03-16 12:00"))]
TODAY = date(2026, 3, 16)
KINDS = tuple(LEDGERS)


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    Estate.objects.filter(place=county.estate).update(
        households=320, floor_area=Decimal("41230.50"), delivered_on=date(2016, 5, 1)
    )
    Contract.objects.filter(estate=county.estate).update(until_on=date(2027, 1, 1))
    seat_committee(county)
    branch = factories.body(BodyKind.PARTY_ORGANISATION, county.estate, "桂花苑党支部")
    organisation = PartyOrganisation.objects.create(
        body=branch, level="branch", full_members=11, probationary_members=1
    )
    StarRating.objects.create(
        organisation=organisation, year=2025, stars=4, entered_at=at("2026-01-05")
    )
    return county.people


def seat_committee(county: County) -> Committee:
    committee = Committee.objects.create(
        body=factories.body(BodyKind.OWNERS_COMMITTEE, county.estate, "桂花苑业主委员会"),
        state=CommitteeState.FILED,
        seats=5,
        term_from_on=date(2024, 3, 1),
        term_until_on=date(2029, 3, 1),
    )
    for number, role in enumerate((*[MemberRole.MEMBER] * 4, MemberRole.DIRECTOR)):
        CommitteeMember.objects.create(
            committee=committee,
            name=f"委员{number}",
            role=role,
            party_member=number % 2 == 0,
            from_on=date(2024, 3, 1),
        )
    for name, role, until in (
        ("候补甲", MemberRole.ALTERNATE, None),
        ("离任乙", MemberRole.MEMBER, date(2025, 1, 1)),
    ):
        CommitteeMember.objects.create(
            committee=committee, name=name, role=role, from_on=date(2024, 3, 1), until_on=until
        )
    return committee


def filled(kind: str, user: User, under: str = "") -> list[dict[str, Any]]:
    ledger = LEDGERS[kind]
    return list(lines(ledger, read(ledger, user, under), TODAY))


# --- Rows --------------------------------------------------------------------------------


def test_the_ledger_of_an_estate_has_delivery_grids_members_and_firm(
    people: People, county: County
) -> None:
    row = filled("estates", people["dispatcher"])[0]
    assert row == {
        "subdistrict": "梅江街道",
        "community": "河东社区",
        "name": "桂花苑",
        "code": county.estate.code,
        "kind": row["kind"],
        "delivery": row["delivery"],
        "delivered_on": date(2016, 5, 1),
        "households": 320,
        "floor_area": Decimal("41230.50"),
        "buildings": county.estate.children.count(),
        "mode": row["mode"],
        "firm": "和顺物业",
        "until": date(2026, 12, 31),  # the last day, as people say it
        "manager": "钱经理、郑双职",
        "grids": "河东第一网格",
        "committee": row["committee"],
        "seats": 5,
        "branch": "桂花苑党支部",
        "members": 12,
    }


def test_an_estate_nobody_serves_has_blanks_not_noughts(people: People, county: County) -> None:
    rows = {row["name"]: row for row in filled("estates", people["dispatcher"])}
    bare = rows["老机床厂宿舍"]
    assert (bare["firm"], bare["until"], bare["committee"], bare["seats"]) == ("", None, "", None)
    assert (bare["branch"], bare["members"]) == ("", None)


def test_the_ledger_of_committees_counts_those_who_sit_alternates_apart(people: People) -> None:
    [row] = filled("committees", people["dispatcher"])
    assert (row["name"], row["sitting"], row["party"]) == ("桂花苑业主委员会", 5, 3)
    assert (row["director"], row["until"]) == ("委员4", date(2029, 2, 28))


def test_the_ledger_of_branches_has_members_and_the_latest_stars(people: People) -> None:
    [row] = filled("branches", people["dispatcher"])
    assert (row["full"], row["probationary"], row["stars"]) == (11, 1, 4)


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_has_every_column_and_no_other(kind: str, people: People) -> None:
    names = [column.name for column in LEDGERS[kind].columns]
    for row in filled(kind, people["district"]):
        assert list(row) == names


# --- Scope -------------------------------------------------------------------------------


def test_everybody_reads_the_rows_of_their_own_places_alone(people: People) -> None:
    def names(who: str) -> list[str]:
        return [row["name"] for row in filled("estates", people[who])]

    assert names("dispatcher") == ["桂花苑", "银杏里", "老机床厂宿舍"]
    assert names("far_dispatcher") == ["临江府"]
    assert names("district") == ["桂花苑", "银杏里", "老机床厂宿舍", "临江府"]
    assert names("far_district") == []
    assert filled("committees", people["far_dispatcher"]) == []
    assert filled("branches", people["far_dispatcher"]) == []


def test_asking_for_another_division_gives_nothing_of_it(people: People, county: County) -> None:
    assert filled("estates", people["dispatcher"], county.far_community.code) == []
    assert filled("committees", people["district"], county.far_community.code) == []
    assert len(filled("committees", people["district"], county.community.code)) == 1


def test_a_clerk_of_the_serving_firm_reads_nothing_of_its_estates(
    people: People, county: County
) -> None:
    actions.appoint(
        people["dispatcher"],
        by=CLOCK,
        office=Office.FIRM_CLERK,
        at=county.firm,
        from_on=factories.BEGINNING,
    )
    fresh = User.objects.get(pk=people["dispatcher"].pk)
    assert "桂花苑" not in [row["name"] for row in filled("estates", fresh)]
    assert filled("committees", fresh) == []
    assert filled("branches", fresh) == []


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_keeps_no_register_reads_no_ledger(kind: str, surf: Surf, people: People) -> None:
    here = f"/register/ledgers/{kind}/"
    for who in ("resident", "manager", "committee", "auditor", "grid_worker"):
        for address in (here, here + "?as=xlsx"):
            assert surf(who).get(address).status_code == 403
        assert program(people[who]).get(f"/api/v1/ledgers/{kind}/").status_code == 403
    assert surf("nobody").get(here).status_code == 302
    assert program().get(f"/api/v1/ledgers/{kind}/").status_code == 401
    assert not AuditEntry.objects.filter(verb="export_ledger").exists()


# --- Doors -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_a_ledger_costs_the_same_however_long_it_is(
    kind: str, surf: Surf, people: People, county: County, django_assert_max_num_queries: Any
) -> None:
    for number in range(30, 60):
        home = factories.estate(county.community, number, f"枫园{number}号")
        organisation = factories.body(BodyKind.PARTY_ORGANISATION, home, f"枫园{number}号支部")
        PartyOrganisation.objects.create(body=organisation, level="branch")
        Committee.objects.create(
            body=factories.body(BodyKind.OWNERS_COMMITTEE, home, f"枫园{number}号业委会"),
            state=CommitteeState.FILED,
        )
    client = surf("district")
    client.get(f"/register/ledgers/{kind}/")
    with django_assert_max_num_queries(18):  # of which the frame of every page has its own
        page = client.get(f"/register/ledgers/{kind}/").content.decode()
    assert "枫园59号" in page


def test_the_page_links_each_record_and_keeps_the_division(surf: Surf, county: County) -> None:
    client = surf("district")
    page = client.get("/register/ledgers/estates/", {"under": county.community.code})
    words = page.content.decode()
    assert f'href="/places/{county.estate.code}/"' in words
    assert "临江府" not in words.split("<table")[1]
    assert f"?under={county.community.code}&amp;as=xlsx" in words
    assert client.get("/register/ledgers/firms/").status_code == 404
    body = Body.objects.get(kind=BodyKind.OWNERS_COMMITTEE)
    words = client.get("/register/ledgers/committees/").content.decode()
    assert f'href="/bodies/{body.code}/"' in words


@pytest.mark.parametrize("kind", KINDS)
def test_the_workbook_has_the_same_rows_says_who_took_it_and_is_on_record(
    kind: str, surf: Surf, people: People
) -> None:
    answer = surf("dispatcher").get(f"/register/ledgers/{kind}/", {"as": "xlsx"})
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(answer.content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    wanted = filled(kind, people["dispatcher"])
    names = [column.name for column in LEDGERS[kind].columns]
    assert len(rows) == len(wanted) + 1
    assert len(rows[0]) == len(names) + 1
    assert rows[1][1 + names.index("name")] == wanted[0]["name"]
    assert "李社区" in str(book.worksheets[1].cell(1, 1).value)
    entry = AuditEntry.objects.get(verb="export_ledger")
    assert (entry.facts["kind"], entry.facts["rows"]) == (kind, len(wanted))


def test_no_cell_of_the_workbook_begins_a_formula(surf: Surf, county: County) -> None:
    type(county.estate).objects.filter(pk=county.estate.pk).update(name="=1+1")
    answer = surf("dispatcher").get("/register/ledgers/estates/", {"as": "xlsx"})
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_programs_read_columns_and_rows_page_by_page(people: People, county: County) -> None:
    clerk = program(people["dispatcher"])
    answer = clerk.get("/api/v1/ledgers/estates/", {"page_size": 2})
    assert [row["name"] for row in answer.json()["results"]] == ["桂花苑", "银杏里"]
    assert [column["name"] for column in answer.json()["columns"]][:3] == [
        "subdistrict",
        "community",
        "name",
    ]
    rest = clerk.get(answer.json()["next"]).json()
    assert [row["name"] for row in rest["results"]] == ["老机床厂宿舍"]
    assert clerk.get("/api/v1/ledgers/estates/", {"under": "x"}).status_code == 400
    assert clerk.get("/api/v1/ledgers/none/").status_code == 404
