"""Reporting through the API."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import AuditEntry, User
from common.codes import digest, normal
from complaints.models import Complaint, Contact, Photo, Statement, StatementKind
from complaints.workflow import Source, Status
from tests.doors import COMPLAINTS, picture, program, wanted
from tests.factories import County

pytestmark = pytest.mark.django_db
People = dict[str, User]
KEY = {"Idempotency-Key": "a-key-that-nobody-else-can-guess"}


def report(client: APIClient, county: County, code: int = 201, **more: Any) -> dict[str, Any]:
    answer = client.post(COMPLAINTS, wanted(county, **more))
    assert answer.status_code == code, answer.content.decode()
    body: dict[str, Any] = answer.json()
    return body


def test_a_resident_reports_and_is_told_by_when(county: County, people: People) -> None:
    body = report(program(people["resident"]), county, building=county.building.code)
    order = Complaint.objects.get(reference=body["reference"])
    assert order.reporter == people["resident"]
    assert (order.kind, order.source, order.building) == ("complaint", Source.API, county.building)
    assert set(body) == {"reference", "status", "deadlines"}
    assert body["status"] == Status.REPORTED
    assert [(row["stage"], row["round"], row["late"]) for row in body["deadlines"]] == [
        ("inspect", 1, False),
        ("feedback", 1, False),
    ]
    assert set(body["deadlines"][0]) == {
        "stage", "round", "due_at", "met_at", "void_at", "provisional", "late",
        "resting", "extended", "pauses",
    }  # fmt: skip
    assert body["deadlines"][0]["due_at"].endswith("+08:00")


def test_a_report_is_reachable_under_the_account_s_own_number(
    county: County, people: People
) -> None:
    body = report(program(people["resident"]), county)
    contact = Contact.objects.get(complaint__reference=body["reference"])
    assert (contact.name, contact.phone) == ("陈晓梅", "13900000001")
    other = report(program(people["resident"]), county, contact_name="", contact_phone="")
    contact = Contact.objects.get(complaint__reference=other["reference"])
    assert (contact.name, contact.phone) == ("", "")


def test_every_field_of_a_report_is_kept(county: County, people: People) -> None:
    body = report(
        program(people["resident"]),
        county,
        kind="repair",
        building=county.building.code,
        entrance=county.entrance.code,
        spot="电梯左边",
        contact_name="陈先生",
        contact_phone="+86 139-1234 5678",
        confidential=True,
    )
    order = Complaint.objects.get(reference=body["reference"])
    assert order.kind == "repair"
    assert order.handler == county.firm
    assert order.entrance == county.entrance
    assert order.confidential
    assert order.contact.name == "陈先生"
    assert order.contact.phone == "13912345678"
    spot = Statement.objects.get(complaint=order, kind=StatementKind.SPOT)
    assert spot.text == "电梯左边"
    assert body["status"] == Status.DISPATCHED


def test_without_an_account_the_answer_holds_a_secret_that_is_not_kept(county: County) -> None:
    body = report(program(), county)
    order = Complaint.objects.get(reference=body["reference"])
    assert order.reporter is None
    assert order.secret_digest == digest(body["tracking_secret"])
    followed = program(**{"X-Tracking-Secret": body["tracking_secret"]})
    assert followed.get(f"{COMPLAINTS}{body['reference']}/").status_code == 200


def test_the_sixth_report_without_an_account_within_an_hour_is_refused(county: County) -> None:
    for _ in range(5):
        report(program(), county)
    refused = report(program(), county, code=429)
    assert refused["code"] == "too_many"
    assert Complaint.objects.count() == 5
    elsewhere = program().post(COMPLAINTS, wanted(county), REMOTE_ADDR="203.0.113.7")
    assert elsewhere.status_code == 201


def test_the_limit_comes_before_the_photos_are_opened(county: County) -> None:
    for _ in range(5):
        report(program(), county)
    sent = wanted(county, photos=[picture()])
    assert program().post(COMPLAINTS, sent, format="multipart").status_code == 429
    assert not Photo.objects.exists()


def test_an_account_has_no_such_limit(county: County, people: People) -> None:
    client = program(people["resident"])
    for _ in range(6):
        report(client, county)


@pytest.mark.parametrize("source", ["phone", "walk_in", "chat"])
def test_staff_report_for_somebody_who_gets_a_secret(
    county: County, people: People, source: str
) -> None:
    body = report(program(people["dispatcher"]), county, source=source, contact_phone="13800001111")
    order = Complaint.objects.get(reference=body["reference"])
    assert (order.source, order.reporter) == (source, None)
    assert order.secret_digest == digest(body["tracking_secret"])
    assert order.contact.name == ""


def test_staff_report_from_patrol_as_themselves(county: County, people: People) -> None:
    body = report(program(people["manager"]), county, source="patrol")
    order = Complaint.objects.get(reference=body["reference"])
    assert (order.source, order.reporter) == ("patrol", people["manager"])
    assert "tracking_secret" not in body


@pytest.mark.parametrize("name", [None, "resident", "far_dispatcher", "manager"])
def test_whoever_does_not_answer_for_the_place_reports_for_nobody(
    county: County, people: People, name: str | None
) -> None:
    client = program(people[name] if name else None)
    refused = report(client, county, code=403, source="phone")
    assert refused["code"] == "not_allowed"
    assert not Complaint.objects.exists()
    assert not AuditEntry.objects.filter(verb="report_anonymous").exists()


def test_a_source_that_is_not_one_s_is_refused_before_anything_else(county: County) -> None:
    assert program().post(COMPLAINTS, {"source": "patrol", "estate": "?"}).status_code == 403


WRONG: dict[str, dict[str, Any]] = {
    "estate": {"estate": "990101001001999"},
    "category": {"category": "01"},  # a group
    "building": {"building": "990101001001002001"},  # of the other estate
    "entrance": {"entrance": "99010100100100100101"},  # without its building
    "description": {"description": "  "},
    "kind": {"kind": "wish"},
    "source": {"source": "api"},
    "contact_phone": {"contact_phone": "12"},
    "contact_name": {"contact_name": "长" * 65},
    "confidential": {"confidential": "perhaps"},
    "photos.0": {"photos": ["7"]},
    "emergency": {"emergency": True},  # no such field
    "reporter": {"reporter": 1},
    "status": {"status": "closed"},
}


@pytest.mark.parametrize("field", list(WRONG))
def test_what_is_wrong_is_said_at_its_field_and_changes_nothing(
    county: County, people: People, field: str
) -> None:
    refused = report(program(people["dispatcher"]), county, code=400, **WRONG[field])
    assert refused["code"] == "invalid"
    assert list(refused["fields"]) == [field]
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("text", ["长" * 5001, "a\0b", None, {"a": 1}])
def test_a_text_that_cannot_be_kept_is_refused(county: County, text: Any) -> None:
    refused = report(program(), county, code=400, description=text)
    assert list(refused["fields"]) == ["description"]


@pytest.mark.parametrize("code", [7, True, None, ["0101"], {"code": "0101"}, "a\0b", ""])
def test_a_code_that_is_none_is_refused(county: County, code: Any) -> None:
    assert list(report(program(), county, code=400, estate=code)["fields"]) == ["estate"]


def test_all_that_is_wrong_is_said_at_once(county: County) -> None:
    answer = program().post(COMPLAINTS, {"descripton": "x"})
    assert set(answer.json()["fields"]) == {"descripton", "estate", "category", "description"}


@pytest.mark.parametrize("body", ["[]", '"x"', "1", "null", "{"])
def test_a_body_that_is_no_object_is_refused(county: County, body: str) -> None:
    answer = program().post(COMPLAINTS, body, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message", "fields"}


def test_photos_come_with_the_report_or_before_it(county: County, people: People) -> None:
    client = program(people["resident"])
    sent = client.post("/api/v1/photos/", {"photo": picture()}, format="multipart").json()
    more = wanted(county, photos=[picture(), sent["id"]])
    body = client.post(COMPLAINTS, more, format="multipart").json()
    order = Complaint.objects.get(reference=body["reference"])
    assert order.photos.count() == 2
    again = client.post(COMPLAINTS, wanted(county, photos=[sent["id"]]))
    assert (again.status_code, list(again.json()["fields"])) == (400, ["photos"])


def test_somebody_else_s_photo_cannot_be_taken(county: County, people: People) -> None:
    client = program(people["neighbour"])
    sent = client.post("/api/v1/photos/", {"photo": picture()}, format="multipart").json()
    refused = report(program(people["resident"]), county, code=400, photos=[sent["id"]])
    assert list(refused["fields"]) == ["photos"]
    assert Photo.objects.get().complaint is None


def test_a_text_named_as_a_photo_is_refused_at_its_field(county: County) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    fake = SimpleUploadedFile("shot.jpg", b"not a photo", content_type="image/jpeg")
    answer = program().post(COMPLAINTS, wanted(county, photos=[fake]), format="multipart")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["photos"]
    assert not Complaint.objects.exists()


def test_more_photos_than_fit_are_refused(county: County) -> None:
    sent = wanted(county, photos=[picture() for _ in range(7)])
    answer = program().post(COMPLAINTS, sent, format="multipart")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["photos"])
    assert not Photo.objects.exists()


# --- Once --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["json", "multipart"])
def test_a_report_sent_twice_is_made_once_and_answered_alike(county: County, form: str) -> None:
    client = program(**KEY)
    first = client.post(COMPLAINTS, wanted(county), format=form)
    second = client.post(COMPLAINTS, wanted(county), format=form)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert normal(second.json()["reference"])
    assert second.json()["tracking_secret"]
    assert second["Idempotent-Replay"] == "true"
    assert Complaint.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(county: County) -> None:
    client = program(**KEY)
    client.post(COMPLAINTS, wanted(county))
    other = client.post(COMPLAINTS, wanted(county, description="别的事"))
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    assert Complaint.objects.count() == 1


def test_a_refusal_frees_the_key(county: County) -> None:
    client = program(**KEY)
    assert client.post(COMPLAINTS, wanted(county, estate="?")).status_code == 400
    assert client.post(COMPLAINTS, wanted(county)).status_code == 201


def test_one_person_s_key_gives_nobody_else_their_answer(county: County, people: People) -> None:
    mine = program(people["resident"], **KEY).post(COMPLAINTS, wanted(county)).json()
    other = program(people["neighbour"], **KEY).post(COMPLAINTS, wanted(county)).json()
    assert mine["reference"] != other["reference"]


# --- Who -----------------------------------------------------------------------------------


def test_a_browser_session_reports_too_but_not_without_its_token(
    county: County, people: People
) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(people["resident"], backend="accounts.backends.PhoneOrName")
    assert client.post(COMPLAINTS, wanted(county)).status_code == 403
    assert not Complaint.objects.exists()
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post(COMPLAINTS, wanted(county), headers={"X-CSRFToken": "a" * 32})
    assert answer.status_code == 201
    assert Complaint.objects.get().reporter == people["resident"]


def test_a_wrong_token_is_not_taken_for_nobody(county: County) -> None:
    client = APIClient(headers={"Authorization": "Token nonsense"})
    answer = client.post(COMPLAINTS, wanted(county))
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(("language", "word"), [("", "请"), ("zh-CN", "请"), ("en", "Please")])
def test_refusals_speak_the_reader_s_language(county: County, language: str, word: str) -> None:
    headers = {"Accept-Language": language} if language else {}
    refused = report(program(**headers), county, code=400, description="")
    assert word in refused["message"]
