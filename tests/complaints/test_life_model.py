"""An order's life against a plain model of it, in whatever sequence hypothesis thinks of.

The model is the law written down a second time: a table of moves, promises as start and length,
pauses as intervals, and the plain clock. After every step the rows must be what the model says:
status, every promise with its due time, every rung of every late stage with the time it was due.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from common.errors import NotAllowed, WrongState
from common.now import pretend
from complaints import actions
from complaints.models import Asked, Breach, Complaint, Pause
from complaints.workflow import Verb
from tests.complaints import plain_clock
from tests.complaints.plain_clock import HERE, Plan
from tests.complaints.walks import again, do, report, untouched
from tests.factories import County
from tests.moments import MONDAY

pytestmark = pytest.mark.django_db
People = dict[str, User]

REPORTED, DISPATCHED, HANDLING, HANDLED = "reported", "dispatched", "handling", "handled"
ANSWERED, RECHECK, CLOSED = "answered", "recheck", "closed"
WITHDRAWN, REFUSED = "withdrawn", "refused"
WORK = (REPORTED, DISPATCHED, HANDLING, HANDLED, RECHECK)
# move: from where, to where, which promises it meets, voids and opens (DOMAIN, part 4).
MOVES: dict[str, tuple[tuple[str, ...], str, str, str, str]] = {
    "inspect": ((REPORTED,), "", "inspect", "", ""),
    "dispatch": ((REPORTED,), DISPATCHED, "inspect", "", "handle"),
    "redispatch": ((DISPATCHED, HANDLING), DISPATCHED, "", "handle", "handle"),
    "accept": ((DISPATCHED,), HANDLING, "", "", ""),
    "attend": ((HANDLING,), "", "handle", "", ""),
    "handle": ((HANDLING,), HANDLED, "handle", "", ""),
    "send_back": ((HANDLED, RECHECK), HANDLING, "", "", "handle"),
    "answer": ((HANDLED, RECHECK), ANSWERED, "feedback", "", ""),
    "answer_directly": ((REPORTED,), ANSWERED, "inspect feedback", "", ""),
    "refuse": ((REPORTED,), REFUSED, "inspect feedback", "", ""),
    "withdraw": ((*WORK, ANSWERED), WITHDRAWN, "", "inspect handle feedback", ""),
    "supplement": ((*WORK, ANSWERED), "", "", "", ""),
    "add_note": ((*WORK, ANSWERED), "", "", "", ""),
}
LENGTH = {"inspect": (180, "minutes"), "handle": (180, "minutes"), "feedback": (5, "working_days")}
SPAN = {"minutes": 180, "working_days": 1}
RUNGS = {"inspect": 3, "handle": 4, "feedback": 3}
ENDS_PAUSE = (HANDLED, ANSWERED, CLOSED, WITHDRAWN, REFUSED)
WINDOW = Plan(7, "calendar_days")


@dataclass
class Vow:
    """A promise on paper."""

    stage: str
    round: int
    start: datetime
    ended: bool = False
    seen: datetime | None = None  # when somebody last looked at it while it was open
    more: tuple[int, str] | None = None
    asked: bool = False

    def plan(self, pauses: tuple[tuple[datetime, datetime], ...]) -> Plan:
        amount, unit = LENGTH[self.stage]
        return Plan(amount, unit, pauses=pauses, more=self.more)

    def due(self, pauses: tuple[tuple[datetime, datetime], ...]) -> datetime:
        return plain_clock.due(self.plan(pauses), self.start)

    def rung(self, level: int, pauses: tuple[tuple[datetime, datetime], ...]) -> datetime:
        end = self.due(pauses)
        unit = LENGTH[self.stage][1]
        begin = end if unit == "minutes" else end - timedelta(microseconds=1)
        plan = Plan(SPAN[unit] * level, unit, pauses=pauses)
        return plain_clock.due(plan, begin) if level else end


@dataclass
class Paper:
    """The order on paper."""

    status: str = REPORTED
    vows: list[Vow] = field(default_factory=list)
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    resting: bool = False
    window: datetime | None = None  # for rating, or for reopening

    def open(self, stage: str, at: datetime) -> None:
        rounds = [vow.round for vow in self.vows if vow.stage == stage]
        self.vows.append(Vow(stage, 1 + max(rounds, default=0), at))

    def look(self, at: datetime) -> None:
        for vow in self.vows:
            if not vow.ended:
                vow.seen = at

    def end(self, stages: str) -> None:
        for vow in self.vows:
            vow.ended |= vow.stage in stages.split()

    def wake(self, at: datetime) -> None:
        """The pause ends now, or has by itself."""
        if self.resting:
            begins, ends = self.pauses[-1]
            self.pauses[-1] = (begins, min(ends, at))
            self.resting = False

    def running(self, stage: str) -> Vow | None:
        return next((v for v in self.vows if v.stage == stage and not v.ended), None)


class Life(RuleBasedStateMachine):
    """The verbs on one order, each followed on paper."""

    county: County
    people: People

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.at = MONDAY
        with pretend(self.at):
            self.order = report(self.county, self.people)
        self.paper = Paper()
        self.paper.open("inspect", self.at)
        self.paper.open("feedback", self.at)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @property
    def held(self) -> tuple[tuple[datetime, datetime], ...]:
        return tuple(self.paper.pauses)

    def act(self, verb: str, **words: object) -> None:
        with pretend(self.at):
            self.order = do(Verb(verb), again(self.order), self.county, self.people, **words)

    # --- Time ---------------------------------------------------------------------------

    @rule(minutes=st.sampled_from((1, 30, 90, 180, 600, 1440, 3000, 10_000)))
    def wait(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule()
    def sweep(self) -> None:
        with pretend(self.at):
            actions.sound_alarms()
            assert actions.sound_alarms() == 0, "a second sweep finds nothing"
        paper = self.paper
        paper.look(self.at)
        if paper.status == ANSWERED and paper.window and paper.window <= self.at:
            paper.status, paper.window = CLOSED, plain_clock.due(WINDOW, self.at)
        if paper.resting and paper.pauses[-1][1] <= self.at:
            paper.resting = False

    # --- Verbs --------------------------------------------------------------------------

    @rule(verb=st.sampled_from(sorted(MOVES)))
    def move(self, verb: str) -> None:
        sources, to, meets, voids, opens = MOVES[verb]
        paper = self.paper
        if verb in {"withdraw", "refuse"} and self.at < MONDAY + timedelta(days=4):
            return  # ends too many lives early
        if paper.status not in sources:
            nobody = self.order.handler_id is None and verb in {"accept", "attend", "handle"}
            words = {"by": self.people["manager"]} if nobody else {}
            with untouched(self.order), pytest.raises((WrongState, NotAllowed)):
                self.act(verb, **words)
            return
        if verb == "redispatch" and self.order.handler_id == self.county.fire.pk:
            return
        self.act(verb)
        paper.look(self.at)
        if to in ENDS_PAUSE:
            paper.wake(self.at)
        paper.end(f"{meets} {voids}")
        paper.status = to or paper.status
        for stage in opens.split():
            paper.open(stage, self.at)
        paper.window = plain_clock.due(WINDOW, self.at) if to == ANSWERED else paper.window

    @precondition(lambda self: self.paper.status == ANSWERED)
    @rule(solved=st.booleans())
    def rate(self, solved: bool) -> None:
        self.act("rate", solved=solved, satisfaction=4 if solved else 2)
        self.paper.look(self.at)
        self._judged(solved)

    def _judged(self, solved: bool) -> None:
        self.paper.status = CLOSED if solved else RECHECK
        self.paper.window = plain_clock.due(WINDOW, self.at) if solved else None
        if not solved:
            self.paper.open("feedback", self.at)

    @precondition(lambda self: self.paper.status == CLOSED)
    @rule()
    def reopen(self) -> None:
        if self.paper.window is None or self.at >= self.paper.window:
            with untouched(self.order), pytest.raises(WrongState):
                self.act("reopen")
            return
        self.act("reopen")
        self._judged(solved=False)

    @precondition(lambda self: self.paper.status in WORK and self.paper.status != HANDLED)
    @rule(days=st.integers(1, 12))
    def suspend(self, days: int) -> None:
        review = self.at.astimezone(HERE).date() + timedelta(days=days)
        self.act("suspend", review_on=review)
        self.paper.look(self.at)
        self.paper.wake(self.at)
        self.paper.pauses.append((self.at, _end_of(review)))
        self.paper.resting = True

    @precondition(lambda self: self.paper.status in WORK and self.paper.status != HANDLED)
    @rule()
    def resume(self) -> None:
        if not self.paper.resting:
            with untouched(self.order), pytest.raises(WrongState):
                self.act("resume")
            return
        self.act("resume")
        self.paper.look(self.at)
        self.paper.wake(self.at)

    @precondition(lambda self: self.paper.status in {DISPATCHED, HANDLING})
    @rule(granted=st.booleans())
    def more_time(self, granted: bool) -> None:
        vow = self.paper.running("handle")
        if vow is None or vow.asked or self.at >= vow.due(self.held):
            with untouched(self.order), pytest.raises(WrongState):
                self.act("ask_extension")
            return
        self.act("ask_extension")
        self.act("grant_extension" if granted else "refuse_extension")
        self.paper.look(self.at)
        vow.asked = True
        vow.more = (1, "working_days") if granted else None

    # --- What must hold -----------------------------------------------------------------

    @invariant()
    def the_rows_are_what_the_paper_says(self) -> None:
        order = Complaint.objects.get(pk=self.order.pk)
        assert order.status == self.paper.status
        rows = list(order.deadlines.order_by("pk"))
        told = {(row.stage, row.round, row.is_open) for row in rows}
        assert told == {(vow.stage, vow.round, not vow.ended) for vow in self.paper.vows}
        for row in rows:
            vow = next(v for v in self.paper.vows if (v.stage, v.round) == (row.stage, row.round))
            if not vow.ended:
                assert row.due_at == vow.due(self.held), (row.stage, row.round)
        owed = [vow.due(self.held) for vow in self.paper.vows if not vow.ended]
        assert order.next_due_at == min(owed, default=None)

    @invariant()
    def the_pauses_are_on_record(self) -> None:
        rows = Pause.objects.filter(complaint=self.order, state=Asked.GRANTED)
        assert list(rows.order_by("pk").values_list("from_at", "until_at")) == self.paper.pauses

    @invariant()
    def every_rung_reached_is_on_record_once_and_dated_when_it_was_due(self) -> None:
        expected = set()
        for vow in self.paper.vows:
            for level in range(RUNGS[vow.stage]):
                if vow.seen is not None and (at := vow.rung(level, self.held)) <= vow.seen:
                    expected.add((vow.stage, vow.round, level, at))
        rows = Breach.objects.filter(deadline__complaint=self.order)
        found = list(rows.values_list("deadline__stage", "deadline__round", "level", "due_at"))
        assert len(found) == len(set(found))
        assert set(found) == expected


def _end_of(on: date) -> datetime:
    return datetime.combine(on + timedelta(days=1), datetime.min.time(), HERE)


@pytest.mark.slow
def test_a_life_is_what_the_paper_says(county: County, people: People) -> None:
    machine = type("Life", (Life,), {"county": county, "people": people})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
