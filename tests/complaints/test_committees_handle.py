"""Where no firm is in force a committee of the estate handles, and else the community (W5)."""

from typing import Any

import pytest
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import Invalid, NotAllowed
from common.now import now
from communities.actions import appoint, dismiss, engage_firm
from communities.actions.committees import record_step
from communities.models import Appointment, Body, BodyKind, Office
from communities.workflow import Step
from complaints import actions
from complaints.models import Breach, Complaint, Deadline
from complaints.permissions import open_verbs, parties, visible_to
from complaints.permissions.supervision import sides
from complaints.queries import handlers_for, may_handle
from complaints.supervision import Side
from complaints.views.lists import OUR_TABS
from complaints.workflow import Party, Stage, Status, Verb
from notifications.models import Notification
from tests import factories
from tests.complaints.committees import committee_of, handling_committee
from tests.complaints.slips import supervised
from tests.complaints.test_races import at_once, refusals
from tests.complaints.walks import BYPASS, again, complaint_at, do, fresh, report, untouched
from tests.doors import COMPLAINTS, program
from tests.factories import BEGINNING, County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db

BACKEND = "accounts.backends.PhoneOrName"
CANARIES: dict[str, Any] = {
    "contact_name": "欧阳金丝雀",
    "contact_phone": "13700137001",
    "dwelling": "1203室",
}


@pytest.fixture
def committee(county: County, people: People, clock: Pretended) -> Body:
    return handling_committee(people, county.unserved)


def told(kind: str) -> list[str]:
    return sorted(Notification.objects.filter(kind=kind).values_list("to__username", flat=True))


def local(order: Complaint) -> list[Body]:
    """Who may have it beside the departments; the list and the yes-or-no say the same."""
    found = handlers_for(order, now())
    for body in Body.objects.select_related("place"):
        assert may_handle(order, body, now()) == (body in found), body
    return [body for body in found if body.kind != BodyKind.DEPARTMENT]


def refused(order: Complaint, to: Body, by: User) -> None:
    """Dispatching to this body is refused, and nothing has changed."""
    with untouched(order), pytest.raises(Invalid) as error:
        actions.dispatch(order, by=fresh(by), handler=to)
    assert "handler" in (error.value.fields or {})


# --- Who may have an order ---------------------------------------------------------------


def test_the_management_committee_stands_in_where_no_firm_is_in_force(
    county: County, people: People, committee: Body
) -> None:
    order = report(county, people, estate=county.unserved)
    assert local(order) == [committee]
    refused(order, county.community_office, people["dispatcher"])
    actions.dispatch(order, by=fresh(people["dispatcher"]), handler=committee)
    assert told("order_dispatch") == ["director", "resident"]
    # The community has not handled it itself: it stays the desk and reviews the result.
    order = again(order)
    assert (order.handler, order.desk) == (committee, county.community)
    for verb in (Verb.ACCEPT, Verb.ATTEND, Verb.HANDLE):
        order = do(verb, order, county, people, by=people["director"])
    assert again(order).status == Status.HANDLED
    with untouched(again(order)), pytest.raises(NotAllowed):
        actions.answer(order, by=fresh(people["director"]), note="已修好")
    assert do(Verb.ANSWER, order, county, people).status == Status.ANSWERED


def test_an_owners_committee_handles_where_there_is_no_other(
    county: County, people: People, clock: Pretended
) -> None:
    director = factories.person("chair", "尤主任")
    owners = committee_of(county.unserved, director, BodyKind.OWNERS_COMMITTEE).body
    order = report(county, people, estate=county.unserved)
    assert local(order) == [owners]
    management = handling_committee(people, county.unserved)
    assert local(order) == [management, owners]


def test_where_a_firm_is_in_force_no_committee_handles(
    county: County, people: People, clock: Pretended
) -> None:
    committee = handling_committee(people, county.estate)
    order = report(county, people)
    assert local(order) == [county.firm]
    refused(order, committee, people["dispatcher"])


@pytest.mark.parametrize("why", ["dissolved", "term over", "no director", "signs in no more"])
def test_without_a_committee_that_can_act_the_community_handles(
    county: County, people: People, committee: Body, clock: Pretended, why: str
) -> None:
    order = report(county, people, estate=county.unserved)
    if why == "dissolved":
        record_step(
            committee.committee,
            by=CLOCK,
            step=Step.DISSOLVED,
            on=now().date(),
            note="已成立业主委员会",
        )
    elif why == "term over":
        committee.committee.term_until_on = now().date()
        committee.committee.save()
    elif why == "no director":
        held = Appointment.objects.get(body=committee, office=Office.COMMITTEE_DIRECTOR)
        dismiss(held, by=CLOCK, on=now().date(), grounds="辞任")
    else:
        User.objects.filter(pk=people["director"].pk).update(is_active=False)
    assert local(order) == [county.community_office]
    refused(order, committee, people["dispatcher"])


