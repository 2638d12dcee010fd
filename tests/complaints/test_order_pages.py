"""The page of one order: what it offers, and what its forms do."""

import re
from functools import partial
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from complaints.models import Complaint, Photo
from complaints.permissions import open_verbs
from complaints.workflow import Status, Verb
from tests.complaints import walks
from tests.complaints.order_page import Surf, door, html, offered, page_of, signed_in
from tests.doors import picture
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db

People = dict[str, User]


@pytest.fixture
def surf(people: People) -> Surf:
    """A browser in which somebody has signed in."""
    return partial(signed_in, people)


def said(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


@pytest.mark.parametrize("status", list(Status))
def test_the_page_has_a_form_for_every_open_verb_and_for_no_other(
    county: County, people: People, clock: Pretended, surf: Surf, status: Status
) -> None:
    order = walks.complaint_at(status, county, people)
    for name in ("resident", "dispatcher", "grid_worker", "manager", "committee", "subdistrict"):
        response = surf(name).get(page_of(order))
        if response.status_code == 404:
            continue
        wanted = {verb.value for verb in open_verbs(people[name], order, clock.moment)}
        assert offered(response, order) == wanted, name


# Verb: where the order stands, whose it is, what they fill in, where it then stands.
FILLED: dict[Verb, tuple[Status, str, dict[str, Any], Status]] = {
    Verb.INSPECT: (Status.REPORTED, "dispatcher", {"note": "灯座进水"}, Status.REPORTED),
    Verb.DISPATCH: (Status.REPORTED, "dispatcher", {"handler": "firm"}, Status.DISPATCHED),
    Verb.REDISPATCH: (Status.HANDLING, "dispatcher", {"handler": "fire"}, Status.DISPATCHED),
    Verb.ACCEPT: (Status.DISPATCHED, "manager", {}, Status.HANDLING),
    Verb.ATTEND: (Status.HANDLING, "manager", {"note": "已断电"}, Status.HANDLING),
    Verb.HANDLE: (
        Status.HANDLING,
        "manager",
        {"outcome": "solved", "note": "已更换"},
        Status.HANDLED,
    ),
    Verb.SEND_BACK: (Status.HANDLED, "dispatcher", {"note": "还不亮"}, Status.HANDLING),
    Verb.ANSWER: (Status.HANDLED, "dispatcher", {"note": "修好了"}, Status.ANSWERED),
    Verb.ANSWER_DIRECTLY: (Status.REPORTED, "dispatcher", {"note": "见公示栏"}, Status.ANSWERED),
    Verb.REFER_UP: (Status.REPORTED, "dispatcher", {"note": "需街道协调"}, Status.REPORTED),
    Verb.RATE: (
        Status.ANSWERED,
        "resident",
        {"solved": "yes", "satisfaction": "5", "tags": ["quick", "friendly"]},
        Status.CLOSED,
    ),
    Verb.RECORD_CALLBACK: (Status.ANSWERED, "dispatcher", {"solved": "no"}, Status.RECHECK),
    Verb.REOPEN: (Status.CLOSED, "resident", {"reason": "又不亮了"}, Status.RECHECK),
    Verb.REFUSE: (
        Status.REPORTED,
        "dispatcher",
        {"reason": "outside", "note": "不属于本社区"},
        Status.REFUSED,
    ),
    Verb.WITHDRAW: (Status.REPORTED, "resident", {"sure": "on"}, Status.WITHDRAWN),
    Verb.URGE: (Status.REPORTED, "resident", {}, Status.REPORTED),
    Verb.SUPPLEMENT: (Status.REPORTED, "resident", {"note": "四楼也不亮"}, Status.REPORTED),
    Verb.ADD_NOTE: (Status.REPORTED, "dispatcher", {"note": "住户晚上在家"}, Status.REPORTED),
}


def filled(verb: Verb, county: County) -> dict[str, Any]:
    bodies = {"firm": county.firm.code, "fire": county.fire.code}
    words = dict(FILLED[verb][2])
    if "handler" in words:
        words["handler"] = bodies[words["handler"]]
    return words


@pytest.mark.parametrize("verb", list(FILLED))
def test_each_form_does_its_verb(
    county: County, people: People, clock: Pretended, surf: Surf, verb: Verb
) -> None:
    status, name, _words, then = FILLED[verb]
    order = walks.complaint_at(status, county, people)
    client = surf(name)
    alone = client.get(door(order, verb))
    assert alone.status_code == 200
    assert offered(alone, order) == {verb.value}
    response = client.post(door(order, verb), filled(verb, county))
    assert response.status_code == 302, html(response)
    order = walks.again(order)
    assert order.status == then
    assert order.events.filter(verb=verb).count() == 1
    assert said(response)


def test_dispatching_says_to_whom_and_until_when(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.report(county, people)
    response = surf("dispatcher").post(door(order, "dispatch"), {"handler": county.firm.code})
    assert county.firm.name in said(response)
    assert "12:00" in said(response)  # three hours after a Monday's 09:00


def test_the_usual_handler_is_preselected(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.report(county, people)
    page = html(surf("dispatcher").get(page_of(order)))
    assert f'<option value="{county.firm.code}" selected>' in page


def test_a_return_leads_back_to_the_handlers_list(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.complaint_at(Status.DISPATCHED, county, people)
    client = surf("manager")
    response = client.post(door(order, "return_order"), {"reason": "not_ours"})
    assert response["Location"] == "/orders/ours/"
    assert client.get(page_of(order)).status_code == 404


def test_a_repairer_is_chosen_from_ones_own(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.complaint_at(Status.DISPATCHED, county, people)
    chosen = str(people["repairer"].public_id)
    response = surf("manager").post(door(order, "accept"), {"repairer": chosen})
    assert response.status_code == 302
    assert walks.again(order).repairer == people["repairer"]
    stranger = str(people["rival"].public_id)
    other = walks.complaint_at(Status.DISPATCHED, county, people)
    assert surf("manager").post(door(other, "accept"), {"repairer": stranger}).status_code == 200
    assert walks.again(other).status == Status.DISPATCHED


# --- Refusals ----------------------------------------------------------------------------


def test_a_refused_form_keeps_what_was_typed_and_every_photo(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.complaint_at(Status.HANDLING, county, people)
    client = surf("manager")
    note = "换了灯座，试亮一小时"
    with walks_untouched_but_photos(order):
        response = client.post(
            door(order, "handle"), {"note": note, "photos": [picture(), picture("b.jpg")]}
        )
    assert response.status_code == 200
    assert note in html(response)
    kept = re.findall(r'name="kept" value="([0-9a-f-]{36})"', html(response))
    assert len(kept) == 2
    words = {"note": note, "outcome": "solved", "kept": kept}
    assert client.post(door(order, "handle"), words).status_code == 302
    assert {str(p.public_id) for p in order.photos.all()} == set(kept)
    assert Photo.objects.count() == 2


class walks_untouched_but_photos:
    """As `walks.untouched`; photos are kept on purpose."""

    def __init__(self, order: Complaint) -> None:
        self.order = order

    def __enter__(self) -> None:
        self.before = walks.everything(self.order)

    def __exit__(self, *_raised: object) -> None:
        after = walks.everything(self.order)
        assert {**after, "photos": []} == {**self.before, "photos": []}


def test_a_text_file_called_jpg_is_refused_at_its_field_and_loses_nothing(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.complaint_at(Status.HANDLING, county, people)
    fake = SimpleUploadedFile("photo.jpg", b"not a photo", content_type="image/jpeg")
    words = {"note": "已更换", "outcome": "solved", "photos": [fake, picture()]}
    response = surf("manager").post(door(order, "handle"), words)
    assert response.status_code == 200
    assert "photo.jpg" in html(response)
    assert 'id="handle_photos_error"' in html(response)
    assert "已更换" in html(response)
    assert html(response).count('name="kept"') == 1
    assert walks.again(order).status == Status.HANDLING


def test_somebody_elses_kept_photo_is_refused(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.complaint_at(Status.HANDLING, county, people)
    surf("manager").post(door(order, "attend"), {"photos": [picture()]})
    theirs = str(Photo.objects.get().public_id)
    mine = walks.report(county, people)
    words = {"note": "四楼也不亮", "kept": [theirs]}
    assert surf("resident").post(door(mine, "supplement"), words).status_code == 200
    assert not mine.photos.exists()


@pytest.mark.parametrize(
    ("verb", "words", "field"),
    [
        (Verb.DISPATCH, {"handler": "nobody"}, "handler"),
        (Verb.DISPATCH, {}, "handler"),
        (Verb.REFUSE, {"reason": "outside"}, "note"),
        (Verb.REFUSE, {"note": "不属于", "reason": "whim"}, "reason"),
        (Verb.MERGE, {}, "reference"),
        (Verb.MERGE, {"reference": "9901-0000-0000-0"}, "reference"),
        (Verb.ANSWER_DIRECTLY, {"note": "长" * 5001}, "note"),
    ],
)
def test_a_wrong_answer_is_told_at_its_field_and_changes_nothing(
    county: County,
    people: People,
    clock: Pretended,
    surf: Surf,
    verb: Verb,
    words: dict[str, str],
    field: str,
) -> None:
    order = walks.report(county, people)
    with walks.untouched(order):
        response = surf("dispatcher").post(door(order, verb), words)
    assert response.status_code == 200
    assert f'id="{verb}_{field}_error"' in html(response)


def test_a_refusal_of_the_verb_itself_comes_back_on_the_form(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.complaint_at(Status.HANDLING, county, people)
    words = {"outcome": "cannot", "note": "要动用维修资金"}
    with walks.untouched(order):
        response = surf("manager").post(door(order, "handle"), words)
    assert 'id="handle_reason_error"' in html(response)
    assert "要动用维修资金" in html(response)
    with walks.untouched(order):
        response = surf("resident").post(door(order, "supplement"), {"note": " "})
    assert 'id="supplement_note_error"' in html(response)


def test_withdrawing_asks_whether_one_is_sure(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.report(county, people)
    with walks.untouched(order):
        response = surf("resident").post(door(order, "withdraw"), {"note": "自己修好了"})
    assert 'id="withdraw_sure_error"' in html(response)


def test_whoever_comes_second_is_told_and_sees_the_order_as_it_is_now(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.complaint_at(Status.HANDLED, county, people)
    walks.do(Verb.SEND_BACK, order, county, people)
    with walks.untouched(order):
        response = surf("dispatcher").post(door(order, "answer"), {"note": "已经修好了吧"})
    assert response.status_code == 409
    assert "已经修好了吧" in html(response)
    assert offered(response, order) == {
        verb.value for verb in open_verbs(people["dispatcher"], walks.again(order), clock.moment)
    }


def test_a_link_to_a_verb_that_is_no_longer_open_shows_the_order(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.complaint_at(Status.HANDLING, county, people)
    assert surf("manager").get(door(order, "accept")).status_code == 409


def test_a_second_click_does_nothing_more(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.report(county, people)
    client = surf("dispatcher")
    words = {"note": "住户晚上在家", "form_token": "a-token-of-enough-length"}
    first = client.post(door(order, "add_note"), words)
    second = client.post(door(order, "add_note"), words)
    assert (first.status_code, second.status_code) == (302, 302)
    assert order.events.filter(verb="add_note").count() == 1


@pytest.mark.parametrize(
    ("name", "verb", "status"),
    [
        ("manager", "answer", 404),  # not dispatched to them: it does not exist
        ("rival", "accept", 404),
        ("neighbour", "rate", 404),
        ("resident", "dispatch", 403),
        ("committee", "dispatch", 403),
        ("dispatcher", "report", 404),
        ("dispatcher", "close_unrated", 404),
        ("dispatcher", "destroy", 404),
    ],
)
def test_verbs_of_others_are_refused_and_nothing_happens(
    county: County,
    people: People,
    clock: Pretended,
    surf: Surf,
    name: str,
    verb: str,
    status: int,
) -> None:
    order = walks.report(county, people)
    with walks.untouched(order):
        assert surf(name).get(door(order, verb)).status_code == status
        assert surf(name).post(door(order, verb), {"note": "x"}).status_code == status


def test_nobody_signed_in_sees_no_order(county: County, people: People, client: Client) -> None:
    order = walks.report(county, people)
    assert client.get(page_of(order)).status_code == 404
    assert client.post(door(order, "dispatch")).status_code == 404


# --- Merging -----------------------------------------------------------------------------


def test_open_orders_of_the_same_estate_and_category_are_suggested_for_merging(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    original = walks.report(county, people, by=people["neighbour"])
    other = walks.report(county, people, category="0102")
    order = walks.report(county, people)
    client = surf("dispatcher")
    form = html(client.get(door(order, "merge")))
    assert f'value="{original.reference}"' in form
    assert other.reference not in form
    response = client.post(door(order, "merge"), {"into": original.reference})
    assert response.status_code == 302
    assert walks.again(order).merged_into == original
    assert original.reference in said(response)


def test_an_original_is_found_however_its_reference_is_typed(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    original = walks.report(county, people, by=people["neighbour"], category="0102")
    order = walks.report(county, people)
    typed = original.reference.lower().replace("-", " ")
    response = surf("dispatcher").post(door(order, "merge"), {"reference": typed})
    assert response.status_code == 302
    assert walks.again(order).merged_into == original
