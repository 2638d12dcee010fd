"""Detailed standards and deviations by their doors: the pages of readers and keepers, programs."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from communities import actions
from communities.actions import SaidClause
from communities.models import Deviation, Standard
from tests.communities.standing_rules import (
    NOON,
    TODAY,
    a_clause,
    a_deviation,
    a_standard,
    kept,
)
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
Surf = Callable[[str], Client]
API = "/api/v1"
SECRET = "公示栏里没有收费标准。"
pytestmark = [pytest.mark.django_db, pytest.mark.moment(NOON)]


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


@pytest.fixture
def standard(county: County, people: People) -> Standard:
    return a_standard(county, people)


@pytest.fixture
def found(standard: Standard, county: County, people: People) -> Deviation:
    return a_deviation(county, people, a_clause(standard))


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def at(county: County, noun: str, verb: str) -> str:
    code = county.estate.code if noun == "place" else county.firm.code
    return f"/register/keep/{noun}/{code}/{verb}/"


# --- Pages -------------------------------------------------------------------------------


def test_anybody_reads_a_standard_word_for_word(standard: Standard, surf: Surf) -> None:
    page = read(surf("nobody"), f"/register/standards/{standard.public_id}/")
    for words in ("收费项目和标准在小区显著位置公示。", "现场查看公示栏。", "红住建〔2026〕1号"):
        assert words in page
    assert "/register/keep/" not in page
    assert "/register/keep/standard/" in read(
        surf("district"), f"/register/standards/{standard.public_id}/"
    )


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("", True),
        ("?search=捆绑收取", True),
        ("?search=1号", True),
        ("?search=电梯", False),
        ("?field=charges", True),
        ("?field=fund", False),
        ("?state=over", False),
        ("?state=current", True),
    ],
)
def test_standards_are_found_by_their_words_and_field(
    query: str, there: bool, standard: Standard, surf: Surf
) -> None:
    page = read(surf("nobody"), f"/register/standards/{query}")
    assert ("住宅物业收费细则" in page.split("<main")[1]) is there
    assert ("停车费不得捆绑收取。" in page) is ("捆绑" in query)


def test_each_version_keeps_its_page(standard: Standard, people: People, surf: Surf) -> None:
    said = [SaidClause("每季度公布一次公共收益收支。")]
    actions.issue_version(standard, by=people["district"], from_on=TODAY, clauses=said)
    here = f"/register/standards/{standard.public_id}/"
    page = read(surf("nobody"), here)
    assert "每季度公布" in page
    assert "每半年公布" in page  # before
    assert "differ from version 1" in page
    first = read(surf("nobody"), f"{here}?version=1")
    assert "每季度公布" not in first
    assert "No longer in force" in first
    for wrong in ("3", "0", "x", "²", "99999"):
        assert surf("nobody").get(here, {"version": wrong}).status_code == 404
    assert surf("nobody").get(f"/register/standards/{uuid4()}/").status_code == 404


@pytest.mark.parametrize("who", ["nobody", "resident", "rival", "committee", "repairer"])
def test_everybody_else_reads_how_many_there_are_and_not_what(
    who: str, found: Deviation, standard: Standard, county: County, surf: Surf
) -> None:
    for path in (
        f"/places/{county.estate.code}/",
        f"/bodies/{county.firm.code}/",
        f"/register/standards/{standard.public_id}/",
    ):
        page = read(surf(who), path)
        assert "1 open" in page
        assert "住宅物业收费细则" in page
        assert SECRET not in page
    assert surf(who).get(at(county, "place", "deviation")).status_code in {302, 403}


@pytest.mark.parametrize("who", ["dispatcher", "subdistrict", "district", "manager"])
def test_keepers_and_the_firm_read_what_was_found(
    who: str, found: Deviation, county: County, surf: Surf
) -> None:
    for path in (
        f"/places/{county.estate.code}/",
        f"/bodies/{county.firm.code}/",
        "/register/standards/deviations/",
    ):
        assert SECRET in read(surf(who), path)


def test_the_next_community_and_another_firm_read_nothing(found: Deviation, surf: Surf) -> None:
    for who in ("far_dispatcher", "far_district", "rival"):
        assert SECRET not in read(surf(who), "/register/standards/deviations/")
        here = f"/register/keep/deviation/{found.public_id}/answer/"
        assert surf(who).get(here).status_code == 404
    assert surf("resident").get("/register/standards/deviations/").status_code == 403
    assert surf("nobody").get("/register/standards/deviations/").status_code == 302


def test_a_division_shows_its_own_standards_and_those_above(
    standard: Standard, county: County, surf: Surf
) -> None:
    for place in (county.district, county.subdistrict, county.community):
        assert "住宅物业收费细则" in read(surf("nobody"), f"/places/{place.code}/")
    other = county.far_district_office.place
    assert "住宅物业收费细则" not in read(surf("nobody"), f"/places/{other.code}/")


def test_an_officer_issues_and_the_community_records_by_the_pages(
    county: County, surf: Surf
) -> None:
    client = surf("district")
    said = {
        "field": "operation",
        "title": "企业经营细则",
        "issued_by": "县住建局",
        "document": "",
        "from_on": "2026-01-01",
        "clauses": "第一条 项目经理在岗。\n检查：查考勤。\n\n第二条 投诉当日回复。",
    }
    where = f"/register/keep/place/{county.district.code}/standard/"
    wrong = client.post(where, {**said, "title": ""})
    assert "项目经理在岗" in wrong.content.decode()
    assert not Standard.objects.exists()
    answer = client.post(where, said)
    made = Standard.objects.get()
    assert answer.headers["Location"] == f"/register/standards/{made.public_id}/"
    clerk = surf("dispatcher")
    form = read(clerk, at(county, "place", "deviation"))
    assert "企业经营细则, clause 2: 投诉当日回复。" in form
    clerk.post(
        at(county, "place", "deviation"),
        {
            "clause": str(a_clause(made, 2).public_id),
            "on": "2026-03-10",
            "grounds": SECRET,
            "evidence": "照片",
        },
    )
    found = Deviation.objects.get()
    assert found.by == clerk.get("/").wsgi_request.user
    here = f"/register/keep/deviation/{found.public_id}"
    surf("manager").post(f"{here}/answer/", {"answer": "已整改。"})
    answer = clerk.post(f"{here}/put_right/", {"how": "复查合格。", "on": "2026-03-15"})
    assert answer.headers["Location"] == "/register/standards/deviations/"
    page = read(surf("manager"), "/register/standards/deviations/?state=right")
    assert "已整改。" in page
    assert "复查合格。" in page
    assert surf("manager").get(f"{here}/answer/").status_code == 409


def test_where_no_standard_is_in_force_nothing_can_be_recorded(county: County, surf: Surf) -> None:
    assert surf("dispatcher").get(at(county, "place", "deviation")).status_code == 409
    assert at(county, "place", "deviation") not in read(
        surf("dispatcher"), f"/places/{county.estate.code}/"
    )


@pytest.mark.parametrize(
    ("who", "noun", "verb", "status"),
    [
        ("manager", "place", "deviation", 403),
        ("far_dispatcher", "place", "deviation", 403),
        ("manager", "firm", "deviation", 403),
        ("dispatcher", "firm", "deviation", 403),
        ("district", "firm", "deviation", 200),
        ("dispatcher", "place", "standard", 404),  # an estate issues none
    ],
)
def test_the_doors_are_shut_with_the_right_answer(
    who: str, noun: str, verb: str, status: int, standard: Standard, county: County, surf: Surf
) -> None:
    before = kept()
    assert surf(who).get(at(county, noun, verb)).status_code == status
    if status != 200:
        assert surf(who).post(at(county, noun, verb), {}).status_code == status
    assert kept() == before


def test_the_pages_cost_the_same_however_much_is_on_record(
    standard: Standard,
    county: County,
    people: People,
    surf: Surf,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(12):
        title = f"细则{number}"
        more = a_standard(county, people, title=title, clauses=[SaidClause(title)] * 12)
        a_deviation(county, people, a_clause(more))
    nobody, clerk = surf("nobody"), surf("dispatcher")
    with django_assert_max_num_queries(8):
        read(nobody, "/register/standards/?search=细则")
    with django_assert_max_num_queries(8):
        read(nobody, f"/register/standards/{standard.public_id}/")
    read(clerk, "/register/standards/deviations/")
    with django_assert_max_num_queries(14):
        read(clerk, "/register/standards/deviations/")


# --- Programs ----------------------------------------------------------------------------


def test_programs_read_standards_without_an_account(standard: Standard) -> None:
    [row] = program().get(f"{API}/standards/", {"search": "捆绑"}).json()["results"]
    assert (row["title"], row["field"], row["state"]) == (
        "住宅物业收费细则",
        "charges",
        "running",
    )
    page = program().get(f"{API}/standards/{row['id']}/").json()
    assert [seen["clause"]["number"] for seen in page["clauses"]] == [1, 2, 3]
    assert page["deviations"] == {"open": 0, "right": 0}
    assert program().get(f"{API}/standards/{row['id']}/?version=2").status_code == 404


def test_programs_issue_record_and_answer_as_pages_do(
    standard: Standard, county: County, people: People
) -> None:
    before = kept()
    said = {
        "clause": str(a_clause(standard).public_id),
        "on": "2026-03-10",
        "grounds": SECRET,
        "evidence": "照片",
    }
    here = f"{API}/register/place/{county.estate.code}/deviation/"
    assert program(people["manager"]).post(here, said).status_code == 403
    assert program(people["far_dispatcher"]).post(here, said).status_code == 403
    wrong = program(people["dispatcher"]).post(here, {**said, "on": "2026-03-17"})
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["on"])
    wrong = program(people["dispatcher"]).post(here, {**said, "clause": "keine"})
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["clause"])
    assert kept() == before
    made = program(people["dispatcher"]).post(here, said)
    assert made.status_code == 201
    key = made.json()["id"]
    there = f"{API}/register/deviation/{key}/answer/"
    assert program(people["rival"]).post(there, {"answer": "好"}).status_code == 404
    assert program(people["dispatcher"]).post(there, {"answer": "好"}).status_code == 403
    assert program(people["manager"]).post(there, {"answer": "好"}).status_code == 201
    assert program(people["manager"]).post(there, {"answer": "好"}).status_code == 409
    [row] = program(people["manager"]).get(f"{API}/deviations/").json()["results"]
    assert (row["id"], row["answer"], row["grounds"]) == (key, "好", SECRET)
    assert program(people["rival"]).get(f"{API}/deviations/").json()["results"] == []
    assert program(people["resident"]).get(f"{API}/deviations/").status_code == 403
    assert program().get(f"{API}/deviations/").status_code == 401
    version = {"from_on": "2026-03-16", "clauses": "唯一一条。"}
    there = f"{API}/register/standard/{standard.public_id}/version/"
    assert program(people["subdistrict"]).post(there, version).status_code == 403
    assert program(people["district"]).post(there, version).status_code == 201
    assert standard.versions.count() == 2
