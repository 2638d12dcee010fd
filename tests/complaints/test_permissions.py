"""What each of the cast is to an order, and may do with it: the whole square, by hand."""

from datetime import timedelta

import pytest

from accounts.actors import CLOCK, Actor, Reporter
from accounts.models import User
from common.errors import NotAllowed, WrongState
from common.now import now
from communities.actions import appoint
from communities.models import Body, Grid, Office, Place, PlaceKind
from complaints import actions
from complaints.models import Complaint
from complaints.permissions import (
    OFFERED,
    may,
    may_reveal,
    open_verbs,
    parties,
    party_for,
    reads_internal,
    visible_to,
)
from complaints.workflow import STEPS, Kind, Party, Status, Verb
from tests import factories
from tests.complaints.walks import (
    BYPASS,
    DOING,
    PATHS,
    again,
    complaint_at,
    do,
    fresh,
    report,
    unsolved,
    untouched,
)
from tests.factories import County
from tests.moments import MONDAY, Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db

# Who may do what to the resident's own plain order about the first building, by its status. It
# goes to the firm, whose manager names the repairer. Whoever is not named may do nothing.
# manager_grid is a manager of the firm and a grid worker here: the firm's view and verbs only.
SQUARE = """
reported
    resident      withdraw urge supplement
    dispatcher    inspect dispatch answer_directly refer_up refuse merge add_note reclassify ask_extension ask_suspension
    grid_worker   inspect dispatch add_note
    subdistrict   suspend
    district      suspend
dispatched
    resident      withdraw urge supplement
    dispatcher    redispatch refer_up merge add_note reclassify ask_extension ask_suspension
    grid_worker   add_note
    manager       accept return_order add_note ask_extension ask_suspension
    manager_grid  accept return_order add_note ask_extension ask_suspension
    subdistrict   suspend
    district      suspend
handling
    resident      withdraw urge supplement
    dispatcher    redispatch refer_up add_note reclassify ask_extension ask_suspension
    grid_worker   add_note
    manager       attend handle add_note ask_extension ask_suspension
    manager_grid  attend handle add_note ask_extension ask_suspension
    repairer      attend handle add_note
    subdistrict   suspend
    district      suspend
handled
    resident      withdraw urge supplement
    dispatcher    send_back answer add_note reclassify ask_extension
    grid_worker   add_note
    manager       add_note
    manager_grid  add_note
    repairer      add_note
answered
    resident      rate withdraw urge supplement
    dispatcher    record_callback add_note
    grid_worker   add_note
    manager       add_note
    manager_grid  add_note
    repairer      add_note
recheck
    resident      withdraw urge supplement
    dispatcher    send_back answer refer_up add_note reclassify ask_extension ask_suspension
    grid_worker   add_note
    manager       add_note
    manager_grid  add_note
    repairer      add_note
    subdistrict   suspend
    district      suspend
closed
    resident      reopen
refused
merged
withdrawn
"""  # noqa: E501 -- one line for each of them


def square() -> dict[Status, dict[str, set[Verb]]]:
    found: dict[Status, dict[str, set[Verb]]] = {}
    status = Status.REPORTED
    for line in SQUARE.strip().splitlines():
        if not line.startswith(" "):
            status = Status(line.strip())
            found[status] = {}
        else:
            name, *verbs = line.split()
            found[status][name] = {Verb(verb) for verb in verbs}
    return found


@pytest.fixture
def actors(people: People) -> dict[str, Actor]:
    """The whole cast, and those who have no account."""
    return {**people, "stranger": Reporter(""), "other secret": Reporter("f" * 64), "clock": CLOCK}


def test_the_square_names_every_status() -> None:
    assert set(square()) == set(Status)


@pytest.mark.parametrize("status", Status)
def test_the_square(
    status: Status, county: County, people: People, actors: dict[str, Actor]
) -> None:
    order = complaint_at(status, county, people, repairer=people["repairer"])
    moment = now()
    offered = {name: set(open_verbs(actor, order, moment)) for name, actor in actors.items()}
    assert {name: verbs for name, verbs in offered.items() if verbs} == square()[status]


@pytest.mark.parametrize("status", Status)
def test_what_is_not_offered_is_refused_and_what_is_refused_is_not_offered(
    status: Status, county: County, people: People, actors: dict[str, Actor]
) -> None:
    order = complaint_at(status, county, people, repairer=people["repairer"])
    moment = now()
    for actor in actors.values():
        offered = open_verbs(actor, order, moment)
        for verb in OFFERED:
            mine = STEPS[verb].parties & parties(actor, order)
            if verb in offered:
                assert party_for(verb, actor, order, moment) in mine
            else:
                # Of those who watch only observers countersign: the party alone does not say it.
                watched = verb == Verb.COUNTERSIGN and mine
                shut = (WrongState, NotAllowed) if watched else WrongState if mine else NotAllowed
                with pytest.raises(shut):
                    party_for(verb, actor, order, moment)


