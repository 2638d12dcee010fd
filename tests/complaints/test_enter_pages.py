"""Staff enter what they were told."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from common.codes import digest
from complaints.models import Complaint, Contact, Photo
from complaints.workflow import Party, Source, Status
from tests.complaints.reporting import photo
from tests.factories import County

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrName"


@pytest.fixture
def desk(client: Client, people: dict[str, User]) -> Client:
    return signed_in(client, people["dispatcher"])


def signed_in(client: Client, user: User) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user, backend=BACKEND)
    return client


def form(county: County, **answers: Any) -> dict[str, Any]:
    return {
        "source": "phone",
        "place": county.building.code,
        "kind": "complaint",
        "category": "0501",
        "description": "She says the corridor is dirty",
        "contact_name": "陈晓梅",
        "contact_phone": "139 0000 0001",
        **answers,
    }


def url(county: County) -> str:
    return f"/orders/enter/?estate={county.estate.code}"


def test_the_desk_enters_a_report_and_is_given_a_code_to_read_out(
    desk: Client, county: County
) -> None:
    page = desk.post(url(county), form(county), follow=True)
    order = Complaint.objects.get()
    assert (order.source, order.building, order.reporter) == (Source.PHONE, county.building, None)
    assert order.events.get().party == Party.DESK
    assert Contact.objects.get(complaint=order).phone == "13900000001"
    assert digest(page.context["sent"].secret) == order.secret_digest
    assert "Read the reference and this code out" in page.content.decode()


def test_whoever_entered_it_does_not_become_its_reporter(desk: Client, county: County) -> None:
    desk.post(url(county), form(county))
    assert "secrets" not in desk.session


def test_an_entered_repair_goes_to_the_firm(desk: Client, county: County) -> None:
    desk.post(url(county), form(county, kind="repair"))
    assert Complaint.objects.get().status == Status.DISPATCHED


def test_every_answer_missing_is_named_at_once_and_nothing_is_entered(
    desk: Client, county: County
) -> None:
    page = desk.post(url(county), {"contact_name": "陈晓梅"})
    missing = {"source", "place", "kind", "category", "description"}
    assert set(page.context["form"].errors) == missing
    assert 'value="陈晓梅"' in page.content.decode()
    assert not Complaint.objects.exists()


def test_a_fresh_page_complains_of_nothing(desk: Client, county: County) -> None:
    page = desk.get(url(county))
    assert not page.context["form"].is_bound


def test_photos_stay_when_the_page_comes_back(desk: Client, county: County) -> None:
    page = desk.post(url(county), form(county, description="", photos=[photo()]))
    [shown] = page.context["photos"]
    desk.post(url(county), form(county, kept=[shown.id]))
    assert Photo.objects.get().complaint == Complaint.objects.get()


def test_what_is_no_photo_is_named_and_the_rest_stays(desk: Client, county: County) -> None:
    files = [photo("good.jpg"), photo("notes.jpg", b"just words")]
    page = desk.post(url(county), form(county, photos=files))
    [sentence] = page.context["form"].errors["photos"]
    assert sentence.startswith("notes.jpg: ")
    assert len(page.context["photos"]) == 1
    assert not Complaint.objects.exists()


def test_more_photos_than_six_are_refused(desk: Client, county: County) -> None:
    files = [photo(f"{number}.jpg") for number in range(7)]
    page = desk.post(url(county), form(county, photos=files))
    assert list(page.context["form"].errors) == ["photos"]
    assert Photo.objects.count() == 6


def test_somebody_elses_photo_cannot_be_entered(
    desk: Client, county: County, people: dict[str, User]
) -> None:
    from complaints import actions

    theirs = actions.keep_photo(photo(), by=people["neighbour"])
    page = desk.post(url(county), form(county, kept=[str(theirs.public_id)]))
    assert list(page.context["form"].errors) == ["photos"]
    assert not Complaint.objects.exists()


def test_one_chooses_among_the_estates_one_answers_for(desk: Client, county: County) -> None:
    page = desk.get("/orders/enter/")
    assert page.context["estates"] == [county.estate, county.other_estate, county.unserved]


def test_another_communitys_estate_is_not_offered_whatever_the_address_says(
    desk: Client, county: County
) -> None:
    page = desk.get(f"/orders/enter/?estate={county.far_estate.code}")
    assert county.far_estate not in page.context["estates"]
    answer = desk.post(url(county), form(county, place=county.far_estate.code))
    assert list(answer.context["form"].errors) == ["place"]
    assert not Complaint.objects.exists()


def test_a_grid_worker_enters_for_the_grids_buildings(
    client: Client, county: County, people: dict[str, User]
) -> None:
    worker = signed_in(client, people["grid_worker"])
    assert worker.get("/orders/enter/").context["estate"] == county.estate
    worker.post("/orders/enter/", form(county, place=county.entrance.code))
    order = Complaint.objects.get()
    assert (order.entrance, order.events.get().party) == (county.entrance, Party.GRID)


def test_a_grid_worker_is_not_offered_a_building_outside_the_grid(
    client: Client, county: County, people: dict[str, User]
) -> None:
    county.grid.buildings.set([county.building])
    page = signed_in(client, people["grid_worker"]).get("/orders/enter/").content.decode()
    outside = county.estate.children.order_by("code").last()
    assert outside is not None
    assert county.building.code in page
    assert outside.code not in page


@pytest.mark.parametrize(
    "name", ["resident", "manager", "manager_grid", "committee", "administrator"]
)
def test_nobody_else_enters_reports_for_others(
    client: Client, county: County, people: dict[str, User], name: str
) -> None:
    them = signed_in(client, people[name])
    assert them.get("/orders/enter/").status_code == 403
    assert them.post(url(county), form(county)).status_code == 403
    assert not Complaint.objects.exists()


def test_a_double_click_enters_once(desk: Client, county: County) -> None:
    for _click in range(2):
        desk.post(url(county), form(county, form_token="a-token-nobody-guesses"))
    assert Complaint.objects.count() == 1
