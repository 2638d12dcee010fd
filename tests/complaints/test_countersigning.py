"""Observers and integrity supervisors countersign on-site checks (W11)."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.actors import CLOCK, Reporter
from accounts.models import User
from common.codes import digest, new_secret
from common.errors import DomainError, Invalid, NotAllowed, WrongState
from common.now import now
from communities.actions import appoint, engage_firm
from communities.models import Appointment, Office
from complaints import actions
from complaints.models import Complaint, Deadline, Event
from complaints.permissions import may, open_verbs, parties
from complaints.queries.countersigning import checks_waiting
from complaints.workflow import Party, Source, Status, Verb
from notifications.models import Notification
from tests import factories
from tests.complaints.test_races import at_once, refusals
from tests.complaints.walks import BYPASS, again, complaint_at, do, fresh, report, untouched
from tests.doors import COMPLAINTS, program
from tests.factories import BEGINNING, County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db

BACKEND = "accounts.backends.PhoneOrName"
CHECKS = "/orders/checks/"


def seated(people: People, county: County) -> None:
    """An observer of the estate and an integrity supervisor of its community join the cast."""
    for name, shown, office, at in (
        ("observer", "施观察", Office.OBSERVER, county.estate),
        ("supervisor", "孔监督", Office.INTEGRITY_SUPERVISOR, county.community),
    ):
        people[name] = factories.person(name, shown)
        appoint(people[name], by=CLOCK, office=office, at=at, from_on=BEGINNING)


@pytest.fixture
def checked(county: County, people: People, clock: Pretended) -> Complaint:
    """An order whose check the grid worker made a quarter of an hour after the report."""
    seated(people, county)
    order = report(county, people)
    clock.forward(minutes=15)
    order = do(Verb.INSPECT, order, county, people, by=people["grid_worker"])
    clock.forward(minutes=15)
    return again(order)


def signed(order: Complaint) -> list[tuple[str, bool]]:
    rows = Event.objects.filter(complaint=order, verb="countersign")
    return [(row.office, row.facts["agrees"]) for row in rows.order_by("pk")]


def told(kind: str) -> list[str]:
    return sorted(Notification.objects.filter(kind=kind).values_list("to__username", flat=True))


def surf(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def html(response: Any) -> str:
    body: str = response.content.decode()
    return body


# --- The verb ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "office"),
    [("observer", Office.OBSERVER), ("supervisor", Office.INTEGRITY_SUPERVISOR)],
)
def test_an_observer_or_a_supervisor_puts_their_name_to_a_check(
    people: People, checked: Complaint, who: str, office: Office
) -> None:
    before = list(Deadline.objects.filter(complaint=checked).values())
    order = actions.countersign(checked, by=fresh(people[who]), agrees=True)
    assert signed(order) == [(office, True)]
    event = Event.objects.get(complaint=order, verb="countersign")
    check = Event.objects.get(complaint=order, verb="inspect")
    assert event.party == Party.WATCHER
    assert event.facts["checked_at"] == check.at.isoformat()
    # It moves nothing and holds up no clock, and agreement rings nowhere.
    assert order.status == Status.REPORTED
    assert list(Deadline.objects.filter(complaint=order).values()) == before
    assert told("order_check_disputed") == []


def test_whoever_disagrees_says_why_and_the_desk_and_the_checker_hear(
    people: People, checked: Complaint
) -> None:
    for nothing in ("", "   "):
        with untouched(checked), pytest.raises(Invalid) as error:
            actions.countersign(checked, by=fresh(people["observer"]), agrees=False, note=nothing)
        assert "note" in (error.value.fields or {})
    actions.countersign(
        checked, by=fresh(people["observer"]), agrees=False, note="渗水在四楼，不在三楼"
    )
    assert signed(checked) == [("observer", False)]
    assert told("order_check_disputed") == ["dispatcher", "grid_worker"]


def test_a_check_is_countersigned_once_and_the_next_check_once_more(
    county: County, people: People, checked: Complaint
) -> None:
    actions.countersign(checked, by=fresh(people["observer"]), agrees=True)
    for who in ("observer", "supervisor"):
        with untouched(again(checked)), pytest.raises(WrongState):
            actions.countersign(checked, by=fresh(people[who]), agrees=False, note="不对")
    do(Verb.INSPECT, again(checked), county, people)
    actions.countersign(checked, by=fresh(people["supervisor"]), agrees=True)
    assert signed(checked) == [("observer", True), ("integrity_supervisor", True)]


def test_without_a_check_there_is_nothing_to_countersign(
    county: County, people: People, clock: Pretended
) -> None:
    seated(people, county)
    order = report(county, people)
    with untouched(order), pytest.raises(WrongState):
        actions.countersign(order, by=fresh(people["observer"]), agrees=True)


def test_it_is_open_as_long_as_the_order_is(
    county: County, people: People, clock: Pretended
) -> None:
    seated(people, county)
    order = do(Verb.INSPECT, report(county, people), county, people)
    for verb in (Verb.DISPATCH, Verb.ACCEPT, Verb.HANDLE, Verb.ANSWER):
        assert may(Verb.COUNTERSIGN, fresh(people["observer"]), again(order), now())
        order = do(verb, again(order), county, people)
    do(Verb.RATE, again(order), county, people)
    with untouched(again(order)), pytest.raises(WrongState):
        actions.countersign(order, by=fresh(people["observer"]), agrees=True)


# --- Never by who checked, reported or handles -------------------------------------------


def test_nobody_countersigns_their_own_check_nor_a_colleagues(
    county: County, people: People, checked: Complaint
) -> None:
    for who in ("grid_worker", "dispatcher"):
        appoint(people[who], by=CLOCK, office=Office.OBSERVER, at=county.estate, from_on=BEGINNING)
        with untouched(checked), pytest.raises(NotAllowed):
            actions.countersign(checked, by=fresh(people[who]), agrees=True)
    # Nor once they have left the grid.
    Appointment.objects.filter(user=people["grid_worker"], office=Office.GRID_WORKER).update(
        until_on=now().date()
    )
    assert parties(fresh(people["grid_worker"]), checked) == {Party.WATCHER}
    with untouched(checked), pytest.raises(NotAllowed):
        actions.countersign(checked, by=fresh(people["grid_worker"]), agrees=True)


def test_nobody_countersigns_the_check_of_what_they_reported(
    county: County, people: People, clock: Pretended
) -> None:
    seated(people, county)
    order = report(county, people, by=people["observer"], source=Source.PATROL)
    order = do(Verb.INSPECT, order, county, people)
    with untouched(again(order)), pytest.raises(NotAllowed):
        actions.countersign(order, by=fresh(people["observer"]), agrees=True)


def test_neither_the_handler_nor_the_serving_firms_people_countersign(
    county: County, people: People, checked: Complaint
) -> None:
    order = actions.dispatch(checked, by=fresh(people["dispatcher"]), handler=county.fire)
    for who in ("fire", "manager", "repairer"):
        # The register bars it; what was entered before the contract it cannot bar.
        Appointment.objects.create(
            user=people[who], office=Office.OBSERVER, place=county.estate, from_on=BEGINNING
        )
        with untouched(again(order)), pytest.raises(NotAllowed):
            actions.countersign(order, by=fresh(people[who]), agrees=True)


@pytest.mark.parametrize(
    "who", ["resident", "neighbour", "committee", "branch", "subdistrict", "district", "auditor"]
)
def test_nobody_else_countersigns(people: People, checked: Complaint, who: str) -> None:
    with untouched(checked), pytest.raises(NotAllowed):
        actions.countersign(checked, by=fresh(people[who]), agrees=True)


def test_the_holder_of_a_secret_does_not_either(
    county: County, people: People, clock: Pretended
) -> None:
    holder = Reporter(digest(new_secret()))
    order = do(Verb.INSPECT, report(county, people, by=holder), county, people)
    with untouched(again(order)), pytest.raises(NotAllowed):
        actions.countersign(order, by=holder, agrees=True)


def test_observers_see_neither_what_is_confidential_nor_what_accuses_nor_the_next_estate(
    county: County, people: People, clock: Pretended
) -> None:
    seated(people, county)
    hidden = [
        report(county, people, confidential=True),
        report(county, people, category=BYPASS),
        report(county, people, estate=county.other_estate),
    ]
    for order in hidden:
        do(Verb.INSPECT, order, county, people)
        answer = program(people["observer"]).post(
            f"{COMPLAINTS}{order.reference}/countersign/", {"agrees": True}, format="json"
        )
        assert answer.status_code == 404
        assert signed(order) == []
    assert checks_waiting(fresh(people["observer"])) == 0
    # The next estate is the supervisor's as well: the whole community is.
    assert checks_waiting(fresh(people["supervisor"])) == 1


# --- Pages and API -----------------------------------------------------------------------


def test_what_waits_is_listed_and_what_is_signed_beside_it(
    county: County, people: People, checked: Complaint
) -> None:
    browser = surf(people["observer"])
    assert checked.reference in html(browser.get(CHECKS))
    desk = html(browser.get("/register/observations/"))
    assert f'href="{CHECKS}"' in desk
    assert checks_waiting(fresh(people["observer"])) == 1
    done = browser.post(f"/orders/{checked.reference}/countersign/", {"agrees": "yes"})
    assert done["Location"] == f"/orders/{checked.reference}/"
    assert checked.reference not in html(browser.get(CHECKS))
    assert checked.reference in html(browser.get(f"{CHECKS}?tab=signed"))
    # From the order one comes back to one's own list.
    assert f'class="back" href="{CHECKS}"' in html(browser.get(done["Location"]))
    assert checks_waiting(fresh(people["supervisor"])) == 0


def test_what_is_listed_is_what_may_be_countersigned(
    county: County, people: People, checked: Complaint
) -> None:
    own = report(county, people, by=people["observer"])
    do(Verb.INSPECT, own, county, people)
    signed_before = do(Verb.INSPECT, report(county, people), county, people)
    actions.countersign(signed_before, by=fresh(people["supervisor"]), agrees=True)
    report(county, people)
    appoint(
        people["grid_worker"], by=CLOCK, office=Office.OBSERVER, at=county.estate, from_on=BEGINNING
    )
    appoint(
        people["dispatcher"], by=CLOCK, office=Office.OBSERVER, at=county.estate, from_on=BEGINNING
    )
    for who in ("observer", "supervisor", "grid_worker", "dispatcher"):
        user = fresh(people[who])
        listed = html(surf(user).get(CHECKS))
        shown = {order.pk for order in Complaint.objects.all() if order.reference in listed}
        open_to = {
            order.pk
            for order in Complaint.objects.whole()
            if Verb.COUNTERSIGN in open_verbs(user, order, now())
        }
        assert shown == open_to, who
        assert checks_waiting(user) == len(open_to)


def test_a_wrong_form_says_what_is_missing_and_loses_nothing(
    people: People, checked: Complaint
) -> None:
    path = f"/orders/{checked.reference}/countersign/"
    with untouched(checked):
        page = html(surf(people["observer"]).post(path, {"note": "渗水在四楼"}))
        assert 'id="countersign_agrees_error"' in page
        assert "渗水在四楼" in page
        page = html(surf(people["observer"]).post(path, {"agrees": "no", "note": ""}))
        assert 'id="countersign_note_error"' in page


def test_the_timeline_shows_it_to_staff_and_to_the_reporter(
    people: People, checked: Complaint
) -> None:
    actions.countersign(checked, by=fresh(people["observer"]), agrees=False, note="渗水在四楼")
    for who in ("dispatcher", "grid_worker", "resident", "observer", "subdistrict"):
        page = html(surf(people[who]).get(f"/orders/{checked.reference}/"))
        assert "渗水在四楼" in page, who
    # By name for staff alone.
    assert people["observer"].name in html(
        surf(people["dispatcher"]).get(f"/orders/{checked.reference}/")
    )
    assert people["observer"].name not in html(
        surf(people["resident"]).get(f"/orders/{checked.reference}/")
    )


def test_the_api_lists_what_waits_and_takes_the_name(
    county: County, people: People, checked: Complaint
) -> None:
    api = program(people["observer"])
    waiting = f"{COMPLAINTS}?to_countersign=true"
    assert [row["reference"] for row in api.get(waiting).json()["results"]] == [checked.reference]
    path = f"{COMPLAINTS}{checked.reference}/countersign/"
    with untouched(checked):
        assert api.post(path, {"agrees": False}, format="json").status_code == 400
        assert api.post(path, {}, format="json").status_code == 400
        assert program(people["committee"]).post(path, {"agrees": True}).status_code == 403
    assert api.post(path, {"agrees": True}, format="json").status_code == 200
    assert api.post(path, {"agrees": True}, format="json").status_code == 409
    assert api.get(waiting).json()["results"] == []


def test_the_list_is_for_those_who_observe(people: People, checked: Complaint) -> None:
    for who in ("committee", "dispatcher", "resident"):
        assert surf(people[who]).get(CHECKS).status_code == 403
    assert f'href="{CHECKS}"' in html(surf(people["observer"]).get("/orders/mine/"))
    assert f'href="{CHECKS}"' not in html(surf(people["committee"]).get("/orders/mine/"))


def test_the_observers_pages_carry_nothing_of_the_reporter(
    county: County, people: People, clock: Pretended
) -> None:
    seated(people, county)
    canaries = {
        "contact_name": "欧阳金丝雀",
        "contact_phone": "13700137001",
        "dwelling": "1203室",
    }
    order = do(Verb.INSPECT, report(county, people, **canaries), county, people)
    here = f"/orders/{order.reference}/"
    for path in (CHECKS, here, f"{here}countersign/"):
        page = html(surf(people["observer"]).get(path))
        assert order.reference in page
        for secret in (*canaries.values(), "137****7001", people["resident"].name):
            assert secret not in page


def test_the_list_costs_the_same_however_long(
    county: County, people: People, checked: Complaint, at_most: Any
) -> None:
    browser = surf(people["observer"])
    for _more in range(5):
        do(Verb.INSPECT, report(county, people), county, people)
    with at_most(14):
        page = html(browser.get(CHECKS))
    assert len(set(re.findall(r"/orders/(9901-[0-9A-Z-]+)/", page))) == 6


# --- History -----------------------------------------------------------------------------


def test_what_was_said_is_appended_and_never_edited(people: People, checked: Complaint) -> None:
    actions.countersign(checked, by=fresh(people["observer"]), agrees=True)
    event = Event.objects.get(complaint=checked, verb="countersign")
    with pytest.raises(TypeError):
        event.delete()
    event.facts = {"agrees": False}
    with pytest.raises(TypeError):
        event.save()


def test_a_firm_that_comes_later_takes_the_office_away(
    county: County, people: People, checked: Complaint
) -> None:
    Appointment.objects.create(
        user=people["observer"], office=Office.FIRM_CLERK, body=county.rival, from_on=BEGINNING
    )
    assert may(Verb.COUNTERSIGN, fresh(people["observer"]), checked, now())
    Appointment.objects.filter(body=county.firm).exists()
    contract = county.estate.contracts.get()
    contract.until_on = now().date()
    contract.save()
    engage_firm(county.rival, by=CLOCK, estate=county.estate, from_on=now().date())
    assert not may(Verb.COUNTERSIGN, fresh(people["observer"]), checked, now())
    assert checks_waiting(fresh(people["observer"])) == 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_countersign_at_once_and_one_name_stands(county: County, people: People) -> None:
    seated(people, county)
    order = complaint_at(Status.REPORTED, county, people)
    do(Verb.INSPECT, order, county, people)
    results = at_once(
        lambda: actions.countersign(order, by=fresh(people["observer"]), agrees=True),
        lambda: actions.countersign(
            order, by=fresh(people["supervisor"]), agrees=False, note="不是这里"
        ),
    )
    told: list[DomainError] = refusals(results)
    assert [type(refusal) for refusal in told] == [WrongState]
    assert len(signed(order)) == 1
