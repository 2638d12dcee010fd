"""Pages and doors of places and grids: everybody reads, those who keep the register write."""

import re

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.actors import CLOCK
from accounts.models import User
from common.now import today
from communities import actions
from communities.models import Body, Grid, GridKind, Place, PlaceKind
from tests.doors import program
from tests.factories import County

pytestmark = pytest.mark.django_db
People = dict[str, User]
PLACES, GRIDS = "/api/v1/places/", "/api/v1/grids/"
KEY = "0123456789abcdef-place"


def read(client: Client, path: str, code: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == code, path
    return response.content.decode()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrName")
    return client


def rows() -> tuple[list[object], list[object]]:
    """All that a refusal must have left as it was."""
    return (
        list(Place.objects.order_by("pk").values_list("code", "name", "closed_on")),
        list(Grid.objects.order_by("pk").values_list("code", "name", "closed_on")),
    )


# --- Everybody reads ---------------------------------------------------------------------


def test_anybody_finds_the_way_from_the_district_to_the_door(
    client: Client, county: County, people: People
) -> None:
    assert "/places/990101/" in read(client, "/register/")
    path = "/places/990101/"
    for step in (county.subdistrict, county.community, county.estate):
        assert f"/places/{step.code}/" in read(client, path), step.name
        path = f"/places/{step.code}/"
    building = read(client, f"/places/{county.building.code}/")
    assert county.entrance.code in building
    assert county.grid.name in building
    assert county.community.name in building
    assert county.entrance.name in read(client, f"/places/{county.entrance.code}/")


def test_of_people_in_office_the_public_reads_office_and_name_and_no_number(
    client: Client, county: County, people: People
) -> None:
    people["dispatcher"].phone = "13811112222"
    people["dispatcher"].save()
    people["grid_worker"].phone = "13833334444"
    people["grid_worker"].save()
    Body.objects.filter(pk=county.community_office.pk).update(phone="0797-6830001")
    community = read(client, f"/places/{county.community.code}/")
    grid = read(client, f"/grids/{county.grid.code}/")
    assert "李社区" in community
    assert "赵网格" in grid
    assert "tel:0797-6830001" in grid
    for page in (community, grid):
        assert "13811112222" not in page
        assert "13833334444" not in page


def test_readers_are_offered_nothing_to_change_keepers_are(
    client: Client, county: County, people: People
) -> None:
    paths = (f"/places/{county.community.code}/", f"/grids/{county.grid.code}/")
    for who in (None, "resident", "far_dispatcher", "manager"):
        reader = client if who is None else signed_in(people[who])
        assert not [p for p in paths if "/change/" in read(reader, p)], who
    clerk = signed_in(people["dispatcher"])
    assert "change/new/" in read(clerk, paths[0])
    # Its own code is the subdistrict's to change.
    assert "change/recode/" not in read(clerk, paths[0])
    assert "change/recode/" in read(signed_in(people["subdistrict"]), paths[0])
    assert "change/buildings/" in read(clerk, paths[1])


def test_a_former_code_leads_to_the_place(client: Client, county: County) -> None:
    actions.recode_place(county.community, by=CLOCK, code="990101001777")
    response = client.get("/places/990101001001/")
    assert response.status_code == 302
    assert response["Location"] == "/places/990101001777/"
    assert client.get("/places/990101001999/").status_code == 404


def test_a_dwelling_is_there_for_the_registers_keepers_alone(
    client: Client, county: County, people: People
) -> None:
    home = actions.found_place(
        by=CLOCK, kind=PlaceKind.DWELLING, name="1702", parent=county.entrance
    )
    path = f"/places/{home.code}/"
    for who in (None, "resident", "neighbour", "far_dispatcher", "manager", "manager_grid"):
        reader = client if who is None else signed_in(people[who])
        read(reader, path, 404)
        assert program(people[who] if who else None).get(f"{PLACES}{home.code}/").status_code == 404
    assert "1702" not in read(client, f"/places/{county.entrance.code}/")
    assert "1702" in read(signed_in(people["dispatcher"]), path)


def test_a_closed_place_says_so_and_its_parent_lists_it_no_more(
    client: Client, county: County, people: People
) -> None:
    door = county.unserved.children.order_by("code")[0]
    actions.close_place(door, by=CLOCK)
    assert door.code not in read(client, f"/places/{county.community.code}/")
    page = read(signed_in(people["dispatcher"]), f"/places/{door.code}/")
    assert "notice-warning" in page
    assert re.findall(r"/change/(\w+)/", page) == ["reopen"]


# --- Keepers write -----------------------------------------------------------------------


def test_a_clerk_enters_renames_and_closes_on_pages(county: County, people: People) -> None:
    clerk = signed_in(people["dispatcher"])
    path = f"/places/{county.unserved.code}/change/new/"
    assert 'name="code"' in read(clerk, path)
    answer = clerk.post(path, {"name": "9栋", "code": ""})
    assert answer.status_code == 302
    made = Place.objects.get(name="9栋")
    assert answer["Location"] == f"/places/{made.code}/"
    clerk.post(f"/places/{made.code}/change/rename/", {"name": "九栋"})
    assert Place.objects.get(pk=made.pk).name == "九栋"
    clerk.post(f"/places/{made.code}/change/close/", {"on": today().isoformat()})
    assert Place.objects.get(pk=made.pk).closed_on == today()


def test_what_was_typed_stays_and_the_reason_stands_beside_it(
    county: County, people: People
) -> None:
    before = rows()
    clerk = signed_in(people["dispatcher"])
    page = clerk.post(
        f"/places/{county.community.code}/change/new/",
        {"name": "柳林雅居", "estate_kind": "old", "code": "123"},
    ).content.decode()
    assert 'value="柳林雅居"' in page
    assert "id_code_error" in page
    closing = clerk.post(
        f"/places/{county.estate.code}/change/close/", {"on": today().isoformat()}
    ).content.decode()
    assert "error-summary" in closing
    assert rows() == before


@pytest.mark.parametrize("verb", ["new", "rename", "recode", "move", "close"])
def test_the_pages_of_verbs_are_refused_to_the_next_community_and_unknown_to_nobody(
    verb: str, county: County, people: People
) -> None:
    before = rows()
    path = f"/places/{county.unserved.code}/change/{verb}/"
    for who in ("far_dispatcher", "resident", "rival"):
        reader = signed_in(people[who])
        assert reader.get(path).status_code == 403
        assert reader.post(path, {"name": "某处", "code": "990101001001888"}).status_code == 403
    assert Client().get(path).status_code == 302
    assert signed_in(people["dispatcher"]).get(path).status_code == 200
    assert signed_in(people["dispatcher"]).get(f"{path[:-1]}x/").status_code == 404
    assert rows() == before


def test_a_subdistrict_moves_an_estate_on_a_page(county: County, people: People) -> None:
    officer = signed_in(people["subdistrict"])
    path = f"/places/{county.unserved.code}/change/move/"
    assert county.far_community.code in read(officer, path)
    answer = officer.post(
        path, {"to": county.far_community.code, "code": "", "on": today().isoformat()}
    )
    assert answer["Location"] == f"/places/{county.far_community.code}003/"


def test_a_clerk_draws_a_cell_and_ticks_its_buildings(county: County, people: People) -> None:
    clerk = signed_in(people["dispatcher"])
    path = f"/register/grids/{county.community.code}/"
    assert "notice-success" not in read(clerk, path)
    answer = clerk.post(
        f"{path}new/",
        {"kind": "cell", "name": "第一邻里格", "parent": county.grid.code, "code": ""},
    )
    made = Grid.objects.get(kind=GridKind.CELL)
    assert answer["Location"] == f"/grids/{made.code}/change/buildings/"
    page = read(clerk, answer["Location"])
    # Only the buildings of the grid it is part of are offered.
    assert len(re.findall(r'type="checkbox"', page)) == 2
    clerk.post(answer["Location"], {"buildings": [county.building.code]})
    assert list(made.buildings.all()) == [county.building]
    assert made.name in read(clerk, f"/grids/{county.grid.code}/")
    assert "30" in read(clerk, f"/grids/{made.code}/")


def test_the_check_is_for_those_who_keep_the_register(county: County, people: People) -> None:
    path = f"/register/grids/{county.community.code}/"
    before = rows()
    for who in ("far_dispatcher", "grid_worker", "resident", "manager"):
        assert signed_in(people[who]).get(path).status_code == 403
        assert signed_in(people[who]).post(f"{path}new/", {"name": "某"}).status_code == 403
        grid = f"/grids/{county.grid.code}/change/buildings/"
        assert signed_in(people[who]).post(grid, {"buildings": []}).status_code == 403
    assert rows() == before
    assert county.grid.buildings.count() == 2
    page = read(signed_in(people["dispatcher"]), path)
    assert page.count("银杏里") == 2  # its two buildings lie in no grid


@pytest.mark.parametrize(
    ("path", "most"),
    [("/places/990101001/", 10), ("/register/grids/", 10), ("/places/990101001001/", 15)],
)
def test_a_page_costs_the_same_whatever_lies_beneath(
    path: str, most: int, client: Client, county: County, at_most: object
) -> None:
    from tests.factories import estate

    with at_most(most):  # type: ignore[operator]
        read(client, path)
    for number in range(10, 22):
        estate(county.community, number, f"新{number}")
    with at_most(most):  # type: ignore[operator]
        read(client, path)


# --- Programs ----------------------------------------------------------------------------


def clerk_program(people: People, who: str = "dispatcher") -> APIClient:
    return program(people[who], **{"Idempotency-Key": KEY})


def test_a_program_enters_a_place_once_per_key(county: County, people: People) -> None:
    wanted = {"kind": "building", "parent": county.unserved.code, "name": "9栋"}
    clerk = clerk_program(people)
    first, again = clerk.post(PLACES, wanted), clerk.post(PLACES, wanted)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["code"] == f"{county.unserved.code}003"
    assert Place.objects.filter(name="9栋").count() == 1


@pytest.mark.parametrize("door", ["page", "program"])
def test_an_estate_comes_with_its_ledger_and_is_found_where_estates_are_counted(
    door: str, county: County, people: People
) -> None:
    """Nobody has to keep the ledger first: it is on the map's list, in the figures and in lists."""
    said = {"name": "柳林雅居", "estate_kind": "resettlement"}
    if door == "page":
        path = f"/places/{county.community.code}/change/new/"
        page = signed_in(people["dispatcher"]).post(path, {"name": "柳林雅居"})
        assert "id_estate_kind_error" in page.content.decode()
        assert signed_in(people["dispatcher"]).post(path, {**said, "code": ""}).status_code == 302
    else:
        wanted = {"kind": "estate", "parent": county.community.code}
        answer = clerk_program(people).post(PLACES, {**wanted, **said, "estate_kind": "palace"})
        assert answer.status_code == 400
        assert clerk_program(people).post(PLACES, {**wanted, **said}).status_code == 201
    made = Place.objects.get(name="柳林雅居")
    assert (made.estate.kind, made.estate.service_mode) == ("resettlement", "none")
    listed = program(people["dispatcher"]).get(f"/api/v1/estates/{made.code}/").json()
    assert listed["kind"] == "resettlement"
    # How it is served can still be said with the first ledger, and from then on by dated changes.
    keep = f"/register/keep/place/{made.code}/ledger/"
    clerk = signed_in(people["dispatcher"])
    assert 'name="service_mode"' in read(clerk, keep)
    told = {"kind": "resettlement", "delivery": "delivered", "households": 90}
    assert clerk.post(keep, {**told, "service_mode": "caretaker"}).status_code == 302
    assert made.service_spells.get().mode == "caretaker"
    assert 'name="service_mode"' not in read(clerk, keep)


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("rename", {"name": "某处"}),
        ("recode", {"code": "990101001001888"}),
        ("move", {"to": "990101001002"}),
        ("close", {}),
    ],
)
def test_the_verbs_of_a_place_at_the_programs_door(
    verb: str, said: dict[str, str], county: County, people: People
) -> None:
    path = f"{PLACES}{county.unserved.code}/{verb}/"
    before = rows()
    assert program().post(path, said).status_code == 401
    assert program(people["far_dispatcher"]).post(path, said).status_code == 403
    odd = program(people["subdistrict"]).post(path, {**said, "color": "red"})
    assert (odd.status_code, list(odd.json()["fields"])) == (400, ["color"])
    assert (
        program(people["subdistrict"]).post(f"{PLACES}990101001001999/{verb}/").status_code == 404
    )
    assert rows() == before
    assert program(people["subdistrict"]).post(path, said).status_code == 200
    assert rows() != before


