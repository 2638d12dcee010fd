"""Filters narrow the lists: by what an order is, by time, by how it went, by words."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client

from accounts.models import User
from complaints.filters import OrderFilter
from complaints.models import Complaint
from complaints.permissions import visible_to
from complaints.workflow import Status, Verb
from tests.complaints import walks
from tests.complaints.listing import shown
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


def found(user: User, text: str, clock: Pretended) -> set[str]:
    """What the filters leave of everything this user may see."""
    narrowed = OrderFilter(QueryDict(text), queryset=visible_to(user), at=clock.moment)
    assert not narrowed.errors, narrowed.errors
    return {order.reference for order in narrowed.qs}


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
