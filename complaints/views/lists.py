"""Lists of orders: the desk's queue, the handler's orders, and everything one may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Substr
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from accounts.models import User
from common.errors import NotAllowed
from common.http import wants_fragment
from common.now import now
from communities.permissions.estates import OBSERVING
from communities.scope import Standing, standing_of
from complaints import queries
from complaints.forms.lists import PageFilter
from complaints.models import Complaint, Statement, StatementKind
from complaints.models.orders import ComplaintQuerySet
from complaints.permissions import handler_side, parties, reads_internal, visible_to
from complaints.permissions.supervision import may_supervise
from complaints.queries.countersigning import checked_orders
from complaints.queries.lists import extended_promises
from complaints.queries.order_page import place_name
from complaints.queries.pages import (
    BY_TIME_LEFT,
    MOST_COUNTED,
    NEWEST_FIRST,
    Page,
    count_up_to,
    page,
)
from complaints.workflow import Status, Urgency

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SNIPPET = 60  # characters of the description: what fits two lines of a phone


@dataclass(frozen=True)
class Tab:
    """One part of a list; `which` says what belongs to it for somebody of this standing."""

    key: str
    label: "StrOrPromise"
    which: Callable[[Standing], Q]
    empty: "StrOrPromise"


def _status(*statuses: Status) -> Callable[[Standing], Q]:
    return lambda _standing: Q(status__in=statuses)


def _to_do(_standing: Standing) -> Q:
    """What waits for this person: new ones, and results and rechecks at their own desk."""
    results = Q(status__in=(Status.HANDLED, Status.RECHECK), at_desk=True)
    return Q(status=Status.REPORTED) | results


def _in_progress(standing: Standing) -> Q:
    return ~_to_do(standing) & ~Q(status=Status.ANSWERED)


QUEUE_TABS = (
    Tab("todo", _("To do now"), _to_do, _("Nothing waits for you")),
    Tab("progress", _("In progress"), _in_progress, _("Nobody is at work on anything")),
    Tab(
        "answered",
        _("Awaiting rating"),
        _status(Status.ANSWERED),
        _("No answer waits to be rated"),
    ),
)


CHECK_TABS = (
    Tab(
        "unsigned",
        _("To countersign"),
        lambda _standing: Q(check_mine=True),
        _("No check waits for your name"),
    ),
    Tab(
        "signed",
        _("Countersigned"),
        lambda _standing: Q(check_open=False),
        _("No check is countersigned yet"),
    ),
)
OUR_TABS = (
    Tab("accept", _("To accept"), _status(Status.DISPATCHED), _("Nothing waits to be accepted")),
    Tab("handle", _("To handle"), _status(Status.HANDLING), _("Nothing is being handled")),
    Tab(
        "review",
        _("Under review"),
        _status(Status.REPORTED, Status.HANDLED, Status.ANSWERED, Status.RECHECK),
        _("No result is under review"),
    ),
)


@dataclass(frozen=True)
class Row:
    """One order in a list, as this reader may see it."""

    order: Complaint
    url: str
    place: str
    line: str
    handler: str
    escalated: int
    suspended: bool
    extended: bool
    # The id of the form it may be chosen for; empty: it may not.
    tick: str

    @property
    def urgent(self) -> bool:
        return self.order.urgency == Urgency.URGENT


@login_required
@never_cache
@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """Open orders of one's desks and grids, the most pressing first."""
    standing = standing_of(request.user)
    if not (standing.desk_place_ids or standing.grid_estate_ids):
        raise NotAllowed(_("The queue is for the community's desk and its grid workers."))
    return _tabbed(request, queries.queue(request.user), QUEUE_TABS, "complaints/queue.html")


@login_required
@never_cache
@require_safe
def ours(request: SignedInRequest) -> HttpResponse:
    """Open orders of one's firm, department or committee; no field of a reporter anywhere."""
    standing = standing_of(request.user)
    if not (standing.handler_body_ids or standing.repairer_body_ids):
        raise NotAllowed(
            _("This list is for firms, departments and committees that handle orders.")
        )
    orders = queries.orders_of_handler(request.user)
    # A repairer gets what was accepted already.
    tabs = OUR_TABS if standing.handler_body_ids else OUR_TABS[1:]
    return _tabbed(request, orders, tabs, "complaints/orders.html")


@login_required
@never_cache
@require_safe
def checks(request: SignedInRequest) -> HttpResponse:
    """On-site checks that wait for the name of an observer or integrity supervisor (W11)."""
    if not standing_of(request.user).holds(*OBSERVING):
        raise NotAllowed(_("This list is for property observers and integrity supervisors."))
    return _tabbed(request, checked_orders(request.user), CHECK_TABS, "complaints/checks.html")


