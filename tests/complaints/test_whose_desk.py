"""Referring up, vacancy, and in which office somebody signs."""

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import NotAllowed
from communities.actions import appoint, recode_place
from communities.models import DESK_BODIES, Appointment, Body, Office
from complaints import actions
from complaints.models import Audience, Event, Statement
from complaints.permissions import parties
from complaints.workflow import Party, Stage, Status, Verb
from notifications.models import Notification
from tests import factories
from tests.complaints.desks import last_event, of
from tests.complaints.walks import (
    BYPASS,
    again,
    complaint_at,
    do,
    fresh,
    report,
    untouched,
)
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db


def leave(user: User) -> None:
    """Everybody may leave: the office stays, the chair is empty."""
    Appointment.objects.filter(user=user).delete()


# --- the desk: referring up, vacancy -----------------------------------------------------


def test_referring_up_moves_the_desk_and_the_deadlines_run_on(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    before = [row.due_at for row in order.deadlines.all()]
    clock.forward(hours=1)
    order = actions.refer_up(order, by=people["dispatcher"], note="需要街道协调")
    assert (order.status, order.desk) == (Status.REPORTED, county.subdistrict)
    assert [row.due_at for row in order.deadlines.all()] == before
    assert {row.held_by for row in order.deadlines.all()} == {county.subdistrict_office}
    assert last_event(order).facts == {"desk": "梅江街道"}
    assert Party.DESK not in parties(people["dispatcher"], order)
    with untouched(order), pytest.raises(NotAllowed):
        actions.inspect(order, by=people["dispatcher"])


def test_what_was_late_before_referring_up_stays_the_communitys(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    clock.forward(hours=4)
    order = actions.refer_up(order, by=people["dispatcher"], note="需要街道协调")
    (inspection,) = of(order, Stage.INSPECT)
    assert inspection.held_by == county.subdistrict_office
    assert [breach.held_by for breach in inspection.breaches.all()] == [county.community_office]


def test_the_reporter_is_not_told_why_it_was_referred_up(county: County, people: People) -> None:
    order = do(Verb.REFER_UP, report(county, people), county, people)
    assert Statement.objects.get(complaint=order, text="需要街道协调").audience == Audience.STAFF


def test_a_vacant_community_is_acted_for_by_the_subdistrict(county: County, people: People) -> None:
    order = report(county, people)
    assert Party.DESK not in parties(people["subdistrict"], order)
    leave(people["dispatcher"])
    officer = fresh(people["subdistrict"])
    assert Party.DESK in parties(officer, order)
    order = actions.dispatch(order, by=officer, handler=county.firm)
    event = last_event(order)
    assert event.facts["acted_for"] == "河东社区"
    assert (event.party, event.office) == (Party.DESK, Office.SUBDISTRICT_OFFICER)
    assert order.desk == county.community


def test_a_vacant_subdistrict_is_acted_for_by_the_district(county: County, people: People) -> None:
    order = report(county, people)
    leave(people["dispatcher"])
    leave(people["subdistrict"])
    officer = fresh(people["district"])
    order = actions.dispatch(order, by=officer, handler=county.firm)
    assert last_event(order).facts["acted_for"] == "河东社区"


def test_the_district_does_not_act_where_the_subdistrict_can(
    county: County, people: People
) -> None:
    order = report(county, people)
    leave(people["dispatcher"])
    assert Party.DESK not in parties(fresh(people["district"]), order)


def test_an_accusation_falls_to_the_district_when_the_subdistrict_is_vacant(
    county: County, people: People
) -> None:
    order = report(county, people, category=BYPASS)
    leave(people["subdistrict"])
    assert Party.DESK in parties(fresh(people["district"]), order)
    assert not parties(fresh(people["dispatcher"]), order)


def test_when_somebody_takes_office_the_desk_is_theirs_again(
    county: County, people: People
) -> None:
    order = report(county, people)
    leave(people["dispatcher"])
    appoint(
        people["neighbour"],
        by=CLOCK,
        office=Office.COMMUNITY_SECRETARY,
        at=county.community_office,
        from_on=factories.BEGINNING,
    )
    assert Party.DESK in parties(fresh(people["neighbour"]), order)
    assert Party.DESK not in parties(fresh(people["subdistrict"]), order)


def test_a_clerk_whose_account_is_shut_holds_no_desk(county: County, people: People) -> None:
    """Nobody can sign in as them, so the order would wait for ever."""
    order = report(county, people)
    people["dispatcher"].is_active = False
    people["dispatcher"].save()
    assert Party.DESK in parties(fresh(people["subdistrict"]), order)


def test_news_for_a_vacant_desk_reach_whoever_acts_for_it(county: County, people: People) -> None:
    leave(people["dispatcher"])
    order = report(county, people)
    told = Notification.objects.filter(facts__reference=order.reference)
    assert people["subdistrict"].pk in set(told.values_list("to_id", flat=True))


def test_whoever_does_it_signs_with_office_and_body(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLED, county, people, repairer=people["repairer"])
    signed = {
        event.verb: (event.party, event.office, event.body_id)
        for event in Event.objects.filter(complaint=order)
    }
    assert signed == {
        "report": (Party.REPORTER, "", None),
        "dispatch": (Party.DESK, Office.COMMUNITY_CLERK, county.community_office.pk),
        "accept": (Party.HANDLER, Office.FIRM_MANAGER, county.firm.pk),
        "handle": (Party.HANDLER, Office.FIRM_MANAGER, county.firm.pk),
    }


def test_a_grid_worker_signs_as_the_grid(county: County, people: People) -> None:
    order = actions.inspect(report(county, people), by=people["grid_worker"])
    event = last_event(order)
    assert (event.party, event.office) == (Party.GRID, Office.GRID_WORKER)


# --- Codes that change -------------------------------------------------------------------


def test_of_an_order_from_before_a_new_code_events_still_name_the_office(
    county: County, people: People
) -> None:
    order = report(county, people)
    recode_place(county.subdistrict, by=CLOCK, code="990101888")
    for who, office, place, act in (
        ("dispatcher", Office.COMMUNITY_CLERK, county.community, actions.refer_up),
        ("subdistrict", Office.SUBDISTRICT_OFFICER, county.subdistrict, actions.add_note),
    ):
        act(again(order), by=fresh(people[who]), note="请街道协调")
        said = last_event(order)
        assert again(order).place_code.startswith(place.code)
        assert said.office == office
        assert said.body_id == Body.objects.get(place=place, kind__in=sorted(DESK_BODIES)).pk
