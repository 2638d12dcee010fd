"""Listings of committees, party branches and estates, beside those of firms."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from communities.actions import appoint
from communities.models import (
    Body,
    BodyKind,
    Office,
    PartyLevel,
    PartyOrganisation,
    Place,
    PlaceKind,
)
from ratings.actions import listings as actions
from ratings.actions.listing_alarms import sound_listings
from ratings.actions.vetoes import record_veto
from ratings.models import Listing, Publication, Scheme
from tests import factories
from tests.complaints.walks import fresh
from tests.doors import program
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at
from tests.ratings import frozen, listed
from tests.ratings.listed import V, now_is, refused, take, told

People = dict[str, User]
Team = list[User]
pytestmark = pytest.mark.django_db
GROUNDS: dict[str, Any] = {"grounds": "连续两年满意度居前", "evidence": "评选材料"}


@pytest.fixture
def committee(county: County) -> Body:
    return listed.committee(county)


@pytest.fixture
def director(committee: Body) -> User:
    made = factories.person("director", "唐主任")
    appoint(made, by=CLOCK, office=Office.COMMITTEE_DIRECTOR, at=committee, from_on=BEGINNING)
    return made


@pytest.fixture
def branch(county: County) -> Body:
    made = factories.body(BodyKind.PARTY_ORGANISATION, county.estate, "桂花苑党支部")
    PartyOrganisation.objects.create(body=made, level=PartyLevel.BRANCH)
    return made


def proposed(scheme: Scheme, by: User, kind: str = "black", **about: Any) -> Listing:
    return actions.propose(scheme, by=fresh(by), kind=kind, **GROUNDS, **about)


def published(listing: Listing, team: Team, clock: Pretended) -> Listing:
    """Through the rest of the way of a red one."""
    for verb, by in (
        (V.PUT_FORWARD, team[0]),
        (V.DECIDE, team[1]),
        (V.APPROVE, team[2]),
        (V.APPROVE, team[3]),
        (V.NOTICE, team[0]),
    ):
        take(listing, verb, by)
    clock.put(at("2026-10-20 10:00"))
    take(listing, V.SCHEDULE, team[0])
    clock.put(at("2026-11-09 09:00"))
    sound_listings()
    return now_is(listing)


def test_t6_committees_are_proposed_by_the_rules_of_their_own_scheme(
    county: County, team: Team, committee: Body, scheme: Scheme
) -> None:
    own = listed.committees(county)
    period = frozen.frozen(own)
    listed.scored(period, committee, "95")
    (made,) = listed.of_rules(period, team[0])
    assert (made.kind, made.ground, made.about) == ("red", "high", committee)
    assert made.about_kind == "committee"
    with pytest.raises(Invalid) as wrong:
        proposed(scheme, team[0], body=committee)
    assert list(wrong.value.fields) == ["scheme"]
    with pytest.raises(Invalid):
        proposed(own, team[0], body=county.firm)


def test_a_committee_states_its_case_by_its_director_and_members(
    county: County, team: Team, committee: Body, director: User, people: People
) -> None:
    member = factories.person("member", "吴委员")
    appoint(member, by=CLOCK, office=Office.COMMITTEE_MEMBER, at=county.estate, from_on=BEGINNING)
    made = proposed(listed.committees(county), team[0], body=committee)
    take(made, V.SERVE, team[0])
    assert told("listing_served") == {"director"}
    for name in ("manager", "resident", "subdistrict"):
        refused(made, V.RECEIVE, people[name], NotAllowed)
    take(made, V.RECEIVE, director)
    take(made, V.STATE_CASE, member)
    assert now_is(made).state == "deciding"


def test_a_branch_states_its_case_by_its_secretary(
    county: County, team: Team, branch: Body, people: People, scheme: Scheme
) -> None:
    made = proposed(scheme, team[0], body=branch)
    assert made.about_kind == "branch"
    take(made, V.SERVE, team[0])
    assert told("listing_served") == {"branch"}
    for by in (people["manager"], people["dispatcher"]):
        refused(made, V.RECEIVE, by, NotAllowed)
    take(made, V.RECEIVE, people["branch"])
    take(made, V.STATE_CASE, people["branch"])
    assert now_is(made).state == "deciding"


def test_an_estate_states_its_case_by_its_firm_or_its_committee(
    county: County, team: Team, committee: Body, director: User, people: People, scheme: Scheme
) -> None:
    made = proposed(scheme, team[0], estate=county.estate)
    assert (made.body, made.about, made.about_kind) == (None, county.estate, "estate")
    take(made, V.SERVE, team[0])
    assert told("listing_served") == {"manager", "manager_grid", "director"}
    refused(made, V.RECEIVE, people["rival"], NotAllowed)
    take(made, V.RECEIVE, director)
    take(made, V.STATE_CASE, people["manager"])
    elsewhere = proposed(scheme, team[0], estate=county.other_estate)
    take(elsewhere, V.SERVE, team[0])
    refused(elsewhere, V.RECEIVE, people["manager"], NotAllowed)
    refused(elsewhere, V.RECEIVE, director, NotAllowed)


def test_whoever_is_tied_to_a_firm_or_committee_of_an_estate_takes_no_part_in_its_listing(
    county: County, team: Team, committee: Body, branch: Body, scheme: Scheme
) -> None:
    made = proposed(scheme, team[0], estate=county.estate)
    of_branch = proposed(scheme, team[0], body=branch)
    appoint(team[1], by=CLOCK, office=Office.FIRM_CLERK, at=county.firm, from_on=BEGINNING)
    appoint(team[2], by=CLOCK, office=Office.COMMITTEE_DIRECTOR, at=committee, from_on=BEGINNING)
    appoint(team[3], by=CLOCK, office=Office.BRANCH_SECRETARY, at=county.estate, from_on=BEGINNING)
    for by in team[1:3]:
        refused(made, V.SERVE, by, NotAllowed)
        with pytest.raises(NotAllowed):
            proposed(scheme, by, "red", estate=county.estate)
        assert not program(by).get("/api/v1/ratings/listings/?about=estate").json()["results"]
    refused(of_branch, V.SERVE, team[3], NotAllowed)
    take(of_branch, V.SERVE, team[0])
    assert Listing.objects.count() == 2


def test_one_listing_of_an_estate_is_under_way_for_each_list_and_it_is_on_one(
    county: County, team: Team, scheme: Scheme
) -> None:
    made = proposed(scheme, team[0], estate=county.estate)
    with pytest.raises(Conflict):
        proposed(scheme, team[1], estate=county.estate)
    with pytest.raises(WrongState):
        proposed(scheme, team[1], "red", estate=county.estate)
    for body in (county.firm, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            estate = county.estate if body else None
            Listing.objects.filter(pk=made.pk).update(body=body, estate=estate)


def test_what_is_no_estate_or_lies_elsewhere_is_not_listed(
    county: County, team: Team, scheme: Scheme
) -> None:
    far = Place.objects.create(kind=PlaceKind.ESTATE, code="990102001001001", name="远处")
    for about in (
        {"estate": county.community},
        {"estate": far},
        {"body": county.fire},
        {"body": county.firm, "estate": county.estate},
        {},
    ):
        with pytest.raises(Invalid):
            proposed(scheme, team[0], **about)
    assert not Listing.objects.exists()


def test_a_veto_of_a_committee_ends_its_red_listing(
    county: County, team: Team, committee: Body
) -> None:
    own = listed.committees(county)
    red = proposed(own, team[0], "red", body=committee)
    said: dict[str, Any] = {"document": "处理决定〔2026〕1号", "from_on": at("2026-10-12").date()}
    with pytest.raises(Invalid):
        record_veto(own, by=fresh(team[0]), body=county.firm, code="seal", **said)
    record_veto(own, by=fresh(team[0]), body=committee, code="seal", **said)
    assert now_is(red).state == "withdrawn"


def test_a4_a_beautiful_home_is_proposed_published_and_read_apart(
    client: Client, county: County, team: Team, scheme: Scheme, clock: Pretended
) -> None:
    client.force_login(team[0])
    address = f"{reverse('ratings:listing_propose')}?about=estate"
    said = {"kind": "red", "scheme": str(scheme.public_id), "of": "苑", **GROUNDS}
    factories.estate(county.community, 9, "海棠苑")
    several = client.post(address, said).content.decode()
    assert f"桂花苑（{county.estate.code}）" in several and "海棠苑" in several
    assert client.post(address, {**said, "of": "没有这个"}).status_code == 200
    assert not Listing.objects.exists()
    answer = client.post(address, {**said, "of": "桂花苑"}, follow=True)
    assert "小区" in answer.content.decode()
    made = published(Listing.objects.get(), team, clock)
    assert made.state == "published"
    link = Publication.objects.get()
    assert "美丽家园" in link.title and county.estate.code in link.text
    by_hand = listed.by_hand(scheme, team[0], county.firm, "red")
    client.logout()
    lists = reverse("ratings:published_list", args=[county.district.code, "red"])
    page = client.get(f"{lists}?about=estate").content.decode()
    assert "<h1" in page and "美丽家园" in page and "桂花苑" in page
    assert "桂花苑" not in client.get(f"{lists}?about=firm").content.decode()
    public = client.get(reverse("ratings:public_listing", args=[made.public_id])).content.decode()
    assert reverse("communities:place", args=[county.estate.code]) in public
    api = f"/api/v1/ratings/lists/{county.district.code}/red/"
    (row,) = program().get(f"{api}?about=estate").json()["results"]
    assert row["about"] == {"code": county.estate.code, "name": "桂花苑", "kind": "estate"}
    assert program().get(f"{api}?about=committee").json()["results"] == []
    feed = client.get(f"{lists}feed/?about=estate").content.decode()
    assert "<title>桂花苑</title>" in feed and "美丽家园" in feed
    assert by_hand.about_kind == "firm"


def test_a_page_about_a_committee_says_committee(
    client: Client, county: County, team: Team, committee: Body, director: User
) -> None:
    made = proposed(listed.committees(county), team[0], body=committee)
    take(made, V.SERVE, team[0])
    client.force_login(director)
    notice = client.get(reverse("ratings:listing_notice", args=[made.public_id])).content.decode()
    assert "桂花苑业委会" in notice
    assert "贵企业" not in notice and "物业服务企业黑榜" not in notice
    page = client.get(reverse("ratings:listing", args=[made.public_id])).content.decode()
    assert "评选材料" not in page, "evidence is the officers'"
    said = program(director).get(f"/api/v1/ratings/listings/{made.public_id}/")
    assert "评选材料" not in said.content.decode()
