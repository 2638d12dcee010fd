"""Whose a step is, and who keeps out of it."""

from datetime import date

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from communities.actions import appoint
from communities.models import Office
from ratings.models import Listing, Period, Scheme
from ratings.permissions.listings import refusal, who, why_not
from ratings.workflow import LAW, Hand, ListingState
from tests.complaints.walks import fresh
from tests.factories import BEGINNING, County
from tests.ratings import listed, town
from tests.ratings.listed import V, by_hand, now_is, refused, take, told, walked
from tests.ratings.settled import sheet

People = dict[str, User]
Team = list[User]
pytestmark = pytest.mark.django_db


# --- Who ---------------------------------------------------------------------------------


def test_whoever_proposed_decides_and_approves_nothing(
    black: Listing, county: County, team: Team
) -> None:
    walked(black, county, team, V.STATE_CASE)
    refused(black, V.DECIDE, team[0], NotAllowed)
    refused(black, V.DECIDE_AGAINST, team[0], NotAllowed)
    take(black, V.DECIDE, team[1])
    for officer in team[:2]:
        refused(black, V.APPROVE, officer, NotAllowed)
        refused(black, V.TURN_DOWN, officer, NotAllowed)
    take(black, V.APPROVE, team[2])
    refused(black, V.APPROVE, team[2], NotAllowed)
    assert now_is(black).state == ListingState.DECIDED
    take(black, V.APPROVE, team[3])
    assert now_is(black).state == ListingState.APPROVED


def test_two_approve_in_one_meeting(black: Listing, county: County, team: Team) -> None:
    walked(black, county, team, V.DECIDE)
    take(black, V.APPROVE, team[2])
    with pytest.raises(Invalid) as wrong:
        take(black, V.APPROVE, team[3], minutes="另一份纪要")
    assert "minutes" in wrong.value.fields
    with pytest.raises(Invalid):
        take(black, V.APPROVE, team[3], met_on=date(2027, 1, 1))
    assert now_is(black).state == ListingState.DECIDED


def test_whoever_holds_an_office_in_the_firm_takes_no_part(
    black: Listing, county: County, team: Team, people: People, scheme: Scheme
) -> None:
    both = team[3]
    appoint(both, by=CLOCK, office=Office.FIRM_CLERK, at=county.rival, from_on=BEGINNING)
    other = by_hand(scheme, team[0], county.rival)
    for verb in (V.SERVE, V.WITHDRAW):
        refused(other, verb, both, NotAllowed)
    with pytest.raises(NotAllowed):
        by_hand(scheme, both, county.rival, "red")
    take(black, V.SERVE, both)


def test_officers_who_assessed_the_firm_do_not_decide_on_it(
    scheme: Scheme, period: Period, county: County, team: Team
) -> None:

    listed.scored(period, county.firm, "40")
    sheet(period, county.estate, county.firm, team[1], "inspection", "onsite", {})
    (made,) = listed.of_rules(period, team[0])
    walked(made, county, team, V.STATE_CASE)
    refused(made, V.DECIDE, team[1], NotAllowed)
    take(made, V.DECIDE, team[2])


CAST = ("resident", "grid", "dispatcher", "subdistrict", "district", "far_district", "manager",
        "rival", "repairer", "auditor", "administrator")  # fmt: skip


def test_the_square_of_hands(county: County, people: People, team: Team, black: Listing) -> None:
    """Every step by everybody of the cast: only its hand is let, whatever the state."""
    assert refusal(CLOCK, black, V.DECIDE)
    officer = {Hand.OFFICER, Hand.DECIDER, Hand.APPROVER, Hand.OTHER}
    cast = {name: who(fresh(people[name]), [black]) for name in CAST if name in people}
    cast["officer"] = who(fresh(team[1]), [black])
    assert len(cast) > 8
    for verb, row in LAW.items():
        for name, one in cast.items():
            expected = {
                "manager": row.hand == Hand.CONCERNED,
                # The proposer: an officer, but none who is apart from it.
                "district": row.hand == Hand.OFFICER,
                "officer": row.hand in officer,
            }.get(name, False)
            may = not why_not(one, black, verb)
            assert may == (expected or row.hand == Hand.ANYBODY), (verb, name)


# --- Right in part -----------------------------------------------------------------------


def test_no_decision_while_a_correction_is_asked_for(
    scheme: Scheme, period: Period, county: County, team: Team
) -> None:

    listed.scored(period, county.firm, "40")
    wrong = sheet(period, county.estate, county.firm, county.people["subdistrict"], "inspection",
                  "onsite", {})  # fmt: skip
    town.card(period, county.estate, county.firm)
    (made,) = listed.of_rules(period, team[0])
    walked(made, county, team, V.STATE_CASE)
    with pytest.raises(Invalid):
        take(
            made, V.ASK_CORRECTION, team[0], sheet="00000000-0000-0000-0000-000000000000", text="x"
        )
    take(made, V.ASK_CORRECTION, team[0], sheet=str(wrong.public_id), text="消防通道一项有误")
    assert told("listing_correction_asked") == {county.people["subdistrict"].username}
    refused(made, V.DECIDE, team[1], WrongState)
    assert now_is(made).state == ListingState.DECIDING
