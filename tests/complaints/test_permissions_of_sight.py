"""Who sees which orders, and as what: the restrictive party wins."""

from datetime import timedelta

import pytest

from accounts.actors import CLOCK, Reporter
from accounts.models import User
from common.errors import NotAllowed
from common.now import now
from communities.actions import appoint
from communities.models import Body, Grid, Office, Place, PlaceKind
from complaints import actions
from complaints.models import Complaint
from complaints.permissions import (
    may,
    may_reveal,
    parties,
    visible_to,
)
from complaints.workflow import Kind, Party, Status, Verb
from tests import factories
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

People = dict[str, User]
pytestmark = pytest.mark.django_db

# --- Who sees which orders ---------------------------------------------------------------

ABOVE = {"subdistrict", "district", "auditor"}
LOCAL = {"dispatcher", "grid_worker"}
WATCHERS = {"committee", "branch"}
FIRM = {"manager", "manager_grid"}

# Beside each kind of order, everybody who sees it. Whoever is not named gets a 404.
SEERS: dict[str, set[str]] = {
    "plain": {"resident"} | LOCAL | WATCHERS | ABOVE,
    "confidential": {"resident"} | LOCAL | ABOVE,
    "against the community": {"resident"} | ABOVE,
    "without a building": {"resident"} | LOCAL | WATCHERS | ABOVE,
    "by a secret": LOCAL | WATCHERS | ABOVE,
    "at the firm": {"resident"} | LOCAL | WATCHERS | ABOVE | FIRM,
    "confidential at the firm": {"resident"} | LOCAL | ABOVE | FIRM,
    "at a repairer": {"resident", "repairer"} | LOCAL | WATCHERS | ABOVE | FIRM,
    "at the department": {"resident", "fire"} | LOCAL | WATCHERS | ABOVE,
    "at the community": {"resident", "dispatcher"} | ABOVE,
    "a repair": {"resident"} | LOCAL | WATCHERS | ABOVE | FIRM,
    "referred up": {"resident"} | LOCAL | WATCHERS | ABOVE,
    "confidential, referred up": {"resident", "grid_worker"} | ABOVE,
    "other estate": {"resident", "dispatcher"} | ABOVE,
    "other estate at its firm": {"resident", "dispatcher", "rival"} | ABOVE,
    "other community": {"resident", "far_dispatcher"} | ABOVE,
    "vacant desk": {"resident"} | ABOVE,
    "by the grid worker": {"dispatcher", "grid_worker"} | WATCHERS | ABOVE,
    "by the firm's manager": {"manager", "dispatcher", "grid_worker"} | WATCHERS | ABOVE,
    "by a manager at their firm": {"dispatcher", "grid_worker"} | WATCHERS | ABOVE | FIRM,
    "returned": {"resident"} | LOCAL | WATCHERS | ABOVE,
    "withdrawn": {"resident"} | LOCAL | WATCHERS | ABOVE,
    "merged": {"resident"} | LOCAL | WATCHERS | ABOVE,
}


def orders(county: County, people: People) -> dict[str, Complaint]:
    """One order of each kind of `SEERS`."""

    def made(status: Status = Status.REPORTED, **kw: object) -> Complaint:
        return complaint_at(status, county, people, **kw)  # type: ignore[arg-type]

    reported, dispatched = Status.REPORTED, Status.DISPATCHED
    vacant = factories.place(PlaceKind.COMMUNITY, "990101001003", "新设社区", county.subdistrict)
    new_estate = factories.estate(vacant, 1, "新苑")
    return {
        "plain": made(),
        "confidential": made(confidential=True),
        "against the community": made(category=BYPASS),
        "without a building": made(building=None, estate=county.estate),
        "by a secret": made(reporter=Reporter("a" * 64)),
        "at the firm": made(dispatched),
        "confidential at the firm": made(dispatched, confidential=True),
        "at a repairer": made(Status.HANDLING, repairer=people["repairer"]),
        "at the department": made(dispatched, handler=county.fire),
        "at the community": made(dispatched, estate=county.unserved),
        "a repair": made(dispatched, kind=Kind.REPAIR),
        "referred up": do(Verb.REFER_UP, made(), county, people),
        "confidential, referred up": do(Verb.REFER_UP, made(confidential=True), county, people),
        "other estate": made(estate=county.other_estate),
        "other estate at its firm": made(dispatched, estate=county.other_estate),
        "other community": made(estate=county.far_estate),
        "vacant desk": made(reported, estate=new_estate),
        "by the grid worker": made(by=people["grid_worker"]),
        "by the firm's manager": made(by=people["manager"]),
        "by a manager at their firm": made(dispatched, by=people["manager"]),
        "returned": do(Verb.RETURN_ORDER, made(dispatched), county, people),
        "withdrawn": made(Status.WITHDRAWN),
        "merged": made(Status.MERGED),
    }


def test_who_sees_which_order(county: County, people: People) -> None:
    made = {name: again(order) for name, order in orders(county, people).items()}
    today = {name: fresh(user) for name, user in people.items()}
    for name, order in made.items():
        assert {who for who, user in today.items() if parties(user, order)} == SEERS[name], name


