"""Reporting: words and photos, and what is kept when something is missing."""

import pytest
from django.conf import settings
from django.test import Client

from complaints.models import Complaint, Photo
from tests.complaints.reporting import jpeg, photo, press, send, to_tell
from tests.factories import County

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client) -> Client:
    """Somebody with a browser, in English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_photos_are_kept_at_once_though_the_words_are_missing(
    visitor: Client, county: County
) -> None:
    url = to_tell(visitor, county)
    page = visitor.post(url, {"description": "", "photos": [photo()]})
    assert "Say in a few words what is wrong." in page.content.decode()
    assert len(page.context["photos"]) == 1
    kept = Photo.objects.get()
    assert kept.complaint is None
    url = press(visitor, url, description="dirty")
    send(visitor, press(visitor, url))
    kept.refresh_from_db()
    assert kept.complaint == Complaint.objects.get()


def test_what_is_no_photo_is_named_and_everything_else_stays(
    visitor: Client, county: County
) -> None:
    files = [photo("good.jpg"), photo("notes.jpg", b"just words")]
    page = visitor.post(to_tell(visitor, county), {"description": "dirty", "photos": files})
    assert page.status_code == 200
    [sentence] = page.context["form"].errors["photos"]
    assert sentence.startswith("notes.jpg: ")
    assert "dirty" in page.content.decode()
    assert [p.alt for p in page.context["photos"]] == ["Photo 1, As found"]


def test_the_same_photo_twice_is_one_photo(visitor: Client, county: County) -> None:
    url = to_tell(visitor, county)
    for _click in range(2):
        visitor.post(url, {"description": "dirty", "photos": [photo()], "stay": "yes"})
    assert Photo.objects.count() == 1


def test_a_seventh_photo_is_refused(visitor: Client, county: County) -> None:
    shades = ["red", "green", "blue", "black", "white", "grey", "pink"]
    files = [photo(f"{shade}.jpg", jpeg(shade)) for shade in shades]
    page = visitor.post(to_tell(visitor, county), {"description": "dirty", "photos": files})
    assert Photo.objects.count() == 6
    assert page.context["form"].errors["photos"] == [
        "pink.jpg: 6 photos are enough. Remove one to add another."
    ]


def test_a_photo_can_be_taken_back_and_the_words_stay(visitor: Client, county: County) -> None:
    url = to_tell(visitor, county)
    visitor.post(url, {"description": "", "photos": [photo()]})
    kept = Photo.objects.get()
    press(visitor, url, description="half a sent", remove=str(kept.public_id))
    assert not Photo.objects.exists()
    assert visitor.get(url).context["form"].initial["description"] == "half a sent"


def test_somebody_elses_photo_cannot_be_removed(visitor: Client, county: County) -> None:
    visitor.post(to_tell(visitor, county), {"description": "", "photos": [photo()]})
    other = Client()
    url = to_tell(other, county)
    other.post(url, {"description": "x", "remove": str(Photo.objects.get().public_id)})
    assert Photo.objects.count() == 1


def test_too_long_a_text_is_kept_and_answered_with_a_sentence(
    visitor: Client, county: County
) -> None:
    url = to_tell(visitor, county)
    page = visitor.post(url, {"description": "字" * 10_000})
    assert "Please keep it under 5000 characters; it has 10000." in page.content.decode()
    assert "字" * 10_000 in page.content.decode()
    assert "字" * 10_000 in visitor.get(url).content.decode()
    assert not Complaint.objects.exists()


def test_danger_says_whom_to_call_before_the_form(visitor: Client, county: County) -> None:
    page = visitor.get(to_tell(visitor, county, category="0201")).content.decode()
    assert page.index("tel:119") < page.index("<textarea")


def test_what_is_urgent_says_how_fast_it_goes(visitor: Client, county: County) -> None:
    assert "15 minutes" in visitor.get(to_tell(visitor, county, category="0202")).content.decode()


@pytest.mark.parametrize("typed", ["123", "12345678901234", "call me"])
def test_half_a_telephone_number_is_refused_at_its_field(
    visitor: Client, county: County, typed: str
) -> None:
    url = press(visitor, to_tell(visitor, county), description="dirty")
    page = visitor.post(url, {"phone": typed, "name": "陈"})
    if typed == "call me":  # nothing of it is a number: an empty answer
        assert page.status_code == 302
        return
    assert list(page.context["form"].errors) == ["phone"]
    assert 'value="陈"' in page.content.decode()
