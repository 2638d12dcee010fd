"""Whoever prints codes could use them: what was printed is public, and they answer by none."""

import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from ratings.actions import poll_answers
from ratings.actions import polls as actions
from ratings.models import Poll, PollAnswer, PollCode, PollSheet
from ratings.queries import polls as queries
from tests.complaints.walks import fresh
from tests.factories import County
from tests.ratings.polled import ADDRESS, answer, on_site, slips
from tests.ratings.quarter import signed_in

pytestmark = pytest.mark.django_db
People = dict[str, User]
GIVEN = {"related": "no", "score": "88"}


def page(poll: Poll, user: User) -> queries.PollPage:
    return queries.poll_page(queries.poll_seen(user, poll.public_id), user)


def test_every_sheet_is_on_the_page_with_its_office_and_what_it_made_invalid(
    poll: Poll, county: County, people: People
) -> None:
    by = people["subdistrict"]
    answer(slips(poll, by)[0], 90)
    slips(poll, people["district"])
    row = PollCode.objects.filter(poll=poll, used_on=None).first()
    assert row is not None
    actions.reissue_slip(poll, row, by=fresh(by), seen=row.issued)
    on_site(poll, by, county.building, 3)
    answer(on_site(poll, by, county.building, 2)[0], 70)
    found = page(poll, people["district"])
    assert [(sheet.of, sheet.codes, sheet.killed) for sheet in found.sheets] == [
        ("homes", 8, 0),
        ("homes", 7, 7),
        ("home", 1, 1),
        ("site", 3, 0),
        ("site", 2, 3),
    ]
    assert (found.printed, found.killed) == (21, 11)
    # Live are as many as were printed, less those that are dead.
    alive = PollCode.objects.filter(poll=poll, digest__isnull=False).count()
    assert found.printed - found.killed == alive
    text = signed_in(people["auditor"]).get(reverse("ratings:poll", args=[poll.public_id])).text
    assert f"{county.subdistrict.name} · 街道" in text
    assert f"{county.district.name} · 区县" in text
    assert by.name not in text, "the office, not the person"
    said = signed_in(by).get(reverse("api:poll", args=[poll.public_id])).json()
    assert said["sheets"][1]["killed"] == 7
    assert said["sheets"][1]["place"]["name"] == county.district.name
    assert {"of", "at", "office", "place", "codes", "killed"} == set(said["sheets"][0])


def test_a_sheet_that_is_refused_is_not_counted(poll: Poll, people: People) -> None:
    slips(poll, people["subdistrict"])
    officer = signed_in(people["subdistrict"])
    again = officer.post(reverse("ratings:poll_slips", args=[poll.public_id]), {"seen": "0"})
    assert again.status_code == 409
    assert PollSheet.objects.count() == 1


def test_whoever_printed_codes_answers_by_none_of_them(
    poll: Poll, county: County, people: People
) -> None:
    """Not by their own sheet, nor by another's; by page nor program; and the code stays good."""
    by = people["subdistrict"]
    slips(poll, by)
    code = slips(poll, people["district"])[0]
    door, way = reverse("ratings:poll_door"), reverse("ratings:poll_answer", args=[code])
    for who in ("subdistrict", "district"):
        officer = signed_in(people[who])
        answers = [
            officer.post(door, {"code": code}),
            officer.get(way),
            officer.post(way, {**GIVEN, "words": "保安热情"}),
        ]
        assert [each.status_code for each in answers] == [403, 403, 403]
        assert all("error-summary" in each.text for each in answers)
        assert "保安热情" in answers[2].text, "nothing typed is lost"
        said = json.dumps({"code": code, "related": False, "score": 90})
        sent = officer.post(reverse("api:poll_answer"), said, "application/json")
        assert (sent.status_code, sent.json()["code"]) == (403, "printed_by_you")
    assert not PollAnswer.objects.exists()
    tried = AuditEntry.objects.filter(verb="own_poll_code_refused")
    assert tried.count() == 8
    assert set(tried.values_list("target", flat=True)) == {str(poll.public_id)}
    # A resident whom it was handed to is not kept from answering, signed in or not.
    assert signed_in(people["resident"]).post(way, GIVEN).status_code == 302
    assert PollAnswer.objects.count() == 1


def test_the_verb_itself_refuses_who_printed_in_between(poll: Poll, people: People) -> None:
    by = people["subdistrict"]
    found = poll_answers.open_code(
        slips(poll, people["district"])[0], address=ADDRESS, signed_in=by
    )
    PollSheet.objects.create(
        poll=poll, of="site", codes=1, killed=0, at=poll.opened_at, by=by,
        office="subdistrict_officer", office_place=poll.estate,
    )  # fmt: skip
    with pytest.raises(poll_answers.PrintedByYou):
        poll_answers.answer_poll(found, related=False, score=90, signed_in=by)
    found.refresh_from_db()
    assert found.used_on is None
    assert not PollAnswer.objects.exists()


def test_who_printed_for_another_poll_answers_this_one(poll: Poll, people: People) -> None:
    """An officer who lives there and made no codes is a resident like any other."""
    code = slips(poll, people["district"])[0]
    way = reverse("ratings:poll_answer", args=[code])
    assert signed_in(people["subdistrict"]).get(way).status_code == 200
    assert Client().get(way).status_code == 200


def test_what_was_printed_is_appended_and_never_edited(poll: Poll, people: People) -> None:
    slips(poll, people["subdistrict"])
    sheet = PollSheet.objects.get()
    for change in (sheet.save, sheet.delete, PollSheet.objects.all().delete):
        with pytest.raises(TypeError, match="appended"):
            change()
    if connection.vendor == "postgresql":
        with (
            pytest.raises(DatabaseError, match="appended"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE ratings_pollsheet SET codes = 1")