def test_may_i_see_this_one_and_which_may_i_see_are_one_rule(
    county: County, people: People
) -> None:
    """For the cast, and for people with several offices at once."""
    orders(county, people)
    seats: dict[str, list[tuple[Office, Body | Grid | Place]]] = {
        "clerk of two communities": [
            (Office.COMMUNITY_CLERK, county.community_office),
            (Office.COMMUNITY_SECRETARY, county.far_office),
        ],
        "clerk and repairer": [
            (Office.COMMUNITY_CLERK, county.community_office),
            (Office.REPAIRER, county.firm),
        ],
        "officer and rival's manager": [
            (Office.DISTRICT_OFFICER, county.district_office),
            (Office.FIRM_MANAGER, county.rival),
        ],
        "auditor and committee": [
            (Office.AUDITOR, county.district_office),
            (Office.COMMITTEE_MEMBER, county.estate),
        ],
        "butler of a building": [(Office.BUTLER, county.building)],
        "two districts": [
            (Office.DISTRICT_OFFICER, county.district_office),
            (Office.DISTRICT_OFFICER, county.far_district_office),
        ],
    }
    everybody = list(people.values())
    for number, held in enumerate(seats.values()):
        user = factories.person(f"several{number}")
        for office, seat in held:
            appoint(user, by=CLOCK, office=office, at=seat, from_on=factories.BEGINNING)
        everybody.append(user)
    every = list(Complaint.objects.whole())
    assert len(every) > len(SEERS)
    for user in map(fresh, everybody):
        listed = {order.pk for order in visible_to(user)}
        assert listed == {order.pk for order in every if parties(user, order)}, user


def test_a_list_that_is_given_is_only_narrowed(county: County, people: People) -> None:
    mine, other = report(county, people), report(county, people, estate=county.far_estate)
    wanted = Complaint.objects.filter(pk__in=(mine.pk, other.pk))
    assert list(visible_to(people["dispatcher"], wanted)) == [mine]


# --- The restrictive party wins ----------------------------------------------------------


def test_a_manager_who_is_also_a_grid_worker_has_the_firms_view_only(
    county: County, people: People
) -> None:
    order = report(county, people)
    assert parties(people["manager_grid"], order) == frozenset()
    order = do(Verb.DISPATCH, order, county, people)
    assert parties(people["manager_grid"], order) == {Party.HANDLER}
    assert not may_reveal(people["manager_grid"], order)


def test_a_manager_who_is_also_a_grid_worker_may_report_from_patrol(
    county: County, people: People
) -> None:
    order = report(county, people, by=people["manager_grid"])
    assert parties(people["manager_grid"], order) == {Party.REPORTER}


def test_any_office_at_the_serving_firm_takes_the_others_away(
    county: County, people: People
) -> None:
    """Even the officer of the district, at the estates of that firm and nowhere else."""
    served, elsewhere = report(county, people), report(county, people, estate=county.other_estate)
    appoint(
        people["district"],
        by=CLOCK,
        office=Office.REPAIRER,
        at=county.firm,
        from_on=factories.BEGINNING,
    )
    officer = fresh(people["district"])
    assert parties(officer, served) == frozenset()
    assert parties(officer, elsewhere) == {Party.OVERSEER}


def test_a_clerk_is_only_the_reporter_of_their_own_report(county: County, people: People) -> None:
    order = report(county, people, by=people["dispatcher"])
    assert parties(people["dispatcher"], order) == {Party.REPORTER}
    with untouched(order), pytest.raises(NotAllowed):
        actions.dispatch(order, by=people["dispatcher"], handler=county.firm)


def test_a_manager_who_reported_is_the_handler_once_the_firm_has_it(
    county: County, people: People
) -> None:
    order = complaint_at(Status.DISPATCHED, county, people, reporter=people["manager"])
    assert parties(people["manager"], order) == {Party.HANDLER}
    assert not may(Verb.WITHDRAW, people["manager"], order, now())


def test_a_community_that_handles_is_reviewed_by_the_subdistrict(
    county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLED, county, people, estate=county.unserved)
    assert order.handler == county.community_office
    assert order.desk == county.subdistrict
    assert parties(people["dispatcher"], order) == {Party.HANDLER}
    assert Party.DESK in parties(people["subdistrict"], order)
    with untouched(order), pytest.raises(NotAllowed):
        actions.answer(order, by=people["dispatcher"], note="我们觉得很好")


def test_an_order_sent_back_to_the_community_itself_is_reviewed_by_the_subdistrict(
    county: County, people: People
) -> None:
    """Answered directly, judged unsolved: the desk names its own office as the handler."""
    order = report(county, people, estate=county.unserved)
    order = do(Verb.ANSWER_DIRECTLY, order, county, people)
    order = do(Verb.RATE, order, county, people, solved=False, satisfaction=1)
    order = do(Verb.SEND_BACK, order, county, people, handler=county.community_office)
    assert order.desk == county.subdistrict
    order = do(Verb.HANDLE, order, county, people)
    order = do(Verb.ANSWER, order, county, people)
    assert order.status == Status.ANSWERED


def test_only_a_named_repairer_of_the_firm_sees_an_order(county: County, people: People) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    assert parties(people["repairer"], order) == frozenset()
    order = complaint_at(Status.HANDLING, county, people, repairer=people["repairer"])
    assert parties(people["repairer"], order) == {Party.REPAIRER}


def test_a_firm_keeps_its_orders_when_its_contract_ends_but_sees_no_new_ones(
    county: County, people: People
) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    contract = county.firm.contracts.get()
    contract.until_on = now().date() - timedelta(days=1)
    contract.save()
    later = report(county, people, kind=Kind.REPAIR)
    assert later.handler is None
    manager = fresh(people["manager"])
    assert parties(manager, again(order)) == {Party.HANDLER}
    assert parties(manager, later) == frozenset()
