"""Proposing by the rules, and vetoes."""

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from ratings.actions.listing_alarms import sound_listings
from ratings.actions.vetoes import end_veto, record_veto
from ratings.models import Listing, Period, Publication, Scheme
from ratings.workflow import ListingState
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import frozen, listed
from tests.ratings.listed import V, by_hand, now_is, take, verbs

People = dict[str, User]
Team = list[User]
pytestmark = pytest.mark.django_db


def test_t6_the_rules_propose_from_frozen_scores_once(
    scheme: Scheme, period: Period, county: County, team: Team
) -> None:
    rest = frozen.firms(county, 3)
    listed.scored(period, county.firm, "95")
    listed.scored(period, county.rival, "41")
    for firm in rest:
        listed.scored(period, firm, "80")
    made = listed.of_rules(period, team[0])
    assert {(row.kind, row.body) for row in made} == {
        ("red", county.firm),
        ("black", county.rival),
    }
    assert all(row.card is not None and "分" in row.grounds or row.grounds for row in made)
    assert listed.of_rules(period, team[1]) == []
    with pytest.raises(NotAllowed):
        listed.of_rules(period, county.people["subdistrict"])


def test_nothing_is_proposed_before_scores_are_frozen(
    scheme: Scheme, period: Period, county: County, team: Team
) -> None:
    Period.objects.filter(pk=period.pk).update(state="open", frozen_at=None)
    with pytest.raises(WrongState):
        listed.of_rules(period, team[0])
    assert not Listing.objects.exists()


def test_a_red_listing_ends_the_day_a_veto_takes_effect(
    scheme: Scheme, county: County, team: Team, clock: Pretended
) -> None:
    code = scheme.versions.get().read.vetoes[0].code
    red = by_hand(scheme, team[0], county.firm, "red")
    take(red, V.PUT_FORWARD, team[0])
    record_veto(scheme, by=fresh(team[0]), body=county.firm, code=code,
                document="红行罚〔2026〕7号", from_on=date(2026, 10, 14))  # fmt: skip
    assert now_is(red).state == ListingState.DECIDING
    clock.put(at("2026-10-14 00:00"))
    assert (sound_listings(), now_is(red).state) == (1, "withdrawn")
    with pytest.raises(WrongState):
        by_hand(scheme, team[0], county.firm, "red")


def test_a_published_red_listing_ends_with_the_veto_in_the_chain(
    scheme: Scheme, county: County, team: Team, clock: Pretended
) -> None:
    red = by_hand(scheme, team[0], county.firm, "red")
    take(red, V.PUT_FORWARD, team[0])
    take(red, V.DECIDE, team[1])
    take(red, V.APPROVE, team[2])
    take(red, V.APPROVE, team[3])
    take(red, V.NOTICE, team[0])
    clock.put(at("2026-10-20 10:00"))
    take(red, V.SCHEDULE, team[0])
    clock.put(at("2026-11-09 09:00"))
    sound_listings()
    assert now_is(red).state == ListingState.PUBLISHED
    code = scheme.versions.get().read.vetoes[0].code
    veto = record_veto(scheme, by=fresh(team[0]), body=county.firm, code=code,
                       document="红行罚〔2026〕7号", from_on=date(2026, 11, 9))  # fmt: skip
    assert now_is(red).state == ListingState.WITHDRAWN
    assert verbs(red)[-1] == "veto_ends"
    assert Publication.objects.order_by("-sequence")[0].kind == "listing_end"
    with pytest.raises(Conflict):
        record_veto(scheme, by=fresh(team[0]), body=county.firm, code=code,
                    document="红行罚〔2026〕7号", from_on=date(2026, 11, 9))  # fmt: skip
    end_veto(veto, by=fresh(team[0]), until_on=date(2026, 11, 30))


@pytest.mark.parametrize(
    "said", [{"code": "none"}, {"document": " "}, {"until_on": date(2026, 1, 1)}]
)
def test_a_veto_needs_an_item_and_a_document(
    scheme: Scheme, county: County, team: Team, said: dict[str, Any]
) -> None:
    code = scheme.versions.get().read.vetoes[0].code
    usual: dict[str, Any] = {"code": code, "document": "判决书", "from_on": date(2026, 10, 1)}
    with pytest.raises(Invalid):
        record_veto(scheme, by=fresh(team[0]), body=county.firm, **{**usual, **said})
    with pytest.raises(NotAllowed):
        record_veto(scheme, by=county.people["subdistrict"], body=county.firm, **usual)


def test_a_veto_proposes_whatever_the_score(
    scheme: Scheme, period: Period, county: County, team: Team
) -> None:
    code = scheme.versions.get().read.vetoes[0].code
    listed.scored(period, county.firm, "97")
    record_veto(scheme, by=fresh(team[0]), body=county.firm, code=code,
                document="红行罚〔2026〕7号", from_on=date(2026, 10, 1))  # fmt: skip
    (made,) = listed.of_rules(period, team[0])
    assert (made.kind, made.ground) == ("black", "veto")
    assert "红行罚〔2026〕7号" in made.grounds


def test_two_periods_at_the_bottom_propose(scheme: Scheme, county: County, team: Team) -> None:
    lists = {**scheme.versions.get().terms["lists"], "black_under": "60", "bottom_under": "70",
             "bottom_share": "0.25", "black_share": "0.25", "bottom_periods": 2}  # fmt: skip
    bottom = frozen.quarterly(county.district, "末位", lists=lists)
    before = frozen.frozen(bottom, date(2026, 4, 1))
    this = frozen.frozen(bottom, date(2026, 7, 1))
    rest = frozen.firms(county, 3)
    for period in (before, this):
        listed.scored(period, county.firm, "65")
        for firm in rest:
            listed.scored(period, firm, "85")
    assert listed.of_rules(before, team[0]) == []
    (made,) = listed.of_rules(this, team[0])
    assert (made.body, made.ground) == (county.firm, "bottom")