def test_what_cannot_be_done_now_is_a_conflict(county: County, people: People) -> None:
    before = rows()
    answer = program(people["subdistrict"]).post(f"{PLACES}{county.estate.code}/close/", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert rows() == before


def test_grids_are_read_by_all_and_drawn_by_those_who_keep_the_register(
    county: County, people: People
) -> None:
    listed = program().get(GRIDS, {"community": county.community.code}).json()
    assert [g["code"] for g in listed["results"]] == [county.grid.code]
    assert len(listed["results"][0]["buildings"]) == 2
    one = program().get(f"{GRIDS}{county.grid.code}/").json()
    assert one == listed["results"][0]
    assert "phone" not in str(one)
    wanted = {
        "kind": "cell",
        "community": county.community.code,
        "parent": county.grid.code,
        "name": "第一邻里格",
    }
    before = rows()
    assert program().post(GRIDS, wanted).status_code == 401
    assert program(people["far_dispatcher"]).post(GRIDS, wanted).status_code == 403
    assert rows() == before
    made = clerk_program(people).post(GRIDS, wanted)
    assert made.status_code == 201
    path = f"{GRIDS}{made.json()['code']}/"
    said = {"buildings": [county.building.code]}
    assert program(people["grid_worker"]).post(f"{path}buildings/", said).status_code == 403
    filled = program(people["dispatcher"]).post(f"{path}buildings/", said)
    assert [b["code"] for b in filled.json()["buildings"]] == said["buildings"]
    wrong = program(people["dispatcher"]).post(f"{path}buildings/", {"buildings": ["1"]})
    assert list(wrong.json()["fields"]) == ["buildings"]
    assert program(people["dispatcher"]).post(f"{path}close/", {}).status_code == 200
    assert len(program().get(GRIDS).json()["results"]) == 1


def test_closed_places_leave_the_programs_lists(county: County) -> None:
    actions.close_place(county.unserved, by=CLOCK)
    estates = program().get("/api/v1/estates/").json()["results"]
    assert county.unserved.code not in [e["code"] for e in estates]
