"""Programs read and write estates and firms by the same verbs, with the same refusals."""

from typing import Any

import pytest

from accounts.models import User
from communities import actions
from communities.models import (
    Estate,
    Facility,
    Need,
)
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db
API = "/api/v1"


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
