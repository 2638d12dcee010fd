"""The official's overview: every number is the length of the list behind it."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.models import User
from complaints.actions import sound_alarms
from complaints.filters import OrderFilter
from complaints.permissions import visible_to
from complaints.workflow import Status, Verb
from governance.overview import Number
from tests.complaints import walks
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db

BACKEND = "accounts.backends.PhoneOrName"
People = dict[str, User]
Surf = Callable[[str], Client]


@pytest.fixture
def surf(people: People) -> Surf:
    """A browser in which somebody has signed in."""

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(people[name], backend=BACKEND)
        return client

    return signed_in


@pytest.fixture
def life(county: County, people: People, clock: Pretended) -> County:
    """A county in which some things went well and some did not."""
    walks.complaint_at(Status.CLOSED, county, people)
    clock.forward(days=45)
    walks.complaint_at(Status.CLOSED, county, people)
    walks.complaint_at(Status.RECHECK, county, people)
    walks.close_unrated(walks.complaint_at(Status.ANSWERED, county, people))
    walks.complaint_at(Status.REFUSED, county, people)
    walks.complaint_at(Status.WITHDRAWN, county, people)
    walks.complaint_at(Status.MERGED, county, people)
    late = walks.complaint_at(Status.DISPATCHED, county, people)
    walks.complaint_at(Status.DISPATCHED, county, people, estate=county.other_estate)
    walks.report(county, people, estate=county.far_estate)
    walks.report(county, people, category=walks.BYPASS)
    walks.report(county, people, confidential=True)
    clock.forward(hours=7)
    sound_alarms()
    walks.do(Verb.REDISPATCH, late, county, people)
    walks.complaint_at(Status.HANDLED, county, people)
    walks.report(county, people)
    return county


def numbers(context: Any) -> Iterable[Number]:
    yield from context["today"]
    yield from context["recent"]
    for line in (*context["places"], *context["handlers"]):
        yield from line.numbers


def length(user: User, url: str, clock: Pretended) -> int:
    """How many orders the list of this address has."""
    words = QueryDict(url.partition("?")[2])
    narrowed = OrderFilter(words, queryset=visible_to(user), at=clock.moment)
    assert not narrowed.errors, url
    count: int = narrowed.qs.count()
    return count


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("district", ""),
        ("district", "subdistrict"),
        ("district", "community"),
        ("subdistrict", ""),
        ("subdistrict", "far_community"),
    ],
)
def test_every_number_leads_to_a_list_of_exactly_that_many(
    life: County, people: People, clock: Pretended, surf: Surf, name: str, place: str
) -> None:
    asked = {"place": getattr(life, place).code} if place else {}
    context = surf(name).get("/overview/", asked).context
    checked = 0
    for number in numbers(context):
        assert length(people[name], number.url, clock) == number.value, number.url
        if number.whole is not None:
            assert length(people[name], number.whole_url, clock) == number.whole, number.whole_url
        checked += number.value > 0
    assert checked > 3


def test_the_list_behind_a_number_says_the_same_number(life: County, surf: Surf) -> None:
    client = surf("district")
    for number in client.get("/overview/").context["today"]:
        response = client.get(number.url)
        assert response.context["count"] == number.value
        assert len(response.context["rows"]) == number.value


def test_the_figures_tell_what_happened(life: County, surf: Surf) -> None:
    context = surf("district").get("/overview/").context
    today = [number.value for number in context["today"]]
    recent = context["recent"]
    # Open, late, escalated by one, two and three levels.
    assert today == [9, 5, 6, 0, 0]
    # Reported; settled in time (the closed two, the refused one) of those or the late ones;
    # not solved at first; closed without a rating.
    assert [(number.value, number.whole) for number in recent] == [
        (14, None),
        (3, 9),
        (1, None),
        (1, None),
    ]
    handlers = {line.name: line.numbers for line in context["handlers"]}
    firm, fire = handlers[life.firm.name], handlers[life.fire.name]
    # Five promises of the firm's, one broken before another got the order; it stays the firm's.
    assert (firm[2].value, firm[2].whole) == (4, 5)
    assert (fire[2].value, fire[2].whole) == (0, 0)
    assert fire[0].value == 1


def test_a_share_of_nothing_is_blank(life: County, surf: Surf) -> None:
    body = surf("district").get("/overview/").content.decode()
    row = re.search(rf"<tr[^>]*>\s*<th[^>]*>{life.fire.name}.*?</tr>", body, re.S)
    assert row is not None
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row[0], re.S)
    assert re.sub(r"<[^>]*>", "", cells[2]).strip() == ""
    assert "100.0 %" not in row[0]


def test_places_lead_down_to_their_estates(life: County, surf: Surf) -> None:
    client = surf("district")
    top = client.get("/overview/").context["places"]
    assert [line.name for line in top] == [life.subdistrict.name]
    below = client.get("/overview/", {"place": life.community.code}).context
    assert [line.name for line in below["places"]] == [
        life.estate.name,
        life.other_estate.name,
        life.unserved.name,
    ]
    assert below["above"] == life.subdistrict


def test_another_district_stays_its_own(life: County, surf: Surf) -> None:
    client = surf("far_district")
    context = client.get("/overview/").context
    assert sum(number.value for number in numbers(context)) == 0
    assert client.get("/overview/", {"place": life.community.code}).status_code == 404
    assert surf("subdistrict").get("/overview/", {"place": "990101"}).status_code == 404
    assert surf("district").get("/overview/", {"place": "990101999"}).status_code == 404


@pytest.mark.parametrize(
    "name", ["resident", "dispatcher", "manager", "grid_worker", "auditor", "administrator"]
)
def test_who_oversees_nothing_is_told_so(
    county: County, people: People, surf: Surf, name: str
) -> None:
    response = surf(name).get("/overview/")
    assert response.status_code == 403
    assert "街道" in response.content.decode()


def test_the_overview_asks_for_a_sign_in(client: Client, db: None) -> None:
    assert client.get("/overview/").status_code == 302


def test_the_overview_costs_the_same_however_many_orders_there_are(
    life: County, people: People, surf: Surf, at_most: Callable[..., Any]
) -> None:
    client = surf("district")
    client.get("/overview/")
    with at_most(12) as few:
        client.get("/overview/")
    for _more in range(10):
        walks.complaint_at(Status.HANDLED, life, people)
    with at_most(len(few.captured_queries)):
        client.get("/overview/")
