"""More time and rest on pages, in lists and at the API: who reads what, and who does not."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from complaints import actions
from complaints.models import Complaint, Extension, Pause
from complaints.workflow import Status, Verb
from tests.complaints.walks import BYPASS, LONG, NORMAL, again, complaint_at, do, fresh, report
from tests.doors import COMPLAINTS, program
from tests.factories import County
from tests.moments import Pretended, at

People = dict[str, User]
Surf = Callable[[str], Client]
pytestmark = pytest.mark.django_db

ASKED, GRANTED = "要请厂家来修", "厂家后天到"
WAITS, RESTS = "想等业主表决", "业主正在表决维修方案"


def page(order: Complaint, verb: str = "") -> str:
    return f"/orders/{order.reference}/{verb}/" if verb else f"/orders/{order.reference}/"


def body(response: Any) -> str:
    text: str = response.content.decode()
    return text


@pytest.fixture
def handling(county: County, people: People, clock: Pretended) -> Complaint:
    return complaint_at(Status.HANDLING, county, people)


def suspended(order: Complaint, people: People, day: date = date(2026, 3, 9)) -> Complaint:
    by = fresh(people["subdistrict"])
    return actions.suspend(again(order), by=by, ground="vote", review_on=day, note=RESTS)


def extended(order: Complaint, county: County, people: People) -> Complaint:
    do(Verb.ASK_EXTENSION, order, county, people, amount=7200, unit="seconds", note=ASKED)
    return do(Verb.GRANT_EXTENSION, again(order), county, people, note=GRANTED)


# --- Forms -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "unit", "kept"),
    [
        ("2", "hours", (7200, "seconds")),
        ("3", "working_days", (3, "working_days")),
        ("5", "calendar_days", (5, "calendar_days")),
    ],
)
def test_people_ask_for_hours_or_days(
    handling: Complaint, surf: Surf, amount: str, unit: str, kept: tuple[int, str]
) -> None:
    words = {"amount": amount, "unit": unit, "note": ASKED}
    assert surf("manager").post(page(handling, "ask_extension"), words).status_code == 302
    asked = Extension.objects.get()
    assert (asked.amount, asked.unit) == kept


@pytest.mark.parametrize(
    ("verb", "words", "field"),
    [
        ("ask_extension", {"unit": "hours", "note": "x"}, "amount"),
        ("ask_extension", {"amount": "0", "unit": "hours", "note": "x"}, "amount"),
        ("ask_extension", {"amount": "1.5", "unit": "hours", "note": "x"}, "amount"),
        ("ask_extension", {"amount": "25", "unit": "hours", "note": "x"}, "amount"),
        ("ask_extension", {"amount": "11", "unit": "working_days", "note": "x"}, "amount"),
        ("ask_extension", {"amount": "1", "unit": "seconds", "note": "x"}, "unit"),
        ("ask_extension", {"amount": "1", "unit": "hours"}, "note"),
        ("ask_suspension", {"review_on": "2026-03-09", "note": "x"}, "ground"),
        ("ask_suspension", {"ground": "vote", "review_on": "soon", "note": "x"}, "review_on"),
        ("ask_suspension", {"ground": "vote", "review_on": "2026-03-02", "note": "x"}, "review_on"),
        ("ask_suspension", {"ground": "vote", "review_on": "2027-03-02", "note": "x"}, "review_on"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_typed_is_lost(
    handling: Complaint, surf: Surf, verb: str, words: dict[str, str], field: str
) -> None:
    response = surf("manager").post(page(handling, verb), {"note": "", **words})
    assert response.status_code == 200
    assert f'id="{verb}_{field}_error"' in body(response)
    if words.get("note"):
        assert ">x</textarea>" in re.sub(r">\s+x", ">x", body(response))
    assert (Extension.objects.count(), Pause.objects.count()) == (0, 0)


def test_whoever_decides_has_the_request_beside_the_form(
    handling: Complaint, county: County, people: People, surf: Surf
) -> None:
    do(Verb.ASK_EXTENSION, handling, county, people, amount=7200, unit="seconds", note=ASKED)
    for verb in ("grant_extension", "refuse_extension"):
        form = body(surf("dispatcher").get(page(handling, verb)))
        assert "Handling: 2 hours more" in form
        assert ASKED in form
    do(Verb.ASK_SUSPENSION, again(handling), county, people, ground="parts", note=WAITS)
    form = body(surf("subdistrict").get(page(handling, "suspend")))
    assert WAITS in form
    assert re.search(r'value="parts"[^>]*checked', form), "the ground that was asked for"
    assert 'value="2026-03-09"' in form
    assert WAITS in body(surf("subdistrict").get(page(handling, "refuse_suspension")))


def test_a_category_is_chosen_from_its_group(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = report(county, people)
    form = body(surf("dispatcher").get(page(order, "reclassify")))
    assert form.count("<optgroup") > 10
    assert f'<option value="{NORMAL}" selected>' in form
    assert '<option value="01">' not in form, "a group is no category"
    words = {"category": LONG, "urgency": "", "note": "保修期内的问题"}
    assert surf("dispatcher").post(page(order, "reclassify"), words).status_code == 302
    assert again(order).category.code == LONG
    accused = report(county, people, category=BYPASS)
    form = body(surf("subdistrict").get(page(accused, "reclassify")))
    assert f'<option value="{LONG}">' not in form


def test_an_order_that_becomes_an_accusation_is_gone_from_the_clerk_s_sight(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = report(county, people)
    client = surf("dispatcher")
    words = {"category": BYPASS, "urgency": "", "note": "投诉的是网格员"}
    assert client.post(page(order, "reclassify"), words)["Location"] == "/orders/queue/"
    assert client.get(page(order)).status_code == 404


# --- The order's page --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["resident", "manager", "dispatcher", "branch", "auditor"])
def test_everybody_on_the_order_reads_for_what_it_waits_and_until_when(
    handling: Complaint, people: People, surf: Surf, name: str
) -> None:
    suspended(handling, people)
    text = body(surf(name).get(page(handling)))
    assert "Suspended until 9 Mar 2026" in text
    assert "Waits for a vote of the owners" in text
    assert RESTS in text
    assert "Resting: no time runs" in text
    assert "data-due" not in text, "no countdown while no time runs"


@pytest.mark.parametrize("name", ["resident", "manager", "dispatcher", "branch"])
def test_everybody_reads_how_much_more_time_there_is_and_why(
    handling: Complaint, county: County, people: People, surf: Surf, name: str
) -> None:
    extended(handling, county, people)
    text = body(surf(name).get(page(handling)))
    assert "Handling: 2 hours more" in text
    assert "It was due Mon 2 Mar, 12:00; now it is due Mon 2 Mar, 14:00." in text
    assert GRANTED in text


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("manager", True),
        ("dispatcher", True),
        ("subdistrict", True),
        ("resident", False),
        ("branch", False),
        ("committee", False),
    ],
)
def test_that_something_is_asked_for_is_between_those_at_work(
    handling: Complaint, county: County, people: People, surf: Surf, name: str, reads: bool
) -> None:
    do(Verb.ASK_EXTENSION, handling, county, people, note=ASKED)
    do(Verb.ASK_SUSPENSION, again(handling), county, people, note=WAITS)
    shown = body(surf(name).get(page(handling)))
    told = str(program(people[name]).get(f"{COMPLAINTS}{handling.reference}/").json()["events"])
    for text in (shown, told):
        assert (ASKED in text, WAITS in text) == (reads, reads)
    for word in ("More time is asked for", "Suspension is asked for"):
        assert (word in shown) == reads
    for verb in ("ask_extension", "ask_suspension"):
        assert (f"'{verb}'" in told) == reads


def test_a_request_that_is_decided_waits_no_longer(
    handling: Complaint, county: County, people: People, surf: Surf, clock: Pretended
) -> None:
    do(Verb.ASK_EXTENSION, handling, county, people)
    do(Verb.ASK_SUSPENSION, again(handling), county, people)
    clock.forward(minutes=5)
    do(Verb.REFUSE_EXTENSION, again(handling), county, people, note="请按时完成")
    do(Verb.REFUSE_SUSPENSION, again(handling), county, people, note="不必等待")
    text = body(surf("manager").get(page(handling)))
    assert "is asked for" not in text
    assert "请按时完成" in text
    reporter = body(surf("resident").get(page(handling)))
    assert "请按时完成" not in reporter
    assert "not granted" not in reporter


def test_the_timeline_says_of_what_how_much_and_until_when(
    handling: Complaint, county: County, people: People, surf: Surf, clock: Pretended
) -> None:
    extended(handling, county, people)
    suspended(handling, people)
    do(Verb.RECLASSIFY, again(handling), county, people, urgency="urgent")
    clock.forward(hours=1)
    do(Verb.HANDLE, again(handling), county, people)
    text = body(surf("dispatcher").get(page(handling)))
    for title in (
        "More time granted · Handling · 2 hours more · now due Mon 2 Mar 2026, 14:00",
        "Suspended · Waits for a vote of the owners · reviewed on 9 Mar 2026",
        "Normal → Urgent",
        "Result reported · Solved · its suspension is over",
    ):
        assert title in text
    assert "Roof or exterior wall leakage → " in text


def test_what_happens_next_is_that_it_waits(
    handling: Complaint, people: People, surf: Surf
) -> None:
    suspended(handling, people)
    response = surf("resident").get(page(handling))
    assert response.context["next_until"] is None
    assert "has to wait" in response.context["next_sentence"]


def test_a_suspension_that_is_over_is_no_longer_shown_as_one(
    handling: Complaint, people: People, surf: Surf, clock: Pretended
) -> None:
    suspended(handling, people)
    clock.put(at("2026-03-10"))  # the sweep has not come by yet
    text = body(surf("resident").get(page(handling)))
    assert "Suspended until" not in text
    assert "data-due" in text


# --- Lists -------------------------------------------------------------------------------


@pytest.fixture
def three(county: County, people: People, clock: Pretended) -> dict[str, Complaint]:
    """One plain, one suspended, one extended."""
    orders = {name: complaint_at(Status.HANDLING, county, people) for name in ("plain", "s", "e")}
    suspended(orders["s"], people)
    extended(orders["e"], county, people)
    return orders


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("dispatcher", "/orders/queue/?tab=progress"),
        ("manager", "/orders/ours/?tab=handle"),
        ("dispatcher", "/orders/all/?"),
        ("auditor", "/orders/all/?"),
    ],
)
def test_a_row_says_that_an_order_rests_or_has_more_time(
    three: dict[str, Complaint], surf: Surf, name: str, path: str
) -> None:
    client = surf(name)
    for asked, wanted in (
        ("suspended=true", {"s"}),
        ("suspended=false", {"plain", "e"}),
        ("extended=true", {"e"}),
        ("extended=false", {"plain", "s"}),
        ("", {"plain", "s", "e"}),
    ):
        response = client.get(f"{path}&{asked}")
        shown = {row.order.reference: row for row in response.context["rows"]}
        assert set(shown) == {three[which].reference for which in wanted}, asked
        marks = {ref: (row.suspended, row.extended) for ref, row in shown.items()}
        for which, marked in (
            ("plain", (False, False)),
            ("s", (True, False)),
            ("e", (False, True)),
        ):
            assert marks.get(three[which].reference, marked) == marked
    text = body(client.get(path))
    assert re.search(r"tag\">.*Suspended", text)
    assert re.search(r"tag\">.*Extended", text)


def test_a_reporter_finds_in_their_list_that_one_has_to_wait(
    three: dict[str, Complaint], surf: Surf
) -> None:
    assert body(surf("resident").get("/orders/mine/")).count("It has to wait") == 1


# --- The API -----------------------------------------------------------------------------


def test_programs_read_rest_and_more_time(three: dict[str, Complaint], people: People) -> None:
    client = program(people["resident"])
    rows = {row["reference"]: row for row in client.get(COMPLAINTS).json()["results"]}
    until = "2026-03-10T00:00:00+08:00"
    assert rows[three["s"].reference]["suspended_until"] == until
    assert rows[three["plain"].reference]["suspended_until"] is None

    resting = client.get(f"{COMPLAINTS}{three['s'].reference}/").json()
    assert resting["suspended_until"] == until
    stages = {row["stage"]: row for row in resting["deadlines"]}
    assert stages["handle"]["resting"]
    assert stages["handle"]["pauses"] == [
        {
            "from_at": "2026-03-02T09:00:00+08:00",
            "until_at": until,
            "review_on": "2026-03-09",
            "ground": "vote",
            "reason": RESTS,
        }
    ]
    assert (stages["inspect"]["resting"], stages["inspect"]["pauses"]) == (False, [])

    more = client.get(f"{COMPLAINTS}{three['e'].reference}/").json()
    stages = {row["stage"]: row for row in more["deadlines"]}
    assert stages["handle"]["extended"] == {
        "amount": 7200,
        "unit": "seconds",
        "from_at": "2026-03-02T12:00:00+08:00",
        "until_at": "2026-03-02T14:00:00+08:00",
        "reason": GRANTED,
    }
    assert stages["feedback"]["extended"] is None


def test_programs_narrow_by_rest_and_more_time(three: dict[str, Complaint], people: People) -> None:
    client = program(people["dispatcher"])

    def found(asked: str) -> set[str]:
        return {row["reference"] for row in client.get(f"{COMPLAINTS}?{asked}").json()["results"]}

    assert found("suspended=true") == {three["s"].reference}
    assert found("extended=true") == {three["e"].reference}
    assert found("suspended=false&extended=false") == {three["plain"].reference}


@pytest.mark.parametrize(
    ("verb", "words", "field"),
    [
        ("ask_extension", {"amount": 0, "unit": "seconds", "note": "x"}, "amount"),
        ("ask_extension", {"amount": 99, "unit": "working_days", "note": "x"}, "amount"),
        ("ask_extension", {"amount": 1, "unit": "hours", "note": "x"}, "unit"),
        ("ask_extension", {"amount": 1, "unit": "working_days"}, "note"),
        ("ask_suspension", {"ground": "?", "review_on": "2026-03-09", "note": "x"}, "ground"),
        ("ask_suspension", {"ground": "vote", "review_on": "9 March", "note": "x"}, "review_on"),
        ("ask_suspension", {"ground": "vote", "review_on": "2026-03-02", "note": "x"}, "review_on"),
    ],
)
def test_a_program_is_told_at_which_field_it_is_wrong(
    handling: Complaint, people: People, verb: str, words: dict[str, Any], field: str
) -> None:
    answer = program(people["manager"]).post(f"{COMPLAINTS}{handling.reference}/{verb}/", words)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert (Extension.objects.count(), Pause.objects.count()) == (0, 0)
