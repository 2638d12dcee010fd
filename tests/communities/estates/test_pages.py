"""The page of an estate: who reads what, who writes, and what a refusal leaves."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from communities import actions
from communities.models import (
    Appointment,
    Estate,
    Observation,
    PlaceKind,
    Visit,
)
from notifications.actions import deliver_pending
from tests import factories
from tests.communities.estates.pages import keep, page_of, text_of
from tests.factories import County

People = dict[str, User]
pytestmark = pytest.mark.django_db


Surf = Callable[[str], Client]


# --- The estate's page -------------------------------------------------------------------


def test_anybody_reads_the_estate_and_finds_the_butler_without_a_number(
    county: County, people: People, surf: Surf
) -> None:
    people["bo"].phone = "13911112222"
    people["bo"].save()
    page = surf("nobody").get(page_of(county))
    words = text_of(page)
    assert page.status_code == 200
    assert "和顺物业" in words
    assert "姓bo" in words
    assert "13911112222" not in page.content.decode()
    assert "姓observer" not in words  # how many, not who
    assert "/register/keep/place/" not in page.content.decode()


def test_who_keeps_the_estate_finds_its_forms_and_others_do_not(
    county: County, people: People, surf: Surf
) -> None:
    form = keep("place", county.estate.code, "ledger")
    assert form in surf("dispatcher").get(page_of(county)).content.decode()
    for who in ("manager", "far_dispatcher", "resident", "manager_grid"):
        assert form not in surf(who).get(page_of(county)).content.decode()


def test_the_page_costs_the_same_however_large_the_estate_is(
    county: County, people: People, surf: Surf, django_assert_max_num_queries: Any
) -> None:
    client = surf("dispatcher")
    client.get(page_of(county))
    for number in range(10, 30):
        block = factories.place(
            PlaceKind.BUILDING, f"{county.estate.code}{number:03d}", f"{number}栋", county.estate
        )
        actions.enter_facility(block, by=people["dispatcher"], kind="lift", name="电梯")
    with django_assert_max_num_queries(40):
        client.get(page_of(county))


# --- Writing on the page -----------------------------------------------------------------


def test_the_clerk_keeps_the_ledger_on_the_page(county: County, people: People, surf: Surf) -> None:
    client = surf("dispatcher")
    address = keep("place", county.estate.code, "ledger")
    assert "service_mode" not in client.get(address).content.decode()
    wrong = {"kind": "old", "delivery": "delivered", "households": "88", "latitude": "25.1"}
    page = client.post(address, wrong)
    assert page.status_code == 200
    assert "Give both, or neither." in text_of(page)
    assert 'value="88"' in page.content.decode()
    assert Estate.objects.get(place=county.estate).households == 240
    page = client.post(address, {**wrong, "longitude": "115.2"})
    assert page["Location"] == page_of(county)
    assert Estate.objects.get(place=county.estate).households == 88


@pytest.mark.parametrize(
    "verb", ["ledger", "mode", "facility", "plan", "need", "contract", "visit"]
)
def test_others_are_refused_with_the_reason(
    county: County, people: People, surf: Surf, verb: str
) -> None:
    for who in ("manager", "far_dispatcher", "resident"):
        for method in ("get", "post"):
            answer = getattr(surf(who), method)(keep("place", county.estate.code, verb))
            assert answer.status_code == 403, (who, method)
    assert surf("nobody").get(keep("place", county.estate.code, verb)).status_code == 302


def test_what_is_not_there_is_404(county: County, people: People, surf: Surf) -> None:
    client = surf("dispatcher")
    for noun, key, verb in (
        ("place", "1", "ledger"),
        ("place", county.community.code, "ledger"),
        ("place", county.estate.code, "building"),
        ("place", county.estate.code, "nothing"),
        ("nothing", county.estate.code, "ledger"),
        ("contract", uuid4(), "end"),
        ("contract", "x", "end"),
        ("firm", county.fire.code, "change"),
    ):
        assert client.get(keep(noun, key, verb)).status_code == 404, (noun, key, verb)


def test_the_warden_records_a_visit_and_the_page_counts_it(
    county: County, people: People, surf: Surf
) -> None:
    client = surf("warden")
    told: dict[str, Any] = {
        "warden": str(people["warden"].public_id),
        "on": "2026-03-16",
        "note": "看了充电棚",
    }
    answer = client.post(keep("place", county.estate.code, "visit"), told)
    assert answer.status_code == 302
    assert Visit.objects.get().user == people["warden"]
    assert "看了充电棚" in text_of(client.get(page_of(county)))
    assert "看了充电棚" not in text_of(surf("nobody").get(page_of(county)))


def test_a_resident_writes_to_the_butler_and_nobody_unknown_does(
    county: County, people: People, surf: Surf
) -> None:
    (held,) = Appointment.objects.filter(user=people["bo"])
    address = keep("butler", held.public_id, "message")
    assert surf("nobody").post(address, {"text": "灯不亮"}).status_code == 302
    client = surf("resident")
    for _n in range(5):
        assert client.post(address, {"text": "灯不亮"})["Location"] == page_of(county)
    page = client.post(address, {"text": "第六次"})
    assert "too many" in text_of(page)
    assert "第六次" in page.content.decode()
    deliver_pending()
    assert "灯不亮" in text_of(surf("bo").get("/notices/"))


# --- Observations ------------------------------------------------------------------------


def test_an_observer_files_the_desk_answers_and_nobody_else_reads(
    county: County, people: People, surf: Surf
) -> None:
    told: dict[str, Any] = {"kind": "income", "text": "电梯广告收入没有公示"}
    surf("observer").post(keep("place", county.estate.code, "observation"), told)
    found = Observation.objects.get()
    address = f"/register/observations/{found.public_id}/"
    for who, code in (
        ("observer", 200),
        ("dispatcher", 200),
        ("subdistrict", 200),
        ("manager", 404),
        ("far_dispatcher", 404),
        ("resident", 404),
        ("warden", 404),
    ):
        assert surf(who).get(address).status_code == code, who
    assert surf("resident").get("/register/observations/").status_code == 403
    assert "电梯广告" in text_of(surf("dispatcher").get("/register/observations/?open=1"))
    assert "电梯广告" not in text_of(surf("far_dispatcher").get("/register/observations/"))
    answer = surf("dispatcher").post(
        keep("observation", found.public_id, "answer"), {"answer": "本月底前公示"}
    )
    assert answer["Location"] == address
    assert "本月底前公示" in text_of(surf("observer").get(address))
    assert "电梯广告" not in text_of(surf("dispatcher").get("/register/observations/?open=1"))


# --- Signs -------------------------------------------------------------------------------


def test_signs_of_every_door_open_the_report_with_the_place_filled_in(
    county: County, people: People, surf: Surf
) -> None:
    address = f"/places/{county.estate.code}/posters/"
    page = surf("manager").get(address).content.decode()
    assert page.count('class="sign"') == 1 + 2 + 4
    sign = surf("nobody").get(f"/places/{county.entrance.code}/sign.svg")
    assert (sign.status_code, sign["Content-Type"]) == (200, "image/svg+xml")
    assert b"style=" not in sign.content
    assert surf("resident").get(address).status_code == 403
    assert surf("rival").get(address).status_code == 403
    opened = surf("nobody").get(f"/orders/report/?place={county.entrance.code}", follow=True)
    assert "桂花苑" in text_of(opened)


# --- Plans -------------------------------------------------------------------------------


def test_every_version_of_a_plan_is_read_by_those_who_serve_there(
    county: County, people: People, surf: Surf
) -> None:
    client = surf("dispatcher")
    for n in (1, 2):
        client.post(
            keep("place", county.estate.code, "plan"),
            {"problems": f"飞线充电{n}", "measures": f"建充电棚{n}"},
        )
    words = text_of(surf("branch").get(f"/places/{county.estate.code}/plans/"))
    assert "飞线充电2" in words
    assert "飞线充电1" in words
    assert surf("resident").get(f"/places/{county.estate.code}/plans/").status_code == 403