@login_required
@never_cache
@require_safe
def all_orders(request: SignedInRequest) -> HttpResponse:
    """Every order one may see, ended ones too, the newest first."""
    at = now()
    narrowed = PageFilter(request.GET, visible_to(request.user), user=request.user, at=at)
    found = page(_told(narrowed.qs.for_page()), NEWEST_FIRST, request.GET)
    count = count_up_to(narrowed.qs)
    # What is late may be supervised, several orders at once.
    may_tick = bool(standing_of(request.user).overseer_codes) and narrowed.asks_for_late
    context = {
        "at": at,
        "filter": narrowed,
        "rows": _rows(found.rows, request.user, at, tick=may_tick),
        "may_tick": may_tick,
        "count": f"{MOST_COUNTED}+" if count > MOST_COUNTED else count,
        **_neighbours(request.GET, found),
    }
    return render(request, "complaints/all.html", context)


def _tabbed(
    request: SignedInRequest, orders: ComplaintQuerySet, tabs: Sequence[Tab], template: str
) -> HttpResponse:
    """A list in parts. As a fragment it refreshes the rows shown and says what is new, so that
    nothing moves under a finger."""
    at = now()
    standing = standing_of(request.user)
    narrowed = PageFilter(request.GET, orders, user=request.user, at=at, parted=True)
    tab = next((t for t in tabs if t.key == request.GET.get("tab")), tabs[0])
    chosen = _told(narrowed.qs.filter(tab.which(standing)))
    found = page(chosen, BY_TIME_LEFT, request.GET)
    shown = [row for row in request.GET.get("shown", "").split(",") if row][:100]
    fragment = wants_fragment(request)
    fresh = {row.reference for row in found.rows}
    rows = _as_shown(shown, request.user) if fragment and shown else found.rows
    context = {
        "at": at,
        "filter": narrowed,
        "rows": _rows(rows, request.user, at),
        "tabs": _tab_links(request.GET, tabs, tab, narrowed.qs, standing),
        "tab": tab,
        "arrived": len(fresh - set(shown)) if fragment and shown else 0,
        "here_url": _url(request.GET),
        "live_url": f"{_url(request.GET)}&shown={','.join(row.reference for row in rows)}",
        **_neighbours(request.GET, found),
    }
    return render(request, "complaints/_list.html" if fragment else template, context)


def _told(orders: ComplaintQuerySet) -> ComplaintQuerySet:
    """With what a row says: the beginning of the description, and whether there is more time."""
    described = Statement.objects.filter(
        complaint=OuterRef("pk"), kind=StatementKind.DESCRIPTION
    ).order_by("pk")
    return orders.annotate(
        snippet=Subquery(described.values(said=Substr("text", 1, SNIPPET))[:1]),
        extended=Exists(extended_promises()),
    )


def _as_shown(references: Sequence[str], user: User) -> list[Complaint]:
    """The same orders in the same places, as they are now."""
    orders = _told(visible_to(user).filter(reference__in=references).for_page())
    return sorted(orders, key=lambda order: references.index(order.reference))


def _rows(
    orders: Sequence[Complaint], user: User, at: datetime, *, tick: bool = False
) -> list[Row]:
    return [_row(order, user, at, tick=tick) for order in orders]


def _row(order: Complaint, user: User, at: datetime, *, tick: bool) -> Row:
    mine = parties(user, order, row=True)
    said: str = getattr(order, "snippet", None) or ""
    return Row(
        order=order,
        url=reverse("complaints:detail", args=[order.reference]),
        place=place_name(order, mine),
        line=f"{said}…" if len(said) == SNIPPET else said,
        handler="" if handler_side(mine) or order.handler is None else order.handler.name,
        escalated=order.escalated_level or 0 if reads_internal(mine) else 0,
        suspended=order.suspended_until is not None and order.suspended_until > at,
        extended=getattr(order, "extended", False),
        tick="ticked" if tick and may_supervise(user, order) else "",
    )


def _tab_links(
    asked: QueryDict,
    tabs: Sequence[Tab],
    active: Tab,
    orders: ComplaintQuerySet,
    standing: Standing,
) -> list[tuple[Any, str, bool, str]]:
    """The tabs with their counts, none counted beyond the cap. One query."""
    some = orders.order_by()[: MOST_COUNTED + 1]
    counts = some.aggregate(
        everything=Count("pk"),
        **{tab.key: Count("pk", filter=tab.which(standing)) for tab in tabs},
    )
    more = "+" if counts["everything"] > MOST_COUNTED else ""
    return [
        (tab.label, _url(asked, tab=tab.key), tab is active, f"{counts[tab.key]}{more}")
        for tab in tabs
    ]


def _neighbours(asked: QueryDict, found: Page) -> dict[str, str]:
    return {
        "next_url": _url(asked, after=found.next) if found.next else "",
        "previous_url": _url(asked, before=found.previous) if found.previous else "",
    }


def _url(asked: QueryDict, **changes: str) -> str:
    """The address of this list with other words; a change of page forgets the old one."""
    words = asked.copy()
    for gone in ("shown", *(("after", "before") if changes else ())):
        words.pop(gone, None)
    for name, value in changes.items():
        words[name] = value
    return f"?{words.urlencode()}"
