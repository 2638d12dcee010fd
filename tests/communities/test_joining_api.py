"""Taking up an invitation at the API's door, and what whoever comes by it wrongly finds."""

from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import OneTimeCode, User
from common.codes import new_secret
from common.now import now
from communities.models import Appointment, Invitation
from tests.communities.inviting import NUMBER, STRONG, invited
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db
DOOR = "/api/v1/invitations/"


def knock(what: str, secret: str, by: User | None = None, **said: Any) -> Any:
    answer: Any = program(by).post(f"{DOOR}{what}/", {"secret": secret, **said}, format="json")
    return answer


@pytest.fixture
def secret(county: County, people: People, clock: Pretended, settings: Settings) -> str:
    settings.PORTAL_MODE = "test"
    return invited(county, people)[1]


def test_what_one_is_invited_to_is_read_with_the_number_masked(secret: str) -> None:
    told = knock("open", secret).json()
    assert (told["office"], told["seat"], told["has_account"]) == (
        "grid_worker",
        "河东第一网格",
        False,
    )
    assert NUMBER not in str(told)
    assert told["phone"].startswith("137")


def test_a_newcomer_gets_account_and_office(secret: str, settings: Settings) -> None:
    settings.SMS_SENDER = "notifications.channels.console.text"
    settings.PORTAL_MODE = "production"  # no text message leaves: no code is asked
    answer = knock("accept", secret, username="xiaoqiao", password=STRONG)
    assert answer.status_code == 201
    made = Appointment.objects.get(user__username="xiaoqiao")
    assert answer.json()["id"] == str(made.public_id)
    assert made.user.phone is None
    assert knock("accept", secret, username="zwei", password=STRONG).status_code == 404


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(secret: str) -> None:
    tries: tuple[tuple[dict[str, Any], str], ...] = (
        ({"username": "", "password": STRONG, "code": "123456"}, "username"),
        ({"username": "xiaoqiao", "password": "short", "code": "123456"}, "password"),
        ({"username": "xiaoqiao", "password": STRONG}, "code"),
        ({"username": "xiaoqiao", "password": STRONG, "code": "000000"}, "code"),
    )
    for said, field in tries:
        answer = knock("accept", secret, **said)
        assert answer.status_code == 400
        assert field in str(answer.json())
    assert not User.objects.filter(username="xiaoqiao").exists()
    assert Invitation.objects.get().accepted_at is None


def test_a_code_goes_to_the_invited_number(secret: str) -> None:
    assert knock("code", secret).status_code == 204
    assert OneTimeCode.objects.filter(phone=NUMBER).exists()
    assert knock("code", new_secret()).status_code == 404


def test_signed_in_for_the_confirmed_holder_of_the_number_alone(
    county: County, people: People, secret: str
) -> None:
    assert knock("accept", secret, people["neighbour"]).status_code == 403
    assert not Appointment.objects.filter(user=people["neighbour"]).exists()
    holder = people["resident"]
    User.objects.filter(pk=holder.pk).update(phone=NUMBER, phone_confirmed_at=now())
    # Whoever has an account signs in: nobody makes a second one of the number.
    refused = knock("accept", secret, username="xiaoqiao", password=STRONG, code="123456")
    assert refused.status_code == 409
    assert knock("code", secret).status_code == 409
    assert knock("accept", secret, User.objects.get(pk=holder.pk)).status_code == 201
    assert Appointment.objects.get(user=holder).grid == county.grid


def test_every_dead_link_is_refused_alike_and_ten_misses_shut_the_door(secret: str) -> None:
    answers = [knock("open", new_secret()) for _miss in range(10)]
    assert {(a.status_code, str(a.json())) for a in answers} == {(404, str(answers[0].json()))}
    assert knock("open", secret).status_code == 429
