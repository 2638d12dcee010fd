"""A desk where everybody has a part in an order is vacant for that order: the next above acts."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import NotAllowed
from common.now import today
from communities.actions import appoint
from communities.models import Appointment, Body, Office
from communities.scope import standing_of
from complaints import actions, queries
from complaints.models import Complaint, Event
from complaints.permissions import at_desk_of, parties, visible_to
from complaints.workflow import Party, Status, Verb
from notifications.models import Notification
from tests import factories
from tests.complaints.committees import handling_committee
from tests.complaints.late import late_notices
from tests.complaints.walks import BYPASS, again, complaint_at, do, fresh, report, untouched
from tests.factories import County
from tests.moments import Pretended

BACKEND = "accounts.backends.PhoneOrName"
People = dict[str, User]
pytestmark = pytest.mark.django_db


def own_report(county: County, people: People) -> Complaint:
    """An order reported by the only clerk of the desk it comes before."""
    return report(county, people, by=people["dispatcher"])


def gets(user: User, office: Office, at: Body) -> None:
    appoint(user, by=CLOCK, office=office, at=at, from_on=factories.BEGINNING)


def colleague(county: County, people: People) -> User:
    """A second clerk at the community's desk."""
    people["colleague"] = factories.person("colleague", "何同事")
    gets(people["colleague"], Office.COMMUNITY_CLERK, county.community_office)
    return people["colleague"]


def desk(order: Complaint, people: People) -> set[str]:
    """Who of the cast is the desk of this order; what is asked and what is filtered agree."""
    order = again(order)
    found = set()
    for name, known in people.items():
        user = fresh(known)
        here = at_desk_of(standing_of(user))
        party = Party.DESK in parties(user, order)
        if party or not parties(user, order) <= {Party.OVERSEER, Party.DESK}:
            assert party <= Complaint.objects.filter(here, pk=order.pk).exists()
        else:
            assert not visible_to(user).filter(here, pk=order.pk).exists(), name
        if party:
            found.add(name)
    return found


def told(order: Complaint, verb: Verb) -> set[str]:
    rows = Notification.objects.filter(kind=f"order_{verb.value}", facts__reference=order.reference)
    return set(rows.values_list("to__username", flat=True))


def test_the_only_clerks_own_report_falls_to_the_subdistrict(
    county: County, people: People
) -> None:
    order = own_report(county, people)
    assert desk(order, people) == {"subdistrict"}
    order = actions.dispatch(order, by=fresh(people["subdistrict"]), handler=county.firm)
    event = Event.objects.filter(complaint=order).latest("pk")
    assert event.facts["acted_for"] == "河东社区"
    assert (event.party, event.office) == (Party.DESK, Office.SUBDISTRICT_OFFICER)
    assert order.desk == county.community


def test_it_is_the_communitys_again_as_soon_as_somebody_without_part_takes_office(
    county: County, people: People
) -> None:
    order = own_report(county, people)
    clerk = colleague(county, people)
    assert desk(order, people) == {"colleague"}
    with untouched(order), pytest.raises(NotAllowed):
        actions.dispatch(order, by=fresh(people["subdistrict"]), handler=county.firm)
    Appointment.objects.filter(user=clerk).update(until_on=today())
    assert desk(order, people) == {"subdistrict"}


def test_a_clerk_who_can_no_longer_sign_in_keeps_no_desk(county: County, people: People) -> None:
    order = own_report(county, people)
    User.objects.filter(pk=colleague(county, people).pk).update(is_active=False)
    del people["colleague"]
    assert desk(order, people) == {"subdistrict"}


def test_a_clerk_at_the_serving_firm_leaves_the_estates_of_that_firm_to_the_subdistrict(
    county: County, people: People
) -> None:
    served, elsewhere = report(county, people), report(county, people, estate=county.other_estate)
    gets(people["dispatcher"], Office.REPAIRER, county.firm)
    assert desk(served, people) == {"subdistrict"}
    assert desk(elsewhere, people) == {"dispatcher"}
    contract = county.firm.contracts.get()
    contract.until_on = today() - timedelta(days=1)
    contract.save()
    assert desk(served, people) == {"dispatcher"}


