"""Photos through the API: sent, looked at, and by whom not."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actors import Reporter
from accounts.models import User
from common.codes import digest, new_secret
from tests.complaints.walks import report
from tests.doors import COMPLAINTS, picture, program, wanted
from tests.factories import County

pytestmark = pytest.mark.django_db
People = dict[str, User]


def sent_photo(user: User | None, **headers: str) -> Any:
    client = program(user, **headers)
    return client.post("/api/v1/photos/", {"photo": picture()}, format="multipart")


def look(user: User | None, url: str, /, **headers: str) -> Any:
    """Look at a photo, to its end: until then the file stays open."""
    answer: Any = program(user, **headers).get(url)
    if answer.streaming:
        answer.seen = b"".join(answer.streaming_content)
    return answer


def test_a_photo_is_its_sender_s_until_an_order_has_it(county: County, people: People) -> None:
    answer = sent_photo(people["resident"])
    assert answer.status_code == 201
    photo = answer.json()
    assert (photo["width"], photo["height"]) == (40, 30)
    looked = look(people["resident"], photo["url"])
    assert looked.status_code == 200
    assert looked["Content-Type"] == "image/jpeg"
    assert looked["X-Content-Type-Options"] == "nosniff"
    assert looked.seen.startswith(b"\xff\xd8")
    assert look(people["resident"], photo["thumbnail_url"]).status_code == 200
    assert look(people["neighbour"], photo["url"]).status_code == 404
    assert look(None, photo["url"]).status_code == 404


def test_a_photo_of_an_order_is_for_those_who_see_the_order(county: County, people: People) -> None:
    photo = sent_photo(people["resident"]).json()
    body = program(people["resident"]).post(COMPLAINTS, wanted(county, photos=[photo["id"]]))
    path = f"{COMPLAINTS}{body.json()['reference']}/"
    shown = program(people["dispatcher"]).get(path).json()
    assert [row["id"] for row in shown["photos"]] == [photo["id"]]
    assert shown["events"][0]["photos"] == [photo["id"]]
    url = shown["photos"][0]["url"]
    assert look(people["dispatcher"], url).status_code == 200
    for name in ("manager", "rival", "neighbour", "far_dispatcher"):
        assert look(people[name], url).status_code == 404


def test_nobody_leaves_photos_without_an_order_to_give_them_to(
    county: County, people: People
) -> None:
    assert sent_photo(None).status_code == 401
    assert sent_photo(None, **{"X-Tracking-Secret": new_secret()}).status_code == 401
    secret = new_secret()
    report(county, people, by=Reporter(digest(secret)))
    answer = sent_photo(None, **{"X-Tracking-Secret": secret})
    assert answer.status_code == 201
    headers = {"X-Tracking-Secret": secret}
    assert look(None, answer.json()["url"], **headers).status_code == 200


@pytest.mark.parametrize("accept", ["image/*", "image/jpeg", "*/*", "application/json"])
def test_a_picture_may_be_asked_for_as_a_picture(
    county: County, people: People, accept: str
) -> None:
    url = sent_photo(people["resident"]).json()["url"]
    assert look(people["resident"], url, Accept=accept).status_code == 200
    refused = look(people["neighbour"], url, Accept=accept)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("size", ["huge", "../full", ""])
def test_a_size_that_is_none_is_not_found(county: County, people: People, size: str) -> None:
    url = sent_photo(people["resident"]).json()["url"]
    assert program(people["resident"]).get(url, {"size": size}).status_code == 404


def test_a_file_that_is_no_photo_is_refused_at_its_field(county: County, people: People) -> None:
    client = program(people["resident"])
    fake = SimpleUploadedFile("shot.jpg", b"no", content_type="image/jpeg")
    answer = client.post("/api/v1/photos/", {"photo": fake}, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (400, "photo_format")
    assert list(answer.json()["fields"]) == ["photo"]
    missing = client.post("/api/v1/photos/", {}, format="multipart")
    assert list(missing.json()["fields"]) == ["photo"]
    assert client.post("/api/v1/photos/", {"photo": "x"}).status_code == 415
