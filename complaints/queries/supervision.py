"""Supervision orders as a reader may see them: lists, one whole, and what stands on an order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.models import User
from common.codes import normal
from communities.models import Appointment, Body, CalendarDay, Office, festival_words
from communities.scope import calendar_for, day_of, standing_of
from complaints import clock
from complaints.models import (
    Complaint,
    SupervisedOrder,
    SupervisionEvent,
    SupervisionOrder,
    SupervisionStatement,
    SupervisionText,
)
from complaints.models.supervision import OPEN_OR_REPLIED, SupervisionQuerySet
from complaints.permissions import visible_to
from complaints.permissions.supervision import (
    ANSWERING,
    OFFICES_OF_PLACES,
    answers_for,
    issuing_offices,
    may_be_addressed,
    open_supervision_verbs,
    sides,
    supervisions_visible_to,
)
from complaints.queries.order_page import place_name
from complaints.queries.reckoned import Telling, unnoticed
from complaints.supervision import ENDED_STATES, Side, State, SupervisionVerb
from complaints.workflow import Party, Status

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TITLES: "dict[str, StrOrPromise]" = {
    SupervisionVerb.SUPERVISE: gettext_lazy("Supervision order issued"),
    SupervisionVerb.REPLY: gettext_lazy("Replied"),
    SupervisionVerb.CLOSE: gettext_lazy("Closed and struck off"),
    SupervisionVerb.SEND_BACK: gettext_lazy("Reply sent back"),
    SupervisionVerb.CANCEL: gettext_lazy("Supervision order cancelled"),
    "late": gettext_lazy("No reply in time"),
    "recomputed": gettext_lazy("Due time reckoned anew by the holiday notice"),
}


# --- Many --------------------------------------------------------------------------------


def seen_supervision(user: User, code: str) -> SupervisionOrder:
    """The supervision order of this code, if this person may see it; else Http404."""
    known = normal(code)
    rows = supervisions_visible_to(user).select_related("issued_by__place__parent", "addressed_to")
    slip = rows.filter(code=known).first() if known is not None else None
    if slip is None:
        raise Http404
    return slip


def issued_by_me(user: User) -> Q:
    return Q(issued_by__place__in=standing_of(user).acting_desk_ids) & ~addressed_to_me(user)


def addressed_to_me(user: User) -> Q:
    return Q(addressed_to__in=answers_for(standing_of(user)))


# No narrower than what one may see.
EVERY_ONE = Q()


def of_state(which: str, at: datetime) -> Q:
    """`open`, `overdue` (a reply is owed and late), `replied`, or `ended`."""
    return {
        "open": Q(state=State.OPEN),
        "overdue": Q(state=State.OPEN, due_at__lte=at),
        "replied": Q(state=State.REPLIED),
        "ended": Q(state__in=sorted(ENDED_STATES)),
    }[which]


def with_rows(slips: SupervisionQuerySet) -> SupervisionQuerySet:
    """With what a row of a list shows, so that a list costs the same however long."""
    subject = SupervisionStatement.objects.filter(
        supervision=OuterRef("pk"), kind=SupervisionText.SUBJECT
    )
    orders = (
        SupervisedOrder.objects.filter(supervision=OuterRef("pk"))
        .order_by()
        .values("supervision")
        .annotate(n=Count("pk"))
    )
    return slips.select_related("issued_by", "addressed_to").annotate(
        subject=Subquery(subject.values("text")[:1]),
        orders_count=Coalesce(Subquery(orders.values("n"), output_field=IntegerField()), 0),
    )


@dataclass(frozen=True)
class OnOrder:
    """A supervision order that is open on an order, as one reader may know of it."""

    office: str
    number: str
    code: str


def open_on(order: Complaint, actor: Actor) -> list[OnOrder]:
    """The supervision orders open on this order: the office for everybody, the sheet for its own.

    Asks nothing where there is none.
    """
    if not order.supervised:
        return []
    running = SupervisionOrder.objects.filter(
        supervised__complaint=order, state__in=OPEN_OR_REPLIED
    ).select_related("issued_by__place", "addressed_to")
    return [
        OnOrder(slip.issued_by.name, slip.number, slip.code)
        if sides(actor, slip)
        else OnOrder(slip.issued_by.name, "", "")
        for slip in running.order_by("opened_at")
    ]


# --- Opening one -------------------------------------------------------------------------


def orders_seen(user: User, references: Iterable[str]) -> list[Complaint]:
    """The orders of these references, each of which this person may see; else Http404."""
    wanted = list(dict.fromkeys(normal(text) or "" for text in references))
    found = {order.reference: order for order in _whole(user, wanted)} if wanted else {}
    if set(wanted) != set(found):
        raise Http404
    return [found[reference] for reference in wanted]


def _whole(user: User, references: Sequence[str]) -> Iterable[Complaint]:
    return visible_to(user, Complaint.objects.whole()).filter(reference__in=references)


def addressees(user: User, orders: Sequence[Complaint], at: datetime) -> list[Body]:
    """The bodies to which this person may address one about all of these orders.

    Whoever has them in hand first, then the offices between, the nearest first.
    """
    offices = [a.body for a in issuing_offices(user, orders) if a.body is not None]
    places = {place.pk for place in orders[0].estate.chain()}
    answering = Appointment.objects.in_force(day_of(at)).filter(
        body=OuterRef("pk"), office__in=sorted(ANSWERING), user__is_active=True
    )
    near = Q(place__in=places, kind__in=sorted(OFFICES_OF_PLACES)) | Q(pk=orders[0].handler_id)
    own = answers_for(standing_of(user))
    bodies = Body.objects.filter(near, Exists(answering)).exclude(pk__in=own)
    fitting = [
        body
        for body in bodies.select_related("place")
        if any(may_be_addressed(body, orders, office) for office in offices)
    ]
    return sorted(fitting, key=lambda body: (body.kind in OFFICES_OF_PLACES, -len(body.place.code)))


# --- One, whole --------------------------------------------------------------------------


@dataclass(frozen=True)
class SheetRow:
    """An order of the sheet. `now` and `visible` only for whoever may see the order itself."""

    reference: str
    category: str
    place: str
    status: str
    late_since: datetime | None
    visible: bool
    now: str


@dataclass(frozen=True)
class SlipLine:
    """One line of the history."""

    at: datetime
    verb: str
    title: str
    who: str
    text: str
    tone: str
    round: int


@dataclass(frozen=True)
class SlipPage:
    """A supervision order as one reader sees it at one moment."""

    slip: SupervisionOrder
    at: datetime
    sides: frozenset[Side]
    verbs: list[SupervisionVerb]
    subject: str
    demand: str
    rows: list[SheetRow]
    lines: list[SlipLine]

    @property
    def is_running(self) -> bool:
        return self.slip.state not in ENDED_STATES

    @property
    def awaits_reply(self) -> bool:
        return self.slip.state == State.OPEN

    @property
    def issued_on(self) -> date:
        return day_of(self.slip.opened_at)

    @property
    def was_late(self) -> bool:
        return any(line.verb == "late" for line in self.lines)

    def of(self, *verbs: str) -> list[SlipLine]:
        return [line for line in self.lines if line.verb in verbs]

    @property
    def replies(self) -> list[SlipLine]:
        """What was replied, and what came back, for the sheet."""
        return self.of(SupervisionVerb.REPLY, SupervisionVerb.SEND_BACK)

    @property
    def ending(self) -> SlipLine | None:
        ends = self.of(SupervisionVerb.CLOSE, SupervisionVerb.CANCEL)
        return ends[-1] if ends else None


def slip_page(slip: SupervisionOrder, user: User, at: datetime) -> SlipPage:
    """What this person sees of this supervision order. The caller has found it by `seen_…`."""
    mine = sides(user, slip)
    said = {
        text.kind: text.text
        for text in SupervisionStatement.objects.filter(
            supervision=slip, kind__in=(SupervisionText.SUBJECT, SupervisionText.DEMAND)
        )
    }
    return SlipPage(
        slip=slip,
        at=at,
        sides=mine,
        verbs=open_supervision_verbs(user, slip),
        subject=said.get(SupervisionText.SUBJECT, ""),
        demand=said.get(SupervisionText.DEMAND, ""),
        rows=_rows(slip, user),
        lines=_lines(slip, mine),
    )


def _rows(slip: SupervisionOrder, user: User) -> list[SheetRow]:
    """The orders as they stood; where they stand now is for those who may see them."""
    kept = slip.supervised.select_related(
        "complaint__category", "complaint__estate", "complaint__building", "complaint__entrance"
    )
    seen = set(
        visible_to(user).filter(supervised_by__supervision=slip).values_list("pk", flat=True)
    )
    return [
        SheetRow(
            reference=row.complaint.reference,
            category=row.complaint.category.name,
            # No nearer than a handler reads it: the sheet is for others, too.
            place=place_name(row.complaint, frozenset({Party.HANDLER})),
            status=str(Status(row.status).label),
            late_since=row.late_since,
            visible=row.complaint_id in seen,
            now=row.complaint.get_status_display() if row.complaint_id in seen else "",
        )
        for row in kept
    ]


def _lines(slip: SupervisionOrder, mine: frozenset[Side]) -> list[SlipLine]:
    events = list(SupervisionEvent.objects.filter(supervision=slip).select_related("statement"))
    bodies = Body.objects.in_bulk({e.body_id for e in events if e.body_id is not None})
    names: dict[int, str] = {}
    if mine & {Side.ISSUER, Side.OVERSEER}:
        ids = {e.actor_id for e in events if e.actor_id is not None}
        names = dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [
        SlipLine(
            at=event.at,
            verb=event.verb,
            title=_title(event),
            who=_who(event, bodies, names),
            text=_text(event),
            tone=_tone(event),
            round=event.round,
        )
        for event in events
    ]


def _title(event: SupervisionEvent) -> str:
    title = str(TITLES[event.verb])
    if event.round == 1:
        return title
    return _("%(title)s · round %(round)s") % {"title": title, "round": event.round}


def _text(event: SupervisionEvent) -> str:
    """What was said with it; the demand stands on the sheet itself."""
    if event.statement is None or event.verb == SupervisionVerb.SUPERVISE:
        return ""
    return event.statement.text


def _who(event: SupervisionEvent, bodies: Mapping[int, Body], names: Mapping[int, str]) -> str:
    if event.side == Party.CLOCK:
        return _("By the clock")
    body = bodies.get(event.body_id or 0)
    parts = [
        body.name if body is not None else "",
        str(Office(event.office).label) if event.office else "",
        names.get(event.actor_id or 0, ""),
    ]
    return " · ".join(part for part in parts if part)


def _tone(event: SupervisionEvent) -> str:
    tones = {"late": "late", SupervisionVerb.SEND_BACK: "late", SupervisionVerb.CLOSE: "good"}
    return tones.get(event.verb, "normal")


def why(slip: SupervisionOrder) -> list[str]:
    """How this round's due time came about, line by line; of a day that was named, nothing."""
    if slip.due_on is not None:
        return []
    first, last = day_of(slip.counts_from), day_of(slip.due_at)
    calendar = calendar_for({first.year})
    told = clock.due(slip.as_rule(), slip.counts_from, calendar, clock.Course(urgent=slip.urgent))
    days = CalendarDay.objects.filter(on__range=(first, last))
    telling = Telling(
        told,
        slip.counts_from,
        slip.unit,
        names={day.on: festival_words(day.name, day.name_zh) for day in days},
        begun=_("Issued") if slip.round == 1 else _("Sent back"),
    )
    note = unnoticed(telling, calendar)
    return [line.text for line in (*telling.lines, *([note] if note is not None else ()))]