def test_what_a_committee_handled_whose_director_is_the_clerk_is_reviewed_above(
    county: County, people: People
) -> None:
    committee = handling_committee(people, county.unserved)
    gets(people["director"], Office.COMMUNITY_CLERK, county.community_office)
    order = report(county, people, estate=county.unserved)
    order = do(Verb.DISPATCH, order, county, people, handler=committee)
    assert desk(order, people) == {"dispatcher"}
    Appointment.objects.filter(user=people["dispatcher"]).update(until_on=today())
    assert desk(order, people) == {"subdistrict"}
    order = actions.accept(order, by=fresh(people["director"]))
    order = do(Verb.HANDLE, order, county, people, by=fresh(people["director"]))
    with untouched(order), pytest.raises(NotAllowed):
        actions.answer(order, by=fresh(people["director"]), note="我们觉得很好")
    order = actions.answer(order, by=fresh(people["subdistrict"]), note="街道已核实")
    assert order.status == Status.ANSWERED


def test_two_desks_with_a_part_in_it_leave_it_to_the_district(
    county: County, people: People
) -> None:
    order = own_report(county, people)
    gets(people["subdistrict"], Office.FIRM_CLERK, county.firm)
    assert desk(order, people) == {"district"}
    assert desk(report(county, people), people) == {"dispatcher"}


def test_a_vacant_desk_and_one_with_a_part_in_it_leave_it_to_the_district(
    county: County, people: People
) -> None:
    order = report(county, people, by=people["subdistrict"])
    assert desk(order, people) == {"dispatcher"}
    Appointment.objects.filter(user=people["dispatcher"]).update(until_on=today())
    assert desk(order, people) == {"district"}


def test_an_accusation_by_the_only_officer_falls_to_the_district_not_to_the_community(
    county: County, people: People
) -> None:
    order = report(county, people, by=people["subdistrict"], category=BYPASS)
    assert order.desk == county.subdistrict
    assert desk(order, people) == {"district"}


def test_somebody_elses_report_stays_where_it_is(county: County, people: People) -> None:
    for by in ("resident", "neighbour", "far_dispatcher", "district"):
        assert desk(report(county, people, by=people[by]), people) == {"dispatcher"}


def test_whoever_acts_hears_of_it_and_the_clerk_hears_as_the_reporter_only(
    county: County, people: People
) -> None:
    order = own_report(county, people)
    assert {"subdistrict"} <= told(order, Verb.REPORT)
    order = actions.dispatch(order, by=fresh(people["subdistrict"]), handler=county.firm)
    order = do(Verb.HANDLE, do(Verb.ACCEPT, order, county, people), county, people)
    assert told(order, Verb.HANDLE) == {"subdistrict"}


def test_when_it_is_late_the_alarm_rings_above_too(
    county: County, people: People, clock: Pretended
) -> None:
    mine, plain = own_report(county, people), report(county, people)
    clock.forward(hours=4)
    actions.sound_alarms()
    assert set(late_notices(mine)) == {("subdistrict", "desk")}
    assert set(late_notices(plain)) == {("dispatcher", "desk")}


def test_it_stands_in_the_queue_of_whoever_acts_and_the_page_says_for_whom(
    county: County, people: People
) -> None:
    mine, plain = own_report(county, people), report(county, people)
    officer = fresh(people["subdistrict"])
    assert [order.reference for order in queries.queue(officer)] == [mine.reference]
    cache.clear()
    client = Client()
    client.force_login(officer, backend=BACKEND)
    queue = client.get("/orders/queue/").content.decode()
    assert mine.reference in queue and plain.reference not in queue
    with translation.override("en"):
        says = translation.gettext(
            "You act for %(desk)s: nobody there can act on this order today."
        )
    sentence = says % {"desk": "河东社区"}
    client.cookies["django_language"] = "en"
    assert sentence in client.get(f"/orders/{mine.reference}/").content.decode()
    assert sentence not in client.get(f"/orders/{plain.reference}/").content.decode()


def test_a_result_that_waits_above_is_to_do_there(county: County, people: People) -> None:
    order = complaint_at(Status.REPORTED, county, people, reporter=people["dispatcher"])
    order = actions.dispatch(order, by=fresh(people["subdistrict"]), handler=county.firm)
    order = do(Verb.ACCEPT, order, county, people)
    client = Client()
    client.force_login(fresh(people["subdistrict"]), backend=BACKEND)
    cache.clear()
    assert order.reference not in client.get("/orders/queue/?tab=todo").content.decode()
    order = do(Verb.HANDLE, order, county, people)
    assert order.reference in client.get("/orders/queue/?tab=todo").content.decode()
