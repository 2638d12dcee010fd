"""One training for several committees at once (A10), by its page and by programs."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from common.errors import Invalid, NotAllowed
from communities.actions.committee_seats import record_training
from communities.models import Committee, Training, TrainingPresence
from communities.workflow import Step
from tests.communities.formation import managed, walked
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
People = dict[str, User]
ON = date(2026, 1, 12)


@pytest.fixture
def two(county: County, clock: Pretended) -> tuple[Committee, Committee]:
    """Two committees of one community, in term."""
    return walked(county.estate, Step.FILED)[0], managed(county.other_estate)


def said(*lines: str, **other: Any) -> dict[str, Any]:
    return {"topic": "公共收益怎么公开", "on": ON.isoformat(), "present": "\n".join(lines), **other}


def keep(by: User, county: County, told: dict[str, Any]) -> Any:
    path = f"/api/v1/register/place/{county.community.code}/training/"
    return program(by).post(path, told, format="json")


def test_a_training_stands_in_the_file_of_every_committee_that_took_part(
    two: tuple[Committee, Committee], county: County, people: People
) -> None:
    one, other = two
    answer = keep(
        people["dispatcher"], county, said(f"{one.body.name} 4", f"{other.body.code}，3人")
    )
    assert answer.status_code == 201
    (training,) = Training.objects.all()
    assert (training.place, training.on) == (county.community, ON)
    assert {p.committee: p.people for p in training.presences.all()} == {one: 4, other: 3}
    (entry,) = AuditEntry.objects.filter(verb="record_training")
    assert sorted(entry.facts["committees"]) == sorted([one.body.code, other.body.code])
    for committee in two:
        page = Client().get(f"/bodies/{committee.body.code}/").content.decode()
        assert "公共收益怎么公开" in page


def test_the_page_offers_the_committees_there_and_leaves_out_lines_without_a_number(
    two: tuple[Committee, Committee], county: County, people: People
) -> None:
    one, other = two
    client = Client()
    client.force_login(people["dispatcher"], backend="accounts.backends.PhoneOrName")
    place = client.get(f"/places/{county.community.code}/").content.decode()
    path = f"/register/keep/place/{county.community.code}/training/"
    assert path in place
    form = client.get(path)
    assert one.body.name in form.content.decode()
    assert other.body.name in form.content.decode()
    sent = client.post(path, said(f"{one.body.name} 5", other.body.name))
    assert sent.status_code == 302
    assert {p.committee: p.people for p in TrainingPresence.objects.all()} == {one: 5}


@pytest.mark.parametrize(
    "line", ["某小区业主委员会 4", "", "{one}", "{one} 0", "{one} 4\n{code} 3"]
)
def test_lines_that_name_nobody_or_somebody_twice_are_refused(
    line: str, two: tuple[Committee, Committee], county: County, people: People
) -> None:
    body = two[0].body
    told = said(line.format(one=body.name, code=body.code))
    answer = keep(people["dispatcher"], county, told)
    assert answer.status_code == 400
    assert "present" in answer.json()["fields"]
    assert not Training.objects.exists()


@pytest.mark.parametrize("name", ["resident", "far_dispatcher", "committee", "manager"])
def test_others_record_no_training_here(
    name: str, two: tuple[Committee, Committee], county: County, people: People
) -> None:
    assert keep(people[name], county, said(f"{two[0].body.code} 4")).status_code == 403
    assert not Training.objects.exists()


def test_a_clerk_records_none_for_the_subdistrict_and_none_for_committees_elsewhere(
    two: tuple[Committee, Committee], county: County, people: People
) -> None:
    given: dict[str, Any] = {"topic": "换届", "on": ON, "present": {two[0]: 3}}
    with pytest.raises(NotAllowed):
        record_training(by=people["dispatcher"], place=county.subdistrict, **given)
    with pytest.raises(Invalid):
        record_training(by=people["subdistrict"], place=county.far_community, **given)
    late = {**given, "on": ON + timedelta(days=3650)}
    with pytest.raises(Invalid):
        record_training(by=people["subdistrict"], place=county.subdistrict, **late)
    assert not Training.objects.exists()
    record_training(by=people["subdistrict"], place=county.subdistrict, **given)
    assert Training.objects.count() == 1
