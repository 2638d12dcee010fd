"""The law of a listing's life 红黑榜: its states, its steps, whose they are, what each records.

A table and pure functions. Steps with a `switch` are taken only where the scheme says so; how long
a stage lasts is the scheme's too (`ratings.terms.Steps`, working days and months by name).
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class ListKind(TextChoices):
    RED = "red", _("Red list")
    BLACK = "black", _("Black list")


class About(TextChoices):
    """Whom or what a listing is about."""

    FIRM = "firm", _("Property firm")
    COMMITTEE = "committee", _("Owners' or management committee")
    BRANCH = "branch", _("Party branch")
    ESTATE = "estate", _("Estate")


# What an estate on the red list is called [P, Anhui: 美丽家园].
BEAUTIFUL = _("Beautiful home")


class ListingState(TextChoices):
    PROPOSED = "proposed", _("Proposed")
    SERVED = "served", _("Notice sent, receipt awaited")
    STATING = "stating", _("Statement and defence may be made")
    DECIDING = "deciding", _("To be decided")
    DECIDED = "decided", _("Decided, to be approved together")
    APPROVED = "approved", _("Approved, to be put in public notice")
    NOTICED = "noticed", _("In public notice")
    CLEARED = "cleared", _("Public notice over")
    SCHEDULED = "scheduled", _("To be published at a set time")
    PUBLISHED = "published", _("Published")
    EXPIRED = "expired", _("Expired")
    REPAIRED = "repaired", _("Credit repaired")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    NOT_LISTED = "not_listed", _("Not listed")


class ListingVerb(TextChoices):
    PROPOSE = "propose", _("Proposed")
    JOINT_CHECK = "joint_check", _("Joint check by departments")
    INTERVIEW = "interview", _("Interview, with a rectification notice")
    RECHECK = "recheck", _("Rectification checked again")
    PUT_FORWARD = "put_forward", _("Put forward for the decision")
    SERVE = "serve", _("Notice served")
    RECEIVE = "receive", _("Receipt acknowledged")
    RECORD_SERVICE = "record_service", _("Service of the notice put on record")
    STATE_CASE = "state_case", _("Statement and defence")
    STATEMENT_OVER = "statement_over", _("Time for the statement over")
    ASK_CORRECTION = "ask_correction", _("Right in part: correction of the score asked for")
    CORRECT = "correct", _("Score corrected by another card")
    KEEP_SCORE = "keep_score", _("Looked at again: the score stands")
    DECIDE = "decide", _("Decided to list")
    DECIDE_AGAINST = "decide_against", _("Decided not to list")
    LATE = "late", _("Decision late")
    LEGAL_REVIEW = "legal_review", _("Legal review passed")
    APPROVE = "approve", _("Approved in the collective decision")
    TURN_DOWN = "turn_down", _("Turned down in the collective decision")
    NOTICE = "notice", _("Put in public notice")
    OBJECT = "object", _("Objection received: publication stopped")
    ANSWER = "answer", _("Objection answered: not upheld")
    UPHOLD = "uphold", _("Objection upheld: not listed")
    NOTICE_OVER = "notice_over", _("Public notice over, no objection open")
    SCHEDULE = "schedule", _("Set to be published")
    PUBLISH = "publish", _("Published")
    ASK_REPAIR = "ask_repair", _("Credit repair asked for")
    REFUSE_REPAIR = "refuse_repair", _("Credit repair refused")
    REPAIR = "repair", _("Credit repaired, taken off the list")
    VETO_ENDS = "veto_ends", _("Ended by a veto in effect")
    EXPIRE = "expire", _("Expired")
    WITHDRAW = "withdraw", _("Listing withdrawn")


class Hand(TextChoices):
    """Who takes a step. Nobody tied to whom it is about is any of them but they themselves."""

    OFFICER = "officer", _("Officer of the district")
    CONCERNED = (
        "concerned",
        _(
            "Whom it is about: a firm's manager or clerk, a committee's director or members, "
            "a branch's secretary; for an estate its firm and its committee"
        ),
    )
    DECIDER = "decider", _("Officer who was not involved before")
    APPROVER = "approver", _("Officer who neither proposed nor decided, each once")
    OTHER = "other", _("Officer other than whoever proposed it")
    ANYBODY = "anybody", _("Anybody")
    CLOCK = "clock", _("The clock")


@dataclass(frozen=True)
class Law:
    """One step: whose it is, from which state to which.

    `asks`: what must be recorded with it; `only`: of one list; `switch`: taken where the scheme
    has it; `needs`: steps that must stand before (those switched off count as taken); `bars`:
    steps that must not stand; `spends`: steps that no longer stand after it; `opens`: the deadline
    it begins; `last`: where it leads when it completes what several must do.
    """

    hand: Hand
    moves: Mapping[ListingState, ListingState]
    asks: tuple[str, ...] = ()
    only: str = ""
    switch: str = ""
    needs: tuple[ListingVerb, ...] = ()
    bars: tuple[ListingVerb, ...] = ()
    spends: tuple[ListingVerb, ...] = ()
    opens: str = ""
    last: ListingState | None = None


S, V = ListingState, ListingVerb
RED, BLACK = ListKind.RED.value, ListKind.BLACK.value
# Nothing happens to these any more.
ENDED = frozenset({S.EXPIRED, S.REPAIRED, S.WITHDRAWN, S.NOT_LISTED})
BEFORE = tuple(state for state in S if state not in ENDED and state != S.PUBLISHED)
# Of the collective decision: two at least (DOMAIN part 7).
APPROVERS = 2
# Taken by doors of their own, not by the step's form.
OWN_DOORS = frozenset({V.PROPOSE, V.OBJECT, V.ANSWER, V.UPHOLD})
# Steps that photos and documents may come with: what grounds or a statement rest on.
SHOWN_WITH = frozenset(
    {
        V.PROPOSE,
        V.JOINT_CHECK,
        V.INTERVIEW,
        V.RECHECK,
        V.SERVE,
        V.RECORD_SERVICE,
        V.STATE_CASE,
        V.ASK_REPAIR,
        V.REFUSE_REPAIR,
        V.REPAIR,
    }
)
# What anybody may read: the public notice, and what was published, also after it ended.
IN_NOTICE = frozenset({S.NOTICED, S.CLEARED, S.SCHEDULED})


def _stays(*states: ListingState) -> dict[ListingState, ListingState]:
    return {state: state for state in states}


LAW: dict[ListingVerb, Law] = {
    V.PROPOSE: Law(Hand.OFFICER, {}, asks=("grounds", "evidence")),
    V.JOINT_CHECK: Law(
        Hand.OFFICER, _stays(S.PROPOSED), asks=("departments", "text"), switch="joint_check"
    ),
    V.INTERVIEW: Law(
        Hand.OFFICER,
        _stays(S.PROPOSED),
        asks=("met_on", "text", "rectify"),
        only=BLACK,
        switch="interview",
    ),
    V.RECHECK: Law(
        Hand.OFFICER,
        _stays(S.PROPOSED),
        asks=("text",),
        only=BLACK,
        switch="interview",
        needs=(V.INTERVIEW,),
    ),
    V.PUT_FORWARD: Law(
        Hand.OFFICER,
        {S.PROPOSED: S.DECIDING},
        only=RED,
        needs=(V.JOINT_CHECK,),
        opens="decision_days",
    ),
    V.SERVE: Law(
        Hand.OFFICER,
        {S.PROPOSED: S.SERVED},
        asks=("number", "text"),
        only=BLACK,
        needs=(V.JOINT_CHECK, V.INTERVIEW, V.RECHECK),
    ),
    V.RECEIVE: Law(Hand.CONCERNED, {S.SERVED: S.STATING}, only=BLACK, opens="statement_days"),
    V.RECORD_SERVICE: Law(
        Hand.OFFICER, {S.SERVED: S.STATING}, asks=("how",), only=BLACK, opens="statement_days"
    ),
    V.STATE_CASE: Law(
        Hand.CONCERNED, {S.STATING: S.DECIDING}, asks=("text",), only=BLACK, opens="decision_days"
    ),
    V.STATEMENT_OVER: Law(Hand.CLOCK, {S.STATING: S.DECIDING}, only=BLACK, opens="decision_days"),
    V.ASK_CORRECTION: Law(
        Hand.OFFICER,
        _stays(S.DECIDING),
        asks=("sheet", "text"),
        only=BLACK,
        bars=(V.ASK_CORRECTION,),
    ),
    V.CORRECT: Law(
        Hand.OFFICER,
        _stays(S.DECIDING),
        asks=("text",),
        only=BLACK,
        needs=(V.ASK_CORRECTION,),
        spends=(V.ASK_CORRECTION,),
    ),
    V.KEEP_SCORE: Law(
        Hand.OFFICER,
        _stays(S.DECIDING),
        asks=("text",),
        only=BLACK,
        needs=(V.ASK_CORRECTION,),
        spends=(V.ASK_CORRECTION,),
    ),
    V.DECIDE: Law(
        Hand.DECIDER, {S.DECIDING: S.DECIDED}, asks=("text",), bars=(V.ASK_CORRECTION,)
    ),
    V.DECIDE_AGAINST: Law(
        Hand.DECIDER, {S.DECIDING: S.NOT_LISTED}, asks=("text",), bars=(V.ASK_CORRECTION,)
    ),
    V.LATE: Law(Hand.CLOCK, _stays(S.DECIDING)),
    V.LEGAL_REVIEW: Law(
        Hand.OTHER, _stays(S.DECIDED), asks=("text",), switch="legal_review"
    ),
    V.APPROVE: Law(
        Hand.APPROVER,
        _stays(S.DECIDED),
        asks=("minutes", "met_on"),
        needs=(V.LEGAL_REVIEW,),
        last=S.APPROVED,
    ),
    V.TURN_DOWN: Law(
        Hand.APPROVER,
        {S.DECIDED: S.NOT_LISTED},
        asks=("minutes", "met_on", "text"),
        needs=(V.LEGAL_REVIEW,),
    ),
    V.NOTICE: Law(Hand.OFFICER, {S.APPROVED: S.NOTICED}, opens="notice_days"),
    V.OBJECT: Law(Hand.ANYBODY, _stays(S.NOTICED), asks=("text", "name", "phone")),
    V.ANSWER: Law(Hand.OTHER, _stays(S.NOTICED), asks=("text",), needs=(V.OBJECT,)),
    V.UPHOLD: Law(
        Hand.OTHER, {S.NOTICED: S.NOT_LISTED}, asks=("text",), needs=(V.OBJECT,)
    ),
    V.NOTICE_OVER: Law(Hand.CLOCK, {S.NOTICED: S.CLEARED}),
    V.SCHEDULE: Law(
        Hand.OFFICER, {S.CLEARED: S.SCHEDULED}, asks=("document_number", "publish_at")
    ),
    V.PUBLISH: Law(Hand.CLOCK, {S.SCHEDULED: S.PUBLISHED}),
    V.ASK_REPAIR: Law(
        Hand.CONCERNED, _stays(S.PUBLISHED), asks=("text",), only=BLACK, bars=(V.ASK_REPAIR,)
    ),
    V.REFUSE_REPAIR: Law(
        Hand.OFFICER,
        _stays(S.PUBLISHED),
        asks=("text",),
        only=BLACK,
        needs=(V.ASK_REPAIR,),
        spends=(V.ASK_REPAIR,),
    ),
    V.REPAIR: Law(
        Hand.OFFICER,
        {S.PUBLISHED: S.REPAIRED},
        asks=("document_number", "text"),
        only=BLACK,
        needs=(V.ASK_REPAIR,),
    ),
    V.VETO_ENDS: Law(
        Hand.CLOCK, dict.fromkeys((*BEFORE, S.PUBLISHED), S.WITHDRAWN), only=RED
    ),
    V.EXPIRE: Law(Hand.CLOCK, {S.PUBLISHED: S.EXPIRED}),
    V.WITHDRAW: Law(
        Hand.OFFICER,
        dict.fromkeys((*BEFORE, S.PUBLISHED), S.WITHDRAWN),
        asks=("document_number", "text"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Life:
    """A listing as far as the law looks at it."""

    kind: str
    state: ListingState
    # The bracketed steps that its scheme has.
    switches: frozenset[str] = frozenset()
    # Steps that stand.
    standing: frozenset[ListingVerb] = frozenset()


def standing(verbs: Iterable[ListingVerb]) -> frozenset[ListingVerb]:
    """What still stands of the steps taken, in the order in which they were."""
    found: set[ListingVerb] = set()
    for verb in verbs:
        found -= set(LAW[verb].spends)
        found.add(verb)
    return frozenset(found)


def takes(verb: ListingVerb, kind: str, switches: Collection[str]) -> bool:
    """Whether a listing of this list, under this scheme, has this step at all."""
    row = LAW[verb]
    return row.only in ("", kind) and (not row.switch or row.switch in switches)


def is_open(verb: ListingVerb, life: Life) -> bool:
    """Whether the law lets this step be taken now, whoever takes it."""
    row = LAW[verb]
    if not takes(verb, life.kind, life.switches) or life.state not in row.moves:
        return False
    if row.switch and verb in life.standing:
        return False
    wanted = {need for need in row.needs if takes(need, life.kind, life.switches)}
    return wanted <= life.standing and not life.standing & set(row.bars)


def open_verbs(life: Life) -> list[ListingVerb]:
    """Every step that may be taken now, in the order of the table."""
    return [verb for verb in LAW if is_open(verb, life)]


def leads(verb: ListingVerb, state: ListingState, *, complete: bool = True) -> ListingState:
    """Where a step leads; `complete` where several must take it and this is the last one."""
    row = LAW[verb]
    if row.last is not None and complete:
        return row.last
    return row.moves[state]


def list_label(kind: str, about: str) -> "StrOrPromise":
    """What its readers call a list."""
    if kind == RED and about == About.ESTATE:
        return BEAUTIFUL
    return ListKind(kind).label


def months_after(on: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that has no such day."""
    year, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + year, month + 1
    return date(year, month, min(on.day, monthrange(year, month)[1]))
