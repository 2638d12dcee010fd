"""The register, for anybody to read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.now import today
from communities.actions import engage_firm
from communities.models import Contract
from tests.doors import program
from tests.factories import BEGINNING, County, estate

pytestmark = pytest.mark.django_db
BASE = "/api/v1/"


def get(path: str, code: int = 200, /, **headers: str) -> Any:
    answer = program(**headers).get(BASE + path)
    assert answer.status_code == code, answer.content.decode()
    return answer.json()


def codes(path: str) -> list[str]:
    return [row["code"] for row in get(path)["results"]]


def test_an_estate_names_its_community_and_the_firm_of_today(county: County) -> None:
    rows = {row["code"]: row for row in get("estates/")["results"]}
    assert rows[county.estate.code] == {
        "code": county.estate.code,
        "name": "桂花苑",
        "kind": "commodity",
        "service_mode": "market",
        "community": {"code": county.community.code, "name": "河东社区"},
        "firm": {"code": county.firm.code, "name": "和顺物业"},
    }
    assert rows[county.unserved.code]["firm"] is None


def test_a_contract_that_is_over_names_nobody(county: County) -> None:
    Contract.objects.filter(firm=county.firm).update(until_on=today())
    assert get(f"estates/{county.estate.code}/")["firm"] is None
    assert get(f"firms/{county.firm.code}/")["estates"] == []


def test_one_estate_names_its_buildings_and_entrances(county: County) -> None:
    body = get(f"estates/{county.estate.code}/")
    assert [row["name"] for row in body["buildings"]] == ["1栋", "2栋"]
    first = body["buildings"][0]
    assert first["code"] == county.building.code
    assert [row["name"] for row in first["entrances"]] == ["1单元", "2单元"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["桂花苑", "银杏里", "老机床厂宿舍", "临江府"]),
        ("search=桂花", ["桂花苑"]),
        ("community=990101001002", ["临江府"]),
        ("division=990101001", ["桂花苑", "银杏里", "老机床厂宿舍", "临江府"]),
        ("division=990102", []),
        ("kind=old", ["老机床厂宿舍"]),
        ("service_mode=none", ["老机床厂宿舍"]),
    ],
)
def test_estates_are_narrowed(county: County, query: str, names: list[str]) -> None:
    assert [row["name"] for row in get(f"estates/?{query}")["results"]] == names


def test_estates_are_found_by_their_firm(county: County) -> None:
    expected = [county.other_estate.code, county.far_estate.code]
    assert codes(f"estates/?firm={county.rival.code}") == expected


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("estates/?kind=castle", "kind"),
        ("estates/?community=1", "community"),
        ("estates/?firm=1", "firm"),
        ("estates/?nam=x", "nam"),
        ("estates/?cursor=x", "cursor"),
        ("estates/?ordering=name", "ordering"),
        ("firms/?search=" + "x" * 61, "search"),
        ("divisions/?parent=1", "parent"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(county: County, path: str, field: str) -> None:
    assert list(get(path, 400)["fields"]) == [field]


def test_a_firm_names_the_estates_it_serves(county: County) -> None:
    rows = {row["code"]: row for row in get("firms/")["results"]}
    assert set(rows) == {county.firm.code, county.rival.code}
    assert rows[county.rival.code]["estates"] == [
        {"code": county.other_estate.code, "name": "银杏里"},
        {"code": county.far_estate.code, "name": "临江府"},
    ]
    assert get(f"firms/{county.firm.code}/")["name"] == "和顺物业"
    assert codes("firms/?search=远大") == [county.rival.code]


def test_divisions_are_read_step_by_step(county: County) -> None:
    districts = get("divisions/?kind=district")["results"]
    assert [row["code"] for row in districts] == ["990101", "990102"]
    assert districts[0] == {
        "code": "990101",
        "name": "红枫县",
        "kind": "district",
        "parent": None,
    }
    assert codes("divisions/?parent=990101") == ["990101001"]
    communities = get("divisions/?parent=990101001")["results"]
    assert [row["name"] for row in communities] == ["河东社区", "河西社区"]
    assert communities[0]["parent"] == "990101001"
    assert codes("divisions/?parent=990101001001") == []


@pytest.mark.parametrize(
    "path",
    ["estates/1/", "estates/990101001001/", "firms/1/", "estates/%00/", "firms/990101/"],
)
def test_what_is_not_there_is_not_found(county: County, path: str) -> None:
    assert get(path, 404)["code"] == "not_found"


def test_only_firms_are_firms(county: County) -> None:
    assert get(f"firms/{county.fire.code}/", 404)["code"] == "not_found"


def test_categories_are_a_tree_in_both_languages(db: None) -> None:
    groups = get("categories/")
    assert len(groups) == 17
    leaves = [leaf for group in groups for leaf in group["categories"]]
    assert len(leaves) == 88
    falling = next(leaf for leaf in leaves if leaf["code"] == "0102")
    assert falling == {
        "code": "0102",
        "name": "外墙、建筑构件脱落风险",
        "name_zh": "外墙、建筑构件脱落风险",
        "name_en": "Falling facade or building element",
        "urgency": "urgent",
        "emergency_number": "119",
    }
    english = get("categories/", **{"Accept-Language": "en"})
    assert english[0]["name"] == english[0]["name_en"] == "Building and common parts"


def test_pages_of_estates_hold_each_once(county: County) -> None:
    seen, path = [], "estates/?page_size=3"
    while path:
        body = get(path)
        seen.append([row["code"] for row in body["results"]])
        path = body["next"].split(BASE)[1] if body["next"] else ""
    assert [len(page) for page in seen] == [3, 1]
    assert sorted({code for page in seen for code in page}) == [c for page in seen for c in page]


@pytest.mark.parametrize("path", ["estates/", "firms/", "divisions/", "categories/"])
def test_a_list_costs_the_same_however_long(
    county: County, at_most: Callable[..., Any], path: str
) -> None:
    client = program()
    with at_most(5):
        client.get(BASE + path)
    for number in range(4, 10):
        more = estate(county.community, number, f"新苑{number}")
        engage_firm(county.firm, by=CLOCK, estate=more, from_on=BEGINNING + timedelta(days=number))
    with at_most(5):
        client.get(BASE + path)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_register_is_only_read(county: County, people: dict[str, User], method: str) -> None:
    client = program(people["administrator"])
    for path in (
        "estates/",
        f"estates/{county.estate.code}/",
        "firms/",
        f"firms/{county.firm.code}/",
        "divisions/",
        "categories/",
    ):
        assert getattr(client, method)(BASE + path, {}).status_code == 405
