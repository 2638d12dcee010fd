"""The law of a committee's formation 业主委员会组建: its states, its dated steps, whose they are.

A table and pure functions: what must come before a step, how long the law has it wait, and what
follows from the steps taken. Waiting times are named here and their days are data
(`communities/clock.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CommitteeState(TextChoices):
    NOT_ELIGIBLE = "not_eligible", _("Not eligible yet")
    ELIGIBLE = "eligible", _("Eligible")
    PREPARING = "preparing", _("Preparing")
    ELECTING = "electing", _("Electing")
    ELECTED = "elected_pending_filing", _("Elected, to be filed")
    FILED = "filed", _("Filed, in term")
    REELECTION_DUE = "reelection_due", _("Re-election due")
    OVERDUE = "overdue", _("Term over, no successor")
    DISSOLVED = "dissolved", _("Dissolved")


# Formed and in term: what the formation rate counts.
IN_TERM = frozenset({CommitteeState.FILED, CommitteeState.REELECTION_DUE})


class Step(TextChoices):
    ELIGIBLE = "eligible", _("Conditions met")
    APPLIED = "applied", _("Application received")
    GROUP_FORMED = "group_formed", _("Preparatory group formed")
    LIST_PUBLISHED = "list_published", _("List of the preparatory group published")
    BRANCH_MET = "branch_met", _("Temporary party branch met")
    GROUP_MET = "group_met", _("Preparatory group met")
    CANDIDATES_PUBLISHED = "candidates_published", _("Candidates published")
    ANNOUNCED = "announced", _("Owners' meeting announced")
    NOT_ELECTED = "not_elected", _("Owners' meeting without a valid election")
    ELECTED = "elected", _("Committee elected")
    FILED = "filed", _("Filed with the subdistrict and the housing authority")
    HANDED_OVER = "handed_over", _("Papers and seal handed over")
    TAKEN_OVER = "taken_over", _("Entered as it stands")
    FOUNDED = "founded", _("Founded by the subdistrict")
    RENEWED = "renewed", _("Term renewed")
    BEGUN_ANEW = "begun_anew", _("Re-election begun")
    DISSOLVED = "dissolved", _("Dissolved")
    FILING_LATE = "filing_late", _("Filing overdue")
    REELECTION_DUE = "reelection_due", _("Re-election due")
    TERM_OVER = "term_over", _("Term over")
    STRUCK = "struck", _("Last entry struck out")


class Hand(TextChoices):
    """Who records a step."""

    KEEPER = "keeper", _("Whoever keeps the register")
    OVERSEER = "overseer", _("Subdistrict or district")
    CLOCK = "clock", _("The clock")


@dataclass(frozen=True)
class Need:
    """One of these steps must stand; with `days`, the rule of that name says how many before."""

    steps: tuple[Step, ...]
    days: str = ""


@dataclass(frozen=True)
class Law:
    """One step: whose it is, from which state to which, what it needs and what it uses up.

    `asks` are the facts it is recorded with; `before_end`: not earlier than so many days (a rule)
    before the term ends; `public`: anybody may read that it happened.
    """

    hand: Hand
    moves: Mapping[CommitteeState, CommitteeState]
    needs: tuple[Need, ...] = ()
    spends: tuple[Step, ...] = ()
    asks: tuple[str, ...] = ()
    before_end: str = ""
    public: bool = True


def _stays(*states: CommitteeState) -> dict[CommitteeState, CommitteeState]:
    return {state: state for state in states}


S = CommitteeState
ANEW = (S.REELECTION_DUE, S.OVERDUE)
RUNNING = tuple(state for state in S if state != S.DISSOLVED)
TERM = ("number", "term_from_on", "term_until_on")
PREPARATION = (
    Step.APPLIED,
    Step.GROUP_FORMED,
    Step.LIST_PUBLISHED,
    Step.BRANCH_MET,
    Step.GROUP_MET,
    Step.CANDIDATES_PUBLISHED,
    Step.ANNOUNCED,
    Step.BEGUN_ANEW,
)

# What both kinds of committee have in common.
_COMMON: dict[Step, Law] = {
    Step.TAKEN_OVER: Law(
        Hand.KEEPER,
        {S.NOT_ELIGIBLE: S.FILED, S.ELIGIBLE: S.FILED},
        asks=("seats", "elected_on", *TERM),
    ),
    Step.DISSOLVED: Law(Hand.OVERSEER, dict.fromkeys(RUNNING, S.DISSOLVED), asks=("note",)),
    Step.REELECTION_DUE: Law(Hand.CLOCK, {S.FILED: S.REELECTION_DUE}),
    Step.TERM_OVER: Law(Hand.CLOCK, dict.fromkeys((S.FILED, S.REELECTION_DUE), S.OVERDUE)),
}

OWNERS: dict[Step, Law] = {
    Step.ELIGIBLE: Law(Hand.KEEPER, {S.NOT_ELIGIBLE: S.ELIGIBLE}),
    Step.APPLIED: Law(Hand.KEEPER, _stays(S.ELIGIBLE), public=False),
    Step.BEGUN_ANEW: Law(
        Hand.KEEPER,
        _stays(S.FILED, *ANEW),
        spends=PREPARATION,
        before_end="reelection_days",
    ),
    Step.GROUP_FORMED: Law(
        Hand.KEEPER,
        {S.ELIGIBLE: S.PREPARING, **_stays(*ANEW)},
        needs=(Need((Step.APPLIED, Step.BEGUN_ANEW)),),
        asks=("people",),
    ),
    Step.LIST_PUBLISHED: Law(
        Hand.KEEPER, _stays(S.PREPARING, *ANEW), needs=(Need((Step.GROUP_FORMED,)),)
    ),
    Step.BRANCH_MET: Law(
        Hand.KEEPER,
        _stays(S.PREPARING, S.ELECTING, *ANEW),
        needs=(Need((Step.GROUP_FORMED,)),),
        public=False,
    ),
    # A meeting of the branch prepares one meeting of the group: the next one needs its own.
    Step.GROUP_MET: Law(
        Hand.KEEPER,
        _stays(S.PREPARING, S.ELECTING, *ANEW),
        needs=(Need((Step.LIST_PUBLISHED,), "list_days"), Need((Step.BRANCH_MET,))),
        spends=(Step.BRANCH_MET,),
        public=False,
    ),
    Step.CANDIDATES_PUBLISHED: Law(
        Hand.KEEPER,
        {S.PREPARING: S.ELECTING, **_stays(S.ELECTING, *ANEW)},
        needs=(Need((Step.GROUP_MET,)),),
    ),
    Step.ANNOUNCED: Law(
        Hand.KEEPER, _stays(S.ELECTING, *ANEW), needs=(Need((Step.CANDIDATES_PUBLISHED,)),)
    ),
    Step.NOT_ELECTED: Law(
        Hand.KEEPER,
        _stays(S.ELECTING, *ANEW),
        needs=(Need((Step.ANNOUNCED,), "announce_days"),),
        spends=(Step.ANNOUNCED,),
    ),
    Step.ELECTED: Law(
        Hand.KEEPER,
        dict.fromkeys((S.ELECTING, *ANEW), S.ELECTED),
        needs=(
            Need((Step.CANDIDATES_PUBLISHED,), "candidates_days"),
            Need((Step.ANNOUNCED,), "announce_days"),
        ),
        spends=(*PREPARATION, Step.FILED, Step.TAKEN_OVER, Step.HANDED_OVER, Step.FILING_LATE),
        asks=("seats",),
    ),
    Step.FILED: Law(Hand.OVERSEER, {S.ELECTED: S.FILED}, needs=(Need((Step.ELECTED,)),), asks=TERM),
    Step.HANDED_OVER: Law(
        Hand.KEEPER,
        _stays(S.ELECTED, S.FILED),
        needs=(Need((Step.ELECTED, Step.TAKEN_OVER)),),
    ),
    Step.FILING_LATE: Law(Hand.CLOCK, _stays(S.ELECTED)),
    **_COMMON,
}

MANAGEMENT: dict[Step, Law] = {
    Step.ELIGIBLE: Law(Hand.KEEPER, {S.NOT_ELIGIBLE: S.ELIGIBLE}, asks=("note",)),
    Step.FOUNDED: Law(
        Hand.OVERSEER,
        {S.ELIGIBLE: S.FILED},
        needs=(Need((Step.ELIGIBLE,)),),
        asks=("seats", *TERM),
    ),
    Step.RENEWED: Law(
        Hand.OVERSEER,
        dict.fromkeys((S.FILED, *ANEW), S.FILED),
        asks=TERM,
        before_end="reelection_days",
    ),
    **_COMMON,
}


@dataclass(frozen=True)
class Mark:
    """A step that was taken."""

    step: Step
    on: date
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Life:
    """What follows from the steps taken: the state, what still stands, and the term."""

    state: CommitteeState = S.NOT_ELIGIBLE
    standing: dict[Step, date] = field(default_factory=dict)
    last_on: date | None = None
    seats: int | None = None
    elected_on: date | None = None
    filed_on: date | None = None
    filing_number: str = ""
    term_from_on: date | None = None
    term_until_on: date | None = None


def lived(law: Mapping[Step, Law], marks: Iterable[Mark]) -> Life:
    """Fold the steps taken, in the order they were entered."""
    life = Life()
    for mark in marks:
        row = law[mark.step]
        life.state = row.moves.get(life.state, life.state)
        for spent in row.spends:
            life.standing.pop(spent, None)
        life.standing[mark.step] = mark.on
        if row.hand != Hand.CLOCK:
            life.last_on = max(life.last_on or mark.on, mark.on)
        _know(life, mark)
    return life


def _know(life: Life, mark: Mark) -> None:
    facts = mark.facts
    if "seats" in facts:
        life.seats = int(facts["seats"])
    if mark.step == Step.ELECTED:
        life.elected_on = mark.on
    elif "elected_on" in facts:
        life.elected_on = date.fromisoformat(facts["elected_on"])
    # Until the new term is filed the old one stands.
    if "term_until_on" in facts:
        life.filed_on, life.filing_number = mark.on, str(facts.get("number", ""))
        life.term_from_on = date.fromisoformat(facts["term_from_on"])
        life.term_until_on = date.fromisoformat(facts["term_until_on"])
