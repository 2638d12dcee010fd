"""Public notices, objections, publication at a set time."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from common.errors import Invalid, NotAllowed, TooMany, WrongState
from ratings.actions import objections
from ratings.actions.listing_alarms import sound_listings
from ratings.models import Listing, Objection, Publication
from ratings.workflow import ListingState
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import listed
from tests.ratings.listed import V, now_is, refused, take, walked

People = dict[str, User]
Team = list[User]
pytestmark = pytest.mark.django_db


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


def test_who_objected_is_forgotten_some_time_after_the_listing_has_ended(
    black: Listing, county: County, team: Team, people: People, clock: Pretended, settings: Any
) -> None:
    walked(black, county, team, V.NOTICE)
    made = listed.objected(black)
    clock.put(at("2027-09-01 10:00"))
    assert objections.forget_objectors() == 0, "it is still under way"
    clock.put(at("2026-10-14 10:00"))
    objections.answer_objection(made, by=fresh(team[1]), answer="属实", upheld=True)
    clock.put(at("2026-10-14 10:00") + timedelta(days=settings.OBJECTORS_KEPT_DAYS))
    assert objections.forget_objectors() == 0
    settings.OBJECTORS_KEPT_DAYS = 20
    assert (objections.forget_objectors(), objections.forget_objectors()) == (1, 0)
    made.refresh_from_db()
    assert (made.name, made.phone, made.text, made.answer) == ("", "", "事实有误", "属实")
