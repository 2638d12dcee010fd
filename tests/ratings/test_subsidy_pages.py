"""Honours with money in the browser, as a workbook and over the API."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from ratings.actions import subsidies as verbs
from ratings.models import Award, AwardCategory, Payment, Programme
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings.granted import category, programme
from tests.ratings.listed import officers

pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-10-12 10:00"))]
DOCUMENT = "红住建发〔2026〕30号"


@pytest.fixture
def hands(county: County, clock: Pretended) -> tuple[User, User]:
    first, second = officers(county, 1)
    return first, second


@pytest.fixture
def projects(county: County, hands: tuple[User, User]) -> AwardCategory:
    return category(programme(county.district, hands[0], "200000"), hands[0], count=3)


@pytest.fixture
def award(county: County, projects: AwardCategory, hands: tuple[User, User]) -> Award:
    made = verbs.propose_award(
        projects, by=fresh(hands[0]), to=county.estate, grounds="治理成效突出"
    )
    return verbs.approve_award(made, by=fresh(hands[1]), document=DOCUMENT)


def page(of: Programme) -> str:
    return reverse("ratings:programme", args=[of.public_id])


def test_t7_a_programme_is_opened_awarded_by_two_and_paid_in_the_browser(
    client: Client, county: County, hands: tuple[User, User]
) -> None:
    client.force_login(hands[0])
    opened = {
        "place": county.district.code, "name": "红色物业评先奖补", "year": "2026",
        "granted_by": "区住建局", "document": "红住建发〔2026〕8号", "budget": "5000000",
    }  # fmt: skip
    client.post(reverse("ratings:programme_open"), opened)
    made = Programme.objects.get()
    kind = {"kind": "project", "name": "示范项目", "count": "22", "amount": "100000.50"}
    client.post(reverse("ratings:programme_category", args=[made.public_id]), kind)
    of = AwardCategory.objects.get()
    propose = reverse("ratings:award_propose", args=[of.public_id])
    answer = client.post(propose, {"to": "没有这个", "grounds": "保留这句话"})
    assert "保留这句话" in answer.content.decode()
    client.post(propose, {"to": county.estate.name, "grounds": "成效突出"})
    award = Award.objects.get()
    address = reverse("ratings:award", args=[award.public_id])
    approve = reverse("ratings:award_deed", args=[award.public_id, "approve"])
    assert client.post(approve, {"document": DOCUMENT}).status_code == 403
    client.logout()
    assert client.get(address).status_code == 404, "what is proposed is the officers'"
    assert county.estate.name not in client.get(page(made)).content.decode()
    client.force_login(hands[1])
    client.post(approve, {"document": DOCUMENT})
    pay = reverse("ratings:award_deed", args=[award.public_id, "pay"])
    said = {"on": "2026-10-12", "amount": "60000.25", "reference": "凭证77"}
    client.post(pay, said)
    assert client.post(pay, {**said, "reference": "凭证78"}).status_code == 409
    client.logout()
    text = client.get(page(made)).content.decode()
    for amount in ("5,000,000.00", "100,000.50", "60,000.25"):
        assert amount in text
    text = client.get(address).content.decode()
    assert "60,000.25" in text
    assert not [word for word in ("凭证77", hands[0].name) if word in text], "the officers'"


def test_honours_are_reached_from_the_scores_and_a_programme_is_opened_in_so_many_words(
    client: Client, hands: tuple[User, User]
) -> None:
    assert reverse("ratings:programmes") in Client().get(reverse("ratings:home")).text
    client.force_login(hands[0])
    page = client.get(reverse("ratings:programme_open")).text
    assert "设立方案</button>" in page
    assert "未办结" not in page


def test_a_payment_is_taken_back_on_its_page(
    client: Client, award: Award, hands: tuple[User, User], county: County
) -> None:
    payment = verbs.pay(
        award, by=fresh(hands[0]), on=at("2026-10-12").date(), amount=Decimal(90), reference="1"
    )
    door = reverse("ratings:payment_correct", args=[payment.public_id])
    client.force_login(county.people["dispatcher"])
    assert client.post(door, {"because": "录错"}).status_code == 403
    client.force_login(hands[1])
    assert client.post(door, {"because": ""}).status_code == 200
    assert Payment.objects.count() == 1
    client.post(door, {"because": "录错"})
    assert Payment.objects.amount() == 0
    text = client.get(reverse("ratings:award", args=[award.public_id])).content.decode()
    assert "-90.00" in text


@pytest.mark.parametrize("name", ["resident", "dispatcher", "manager", "far_district"])
def test_what_is_the_officers_is_refused_to_others(
    client: Client, award: Award, county: County, hands: tuple[User, User], name: str
) -> None:
    of = award.category
    client.force_login(county.people[name])
    if name != "far_district":
        assert client.get(reverse("ratings:programme_open")).status_code == 403
    for route, key in (
        ("programme_budget", of.programme.public_id),
        ("programme_category", of.programme.public_id),
        ("award_propose", of.public_id),
    ):
        assert client.get(reverse(f"ratings:{route}", args=[key])).status_code == 403
    back = reverse("ratings:award_deed", args=[award.public_id, "take-back"])
    assert client.post(back, {"because": "x"}).status_code == 403
    award.refresh_from_db()
    assert award.state == "approved"


def test_the_workbook_has_every_award_and_their_sums(
    client: Client, award: Award, hands: tuple[User, User]
) -> None:
    verbs.pay(
        award, by=fresh(hands[0]), on=at("2026-10-12").date(), amount=Decimal("0.01"),
        reference="1",
    )  # fmt: skip
    made = award.category.programme
    answer = client.get(reverse("ratings:programme_workbook", args=[made.public_id]))
    rows = list(load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    assert [row for row in rows if "桂花苑" in row]
    total = rows[-1]
    assert [Decimal(str(value)) for value in total[-2:]] == [100_000, Decimal("0.01")]


def test_the_page_costs_the_same_for_many_awards(
    client: Client, award: Award, county: County, hands: tuple[User, User], at_most: object
) -> None:
    for to in (county.other_estate,):
        made = verbs.propose_award(award.category, by=fresh(hands[0]), to=to, grounds="成效突出")
        verbs.approve_award(made, by=fresh(hands[1]), document=DOCUMENT)
    with at_most(8):  # type: ignore[operator]
        text = client.get(page(award.category.programme)).content.decode()
    assert county.other_estate.name in text


def test_the_api_calls_the_same_verbs(
    client: Client, county: County, projects: AwardCategory, hands: tuple[User, User]
) -> None:
    kind = "application/json"
    door = reverse("api:award_propose", args=[projects.public_id])
    asked = {"to": county.estate.code, "grounds": "成效突出"}
    assert client.post(door, asked, kind).status_code == 401
    client.force_login(county.people["manager"])
    assert client.post(door, asked, kind).status_code == 403
    client.force_login(hands[0])
    answer = client.post(door, asked, kind)
    assert answer.status_code == 201
    key = answer.json()["award"]["id"]
    approve = reverse("api:award_approve", args=[key])
    assert client.post(approve, {"document": DOCUMENT}, kind).status_code == 403
    client.force_login(hands[1])
    assert client.post(approve, {"document": DOCUMENT}, kind).status_code == 201
    pay = {"on": "2026-10-12", "amount": "0.005", "reference": "1"}
    door = reverse("api:award_pay", args=[key])
    assert client.post(door, pay, kind).status_code == 400
    answer = client.post(door, {**pay, "amount": "100000.00"}, kind)
    payment = answer.json()["payments"][0]["id"]
    assert client.post(door, {**pay, "amount": "0.01", "reference": "2"}, kind).status_code == 409
    client.logout()
    made = projects.programme
    found = client.get(reverse("api:programme", args=[made.public_id])).json()
    assert (found["sums"]["amount"], found["sums"]["paid"]) == ("100000.00", "100000.00")
    rows = client.get(reverse("api:awards", args=[made.public_id])).json()["results"]
    assert [row["paid"] for row in rows] == ["100000.00"]
    assert client.get(reverse("api:programmes")).json()["results"][0]["budget"] == "200000.00"
    client.force_login(hands[0])
    back = client.post(
        reverse("api:payment_correct", args=[payment]), {"because": "退回"}, kind
    )  # fmt: skip
    assert back.json()["award"]["paid"] == "0.00"
