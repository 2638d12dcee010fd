"""The map of estates: points, the same estates as rows, and where pictures may come from."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from communities import actions
from communities.models import Estate, Place
from communities.queries import estate_map as queries
from governance.tiles import tile_hosts
from tests import factories
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended, at

pytestmark = pytest.mark.moment(at("2026-03-16 12:00"))
People = dict[str, User]
TODAY = date(2026, 3, 16)
POINTS = "/api/v1/map/estates/"
Surf = Callable[[str], Client]


def put(place: Place, latitude: str, longitude: str) -> None:
    Estate.objects.filter(place=place).update(
        latitude=Decimal(latitude), longitude=Decimal(longitude)
    )


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    put(county.estate, "26.470000", "116.010000")
    put(county.far_estate, "26.490000", "116.030000")
    return county.people


def codes(answer: Any) -> list[str]:
    return [one["properties"]["code"] for one in answer.json()["features"]]


@pytest.mark.django_db
def test_the_points_are_the_estates_that_have_a_place_longitude_first(
    people: People, county: County
) -> None:
    answer = program().get(POINTS)
    assert answer.status_code == 200
    assert answer.json()["more"] is False
    assert codes(answer) == [county.estate.code, county.far_estate.code]
    [first, _second] = answer.json()["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [116.01, 26.47]}
    assert first["properties"]["url"] == f"/places/{county.estate.code}/"
    assert first["properties"]["mode"] == "market"


@pytest.mark.django_db
def test_a_division_a_mode_and_bounds_narrow_the_points(people: People, county: County) -> None:
    Estate.objects.filter(place=county.far_estate).update(service_mode="caretaker")
    near, far = [county.estate.code], [county.far_estate.code]
    assert codes(program().get(POINTS, {"under": county.community.code})) == near
    assert codes(program().get(POINTS, {"mode": "caretaker"})) == far
    assert codes(program().get(POINTS, {"bounds": "116.02,26,117,27"})) == far
    assert codes(program().get(POINTS, {"bounds": "116.02,26,116.01,27"})) == [*near, *far]
    assert codes(program().get(POINTS, {"bounds": "0,0,1,1"})) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bounds", "1,2,3"),
        ("bounds", "nan,0,1,1"),
        ("bounds", "0,5,1,1"),
        ("bounds", "0,0,500,1"),
        ("bounds", "a,b,c,d"),
        ("mode", "none_such"),
        ("under", "99%"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(
    name: str, value: str, people: People
) -> None:
    answer = program().get(POINTS, {name: value})
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [name]


@pytest.mark.django_db
def test_a_closed_estate_is_no_point(people: People, county: County) -> None:
    Place.objects.filter(pk=county.estate.pk).update(closed_on=TODAY)
    assert codes(program().get(POINTS)) == [county.far_estate.code]


@pytest.mark.django_db
def test_more_points_than_are_given_are_said(
    people: People, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_POINTS", 1)
    answer = program().get(POINTS)
    assert codes(answer) == [county.estate.code]
    assert answer.json()["more"] is True


@pytest.mark.django_db
def test_points_and_page_cost_the_same_however_many_estates(
    surf: Surf, county: County, django_assert_max_num_queries: Any
) -> None:
    for number in range(30, 60):
        put(factories.estate(county.community, number, f"枫园{number}号"), "26.5", "116.0")
    with django_assert_max_num_queries(1):
        assert len(codes(program().get(POINTS))) == 32
    client = surf("dispatcher")
    client.get("/register/map/")
    with django_assert_max_num_queries(10):
        assert "枫园59号" in client.get("/register/map/").content.decode()


@given(
    st.text(max_size=40) | st.lists(st.floats(), max_size=5).map(lambda x: ",".join(map(str, x)))
)
def test_bounds_are_a_part_of_the_globe_or_nothing(text: str) -> None:
    found = queries.bounds_of(text)
    assert found is None or (-90 <= found.south <= found.north <= 90)


# --- The page ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_anybody_reads_the_same_estates_as_a_table_without_a_script(
    surf: Surf, county: County
) -> None:
    page = surf("nobody").get("/register/map/").content.decode()
    assert "26.47000, 116.01000" in page
    assert "老机床厂宿舍" in page  # not placed yet, in the table all the same
    assert "Place it on the map" not in page
    assert f'data-points="{POINTS}"' in page
    narrowed = surf("nobody").get("/register/map/", {"under": county.far_community.code})
    assert "临江府" in narrowed.content.decode()
    assert "桂花苑" not in narrowed.content.decode()
    odd = surf("nobody").get("/register/map/", {"under": "99%", "mode": "<b>"})
    assert "桂花苑" in odd.content.decode()


@pytest.mark.django_db
def test_who_keeps_an_estate_finds_the_way_to_place_it_and_the_neighbour_does_not(
    surf: Surf, people: People, county: County
) -> None:
    form = f"/register/keep/place/{county.unserved.code}/ledger/"
    assert form in surf("dispatcher").get("/register/map/").content.decode()
    for who in ("far_dispatcher", "manager", "resident"):
        assert form not in surf(who).get("/register/map/").content.decode()
    actions.keep_ledger(
        county.unserved,
        by=people["dispatcher"],
        kind="old",
        delivery="delivered",
        households=10,
        latitude=Decimal("26.480000"),
        longitude=Decimal("116.020000"),
    )
    assert county.unserved.code in codes(program().get(POINTS))


# --- Tiles -------------------------------------------------------------------------------


def test_browsers_take_pictures_from_the_tile_server_and_nowhere_else() -> None:
    assert tile_hosts("") == []
    assert tile_hosts("https://tiles.example/{z}/{x}/{y}.png") == ["https://tiles.example"]
    assert tile_hosts("https://{s}.tiles.example:8443/m?x={x}&y={y}&z={z}") == [
        "https://*.tiles.example:8443"
    ]


@pytest.mark.parametrize(
    "address",
    [
        "http://tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/",
        "https://tiles.example; script-src */{z}/{x}/{y}",
        "//tiles.example/{z}/{x}/{y}",
    ],
)
def test_the_portal_does_not_start_on_tiles_it_cannot_name(address: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        tile_hosts(address)


@pytest.mark.django_db
def test_without_tiles_the_policy_allows_our_own_pictures_only(surf: Surf) -> None:
    policy = surf("nobody").get("/register/map/").headers["Content-Security-Policy"]
    assert "img-src 'self' data: blob:;" in policy + ";"
