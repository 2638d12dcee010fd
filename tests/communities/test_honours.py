"""Lists of honours: awarded by document, taken back with day and reason."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from common.errors import Invalid, NotAllowed
from communities import actions
from communities.models import Honour, HonourList
from communities.queries import firms as queries
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-03-16 12:00"))]
TODAY = date(2026, 3, 16)
DAY = timedelta(days=1)


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


def honours(county: County, by: Any, **other: Any) -> HonourList:
    told: dict[str, Any] = {
        "name": "美丽家园",
        "year": 2025,
        "granted_by": "梅江街道",
        "granted_on": date(2025, 12, 20),
        **other,
    }
    return actions.enter_honours(county.subdistrict, by=by, **told)


def test_a_list_of_honours_holds_estates_and_bodies_of_its_place_once(
    county: County, people: People
) -> None:
    officer = people["subdistrict"]
    of = honours(county, officer)
    actions.honour(of, by=officer, to=county.estate, grounds="楼道整洁")
    for wrong in (county.estate, county.firm):  # twice; the firm's seat lies above
        with pytest.raises(Invalid):
            actions.honour(of, by=officer, to=wrong)
    with pytest.raises(NotAllowed):
        actions.honour(of, by=people["dispatcher"], to=county.other_estate)
    assert Honour.objects.count() == 1
    with pytest.raises(Invalid):
        honours(county, officer)
    with pytest.raises(Invalid):
        honours(county, officer, year=2026, granted_on=TODAY + DAY)
    with pytest.raises(NotAllowed):
        honours(county, people["dispatcher"], year=2024)


def test_an_honour_is_taken_back_with_day_and_reason_and_stays_on_the_list_so_marked(
    county: County, people: People
) -> None:
    officer = people["subdistrict"]
    of = honours(county, officer)
    actions.honour(of, by=officer, to=county.estate, grounds="楼道整洁")
    given: dict[str, Any] = {"to": county.estate, "on": TODAY, "because": "飞线整改反弹"}
    with pytest.raises(NotAllowed):
        actions.take_honour_back(of, by=people["dispatcher"], **given)
    for wrong in (
        {"because": " "},
        {"on": TODAY + DAY},
        {"on": date(2025, 12, 19)},
        {"to": county.other_estate},
    ):
        with pytest.raises(Invalid) as refused:
            actions.take_honour_back(of, by=officer, **{**given, **wrong})
        assert set(refused.value.fields) == set(wrong)
    assert Honour.objects.get().taken_back_on is None
    actions.take_honour_back(of, by=officer, **given)
    (marked,) = queries.honoured(of)
    assert (marked.taken_back_on, marked.taken_back_because) == (TODAY, "飞线整改反弹")
    assert queries.honour_lists().get().count == 0
    # Twice it cannot be taken; granted again it stands again, beside what was.
    with pytest.raises(Invalid):
        actions.take_honour_back(of, by=officer, **given)
    actions.honour(of, by=officer, to=county.estate)
    assert queries.honour_lists().get().count == 1


def test_the_page_of_an_honours_list_takes_back_and_says_why(
    county: County, people: People, client: Client
) -> None:
    of = honours(county, people["subdistrict"])
    actions.honour(of, by=people["subdistrict"], to=county.estate)
    path = f"/register/keep/honours/{of.public_id}/take_back/"
    client.force_login(people["dispatcher"], backend="accounts.backends.PhoneOrName")
    assert client.get(path).status_code == 403
    client.force_login(people["subdistrict"], backend="accounts.backends.PhoneOrName")
    assert county.estate.name in client.get(path).content.decode()
    sent = {"to": county.estate.code, "on": "2026-03-02", "because": "飞线整改反弹"}
    client.post(path, sent)
    client.logout()
    shown = client.get(f"/register/honours/{of.public_id}/").content.decode()
    assert "飞线整改反弹" in shown
    assert of.name not in client.get(f"/places/{county.estate.code}/").content.decode()
    told = {"to": county.estate.code, "on": "2026-03-02", "because": "再次"}
    again = program(people["subdistrict"]).post(
        f"/api/v1/register/honours/{of.public_id}/take_back/", told, format="json"
    )
    assert again.status_code in {400, 404}
