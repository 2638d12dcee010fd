"""The life of a listing: proposed, served, stated, decided, approved, noticed, published, ended."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import Conflict, Invalid, NotAllowed, TooMany, WrongState
from communities.actions import appoint
from communities.models import Office
from notifications.models import Notification
from ratings.actions import objections
from ratings.actions.listing_alarms import sound_listings
from ratings.actions.vetoes import end_veto, record_veto
from ratings.models import Listing, ListingStep, Objection, Period, Publication, Scheme
from ratings.permissions.listings import refusal, who, why_not
from ratings.queries.listings import seen
from ratings.workflow import LAW, Hand, ListingState, ListingVerb
from tests.complaints.walks import fresh
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at
from tests.ratings import frozen, listed, town
from tests.ratings.listed import V, by_hand, officers, take, walked
from tests.ratings.settled import sheet

People = dict[str, User]
Team = list[User]
pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[Pretended]:
    """A Monday after the autumn holidays; Sundays and Saturdays rest."""
    moved = Pretended(at("2026-10-12 10:00"))
    yield moved
    moved.stop()


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


@pytest.fixture
def team(county: County, people: People) -> Team:
    return officers(county)


@pytest.fixture
def scheme(county: County, people: People) -> Scheme:
    return listed.scheme(county)


@pytest.fixture
def period(scheme: Scheme) -> Period:
    return frozen.frozen(scheme)


@pytest.fixture
def black(scheme: Scheme, team: Team, county: County) -> Listing:
    return by_hand(scheme, team[0], county.firm)


def now_is(listing: Listing) -> Listing:
    return Listing.objects.get(pk=listing.pk)


def verbs(listing: Listing) -> list[str]:
    return list(listing.steps.order_by("pk").values_list("verb", flat=True))


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("to__username", flat=True))


def refused(listing: Listing, verb: ListingVerb, by: User, why: type[Exception]) -> None:
    """Refused, and nothing has changed."""
    before = (now_is(listing).state, ListingStep.objects.count(), Notification.objects.count())
    with pytest.raises(why):
        take(listing, verb, by)
    after = (now_is(listing).state, ListingStep.objects.count(), Notification.objects.count())
    assert after == before


# --- The whole life ----------------------------------------------------------------------


def test_w7_a_black_listing_goes_all_the_way_and_is_repaired(
    black: Listing, county: County, people: People, team: Team, clock: Pretended
) -> None:
    walked(black, county, team, V.NOTICE)
    assert now_is(black).due_at == at("2026-10-20")  # five working days of notice
    clock.put(at("2026-10-20 00:05"))
    assert sound_listings() == 1
    assert now_is(black).state == ListingState.CLEARED
    take(black, V.SCHEDULE, team[0])
    clock.put(at("2026-11-09 08:59"))
    assert (sound_listings(), Publication.objects.count()) == (0, 0)
    clock.put(at("2026-11-09 09:00"))
    assert (sound_listings(), sound_listings()) == (1, 0)
    found = now_is(black)
    assert (found.state, found.until_on) == ("published", date(2027, 2, 9))
    assert Publication.objects.get().kind == "listing"
    refused(black, V.ASK_REPAIR, people["manager"], WrongState)  # the minimum period runs
    clock.put(at("2026-12-09 10:00"))
    take(black, V.ASK_REPAIR, people["manager"])
    take(black, V.REFUSE_REPAIR, team[0])
    refused(black, V.REPAIR, team[0], WrongState)
    take(black, V.ASK_REPAIR, people["manager"])
    take(black, V.REPAIR, team[0])
    assert now_is(black).state == ListingState.REPAIRED
    assert list(Publication.objects.order_by("sequence").values_list("kind", flat=True)) == [
        "listing",
        "listing_end",
    ]
    assert "58分" not in Publication.objects.order_by("sequence")[0].text


def test_what_is_not_repaired_expires_on_its_day(
    black: Listing, county: County, team: Team, clock: Pretended
) -> None:
    walked(black, county, team, V.NOTICE)
    clock.put(at("2026-10-20 00:05"))
    sound_listings()
    take(black, V.SCHEDULE, team[0])
    clock.put(at("2026-11-09 09:00"))
    sound_listings()
    clock.put(at("2027-02-09 00:00"))
    assert (sound_listings(), sound_listings()) == (1, 0)
    assert now_is(black).state == ListingState.EXPIRED
    assert Publication.objects.count() == 2


def test_bracketed_steps_are_taken_where_the_scheme_has_them(
    county: County, team: Team, clock: Pretended
) -> None:
    full = listed.scheme(county, joint_check=True, interview=True, legal_review=True)
    made = by_hand(full, team[0], county.firm)
    refused(made, V.SERVE, team[0], WrongState)
    refused(made, V.RECHECK, team[0], WrongState)
    for verb in (V.JOINT_CHECK, V.INTERVIEW, V.RECHECK):
        take(made, verb, team[0])
    walked(made, county, team, V.DECIDE)
    refused(made, V.APPROVE, team[2], WrongState)
    refused(made, V.LEGAL_REVIEW, team[0], NotAllowed)
    take(made, V.LEGAL_REVIEW, team[3])
    take(made, V.APPROVE, team[2])


def test_steps_the_scheme_has_not_are_not_there(black: Listing, team: Team) -> None:
    for verb in (V.JOINT_CHECK, V.INTERVIEW, V.LEGAL_REVIEW):
        refused(black, verb, team[3], WrongState)


# --- Deadlines ---------------------------------------------------------------------------


def test_the_statement_has_five_working_days_from_the_receipt(
    black: Listing, county: County, people: People, team: Team, clock: Pretended
) -> None:
    walked(black, county, team, V.RECEIVE)
    assert now_is(black).due_at == at("2026-10-20")
    clock.put(at("2026-10-19 23:59"))
    assert sound_listings() == 0
    clock.put(at("2026-10-20 00:00"))
    refused(black, V.STATE_CASE, people["manager"], WrongState)
    assert (sound_listings(), sound_listings()) == (1, 0)
    found = now_is(black)
    assert (found.state, found.due_at) == ("deciding", at("2026-11-03"))


def test_a_late_decision_is_recorded_once_and_told(
    black: Listing, county: County, team: Team, clock: Pretended
) -> None:
    walked(black, county, team, V.STATE_CASE)
    assert now_is(black).due_at == at("2026-10-27")
    clock.put(at("2026-10-29 10:00"))
    assert (sound_listings(), sound_listings()) == (1, 0)
    late = black.steps.get(verb=V.LATE)
    assert late.at == at("2026-10-27")
    assert told("late_listing") == {officer.username for officer in team}
    take(black, V.DECIDE, team[1])
    assert verbs(black).count("late") == 1


def test_a_decision_after_its_time_is_late_though_no_sweep_ran(
    black: Listing, county: County, team: Team, clock: Pretended
) -> None:
    walked(black, county, team, V.STATE_CASE)
    clock.put(at("2026-10-29 10:00"))
    take(black, V.DECIDE, team[1])
    assert verbs(black)[-2:] == ["late", "decide"]


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


# --- Public notice and objections --------------------------------------------------------


def test_an_objection_stops_publication_until_it_is_answered(
    black: Listing, county: County, team: Team, clock: Pretended
) -> None:
    with pytest.raises(WrongState):
        objections.object_to(black, text="不服", name="王", phone="13800000000")
    walked(black, county, team, V.NOTICE)
    with pytest.raises(Invalid) as wrong:
        objections.object_to(black, text="事实有误", name=" ", phone="12")
    assert set(wrong.value.fields) == {"name", "phone"}
    made = objections.object_to(black, text="事实有误", name="王某", phone="138-0000-0000")
    with pytest.raises(TooMany):
        objections.object_to(black, text="再说一次", name="王某", phone="13800000000")
    clock.put(at("2026-10-22 09:00"))
    assert sound_listings() == 0
    refused(black, V.SCHEDULE, team[0], WrongState)
    with pytest.raises(NotAllowed):
        objections.answer_objection(made, by=fresh(team[0]), answer="不成立", upheld=False)
    with pytest.raises(Invalid):
        objections.answer_objection(made, by=fresh(team[1]), answer=" ", upheld=False)
    objections.answer_objection(made, by=fresh(team[1]), answer="经核实不成立", upheld=False)
    with pytest.raises(WrongState):
        objections.answer_objection(made, by=fresh(team[2]), answer="又答", upheld=True)
    assert (sound_listings(), now_is(black).state) == (1, "cleared")


def test_an_objection_that_is_right_ends_the_listing(
    black: Listing, county: County, team: Team
) -> None:
    walked(black, county, team, V.NOTICE)
    made = objections.object_to(black, text="事实有误", name="王某", phone="13800000000")
    objections.answer_objection(made, by=fresh(team[1]), answer="属实", upheld=True)
    assert now_is(black).state == ListingState.NOT_LISTED
    assert Objection.objects.get().upheld
    assert Publication.objects.count() == 0


def test_a_publication_is_set_for_a_time_to_come_under_a_number(
    black: Listing, county: County, team: Team, clock: Pretended
) -> None:
    walked(black, county, team, V.NOTICE)
    clock.put(at("2026-10-20 10:00"))
    for said in ({"document_number": " "}, {"publish_at": at("2026-10-20 09:00")}):
        with pytest.raises(Invalid) as wrong:
            take(black, V.SCHEDULE, team[0], **said)
        assert set(wrong.value.fields) == set(said)
    assert now_is(black).state == ListingState.NOTICED
    assert now_is(black).document_number == ""


# --- Proposing by the rules, and vetoes --------------------------------------------------


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


# --- One at a time, and for ever ---------------------------------------------------------


def test_one_listing_under_way_for_each_list(
    black: Listing, scheme: Scheme, county: County, team: Team
) -> None:
    with pytest.raises(Conflict):
        by_hand(scheme, team[1], county.firm)
    with pytest.raises(WrongState):
        by_hand(scheme, team[1], county.firm, "red")
    assert Listing.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.filter(pk=black.pk).update(state="published")


def test_what_happened_is_appended_and_never_edited(black: Listing) -> None:
    step = black.steps.get()
    for change in (step.save, step.delete, black.steps.all().delete):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(TypeError):
        black.steps.all().update(text="x")


def test_the_firm_is_told_and_reads_nothing_before_the_notice(
    black: Listing, county: County, people: People, team: Team
) -> None:

    def reads(name: str) -> bool:
        return seen(fresh(people[name])).filter(pk=black.pk).exists()

    readers = {"district", "auditor"}
    names = ("manager", "rival", "resident", "subdistrict", "district", "auditor", "far_district")
    assert {name for name in names if reads(name)} == readers
    take(black, V.SERVE, team[0])
    assert {name for name in names if reads(name)} == {*readers, "manager"}
    assert "manager" in told("listing_served")


def test_the_black_list_ends_what_is_under_way_for_the_red_one(
    scheme: Scheme, county: County, team: Team, clock: Pretended
) -> None:
    red = by_hand(scheme, team[0], county.firm, "red")
    black = by_hand(scheme, team[0], county.firm)
    walked(black, county, team, V.NOTICE)
    clock.put(at("2026-10-20 10:00"))
    take(black, V.SCHEDULE, team[0])
    clock.put(at("2026-11-09 09:00"))
    sound_listings()
    assert (now_is(black).state, now_is(red).state) == ("published", "withdrawn")
