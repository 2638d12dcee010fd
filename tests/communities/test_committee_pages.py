"""Pages of committees: what anybody reads, what the keeper does, and who is in the Party stays."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import User
from communities.actions.committee_seats import amend_member
from communities.models import Committee, CommitteeMember, CommitteeState, CommitteeStep
from communities.workflow import Step
from tests.communities.bodies import body_of, program
from tests.communities.formation import committee, in_term, walked
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
Surf = Callable[..., Client]
pytestmark = pytest.mark.django_db
LIST, KEEP, API = "/register/committees/", "/register/keep/", "/api/v1/"


@pytest.fixture(autouse=True)
def _monday(clock: Pretended) -> None:
    """All of 2025 is past: 2 March 2026."""


@pytest.fixture
def filed(county: County) -> Committee:
    return in_term(county.estate)


def url(committee: Committee) -> str:
    return f"/bodies/{committee.body.code}/"


def test_anybody_reads_state_members_and_public_steps(filed: Committee, surf: Surf) -> None:
    page = body_of(surf().get(url(filed)))
    for shown in ("Filed, in term", "方一", "元二", "Committee elected", "2028-08-01"):
        assert shown in page
    for hidden in ("Temporary party branch met", "Application received", "What comes next", KEEP):
        assert hidden not in page
    assert "Party members: 2 of 3" in page


def test_who_of_the_members_is_in_the_party_cannot_be_told_from_outside(
    filed: Committee, surf: Surf, people: People
) -> None:
    """Whoever it is of the three, page and API are the same byte for byte."""
    looks = set()
    for others in ((0,), (1,), (2,)):
        for number, member in enumerate(CommitteeMember.objects.order_by("pk")):
            amend_member(member, by=CLOCK, floor_area=None, party_member=number in others)
        for name in ("nobody", "resident", "committee", "manager", "far_dispatcher"):
            looks.add((name, body_of(surf(name).get(url(filed)))))
        said = program(people["committee"]).get(f"{API}committees/{filed.body.code}/")
        assert said.status_code == 200
        looks.add(("api", said.content.decode()))
    assert len(looks) == 6
    assert not any("Party member ·" in text for _name, text in looks)


@pytest.mark.parametrize("flag", [True, False])
def test_a_share_of_all_or_none_would_name_each_and_is_not_public(
    filed: Committee, surf: Surf, flag: bool
) -> None:
    for member in CommitteeMember.objects.all():
        amend_member(member, by=CLOCK, floor_area=None, party_member=flag)
    assert "Party members:" not in body_of(surf().get(url(filed)))
    assert program().get(f"{API}committees/{filed.body.code}/").data["party_share"] is None
    assert "Party members:" in body_of(surf("dispatcher").get(url(filed)))


def test_the_list_tells_nobody_how_many_of_a_single_committee_are_in_the_party(
    filed: Committee, surf: Surf
) -> None:
    """What one committee keeps back, its list narrowed to its estate must not say either."""
    looks = set()
    for others in ((), (0,), (0, 1, 2)):
        for number, member in enumerate(CommitteeMember.objects.order_by("pk")):
            amend_member(member, by=CLOCK, floor_area=None, party_member=number in others)
        page = surf().get("/register/committees/", {"under": filed.body.place.code})
        looks.add(body_of(page))
    (shown,) = looks
    assert "1 of 1" in shown


def test_the_keeper_sees_what_comes_next_and_when(county: County, surf: Surf) -> None:
    made, _on = walked(county.estate, Step.LIST_PUBLISHED, start=date(2026, 2, 6))
    page = body_of(surf("dispatcher").get(url(made)))
    assert "What comes next" in page
    assert "Needs first: Temporary party branch met" in re.sub(r"\s+", " ", page)
    client = surf("dispatcher")
    step = f"{KEEP}committee/{made.body.code}/"
    assert client.post(f"{step}branch_met/", {"on": "2026-03-02"}).status_code == 302
    page = body_of(surf("dispatcher").get(url(made)))
    assert "At the earliest on 2026-03-09 · 7 days after" in re.sub(r"\s+", " ", page)
    refused = client.post(f"{step}group_met/", {"on": "2026-03-02"})
    assert refused.status_code == 200
    assert "error-summary" in refused.content.decode()
    assert not CommitteeStep.objects.filter(step=Step.GROUP_MET).exists()


def test_a_clerk_and_the_subdistrict_take_a_committee_from_eligible_to_filed(
    county: County, surf: Surf
) -> None:
    clerk, officer = surf("dispatcher"), surf("subdistrict")
    opened = clerk.post(
        f"{KEEP}place/{county.estate.code}/committee/", {"kind": "owners_committee", "name": ""}
    )
    assert opened.status_code == 302
    made = Committee.objects.get()
    assert made.body.name == "桂花苑业主委员会"
    step = f"{KEEP}committee/{made.body.code}/"
    for name, on, facts in (
        ("eligible", "2025-09-01", {}),
        ("applied", "2025-09-05", {}),
        ("group_formed", "2025-10-08", {"people": "9"}),
        ("list_published", "2025-10-09", {}),
        ("branch_met", "2025-10-16", {}),
        ("group_met", "2025-10-16", {}),
        ("candidates_published", "2025-10-20", {}),
        ("announced", "2025-10-20", {}),
        ("elected", "2025-11-08", {"seats": "7"}),
    ):
        assert clerk.post(f"{step}{name}/", {"on": on, **facts}).status_code == 302, name
    term = {"number": "3", "term_from_on": "2025-11-08", "term_until_on": "2028-11-08"}
    assert clerk.post(f"{step}filed/", {"on": "2025-12-01", **term}).status_code == 403
    assert officer.post(f"{step}filed/", {"on": "2025-12-01", **term}).status_code == 302
    made.refresh_from_db()
    assert made.state == CommitteeState.FILED


def test_who_does_not_keep_it_finds_no_way_to_write(filed: Committee, surf: Surf) -> None:
    before = CommitteeStep.objects.count()
    member = CommitteeMember.objects.first()
    assert member is not None
    for name in ("far_dispatcher", "manager", "committee", "resident", "auditor"):
        client = surf(name)
        assert KEEP not in body_of(client.get(url(filed)))
        for path in (
            f"committee/{filed.body.code}/handed_over",
            f"committee/{filed.body.code}/strike",
            f"committee/{filed.body.code}/seat",
            f"member/{member.public_id}/amend",
            f"member/{member.public_id}/unseat",
        ):
            assert client.get(f"{KEEP}{path}/").status_code == 403, (name, path)
            assert client.post(f"{KEEP}{path}/", {}).status_code == 403, (name, path)
    assert CommitteeStep.objects.count() == before
    client = surf("dispatcher")
    assert client.get(f"{KEEP}committee/{filed.body.code}/applied/").status_code == 409
    assert client.get(f"{KEEP}committee/nothing-here/seat/").status_code == 404
    assert client.get(f"{KEEP}member/nothing-here/amend/").status_code == 404


def test_a_member_is_entered_with_the_account_that_gets_the_office(
    filed: Committee, surf: Surf, people: People
) -> None:
    client = surf("dispatcher")
    path = f"{KEEP}committee/{filed.body.code}/seat/"
    told = {"name": "周大勇", "role": "director", "from_on": "2026-03-02"}
    unknown = client.post(path, {**told, "account": "nobody-at-all"})
    assert "There is no such account." in unknown.content.decode()
    assert client.post(path, {**told, "account": "13900000002"}).status_code == 302
    assert CommitteeMember.objects.latest("pk").user == people["neighbour"]


def test_the_list_puts_what_calls_for_somebody_first(
    county: County, surf: Surf, clock: Pretended
) -> None:
    filed, _on = walked(county.estate, Step.FILED)
    late, _on = walked(county.other_estate, Step.ELECTED)
    begun = committee(county.far_estate)
    page = body_of(surf().get(LIST))
    places = [page.index(made.body.name) for made in (late, begun, filed)]
    assert places == sorted(places)
    assert "Filing overdue" in page
    assert "1 of 4" in page
    here = body_of(surf().get(f"{LIST}?under={county.community.code}"))
    assert begun.body.name not in here
    assert late.body.name not in body_of(surf().get(f"{LIST}?state=filed"))
    assert filed.body.name in body_of(surf().get(f"{LIST}?search=ghyyzwyh"))
    assert "No committee is found" in body_of(surf().get(f"{LIST}?search=zzz"))
