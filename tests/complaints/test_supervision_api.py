"""Supervision orders at the API's door: the same verbs, the same sight, the same refusals."""

import json
from datetime import date
from typing import Any

import pytest

from accounts.models import User
from complaints import actions
from complaints.models import SupervisionOrder
from complaints.supervision import State
from complaints.workflow import Status
from tests.complaints.slips import (
    DEMAND,
    SUBJECT,
    nothing_happened,
    replied,
    slip_again,
    slip_at,
    supervised,
)
from tests.complaints.walks import complaint_at
from tests.doors import COMPLAINTS, program
from tests.factories import County
from tests.moments import Pretended, at

pytestmark = pytest.mark.django_db
People = dict[str, User]
URL = "/api/v1/supervision/"


def wanted(county: County, orders: list[Any]) -> dict[str, Any]:
    return {
        "orders": [order.reference for order in orders],
        "to": county.firm.code,
        "subject": SUBJECT,
        "demand": DEMAND,
        "amount": 3,
        "unit": "working_days",
    }


def of(slip: SupervisionOrder, verb: str = "") -> str:
    return f"{URL}{slip.code}/{f'{verb}/' if verb else ''}"


def test_it_is_opened_read_answered_sent_back_and_closed(
    county: County, people: People, clock: Pretended
) -> None:
    orders = [complaint_at(Status.HANDLING, county, people) for _ in range(2)]
    officer, manager = program(people["subdistrict"]), program(people["manager"])
    answer = officer.post(URL, wanted(county, orders))
    assert answer.status_code == 201
    slip = SupervisionOrder.objects.get()
    told = answer.json()
    assert (told["code"], told["number"], told["state"]) == (slip.code, slip.number, "open")
    assert [row["reference"] for row in told["orders"]] == [o.reference for o in orders]
    assert told["verbs"] == ["cancel_supervision"]
    assert told["why"]
    assert manager.get(of(slip)).json()["verbs"] == ["reply"]
    assert manager.post(of(slip, "reply"), {"note": "完成"}).json()["state"] == "replied"
    back = {"note": "请附照片", "due_on": "2026-03-04"}
    answer = officer.post(of(slip, "send_back_supervision"), back)
    assert answer.json()["round"] == 2
    assert slip_again(slip).due_at == at("2026-03-05")
    assert manager.post(of(slip, "reply"), {"note": "已附"}).status_code == 200
    answer = officer.post(of(slip, "close_supervision"), {})
    assert (answer.status_code, answer.json()["state"]) == (200, "closed")
    assert [event["verb"] for event in answer.json()["events"]] == [
        *("supervise", "reply", "send_back_supervision", "reply", "close_supervision"),
    ]


def test_it_is_cancelled_with_a_reason(county: County, people: People) -> None:
    slip = supervised(county, people)
    officer = program(people["subdistrict"])
    with nothing_happened():
        assert officer.post(of(slip, "cancel_supervision"), {}).status_code == 400
    answer = officer.post(of(slip, "cancel_supervision"), {"note": "重复"})
    assert answer.json()["state"] == "cancelled"


def test_the_list_is_what_one_may_see_narrowed(
    county: County, people: People, clock: Pretended
) -> None:
    slips = {state: slip_at(state, county, people) for state in State}
    own = supervised(county, people, by=people["district"], to=county.subdistrict_office)

    def listed(name: str, query: str = "") -> set[str]:
        answer = program(people[name]).get(f"{URL}?{query}")
        return {row["number"] for row in answer.json()["results"]}

    everything = {slip.number for slip in slips.values()}
    assert listed("manager") == everything
    assert listed("subdistrict") == everything | {own.number}
    assert listed("rival") == listed("resident") == set()
    assert listed("subdistrict", "issued=true") == everything
    assert listed("subdistrict", "received=true") == {own.number}
    assert listed("manager", "state=replied") == {slips[State.REPLIED].number}
    assert listed("manager", "overdue=true") == set()
    clock.put(slips[State.OPEN].due_at)
    assert listed("manager", "overdue=true") == {slips[State.OPEN].number}
    answer = program(people["manager"]).get(f"{URL}?adressed=true")
    assert answer.status_code == 400
    assert answer.json()["fields"].keys() == {"adressed"}


