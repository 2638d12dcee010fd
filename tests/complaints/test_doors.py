"""A verb is the same verb through every door: called, by the page, by the API."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from accounts.models import User
from complaints import actions
from complaints.api.verbs import DOORS
from complaints.models import Breach, Complaint, Event, Rating, Statement
from complaints.workflow import Status, Verb
from notifications.models import Notification
from tests.complaints.test_api_verbs import plain, ready
from tests.complaints.walks import DOING, complaint_at, fresh, untouched
from tests.doors import COMPLAINTS, program
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
People = dict[str, User]
Words = dict[str, Any]
# Numbers of rows, which no two doings share.
NUMBERS = {"id", "key", "statement_id", "deadline_id"}


def by_call(verb: Verb, order: Complaint, user: User, words: Words) -> None:
    getattr(actions, verb.value)(order, by=fresh(user), **words)


def by_page(verb: Verb, order: Complaint, user: User, words: Words) -> int:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrName")
    path = reverse("complaints:verb", args=[order.reference, verb.value])
    return client.post(path, as_typed(plain(words), verb)).status_code


def by_api(verb: Verb, order: Complaint, user: User, words: Words) -> int:
    path = f"{COMPLAINTS}{order.reference}/{verb}/"
    return program(user).post(path, plain(words)).status_code


def as_typed(words: Words, verb: Verb) -> Words:
    """What a person would fill in on the page."""
    typed = {name: value for name, value in words.items() if name != "into"}
    for name in {"solved", "agrees"} & set(words):
        typed[name] = "yes" if words[name] else "no"
    if "into" in words:
        typed["reference"] = words["into"]
    return {**typed, "sure": "on"} if verb == Verb.WITHDRAW else typed


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens here has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows(found: QuerySet[Any]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if name not in NUMBERS}
        for row in found.order_by("pk").values()
    ]


def left_behind(order: Complaint) -> dict[str, Any]:
    """Every row about an order, and every notice, without their numbers."""
    mine = {"complaint_id": order.pk}
    return {
        "order": Complaint.objects.filter(pk=order.pk).values().get(),
        "deadlines": rows(order.deadlines.all()),
        "breaches": rows(Breach.objects.filter(deadline__complaint=order)),
        "events": rows(Event.objects.filter(**mine)),
        "statements": rows(Statement.objects.filter(**mine)),
        "ratings": rows(Rating.objects.filter(**mine)),
        "notices": rows(Notification.objects.all()),
    }


@pytest.mark.parametrize("verb", list(DOORS))
@pytest.mark.parametrize("late", [False, True])
def test_a_verb_leaves_the_same_rows_through_every_door(
    county: County, people: People, clock: Pretended, verb: Verb, late: bool
) -> None:
    order = ready(verb, county, people)
    who, say = DOING[verb]
    user, words = who(order, county, people), say(order, county, people)
    assert isinstance(user, User)
    clock.forward(hours=4 if late else 1)
    found = {}
    doors: dict[str, Callable[..., Any]] = {"call": by_call, "page": by_page, "api": by_api}
    for name, door in doors.items():
        before = left_behind(order)
        with undone():
            door(verb, order, user, words)
            found[name] = left_behind(order)
        assert found[name] != before, f"{name} did nothing"
        assert left_behind(order) == before
    assert found["page"] == found["call"]
    assert found["api"] == found["call"]


@pytest.mark.parametrize("door", [by_page, by_api])
@pytest.mark.parametrize("verb", [Verb.DISPATCH, Verb.ACCEPT, Verb.ANSWER, Verb.RATE])
def test_a_verb_is_refused_alike_at_every_door(
    county: County, people: People, verb: Verb, door: Callable[..., int]
) -> None:
    order = ready(verb, county, people)
    who, say = DOING[verb]
    user, words = who(order, county, people), say(order, county, people)
    assert isinstance(user, User)
    over = complaint_at(Status.WITHDRAWN, county, people, kind="repair")
    with untouched(order, over):
        assert door(verb, order, people["neighbour"], words) == 404
        assert door(verb, order, people["branch"], words) == 403
        assert door(verb, over, user, words) == 409
