"""What docs/practices.md says works is played here, and everything it names exists."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import NotAllowed
from communities.actions import appoint
from communities.models import Office
from complaints import actions
from complaints.models import Breach, Event
from complaints.permissions import parties
from complaints.workflow import Party, Source, Stage, Status, Verb
from notifications.models import Notification
from tests.complaints.walks import again, complaint_at, do, fresh, report, untouched
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at

ROOT = Path(__file__).resolve().parent.parent
HEADINGS = ["id", "place and practice", "what works", "not yet", "pages", "tests"]

People = dict[str, User]


@dataclass(frozen=True)
class Practice:
    """One row of the table."""

    id: str
    works: str
    pages: tuple[str, ...]
    tests: tuple[str, ...]


@cache
def practices() -> tuple[Practice, ...]:
    lines = (ROOT / "docs" / "practices.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    assert rows[0] == HEADINGS
    return tuple(
        Practice(row[0], row[2], tuple(_quoted(row[4])), tuple(_quoted(row[5]))) for row in rows[2:]
    )


def _quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def _route_names(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{before}{pattern.name}"
        else:
            namespace = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _route_names(pattern, before + namespace)


@cache
def _test_names(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


# --- The table ---------------------------------------------------------------------------


def test_every_practice_is_listed_once_and_says_what_works() -> None:
    ids = [practice.id for practice in practices()]
    assert len(ids) == len(set(ids)) >= 6
    for practice in practices():
        assert re.fullmatch(r"[WTALN]\d{1,2}", practice.id)
        assert practice.works not in {"", "–"}
        assert practice.pages
        assert practice.tests


@pytest.mark.parametrize("practice", practices(), ids=lambda practice: practice.id)
def test_the_pages_of_a_practice_exist(practice: Practice) -> None:
    assert set(practice.pages) <= set(_route_names(get_resolver()))


@pytest.mark.parametrize("practice", practices(), ids=lambda practice: practice.id)
def test_the_tests_of_a_practice_exist(practice: Practice) -> None:
    for name in practice.tests:
        file, _, test = name.partition("::")
        assert (ROOT / file).is_file(), f"{practice.id} names {file}, which does not exist"
        assert test.startswith("test_")
        assert test in _test_names(file), f"{practice.id} names {name}, which does not exist"


# --- The practices -----------------------------------------------------------------------


@pytest.mark.django_db
def test_n1_the_loop_closes_and_goes_round_again(county: County, people: People) -> None:
    order = report(county, people)
    for verb in (Verb.INSPECT, Verb.DISPATCH, Verb.ACCEPT, Verb.ATTEND, Verb.HANDLE, Verb.ANSWER):
        order = do(verb, order, county, people)
    order = do(Verb.RATE, order, county, people, solved=False, satisfaction=2)
    assert order.status == Status.RECHECK
    for verb in (Verb.SEND_BACK, Verb.HANDLE, Verb.ANSWER, Verb.RATE):
        order = do(verb, order, county, people)
    assert order.status == Status.CLOSED
    told = [event.verb for event in Event.objects.filter(complaint=order)]
    assert told == [
        *("report", "inspect", "dispatch", "accept", "attend", "handle", "answer", "rate"),
        *("send_back", "handle", "answer", "rate"),
    ]


@pytest.mark.django_db
def test_n2_three_hours_three_hours_five_working_days(
    county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-02-13 10:00"))  # a Friday; Saturday makes up for the Spring Festival
    order = report(county, people)
    clock.forward(hours=1)
    order = do(Verb.DISPATCH, order, county, people)
    due = dict(order.deadlines.values_list("stage", "due_at"))
    assert due == {
        Stage.INSPECT: at("2026-02-13 13:00"),
        Stage.HANDLE: at("2026-02-13 14:00"),
        Stage.FEEDBACK: at("2026-02-28"),  # the end of the 27th
    }
    clock.put(at("2026-02-13 14:00"))
    do(Verb.ACCEPT, order, county, people)
    late = Breach.objects.get(deadline__complaint=order)
    assert (late.deadline.stage, late.held_by) == (Stage.HANDLE, county.firm)


@pytest.mark.django_db
def test_n9_what_is_late_climbs_and_the_desk_refers_up_the_rest(
    county: County, people: People, clock: Pretended
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    heard: list[set[str]] = []
    for _rung in range(4):
        clock.forward(hours=3)
        before = set(Notification.objects.values_list("pk", flat=True))
        actions.sound_alarms()
        fresh_notices = Notification.objects.exclude(pk__in=before).filter(kind="order_late")
        heard.append(set(fresh_notices.values_list("to__username", flat=True)))
    head, desk, subdistrict, district = heard
    assert head == {"manager", "manager_grid"}
    assert desk == {"dispatcher"}
    assert subdistrict == {"subdistrict"}
    assert district == {"district"}
    desks = []
    for _office in range(2):
        order = do(Verb.REFER_UP, again(order), county, people)
        desks.append(order.desk)
    assert desks == [county.subdistrict, county.district]


@pytest.mark.django_db
def test_l4_a_repairer_who_walks_the_grid_reports_and_does_not_judge(
    county: County, people: People
) -> None:
    appoint(
        people["repairer"], by=CLOCK, office=Office.GRID_WORKER, at=county.grid, from_on=BEGINNING
    )
    walker = fresh(people["repairer"])
    of_another = report(county, people)
    assert parties(walker, of_another) == frozenset()
    own = report(county, people, by=walker, source=Source.PATROL)
    assert parties(walker, own) == {Party.REPORTER}


@pytest.mark.django_db
def test_a11_a_find_on_patrol_is_an_order_its_finder_does_not_judge(
    county: County, people: People
) -> None:
    finder = people["grid_worker"]
    order = report(county, people, by=finder, source=Source.PATROL)
    assert order.source == Source.PATROL
    with untouched(order), pytest.raises(NotAllowed):
        actions.dispatch(order, by=fresh(finder), handler=county.firm)
    order = do(Verb.DISPATCH, order, county, people)
    for verb in (Verb.ACCEPT, Verb.HANDLE, Verb.ANSWER):
        order = do(verb, order, county, people)
    assert do(Verb.RATE, order, county, people, by=finder).status == Status.CLOSED