def test_refusals_come_in_one_order_and_change_nothing(county: County, people: People) -> None:
    slip = replied(county, people)
    order = slip.supervised.get().complaint
    asked = {
        ("nobody", "reply"): 401,
        ("rival", "reply"): 404,
        ("resident", "reply"): 404,
        ("subdistrict", "reply"): 403,
        ("manager", "reply"): 409,
        ("manager", "close_supervision"): 403,
        ("district", "close_supervision"): 403,
        ("subdistrict", "send_back_supervision"): 400,
    }
    with nothing_happened(order):
        for (name, verb), code in asked.items():
            answer = program(people.get(name)).post(of(slip, verb), {})
            assert answer.status_code == code, (name, verb)
        for method in ("put", "patch", "delete"):
            answer = getattr(program(people["subdistrict"]), method)(of(slip), {})
            assert answer.status_code == 405


def test_what_cannot_be_opened_is_refused_at_its_field(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    closed = complaint_at(Status.CLOSED, county, people)
    officer = program(people["subdistrict"])
    wrong: list[tuple[dict[str, Any], int, set[str]]] = [
        ({"orders": []}, 400, {"orders"}),
        ({"orders": ["9901-0000-0000-0"]}, 404, set()),
        ({"orders": [closed.reference]}, 409, set()),
        ({"to": "nowhere"}, 400, {"to"}),
        ({"to": county.fire.code}, 400, {"to"}),
        ({"subject": ""}, 400, {"subject"}),
        ({"amount": None}, 400, {"amount"}),
        ({"unit": "weeks"}, 400, {"unit"}),
        ({"due_on": date(2026, 3, 6)}, 400, {"due_on"}),
        ({"amount": None, "due_on": date(2026, 3, 8)}, 400, {"due_on"}),
        ({"state": "closed"}, 400, {"state"}),
    ]
    with nothing_happened(order, closed):
        for change, code, fields in wrong:
            answer = officer.post(URL, {**wanted(county, [order]), **change})
            assert answer.status_code == code, change
            assert answer.json()["fields"].keys() == fields, change
        for name, code in (("manager", 403), ("resident", 403), ("far_district", 404)):
            assert program(people[name]).post(URL, wanted(county, [order])).status_code == code


def test_the_same_key_opens_it_once(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    officer = program(people["subdistrict"], **{"Idempotency-Key": "k" * 24})
    first, again = (officer.post(URL, wanted(county, [order])) for _ in range(2))
    assert first.json() == again.json()
    assert SupervisionOrder.objects.count() == 1


def test_orders_say_that_they_are_supervised_and_never_who_reported(
    county: County, people: People
) -> None:
    order = complaint_at(
        Status.HANDLING,
        county,
        people,
        contact_name="金丝雀",
        contact_phone="13987654321",
        dwelling="8栋3单元1702",
    )
    slip = supervised(county, people, [order])
    for name in ("manager", "resident", "subdistrict"):
        client = program(people[name])
        assert client.get(f"{COMPLAINTS}{order.reference}/").json()["supervised"] is True
        rows = client.get(f"{COMPLAINTS}?supervised=true").json()["results"]
        assert [row["reference"] for row in rows] == [order.reference]
        assert client.get(f"{COMPLAINTS}?supervised=false").json()["results"] == []
    for name in ("manager", "auditor", "district"):
        text = json.dumps(program(people[name]).get(of(slip)).json(), ensure_ascii=False)
        for word in ("金丝雀", "13987654321", "8栋3单元1702", "陈晓梅", "13900000001"):
            assert word not in text, (name, word)
    event = program(people["resident"]).get(f"{COMPLAINTS}{order.reference}/").json()["events"][-1]
    assert (event["verb"], event["facts"]) == ("supervised", {"office": "梅江街道办事处"})
    actions.cancel_supervision(slip, by=people["subdistrict"], note="撤销")
    assert program(people["manager"]).get(f"{COMPLAINTS}?supervised=true").json()["results"] == []
