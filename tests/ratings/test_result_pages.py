"""Recommendations in the browser and over the API: officers, those concerned, everybody."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from communities.models import PoolMembership
from ratings.models import Outcome, Recommendation
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings.granted import advised, ending, on_list, scored

People = dict[str, User]
pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-10-12 10:00"))]


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


def page(row: Recommendation) -> str:
    return reverse("ratings:recommendation", args=[row.public_id])


def said(county: County, ground: object, **more: str) -> dict[str, str]:
    return {
        "advice": "vote",
        "estate": county.estate.code,
        "ground": str(ground.public_id),  # type: ignore[attr-defined]
        "addressee": "community",
        "due_on": "2026-11-12",
        "text": "建议提请业主大会表决",
        **more,
    }


VOTE = {
    "result": "followed", "on": "2026-10-12", "text": "表决通过", "said_by": "社区居委会",
    "votes_for": "120", "votes_against": "60", "votes_abstained": "10", "votes_whole": "240",
}  # fmt: skip


def test_w7_an_officer_recommends_a_vote_and_records_its_numbers_in_the_browser(
    client: Client, county: County, people: People
) -> None:
    listing = on_list(county)
    client.force_login(people["subdistrict"])
    begin = reverse("ratings:recommend")
    assert county.firm.name in client.get(begin, {"q": "和顺"}).content.decode()
    door = f"{begin}?firm={county.firm.code}"
    assert "红住建发〔2026〕20号" in client.get(door).content.decode()
    client.post(door, said(county, listing))
    row = Recommendation.objects.get()
    client.logout()
    for address in (
        reverse("communities:place", args=[county.estate.code]),
        reverse("communities:body", args=[county.firm.code]),
    ):
        assert page(row) in client.get(address).content.decode()
    client.force_login(people["subdistrict"])
    client.post(reverse("ratings:recommendation_outcome", args=[row.public_id]), VOTE)
    client.logout()
    text = client.get(page(row)).content.decode()
    assert "50.0" in text
    assert "社区居委会" in text
    assert people["subdistrict"].name not in text
    assert "<form" not in text.split("<main")[1].split("</main")[0]


def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    client: Client, county: County, people: People
) -> None:
    listing = on_list(county)
    client.force_login(people["district"])
    door = f"{reverse('ratings:recommend')}?firm={county.firm.code}"
    answer = client.post(door, said(county, listing, addressee="committee"))
    assert answer.status_code == 400
    assert "建议提请业主大会表决" in answer.content.decode()
    assert not Recommendation.objects.exists()
    row = advised(county, people["district"], listing)
    answer = client.post(
        reverse("ratings:recommendation_outcome", args=[row.public_id]),
        {**VOTE, "votes_for": "", "text": "原话保留"},
    )
    assert answer.status_code == 400
    assert "原话保留" in answer.content.decode()
    assert not Outcome.objects.exists()


@pytest.mark.parametrize("name", ["resident", "dispatcher", "manager", "auditor"])
def test_others_are_refused_with_the_reason_or_find_nothing(
    client: Client, county: County, people: People, name: str
) -> None:
    row = advised(county, people["district"], scored(county))
    client.force_login(people[name])
    assert client.get(reverse("ratings:recommend")).status_code == 403
    withdrawn = client.post(
        reverse("ratings:recommendation_withdraw", args=[row.public_id]), {"because": "x"}
    )
    assert withdrawn.status_code == (404 if name == "resident" else 403)
    row.refresh_from_db()
    assert row.withdrawn_at is None


def test_the_alarm_stands_first_on_the_officers_list(
    client: Client, county: County, people: People, clock: Pretended
) -> None:
    advised(county, people["district"], on_list(county))
    clock.put(at("2026-11-20 10:00"))
    client.force_login(people["subdistrict"])
    text = client.get(reverse("ratings:results")).content.decode()
    assert "已逾期" in text
    client.force_login(people["manager"])
    text = client.get(reverse("ratings:results")).content.decode()
    assert county.firm.name in text
    assert "<h2" not in text.split("<main")[1].split("</main")[0]


def test_the_list_costs_the_same_for_many(
    client: Client, county: County, people: People, at_most: object
) -> None:
    ending(county)
    listing = on_list(county)
    for number in range(6):
        row = advised(county, people["district"], listing)
        row.made_at, row.withdrawn_at, row.withdrawn_because = row.made_at, row.made_at, str(number)
        row.alarm_at = None
        row.save()
    client.force_login(people["subdistrict"])
    with at_most(16):  # type: ignore[operator]
        client.get(reverse("ratings:results"))


def test_the_api_calls_the_same_verbs(client: Client, county: County, people: People) -> None:
    red = on_list(county, "red")
    door = reverse("api:recommend")
    asked = {
        "firm": county.firm.code, "advice": "enter_pool", "addressee": "register",
        "due_on": "2026-11-12", "text": "建议入库", "listing": str(red.public_id),
    }  # fmt: skip
    kind = "application/json"
    assert client.post(door, asked, kind).status_code == 401
    client.force_login(people["subdistrict"])
    assert client.post(door, asked, kind).status_code == 403
    client.force_login(people["district"])
    assert client.post(door, {**asked, "card": str(red.public_id)}, kind).status_code == 400
    answer = client.post(door, asked, kind)
    assert answer.status_code == 201
    found = answer.json()
    assert found["listing"] == str(red.public_id)
    outcome = reverse("api:recommendation_outcome", args=[found["id"]])
    words = {"result": "followed", "on": "2026-10-12", "text": "入库", "said_by": "物业科"}
    answer = client.post(outcome, words, kind)
    assert answer.json()["outcomes"][0]["result"] == "followed"
    assert PoolMembership.objects.get().firm == county.firm
    client.logout()
    rows = client.get(reverse("api:recommendations")).json()["results"]
    assert [row["id"] for row in rows] == [found["id"]]
    withdraw = reverse("api:recommendation_withdraw", args=[found["id"]])
    client.force_login(people["district"])
    assert client.post(withdraw, {"because": "x"}, kind).status_code == 409
