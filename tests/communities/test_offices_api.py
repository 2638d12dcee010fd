"""Offices by programs: appointed, handed over, ended, read, invited, interests declared."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from common.now import today
from communities.models import Appointment
from tests.communities.in_office import held, nothing_changes
from tests.complaints.walks import fresh
from tests.doors import program
from tests.factories import County

People = dict[str, User]
pytestmark = pytest.mark.django_db
API = "/api/v1/"


def day(ahead: int) -> str:
    """A token is of today: so are these days."""
    return (today() + timedelta(days=ahead)).isoformat()


def wanted(people: People, county: County, **other: Any) -> dict[str, Any]:
    return {
        "office": "grid_worker",
        "seat": {"kind": "grid", "code": county.grid.code},
        "person": str(people["neighbour"].public_id),
        "from_on": day(0),
        **other,
    }


def test_the_api_appoints_hands_over_and_dismisses(people: People, county: County) -> None:
    clerk = program(people["dispatcher"])
    made = clerk.post(f"{API}appointments/", wanted(people, county), format="json")
    assert made.status_code == 201
    assert made.json()["seat"] == {
        "kind": "grid",
        "code": county.grid.code,
        "name": county.grid.name,
    }
    to = str(people["resident"].public_id)
    moved = clerk.post(
        f"{API}appointments/{made.json()['id']}/hand-over/",
        {"to": to, "on": day(3)},
        format="json",
    )
    assert (moved.status_code, moved.json()["person"]["id"]) == (201, to)
    ended = clerk.post(
        f"{API}appointments/{moved.json()['id']}/dismiss/",
        {"on": day(7), "grounds": "期满"},
        format="json",
    )
    assert (ended.status_code, ended.json()["until_on"]) == (200, day(7))
    coming = clerk.get(f"{API}appointments/", {"state": "coming"}).json()["results"]
    assert [row["person"]["id"] for row in coming] == [to]


def test_the_api_refuses_in_one_order(people: People, county: County) -> None:
    url = f"{API}appointments/"
    good = wanted(people, county)
    cases: list[tuple[str, dict[str, Any], int]] = [
        ("far_dispatcher", good, 403),
        ("manager", good, 403),
        ("resident", good, 403),
        ("dispatcher", {**good, "seat": {"kind": "grid", "code": "none"}}, 404),
        ("dispatcher", {**good, "person": str(uuid4())}, 400),
        ("dispatcher", {**good, "office": "warden"}, 400),
        ("dispatcher", {**good, "by": "district"}, 400),
    ]
    with nothing_changes():
        assert program().post(url, good, format="json").status_code == 401
    for name, given, status in cases:
        client = program(people[name])
        with nothing_changes():
            assert client.post(url, given, format="json").status_code == status, (name, given)
    worker = held(people["grid_worker"])
    given = {"on": day(3), "grounds": "调离"}
    for name, status in (("far_dispatcher", 404), ("grid_worker", 404), ("auditor", 403)):
        client = program(people[name])
        for sent in (given, {}):
            with nothing_changes():
                answer = client.post(f"{url}{worker.public_id}/dismiss/", sent, format="json")
                assert answer.status_code == status
    for path in ("appointments/", "invitations/", f"people/{worker.user.public_id}/interests/"):
        assert (
            program(people["resident"]).post(f"{API}{path}", {}, format="json").status_code == 403
        )


def test_the_api_lists_ones_scope_alone(people: People, county: County) -> None:
    rows = program(people["far_dispatcher"]).get(f"{API}appointments/").json()["results"]
    assert {row["person"]["name"] for row in rows} == {"王远社"}
    assert program(people["resident"]).get(f"{API}appointments/").status_code == 403
    assert program().get(f"{API}appointments/").status_code == 401


def test_the_api_shows_a_persons_public_face_and_the_rest_to_those_above(
    people: People, county: County
) -> None:
    worker = people["grid_worker"]
    Appointment.objects.filter(user=worker).update(letter="聘字1号")
    url = f"{API}people/{worker.public_id}/"
    public = program().get(url).json()
    assert (public["name"], public["interests"]) == ("赵网格", None)
    assert public["offices"][0]["letter"] == ""
    whole = program(people["dispatcher"]).get(url).json()
    assert whole["offices"][0]["letter"] == "聘字1号"
    assert whole["interests"] == []


def test_the_api_invites_tells_the_link_once_and_takes_back(people: People, county: County) -> None:
    clerk = program(people["dispatcher"])
    given = wanted(people, county, name="林小桥", phone="13700000009")
    del given["person"]
    made = clerk.post(f"{API}invitations/", given, format="json")
    assert made.status_code == 201
    path = made.json()["link"].removeprefix("http://testserver")
    assert Client().get(path).status_code == 200
    rows = clerk.get(f"{API}invitations/").json()["results"]
    assert [row["id"] for row in rows] == [made.json()["id"]]
    assert "link" not in rows[0]
    for other in ("far_dispatcher", "auditor"):
        assert program(people[other]).get(f"{API}invitations/").json()["results"] == []
    revoke = f"{API}invitations/{made.json()['id']}/revoke/"
    assert program(people["far_dispatcher"]).post(revoke).status_code == 404
    assert Client().get(path).status_code == 200
    assert clerk.post(revoke).status_code == 200
    assert Client().get(path).status_code == 404


def test_the_api_takes_declared_interests(people: People, county: County) -> None:
    one = people["grid_worker"]
    url = f"{API}people/{one.public_id}/interests/"
    given = {"firm": county.firm.code, "kind": "shares"}
    assert program(people["neighbour"]).post(url, given, format="json").status_code == 403
    assert program(fresh(one)).post(url, given, format="json").status_code == 201
    assert program(one).post(url, {**given, "firm": "none"}, format="json").status_code == 400