def test_the_committee_next_door_is_not_asked(
    county: County, people: People, clock: Pretended
) -> None:
    other = handling_committee(people, county.far_estate)
    order = report(county, people, estate=county.unserved)
    assert local(order) == [county.community_office]
    refused(order, other, people["dispatcher"])


def test_what_is_confidential_or_accuses_the_community_goes_to_no_committee(
    county: County, people: People, committee: Body
) -> None:
    secret = report(county, people, estate=county.unserved, confidential=True)
    assert local(secret) == [county.community_office]
    refused(secret, committee, people["dispatcher"])
    accusation = report(county, people, estate=county.unserved, category=BYPASS)
    assert local(accusation) == []
    refused(accusation, committee, people["subdistrict"])


def test_what_the_committee_returned_the_community_may_take(
    county: County, people: People, committee: Body
) -> None:
    order = complaint_at(
        Status.DISPATCHED, county, people, estate=county.unserved, handler=committee
    )
    order = do(Verb.RETURN_ORDER, order, county, people, by=people["director"])
    assert local(again(order)) == [committee, county.community_office]
    taken = actions.dispatch(
        again(order), by=fresh(people["dispatcher"]), handler=county.community_office
    )
    # What the community handles itself its subdistrict reviews.
    assert taken.desk == county.subdistrict


# --- Conflicts of interest ---------------------------------------------------------------


def test_a_director_does_not_handle_what_they_reported(
    county: County, people: People, committee: Body
) -> None:
    order = report(county, people, by=people["director"], estate=county.unserved)
    assert local(order) == [county.community_office]
    refused(order, committee, people["dispatcher"])
    assert parties(fresh(people["director"]), order) == {Party.REPORTER}


def test_a_director_whose_own_firm_comes_to_serve_keeps_the_firms_view_alone(
    county: County, people: People, committee: Body
) -> None:
    order = complaint_at(
        Status.DISPATCHED, county, people, estate=county.unserved, handler=committee
    )
    director = fresh(people["director"])
    assert parties(director, order) == {Party.HANDLER}
    # The register bars it; what was entered before the contract it cannot bar.
    Appointment.objects.create(
        user=director, office=Office.FIRM_CLERK, body=county.firm, from_on=BEGINNING
    )
    engage_firm(county.firm, by=CLOCK, estate=county.unserved, from_on=now().date())
    assert parties(fresh(director), order) == frozenset()
    assert not visible_to(fresh(director)).filter(pk=order.pk).exists()
    Notification.objects.all().delete()
    do(Verb.URGE, order, county, people)
    assert told("order_urge") == ["dispatcher"]


def test_a_clerk_who_is_the_director_handles_and_does_not_review(
    county: County, people: People, clock: Pretended
) -> None:
    committee = committee_of(county.unserved, people["dispatcher"]).body
    order = complaint_at(Status.REPORTED, county, people, estate=county.unserved)
    order = actions.dispatch(order, by=fresh(people["dispatcher"]), handler=committee)
    assert parties(fresh(people["dispatcher"]), again(order)) == {Party.HANDLER}


def test_a_plain_member_sees_and_does_nothing_more(
    county: County, people: People, committee: Body
) -> None:
    member = factories.person("member", "许委员")
    appoint(member, by=CLOCK, office=Office.COMMITTEE_MEMBER, at=county.unserved, from_on=BEGINNING)
    order = complaint_at(
        Status.DISPATCHED, county, people, estate=county.unserved, handler=committee
    )
    assert parties(fresh(member), order) == {Party.WATCHER}
    with untouched(order), pytest.raises(NotAllowed):
        actions.accept(order, by=fresh(member))


# --- Time --------------------------------------------------------------------------------


def test_a_committee_that_is_late_is_told_first_then_those_above(
    county: County, people: People, committee: Body, clock: Pretended
) -> None:
    order = complaint_at(
        Status.DISPATCHED, county, people, estate=county.unserved, handler=committee
    )
    row = Deadline.objects.get(complaint=order, stage=Stage.HANDLE)
    assert row.held_by == committee
    heard = []
    for _rung in range(4):
        clock.forward(hours=3)
        Notification.objects.all().delete()
        actions.sound_alarms()
        heard.append(told("order_late"))
    assert heard == [["director"], ["dispatcher"], ["subdistrict"], ["district"]]
    late = Breach.objects.filter(deadline=row)
    assert list(late.values_list("held_by", flat=True)) == [committee.pk] * 4


