"""Pages of party organisations and groups, and the API of bodies: two faces, nothing guarded."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import User
from communities.actions import groups, party, party_posts
from communities.models import Committee, CommitteeState, Group, PartyOrganisation
from communities.workflow import Step
from tests.communities.bodies import body_of, program
from tests.communities.formation import DAY, START, in_term, walked
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
Surf = Callable[..., Client]
pytestmark = pytest.mark.django_db
LIST, KEEP, API = "/register/committees/", "/register/keep/", "/api/v1/"
HOLDER = "岗位持有人甲乙丙"


@pytest.fixture(autouse=True)
def _monday(clock: Pretended) -> None:
    """All of 2025 is past: 2 March 2026."""


@pytest.fixture
def filed(county: County) -> Committee:
    return in_term(county.estate)


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
    for name in (
        "nobody",
        "resident",
        "committee",
        "branch",
        "manager",
        "far_dispatcher",
        "auditor",
    ):
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
