"""One's own wishes over the API: the same verb as the page."""

from datetime import time
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from notifications.models import Preference, QuietHours
from notifications.reach import reach_of

pytestmark = pytest.mark.django_db
WISHES = "/api/v1/wishes/"


@pytest.fixture
def resident(people: dict[str, User]) -> User:
    return people["resident"]


@pytest.fixture
def program(resident: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(resident)
    return client


def send(program: APIClient, **body: Any) -> Any:
    whole = {"quiet_from": None, "quiet_until": None, **body}
    return program.post(WISHES, whole, format="json")


def test_nobody_reads_wishes_without_signing_in(db: None) -> None:
    assert APIClient().get(WISHES).status_code == 401
    assert APIClient().post(WISHES, {}, format="json").status_code == 401


def test_what_holds_without_a_wish_is_said(program: APIClient) -> None:
    said = program.get(WISHES).json()
    assert {"group": "late", "channel": "sms", "wanted": False} in said["wishes"]
    assert {"group": "late", "channel": "email", "wanted": True} in said["wishes"]
    assert (said["quiet_from"], said["quiet_until"]) == (None, None)


def test_wishes_are_kept_and_those_not_named_stay(program: APIClient, resident: User) -> None:
    late = {"group": "late", "channel": "sms", "wanted": True}
    mine = {"group": "mine", "channel": "email", "wanted": False}
    assert send(program, wishes=[mine]).status_code == 200
    answer = send(program, wishes=[late], quiet_from="22:00", quiet_until="07:00")
    assert answer.status_code == 200
    assert late in answer.json()["wishes"]
    assert mine in answer.json()["wishes"]
    assert answer.json()["quiet_from"] == "22:00"
    assert reach_of([resident])[resident.pk].quiet == (time(22), time(7))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"quiet_from": "22:00"}, "quiet_until"),
        ({"quiet_until": "07:00"}, "quiet_from"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "quiet_until"),
        ({"quiet_from": "25:00", "quiet_until": "07:00"}, "quiet_from"),
        ({"wishes": [{"group": "late", "channel": "in_app", "wanted": False}]}, "wishes.0.channel"),
        ({"wishes": [{"group": "lunch", "channel": "email", "wanted": True}]}, "wishes.0.group"),
        ({"wishes": [{"group": "late", "channel": "email"}]}, "wishes.0.wanted"),
        ({"wish": []}, "wish"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field_and_nothing_changes(
    program: APIClient, body: dict[str, Any], field: str
) -> None:
    answer = send(program, **body)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert not Preference.objects.exists()
    assert not QuietHours.objects.exists()