def test_a_committee_is_supervised_like_any_handler(
    county: County, people: People, committee: Body
) -> None:
    order = complaint_at(
        Status.HANDLING,
        county,
        people,
        estate=county.unserved,
        handler=county.fire,
    )
    order = actions.redispatch(order, by=fresh(people["dispatcher"]), handler=committee)
    slip = supervised(county, people, [order], to=committee)
    assert sides(fresh(people["director"]), slip) == {Side.ADDRESSEE}
    actions.reply(slip, by=fresh(people["director"]), note="本周内修复")
    assert told("supervision_opened") == ["director"]


# --- Pages and API -----------------------------------------------------------------------


def surf(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def test_the_desk_finds_the_committee_on_the_page_and_over_the_api(
    county: County, people: People, committee: Body
) -> None:
    order = report(county, people, estate=county.unserved)
    desk = surf(people["dispatcher"])
    page = desk.get(f"/orders/{order.reference}/dispatch/").content.decode()
    # It stands in for the firm, whose matter this is: preselected.
    assert f'<option value="{committee.code}" selected>' in page
    assert county.community_office.code not in page
    answer = program(people["dispatcher"]).post(
        f"{COMPLAINTS}{order.reference}/dispatch/",
        {"handler": county.community_office.code},
        format="json",
    )
    assert answer.status_code == 400
    assert again(order).status == Status.REPORTED
    answer = program(people["dispatcher"]).post(
        f"{COMPLAINTS}{order.reference}/dispatch/", {"handler": committee.code}, format="json"
    )
    assert answer.status_code == 200, answer.content.decode()
    assert again(order).handler == committee


@pytest.mark.parametrize("status", [Status.DISPATCHED, Status.HANDLING, Status.HANDLED])
def test_the_directors_pages_carry_nothing_of_the_reporter(
    county: County, people: People, committee: Body, status: Status
) -> None:
    order = report(county, people, estate=county.unserved, **CANARIES)
    order = actions.dispatch(order, by=fresh(people["dispatcher"]), handler=committee)
    for verb in {Status.DISPATCHED: (), Status.HANDLING: (Verb.ACCEPT,)}.get(
        status, (Verb.ACCEPT, Verb.HANDLE)
    ):
        order = do(verb, order, county, people, by=people["director"])
    browser, api = surf(people["director"]), program(people["director"])
    lists = [browser.get(f"/orders/ours/?tab={tab.key}").content.decode() for tab in OUR_TABS]
    assert any(order.reference in ours for ours in lists)
    verbs = open_verbs(fresh(people["director"]), again(order), now())
    assert verbs
    here = f"/orders/{order.reference}/"
    pages = [here, "/orders/all/", *(f"{here}{verb}/" for verb in verbs)]
    read = [browser.get(path).content.decode() for path in pages]
    for path in (COMPLAINTS, f"{COMPLAINTS}{order.reference}/"):
        read.append(api.get(path).content.decode())
    for shown in (*lists, *read):
        for secret in (*CANARIES.values(), "137****7001", people["resident"].name):
            assert secret not in shown


def test_the_director_finds_our_orders_in_the_navigation(
    county: County, people: People, committee: Body
) -> None:
    home = surf(people["director"]).get("/orders/mine/").content.decode()
    assert 'href="/orders/ours/"' in home
    refused_page = surf(people["neighbour"]).get("/orders/ours/")
    assert refused_page.status_code == 403


# --- Several at once ---------------------------------------------------------------------


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_accepted_and_taken_away_at_once_ends_with_one_handler(
    county: County, people: People
) -> None:
    committee = handling_committee(people, county.unserved)
    order = complaint_at(
        Status.DISPATCHED, county, people, estate=county.unserved, handler=committee
    )
    results = at_once(
        lambda: actions.accept(order, by=fresh(people["director"])),
        lambda: actions.redispatch(order, by=fresh(people["dispatcher"]), handler=county.fire),
    )
    order = again(order)
    # Taking it away succeeds either way; accepting only if it came first.
    assert (order.handler, order.status) == (county.fire, Status.DISPATCHED)
    assert [type(refusal) for refusal in refusals(results)] in ([], [NotAllowed])
    accepted = order.events.filter(verb="accept").count()
    assert accepted == 1 - len(refusals(results))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_given_to_the_committee_and_to_a_department_at_once_goes_to_one(
    county: County, people: People
) -> None:
    committee = handling_committee(people, county.unserved)
    order = report(county, people, estate=county.unserved)
    results = at_once(
        lambda: actions.dispatch(order, by=fresh(people["dispatcher"]), handler=committee),
        lambda: actions.dispatch(order, by=fresh(people["dispatcher"]), handler=county.fire),
    )
    assert len(refusals(results)) == 1
    assert order.events.filter(verb="dispatch").count() == 1
    assert Deadline.objects.filter(complaint=order, stage=Stage.HANDLE).count() == 1
