"""The search across the register: what is found, in which order, and by whom."""

import importlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import User
from common.pinyin import initials
from communities import actions
from communities.models import Body, BodyKind, Grid, Office, Place, PlaceKind
from communities.queries import search as queries
from tests import factories
from tests.doors import program
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-03-16 12:00"))]
TODAY = date(2026, 3, 16)


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    for model in (Body, Grid):
        for row in model.objects.all():
            row.initials = initials(row.name)
            row.save()
    return county.people


def found(text: str, reader: User | None = None, only: str = "") -> dict[str, list[str]]:
    kinds = queries.search(queries.asked(text), reader, TODAY, only=only)
    return {kind.name: [hit.name for hit in kind.hits] for kind in kinds}


def test_a_part_of_the_name_finds_places_bodies_and_grids_each_with_its_kind(
    people: People,
) -> None:
    assert found("河东")["divisions"] == ["河东社区"]
    assert found("河东")["grids"] == ["河东第一网格"]
    assert found("河东")["others"] == ["河东社区"]
    assert found("物业") == {
        "firms": ["和顺物业", "远大物业"],
        "others": ["红枫县住建局物业科"],
    }


def test_initials_find_what_full_width_capitals_and_spaces_do_not_hide(people: People) -> None:
    for typed in ("ghy", "GHY", "ＧＨＹ", " g h y "):
        assert found(typed)["estates"] == ["桂花苑"], typed
    assert found("hswy") == {"firms": ["和顺物业"]}
    assert "estates" not in found("g")  # one letter would find half the county


def test_a_code_finds_its_place_and_what_begins_with_it(people: People, county: County) -> None:
    exact = found(county.community.code)
    assert exact["divisions"] == ["河东社区"]
    assert exact["estates"] == ["桂花苑", "银杏里", "老机床厂宿舍"]
    inside = found(county.building.code)
    assert inside["estates"][0] == f"桂花苑{county.building.name}"
    assert found(county.firm.code.lower())["firms"] == ["和顺物业"]
    assert found("990") == {}  # three digits are no beginning


def test_a_former_code_still_leads_to_the_place(people: People, county: County) -> None:
    former = county.far_estate.code
    actions.recode_place(county.far_estate, by=CLOCK, code="990101001002777")
    assert found(former)["estates"] == ["临江府"]
    assert found("990101001002777")["estates"] == ["临江府"]


def test_the_code_comes_first_then_beginnings_then_parts_then_initials(
    people: People, county: County
) -> None:
    for number, name in ((21, "新桂花园"), (22, "桂花"), (23, "桂花新城")):
        factories.estate(county.community, number, name)
    assert found("桂花")["estates"] == ["桂花苑", "桂花", "桂花新城", "新桂花园"]
    factories.estate(county.community, 24, "GHY公寓")
    assert found("ghy")["estates"] == ["GHY公寓", "桂花苑"]
    hits = queries.search(queries.asked(county.estate.code), None, TODAY)
    assert hits[0].hits[0].code == county.estate.code


@pytest.mark.parametrize("typed", ["%", "_", "桂%苑", "桂_苑", "\\", "' OR 1=1 --", "桂\0花苑%"])
def test_signs_of_the_database_are_only_signs(typed: str, people: People) -> None:
    assert found(typed) == {}


def test_every_word_must_be_there(people: People) -> None:
    assert found("桂花 苑")["estates"] == ["桂花苑"]
    assert "estates" not in found("桂花 里")
    assert found("   ") == {}


def test_what_is_closed_or_dissolved_is_not_found(people: People, county: County) -> None:
    Place.objects.filter(pk=county.unserved.pk).update(closed_on=TODAY)
    Body.objects.filter(pk=county.rival.pk).update(dissolved_on=TODAY)
    Grid.objects.filter(pk=county.grid.pk).update(closed_on=TODAY)
    assert found("机床") == {}
    assert "远大物业" not in found("物业")["firms"]
    assert "grids" not in found("河东")


def test_no_dwelling_is_found_by_anybody(people: People, county: County) -> None:
    factories.place(PlaceKind.DWELLING, f"{county.entrance.code}0101", "101室", county.entrance)
    for reader in (None, people["dispatcher"]):
        assert "101室" not in str(found("101室", reader))
        assert "101室" not in str(found(f"{county.entrance.code}0101", reader))


# --- People ------------------------------------------------------------------------------


def test_the_public_finds_public_offices_and_nobody_else(people: People) -> None:
    assert found("赵网格") == {"people": ["赵网格"]}
    assert found("zwg")["people"] == ["赵网格"]
    assert found("钱经理") == {"people": ["钱经理"]}
    for hidden in ("陈晓梅", "褚书记", "冯委员", "孙维修", "杨审计", "cxm", "csj"):
        assert found(hidden) == {}, hidden


