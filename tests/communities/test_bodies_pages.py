"""Pages and API of committees, party organisations and groups: two faces, and nothing guarded."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from rest_framework.test import APIClient

from accounts.actors import CLOCK
from accounts.models import User
from communities.actions import groups, party, party_posts
from communities.actions.committee_seats import amend_member, seat_member
from communities.models import (
    Committee,
    CommitteeMember,
    CommitteeState,
    CommitteeStep,
    Group,
    PartyOrganisation,
)
from communities.workflow import Step
from tests.communities.formation import DAY, START, committee, walked
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
Surf = Callable[..., Client]
pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrName"
LIST, KEEP, API = "/register/committees/", "/register/keep/", "/api/v1/"
HOLDER = "岗位持有人甲乙丙"


@pytest.fixture(autouse=True)
def _monday(clock: Pretended) -> None:
    """All of 2025 is past: 2 March 2026."""


@pytest.fixture
def surf(people: People) -> Surf:
    def visitor(name: str = "") -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        if name:
            client.force_login(people[name], backend=BACKEND)
        return client

    return visitor


@pytest.fixture
def filed(county: County) -> Committee:
    """Filed and in term, with three members, two of them in the Party."""
    made, on = walked(county.estate, Step.FILED)
    for name, flag in (("方一", True), ("元二", False), ("时三", True)):
        seat_member(made, by=CLOCK, name=name, from_on=on, party_member=flag)
    return made


@pytest.fixture
def branch(county: County) -> PartyOrganisation:
    """A branch with a post that is displayed and one that is not."""
    made = party.found_organisation(
        by=CLOCK,
        place=county.estate,
        name="桂花苑党支部",
        level="branch",
        full_members=7,
        on=START,
        estates=[county.estate],
    )
    for title, holder, displayed in (("示范岗", "展示者", True), ("责任区", HOLDER, False)):
        party_posts.found_post(
            made,
            by=CLOCK,
            place=county.estate,
            kind="demonstration",
            title=title,
            holder=holder,
            displayed=displayed,
            from_on=START,
        )
    return made


@pytest.fixture
def alliance(county: County) -> Group:
    made = groups.found_group(
        by=CLOCK, place=county.community, kind="alliance", name="河东联盟", on=START
    )
    groups.admit_member(made, by=CLOCK, member=county.firm, from_on=START)
    gone = groups.admit_member(made, by=CLOCK, outsider="已退出的单位", from_on=START)
    groups.release_member(gone, by=CLOCK, on=START + DAY)
    return made


def program(user: User | None = None) -> APIClient:
    """A program in this user's session: tokens hold by the database's clock, not by a pretended."""
    client = APIClient()
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client


def body_of(page: Any) -> str:
    """The page without what differs on every look."""
    text = page.content.decode()
    return re.sub(r'(nonce|value|data-[a-z-]+)="[^"]*"', "", text[text.index("<main") :])


def url(committee: Committee) -> str:
    return f"/bodies/{committee.body.code}/"


# --- Committees --------------------------------------------------------------------------


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
        for name in ("", "resident", "committee", "manager", "far_dispatcher"):
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


def test_lists_cost_the_same_for_two_rows_and_for_forty(
    county: County, surf: Surf, at_most: Any
) -> None:
    for number in range(30):
        groups.found_group(by=CLOCK, place=county.community, kind="alliance", name=f"联盟{number}")
    walked(county.estate, Step.FILED)
    walked(county.other_estate, Step.FILED)
    client = surf()
    for path in (LIST, "/register/groups/", "/register/party/"):
        with at_most(10):
            assert client.get(path).status_code == 200
    page = client.get("/register/groups/").content.decode()
    further = re.search(r'rel="next" href="([^"]+)"', page)
    assert further is not None
    rest = client.get("/register/groups/" + further[1].replace("&amp;", "&"))
    assert rest.content.decode().count('class="order-title"') == 10


# --- Party organisations -----------------------------------------------------------------


def test_a_holder_is_named_only_where_the_post_is_displayed(
    branch: PartyOrganisation, surf: Surf, people: People
) -> None:
    """The canary: the name is in no answer to anybody but those who keep the register."""
    paths = (
        f"/bodies/{branch.code}/",
        f"/places/{branch.body.place.code}/",
        "/register/party/",
        f"/register/party/?under={branch.body.place.code}",
    )
    for name in ("", "resident", "committee", "branch", "manager", "far_dispatcher", "auditor"):
        client = surf(name)
        for path in paths:
            assert HOLDER not in client.get(path).content.decode(), (name, path)
        said = program(people.get(name)).get(f"{API}party/{branch.code}/")
        assert said.status_code == 200
        assert HOLDER not in said.content.decode()
        assert said.json()["full_members"] is None
        assert [post["holder"] for post in said.json()["posts"]] == ["展示者"]
    assert HOLDER in surf("dispatcher").get(paths[0]).content.decode()
    assert "展示者" in surf().get(paths[0]).content.decode()


def test_a_post_that_is_not_displayed_is_not_there_for_others(
    branch: PartyOrganisation, surf: Surf
) -> None:
    hidden = branch.posts.get(displayed=False)
    path = f"{KEEP}post/{hidden.public_id}/display/"
    for name in ("resident", "far_dispatcher", "manager"):
        assert surf(name).post(path, {"displayed": "on"}).status_code == 404
    hidden.refresh_from_db()
    assert not hidden.displayed
    assert surf("dispatcher").post(path, {"displayed": "on"}).status_code == 302
    hidden.refresh_from_db()
    assert hidden.displayed


def test_an_organisation_is_entered_changed_and_dissolved_on_its_pages(
    county: County, surf: Surf
) -> None:
    client = surf("dispatcher")
    above = party.found_organisation(
        by=CLOCK, place=county.community, name="河东社区党委", level="committee", on=START
    )
    made = client.post(
        f"{KEEP}place/{county.estate.code}/party/",
        {
            "name": "桂花苑党支部",
            "level": "branch",
            "form": "standing",
            "parent": above.code,
            "full_members": "4",
            "probationary_members": "1",
            "estates": [county.estate.code],
            "grids": [county.grid.code],
            "firm": county.firm.code,
        },
    )
    assert made.status_code == 302
    branch = PartyOrganisation.objects.get(level="branch")
    assert (branch.parent, branch.firm) == (above, county.firm)
    assert list(branch.grids.all()) == [county.grid]
    path = f"{KEEP}party/{branch.code}/"
    few = {"name": "x", "level": "branch", "form": "standing", "full_members": "2"}
    refused = client.post(f"{path}change/", {**few, "probationary_members": "0"})
    assert "A branch needs 3 full members" in refused.content.decode()
    assert client.post(f"{path}stars/", {"year": "2025", "stars": "4"}).status_code == 302
    assert (
        client.post(f"{path}under/", {"under": "none", "from_on": "2026-01-01"}).status_code == 200
    )
    dissolved = client.post(f"{path}dissolve/", {"on": "2026-03-03"})
    assert dissolved.status_code == 302
    for name in ("resident", "far_dispatcher", "manager"):
        assert surf(name).get(f"{KEEP}party/{above.code}/change/").status_code == 403


# --- Groups ------------------------------------------------------------------------------


def test_a_group_shows_its_members_and_its_keepers_those_who_left(
    alliance: Group, county: County, surf: Surf
) -> None:
    path = f"/bodies/{alliance.code}/"
    page = body_of(surf().get(path))
    assert county.firm.name in page
    assert "已退出的单位" not in page
    assert "已退出的单位" in body_of(surf("dispatcher").get(path))
    client = surf("dispatcher")
    keep = f"{KEEP}group/{alliance.code}/"
    wrong = client.post(f"{keep}admit/", {"member": "nothing", "from_on": "2026-03-01"})
    assert "There is no body of this code." in wrong.content.decode()
    told = {"member": county.rival.code, "from_on": "2026-03-01"}
    assert client.post(f"{keep}admit/", told).status_code == 302
    assert county.rival.name in body_of(surf().get(path))
    assert surf("far_dispatcher").post(f"{keep}admit/", told).status_code == 403


# --- The API -----------------------------------------------------------------------------


def test_programs_read_lists_and_records(
    filed: Committee, branch: PartyOrganisation, alliance: Group, county: County
) -> None:
    client = program()
    (row,) = client.get(f"{API}committees/").json()["results"]
    assert (row["code"], row["state"]) == (filed.body.code, "filed")
    page = client.get(f"{API}committees/{filed.body.code}/").json()
    assert page["party_share"] == {"part": 2, "whole": 3, "target": 50}
    assert page["nexts"] == []
    assert "branch_met" not in {step["step"] for step in page["steps"]}
    assert client.get(f"{API}party/?under={county.estate.code}").json()[0]["code"] == branch.code
    assert client.get(f"{API}groups/").json()["results"][0]["members"] == 1
    assert client.get(f"{API}groups/{alliance.code}/").json()["kind"] == "alliance"
    for path in ("committees/none/", "party/none/", "groups/none/", "party/?under=77"):
        assert client.get(f"{API}{path}").status_code == 404
    for path in ("committees/?state=x", "groups/?kind=x"):
        assert client.get(f"{API}{path}").status_code == 400


def test_programs_write_with_the_same_refusals(county: County, people: People) -> None:
    made, on = walked(county.estate, Step.ANNOUNCED)
    path = f"{API}register/committee/{made.body.code}/elected/"
    wanted = {"on": str(on + 15 * DAY), "seats": 5}
    assert program().post(path, wanted, format="json").status_code == 401
    for name in ("far_dispatcher", "manager", "resident"):
        refused = program(people[name]).post(path, wanted, format="json")
        assert refused.status_code == 403, name
    clerk = program(people["dispatcher"])
    early = clerk.post(path, {**wanted, "on": str(on + 14 * DAY)}, format="json")
    assert (early.status_code, list(early.json()["fields"])) == (400, ["on"])
    even = clerk.post(path, {**wanted, "seats": 6}, format="json")
    assert (even.status_code, list(even.json()["fields"])) == (400, ["seats"])
    made.refresh_from_db()
    assert made.state == CommitteeState.ELECTING
    assert clerk.post(path, wanted, format="json").status_code == 201
    made.refresh_from_db()
    assert made.state == CommitteeState.ELECTED
