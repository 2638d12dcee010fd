"""Whose hours have begun to run is told so as a duty, and by night where it is urgent."""

import pytest

from accounts.models import User
from complaints.workflow import Kind, Status, Verb
from notifications.models import Notification
from tests.complaints.walks import URGENT, complaint_at, do, report
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db


def told(kind: str) -> dict[str, tuple[bool, bool]]:
    rows = Notification.objects.filter(kind=kind).values_list("to__username", "duty", "wakes")
    return {name: (duty, wakes) for name, duty, wakes in rows}


@pytest.mark.parametrize("verb", [Verb.DISPATCH, Verb.REDISPATCH, Verb.SEND_BACK])
def test_no_wish_keeps_an_order_from_its_handler(
    county: County, people: People, clock: Pretended, verb: Verb
) -> None:
    at = {
        Verb.DISPATCH: Status.REPORTED,
        Verb.REDISPATCH: Status.HANDLING,
        Verb.SEND_BACK: Status.HANDLED,
    }
    order = complaint_at(at[verb], county, people)
    Notification.objects.all().delete()
    do(verb, order, county, people)
    found = told(f"order_{verb.value}")
    handlers = {"fire"} if verb == Verb.REDISPATCH else {"manager", "manager_grid"}
    assert {name for name, (duty, _wakes) in found.items() if duty} == handlers
    assert not any(wakes for _duty, wakes in found.values())
    # To whoever reported it is news, as they wish to have it.
    assert ("resident" in found) == (verb != Verb.SEND_BACK)


def test_what_is_urgent_rings_in_the_handlers_night(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people, category=URGENT)
    do(Verb.DISPATCH, order, county, people)
    found = told("order_dispatch")
    assert found["manager"] == (True, True)
    assert found["resident"] == (False, False)


def test_a_repair_that_goes_straight_to_the_firm_is_its_duty_and_the_desks_news(
    county: County, people: People, clock: Pretended
) -> None:
    report(county, people, kind=Kind.REPAIR)
    found = told("order_report")
    assert found["manager"] == (True, False)
    assert found["dispatcher"] == (False, False)


def test_later_steps_are_news_to_the_handler(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    do(Verb.URGE, order, county, people)
    assert told("order_urge")["manager"] == (False, False)