def test_whoever_keeps_the_register_finds_other_offices_under_their_scope_only(
    people: People,
) -> None:
    assert found("褚书记", people["dispatcher"]) == {"people": ["褚书记"]}
    assert found("csj", people["dispatcher"]) == {"people": ["褚书记"]}
    assert found("褚书记", people["far_dispatcher"]) == {}
    assert found("褚书记", people["resident"]) == {}
    assert found("陈晓梅", people["district"]) == {}  # no office at all


def test_an_office_that_is_over_or_an_account_that_is_closed_is_not_found(
    people: People, county: County
) -> None:
    warden = factories.person("warden", "魏院长")
    actions.appoint(
        warden, by=CLOCK, office=Office.WARDEN, at=county.estate, from_on=BEGINNING, until_on=TODAY
    )
    assert found("魏院长") == {}
    User.objects.filter(pk=people["manager"].pk).update(is_active=False)
    assert found("钱经理") == {}


def test_somebody_with_two_offices_is_one_hit(people: People, county: County) -> None:
    actions.appoint(
        people["grid_worker"], by=CLOCK, office=Office.WARDEN, at=county.estate, from_on=BEGINNING
    )
    assert found("赵网格") == {"people": ["赵网格"]}


# --- Caps, costs, doors ------------------------------------------------------------------


def many(county: County) -> None:
    for number in range(30, 60):
        factories.place(
            PlaceKind.ESTATE,
            f"{county.community.code}{number:03d}",
            f"枫园{number}号",
            county.community,
        )


def test_twenty_of_a_kind_and_the_way_to_more(people: People, county: County) -> None:
    many(county)
    kinds = queries.search(queries.asked("枫园"), None, TODAY)
    assert [(kind.name, len(kind.hits), kind.more) for kind in kinds] == [("estates", 20, True)]
    alone = queries.search(queries.asked("枫园"), None, TODAY, only="estates")
    assert [(len(kind.hits), kind.more) for kind in alone] == [(30, False)]
    assert found("枫园", only="grids") == {}


def test_the_search_costs_the_same_whatever_it_finds(
    people: People, county: County, django_assert_max_num_queries: Any
) -> None:
    many(county)
    for number in range(30):
        worker = factories.person(f"fy{number}", f"枫园{number}")
        actions.appoint(
            worker, by=CLOCK, office=Office.GRID_WORKER, at=county.grid, from_on=BEGINNING
        )
    with django_assert_max_num_queries(9):
        assert len(found("枫园")["people"]) == 20
    with django_assert_max_num_queries(9):
        assert len(found("fy")["people"]) == 20


Surf = Callable[[str], Client]


def test_the_page_links_each_hit_and_keeps_what_was_typed(surf: Surf, county: County) -> None:
    page = surf("nobody").get("/register/search/", {"q": '桂花"><b>'}).content.decode()
    assert "桂花&quot;&gt;&lt;b&gt;" in page
    page = surf("nobody").get("/register/search/", {"q": "桂花"}).content.decode()
    assert f'href="/places/{county.estate.code}/"' in page
    assert (
        "Nothing bears this name"
        in surf("nobody").get("/register/search/", {"q": "无此小区"}).content.decode()
    )
    assert surf("nobody").get("/register/search/").status_code == 200


def test_more_leads_to_the_kind_alone_and_back(surf: Surf, county: County) -> None:
    many(county)
    page = surf("nobody").get("/register/search/", {"q": "枫园"}).content.decode()
    assert "枫园59号" not in page
    assert "&amp;kind=estates" in page
    alone = surf("nobody").get("/register/search/", {"q": "枫园", "kind": "estates"})
    assert "枫园59号" in alone.content.decode()


def test_programs_search_as_pages_do(people: People, county: County) -> None:
    answer = program().get("/api/v1/search/", {"q": "ghy"})
    assert answer.status_code == 200
    assert [(k["name"], [h["key"] for h in k["hits"]]) for k in answer.json()] == [
        ("estates", [county.estate.code])
    ]
    assert program().get("/api/v1/search/", {"q": "褚书记"}).json() == []
    [kind] = program(people["dispatcher"]).get("/api/v1/search/", {"q": "褚书记"}).json()
    assert kind["hits"][0]["key"] == str(people["branch"].public_id)


def test_names_from_before_initials_were_kept_get_them_once(people: People, county: County) -> None:
    Place.objects.update(initials="")
    Body.objects.update(initials="")
    Body.objects.filter(pk=county.rival.pk).update(initials="kept")
    step = importlib.import_module("communities.migrations.0010_names_get_their_initials")
    step.fill(apps, None)
    assert Place.objects.get(pk=county.estate.pk).initials == initials("桂花苑")
    assert Body.objects.get(pk=county.rival.pk).initials == "kept"
    assert not Place.objects.filter(initials="").exists()
    assert Body.objects.filter(kind=BodyKind.FIRM, initials="hswy").exists()
