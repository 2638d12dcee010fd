"""What the doors of a committee's steps answer, step by step: not there, not yours, not now."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from communities.forms.committees import COMMITTEE_DEEDS
from communities.forms.keeping import open_deeds
from communities.models import Committee
from communities.workflow import MANAGEMENT, OWNERS, Hand, Step
from tests.communities.formation import committee, managed, walked
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
People = dict[str, User]
STEPS = [step for step, row in OWNERS.items() if row.hand != Hand.CLOCK]


def answers(user: User, of: Committee, step: Step, **said: str) -> Any:
    path = f"/api/v1/register/committee/{of.body.code}/{step.value}/"
    return program(user).post(path, said, format="json")


def rows(of: Committee) -> list[tuple[Any, ...]]:
    of.refresh_from_db()
    return [(of.state, of.elected_on, of.filing_number), *of.steps.order_by("pk").values_list()]


@pytest.fixture
def fresh(county: County, clock: Pretended) -> Committee:
    """An owners' committee whose file has just been opened."""
    return committee(county.unserved)


@pytest.mark.parametrize("step", [s for s in STEPS if "not_eligible" not in OWNERS[s].moves])
def test_a_step_that_does_not_fit_yet_is_refused_for_now_to_those_who_record_it(
    step: Step, fresh: Committee, people: People
) -> None:
    before = rows(fresh)
    answer = answers(people["subdistrict"], fresh, step)
    assert answer.status_code == 409
    assert answer.json()["code"] == "wrong_state"
    assert str(step.label) in answer.json()["message"]
    assert rows(fresh) == before


@pytest.mark.parametrize("step", STEPS)
def test_who_does_not_keep_the_register_there_is_refused_whatever_the_state(
    step: Step, fresh: Committee, people: People
) -> None:
    before = rows(fresh)
    for name in ("resident", "far_dispatcher", "committee", "manager"):
        assert answers(people[name], fresh, step).status_code == 403
    assert rows(fresh) == before


def test_a_step_of_the_overseer_is_not_the_clerks_even_when_it_does_not_fit(
    fresh: Committee, people: People
) -> None:
    assert answers(people["dispatcher"], fresh, Step.FILED).status_code == 403
    assert answers(people["subdistrict"], fresh, Step.FILED).status_code == 409


def test_a_step_the_kind_of_committee_does_not_know_is_not_there(
    fresh: Committee, county: County, people: People
) -> None:
    other = managed(county.estate)
    for step in OWNERS.keys() - MANAGEMENT.keys():
        if OWNERS[step].hand != Hand.CLOCK:
            assert answers(people["subdistrict"], other, step).status_code == 404
    for step in MANAGEMENT.keys() - OWNERS.keys():
        assert answers(people["subdistrict"], fresh, step).status_code == 404


def test_a_step_taken_already_is_refused_for_now_and_one_that_fits_is_recorded(
    fresh: Committee, people: People
) -> None:
    assert answers(people["dispatcher"], fresh, Step.ELIGIBLE).status_code == 201
    assert answers(people["dispatcher"], fresh, Step.ELIGIBLE).status_code == 409
    assert fresh.steps.filter(step=Step.ELIGIBLE).count() == 1


def test_what_is_missing_is_named_before_a_later_step(county: County, people: People) -> None:
    made, on = walked(county.unserved, Step.GROUP_FORMED)
    before = rows(made)
    answer = answers(people["dispatcher"], made, Step.GROUP_MET, on=on.isoformat())
    assert answer.status_code == 409
    assert str(Step.BRANCH_MET.label) in answer.json()["message"]
    assert rows(made) == before


def test_the_page_says_that_it_is_too_early_and_shows_no_button_for_it(
    fresh: Committee, people: People
) -> None:
    client = Client()
    client.force_login(people["subdistrict"], backend="accounts.backends.PhoneOrName")
    page = client.get(f"/register/keep/committee/{fresh.body.code}/elected/")
    assert page.status_code == 409
    assert str(Step.ELECTED.label) in page.content.decode()
    offered = dict(open_deeds(people["subdistrict"], "committee", fresh))
    assert Step.ELIGIBLE.value in offered
    assert Step.ELECTED.value not in offered
    assert Step.ELECTED.value in COMMITTEE_DEEDS
