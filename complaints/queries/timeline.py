"""The event log as people read it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.timewords import clockwords, daywords
from communities.models import Body, Office
from complaints.models import Audience, Category, Complaint, Event, PauseGround, Photo
from complaints.permissions import handler_side, reads_internal
from complaints.queries.rules import span_words
from complaints.workflow import (
    LADDER,
    CannotReason,
    Outcome,
    Party,
    RefusalGround,
    ReturnReason,
    Rung,
    Stage,
    Status,
    Urgency,
    Verb,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TITLES: dict[str, "StrOrPromise"] = {
    "report": gettext_lazy("Reported"),
    "inspect": gettext_lazy("Checked on site"),
    "dispatch": gettext_lazy("Dispatched to %(handler)s"),
    "redispatch": gettext_lazy("Dispatched anew to %(handler)s"),
    "accept": gettext_lazy("Accepted"),
    "return_order": gettext_lazy("Returned by the handler"),
    "attend": gettext_lazy("Attended on the spot"),
    "handle": gettext_lazy("Result reported"),
    "send_back": gettext_lazy("Sent back for more work"),
    "answer": gettext_lazy("Answered"),
    "answer_directly": gettext_lazy("Answered directly"),
    "refer_up": gettext_lazy("Referred up"),
    "rate": gettext_lazy("Rated"),
    "record_callback": gettext_lazy("Call-back recorded"),
    "reopen": gettext_lazy("Reopened"),
    "close_unrated": gettext_lazy("Closed without a rating"),
    "refuse": gettext_lazy("Not accepted"),
    "merge": gettext_lazy("Merged into an earlier report"),
    "withdraw": gettext_lazy("Withdrawn"),
    "urge": gettext_lazy("Urged"),
    "supplement": gettext_lazy("Information added"),
    "add_note": gettext_lazy("Note"),
    "reclassify": gettext_lazy("Category changed"),
    "countersign": gettext_lazy("On-site check countersigned"),
    "ask_extension": gettext_lazy("More time asked for"),
    "grant_extension": gettext_lazy("More time granted"),
    "refuse_extension": gettext_lazy("More time not granted"),
    "ask_suspension": gettext_lazy("Suspension asked for"),
    "suspend": gettext_lazy("Suspended"),
    "refuse_suspension": gettext_lazy("Suspension not granted"),
    "resume": gettext_lazy("Resumed"),
    "recomputed": gettext_lazy("Due time reckoned anew by the holiday notice"),
    "supervised": gettext_lazy("Under supervision by %(office)s"),
    "supervision_closed": gettext_lazy("Supervision by %(office)s ended"),
    "supervision_cancelled": gettext_lazy("Supervision by %(office)s cancelled"),
    "claim": gettext_lazy("Claimed by its reporter"),
    "reveal_contact": gettext_lazy("The reporter's number was looked up"),
    "answered_with_original": gettext_lazy("Answered together with the earlier report"),
}
# What is asked for among those who work on the order. The reporter hears what becomes of it.
AMONG_WORKERS = frozenset(
    {Verb.ASK_EXTENSION, Verb.REFUSE_EXTENSION, Verb.ASK_SUSPENSION, Verb.REFUSE_SUSPENSION}
)
GOOD = frozenset({"answer", "answer_directly", "answered_with_original"})


@dataclass(frozen=True)
class Line:
    """One line of the timeline, as one reader may see it."""

    at: datetime
    verb: str
    title: str
    who: str
    text: str
    tone: str
    photos: list[Photo] = field(default_factory=list)
    facts: Mapping[str, Any] = field(default_factory=dict)


def timeline(order: Complaint, mine: frozenset[Party], photos: Iterable[Photo] = ()) -> list[Line]:
    """Every event these parties may know of, oldest first, with the words they may read."""
    allowed = audiences(mine)
    events = [
        event
        for event in Event.objects.filter(complaint=order).select_related("statement")
        if event.audience in allowed
        and (event.verb not in AMONG_WORKERS or may_know_of_asking(mine))
    ]
    held_back = unreleased(events, mine)
    bodies = Body.objects.in_bulk({e.body_id for e in events if e.body_id is not None})
    names = _names(events) if reads_internal(mine) else {}
    classes = _classes(events)
    by_event: dict[int | None, list[Photo]] = {}
    for photo in photos:
        by_event.setdefault(photo.event_id, []).append(photo)
    return [
        Line(
            at=event.at,
            verb=event.verb,
            title=_title(event, classes, held_back=event.pk in held_back),
            who=_who(event, bodies, names),
            text="" if event.pk in held_back else _text(event, allowed),
            tone=_tone(event),
            photos=[] if event.pk in held_back else by_event.get(event.pk, []),
            facts={} if event.pk in held_back else _facts(event, mine),
        )
        for event in events
    ]


def unreleased(events: Iterable[Event], mine: frozenset[Party]) -> frozenset[int]:
    """Results the desk has not reviewed yet: that there is one may be known, not what it says.

    The desk reviews the result before the reporter sees it; an answer releases what came before.
    """
    if reads_internal(mine) or handler_side(mine):
        return frozenset()
    held: set[int] = set()
    for event in events:
        if event.verb == Verb.HANDLE:
            held.add(event.pk)
        elif event.to_status == Status.ANSWERED:
            held.clear()
    return frozenset(held)


def may_know_of_asking(mine: frozenset[Party]) -> bool:
    """Whether these parties hear that more time or rest was asked for, before it is granted."""
    return reads_internal(mine) or handler_side(mine) or Party.AUDITOR in mine


def audiences(mine: frozenset[Party]) -> frozenset[str]:
    """Whose texts these parties may read."""
    if reads_internal(mine):
        return frozenset(Audience.values)
    if handler_side(mine):
        return frozenset({Audience.ALL, Audience.WORKERS})
    if Party.REPORTER in mine:
        return frozenset({Audience.ALL, Audience.REPORTER})
    return frozenset({Audience.ALL})


def _names(events: Iterable[Event]) -> dict[int, str]:
    """Names of staff, for staff. Never of a reporter."""
    ids = {e.actor_id for e in events if e.actor_id and e.party != Party.REPORTER}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))


def _classes(events: Iterable[Event]) -> dict[str, str]:
    """Names of the categories that an order was moved between, by code."""
    codes = {e.facts[name] for e in events if e.verb == Verb.RECLASSIFY for name in ("was", "now")}
    return {c.code: c.name for c in Category.objects.filter(code__in=codes)} if codes else {}


def _title(event: Event, classes: Mapping[str, str], *, held_back: bool = False) -> str:
    facts = event.facts
    if event.verb == "late":
        stage = Stage(facts["stage"])
        if facts["level"] == 0:
            return _("%(stage)s not done in time") % {"stage": stage.label}
        # Events of before rungs were rows say only how far up; then it was the usual ladder.
        rung = Rung(facts["rung"]) if "rung" in facts else LADDER[stage][facts["level"]]
        return _("%(stage)s still open: brought before the %(rung)s") % {
            "stage": stage.label,
            "rung": rung.label,
        }
    title = str(TITLES[event.verb])
    title = title % {"handler": "", "office": "", **facts} if "%(" in title else title
    if held_back:
        return _("%(title)s, now under review") % {"title": title}
    return " · ".join([title, *_details(event, classes)])


def _details(event: Event, classes: Mapping[str, str]) -> list[str]:
    """The facts that belong in the headline."""
    facts = event.facts
    say = SAYING.get(event.verb)
    found = say(facts) if say is not None else []
    if event.verb == Verb.RECLASSIFY:
        found += _reclassified(facts, classes)
    if facts.get("resumed"):
        found.append(_("its suspension is over"))
    if "desk" in facts:
        found.append(_("now before %(desk)s") % {"desk": facts["desk"]})
    return [str(word) for word in found]


def _result(facts: Mapping[str, Any]) -> "list[StrOrPromise]":
    found: list[StrOrPromise] = [Outcome(facts["outcome"]).label]
    return [*found, CannotReason(facts["reason"]).label] if "reason" in facts else found


def _rating(facts: Mapping[str, Any]) -> "list[StrOrPromise]":
    found: list[StrOrPromise] = [_("solved") if facts["solved"] else _("not solved")]
    if facts.get("satisfaction"):
        found.append(_("satisfaction %(figure)s of 5") % {"figure": facts["satisfaction"]})
    return found


def _more_time(facts: Mapping[str, Any]) -> "list[StrOrPromise]":
    """For which stage and how much; granted: until when."""
    more = _("%(time)s more") % {"time": span_words(facts["amount"], facts["unit"])}
    return [Stage(facts["stage"]).label, more, *_now_due(facts)]


def _now_due(facts: Mapping[str, Any]) -> "list[StrOrPromise]":
    if "due_at" not in facts:
        return []
    due = datetime.fromisoformat(facts["due_at"])
    return [_("now due %(when)s") % {"when": clockwords(due)}]


def _rest(facts: Mapping[str, Any]) -> "list[StrOrPromise]":
    until = date.fromisoformat(facts["review_on"])
    said = _("reviewed on %(day)s") % {"day": daywords(until)}
    return [PauseGround(facts["ground"]).label, said]


SAYING: "dict[str, Callable[[Mapping[str, Any]], list[StrOrPromise]]]" = {
    Verb.HANDLE: _result,
    Verb.RETURN_ORDER: lambda facts: [ReturnReason(facts["reason"]).label],
    Verb.REFUSE: lambda facts: [RefusalGround(facts["ground"]).label],
    Verb.RATE: _rating,
    Verb.RECORD_CALLBACK: _rating,
    Verb.ASK_EXTENSION: _more_time,
    Verb.GRANT_EXTENSION: _more_time,
    Verb.REFUSE_EXTENSION: _more_time,
    Verb.ASK_SUSPENSION: _rest,
    Verb.SUSPEND: _rest,
    Verb.COUNTERSIGN: lambda facts: [_("agrees") if facts["agrees"] else _("disagrees")],
    "recomputed": lambda facts: [Stage(facts["stage"]).label, *_now_due(facts)],
}


def _reclassified(facts: Mapping[str, Any], classes: Mapping[str, str]) -> list[str]:
    """From which category to which, and how pressing it is where that has changed."""
    was, is_now = (classes.get(facts[name], facts[name]) for name in ("was", "now"))
    changes = [(was, is_now)] if was != is_now else []
    if facts["urgency"] != facts["urgency_was"]:
        before, after = (str(Urgency(facts[name]).label) for name in ("urgency_was", "urgency"))
        changes.append((before, after))
    return [_("%(was)s → %(now)s") % {"was": was, "now": is_now} for was, is_now in changes]


def _who(event: Event, bodies: Mapping[int, Body], names: Mapping[int, str]) -> str:
    if event.party == Party.CLOCK:
        return _("By the clock")
    if event.party == Party.REPORTER:
        return _("The reporter")
    parts = []
    body = bodies.get(event.body_id or 0)
    if body is not None:
        parts.append(body.name)
    if event.office:
        parts.append(str(Office(event.office).label))
    name = names.get(event.actor_id or 0)
    if name:
        parts.append(name)
    who = " · ".join(parts) or str(Party(event.party).label)
    if "acted_for" in event.facts:
        return _("%(who)s, acting for %(desk)s") % {"who": who, "desk": event.facts["acted_for"]}
    return who


def _text(event: Event, allowed: frozenset[str]) -> str:
    if event.statement is None or event.statement.audience not in allowed:
        return ""
    return event.statement.text


def _tone(event: Event) -> str:
    if event.verb == "late":
        return "late"
    solved = event.facts.get("solved")
    if event.verb in GOOD or solved is True:
        return "good"
    disputed = event.facts.get("agrees") is False
    return "late" if solved is False or disputed or event.verb == "reopen" else "normal"


def _facts(event: Event, mine: frozenset[Party]) -> dict[str, Any]:
    """Typed facts for programs; what points to a reporter, or to another's order, is for staff."""
    hidden = set() if reads_internal(mine) else {"into", "reason", "acted_for", "source", "number"}
    if event.verb in {"handle", "return_order"}:
        hidden.discard("reason")
    return {name: value for name, value in event.facts.items() if name not in hidden}
