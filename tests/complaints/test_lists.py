"""The lists: in the right order, page by page, narrowed, refreshed, and never a query per row."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client

from accounts.models import User
from complaints.filters import OrderFilter
from complaints.models import Complaint
from complaints.permissions import visible_to
from complaints.queries.pages import BY_TIME_LEFT, NEWEST_FIRST, Order, count_up_to, page
from complaints.workflow import Status, Verb
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
    cache.clear()

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(people[name], backend=BACKEND)
        return client

    return signed_in


def shown(response: Any) -> list[str]:
    """The references of the rows, in order."""
    return re.findall(r'<span class="reference">([^<]+)</span>', response.content.decode())


def some(
    county: County, people: People, clock: Pretended, count: int, **kw: Any
) -> list[Complaint]:
    """Orders reported a minute apart, the oldest first."""
    found = []
    for _number in range(count):
        found.append(walks.report(county, people, **kw))
        clock.forward(minutes=1)
    return found


def found(user: User, text: str, clock: Pretended) -> set[str]:
    """What the filters leave of everything this user may see."""
    narrowed = OrderFilter(QueryDict(text), queryset=visible_to(user), at=clock.moment)
    assert not narrowed.errors, narrowed.errors
    return {order.reference for order in narrowed.qs}


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


# --- Filters -----------------------------------------------------------------------------


def test_filters_narrow_by_what_an_order_is(
    county: County, people: People, clock: Pretended
) -> None:
    plain = walks.report(county, people)
    urgent = walks.report(county, people, category=walks.URGENT, kind="violation")
    other = walks.report(county, people, estate=county.other_estate, category="0201")
    far = walks.report(county, people, estate=county.far_estate)
    sent = walks.complaint_at(Status.DISPATCHED, county, people)
    answered = walks.complaint_at(Status.CLOSED, county, people)
    everybody = {o.reference for o in (plain, urgent, other, far, sent, answered)}
    expected: dict[str, set[Complaint]] = {
        "status=dispatched": {sent},
        "status=dispatched&status=closed": {sent, answered},
        "open=false": {answered},
        "kind=violation": {urgent},
        "urgency=urgent": {urgent, other},
        "category=0102": {urgent},
        "category=02": {other},
        f"estate={county.other_estate.code}": {other},
        f"community={county.far_community.code}": {far},
        f"place={county.far_community.code}": {far},
        f"firm={county.firm.code}": {sent, answered},
        f"firm={county.firm.code}&open=true": {sent},
    }
    officer = people["district"]
    for words, orders in expected.items():
        assert found(officer, words, clock) == {o.reference for o in orders}, words
    assert found(officer, f"place={county.district.code}", clock) == everybody
    assert found(officer, "open=true", clock) == everybody - {answered.reference}
    assert found(officer, "", clock) == everybody


def test_filters_narrow_by_time(county: County, people: People, clock: Pretended) -> None:
    early = walks.report(county, people)
    clock.put(clock.moment + timedelta(days=2))
    late = walks.report(county, people)
    officer = people["district"]
    first, last = "2026-03-02", "2026-03-04"
    assert found(officer, f"reported_from={last}", clock) == {late.reference}
    assert found(officer, f"reported_until={first}", clock) == {early.reference}
    both = f"reported_from={first}&reported_until={last}"
    assert found(officer, both, clock) == {early.reference, late.reference}
    assert found(officer, "overdue=true", clock) == {early.reference}
    assert found(officer, "overdue=false", clock) == {late.reference}


def test_filters_narrow_by_how_it_went(county: County, people: People, clock: Pretended) -> None:
    kept = walks.complaint_at(Status.CLOSED, county, people)
    reopened = walks.complaint_at(Status.RECHECK, county, people)
    silent = walks.complaint_at(Status.ANSWERED, county, people)
    walks.close_unrated(silent)
    broken = walks.complaint_at(Status.HANDLING, county, people)
    clock.forward(hours=7)
    walks.do(Verb.ATTEND, broken, county, people)
    waiting = walks.complaint_at(Status.DISPATCHED, county, people)
    clock.forward(hours=4)
    officer, firm = people["district"], county.firm.code
    expected: dict[str, set[Complaint]] = {
        "reopened=true": {reopened},
        "unrated=true": {silent},
        "punctual=yes": {kept, silent},
        "punctual=no": {broken, waiting},
        "punctual=either": {kept, silent, broken, waiting},
        "escalated=true": {broken},
        "level=1": {broken},
        f"promised_by={firm}": {kept, reopened, silent, broken, waiting},
        f"kept_by={firm}": {kept, reopened, silent},
        f"late_by={firm}": {waiting},
        f"late_by={county.rival.code}": set(),
    }
    for words, orders in expected.items():
        assert found(officer, words, clock) == {o.reference for o in orders}, words
    assert found(officer, "escalated=false", clock) == {
        o.reference for o in (kept, reopened, silent, waiting)
    }


@pytest.mark.parametrize(
    "words", ["category=7777", "estate=nowhere", "status=lost", "kind=joke", "reported_from=soon"]
)
def test_an_unknown_word_is_refused_at_its_field(
    county: County, people: People, clock: Pretended, surf: Surf, words: str
) -> None:
    walks.report(county, people)
    name = words.partition("=")[0]
    narrowed = OrderFilter(QueryDict(words), queryset=visible_to(people["district"]))
    assert set(narrowed.errors) == {name}
    assert surf("district").get(f"/orders/all/?{words}").status_code == 200


def test_search_finds_a_reference_and_two_characters_of_what_was_said(
    county: County, people: People, clock: Pretended
) -> None:
    lamp = walks.report(county, people, spot="东侧消火栓旁")
    lift = walks.report(
        county, people, description="电梯门关不上", estate=county.other_estate, category="0201"
    )
    officer = people["district"]
    typed = quote(lift.reference.lower().replace("-", " "))
    expected = {
        typed: {lift},
        quote("电梯"): {lift},
        quote("灯不"): {lamp},
        quote("火栓"): {lamp},
        quote(county.other_estate.name[:2]): {lift},
        quote("三楼 楼道"): {lamp},
        quote("三楼 电梯"): set(),
        quote(lamp.reference[:9]): {lamp},
    }
    for words, orders in expected.items():
        assert found(officer, f"search={words}", clock) == {o.reference for o in orders}, words


def test_where_exactly_a_confidential_trouble_is_cannot_be_searched_for(
    county: County, people: People, clock: Pretended
) -> None:
    walks.complaint_at(Status.DISPATCHED, county, people, confidential=True, spot="东侧消火栓旁")
    assert found(people["manager"], f"search={quote('火栓')}", clock) == set()


def test_what_came_by_a_link_is_shown_and_can_be_taken_away(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    walks.complaint_at(Status.DISPATCHED, county, people)
    walks.report(county, people)
    client = surf("district")
    response = client.get(f"/orders/all/?firm={county.firm.code}&open=true&urgency=normal")
    body = response.content.decode()
    assert len(shown(response)) == 1
    chips = response.context["filter"].chips
    assert any(county.firm.name in chip.words for chip in chips)
    assert f'<input type="hidden" name="firm" value="{county.firm.code}">' in body
    without = next(chip.without for chip in chips if county.firm.name in chip.words)
    assert len(shown(client.get(f"/orders/all/{without}"))) == 2


def test_filters_offer_ones_own_places_and_keep_what_was_chosen(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    body = surf("dispatcher").get(f"/orders/all/?place={county.estate.code}").content.decode()
    assert f'<option value="{county.estate.code}" selected>' in body
    assert county.far_estate.name not in body


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
