"""The pages of an invitation: its link, the proof of the number, and whoever has an account."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import OneTimeCode, User
from communities.actions.invitations import NoInvitation
from communities.models import Appointment, Invitation, Office
from tests.communities.in_office import held
from tests.communities.inviting import NUMBER, STRONG, dead, invited, opened
from tests.factories import PASSWORD, County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db


def page_of(secret: str) -> str:
    return f"/join/{secret}/"


@pytest.fixture
def guest(clock: Pretended) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def test_dead_links_look_the_same(
    county: County, people: People, clock: Pretended, guest: Client
) -> None:
    seen = set()
    for way in ("wrong", "used", "revoked", "expired"):
        secret = dead(way, county, people, clock)
        answer = guest.get(page_of(secret))
        assert answer.status_code == 404
        seen.add(re.sub(r'(nonce|value|href)="[^"]*"', "", answer.content.decode()))
    assert len(seen) == 1


def test_a_newcomer_proves_the_number_and_is_signed_in_with_the_office(
    county: County, people: People, clock: Pretended, guest: Client, settings: Settings
) -> None:
    settings.PORTAL_MODE = "demo"
    _made, secret = invited(county, people)
    page = guest.get(page_of(secret)).content.decode()
    assert "河东第一网格" in page
    assert NUMBER not in page
    sent = guest.post(page_of(secret) + "code/", follow=True).content.decode()
    code = re.search(r"code is (\d{6})", sent)
    assert code
    answers = {"username": "xiaoqiao", "password": STRONG, "code": "000000"}
    wrong = guest.post(page_of(secret), answers)
    assert wrong.status_code == 200
    assert not User.objects.filter(username="xiaoqiao").exists()
    done = guest.post(page_of(secret), {**answers, "code": code[1]})
    user = User.objects.get(username="xiaoqiao")
    assert done["Location"] == f"/people/{user.public_id}/"
    assert guest.session["_auth_user_id"] == str(user.pk)
    assert user.phone == NUMBER
    assert guest.get(page_of(secret)).status_code == 404
    assert "Grid worker" in guest.get(done["Location"]).content.decode()


def test_a_weak_password_does_not_use_up_the_code(
    county: County, people: People, clock: Pretended, guest: Client
) -> None:
    _made, secret = invited(county, people)
    guest.post(page_of(secret) + "code/")
    given = {"username": "xiaoqiao", "password": "12345", "code": "123456"}
    guest.post(page_of(secret), given)
    assert OneTimeCode.objects.get().tries == 0


def test_whoever_has_an_account_signs_in_and_accepts(
    county: County, people: People, clock: Pretended, guest: Client
) -> None:
    one = people["neighbour"]
    _made, secret = invited(county, people, phone=one.phone)
    page = guest.get(page_of(secret)).content.decode()
    assert "/account/sign-in/" in page
    assert "password" not in page
    answers = {"username": "xiaoqiao", "password": STRONG, "code": "123456"}
    assert guest.post(page_of(secret), answers).status_code == 200
    assert not User.objects.filter(username="xiaoqiao").exists()
    guest.post("/account/sign-in/", {"username": one.phone, "password": PASSWORD})
    assert guest.post(page_of(secret)).status_code == 302
    assert held(one).office == Office.GRID_WORKER


def test_somebody_elses_account_is_told_and_refused(
    county: County, people: People, clock: Pretended, guest: Client
) -> None:
    _made, secret = invited(county, people)
    guest.force_login(people["resident"], backend="accounts.backends.PhoneOrName")
    assert "has not confirmed" in guest.get(page_of(secret)).content.decode()
    assert guest.post(page_of(secret)).status_code == 403
    assert not Appointment.objects.filter(user=people["resident"]).exists()


def test_the_link_is_shown_once_to_whoever_made_it(
    county: County, people: People, clock: Pretended, guest: Client
) -> None:
    guest.force_login(people["dispatcher"], backend="accounts.backends.PhoneOrName")
    given = {
        "office": Office.GRID_WORKER,
        "name": "林小桥",
        "phone": "137 0000 0009",
        "from_on": "2026-03-02",
    }
    done = guest.post(f"/register/invite/grid/{county.grid.code}/", given)
    first = guest.get(done["Location"]).content.decode()
    link = re.search(r"http://testserver(/join/[^<]+/)", first)
    assert link
    assert "/join/" not in guest.get(done["Location"]).content.decode()
    assert Client().get(link[1]).status_code == 200
    row = Invitation.objects.get()
    other = Client()
    other.force_login(people["subdistrict"], backend="accounts.backends.PhoneOrName")
    assert "/join/" not in other.get(done["Location"]).content.decode()
    assert guest.post(f"/register/invitations/{row.public_id}/revoke/").status_code == 302
    assert Client().get(link[1]).status_code == 404


def test_an_invitation_lives_for_seven_days(
    county: County, people: People, clock: Pretended
) -> None:
    made, secret = invited(county, people)
    assert made.expires_at - made.at == timedelta(days=7)
    clock.forward(days=6, hours=23, minutes=59)
    assert opened(secret).phone == NUMBER
    clock.forward(minutes=1)
    with pytest.raises(NoInvitation):
        opened(secret)
