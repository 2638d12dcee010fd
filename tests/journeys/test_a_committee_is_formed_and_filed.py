"""An owners' committee goes from eligible to filed, at the pace of the law."""

from typing import Any

import pytest

from accounts.models import User
from communities.models import Appointment, Committee, CommitteeState, Office
from communities.workflow import Step
from tests.factories import County
from tests.journeys.conftest import Companions, Days, Traveller, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MEMBERS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("季春兰", "director", {"account": "13900000002", "party_member": "on"}),
    ("韦国强", "vice", {"party_member": "on"}),
    ("龙小满", "member", {"floor_area": "88.60"}),
    ("万家和", "member", {"party_member": "on"}),
    ("段秋生", "member", {}),
)


def deed(code: str, verb: str) -> str:
    return f"/register/keep/committee/{code}/{verb}/"


def next_step(traveller: Traveller, step: Step) -> Any:
    """The row of a step among those that come next."""
    title = traveller.page.locator(".committee-name").get_by_text(str(step.label), exact=True)
    return traveller.page.locator(".committee-next li").filter(has=title)


def record(traveller: Traveller, code: str, step: Step, days: Days, **facts: str) -> None:
    """From the committee's page, to which the step before led back, by the button beside it."""
    if f"/bodies/{code}/" not in traveller.page.url:
        traveller.go(f"/bodies/{code}/")
    special = bool(facts)  # the forms of the other steps are one like the other
    traveller.press(next_step(traveller, step).get_by_role("link"), look=special)
    traveller.fill(special, on=days.today.isoformat(), **facts)
    assert traveller.page.locator(".error-summary").count() == 0, traveller.text()


def steps_of(code: str) -> list[str]:
    return list(
        Committee.objects.get(body__code=code).steps.order_by("pk").values_list("step", flat=True)
    )


def refused(traveller: Traveller, code: str, step: Step, days: Days, **facts: str) -> str:
    """What is answered to the form of a step whose turn it is not; nothing has been written."""
    before = steps_of(code)
    traveller.go(deed(code, step.value))
    traveller.fill(True, on=days.today.isoformat(), **facts)
    assert steps_of(code) == before
    return traveller.page.locator(".error-summary").inner_text()


def prepare(clerk: Traveller, code: str, days: Days) -> None:
    """Up to the published list; before the branch has met, and in its days, the group may not."""
    record(clerk, code, Step.ELIGIBLE, days)
    record(clerk, code, Step.APPLIED, days)
    record(clerk, code, Step.GROUP_FORMED, days, people="9")
    record(clerk, code, Step.LIST_PUBLISHED, days)
    met = next_step(clerk, Step.GROUP_MET)
    assert str(Step.BRANCH_MET.label) in met.inner_text()
    assert met.get_by_role("link").count() == 0
    assert str(Step.BRANCH_MET.label) in refused(clerk, code, Step.GROUP_MET, days)
    record(clerk, code, Step.BRANCH_MET, days)
    met = next_step(clerk, Step.GROUP_MET)
    assert "2026-03-09" in met.inner_text()
    assert met.get_by_role("link").count() == 0
    assert "2026年3月9日" in refused(clerk, code, Step.GROUP_MET, days)


def seat_members(clerk: Traveller, code: str) -> None:
    for name, role, more in MEMBERS:
        clerk.page.goto(clerk.base + deed(code, "seat"))
        clerk.fill(role == "member", name=name, role=role, **more)
    assert Committee.objects.get(body__code=code).members.count() == len(MEMBERS)


def read_by_anybody(reader: Traveller, committee: Committee) -> None:
    """The members and the number of the filing; of the Party how many, never who."""
    reader.go(f"/places/{committee.body.place.code}/")
    reader.press(reader.page.locator("main").get_by_role("link", name=committee.body.name).first)
    shown = reader.text()
    for words in ("梅街备〔2026〕3号", str(CommitteeState.FILED.label), "党员委员：5 名中 3 名"):
        assert words in shown
    for name, _role, _more in MEMBERS:
        assert name in shown
    assert "党员" not in reader.page.locator(".committee-members").first.inner_text()
    for hidden in ("13900000002", "88.6", str(Step.BRANCH_MET.label)):
        assert hidden not in reader.page.content()


@pytest.mark.parametrize("size", ["desk"], indirect=True)
def test_a_committee_goes_from_eligible_to_filed(
    travel: Companions, county: County, people: dict[str, User], days: Days
) -> None:
    clerk = travel("dispatcher")
    clerk.go(f"/places/{county.other_estate.code}/")
    clerk.press(clerk.page.get_by_role("link", name="建立委员会档案").first)
    clerk.fill(kind="owners_committee")
    committee = Committee.objects.get(body__place=county.other_estate)
    code = committee.body.code
    prepare(clerk, code, days)

    days.pass_by(7)
    sign_in(clerk, people["dispatcher"])
    record(clerk, code, Step.GROUP_MET, days)
    record(clerk, code, Step.CANDIDATES_PUBLISHED, days)
    record(clerk, code, Step.ANNOUNCED, days)
    # All owners are told of their meeting fifteen days before it.
    days.pass_by(14)
    sign_in(clerk, people["dispatcher"])
    assert "2026年3月24日" in refused(clerk, code, Step.ELECTED, days, seats="5")
    days.pass_by(1)
    sign_in(clerk, people["dispatcher"])
    record(clerk, code, Step.ELECTED, days, seats="5")
    seat_members(clerk, code)
    # With the seat goes the office, for whoever has an account.
    held = Appointment.objects.filter(user=people["neighbour"]).values_list("office", flat=True)
    assert set(held) == {Office.COMMITTEE_MEMBER, Office.COMMITTEE_DIRECTOR}

    # Filing is not the community's: the page says so, and its address is shut.
    assert next_step(clerk, Step.FILED).get_by_role("link").count() == 0
    answer = clerk.page.request.get(clerk.base + deed(code, Step.FILED))
    assert (answer.status, "由街道或区县" in answer.text()) == (403, True)
    term = {"term_from_on": "2026-04-01", "term_until_on": "2031-04-01"}
    record(travel("subdistrict"), code, Step.FILED, days, number="梅街备〔2026〕3号", **term)
    committee.refresh_from_db()
    assert committee.state == CommitteeState.FILED
    read_by_anybody(travel("nobody"), committee)
