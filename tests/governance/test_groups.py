"""The page of chat groups: for whoever answers for an office, and for their own offices alone."""

import pytest
from django.conf import settings as portal
from django.test import Client

from accounts.models import User
from communities.models import Appointment, Office
from notifications import actions
from notifications.models import Robot, RobotKind, RobotNote
from tests import factories
from tests.factories import County
from tests.moments import MONDAY, Pretended

pytestmark = pytest.mark.django_db
PAGE = "/groups/"
BACKEND = "accounts.backends.PhoneOrName"
ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=canary"


@pytest.fixture
def subdistrict(client: Client, people: dict[str, User], clock: Pretended) -> Client:
    return signed_in(client, people["subdistrict"])


def signed_in(client: Client, user: User) -> Client:
    client.cookies[portal.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user, backend=BACKEND)
    return client


def words(**more: str) -> dict[str, str]:
    return {"name": "值班群", "kind": "wecom", "address": ADDRESS, "secret": "", **more}


def robot_of(code: str, by: User) -> Robot:
    return actions.connect_robot(
        place_code=code, name="群", kind=RobotKind.WECOM, address=ADDRESS, by=by
    )


def test_a_group_is_connected_and_its_address_is_never_shown_again(
    subdistrict: Client, county: County
) -> None:
    assert "No group is connected yet" in subdistrict.get(PAGE).content.decode()
    assert subdistrict.post(PAGE, words(secret="SEC-canary"))["Location"] == PAGE
    robot = Robot.objects.get()
    assert robot.place_code == county.subdistrict.code
    page = subdistrict.get(PAGE).content.decode()
    assert "值班群" in page
    assert "canary" not in page
    assert RobotNote.objects.filter(robot=robot, kind="robot_hello").count() == 1


def test_what_is_wrong_is_named_at_its_field_and_nothing_is_connected(
    subdistrict: Client, county: County
) -> None:
    page = subdistrict.post(PAGE, words(address="https://evil.example/hook", secret="SEC-canary"))
    assert list(page.context["form"].errors) == ["address"]
    assert "SEC-canary" not in page.content.decode()
    page = subdistrict.post(PAGE, {})
    assert set(page.context["form"].errors) == {"name", "kind", "address"}
    assert not Robot.objects.exists()


def test_a_place_that_is_not_ones_own_cannot_be_slipped_in(
    subdistrict: Client, county: County
) -> None:
    subdistrict.post(PAGE, words(place=county.far_community.code))
    assert not Robot.objects.exists()
    subdistrict.post(PAGE, words(place=county.subdistrict.code))
    assert Robot.objects.get().place_code == county.subdistrict.code


def test_hello_again_and_goodbye(
    subdistrict: Client, county: County, people: dict[str, User]
) -> None:
    robot = robot_of(county.subdistrict.code, people["subdistrict"])
    subdistrict.post(f"/groups/{robot.public_id}/greet/")
    assert RobotNote.objects.filter(kind="robot_hello").count() == 2
    subdistrict.post(f"/groups/{robot.public_id}/disconnect/")
    robot.refresh_from_db()
    assert (robot.active, robot.sealed_address) == (False, "")
    assert subdistrict.post(f"/groups/{robot.public_id}/greet/").status_code == 409


@pytest.mark.parametrize("word", ["greet", "disconnect"])
def test_another_offices_group_is_not_there(
    word: str, subdistrict: Client, county: County, people: dict[str, User]
) -> None:
    robot = robot_of(county.far_community.code, people["subdistrict"])
    assert "群</h2>" not in subdistrict.get(PAGE).content.decode()
    assert subdistrict.post(f"/groups/{robot.public_id}/{word}/").status_code == 404
    robot.refresh_from_db()
    assert robot.active
    assert RobotNote.objects.count() == 1


@pytest.mark.parametrize("who", ["resident", "dispatcher", "manager", "administrator", "auditor"])
def test_whoever_answers_for_no_office_has_no_groups(
    who: str, client: Client, people: dict[str, User], clock: Pretended
) -> None:
    signed_in(client, people[who])
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, words()).status_code == 403
    assert not Robot.objects.exists()


def test_the_secretary_of_a_community_answers_for_it(
    client: Client, county: County, clock: Pretended
) -> None:
    secretary = factories.person("secretary")
    Appointment.objects.create(
        user=secretary,
        office=Office.COMMUNITY_SECRETARY,
        body=county.community_office,
        from_on=MONDAY.date(),
    )
    signed_in(client, secretary)
    client.post(PAGE, words())
    assert Robot.objects.get().place_code == county.community.code
    assert 'href="/groups/"' in client.get(PAGE).content.decode()


def test_a_group_that_is_gone_says_so(
    subdistrict: Client, county: County, people: dict[str, User]
) -> None:
    robot = robot_of(county.subdistrict.code, people["subdistrict"])
    Robot.objects.filter(pk=robot.pk).update(
        active=False, last_error="wecom 93000", last_sent_at=MONDAY
    )
    page = subdistrict.get(PAGE).content.decode()
    assert "the group no longer has this robot" in page
    assert "wecom 93000" in page
