"""Photos: kept at once, seen by the people of their order only, swept away if none takes them."""

import io
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.actors import CLOCK, Reporter
from accounts.models import User
from common.codes import digest
from common.errors import Invalid
from complaints import actions, queries
from complaints.models import Audience, Complaint, Event, Photo
from tests.complaints.walks import BYPASS, report
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrName"


def upload(name: str = "a.jpg") -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", (900, 600), "blue").save(written, "JPEG")
    return SimpleUploadedFile(name, written.getvalue(), "image/jpeg")


def kept(by: Any) -> Photo:
    return actions.keep_photo(upload(), by=by)


def status(user: User | None, photo: Photo, size: str = "full") -> int:
    client = Client()
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client.get(reverse("complaints:photo", args=[photo.public_id, size])).status_code


@pytest.fixture
def told(county: County, people: dict[str, User]) -> Iterator[tuple[Complaint, Photo]]:
    """A report with a photo."""
    photo = kept(people["resident"])
    order = report(county, people, photos=[photo])
    yield order, Photo.objects.get(pk=photo.pk)


# --- Who may look ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["resident", "dispatcher", "grid_worker", "committee", "subdistrict"]
)
def test_the_people_of_an_order_see_its_photo(
    told: tuple[Complaint, Photo], people: dict[str, User], name: str
) -> None:
    assert status(people[name], told[1]) == 200
    assert status(people[name], told[1], "thumb") == 200


@pytest.mark.parametrize(
    "name", ["neighbour", "manager", "rival", "far_dispatcher", "administrator"]
)
def test_for_everybody_else_the_photo_does_not_exist(
    told: tuple[Complaint, Photo], people: dict[str, User], name: str
) -> None:
    assert status(people[name], told[1]) == 404
    assert status(None, told[1]) == 404


def test_the_community_does_not_see_the_photo_of_an_accusation_against_it(
    county: County, people: dict[str, User]
) -> None:
    photo = kept(people["resident"])
    report(county, people, category=BYPASS, photos=[photo])
    assert status(people["dispatcher"], photo) == 404
    assert status(people["subdistrict"], photo) == 200


def test_a_photo_that_came_with_an_internal_line_stays_inside(
    told: tuple[Complaint, Photo], people: dict[str, User]
) -> None:
    order, photo = told
    note = Event.objects.create(
        complaint=order, at=order.reported_at, verb="add_note", audience=Audience.STAFF,
        actor_kind="user", party="desk",
    )  # fmt: skip
    Photo.objects.filter(pk=photo.pk).update(event=note)
    assert status(people["resident"], photo) == 404
    assert status(people["dispatcher"], photo) == 200


def test_a_photo_no_order_has_is_for_whoever_sent_it(people: dict[str, User]) -> None:
    photo = kept(people["resident"])
    assert status(people["resident"], photo) == 200
    assert status(people["dispatcher"], photo) == 404


def test_the_holder_of_the_tracking_code_sees_the_photo(
    county: County, people: dict[str, User]
) -> None:
    holder = Reporter(digest("K7M2-P9QX"))
    photo = kept(holder)
    order = report(county, people, by=holder, photos=[photo])
    client = Client()
    address = reverse("complaints:photo", args=[photo.public_id, "full"])
    assert client.get(address).status_code == 404
    client.post("/orders/track/", {"reference": order.reference, "secret": "k7m2p9qx"})
    assert client.get(address).status_code == 200


def test_a_photo_is_sent_so_that_nothing_else_can_be_made_of_it(
    told: tuple[Complaint, Photo], people: dict[str, User]
) -> None:
    client = Client()
    client.force_login(people["resident"], backend=BACKEND)
    answer: Any = client.get(reverse("complaints:photo", args=[told[1].public_id, "thumb"]))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"].startswith("private")
    picture = Image.open(io.BytesIO(answer.content))
    assert max(picture.size) == 480


def test_a_size_we_do_not_have_does_not_exist(
    told: tuple[Complaint, Photo], people: dict[str, User]
) -> None:
    assert status(people["resident"], told[1], "huge") == 404


def test_an_unknown_photo_looks_like_one_not_for_you(people: dict[str, User]) -> None:
    assert status(people["resident"], Photo(public_id=uuid.uuid4())) == 404


def test_a_photo_whose_file_is_gone_does_not_exist(people: dict[str, User]) -> None:
    photo = kept(people["resident"])
    default_storage.delete(str(photo.image.name))
    assert status(people["resident"], photo) == 404


# --- Keeping and attaching ---------------------------------------------------------------


def test_only_ones_own_photos_can_be_attached(people: dict[str, User]) -> None:
    mine, theirs = kept(people["resident"]), kept(people["neighbour"])
    ids = [str(mine.public_id)]
    assert queries.kept_photos(ids, people["resident"]) == [mine]
    for wrong in (str(theirs.public_id), str(uuid.uuid4()), "no-uuid"):
        with pytest.raises(Invalid) as refusal:
            queries.kept_photos([*ids, wrong], people["resident"])
        assert list(refusal.value.fields) == ["photos"]


def test_the_clock_owns_no_photos(people: dict[str, User]) -> None:
    photo = kept(people["resident"])
    Photo.objects.filter(pk=photo.pk).update(owner=None)
    for nobody in (CLOCK, Reporter("")):
        assert queries.own_photos([str(photo.public_id)], nobody) == []


def test_photos_come_in_the_order_asked_for(people: dict[str, User]) -> None:
    first, second = kept(people["resident"]), kept(people["resident"])
    asked = [str(second.public_id), str(first.public_id)]
    assert queries.kept_photos(asked, people["resident"]) == [second, first]


def test_a_photo_that_cannot_be_entered_leaves_no_file(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(Photo.objects, "create", broken)
    with pytest.raises(RuntimeError):
        kept(people["resident"])
    folders, _files = default_storage.listdir("photos")
    assert [default_storage.listdir(f"photos/{folder}")[1] for folder in folders] == [[]]


# --- Sweeping ----------------------------------------------------------------------------


def test_what_no_order_took_in_a_day_is_swept_away_with_its_files(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    left, taken = kept(people["resident"]), kept(people["resident"])
    report(county, people, photos=[taken])
    clock.forward(hours=23)
    fresh = kept(people["resident"])
    clock.forward(hours=1)
    assert actions.remove_unowned_photos() == 1
    assert set(Photo.objects.all()) == {taken, fresh}
    assert not default_storage.exists(str(left.image.name))
    assert not default_storage.exists(str(left.thumbnail.name))
    assert default_storage.exists(str(taken.image.name))
    assert actions.remove_unowned_photos() == 0


def test_the_sweep_goes_on_past_its_first_batch(
    people: dict[str, User], clock: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.uploads.BATCH", 2)
    for _photo in range(5):
        kept(people["resident"])
    clock.forward(hours=25)
    assert actions.remove_unowned_photos() == 5


def test_a_photo_an_order_has_cannot_be_dropped(told: tuple[Complaint, Photo]) -> None:
    assert actions.drop_photo(told[1]) is False
    assert Photo.objects.filter(pk=told[1].pk).exists()
    assert default_storage.exists(str(told[1].image.name))
