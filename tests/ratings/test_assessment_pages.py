"""Pages and API of sheets and rectification: filled in without a script, seen by few."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from ratings.actions import photos as photo_actions
from ratings.actions import rectification
from ratings.actions.photos import keep_photo
from ratings.models import Assessment, Finding, FindingPhoto, Period, Rectification
from tests.doors import picture, program
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import town
from tests.ratings.filling import all_entered, begun, secretary, settled, verdict_handed_in

People = dict[str, User]
Surf = Callable[[str], Client]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.moment(at("2026-03-12 10:00")),
    pytest.mark.usefixtures("clock"),
]
API = "/api/v1/ratings/assessments/"


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return {**county.people, "secretary": secretary(county)}


@pytest.fixture
def period(county: County, people: People) -> Period:
    return town.period(county)


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def url(made: Assessment, verb: str = "") -> str:
    return f"/ratings/assess/{made.public_id}/" + (f"{verb}/" if verb else "")


def where(period: Period, county: County, **more: str) -> dict[str, str]:
    return {
        "period": str(period.public_id),
        "estate": county.estate.code,
        "body": county.firm.code,
        "part": "inspection",
        "method": "onsite",
        **more,
    }


# --- What waits --------------------------------------------------------------------------


def test_my_assessments_say_what_waits_and_how_many_days_are_left(
    surf: Surf, period: Period
) -> None:
    said = text_of(surf("subdistrict").get("/ratings/assess/"))
    assert "43 days left" in said
    assert "桂花苑" in said and "银杏里" in said
    assert "Begin" in said
    assert "No period is open" in text_of(surf("far_district").get("/ratings/assess/"))


def test_an_estate_leaves_the_list_when_all_its_sheets_are_done(
    surf: Surf, period: Period, county: County, people: People
) -> None:
    for method in ("onsite", "document", "daily"):
        settled(period, county, people["subdistrict"], method=method)
    verdict_handed_in(period, county, people["subdistrict"], part="town")
    said = text_of(surf("subdistrict").get("/ratings/assess/"))
    assert "桂花苑" not in said
    assert "桂花苑" in text_of(surf("subdistrict").get("/ratings/assess/?all=1"))


def test_a_verdict_waits_on_the_list_of_whoever_confirms_it(
    surf: Surf, period: Period, county: County, people: People
) -> None:
    made = verdict_handed_in(period, county, people["dispatcher"])
    assert url(made) in surf("secretary").get("/ratings/assess/").content.decode()
    for name in ("dispatcher", "subdistrict", "far_dispatcher"):
        assert "Wait for you" not in text_of(surf(name).get("/ratings/assess/"))


def test_the_list_costs_the_same_for_one_estate_and_for_many(
    surf: Surf, period: Period, county: County, people: People
) -> None:
    client = surf("subdistrict")
    client.get("/ratings/assess/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/ratings/assess/?all=1")
    town.second_estate(county)
    settled(period, county, people["subdistrict"])
    with CaptureQueriesContext(connection) as more:
        client.get("/ratings/assess/?all=1")
    assert len(more) == len(few)


# --- Filled in without a script ----------------------------------------------------------


def test_a_sheet_is_begun_filled_in_and_handed_in_by_forms_alone(
    surf: Surf, period: Period, county: County
) -> None:
    client = surf("subdistrict")
    page = client.post("/ratings/assess/begin/", where(period, county), follow=True)
    made = Assessment.objects.get()
    assert page.redirect_chain[-1][0] == url(made)
    said = {
        "value-D1-1": "2",
        "note-D1-1": "3号楼东侧",
        "photos-D1-1": picture(),
        "value-D1-2": "95.5",
        "go": "hand_in",
    }
    page = client.post(url(made), said, follow=True)
    assert "−2" in text_of(page)
    found = {f.item: f for f in made.findings.all()}
    assert [str(found[item].value) for item in ("D1-1", "D1-2")] == ["2.000000", "0.955000"]
    assert found["D1-1"].photos.count() == 1
    page = client.post(url(made, "hand-in"), {"on": "2026-03-11", "text": "总体较好"}, follow=True)
    assert "Settled" in text_of(page)
    assert Assessment.objects.get().state == "settled"


def test_what_is_wrong_stands_beside_its_item_and_nothing_typed_is_lost(
    surf: Surf, period: Period, county: County, people: People
) -> None:
    made = begun(period, county, people["subdistrict"])
    client = surf("subdistrict")
    said = {"value-D1-1": "3", "value-D1-2": "130", "note-D1-2": "看过"}
    page = client.post(url(made), said)
    assert page.status_code == 200
    assert "Enter a share from 0 to 100 per cent." in text_of(page)
    assert 'value="130"' in page.content.decode()
    assert not Finding.objects.exists()
    page = client.post(url(made), {"note-D1-1": "没写多少"})
    assert "Say what was found" in text_of(page)
    page = client.post(url(made), {"absent-D1-1": "on"})
    assert "Say why it does not apply." in text_of(page)
    page = client.post(url(made), {"value-D1-1": "1", "photos-D1-1": _no_photo()})
    assert page.status_code == 400
    assert not Finding.objects.exists()


def _no_photo() -> Any:
    file = picture("letter.jpg")
    file.seek(0)
    file.truncate(0)
    file.write(b"not a photo")
    file.seek(0)
    return file


def test_an_older_page_does_not_overwrite_what_came_since(
    surf: Surf, period: Period, county: County, people: People
) -> None:
    made = begun(period, county, people["subdistrict"])
    client = surf("subdistrict")
    client.post(url(made), {"value-D1-1": "3", "seen-D1-1": ""})
    page = client.post(url(made), {"value-D1-1": "1", "seen-D1-1": ""}, follow=True)
    assert "was changed elsewhere" in text_of(page)
    assert Finding.objects.get().value == 3


def test_photos_are_for_those_who_see_the_sheet_and_unowned_ones_are_swept(
    surf: Surf, period: Period, county: County, people: People, clock: Pretended
) -> None:
    made = begun(period, county, people["subdistrict"])
    said = {"value-D1-1": "3", "photos-D1-1": picture()}
    surf("subdistrict").post(url(made), said)
    photo = FindingPhoto.objects.get()
    there = f"/ratings/finding-photos/{photo.public_id}/"
    assert surf("subdistrict").get(f"{there}thumb/")["Content-Type"] == "image/jpeg"
    assert surf("dispatcher").get(f"{there}full/").status_code == 200
    for name in ("manager", "rival", "resident", "far_district", "committee"):
        assert surf(name).get(f"{there}full/").status_code == 404
    assert Client().get(f"{there}full/").status_code == 302
    assert surf("dispatcher").post(f"{there}remove/").status_code == 403
    assert FindingPhoto.objects.get().finding is not None
    surf("subdistrict").post(f"{there}remove/")
    clock.forward(hours=23)
    assert photo_actions.remove_unowned_photos() == 0
    clock.forward(hours=1)
    assert photo_actions.remove_unowned_photos() == 1
    assert not default_storage.exists(str(photo.image.name))
    assert photo_actions.remove_unowned_photos() == 0


# --- Who reads what ----------------------------------------------------------------------


def test_the_firm_reads_what_was_found_of_it_once_it_is_settled_and_no_name(
    surf: Surf, period: Period, county: County, people: People
) -> None:
    User.objects.filter(pk=people["subdistrict"].pk).update(phone="13987654321")
    made = begun(period, county, people["subdistrict"])
    all_entered(made, people["subdistrict"])
    assert surf("manager").get(url(made)).status_code == 404
    surf("subdistrict").post(url(made, "hand-in"), {"on": "2026-03-11", "text": "通道有堆物"})
    page = text_of(surf("manager").get(url(made)))
    assert "−2" in page and "通道有堆物" in page and "Subdistrict officer" in page
    assert "蒋街道" not in page and "13987654321" not in page
    assert "桂花苑" in text_of(surf("manager").get("/ratings/assess/settled/"))
    assert "蒋街道" in text_of(surf("dispatcher").get(url(made)))
    for name in ("rival", "resident", "far_district", "committee", "administrator"):
        assert surf(name).get(url(made)).status_code == 404
    assert "桂花苑" not in text_of(surf("rival").get("/ratings/assess/settled/"))


@pytest.mark.parametrize("verb", ["take-over", "drop", "confirm", "send-back", "correct"])
def test_a_verb_that_is_not_ones_own_changes_nothing(
    surf: Surf, period: Period, county: County, people: People, verb: str
) -> None:
    made = begun(period, county, people["subdistrict"])
    for said in ({"reason": "不对"}, {}):
        assert surf("dispatcher").post(url(made, verb), said).status_code == 403
    assert surf("rival").post(url(made, verb), {"reason": "不对"}).status_code == 404
    same = Assessment.objects.get()
    assert (same.state, same.by) == ("draft", people["subdistrict"])


def test_a_verdict_goes_back_and_forth_by_its_pages(
    surf: Surf, period: Period, county: County, people: People
) -> None:
    made = verdict_handed_in(period, county, people["dispatcher"])
    other = surf("secretary")
    assert "Say why." in text_of(other.post(url(made, "send-back"), {"reason": ""}))
    other.post(url(made, "send-back"), {"reason": "记录里是 50 分"})
    assert "记录里是 50 分" in text_of(surf("dispatcher").get(url(made)))
    meeting = {"minutes": "3号", "met_on": "2026-03-10", "present": "2", "on": "2026-03-11"}
    page = surf("dispatcher").post(url(made, "hand-in"), meeting)
    assert "At least 3 have to be present." in text_of(page)
    surf("dispatcher").post(url(made, "hand-in"), {**meeting, "present": "3"})
    page = other.post(url(made, "confirm"), follow=True)
    assert "Confirmed" in text_of(page)
    assert Assessment.objects.get().confirmed_by == people["secretary"]


# --- Rectification -----------------------------------------------------------------------


def test_a_deduction_is_asked_for_reported_sent_back_and_closed_by_pages(
    surf: Surf, period: Period, county: County, people: People
) -> None:
    made = settled(period, county, people["subdistrict"])
    officer, firm = surf("subdistrict"), surf("manager")
    page = officer.post(url(made, "rectify"), {"items": ["D1-1"]}, follow=True)
    assert "1 deduction is to be put right." in text_of(page)
    asked = Rectification.objects.get()
    there = f"/ratings/rectification/{asked.public_id}/"
    assert "桂花苑" in text_of(firm.get("/ratings/rectification/"))
    page = firm.post(f"{there}report/", {"text": ""})
    assert "Say it in a sentence." in text_of(page)
    firm.post(f"{there}report/", {"text": "已清理", "photos": [picture(), picture("b.jpg")]})
    page = officer.get(there)
    assert "已清理" in text_of(page) and page.content.decode().count("<img src=") >= 2
    photo = FindingPhoto.objects.order_by("pk")[0]
    assert officer.get(f"/ratings/finding-photos/{photo.public_id}/full/").status_code == 200
    assert surf("rival").get(f"/ratings/finding-photos/{photo.public_id}/full/").status_code == 404
    assert firm.post(f"{there}close/").status_code == 403
    officer.post(f"{there}send-back/", {"reason": "3号楼还堵着"})
    assert "3号楼还堵着" in text_of(firm.get(there))
    firm.post(f"{there}report/", {"text": "都清了"})
    officer.post(f"{there}close/", {"text": "看过了"})
    assert Rectification.objects.get().state == "closed"
    assert surf("rival").get(there).status_code == 404
    assert "桂花苑" not in text_of(firm.get("/ratings/rectification/"))
    assert "桂花苑" in text_of(firm.get("/ratings/rectification/?all=1"))


# --- The API -----------------------------------------------------------------------------


def test_programs_fill_in_a_sheet_and_are_told_of_conflicts(
    period: Period, county: County, people: People
) -> None:
    client = program(people["subdistrict"])
    made = client.post(API, where(period, county)).json()
    there = f"{API}{made['id']}/"
    assert [line["item"] for line in made["lines"]] == ["D1-1", "D1-2"]
    one = {"item": "D1-1", "value": "2", "note": "东侧", "seen": ""}
    first = client.post(f"{there}keep/", {"entries": [one]}).json()
    assert first["written"] == ["D1-1"]
    assert (first["got"], first["possible"]) == ("3", "5")
    late = client.post(f"{there}keep/", {"entries": [{**one, "value": "4"}]}).json()
    assert (late["written"], late["conflicts"]) == ([], ["D1-1"])
    assert late["entries"][0] == first["entries"][0]
    mine = {**one, "value": "4", "seen": late["entries"][0]["seen"]}
    assert client.post(f"{there}keep/", {"entries": [mine]}).json()["conflicts"] == []
    wrong = client.post(f"{there}keep/", {"entries": [{"item": "D1-2", "value": "7"}]})
    assert (wrong.status_code, set(wrong.json()["fields"])) == (400, {"D1-2"})
    assert client.post(f"{there}hand-in/", {}).status_code == 400
    client.post(f"{there}keep/", {"entries": [{"item": "D1-2", "value": None, "note": "没有"}]})
    assert client.post(f"{there}hand-in/", {}).json()["state"] == "settled"


def test_programs_of_the_firm_read_their_own_and_report(
    period: Period, county: County, people: People
) -> None:
    made = settled(period, county, people["subdistrict"])
    begun(period, county, people["subdistrict"], method="document")
    firm, officer = program(people["manager"]), program(people["subdistrict"])
    assert [row["id"] for row in firm.get(API).json()["results"]] == [str(made.public_id)]
    assert len(officer.get(API).json()["results"]) == 2
    assert len(officer.get(API, {"state": "draft"}).json()["results"]) == 1
    assert officer.get(API, {"period": "x"}).status_code == 400
    assert program(people["rival"]).get(API).json()["results"] == []
    assert program(people["rival"]).get(f"{API}{made.public_id}/").status_code == 404
    assert "蒋街道" not in firm.get(f"{API}{made.public_id}/").content.decode()
    assert firm.post(f"{API}{made.public_id}/rectify/", {"items": ["D1-1"]}).status_code == 403
    [asked] = officer.post(f"{API}{made.public_id}/rectify/", {"items": ["D1-1"]}).json()
    there = f"/api/v1/ratings/rectification/{asked['id']}/"
    photo = firm.post(
        "/api/v1/ratings/finding-photos/", {"photo": picture()}, format="multipart"
    ).json()
    done = firm.post(f"{there}report/", {"text": "已清理", "photos": [photo["id"]]})
    assert done.json()["state"] == "reported"
    assert firm.post(f"{there}close/", {}).status_code == 403
    assert officer.post(f"{there}close/", {"text": "好"}).json()["state"] == "closed"
    assert [step["verb"] for step in officer.get(there).json()["steps"]][-1] == "closed"


def test_long_lists_are_read_page_by_page(
    surf: Surf, period: Period, county: County, people: People
) -> None:
    by = people["subdistrict"]
    sheets = [settled(period, county, by, method=method) for method in ("onsite", "document")]
    rectification.ask(sheets[0], by=by, items=["D1-1"])
    rectification.ask(sheets[1], by=by, items=["D2-1"])
    client = program(people["manager"])
    for path in (API, "/api/v1/ratings/rectification/"):
        first = client.get(path, {"page_size": 1}).json()
        second = client.get(first["next"]).json()
        assert first["results"][0]["id"] != second["results"][0]["id"]
        assert second["next"] is None
    for _number in range(20):
        settled(period, county, people["dispatcher"], method="daily")
    page = surf("manager").get("/ratings/assess/settled/").content.decode()
    there = re.search(r'rel="next" href="([^"]+)"', page)
    assert there is not None
    rest = surf("manager").get("/ratings/assess/settled/" + there[1].replace("&amp;", "&"))
    assert rest.content.decode().count("record-name") == 2


def test_programs_of_nobody_are_asked_who_they_are(period: Period) -> None:
    for path in (API, f"{API}{uuid4()}/", "/api/v1/ratings/rectification/"):
        assert program().get(path).status_code == 401


def test_a_photo_of_a_report_is_not_taken_twice(
    period: Period, county: County, people: People
) -> None:
    made = settled(period, county, people["subdistrict"])
    second = settled(period, county, people["subdistrict"], method="document")
    by = people["subdistrict"]
    asked = [
        *rectification.ask(made, by=by, items=["D1-1"]),
        *rectification.ask(second, by=by, items=["D2-1"]),
    ]
    photo = str(keep_photo(picture(), by=people["manager"]).public_id)
    rectification.report(asked[0], by=people["manager"], text="已清理", photos=[photo])
    there = f"/api/v1/ratings/rectification/{asked[1].public_id}/report/"
    answer = program(people["manager"]).post(there, {"text": "已清理", "photos": [photo]})
    assert answer.status_code == 400
    assert Rectification.objects.get(pk=asked[1].pk).state == "open"
