"""The law of an order's life: statuses, verbs, who, from where, to where, which clocks.

One row per verb. The page, the form, the button, the URL, the event and the permission all
belong to the verb, so the table is keyed by it. `docs/complaint-life.md` is drawn from here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    REPORTED = "reported", _("Reported, awaiting the desk")
    DISPATCHED = "dispatched", _("Dispatched, awaiting acceptance")
    HANDLING = "handling", _("Being handled")
    HANDLED = "handled", _("Handled, under review")
    ANSWERED = "answered", _("Answered, awaiting your rating")
    RECHECK = "recheck", _("Being rechecked")
    CLOSED = "closed", _("Closed")
    REFUSED = "refused", _("Not accepted")
    MERGED = "merged", _("Merged")
    WITHDRAWN = "withdrawn", _("Withdrawn")


ENDED = frozenset({Status.CLOSED, Status.REFUSED, Status.MERGED, Status.WITHDRAWN})
OPEN = frozenset(Status) - ENDED


class Party(TextChoices):
    """What an actor is to one order. The office does not open verbs; the party does."""

    REPORTER = "reporter", _("Reporter")
    DESK = "desk", _("Desk")
    GRID = "grid", _("Grid")
    HANDLER = "handler", _("Handler")
    # A handler's own repairer: sees what the handler sees, of the orders given to them.
    REPAIRER = "repairer", _("Repairer")
    OVERSEER = "overseer", _("Overseer")
    WATCHER = "watcher", _("Watcher")
    AUDITOR = "auditor", _("Auditor")
    CLOCK = "clock", _("Clock")


class Stage(TextChoices):
    """The three promises of an order."""

    INSPECT = "inspect", _("On-site check")
    HANDLE = "handle", _("Handling")
    FEEDBACK = "feedback", _("Feedback")


class Verb(TextChoices):
    REPORT = "report", _("Report")
    INSPECT = "inspect", _("Check on site")
    DISPATCH = "dispatch", _("Dispatch")
    REDISPATCH = "redispatch", _("Dispatch to another")
    ACCEPT = "accept", _("Accept")
    RETURN_ORDER = "return_order", _("Return the order")
    ATTEND = "attend", _("Attend on the spot")
    HANDLE = "handle", _("Report the result")
    SEND_BACK = "send_back", _("Send back")
    ANSWER = "answer", _("Answer the reporter")
    ANSWER_DIRECTLY = "answer_directly", _("Answer directly")
    REFER_UP = "refer_up", _("Refer up")
    RATE = "rate", _("Rate")
    RECORD_CALLBACK = "record_callback", _("Record a call-back")
    REOPEN = "reopen", _("Reopen")
    CLOSE_UNRATED = "close_unrated", _("Close unrated")
    REFUSE = "refuse", _("Do not accept")
    MERGE = "merge", _("Merge into another")
    WITHDRAW = "withdraw", _("Withdraw")
    URGE = "urge", _("Urge")
    SUPPLEMENT = "supplement", _("Add information")
    ADD_NOTE = "add_note", _("Add a note")
    RECLASSIFY = "reclassify", _("Change the category")
    COUNTERSIGN = "countersign", _("Countersign the check")
    ASK_EXTENSION = "ask_extension", _("Ask for more time")
    GRANT_EXTENSION = "grant_extension", _("Grant more time")
    REFUSE_EXTENSION = "refuse_extension", _("Do not grant more time")
    ASK_SUSPENSION = "ask_suspension", _("Ask for suspension")
    SUSPEND = "suspend", _("Suspend")
    REFUSE_SUSPENSION = "refuse_suspension", _("Do not suspend")
    RESUME = "resume", _("Resume")


ALL_STAGES = frozenset(Stage)


@dataclass(frozen=True)
class Ending:
    """Where a verb leads and what it does to the deadlines. `to` None: the status stays."""

    to: Status | None
    meets: frozenset[Stage] = frozenset()
    voids: frozenset[Stage] = frozenset()
    opens: tuple[Stage, ...] = ()


@dataclass(frozen=True)
class Step:
    """One verb: who may, from which statuses, and how it ends.

    `otherwise` is the second ending of a verb that has two: a repair that goes straight to
    the firm, a rating that says "not solved".
    """

    parties: frozenset[Party]
    sources: frozenset[Status]
    ending: Ending
    otherwise: Ending | None = None
    otherwise_when: str = field(default="")

    def endings(self) -> tuple[Ending, ...]:
        return (self.ending,) if self.otherwise is None else (self.ending, self.otherwise)


def leads(
    to: Status | None = None,
    *,
    meets: Iterable[Stage] = (),
    voids: Iterable[Stage] = (),
    opens: tuple[Stage, ...] = (),
) -> Ending:
    return Ending(to, frozenset(meets), frozenset(voids), opens)


def step(
    parties: set[Party],
    sources: Iterable[Status],
    ending: Ending,
    otherwise: Ending | None = None,
    when: str = "",
) -> Step:
    return Step(frozenset(parties), frozenset(sources), ending, otherwise, when)


S, P, G = Status, Party, Stage
UNSOLVED = leads(S.RECHECK, opens=(G.FEEDBACK,))
# Where somebody still owes the reporter something, and where that can wait for a thing outside.
AT_WORK = frozenset({S.REPORTED, S.DISPATCHED, S.HANDLING, S.HANDLED, S.RECHECK})
WAITING = AT_WORK - {S.HANDLED}

STEPS: dict[Verb, Step] = {
    Verb.REPORT: step(
        {P.REPORTER, P.DESK, P.GRID},
        (),
        leads(S.REPORTED, opens=(G.INSPECT, G.FEEDBACK)),
        otherwise=leads(S.DISPATCHED, opens=(G.HANDLE, G.FEEDBACK)),
        when="a repair with a firm in force",
    ),
    Verb.INSPECT: step({P.DESK, P.GRID}, {S.REPORTED}, leads(meets={G.INSPECT})),
    Verb.DISPATCH: step(
        {P.DESK, P.GRID},
        {S.REPORTED},
        leads(S.DISPATCHED, meets={G.INSPECT}, opens=(G.HANDLE,)),
    ),
    Verb.REDISPATCH: step(
        {P.DESK},
        {S.DISPATCHED, S.HANDLING},
        leads(S.DISPATCHED, voids={G.HANDLE}, opens=(G.HANDLE,)),
    ),
    Verb.ACCEPT: step({P.HANDLER}, {S.DISPATCHED}, leads(S.HANDLING)),
    Verb.RETURN_ORDER: step(
        {P.HANDLER},
        {S.DISPATCHED},
        leads(S.REPORTED, voids={G.HANDLE}, opens=(G.INSPECT,)),
    ),
    Verb.ATTEND: step({P.HANDLER, P.REPAIRER}, {S.HANDLING}, leads(meets={G.HANDLE})),
    Verb.HANDLE: step({P.HANDLER, P.REPAIRER}, {S.HANDLING}, leads(S.HANDLED, meets={G.HANDLE})),
    Verb.SEND_BACK: step({P.DESK}, {S.HANDLED, S.RECHECK}, leads(S.HANDLING, opens=(G.HANDLE,))),
    Verb.ANSWER: step({P.DESK}, {S.HANDLED, S.RECHECK}, leads(S.ANSWERED, meets={G.FEEDBACK})),
    Verb.ANSWER_DIRECTLY: step(
        {P.DESK}, {S.REPORTED}, leads(S.ANSWERED, meets={G.INSPECT, G.FEEDBACK})
    ),
    Verb.REFER_UP: step({P.DESK}, {S.REPORTED, S.DISPATCHED, S.HANDLING, S.RECHECK}, leads()),
    Verb.RATE: step(
        {P.REPORTER}, {S.ANSWERED}, leads(S.CLOSED), otherwise=UNSOLVED, when="not solved"
    ),
    Verb.RECORD_CALLBACK: step(
        {P.DESK}, {S.ANSWERED}, leads(S.CLOSED), otherwise=UNSOLVED, when="not solved"
    ),
    Verb.REOPEN: step({P.REPORTER}, {S.CLOSED}, UNSOLVED),
    Verb.CLOSE_UNRATED: step({P.CLOCK}, {S.ANSWERED}, leads(S.CLOSED)),
    Verb.REFUSE: step({P.DESK}, {S.REPORTED}, leads(S.REFUSED, meets={G.INSPECT, G.FEEDBACK})),
    Verb.MERGE: step({P.DESK}, {S.REPORTED, S.DISPATCHED}, leads(S.MERGED, voids=ALL_STAGES)),
    Verb.WITHDRAW: step({P.REPORTER}, OPEN, leads(S.WITHDRAWN, voids=ALL_STAGES)),
    Verb.URGE: step({P.REPORTER}, OPEN, leads()),
    Verb.SUPPLEMENT: step({P.REPORTER}, OPEN, leads()),
    Verb.ADD_NOTE: step({P.DESK, P.GRID, P.HANDLER, P.REPAIRER}, OPEN, leads()),
    Verb.RECLASSIFY: step({P.DESK}, AT_WORK, leads()),
    # Of those who watch only observers and integrity supervisors; no clock waits for it.
    Verb.COUNTERSIGN: step({P.WATCHER}, OPEN, leads()),
    # Who asks holds the stage; who decides does not (`permissions.CHECKS`).
    Verb.ASK_EXTENSION: step({P.HANDLER, P.DESK}, AT_WORK, leads()),
    Verb.GRANT_EXTENSION: step({P.DESK, P.OVERSEER}, AT_WORK, leads()),
    Verb.REFUSE_EXTENSION: step({P.DESK, P.OVERSEER}, AT_WORK, leads()),
    Verb.ASK_SUSPENSION: step({P.HANDLER, P.DESK}, WAITING, leads()),
    Verb.SUSPEND: step({P.OVERSEER}, WAITING, leads()),
    Verb.REFUSE_SUSPENSION: step({P.OVERSEER}, WAITING, leads()),
    Verb.RESUME: step({P.DESK, P.OVERSEER, P.CLOCK}, WAITING, leads()),
}


class Rung(TextChoices):
    """Who hears of a late stage, from the nearest up."""

    HEAD = "head", _("Head of the handling body")
    DESK = "desk", _("Desk")
    SUBDISTRICT = "subdistrict", _("Subdistrict")
    DISTRICT = "district", _("District")


# Small matters stay in the estate, larger in the community, hard ones in the subdistrict.
LADDER: dict[Stage, tuple[Rung, ...]] = {
    Stage.INSPECT: (Rung.DESK, Rung.SUBDISTRICT, Rung.DISTRICT),
    Stage.HANDLE: (Rung.HEAD, Rung.DESK, Rung.SUBDISTRICT, Rung.DISTRICT),
    Stage.FEEDBACK: (Rung.DESK, Rung.SUBDISTRICT, Rung.DISTRICT),
}


class Kind(TextChoices):
    REPAIR = "repair", _("Repair")
    COMPLAINT = "complaint", _("Complaint")
    VIOLATION = "violation", _("Report of a violation")
    ENQUIRY = "enquiry", _("Enquiry")
    SUGGESTION = "suggestion", _("Suggestion")


class Urgency(TextChoices):
    NORMAL = "normal", _("Normal")
    URGENT = "urgent", _("Urgent")
    LONG = "long", _("Long-running")


class Source(TextChoices):
    WEB = "web", _("Web page")
    QR = "qr", _("QR code")
    PHONE = "phone", _("Telephone, entered by staff")
    WALK_IN = "walk_in", _("Walk-in, entered by staff")
    CHAT = "chat", _("Chat message, pasted by staff")
    PATROL = "patrol", _("Found on patrol")
    API = "api", _("Partner system")


# Entered by somebody of the desk or the grid for whoever called, came or wrote.
BY_STAFF = frozenset({Source.PHONE, Source.WALK_IN, Source.CHAT})


class RefusalGround(TextChoices):
    OUTSIDE = "outside", _("Outside this place")
    ELSEWHERE = "elsewhere", _("Already in petition, review, court or arbitration")
    REPEATED = "repeated", _("Same matter, same person, no new fact")
    PRIVATE = "private", _("A purely private contract")
    NO_FACTS = "no_facts", _("No facts, and no contact after two tries")
    EMERGENCY = "emergency", _("An emergency, passed to 110, 119 or 120")


# A refusal is not the end of the road: each tells the resident which door is the right one.
RIGHT_DOOR = {
    RefusalGround.OUTSIDE: _("Please report it where the place is, or call 12345."),
    RefusalGround.ELSEWHERE: _("The office that already has the matter will answer you."),
    RefusalGround.REPEATED: _("Please follow your earlier report; new facts can be added there."),
    RefusalGround.PRIVATE: _("Mediation at the community, or a court, can help with a contract."),
    RefusalGround.NO_FACTS: _("Please report again: where, what, and a number that answers."),
    RefusalGround.EMERGENCY: _("The emergency service was told. In danger call 110, 119 or 120."),
}


class ReturnReason(TextChoices):
    NOT_OURS = "not_ours", _("Not within our contract or duty")
    WRONG_PLACE = "wrong_place", _("The place is not served by us")
    UNCLEAR = "unclear", _("Cannot be found from the description")
    NEEDS_DEPARTMENT = "needs_department", _("Needs a department with enforcement powers")


class CannotReason(TextChoices):
    NEEDS_FUND = "needs_fund", _("Needs the maintenance fund")
    NEEDS_VOTE = "needs_vote", _("Needs a vote of the owners")
    NEEDS_DEPARTMENT = "needs_department", _("Needs a department with enforcement powers")
    PRIVATE = "private", _("Concerns a private dwelling or contract")
    OTHER = "other", _("Another reason, stated in the result")


class Outcome(TextChoices):
    SOLVED = "solved", _("Solved")
    CANNOT = "cannot", _("Cannot be solved by us")


# Our decision: how often the desk may be bypassed before the subdistrict takes it over.
RETURNS_BEFORE_SUBDISTRICT = 2
UNSOLVED_BEFORE_SUBDISTRICT = 3
