"""The life of a listing: every step, the clock, one at a time and for ever."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from common.errors import Conflict, NotAllowed, WrongState
from ratings.actions.listing_alarms import sound_listings
from ratings.models import Listing, Publication, Scheme
from ratings.queries.listings import seen
from ratings.workflow import ListingState
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import listed
from tests.ratings.listed import V, by_hand, now_is, refused, take, told, verbs, walked

People = dict[str, User]
Team = list[User]
pytestmark = pytest.mark.django_db


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
