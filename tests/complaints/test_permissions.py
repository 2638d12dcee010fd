"""What each of the cast is to an order, and may do with it: the whole square, by hand."""

from datetime import timedelta

import pytest

from accounts.actors import CLOCK, Actor, Reporter
from accounts.models import User
from common.errors import NotAllowed, WrongState
from common.now import now
from communities.actions import appoint
from communities.models import Office
from complaints import actions
from complaints.permissions import (
    OFFERED,
    may,
    may_reveal,
    open_verbs,
    parties,
    party_for,
    reads_internal,
)
from complaints.workflow import STEPS, Party, Status, Verb
from tests import factories
from tests.complaints.walks import (
    BYPASS,
    DOING,
    PATHS,
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
