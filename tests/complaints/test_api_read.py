"""What programs may read: lists, one order, photos."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.actors import Reporter
from accounts.models import User
from common.codes import digest, new_secret
from complaints import actions
from complaints.models import Complaint
from complaints.permissions import visible_to
from complaints.workflow import Status
from tests.complaints.walks import (
    URGENT,
    again,
    complaint_at,
    do,
    fresh,
    report,
    twin,
    unsolved,
)
from tests.doors import COMPLAINTS, program
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
People = dict[str, User]
ROW = {
    "reference", "kind", "status", "status_label", "category", "urgency", "estate", "building",
    "place_name", "handler", "reported_at", "next_due_at", "overdue", "escalated_level",
    "supervised",
    "suspended_until",
}  # fmt: skip
CANARIES = ("陈小金丝雀", "13700137000", "9栋999室")


def listed(user: User, query: str = "") -> list[str]:
    answer = program(user).get(f"{COMPLAINTS}?{query}")
    assert answer.status_code == 200, answer.content.decode()
    return [row["reference"] for row in answer.json()["results"]]


# --- The list ------------------------------------------------------------------------------


def test_a_list_row_names_the_order_and_never_its_reporter(county: County, people: People) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    row = program(people["dispatcher"]).get(COMPLAINTS).json()["results"][0]
    assert set(row) == ROW
    assert row["reference"] == order.reference
    assert row["category"] == {"code": "0101", "name": order.category.name_zh}
    assert row["estate"] == {"code": county.estate.code, "name": "桂花苑"}
    assert row["handler"] == {"code": county.firm.code, "name": "和顺物业"}
    assert row["place_name"] == "桂花苑 1栋"


def test_a_list_holds_what_each_may_see(county: County, people: People) -> None:
    complaint_at(Status.DISPATCHED, county, people)
    report(county, people, confidential=True)
    report(county, people, estate=county.far_estate)
    for name, user in people.items():
        expected = {order.reference for order in visible_to(fresh(user))}
        assert set(listed(user)) == expected, name


def test_nobody_gets_no_list(county: County) -> None:
    answer = program().get(COMPLAINTS)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_pages_of_a_list_hold_every_order_once_there_and_back(
    county: County, people: People, clock: Pretended
) -> None:
    for hour in range(7):
        if hour % 3:
            clock.forward(hours=1)
        order = report(county, people)
        if hour in {1, 4}:
            actions.withdraw(order, by=people["resident"])  # owes nothing any more
    for ordering in ("-reported_at", "reported_at", "next_due_at"):
        pages: list[list[str]] = []
        back: list[list[str]] = []
        client = program(people["dispatcher"])
        answer = client.get(f"{COMPLAINTS}?page_size=2&ordering={ordering}").json()
        assert answer["previous"] is None
        while True:
            pages.append([row["reference"] for row in answer["results"]])
            if answer["next"] is None:
                break
            answer = client.get(answer["next"]).json()
        while answer["previous"] is not None:
            back.insert(0, [row["reference"] for row in answer["results"]])
            answer = client.get(answer["previous"]).json()
        back.insert(0, [row["reference"] for row in answer["results"]])
        assert back == pages
        assert [len(page) for page in pages] == [2, 2, 2, 1]
        flat = [reference for page in pages for reference in page]
        assert sorted(flat) == sorted(o.reference for o in Complaint.objects.all())
        _check_order(flat, ordering)


def _check_order(references: list[str], ordering: str) -> None:
    column = ordering.lstrip("-")
    rows = {o.reference: getattr(o, column) for o in Complaint.objects.all()}
    found = [rows[reference] for reference in references]
    known = [value for value in found if value is not None]
    assert found[: len(known)] == known, "those that owe nothing come last"
    assert known == sorted(known, reverse=ordering.startswith("-"))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=lost", "status"),
        ("kind=wish", "kind"),
        ("estate=1", "estate"),
        ("category=9999", "category"),
        ("ordering=id", "ordering"),
        ("ordering=-next_due_at", "ordering"),
        ("cursor=nonsense", "cursor"),
        ("cursor=WyIxIiwiYSIsMF0", "cursor"),
        ("page_size=0", "page_size"),
        ("page_size=many", "page_size"),
        ("statuss=reported", "statuss"),
        ("reporter=1", "reporter"),
        ("search=%00", "search"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(
    county: County, people: People, query: str, field: str
) -> None:
    answer = program(people["dispatcher"]).get(f"{COMPLAINTS}?{query}")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


def test_a_cursor_shows_no_primary_key(county: County, people: People) -> None:
    import base64

    report(county, people)
    report(county, people)
    link = program(people["dispatcher"]).get(f"{COMPLAINTS}?page_size=1").json()["next"]
    cursor = link.split("cursor=")[1].split("&")[0]
    shown = base64.urlsafe_b64decode(cursor + "==").decode()
    first = Complaint.objects.order_by("-reported_at", "reference")[0]
    assert first.reference in shown
    assert f",{first.pk}," not in shown


def test_filters_narrow_a_list(county: County, people: People, clock: Pretended) -> None:
    leak = report(county, people)
    clock.forward(hours=1)
    urgent = report(county, people, category=URGENT, description="外墙要掉下来了")
    clock.forward(days=1)
    late = complaint_at(Status.DISPATCHED, county, people, kind="repair")
    elsewhere = report(county, people, estate=county.other_estate)
    ended = complaint_at(Status.CLOSED, county, people)
    found: dict[str, set[Complaint]] = {
        "status=reported": {leak, urgent, elsewhere},
        "status=dispatched&status=closed": {late, ended},
        "kind=repair": {late},
        f"category={URGENT}": {urgent},
        "category=01": {leak, urgent, late, elsewhere, ended},
        f"estate={county.other_estate.code}": {elsewhere},
        f"community={county.community.code}": {leak, urgent, late, elsewhere, ended},
        f"firm={county.firm.code}": {late, ended},
        "urgency=urgent": {urgent},
        "overdue=true": {leak, urgent},
        "search=要掉下来": {urgent},
        f"search={leak.reference.lower()}": {leak},
    }
    for query, orders in found.items():
        assert set(listed(people["dispatcher"], query)) == {o.reference for o in orders}, query


def test_a_list_costs_the_same_however_long(
    county: County, people: People, at_most: Callable[..., Any]
) -> None:
    clients = {name: program(people[name]) for name in ("dispatcher", "manager", "resident")}
    for _ in range(2):
        complaint_at(Status.DISPATCHED, county, people, confidential=True)
    for client in clients.values():
        with at_most(10):
            client.get(COMPLAINTS)
    for _ in range(10):
        complaint_at(Status.DISPATCHED, county, people)
    for client in clients.values():
        with at_most(10):
            assert len(client.get(COMPLAINTS).json()["results"]) == 12


# --- One order -----------------------------------------------------------------------------


def test_no_cache_keeps_an_order(county: County, people: People) -> None:
    order = report(county, people)
    client = program(people["resident"])
    for path in (COMPLAINTS, f"{COMPLAINTS}{order.reference}/"):
        assert client.get(path)["Cache-Control"] == "no-store"


def test_an_order_shows_its_life(county: County, people: People) -> None:
    order = complaint_at(Status.ANSWERED, county, people, spot="电梯左边")
    body = program(people["resident"]).get(f"{COMPLAINTS}{order.reference}/").json()
    assert body["description"] == "三楼楼道的灯不亮了"
    assert body["spot"] == "电梯左边"
    assert body["answer"] == "灯已修好"
    assert [line["verb"] for line in body["events"]] == [
        "report", "dispatch", "accept", "handle", "answer",
    ]  # fmt: skip
    # The next due first, whatever was promised first.
    assert [row["stage"] for row in body["deadlines"]] == ["inspect", "handle", "feedback"]
    assert body["verbs"] == ["rate", "withdraw", "urge", "supplement"]
    assert body["rate_until"]
    assert set(body) > ROW


def test_a_reference_is_found_however_it_is_typed(county: County, people: People) -> None:
    order = report(county, people)
    typed = order.reference.lower().replace("-", "")
    assert program(people["resident"]).get(f"{COMPLAINTS}{typed}/").status_code == 200


def test_an_order_exists_for_those_who_may_see_it_alone(county: County, people: People) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    for name, user in people.items():
        seen = visible_to(fresh(user)).filter(pk=order.pk).exists()
        answer = program(user).get(f"{COMPLAINTS}{order.reference}/")
        assert answer.status_code == (200 if seen else 404), name


@pytest.mark.parametrize("reference", ["9901-7K3M-9QX2-F", "nonsense", "%00", "1", "é" * 80])
def test_what_is_not_there_looks_like_what_is_not_one_s_own(
    county: County, people: People, reference: str
) -> None:
    order = report(county, people)
    client = program(people["neighbour"])
    missing = client.get(f"{COMPLAINTS}{reference}/")
    hidden = client.get(f"{COMPLAINTS}{order.reference}/")
    assert missing.status_code == hidden.status_code == 404
    assert missing.json() == hidden.json()


def test_a_secret_opens_its_own_order_alone(county: County, people: People) -> None:
    secret = new_secret()
    order = report(county, people, by=Reporter(digest(secret)))
    other = report(county, people, by=Reporter(digest(new_secret())))
    mine = report(county, people)
    client = program(**{"X-Tracking-Secret": secret.lower().replace("-", " ")})
    assert client.get(f"{COMPLAINTS}{order.reference}/").status_code == 200
    assert client.get(f"{COMPLAINTS}{other.reference}/").status_code == 404
    assert client.get(f"{COMPLAINTS}{mine.reference}/").status_code == 404
    for header in ({}, {"X-Tracking-Secret": ""}, {"X-Tracking-Secret": new_secret()}):
        assert program(**header).get(f"{COMPLAINTS}{order.reference}/").status_code == 404


def test_somebody_signed_in_may_still_follow_by_secret(county: County, people: People) -> None:
    secret = new_secret()
    order = report(county, people, by=Reporter(digest(secret)))
    client = program(people["neighbour"], **{"X-Tracking-Secret": secret})
    body = client.get(f"{COMPLAINTS}{order.reference}/").json()
    assert "withdraw" in body["verbs"]


@pytest.mark.parametrize("confidential", [False, True])
def test_the_handler_is_never_told_who_reported(
    county: County, people: People, confidential: bool
) -> None:
    name, phone, dwelling = CANARIES
    order = complaint_at(
        Status.ANSWERED,
        county,
        people,
        confidential=confidential,
        contact_name=name,
        contact_phone=phone,
        dwelling=dwelling,
    )
    twin(order, county, people)
    unsolved_order = again(order)
    do("rate", unsolved_order, county, people, solved=False, satisfaction=1, note="还是不行")
    for who in ("manager", "manager_grid", "committee", "neighbour", "auditor", "rival"):
        client = program(people[who])
        for path in (COMPLAINTS, f"{COMPLAINTS}{order.reference}/"):
            told = client.get(path).content.decode()
            assert not any(canary in told for canary in CANARIES), (who, path)
            assert people["resident"].name not in told
            assert str(people["resident"].public_id) not in told


def test_staff_see_the_reporter_masked_and_the_reporter_themselves(
    county: County, people: People
) -> None:
    order = report(county, people, contact_name="陈晓梅", contact_phone="13912345678")
    path = f"{COMPLAINTS}{order.reference}/"
    masked = {"name": "陈**", "phone": "139****5678", "dwelling": "", "own": False}
    assert program(people["dispatcher"]).get(path).json()["contact"] == masked
    own = program(people["resident"]).get(path).json()["contact"]
    assert (own["phone"], own["own"]) == ("13912345678", True)
    assert program(people["committee"]).get(path).json()["contact"] is None


def test_a_confidential_place_comes_no_nearer_than_the_building(
    county: County, people: People
) -> None:
    order = complaint_at(
        Status.DISPATCHED,
        county,
        people,
        confidential=True,
        entrance=county.entrance,
        spot="我家门口",
    )
    client = program(people["manager"])
    for body in (
        client.get(f"{COMPLAINTS}{order.reference}/").json(),
        client.get(COMPLAINTS).json()["results"][0],
    ):
        assert body["place_name"] == "桂花苑 1栋"
        assert body.get("spot") is None
        assert "1单元" not in str(body)
    assert "1单元" in str(program(people["dispatcher"]).get(COMPLAINTS).json())


def test_verbs_are_those_open_to_whoever_asks(county: County, people: People) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    path = f"{COMPLAINTS}{order.reference}/"
    verbs = {
        name: program(people[name]).get(path).json()["verbs"] for name in ("manager", "branch")
    }
    manager = ["accept", "return_order", "add_note", "ask_extension", "ask_suspension"]
    assert verbs == {"manager": manager, "branch": []}


def test_an_order_costs_the_same_however_long_its_life(
    county: County, people: People, at_most: Callable[..., Any]
) -> None:
    order = complaint_at(Status.HANDLED, county, people)
    client = program(people["dispatcher"])
    with at_most(20):
        client.get(f"{COMPLAINTS}{order.reference}/")
    for _ in range(2):
        order = unsolved(again(order), county, people)
    with at_most(20):
        client.get(f"{COMPLAINTS}{order.reference}/")


# --- What cannot be written ---------------------------------------------------------------


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_order_is_written_past_the_verbs(county: County, people: People, method: str) -> None:
    order = report(county, people)
    client = program(people["dispatcher"])
    for path in (
        COMPLAINTS,
        f"{COMPLAINTS}{order.reference}/",
        f"{COMPLAINTS}{order.reference}/dispatch/",
        "/api/v1/photos/",
    ):
        answer = getattr(client, method)(path, {"status": "closed"})
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert again(order).status == Status.REPORTED
