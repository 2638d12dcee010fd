"""The reckoning of deadlines on its page and in the API: whoever sees the order reads it."""

from typing import Any

import pytest
from django.test import Client

from accounts.actors import Reporter
from accounts.models import User
from common.codes import digest
from complaints.models import Complaint, Rule
from complaints.workflow import Status
from tests.complaints.walks import complaint_at, report
from tests.doors import COMPLAINTS, program
from tests.factories import County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


WHO_REPORTED: dict[str, Any] = {
    "contact_name": "欧阳金丝雀",
    "contact_phone": "13700137001",
    "dwelling": "1203室",
}


def page(order: Complaint) -> str:
    return f"/orders/{order.reference}/deadlines/"


@pytest.mark.parametrize(
    "name", ["resident", "dispatcher", "grid_worker", "manager", "branch", "subdistrict", "auditor"]
)
def test_whoever_sees_the_order_sees_how_its_deadlines_came_about(
    county: County, people: People, clock: Pretended, client: Client, name: str
) -> None:
    order = complaint_at(Status.HANDLING, county, people, **WHO_REPORTED)
    client.force_login(people[name], backend="accounts.backends.PhoneOrName")
    answer = client.get(page(order))
    assert answer.status_code == 200
    body = answer.content.decode()
    for anchor in ("inspect-1", "handle-1", "feedback-1"):
        assert f'id="{anchor}"' in body
    # Of the reporter there is nothing on it, whoever reads.
    for secret in (*WHO_REPORTED.values(), "137****7001"):
        assert secret not in body
    linked = client.get(f"/orders/{order.reference}/").content.decode()
    assert f'href="{page(order)}#handle-1"' in linked


def test_nobody_else_does(county: County, people: People, clock: Pretended, client: Client) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    assert client.get(page(order)).status_code == 404
    for name in ("neighbour", "rival", "far_dispatcher", "administrator"):
        client.force_login(people[name], backend="accounts.backends.PhoneOrName")
        assert client.get(page(order)).status_code == 404, name
        assert program(people[name]).get(f"{COMPLAINTS}{order.reference}/deadlines/").status_code


def test_the_holder_of_a_tracking_secret_follows_the_reckoning_too(
    county: County, people: People, clock: Pretended, client: Client
) -> None:
    order = report(county, people, by=Reporter(digest("S3CR-ET")))
    session = client.session
    session["secrets"] = {order.reference: digest("S3CR-ET")}
    session.save()
    assert 'id="feedback-1"' in client.get(page(order)).content.decode()


def test_programs_get_lines_and_typed_steps(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-09-28 16:20"))
    order = report(county, people)
    client = program(people["resident"])
    path = f"{COMPLAINTS}{order.reference}/deadlines/"
    told = {row["stage"]: row for row in client.get(path, headers={"Accept-Language": "en"}).json()}
    feedback = told["feedback"]
    assert feedback["due_at"] == "2026-10-11T00:00:00+08:00"
    assert (feedback["extended"], feedback["pauses"], feedback["resting"]) == (None, [], False)
    assert feedback["held_by"] == "河东社区"
    assert feedback["rule"] == {
        "amount": 5,
        "unit": "working_days",
        "version": 1,
        "valid_from": "2020-01-01T08:00:00+08:00",
        "place": None,
        "category": None,
        "source": Rule.objects.get(stage="feedback", urgency="normal").source,
    }
    explanation = feedback["explanation"]
    assert explanation["agrees"] is True
    assert explanation["lines"][3] == "1–7 Oct: National Day, not counted"
    start, *steps, end = explanation["steps"]
    assert (start["kind"], start["date"], start["from"]) == (
        "start",
        "2026-09-28",
        "2026-09-28T16:20:00+08:00",
    )
    holiday = [step for step in steps if step["kind"] == "holiday"]
    assert [step["date"] for step in holiday] == [f"2026-10-0{n}" for n in range(1, 8)]
    assert {step["name"] for step in holiday} == {"National Day"}
    assert [s["count"] for s in steps if s["kind"] in {"counted", "makeup"}] == [1, 2, 3, 4, 5]
    assert (end["kind"], end["until"]) == ("due", feedback["due_at"])
    assert {step["kind"] for step in explanation["then"]} == {"reminder", "level"}
    chinese = client.get(path, headers={"Accept-Language": "zh-hans"}).json()
    assert "国庆节放假" in str(chinese)
