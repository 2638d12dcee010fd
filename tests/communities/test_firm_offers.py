"""What firms offer and residents need, and the preferred pool."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from communities import actions
from communities.models import Body, Need, Offer, PoolMembership, ServiceKind
from communities.queries import firms as queries
from tests.factories import County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-03-16 12:00"))]
TODAY = date(2026, 3, 16)
DAY = timedelta(days=1)


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


# --- Offers and needs --------------------------------------------------------------------


def offer(firm: Body, by: Any, kind: str = ServiceKind.CANTEEN) -> Offer:
    return actions.offer_service(firm, by=by, kind=kind, name="长者食堂", standard="每日午餐")


def need(county: County, by: Any) -> Need:
    return actions.raise_need(
        county.estate, by=by, kind=ServiceKind.CANTEEN, text="独居老人要吃午饭"
    )


def test_a_need_finds_the_firms_that_offer_it_and_one_takes_it_on(
    county: County, people: People
) -> None:
    wanted = need(county, people["dispatcher"])
    (match,) = queries.matched([wanted], None, TODAY)
    assert match.offers == []
    offered = offer(county.rival, people["rival"])
    offer(county.firm, people["manager"], ServiceKind.REPAIR)
    (match,) = queries.matched([wanted], people["rival"], TODAY)
    assert (match.offers, match.keeps, match.own) == ([offered], False, True)
    with pytest.raises(Invalid):
        actions.meet_need(wanted, by=people["dispatcher"], firm=county.firm)
    with pytest.raises(NotAllowed):
        actions.meet_need(wanted, by=people["manager"], firm=county.rival)
    wanted.refresh_from_db()
    assert wanted.met_by is None
    actions.meet_need(wanted, by=people["rival"], firm=county.rival)
    assert not queries.open_needs().exists()
    with pytest.raises(WrongState):
        actions.lapse_need(wanted, by=people["dispatcher"])


def test_a_firm_offers_for_itself_under_a_written_standard(county: County, people: People) -> None:
    for who in ("rival", "repairer", "dispatcher", "resident"):
        with pytest.raises(NotAllowed):
            offer(county.firm, people[who])
    with pytest.raises(Invalid) as refusal:
        actions.offer_service(
            county.firm, by=people["manager"], kind="canteen", name="食堂", standard=" "
        )
    assert set(refusal.value.fields) == {"standard"}
    assert not Offer.objects.exists()
    made = offer(county.firm, people["district"])
    actions.end_offer(made, by=people["manager"], on=TODAY + DAY)
    with pytest.raises(WrongState):
        actions.end_offer(made, by=people["manager"], on=TODAY + 2 * DAY)


def test_needs_are_raised_and_lapse_by_the_estates_desk_alone(
    county: County, people: People
) -> None:
    for who in ("manager", "far_dispatcher", "resident"):
        with pytest.raises(NotAllowed):
            need(county, people[who])
    wanted = need(county, people["dispatcher"])
    with pytest.raises(Invalid):
        need(county, people["dispatcher"])
    with pytest.raises(NotAllowed):
        actions.lapse_need(wanted, by=people["manager"])
    assert actions.lapse_need(wanted, by=people["dispatcher"]).lapsed_on == TODAY


# --- The preferred pool ------------------------------------------------------------------


def test_a_district_officer_decides_on_the_pool_with_grounds(
    county: County, people: People
) -> None:
    told: dict[str, Any] = {"from_on": TODAY, "grounds": "免费接管两个老旧小区"}
    for who in ("manager", "dispatcher", "subdistrict", "far_district"):
        with pytest.raises(NotAllowed):
            actions.enter_pool(county.firm, by=people[who], **told)
    with pytest.raises(Invalid):
        actions.enter_pool(county.firm, by=people["district"], from_on=TODAY, grounds="")
    assert not PoolMembership.objects.exists()
    member = actions.enter_pool(county.firm, by=people["district"], **told)
    assert list(queries.firm_list(TODAY, pool=True)) == [county.firm]
    with pytest.raises(Invalid):
        actions.enter_pool(county.firm, by=people["district"], **told)
    actions.leave_pool(member, by=people["district"], on=TODAY + DAY, grounds="年度考核不合格")
    assert list(queries.firm_list(TODAY + DAY, pool=True)) == []
    with pytest.raises(WrongState):
        actions.leave_pool(member, by=people["district"], on=TODAY + 2 * DAY, grounds="再次")
