"""The front page, the first screens, and the pages that belong to no app."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import User
from complaints import actions
from tests.complaints.walks import report
from tests.factories import County

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrName"


@pytest.fixture
def visitor(client: Client) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_reporting_is_one_press_away_for_anybody(visitor: Client, county: County) -> None:
    page = visitor.get("/").content.decode()
    assert "What is wrong?" in page
    assert 'href="/orders/report/"' in page
    assert 'href="/orders/track/"' in page


def test_the_front_page_says_what_is_promised(visitor: Client, county: County) -> None:
    page = visitor.get("/").content.decode()
    assert page.index("3 hours") < page.index("5 working days")


def test_a_new_rule_is_promised_at_once(visitor: Client, county: County) -> None:
    actions.set_rule(by=CLOCK, stage="inspect", urgency="normal", amount=20, unit="seconds")
    assert "20 seconds" in visitor.get("/").content.decode()


def test_a_resident_sees_the_latest_reports_below_the_question(
    visitor: Client, county: County, people: dict[str, User]
) -> None:
    order = report(county, people)
    visitor.force_login(people["resident"], backend=BACKEND)
    assert order.reference in visitor.get("/").content.decode()
    visitor.force_login(people["neighbour"], backend=BACKEND)
    assert order.reference not in visitor.get("/").content.decode()


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("dispatcher", "/orders/queue/"),
        ("grid_worker", "/orders/queue/"),
        ("manager", "/orders/ours/"),
        ("fire", "/orders/ours/"),
        ("committee", "/orders/all/"),
    ],
)
def test_officials_come_to_their_own_first_screen(
    visitor: Client, people: dict[str, User], name: str, first: str
) -> None:
    visitor.force_login(people[name], backend=BACKEND)
    assert visitor.get("/")["Location"] == first


def test_the_process_says_that_it_lives_without_asking_anybody(
    client: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok"


def test_a_form_without_its_proof_is_answered_kindly_and_leads_back(county: County) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    came_from = "http://testserver/orders/report/where/"
    answer = strict.post("/orders/report/where/", {"estate": "1"}, headers={"referer": came_from})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "The form was open too long" in page
    assert f'href="{came_from}"' in page


def test_an_expired_form_leads_to_nobody_elses_page(county: County) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/orders/track/", {}, headers={"referer": "https://evil.example/"})
    assert answer.status_code == 403
    assert "evil" not in answer.content.decode()


def test_the_stylebook_shows_every_part(client: Client, county: County) -> None:
    assert client.get("/stylebook/").status_code == 200
