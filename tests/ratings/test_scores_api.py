"""Freezing, publishing and correcting through the API, and who reads what there."""

import pytest

from accounts.models import User
from ratings.actions import freezing
from ratings.models import Finding, Period, PeriodState, Scorecard
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended
from tests.ratings.quarter import assessed, card

pytestmark = pytest.mark.django_db
API = "/api/v1/ratings/"


@pytest.fixture
def period(county: County, people: dict[str, User], clock: Pretended) -> Period:
    return assessed(county, clock)


def of(period: Period, verb: str = "") -> str:
    return f"{API}periods/{period.public_id}/{verb}"


def test_a_quarter_is_frozen_published_and_corrected(
    period: Period, county: County, people: dict[str, User]
) -> None:
    officer = program(people["district"])
    assert officer.post(of(period, "publish/")).status_code == 409
    assert officer.post(of(period, "freeze/")).json()["state"] == "freezing"
    freezing.freeze_periods()
    one = card(period, county)
    address = f"{API}cards/{one.public_id}/"
    assert program().get(address).status_code == 404
    private = officer.get(address)
    assert "no-store" in private["Cache-Control"]
    assert officer.post(of(period, "publish/")).json()["state"] == "published"
    public = program().get(address)
    assert public.json()["card"]["working"]["exact"] == "2002/23"
    assert "public" in public["Cache-Control"]
    assert program().get(address, headers={"If-None-Match": public["ETag"]}).status_code == 304
    same = officer.post(f"{address}correct/", {"reason": "复核"}, format="json")
    assert same.status_code == 400
    Finding.objects.filter(assessment__method="onsite", item="D1-1").update(value=1)
    made = officer.post(f"{address}correct/", {"reason": "复核"}, format="json")
    assert made.status_code == 201
    assert (made.json()["number"], made.json()["total"]) == (2, "88.7800")
    chain = program().get(address).json()["chain"]
    assert [each["reason"] for each in chain] == ["", "复核"]
    record = program().get(f"{API}firms/{county.firm.code}/").json()
    assert record[0]["corrections"] == 1


def test_nobody_else_freezes_publishes_or_corrects(
    period: Period, county: County, people: dict[str, User]
) -> None:
    for verb in ("freeze/", "publish/"):
        assert program().post(of(period, verb)).status_code == 401
        for name in ("resident", "manager", "subdistrict", "far_district", "auditor"):
            assert program(people[name]).post(of(period, verb)).status_code == 403, name
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN
    freezing.ask_to_freeze(period, by=people["district"])
    freezing.freeze_periods()
    one = card(period, county)
    address = f"{API}cards/{one.public_id}/correct/"
    for name, code in (("resident", 404), ("manager", 403), ("subdistrict", 403)):
        said = program(people[name]).post(address, {"reason": "错"}, format="json")
        assert said.status_code == code, name
    assert not Scorecard.objects.filter(replaces=one).exists()


def test_periods_are_public_and_progress_is_not(period: Period, people: dict[str, User]) -> None:
    listed = program().get(f"{API}periods/").json()["results"]
    assert [row["id"] for row in listed] == [str(period.public_id)]
    assert program().get(of(period)).json()["sheets"] is None
    sheets = program(people["district"]).get(of(period)).json()["sheets"]
    assert {sheet["wanted"] for sheet in sheets} == {4}
