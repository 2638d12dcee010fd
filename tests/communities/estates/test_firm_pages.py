"""Pages of firms, of what estates need of them, and of honours."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from communities import actions
from communities.models import (
    Contract,
    HonourList,
    Need,
    Offer,
)
from tests.communities.estates.pages import keep, page_of, text_of
from tests.factories import County

People = dict[str, User]
pytestmark = pytest.mark.django_db


Surf = Callable[[str], Client]


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
