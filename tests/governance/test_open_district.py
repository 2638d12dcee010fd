"""A new place begins with one command."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from communities.models import Office, Place
from communities.scope import standing_of

pytestmark = pytest.mark.django_db


def open_district(code: str = "990201", username: str = "first") -> str:
    out = StringIO()
    call_command("open_district", code, "新开县", username, "--person", "陈一", stdout=out)
    return out.getvalue()


def test_the_first_officer_can_sign_in_and_oversees_the_district(client: Client) -> None:
    said = open_district()
    password = said.split(" with ")[1].split()[0]
    answer = client.post("/account/sign-in/", {"username": "first", "password": password})
    assert answer.status_code == 302
    standing = standing_of(User.objects.get(username="first"))
    assert standing.overseer_codes == ("990201",)
    assert standing.administrator
    assert {a.office for a in standing.appointments} == {
        Office.DISTRICT_OFFICER,
        Office.ADMINISTRATOR,
    }


@pytest.mark.parametrize(
    ("code", "username", "sentence"),
    [("9902", "first", "编码"), ("99020X", "first", "编码"), ("990201", "13800000000", "手机号")],
)
def test_what_does_not_fit_is_said_and_nothing_is_left(
    code: str, username: str, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        open_district(code, username)
    assert not Place.objects.filter(name="新开县").exists()
    assert not User.objects.filter(username=username).exists()


def test_a_district_is_opened_once() -> None:
    open_district()
    with pytest.raises(CommandError, match="there already"):
        open_district(username="second")
