"""What the page of an order says, to whom, and what it keeps to itself."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.actors import Reporter
from accounts.models import AuditEntry, User
from common.codes import digest, new_secret
from complaints.models import Event
from complaints.workflow import Status, Verb
from notifications.models import Notification
from tests.complaints import walks
from tests.complaints.order_page import Surf, door, html, offered, page_of, signed_in
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db

People = dict[str, User]


@pytest.fixture
def surf(people: People) -> Surf:
    """A browser in which somebody has signed in."""
    return partial(signed_in, people)


# --- Who reported it ---------------------------------------------------------------------

CANARIES: dict[str, Any] = {
    "contact_name": "欧阳金丝雀",
    "contact_phone": "13700137001",
    "dwelling": "1203室",
}


@pytest.mark.parametrize("status", [Status.DISPATCHED, Status.HANDLING, Status.HANDLED])
def test_the_handlers_pages_carry_nothing_of_the_reporter(
    county: County, people: People, clock: Pretended, surf: Surf, status: Status
) -> None:
    order = walks.complaint_at(status, county, people, **CANARIES)
    for name in ("manager", "manager_grid"):
        client = surf(name)
        pages = [page_of(order), "/orders/ours/", "/orders/all/"]
        pages += [door(order, verb) for verb in offered(client.get(page_of(order)), order)]
        for path in pages:
            body = html(client.get(path))
            for secret in (*CANARIES.values(), "137****7001", people["resident"].name):
                assert secret not in body, (name, path)


def test_a_number_is_shown_once_for_a_reason_that_is_told(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.report(county, people, **CANARIES)
    client = surf("dispatcher")
    assert CANARIES["contact_phone"] not in html(client.get(page_of(order)))
    words = {"reason": "约定上门时间", "form_token": "a-token-of-enough-length"}
    shown = client.post(door(order, "reveal"), words)
    assert CANARIES["contact_phone"] in html(shown)
    assert CANARIES["contact_name"] in html(shown)
    again = client.post(door(order, "reveal"), words)
    assert CANARIES["contact_phone"] in html(again)
    assert order.events.filter(verb="reveal_contact").count() == 1
    assert AuditEntry.objects.filter(verb="reveal_contact").count() == 1
    told = Notification.objects.filter(to=people["resident"], kind="contact_revealed")
    assert told.count() == 1
    assert CANARIES["contact_phone"] not in html(client.get(page_of(order)))
    assert client.get(door(order, "reveal"))["Location"] == page_of(order)


def test_a_number_is_not_shown_without_a_reason_nor_to_others(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.complaint_at(Status.DISPATCHED, county, people, **CANARIES)
    with walks.untouched(order):
        response = surf("dispatcher").post(door(order, "reveal"), {"reason": ""})
        assert 'id="reveal_reason_error"' in html(response)
        assert CANARIES["contact_phone"] not in html(response)
        for name, status in (("manager", 403), ("committee", 403), ("rival", 404)):
            refused = surf(name).post(door(order, "reveal"), {"reason": "好奇"})
            assert refused.status_code == status
            assert CANARIES["contact_phone"] not in html(refused)


def test_the_holder_of_a_tracking_secret_rates_their_order(
    county: County, people: People, clock: Pretended, client: Client
) -> None:
    secret = new_secret()
    holder = Reporter(digest(secret))
    order = walks.complaint_at(Status.ANSWERED, county, people, reporter=holder)
    session = client.session
    session["secrets"] = {order.reference: holder.digest}
    session.save()
    assert offered(client.get(page_of(order)), order) >= {"rate", "supplement", "withdraw"}
    response = client.post(door(order, "rate"), {"solved": "yes", "satisfaction": "4"})
    assert response["Location"] == page_of(order)
    assert walks.again(order).status == Status.CLOSED


# --- Words -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", list(Status))
def test_the_reporter_reads_what_happens_next(
    county: County, people: People, clock: Pretended, surf: Surf, status: Status
) -> None:
    order = walks.complaint_at(status, county, people)
    response = surf("resident").get(page_of(order))
    assert response.context["next_sentence"]
    assert escape(response.context["next_sentence"]) in html(response)
    promised = status not in {Status.REFUSED, Status.MERGED, Status.WITHDRAWN}
    assert (response.context["next_until"] is not None) == promised


def test_a_refused_report_names_the_right_door(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.complaint_at(Status.REFUSED, county, people)
    assert "12345" in surf("resident").get(page_of(order)).context["next_sentence"]


def test_a_reporter_never_reads_notes(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.report(county, people)
    walks.do(Verb.ADD_NOTE, order, county, people, note="住户情绪激动")
    assert "住户情绪激动" not in html(surf("resident").get(page_of(order)))
    assert "住户情绪激动" in html(surf("dispatcher").get(page_of(order)))


def test_a_page_costs_the_same_however_much_has_happened(
    county: County,
    people: People,
    clock: Pretended,
    surf: Surf,
    at_most: Callable[..., Any],
) -> None:
    order = walks.report(county, people)
    client = surf("dispatcher")
    with at_most(26) as few:
        client.get(page_of(order))
    for number in range(12):
        walks.do(Verb.ADD_NOTE, order, county, people, note=f"第{number}次")
    assert Event.objects.filter(complaint=order).count() == 13
    with at_most(len(few.captured_queries)):
        client.get(page_of(order))


def test_a_note_typed_before_does_not_come_back_as_a_draft_after_it_was_sent(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = walks.report(county, people)
    client = surf("dispatcher")
    name = f"order:{order.reference}:add_note"
    assert f'data-draft="{name}:0"' in html(client.get(page_of(order)))
    client.post(door(order, "add_note"), {"note": "住户晚上在家"})
    after = html(client.get(page_of(order)))
    assert f'data-draft="{name}:1"' in after
    assert f'data-draft-done="{name}:0"' in after
