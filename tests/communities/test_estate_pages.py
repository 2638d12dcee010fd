"""Pages and API of estates and firms: who reads what, who writes, and what a refusal leaves."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import User
from communities import actions
from communities.models import (
    Appointment,
    Contract,
    Estate,
    Facility,
    HonourList,
    Need,
    Observation,
    Offer,
    Office,
    PlaceKind,
    Visit,
)
from notifications.actions import deliver_pending
from tests import factories
from tests.doors import program
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrName"
TODAY = date(2026, 3, 16)
API = "/api/v1"


@pytest.fixture
def clock() -> Iterator[Pretended]:
    moved = Pretended(at("2026-03-16 12:00"))
    yield moved
    moved.stop()


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    more = {name: factories.person(name, f"姓{name}") for name in ("warden", "observer", "bo")}
    for name, office, seat in (
        ("warden", Office.WARDEN, county.estate),
        ("observer", Office.OBSERVER, county.estate),
        ("bo", Office.BUTLER, county.building),
    ):
        actions.appoint(more[name], by=CLOCK, office=office, at=seat, from_on=BEGINNING)
    return {**county.people, **more}


Surf = Callable[[str], Client]


@pytest.fixture
def surf(people: People) -> Surf:
    def reader(name: str) -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        if name != "nobody":
            client.force_login(people[name], backend=BACKEND)
        return client

    return reader


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def page_of(county: County) -> str:
    return f"/places/{county.estate.code}/"


def keep(noun: str, key: object, verb: str) -> str:
    return f"/register/keep/{noun}/{key}/{verb}/"


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


# --- Firms -------------------------------------------------------------------------------


def test_anybody_finds_a_firm_and_reads_whom_it_serves(
    county: County, people: People, surf: Surf
) -> None:
    assert "和顺物业" in text_of(surf("nobody").get("/register/firms/?search=和顺"))
    assert "和顺物业" not in text_of(surf("nobody").get("/register/firms/?search=远大"))
    page = surf("nobody").get(f"/bodies/{county.firm.code}/")
    assert "桂花苑" in text_of(page)
    assert "Dismissed today" not in text_of(page)
    assert surf("nobody").get(f"/bodies/{county.fire.code}/").status_code == 200
    assert surf("nobody").get("/bodies/none/").status_code == 404


def test_a_contract_is_entered_renewed_and_ended_on_the_page(
    county: County, people: People, surf: Surf
) -> None:
    client = surf("dispatcher")
    told: dict[str, Any] = {
        "firm": county.firm.code,
        "from_on": "2026-01-01",
        "until_on": "2026-05-01",
    }
    days = {"dismissal_days": 60, "renewal_days": 90}
    address = keep("place", county.unserved.code, "contract")
    assert client.post(address, {**told, **days}).status_code == 302
    made = Contract.objects.get(estate=county.unserved)
    page = text_of(client.get(f"/places/{county.unserved.code}/"))
    assert "Whoever does not go on says so by 2026-01-31" in page
    again = client.post(address, {**told, **days})
    assert "Another firm serves this estate at that time." in text_of(again)
    client.post(keep("contract", made.public_id, "renew"), {"until_on": "2028-05-01", **days})
    assert Contract.objects.filter(estate=county.unserved).count() == 2
    late = client.post(
        keep("contract", made.public_id, "end"), {"ending": "agreed", "on": "2026-04-01"}
    )
    assert "on record already" in text_of(late)


def test_needs_are_shown_with_the_firms_that_offer_them(
    county: County, people: People, surf: Surf
) -> None:
    need = actions.raise_need(
        county.estate, by=people["dispatcher"], kind="canteen", text="独居老人午餐"
    )
    surf("rival").post(
        keep("firm", county.rival.code, "offer"),
        {"kind": "canteen", "name": "长者食堂", "standard": "每日午餐"},
    )
    offer = Offer.objects.get()
    assert "长者食堂" in text_of(surf("nobody").get("/register/needs/"))
    address = keep("need", need.public_id, "meet")
    assert address in surf("rival").get("/register/needs/").content.decode()
    assert surf("manager").get(address).status_code == 403
    answer = surf("rival").post(address, {"firm": offer.firm.code, "on": "2026-03-16"})
    assert answer.status_code == 302
    assert Need.objects.get().met_by == county.rival
    assert "独居老人午餐" not in text_of(surf("nobody").get("/register/needs/"))


def test_a_list_of_honours_is_entered_and_read_by_everybody(
    county: County, people: People, surf: Surf
) -> None:
    client = surf("subdistrict")
    client.post(
        keep("place", county.subdistrict.code, "honours"),
        {"name": "美丽家园", "year": "2025", "granted_by": "街道", "granted_on": "2025-12-20"},
    )
    of = HonourList.objects.get()
    wrong = client.post(keep("honours", of.public_id, "add"), {"to": "0"})
    assert "no estate or body of this code" in text_of(wrong)
    client.post(keep("honours", of.public_id, "add"), {"to": county.estate.code})
    assert "桂花苑" in text_of(surf("nobody").get(f"/register/honours/{of.public_id}/"))
    assert "美丽家园" in text_of(surf("nobody").get("/register/honours/"))
    assert "美丽家园" in text_of(surf("nobody").get(page_of(county)))
    assert surf("dispatcher").get(keep("honours", of.public_id, "add")).status_code == 403


# --- Programs ----------------------------------------------------------------------------


def test_programs_write_by_the_same_verbs_and_read_the_same_page(
    county: County, people: People, clock: Pretended
) -> None:
    clock.stop()  # a token holds by the database's clock
    clerk = program(people["dispatcher"])
    address = f"{API}/register/place/{county.estate.code}"
    made = clerk.post(f"{address}/facility/", {"kind": "lift", "name": "1号电梯"}, format="json")
    assert made.status_code == 201, made.content
    facility = Facility.objects.get()
    assert made.json()["id"] == str(facility.public_id)
    done = program(people["warden"]).post(
        f"{API}/register/facility/{facility.public_id}/inspect/",
        {"condition": "intact", "on": "2026-03-16"},
        format="json",
    )
    assert done.status_code == 201, done.content
    page = program().get(f"{API}/estates/{county.estate.code}/page/").json()
    assert (page["facilities_intact"]["part"], page["facilities_intact"]["whole"]) == (1, 1)
    assert (page["facilities"], page["plans"]) == (None, None)
    own = clerk.get(f"{API}/estates/{county.estate.code}/page/").json()
    assert own["facilities"][0]["condition"] == "intact"
    assert page["contracts"][0]["firm"]["name"] == "和顺物业"


def test_a_program_changes_one_line_of_the_ledger_and_the_rest_stays(
    county: County, people: People, clock: Pretended
) -> None:
    clock.stop()  # a token holds by the database's clock
    before = Estate.objects.get(place=county.estate)
    done = program(people["dispatcher"]).post(
        f"{API}/register/place/{county.estate.code}/ledger/",
        {"address": "梅江路1号"},
        format="json",
    )
    assert done.status_code == 201, done.content
    after = Estate.objects.get(place=county.estate)
    assert (after.address, after.households, after.kind) == (
        "梅江路1号",
        before.households,
        before.kind,
    )


def test_programs_are_refused_as_pages_are_and_nothing_has_changed(
    county: County, people: People, clock: Pretended
) -> None:
    clock.stop()  # a token holds by the database's clock
    address = f"{API}/register/place/{county.estate.code}/need/"
    told: dict[str, Any] = {"kind": "canteen", "text": "午餐"}
    for user, code in ((None, 401), (people["manager"], 403), (people["far_dispatcher"], 403)):
        assert program(user).post(address, told, format="json").status_code == code
    clerk = program(people["dispatcher"])
    for wrong, field in (
        ({"kind": "canteen"}, "text"),
        ({**told, "kind": "nothing"}, "kind"),
        ({**told, "more": 1}, "more"),
        ({**told, "text": ["午餐"]}, "text"),
    ):
        answer = clerk.post(address, wrong, format="json")
        assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert not Need.objects.exists()
    assert clerk.post(address.replace("/need/", "/building/"), told).status_code == 404


def test_programs_read_lists(county: County, people: People, clock: Pretended) -> None:
    clock.stop()
    actions.raise_need(county.estate, by=people["dispatcher"], kind="canteen", text="午餐")
    found = program().get(f"{API}/needs/").json()["results"]
    assert [(need["estate"]["code"], need["met_by"]) for need in found] == [
        (county.estate.code, None)
    ]
    assert program().get(f"{API}/honours/").json()["results"] == []
    assert program().get(f"{API}/firms/{county.firm.code}/page/").json()["offers"] == []
    assert program(people["observer"]).get(f"{API}/observations/").status_code == 200
    assert program(people["resident"]).get(f"{API}/observations/").status_code == 403
    assert program().get(f"{API}/observations/").status_code == 401
