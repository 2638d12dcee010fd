"""The lists: in the right order, page by page, refreshed, and never a query per row."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from complaints.models import Complaint
from complaints.queries.pages import BY_TIME_LEFT, NEWEST_FIRST, Order, count_up_to, page
from complaints.workflow import Status, Verb
from tests.complaints import walks
from tests.complaints.listing import shown, some
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrName"
People = dict[str, User]
Surf = Callable[[str], Client]


@pytest.fixture
def surf(people: People) -> Surf:
    """A browser in which somebody has signed in."""
    cache.clear()

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(people[name], backend=BACKEND)
        return client

    return signed_in


# --- The queue ---------------------------------------------------------------------------


def test_the_queue_begins_with_the_order_that_has_the_least_time_left(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    calm = walks.report(county, people)
    pressing = walks.report(county, people, category=walks.URGENT)
    rows = shown(surf("dispatcher").get("/orders/queue/"))
    assert rows == [pressing.reference, calm.reference]


def test_the_queue_is_parted_by_whose_turn_it_is(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    parts = {
        "todo": (Status.REPORTED, Status.HANDLED, Status.RECHECK),
        "progress": (Status.DISPATCHED, Status.HANDLING),
        "answered": (Status.ANSWERED,),
    }
    wanted = {
        key: {walks.complaint_at(status, county, people).reference for status in statuses}
        for key, statuses in parts.items()
    }
    walks.complaint_at(Status.CLOSED, county, people)
    client = surf("dispatcher")
    for key, references in wanted.items():
        response = client.get(f"/orders/queue/?tab={key}")
        assert set(shown(response)) == references
        counts = [tab[3] for tab in response.context["tabs"]]
        assert counts == ["3", "2", "1"]


def test_a_grid_worker_is_not_asked_to_review_results(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    new = walks.report(county, people)
    handled = walks.complaint_at(Status.HANDLED, county, people)
    client = surf("grid_worker")
    assert shown(client.get("/orders/queue/")) == [new.reference]
    assert shown(client.get("/orders/queue/?tab=progress")) == [handled.reference]


def test_a_late_order_says_so_in_words(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    walks.report(county, people)
    clock.forward(hours=5)
    body = surf("dispatcher").get("/orders/queue/").content.decode()
    assert "order-late" in body
    assert "已超时" in body


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("manager", "/orders/queue/", 403),
        ("resident", "/orders/queue/", 403),
        ("administrator", "/orders/queue/", 403),
        ("grid_worker", "/orders/ours/", 403),
        ("resident", "/orders/ours/", 403),
        ("repairer", "/orders/ours/", 200),
        ("fire", "/orders/ours/", 200),
        ("resident", "/orders/all/", 200),
    ],
)
def test_lists_are_for_those_who_work_them(
    county: County, people: People, clock: Pretended, surf: Surf, name: str, path: str, status: int
) -> None:
    assert surf(name).get(path).status_code == status


@pytest.mark.parametrize("path", ["/orders/queue/", "/orders/ours/", "/orders/all/"])
def test_lists_ask_for_a_sign_in(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 302


def test_a_list_without_orders_says_what_to_expect(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    for name, path in (("dispatcher", "queue"), ("manager", "ours"), ("dispatcher", "all")):
        assert 'class="empty"' in surf(name).get(f"/orders/{path}/").content.decode()


# --- The handler's orders ----------------------------------------------------------------


def test_a_repairer_sees_only_what_was_given_to_them(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    given = walks.complaint_at(Status.HANDLING, county, people, repairer=people["repairer"])
    walks.complaint_at(Status.HANDLING, county, people)
    assert shown(surf("repairer").get("/orders/ours/?tab=handle")) == [given.reference]


def test_a_confidential_place_is_no_nearer_than_the_building_for_the_handler(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    walks.complaint_at(
        Status.DISPATCHED, county, people, confidential=True, entrance=county.entrance
    )
    exact = f"{county.building.name} {county.entrance.name}"
    assert exact not in surf("manager").get("/orders/ours/").content.decode()
    assert exact in surf("dispatcher").get("/orders/queue/?tab=progress").content.decode()


# --- Pages -------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [BY_TIME_LEFT, NEWEST_FIRST], ids=["time left", "newest"])
def test_every_order_is_met_once_forwards_and_backwards(
    county: County, people: People, clock: Pretended, order: Order
) -> None:
    some(county, people, clock, 3)
    for _twin in range(3):
        walks.report(county, people)  # at the same moment
    for _closed in range(3):
        walks.complaint_at(Status.CLOSED, county, people)  # owing nothing
    everything = Complaint.objects.all()
    whole = [o.reference for o in everything.order_by(*order.forward)]
    there, mark = [], ""
    while True:
        part = page(everything, order, {"after": mark}, size=2)
        there.append([o.reference for o in part.rows])
        if not part.next:
            break
        mark = part.next
    assert [reference for rows in there for reference in rows] == whole
    back = []
    while part.previous:
        part = page(everything, order, {"before": part.previous}, size=2)
        back.append([o.reference for o in part.rows])
    assert back[::-1] == there[:-1]


@pytest.mark.parametrize("mark", ["x", "~", "2026~9901", "2026-03-02T09:00:00~9901-0000-0000-0"])
def test_a_mark_nobody_wrote_means_the_first_page(
    county: County, people: People, clock: Pretended, mark: str
) -> None:
    walks.report(county, people)
    assert len(page(Complaint.objects.all(), NEWEST_FIRST, {"after": mark}).rows) == 1


def test_links_lead_to_the_neighbouring_pages(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    made = [order.reference for order in some(county, people, clock, 23)]
    client = surf("dispatcher")
    first = client.get("/orders/all/?search=三楼")
    assert shown(first) == made[:2:-1]
    second = client.get(f"/orders/all/{first.context['next_url']}")
    assert shown(second) == made[2::-1]
    assert second.context["next_url"] == ""
    assert shown(client.get(f"/orders/all/{second.context['previous_url']}")) == made[:2:-1]


def test_counting_stops_at_the_cap(county: County, people: People, clock: Pretended) -> None:
    some(county, people, clock, 4)
    assert count_up_to(Complaint.objects.all(), 2) == 3


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("dispatcher", "/orders/queue/"),
        ("grid_worker", "/orders/queue/"),
        ("subdistrict", "/orders/queue/"),
        ("manager", "/orders/ours/"),
        ("dispatcher", "/orders/all/"),
        ("district", "/orders/all/?overdue=true&category=01"),
    ],
)
def test_a_list_costs_ten_queries_at_most_however_long_it_is(
    county: County,
    people: People,
    clock: Pretended,
    surf: Surf,
    at_most: Callable[..., Any],
    name: str,
    path: str,
) -> None:
    client = surf(name)
    walks.complaint_at(Status.DISPATCHED, county, people)
    walks.report(county, people)
    client.get(path)  # the session, and what the process remembers
    with at_most(10 + SESSION_AND_USER) as few:
        client.get(path)
    for number in range(12):
        walks.complaint_at(
            Status.DISPATCHED if number % 2 else Status.REPORTED,
            county,
            people,
            confidential=number % 3 == 0,
        )
    with at_most(len(few.captured_queries)):
        client.get(path)


SESSION_AND_USER = 2


# --- Refreshing --------------------------------------------------------------------------


def test_a_refresh_keeps_the_rows_in_their_places_and_says_how_many_are_new(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    first, second = some(county, people, clock, 2)
    client = surf("dispatcher")
    before = client.get("/orders/queue/")
    live = before.context["live_url"]
    walks.report(county, people, category=walks.URGENT)
    walks.do(Verb.DISPATCH, first, county, people)
    after = client.get(f"/orders/queue/{live}", headers={"HX-Request": "true"})
    assert shown(after) == [first.reference, second.reference]
    assert after.context["arrived"] == 1
    body = after.content.decode()
    assert "<html" not in body
    assert 'class="arrived"' in body
    assert 'class="arrived"' not in before.content.decode()


def test_a_refresh_shows_nobody_what_is_not_theirs(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    far = walks.report(county, people, estate=county.far_estate)
    live = f"/orders/queue/?shown={far.reference}"
    response = surf("dispatcher").get(live, headers={"HX-Request": "true"})
    assert shown(response) == []


def test_an_empty_list_fills_itself(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    client = surf("dispatcher")
    live = client.get("/orders/queue/").context["live_url"]
    order = walks.report(county, people)
    response = client.get(f"/orders/queue/{live}", headers={"HX-Request": "true"})
    assert shown(response) == [order.reference]
