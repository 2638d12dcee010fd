"""Who asks for rest in the county in use: what the hour of loading leaves must not stop it."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from complaints.models import Pause
from complaints.workflow import Status, Verb
from governance.demo.acting import World
from governance.demo.waiting import _ask
from tests.complaints.walks import again, complaint_at, do
from tests.factories import County

pytestmark = pytest.mark.django_db


def world_of(county: County, people: dict[str, Any]) -> World:
    """As much of a demonstration's world as asking needs."""
    desks = {
        county.community.pk: [people["dispatcher"]],
        county.subdistrict.pk: [people["subdistrict"]],
    }
    return cast(
        World,
        SimpleNamespace(
            people=SimpleNamespace(desks=desks), agenda=SimpleNamespace(heard=lambda _order: None)
        ),
    )


def test_a_desk_asks_for_its_order(county: County, people: dict[str, Any]) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    next(_ask(world_of(county, people)))
    assert Pause.objects.filter(complaint=order).exists()


def test_what_came_up_to_the_office_above_is_left_as_it_is(
    county: County, people: dict[str, Any]
) -> None:
    order = complaint_at(Status.REPORTED, county, people)
    for verb in (Verb.INSPECT, Verb.REFER_UP, Verb.DISPATCH, Verb.ACCEPT):
        order = do(verb, again(order), county, people)
    assert order.desk == county.subdistrict
    next(_ask(world_of(county, people)))
    assert not Pause.objects.exists()