@pytest.mark.parametrize("status", Status)
def test_doing_what_is_not_offered_changes_nothing(
    status: Status, county: County, people: People, actors: dict[str, Actor]
) -> None:
    """Through the verbs themselves; the cast takes turns, for all at once would take minutes."""
    order = complaint_at(status, county, people, repairer=people["repairer"])
    other = report(county, people, by=people["neighbour"])
    moment = now()
    first = list(Status).index(status)
    with untouched(order, other):
        for number, verb in enumerate(OFFERED, start=first):
            words = {"into": other} if verb == Verb.MERGE else DOING[verb][1](order, county, people)
            refused = [a for a in actors.values() if not may(verb, a, order, moment)]
            for turn in (number, 2 * number + 7):
                with pytest.raises((NotAllowed, WrongState)):
                    by = refused[turn % len(refused)]
                    getattr(actions, verb.value)(order, by=by, **words)


def test_only_the_clock_closes_what_nobody_rated(
    county: County, people: People, actors: dict[str, Actor]
) -> None:
    order = complaint_at(Status.ANSWERED, county, people)
    able = [n for n, actor in actors.items() if may(Verb.CLOSE_UNRATED, actor, order, now())]
    assert able == ["clock"]


def test_the_holder_of_the_secret_may_do_what_a_reporter_may(
    county: County, people: People
) -> None:
    holder = Reporter("a" * 64)
    order = complaint_at(Status.ANSWERED, county, people, reporter=holder)
    assert set(open_verbs(holder, order, now())) == square()[Status.ANSWERED]["resident"]
    assert open_verbs(people["resident"], order, now()) == []
    assert open_verbs(Reporter("b" * 64), order, now()) == []


def test_an_empty_secret_opens_nothing(county: County, people: People) -> None:
    order = report(county, people)
    assert order.secret_digest == ""
    assert parties(Reporter(""), order) == frozenset()


def test_a_path_to_every_status_is_known() -> None:
    assert set(PATHS) == set(Status)


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


# --- Moments that shut a verb ------------------------------------------------------------


def test_the_nearest_party_acts(county: County, people: People) -> None:
    appoint(
        people["dispatcher"],
        by=CLOCK,
        office=Office.GRID_WORKER,
        at=county.grid,
        from_on=factories.BEGINNING,
    )
    order, clerk = report(county, people), fresh(people["dispatcher"])
    assert parties(clerk, order) >= {Party.DESK, Party.GRID}
    assert party_for(Verb.DISPATCH, clerk, order, now()) == Party.DESK


def test_reopening_ends_with_its_window(county: County, people: People, clock: Pretended) -> None:
    order = complaint_at(Status.CLOSED, county, people)
    assert order.reopen_until is not None
    assert may(Verb.REOPEN, people["resident"], order, order.reopen_until - timedelta(seconds=1))
    assert not may(Verb.REOPEN, people["resident"], order, order.reopen_until)


def test_the_district_has_nobody_to_refer_to(county: County, people: People) -> None:
    order = report(county, people)
    for desk in ("dispatcher", "subdistrict"):
        order = do(Verb.REFER_UP, order, county, people, by=people[desk])
    assert order.desk == county.district
    assert Verb.REFER_UP not in open_verbs(people["district"], order, now())


def test_urging_is_open_again_on_the_next_shanghai_day(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    order = actions.urge(order, by=people["resident"])
    assert not may(Verb.URGE, people["resident"], order, MONDAY.replace(hour=23, minute=59))
    assert may(Verb.URGE, people["resident"], order, MONDAY.replace(day=3, hour=0))


# --- What may be read --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("confidential", "able"),
    [(False, {"dispatcher", "grid_worker"}), (True, {"dispatcher"})],
)
def test_who_may_be_shown_the_number(
    confidential: bool, able: set[str], county: County, people: People
) -> None:
    order = complaint_at(Status.HANDLING, county, people, confidential=confidential)
    assert {name for name, user in people.items() if may_reveal(user, order)} == able


def test_nobody_of_the_community_is_shown_who_accuses_it(county: County, people: People) -> None:
    order = report(county, people, category=BYPASS)
    assert {n for n, user in people.items() if may_reveal(user, order)} == {"subdistrict"}


def test_internal_notes_are_for_desk_grid_and_those_above(county: County, people: People) -> None:
    order = unsolved(complaint_at(Status.HANDLED, county, people), county, people)
    readers = {name for name, user in people.items() if reads_internal(parties(user, order))}
    assert readers == {"dispatcher", "grid_worker", "subdistrict", "district"}
