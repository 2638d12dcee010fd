"""What the pages of committees read: the list, one committee whole, an estate's section."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.http import Http404

from accounts.models import User
from common.now import today
from common.paging import Sorting
from communities.clock import Opening, openings
from communities.models import (
    COMMITTEE_BODIES,
    Body,
    BodyKind,
    Committee,
    CommitteeMember,
    CommitteeState,
    CommitteeStep,
    MemberRole,
    Place,
    YearlyReview,
    in_force,
)
from communities.permissions import keeps_register
from communities.permissions.committees import records
from communities.rules import rules
from communities.workflow import MANAGEMENT, OWNERS, Hand, Law, Life, Mark, Step, lived

S = CommitteeState
# What calls for somebody comes first: late, due, to be filed, under way; then by the next alarm.
URGENCY = {
    S.OVERDUE: "0",
    S.ELECTED: "1",
    S.REELECTION_DUE: "2",
    S.ELECTING: "3",
    S.PREPARING: "4",
    S.ELIGIBLE: "5",
    S.NOT_ELIGIBLE: "6",
    S.FILED: "7",
}
ALARMS_FIRST = Sorting("urgency", "code")
# Tone and icon of a state: whose turn it is, told without colour too.
LOOKS: dict[str, tuple[str, str]] = {
    S.NOT_ELIGIBLE: ("ended", "clock"),
    S.ELIGIBLE: ("waiting", "inbox"),
    S.PREPARING: ("moving", "people"),
    S.ELECTING: ("moving", "people"),
    S.ELECTED: ("waiting", "send"),
    S.FILED: ("good", "done"),
    S.REELECTION_DUE: ("yours", "clock"),
    S.OVERDUE: ("waiting", "late"),
    S.DISSOLVED: ("ended", "ban"),
}


def committee_of(_user: User | None, code: str) -> Committee:
    """A committee by its code, or 404."""
    rows = Committee.objects.select_related("body__place__parent__parent__parent")
    found = rows.filter(body__code=code).first()
    if found is None:
        raise Http404
    return found


def member_of(_user: User, key: str) -> CommitteeMember:
    """A seat by its public id, or 404."""
    try:
        wanted = UUID(key)
    except ValueError:
        raise Http404 from None
    rows = CommitteeMember.objects.select_related("committee__body__place__parent")
    found = rows.filter(public_id=wanted).first()
    if found is None:
        raise Http404
    return found


def committee_list(
    *, state: str = "", under: str = "", kind: str = "", search: str = ""
) -> QuerySet[Any]:
    """The bodies of committees, what calls for somebody first (`ALARMS_FIRST`)."""
    bodies = Body.objects.filter(kind__in=COMMITTEE_BODIES, committee__isnull=False)
    bodies = bodies.select_related("committee", "place__parent")
    if state:
        bodies = bodies.filter(committee__state=state)
    else:
        bodies = bodies.exclude(committee__state=S.DISSOLVED)
    if under:
        bodies = bodies.filter(place__code__startswith=under)
    if kind:
        bodies = bodies.filter(kind=kind)
    if search:
        bodies = bodies.filter(Q(name__icontains=search) | Q(initials__startswith=search.lower()))
    rank = Case(
        *(When(committee__state=state, then=Value(place)) for state, place in URGENCY.items()),
        default=Value("9"),
    )
    alarm = Coalesce(Cast(F("committee__alarm_on"), CharField()), Value("9999"))
    return bodies.annotate(urgency=Concat(rank, alarm, output_field=CharField()))


@dataclass(frozen=True)
class Share:
    """Party members among those who sit, as figures; names stand nowhere near."""

    members: int
    party: int
    target: int

    @property
    def reached(self) -> bool:
        return self.party * 100 >= self.target * self.members

    @property
    def public(self) -> bool:
        """Whether the figure may stand beside the names: all or none would say it of each."""
        return 0 < self.party < self.members


@dataclass(frozen=True)
class Line:
    """A step of the file as a reader is shown it."""

    step: CommitteeStep
    label: str
    late: bool
    struck: bool


@dataclass(frozen=True)
class Next:
    """A step that may come next: whether this reader records it, and when it can be done."""

    step: Step
    opening: Opening
    open_now: bool
    mine: bool


@dataclass(frozen=True)
class CommitteePage:
    """All there is to show of a committee to one reader."""

    committee: Committee
    life: Life
    law: dict[Step, Law]
    members: list[CommitteeMember]
    share: Share
    lines: list[Line]
    nexts: list[Next]
    reviews: list[YearlyReview]
    trainings: list[Any]
    keeps: bool
    alarm: str
    filing_due_on: date | None

    @property
    def look(self) -> tuple[str, str]:
        return LOOKS[self.committee.state]


def committee_page(committee: Committee, user: User | None) -> CommitteePage:
    """One committee as this reader sees it: dated public steps to all, the file to its keepers."""
    on = today()
    keeps = user is not None and keeps_register(user, committee.body.place)
    law = OWNERS if committee.body.kind == BodyKind.OWNERS_COMMITTEE else MANAGEMENT
    rows = list(committee.steps.order_by("pk"))
    struck = {row.facts["struck"] for row in rows if row.step == Step.STRUCK}
    valid = [r for r in rows if r.step != Step.STRUCK and str(r.public_id) not in struck]
    life = lived(law, (Mark(Step(r.step), r.on, r.facts) for r in valid))
    shown = rows if keeps else [row for row in valid if law[Step(row.step)].public]
    members = members_on(committee, on)
    return CommitteePage(
        committee=committee,
        life=life,
        law=law,
        members=members,
        share=share_of(members),
        lines=[_line(row, str(row.public_id) in struck, law) for row in reversed(shown)],
        nexts=_nexts(law, life, on, committee, user) if keeps else [],
        reviews=list(committee.reviews.order_by("-year")[:5]),
        trainings=list(
            committee.trainings.select_related("training").order_by("-training__on")[:10]
        ),
        keeps=keeps,
        alarm=alarm_of(committee, on),
        filing_due_on=filing_due_on(committee),
    )


def _line(row: CommitteeStep, struck: bool, law: dict[Step, Law]) -> Line:
    step = Step(row.step)
    late = step in law and law[step].hand == Hand.CLOCK
    return Line(row, str(step.label), late, struck)


def _nexts(
    law: dict[Step, Law], life: Life, on: date, committee: Committee, user: User | None
) -> list[Next]:
    found = []
    for opening in openings(law, life, rules()):
        mine = user is not None and records(user, committee.body.place, opening.law.hand)
        found.append(Next(opening.step, opening, opening.open_on(on), mine))
    return found


def members_on(committee: Committee, on: date) -> list[CommitteeMember]:
    """Who sits on a day, the director first, alternates last."""
    order = list(MemberRole)
    rows = committee.members.filter(in_force(on)).order_by("from_on", "pk")
    return sorted(rows, key=lambda member: order.index(MemberRole(member.role)))


def share_of(members: list[CommitteeMember]) -> Share:
    full = [member for member in members if member.role != MemberRole.ALTERNATE]
    party = sum(member.party_member for member in full)
    return Share(len(full), party, rules()["party_share"])


def filing_due_on(committee: Committee) -> date | None:
    """The last day on which it is filed in time, while it waits to be filed."""
    if committee.state != S.ELECTED or committee.elected_on is None:
        return None
    return committee.elected_on + timedelta(days=rules()["filing_days"])


def alarm_of(committee: Committee, on: date) -> str:
    """What is wrong today, whether or not the sweep has been round: a word for the template."""
    due = filing_due_on(committee)
    if due is not None:
        return "filing_late" if on > due else "filing"
    until = committee.term_until_on
    if committee.state in {S.NOT_ELIGIBLE, S.DISSOLVED} or until is None:
        return ""
    if on >= until:
        return "term_over"
    soon = until - timedelta(days=rules()["reelection_days"])
    return "reelection" if on >= soon else ""


def committees_of(estate: Place) -> list[tuple[Committee, tuple[str, str], str]]:
    """The committees of an estate for its page, with look and alarm; one query."""
    rows = Committee.objects.select_related("body").filter(body__place=estate)
    on = today()
    return [
        (committee, LOOKS[committee.state], alarm_of(committee, on))
        for committee in rows.exclude(state=S.DISSOLVED).order_by("pk")
    ]
