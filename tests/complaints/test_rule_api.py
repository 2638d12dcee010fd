"""Rules at the API: the same verbs as on the pages."""

from datetime import time
from typing import Any

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.now import now
from complaints import actions
from complaints.models import Rule
from complaints.queries.rulebook import Hours, Rulebook
from complaints.workflow import Urgency
from tests.complaints.walks import NORMAL, category
from tests.doors import program
from tests.factories import County

People = dict[str, User]
pytestmark = pytest.mark.django_db
RULES = "/api/v1/rules/"
LINE: dict[str, Any] = {"stage": "inspect", "urgency": "normal"}
SET: dict[str, Any] = {**LINE, "amount": 7200, "unit": "seconds"}


def line(answer: Any, stage: str = "inspect", urgency: str = "normal") -> dict[str, Any]:
    found: list[dict[str, Any]] = answer.json()["lines"]
    return next(row for row in found if (row["stage"], row["urgency"]) == (stage, urgency))


def test_what_holds_is_read_with_its_history(county: County, people: People) -> None:
    actions.set_rule(by=people["district"], place=county.district, **SET)
    answer = program(people["dispatcher"]).get(RULES, {"place": "990101001"})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["place"]["code"], told["may_change"]) == ("990101001", False)
    assert told["hours"] == {"quiet_from": None, "quiet_until": None, "closes_at": None}
    found = line(answer)
    assert (found["own"], found["rule"]["amount"]) == (False, 7200)
    assert found["rule"]["place"]["code"] == "990101"
    newest, oldest = found["versions"]
    assert (newest["state"], newest["author"]["name"]) == ("governs", "沈区县")
    assert (oldest["state"], oldest["author"], oldest["place"]) == ("overruled", None, None)


def test_without_a_place_one_reads_ones_own(county: County, people: People) -> None:
    assert program(people["dispatcher"]).get(RULES).json()["place"]["name"] == "河东社区"


def test_an_officer_of_the_district_sets_a_rule(county: County, people: People) -> None:
    officer = program(people["district"])
    based_on = officer.get(RULES).json()["based_on"]
    sent = {
        **SET,
        "place": "990101001",
        "quiet_from": "20:00",
        "quiet_until": "08:00",
        "reminders": [50],
        "ladder": ["desk", "district"],
        "source": "县政府令第3号",
    }
    answer = officer.post(RULES, sent, format="json")
    assert answer.status_code == 200
    told = line(answer)
    assert (told["own"], told["rule"]["words"]) == (True, "2 小时，夜间 20:00–08:00 不计")
    rule = Rule.objects.get(place=county.subdistrict)
    assert (rule.quiet_from, rule.reminders) == (time(20), [50])
    assert (rule.ladder, rule.source) == (["desk", "district"], "县政府令第3号")
    actions.set_rule(by=CLOCK, **{**SET, "amount": 60})
    again = officer.post(RULES, {**SET, "based_on": based_on}, format="json")
    assert again.status_code == 409


def test_hours_that_are_not_named_stay_and_null_takes_them_away(
    county: County, people: People
) -> None:
    officer = program(people["district"])
    hours = {"quiet_from": "20:00", "quiet_until": "08:00", "closes_at": "17:30"}
    answer = officer.post(f"{RULES}hours/", hours, format="json")
    assert answer.status_code == 200
    assert answer.json()["hours"]["closes_at"] == "17:30:00"
    assert line(officer.post(RULES, SET, format="json"))["rule"]["quiet_from"] == "20:00:00"
    sent = {**SET, "quiet_from": None, "quiet_until": None}
    assert line(officer.post(RULES, sent, format="json"))["rule"]["quiet_from"] is None
    assert officer.post(f"{RULES}hours/", {}, format="json").status_code == 400
    assert Rulebook(county.district, now()).hours() == Hours(time(20), time(8), time(17, 30))


def test_a_preset_is_applied_and_withdrawn(county: County, people: People) -> None:
    officer = program(people["district"])
    answer = officer.post(f"{RULES}preset/", {"preset": "beijing_tiers"}, format="json")
    assert {line(answer, urgency=u)["rule"]["preset"] for u in Urgency} == {"beijing_tiers"}
    answer = officer.post(f"{RULES}withdraw/", LINE, format="json")
    assert (line(answer)["own"], line(answer)["rule"]["amount"]) == (False, 10800)
    assert officer.post(f"{RULES}withdraw/", LINE, format="json").status_code == 409
    assert officer.post(f"{RULES}preset/", {"preset": "atlantis"}, format="json").status_code == 400


def test_a_category_instead_of_an_urgency(county: County, people: People) -> None:
    officer = program(people["district"])
    sent = {"stage": "handle", "category": "0101", "amount": 1, "unit": "working_days"}
    answer = officer.post(RULES, sent, format="json")
    found = line(answer, "handle", None)  # type: ignore[arg-type]
    assert (found["category"]["code"], found["rule"]["amount"]) == ("0101", 1)
    assert Rule.objects.get(place=county.district).category == category(NORMAL)
    refused = officer.post(RULES, {**sent, "urgency": "normal"}, format="json")
    assert list(refused.json()["fields"]) == ["urgency"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"stage": "lunch"}, "stage"),
        ({"category": "9999", "urgency": None}, "category"),
        ({"reminders": [0]}, "reminders"),
        ({"ladder": ["mayor"]}, "ladder.0"),
        ({"quiet_from": "20:00"}, "quiet_until"),
        ({"valid_from": "2020-01-01T00:00+08:00"}, "valid_from"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(
    sent: dict[str, Any], field: str, county: County, people: People
) -> None:
    before = Rule.objects.count()
    wanted = {name: value for name, value in {**SET, **sent}.items() if value is not None}
    answer = program(people["district"]).post(RULES, wanted, format="json")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert Rule.objects.count() == before


@pytest.mark.parametrize(
    ("who", "status"),
    [("subdistrict", 403), ("dispatcher", 403), ("far_district", 404), ("resident", 403)],
)
def test_nobody_else_changes_anything(
    who: str, status: int, county: County, people: People
) -> None:
    before = Rule.objects.count()
    for path in ("", "hours/", "preset/", "withdraw/"):
        answer = program(people[who]).post(RULES + path, {"place": "990101"}, format="json")
        assert answer.status_code == status, path
    assert program().post(RULES, SET, format="json").status_code == 401
    assert Rule.objects.count() == before


def test_the_same_request_twice_writes_one_version(county: County, people: People) -> None:
    officer = program(people["district"], **{"Idempotency-Key": "k" * 20})
    answers = [officer.post(RULES, SET, format="json") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert Rule.objects.filter(place=county.district).count() == 1
