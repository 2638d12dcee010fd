"""The pages of supervision orders: what they offer, what their forms do and refuse."""

import re
from functools import partial
from typing import Any

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from communities.actions import appoint
from communities.models import Office
from complaints.models import SupervisionOrder
from complaints.supervision import State
from complaints.workflow import Status
from tests.complaints.slip_pages import Surf, filled, html, offered, page_of, signed_in
from tests.complaints.slips import (
    DEMAND,
    SUBJECT,
    nothing_happened,
    replied,
    slip_again,
    supervised,
)
from tests.complaints.walks import complaint_at, report
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at

pytestmark = pytest.mark.django_db
People = dict[str, User]
NEW = "/supervision/new/"


@pytest.fixture
def surf(people: People) -> Surf:
    return partial(signed_in, people)


# --- The whole way -----------------------------------------------------------------------


def test_late_orders_are_ticked_supervised_answered_and_struck_off(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    orders = [complaint_at(Status.HANDLING, county, people) for _ in range(3)]
    clock.forward(hours=4)
    officer, manager = surf("subdistrict"), surf("manager")
    late = html(officer.get("/orders/all/?overdue=true"))
    ticks = re.findall(r'type="checkbox" name="order" value="([^"]+)" form="ticked"', late)
    assert sorted(ticks) == sorted(order.reference for order in orders)
    form = html(officer.get(NEW, {"order": ticks[:2]}))
    assert county.firm.name in form
    assert county.community_office.name in form
    chosen = [order for order in orders if order.reference in ticks[:2]]
    answer = officer.post(NEW, filled(county, chosen))
    slip = SupervisionOrder.objects.get()
    assert answer["Location"] == page_of(slip)
    assert slip.number in html(officer.get(answer["Location"]))
    assert SUBJECT in html(manager.get("/supervision/"))
    answer = manager.post(page_of(slip, "reply"), {"note": "灯座已全部更换"})
    assert answer["Location"] == page_of(slip)
    page = officer.get(page_of(slip))
    assert "灯座已全部更换" in html(page)
    assert offered(page, slip) == {
        "close_supervision",
        "send_back_supervision",
        "cancel_supervision",
    }
    officer.post(page_of(slip, "close_supervision"), {"note": "同意销号"})
    assert slip_again(slip).state == State.CLOSED
    assert "同意销号" in html(manager.get(page_of(slip)))
    assert offered(officer.get(page_of(slip)), slip) == set()


def test_a_reply_is_sent_back_with_a_day_and_a_new_one_is_asked_for(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    slip = replied(county, people)
    officer = surf("subdistrict")
    url = page_of(slip, "send_back_supervision")
    answer = officer.post(url, {"note": "请附照片", "amount": "", "due_on": "2026-03-05"})
    assert answer.status_code == 302
    assert slip_again(slip).due_at == at("2026-03-06")
    page = html(surf("manager").get(page_of(slip)))
    assert "请附照片" in page
    assert "round 2" in page


# --- Choosing orders ---------------------------------------------------------------------


def test_ticks_are_for_those_who_may_supervise_and_for_what_is_late(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    late = complaint_at(Status.HANDLING, county, people)
    own = report(county, people, by=people["subdistrict"])
    clock.forward(hours=4)
    assert 'form="ticked"' not in html(surf("dispatcher").get("/orders/all/?overdue=true"))
    officer = surf("subdistrict")
    assert 'form="ticked"' not in html(officer.get("/orders/all/"))
    page = html(officer.get("/orders/all/?overdue=true"))
    assert f'value="{late.reference}" form="ticked"' in page
    assert own.reference in page
    assert f'value="{own.reference}" form="ticked"' not in page
    assert f'action="{NEW}" id="ticked"' in page, "a plain form, sent without scripts"


def test_an_orders_page_offers_it_to_officers_above_alone(
    county: County, people: People, surf: Surf
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    link = f'href="{NEW}?order={order.reference}"'
    offers = {
        name
        for name in ("resident", "dispatcher", "manager", "committee", "subdistrict", "district")
        if link in html(surf(name).get(f"/orders/{order.reference}/"))
    }
    assert offers == {"subdistrict", "district"}


def test_without_an_order_the_page_leads_to_the_late_ones(people: People, surf: Surf) -> None:
    assert 'href="/orders/all/?overdue=true"' in html(surf("subdistrict").get(NEW))


def test_who_may_not_open_one_is_told_so(county: County, people: People, surf: Surf) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    closed = complaint_at(Status.CLOSED, county, people)
    own = complaint_at(Status.HANDLING, county, people, by=people["subdistrict"])
    with nothing_happened(order, closed, own):
        for name, orders, code in (
            ("manager", [order], 403),
            ("far_district", [order], 404),
            ("subdistrict", [order, own], 403),
            ("subdistrict", [order, closed], 409),
        ):
            given = filled(county, orders)
            assert surf(name).get(NEW, {"order": given["order"]}).status_code == code
            assert surf(name).post(NEW, given).status_code == code
        given = {**filled(county, []), "order": ["9901-0000-0000-0", order.reference]}
        assert surf("subdistrict").post(NEW, given).status_code == 404


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    officer = surf("subdistrict")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"to": "990101-fi-99999"}, "to"),
        ({"to": county.rival.code}, "to"),
        ({"subject": ""}, "subject"),
        ({"demand": f"{DEMAND}13900000001"}, "demand"),
        ({"amount": "", "unit": ""}, "amount"),
        ({"amount": "3", "unit": ""}, "unit"),
        ({"amount": "99", "unit": "hours"}, "amount"),
        ({"due_on": "2026-03-06"}, "due_on"),  # and an amount
        ({"amount": "", "due_on": "2026-03-08"}, "due_on"),  # a Sunday
    ]
    with nothing_happened(order):
        for change, field in wrong:
            answer = officer.post(NEW, filled(county, [order], **change))
            assert answer.status_code == 200, change
            assert list(answer.context["form"].errors) == [field], change
            assert answer.context["form"]["demand"].value().startswith(DEMAND)
            assert f'value="{order.reference}"' in html(answer)


def test_hours_are_asked_for_as_hours(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    surf("subdistrict").post(NEW, filled(county, [order], amount="4", unit="hours"))
    assert SupervisionOrder.objects.get().due_at == clock.forward(hours=4)


def test_nobody_in_common_is_said_in_words(county: County, people: People, surf: Surf) -> None:
    one = complaint_at(Status.HANDLING, county, people)
    far = complaint_at(Status.HANDLING, county, people, estate=county.far_estate)
    page = html(surf("subdistrict").get(NEW, {"order": [one.reference, far.reference]}))
    assert "Nobody to address" in page
    assert '<form method="post" action="/supervision/new/"' not in page


def test_a_double_click_opens_one(county: County, people: People, surf: Surf) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    officer = surf("subdistrict")
    given = filled(county, [order], form_token="a" * 24)
    first, second = officer.post(NEW, given), officer.post(NEW, given)
    assert first["Location"] == second["Location"]
    assert SupervisionOrder.objects.count() == 1


# --- Verbs -------------------------------------------------------------------------------


def test_a_stale_page_cannot_reply_twice_and_what_was_written_is_shown(
    county: County, people: People, surf: Surf
) -> None:
    slip = replied(county, people)
    with nothing_happened():
        answer = surf("manager_grid").post(page_of(slip, "reply"), {"note": "我也写了一份"})
    assert answer.status_code == 409
    assert "我也写了一份" in html(answer)


def test_an_empty_reply_comes_back_with_its_sentence(
    county: County, people: People, surf: Surf
) -> None:
    slip = supervised(county, people)
    with nothing_happened():
        answer = surf("manager").post(page_of(slip, "reply"), {"note": " "})
    assert answer.status_code == 200
    assert "Say what was done, and with what result." in html(answer)


def test_a_verb_has_a_page_of_its_own_for_those_it_is_open_to(
    county: County, people: People, surf: Surf
) -> None:
    slip = supervised(county, people)
    assert offered(surf("manager").get(page_of(slip, "reply")), slip) == {"reply"}
    assert surf("subdistrict").get(page_of(slip, "reply")).status_code == 403
    assert surf("subdistrict").get(page_of(slip, "close_supervision")).status_code == 409


def test_whoever_replied_is_not_offered_to_close(
    county: County, people: People, surf: Surf
) -> None:
    slip = replied(county, people)
    people["manager"].appointments.update(until_on="2026-01-01")
    appoint(
        people["manager"],
        by=CLOCK,
        office=Office.SUBDISTRICT_OFFICER,
        at=county.subdistrict_office,
        from_on=BEGINNING,
    )
    client = surf("manager")
    assert "close_supervision" not in offered(client.get(page_of(slip)), slip)
    with nothing_happened():
        assert client.post(page_of(slip, "close_supervision"), {}).status_code == 403
