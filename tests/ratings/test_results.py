"""The use of results: recommended on a ground, told, answered. Nothing follows by itself."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import QuerySet
from django.http import Http404

from accounts.models import AuditEntry, User
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from common.now import today
from communities.actions import record_interest
from communities.models import PoolMembership
from notifications.models import Notification
from ratings.actions import results
from ratings.actions.results import Votes
from ratings.models import Outcome, Recommendation, Scorecard
from ratings.queries import results as queries
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings.granted import advised, committee, ending, on_list, scored
from tests.ratings.listed import officers

People = dict[str, User]
pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-10-12 10:00"))]


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


def told(kind: str) -> set[str]:
    rows = Notification.objects.filter(kind=kind)
    return set(rows.values_list("to__username", flat=True))


def said(row: Recommendation, by: User, result: str = "followed", **more: object) -> Outcome:
    words: dict[str, object] = {
        "on": today(),
        "text": "业主大会已召开。",
        "said_by": "桂花苑业主委员会，会议纪要3号",
        **more,
    }
    return results.record_outcome(row, by=fresh(by), result=result, **words)  # type: ignore[arg-type]


def late(user: User) -> "QuerySet[Recommendation]":
    return queries.late(queries.under(fresh(user)))


VOTE = Votes(
    votes_for=120,
    votes_against=60,
    votes_abstained=10,
    votes_whole=240,
    area_for=Decimal("12000.50"),
    area_against=Decimal("6000.00"),
    area_abstained=Decimal("999.50"),
    area_whole=Decimal("24000.00"),
)


def test_w7_a_bad_quarter_becomes_advice_not_to_renew_and_what_became_of_it_stays(
    county: County, people: People
) -> None:
    contract, to = ending(county), committee(county)
    listing = on_list(county)
    row = advised(
        county, people["subdistrict"], listing, advice="not_renew", addressee="committee",
        text="列入黑榜，建议到期不再续聘。",
    )  # fmt: skip
    assert (row.listing, row.contract, row.to) == (listing, contract, to)
    assert told("advice_given") == {"manager", "manager_grid"}
    made = said(row, people["subdistrict"], "not_followed", text="业主大会决定续聘。")
    assert queries.last(Recommendation.objects.get()) == made
    assert "subdistrict" not in told("advice_answered")
    contract.refresh_from_db()
    assert contract.ending == "", "it is recorded, not executed"


def test_w4_the_pool_is_entered_on_a_red_listing_by_whoever_may_decide_on_it(
    county: County, people: People
) -> None:
    row = advised(
        county, people["district"], on_list(county, "red"), advice="enter_pool",
        addressee="register",
    )  # fmt: skip
    assert row.place == county.district
    assert not PoolMembership.objects.exists(), "nothing follows by itself"
    said(row, people["district"], text="社会责任突出，入库。")
    member = PoolMembership.objects.get()
    assert (member.firm, member.from_on, member.grounds) == (
        county.firm, today(), "社会责任突出，入库。",
    )  # fmt: skip
    with pytest.raises(WrongState):
        said(row, people["district"], "not_followed", because="弄错了")
    assert Outcome.objects.count() == 1


def test_out_of_the_pool_goes_by_the_pools_own_verb(county: County, people: People) -> None:
    row = advised(
        county, people["district"], on_list(county), advice="leave_pool", addressee="register"
    )
    with pytest.raises(WrongState):
        said(row, people["district"])
    assert not Outcome.objects.exists()
    PoolMembership.objects.create(
        firm=county.firm, from_on=today() - timedelta(days=9), grounds="优"
    )
    said(row, people["district"], text="列入黑榜，出库。")
    assert PoolMembership.objects.get().left_grounds == "列入黑榜，出库。"


def test_on_the_pool_the_subdistrict_neither_recommends_nor_says(
    county: County, people: People
) -> None:
    ground = on_list(county, "red")
    words = {"advice": "enter_pool", "addressee": "register"}
    with pytest.raises(NotAllowed):
        advised(county, people["subdistrict"], ground, **words)
    assert not Recommendation.objects.exists()
    row = advised(county, people["district"], ground, **words)
    with pytest.raises(NotAllowed):
        said(row, people["subdistrict"])
    assert not PoolMembership.objects.exists()


@pytest.mark.parametrize(
    "name", ["resident", "dispatcher", "manager", "committee", "far_district", "auditor"]
)
def test_nobody_but_officers_above_the_estate_recommends(
    county: County, people: People, name: str
) -> None:
    with pytest.raises(NotAllowed):
        advised(county, people[name], on_list(county))
    assert not Recommendation.objects.exists()
    assert not Notification.objects.filter(kind="advice_given").exists()


def test_an_officer_tied_to_the_firm_takes_no_part(county: County, people: People) -> None:
    listing, other = on_list(county), officers(county, 1)[-1]
    row = advised(county, other, listing)
    record_interest(
        people["district"], by=people["district"], firm=county.firm, kind="relative"
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        advised(county, people["district"], listing, advice="leave_pool", addressee="register")
    for verb in (
        lambda: said(row, people["district"], "not_followed"),
        lambda: results.withdraw_recommendation(row, by=fresh(people["district"]), because="x"),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert Recommendation.objects.count() == 1
    assert not Outcome.objects.exists()


def test_the_ground_is_the_firms_own_in_force_here_and_speaks_that_way(
    county: County, people: People
) -> None:
    ending(county)
    gone = on_list(county)
    gone.state, gone.ended_at = "withdrawn", gone.published_at
    gone.save()
    red, black = on_list(county, "red"), on_list(county)
    others = on_list(county, firm=county.rival)
    for ground, advice in ((others, "vote"), (gone, "vote"), (red, "vote"), (black, "renew")):
        with pytest.raises(Invalid) as refusal:
            advised(county, people["district"], ground, advice=advice)
        assert "ground" in refusal.value.fields
    with pytest.raises(WrongState):
        advised(county, people["district"], red, advice="renew")
    assert not Recommendation.objects.exists()


def test_a_score_is_a_ground_with_its_band_and_blank_is_none(
    county: County, people: People
) -> None:
    card = scored(county)
    row = advised(county, people["subdistrict"], card)
    assert row.card == card
    blank = scored_blank(county, card)
    with pytest.raises(Invalid):
        advised(county, people["district"], blank, advice="leave_pool", addressee="register")
    assert Recommendation.objects.count() == 1


def scored_blank(county: County, given: Scorecard) -> Scorecard:
    return Scorecard.objects.create(
        period=given.period, version=given.version, body=county.firm, estate=county.other_estate,
        inputs={}, working={}, frozen_at=given.frozen_at,
    )  # fmt: skip


def test_addressee_and_deadline_fit_the_estate_and_its_contract(
    county: County, people: People
) -> None:
    listing = on_list(county)
    wrong: tuple[tuple[str, dict[str, object]], ...] = (
        ("addressee", {"addressee": "committee"}),  # there is none
        ("addressee", {"addressee": "register"}),
        ("addressee", {"addressee": "firm"}),
        ("due_on", {"due_on": today()}),
        ("estate", {"estate": county.other_estate}),  # served by another
        ("estate", {"estate": None}),
        ("estate", {"advice": "not_renew"}),  # without end
        ("text", {"text": " "}),
        ("advice", {"advice": "expel"}),
    )
    for field, more in wrong:
        with pytest.raises(Invalid) as refusal:
            advised(county, people["district"], listing, **more)
        assert field in refusal.value.fields, more
    ending(county, days=20)
    with pytest.raises(Invalid) as refusal:
        advised(county, people["district"], listing, advice="not_renew")
    assert "due_on" in refusal.value.fields
    assert not Recommendation.objects.exists()


def test_the_same_is_recommended_again_once_the_first_is_answered(
    county: County, people: People
) -> None:
    listing = on_list(county)
    row = advised(county, people["district"], listing)
    with pytest.raises(Conflict):
        advised(county, people["subdistrict"], listing)
    said(row, people["district"], "not_followed")
    advised(county, people["subdistrict"], listing)
    assert Recommendation.objects.count() == 2


def test_a_vote_that_was_held_has_its_numbers(county: County, people: People) -> None:
    row = advised(county, people["district"], on_list(county))
    with pytest.raises(Invalid) as refusal:
        said(row, people["district"])
    assert set(refusal.value.fields) == {"votes_for", "votes_against", "votes_abstained"}
    too_many = Votes(votes_for=120, votes_against=60, votes_abstained=10, votes_whole=189)
    with pytest.raises(Invalid) as refusal:
        said(row, people["district"], votes=too_many)
    assert set(refusal.value.fields) == {"votes_whole"}
    half = Votes(votes_for=1, votes_against=0, votes_abstained=0, area_for=Decimal(90))
    with pytest.raises(Invalid) as refusal:
        said(row, people["district"], votes=half)
    assert set(refusal.value.fields) == {"area_against", "area_abstained"}
    assert not Outcome.objects.exists()
    made = said(row, people["district"], votes=VOTE)
    shown = queries.shares(made)
    assert [side.votes for side in shown] == [120, 60, 10]
    assert {side.votes_whole for side in shown} == {240}
    assert shown[0].area == Decimal("12000.50")


def test_an_outcome_is_corrected_by_another_that_says_why(county: County, people: People) -> None:
    row = advised(county, people["district"], on_list(county))
    with pytest.raises(WrongState):
        said(row, people["district"], "not_followed", because="没有可更正的")
    first = said(row, people["district"], "not_followed")
    with pytest.raises(WrongState):
        said(row, people["district"], votes=VOTE)
    second = said(row, people["district"], votes=VOTE, because="会议纪要补报")
    assert list(Outcome.objects.order_by("pk")) == [first, second]
    assert queries.last(Recommendation.objects.get()) is not None
    with pytest.raises(TypeError):
        first.save()
    with pytest.raises(TypeError):
        Outcome.objects.filter(pk=first.pk).delete()


def test_an_outcome_is_of_a_day_since_and_not_to_come(
    county: County, people: People, clock: Pretended
) -> None:
    row = advised(county, people["district"], on_list(county))
    for on in (today() - timedelta(days=1), today() + timedelta(days=1)):
        with pytest.raises(Invalid) as refusal:
            said(row, people["district"], "not_followed", on=on)
        assert "on" in refusal.value.fields
    assert not Outcome.objects.exists()


def test_what_is_due_without_an_outcome_is_the_officers_alarm(
    county: County, people: People, clock: Pretended
) -> None:
    row = advised(county, people["subdistrict"], on_list(county))
    clock.put(at("2026-11-11 23:59"))
    assert not late(people["subdistrict"]).exists(), "the last day is still in time"
    clock.put(at("2026-11-12 00:00"))
    for name in ("subdistrict", "district"):
        assert list(late(people[name])) == [row]
    for name in ("far_district", "dispatcher", "manager"):
        assert not late(people[name]).exists()
    said(row, people["subdistrict"], "not_followed")
    assert not late(people["district"]).exists()


def test_one_that_is_withdrawn_waits_no_longer(county: County, people: People) -> None:
    row = advised(county, people["district"], on_list(county))
    with pytest.raises(Invalid):
        results.withdraw_recommendation(row, by=fresh(people["district"]), because=" ")
    results.withdraw_recommendation(row, by=fresh(people["district"]), because="黑榜已撤销")
    with pytest.raises(WrongState):
        said(row, people["district"], "not_followed")
    with pytest.raises(WrongState):
        results.withdraw_recommendation(row, by=fresh(people["district"]), because="再次")
    assert not Outcome.objects.exists()
    assert told("advice_withdrawn") >= {"manager"}
    assert queries.about(county.estate, None) == []


def test_what_rests_on_something_published_is_everybodys_the_rest_of_those_it_concerns(
    county: County, people: People
) -> None:
    card = scored(county)
    row = advised(county, people["district"], card)
    for name in ("district", "subdistrict", "dispatcher", "manager", "auditor"):
        assert queries.one_seen(fresh(people[name]), row.public_id) == row
    for user in (None, people["resident"], people["rival"], people["far_dispatcher"]):
        with pytest.raises(Http404):
            queries.one_seen(user and fresh(user), row.public_id)
    card.period.state = "published"
    card.period.save()
    assert queries.one_seen(None, row.public_id) == row


def test_the_committee_reads_what_is_addressed_to_it(county: County, people: People) -> None:
    ending(county)
    committee(county)
    row = advised(
        county, people["district"], scored(county), advice="not_renew", addressee="committee"
    )
    assert queries.one_seen(fresh(people["committee"]), row.public_id) == row


def test_each_verb_is_on_record_without_names(county: County, people: People) -> None:
    row = advised(county, people["district"], on_list(county))
    said(row, people["district"], "not_followed")
    kept = AuditEntry.objects.filter(target=str(row.public_id))
    assert set(kept.values_list("verb", flat=True)) == {"recommend", "record_outcome"}
    facts = "".join(str(entry.facts) for entry in kept)
    assert county.firm.code in facts
    assert "桂花苑业主委员会" not in facts
