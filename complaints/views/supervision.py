"""Supervision orders 督办单: lists, a new one, one whole, its verbs, and its sheet for paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from common.errors import Invalid, NotAllowed, WrongState
from common.forms import put_back, sent
from common.now import now
from common.paging import PAGE_SIZE, Sorting, page_of
from communities.scope import Standing, standing_of
from complaints import actions
from complaints.forms.supervision import SLIP_FORMS, SlipForm, SuperviseForm
from complaints.models import Complaint, SupervisionOrder
from complaints.permissions.supervision import (
    answers_for,
    check_may_open,
    check_supervisable,
    side_for,
    supervisions_visible_to,
)
from complaints.queries import supervision as queries
from complaints.queries.supervision import SlipPage
from complaints.supervision import MOST_ORDERS, State, SupervisionVerb

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BY_DUE = Sorting("due_at", "code", moments=True)
BY_END = Sorting("ended_at", "code", descending=True, moments=True)
TABS: "tuple[tuple[str, StrOrPromise, StrOrPromise], ...]" = (
    ("open", _("Awaiting the reply"), _("No reply is owed")),
    ("overdue", _("Reply late"), _("No reply is late")),
    ("replied", _("To be closed"), _("No reply waits to be closed")),
    ("ended", _("Ended"), _("None has ended yet")),
)
# What comes first on the page of one in each state.
PRIMARY = {State.OPEN: SupervisionVerb.REPLY, State.REPLIED: SupervisionVerb.CLOSE}
TONES = {
    State.OPEN: ("waiting", "flag"),
    State.REPLIED: ("moving", "clipboard"),
    State.CLOSED: ("good", "done"),
    State.CANCELLED: ("ended", "ban"),
}


@dataclass(frozen=True)
class Offer:
    """A verb's form on a page. `draft` names what is typed into it and not yet sent."""

    form: SlipForm
    draft: str


@login_required
@never_cache
@require_safe
def supervision_list(request: SignedInRequest) -> HttpResponse:
    """Those one's office issued, those addressed to one's body, or all that one may see."""
    at = now()
    boxes = _boxes(request)
    if not boxes:
        raise NotAllowed(
            _("Supervision orders are for offices, firms, departments and committees.")
        )
    box = next((b for b in boxes if b[0] == request.GET.get("box")), boxes[0])[0]
    tab = next((t for t in TABS if t[0] == request.GET.get("tab")), TABS[0])
    slips = queries.with_rows(supervisions_visible_to(request.user))
    slips = slips.filter(_which(box, request)).filter(queries.of_state(tab[0], at))
    sorting = BY_END if tab[0] == "ended" else BY_DUE
    found = page_of(slips, sorting, cursor=request.GET.get("cursor", ""), size=PAGE_SIZE)
    context = {
        "at": at,
        "rows": [(slip, *TONES[State(slip.state)]) for slip in found.rows],
        "boxes": [
            (label, _url(request.GET, box=key, cursor=""), key == box, "") for key, label in boxes
        ],
        "tabs": [
            (label, _url(request.GET, tab=key, box=box, cursor=""), key == tab[0], "")
            for key, label, _empty in TABS
        ],
        "tab": tab,
        "received": box == "received",
        "may_open": bool(standing_of(request.user).overseer_codes),
        "next_url": _url(request.GET, cursor=found.next) if found.next else "",
        "previous_url": _url(request.GET, cursor=found.previous) if found.previous else "",
    }
    return render(request, "complaints/supervision/list.html", context)


def _boxes(request: SignedInRequest) -> "list[tuple[str, StrOrPromise]]":
    standing: Standing = standing_of(request.user)
    found: list[tuple[str, StrOrPromise]] = []
    if standing.overseer_codes:
        found.append(("issued", _("Issued by us")))
    if answers_for(standing):
        found.append(("received", _("Addressed to us")))
    if standing.overseer_codes or standing.auditor_codes:
        found.append(("all", _("All")))
    return found


def _which(box: str, request: SignedInRequest) -> Any:
    if box == "issued":
        return queries.issued_by_me(request.user)
    return queries.addressed_to_me(request.user) if box == "received" else queries.EVERY_ONE


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """A new one on the orders named, which come from an order's page or ticked in a list."""
    user = check_may_open(request.user)
    asked = request.POST if request.method == "POST" else request.GET
    references = asked.getlist("order")[: MOST_ORDERS + 1]
    if not references:
        return render(request, "complaints/supervision/choose.html", {})
    orders = queries.orders_seen(user, references)
    for order in orders:
        check_supervisable(user, order)
    at = now()
    bodies = queries.addressees(user, orders, at)
    form = SuperviseForm(
        sent(request), bodies=bodies, initial={"amount": 3, "unit": "working_days"}
    )
    slip = _opened(request, form, orders) if request.method == "POST" else None
    if slip is not None:
        said = _now("%(number)s is issued and addressed to %(body)s.")
        messages.success(request, said % {"number": slip.number, "body": slip.addressed_to.name})
        return redirect("supervision:detail", slip.code)
    context = {"form": form, "orders": orders, "bodies": bodies, "at": at}
    return render(request, "complaints/supervision/new.html", context)


def _opened(
    request: SignedInRequest, form: SuperviseForm, orders: Sequence[Complaint]
) -> SupervisionOrder | None:
    if not form.is_valid():
        return None
    try:
        return actions.supervise(orders, by=request.user, **form.arguments())
    except Invalid as refusal:
        put_back(form, refusal)
        return None


@login_required
@never_cache
@require_safe
def detail(request: SignedInRequest, code: str) -> HttpResponse:
    """One, with its orders, its history, and every verb open to this reader."""
    return _shown(request, queries.seen_supervision(request.user, code))


@login_required
@never_cache
@require_safe
def sheet(request: SignedInRequest, code: str) -> HttpResponse:
    """The 督办通知单 as it is printed and sealed."""
    slip = queries.seen_supervision(request.user, code)
    page = queries.slip_page(slip, request.user, now())
    return render(request, "complaints/supervision/sheet.html", {"page": page, "slip": slip})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verb(request: SignedInRequest, code: str, verb: str) -> HttpResponse:
    """One verb: its form alone, and doing it. When somebody was first, how it stands now (409)."""
    slip = queries.seen_supervision(request.user, code)
    form_class = _form_class(verb)
    try:
        side_for(form_class.verb, request.user, slip)
        form = form_class(sent(request))
        done = _do(request, form, slip) if request.method == "POST" else False
    except WrongState as error:
        slip = queries.seen_supervision(request.user, code)
        return _shown(request, slip, status=409, stopped=str(error), note=_note(request))
    if done:
        messages.success(request, str(form.told))
        return redirect("supervision:detail", slip.code)
    page = queries.slip_page(slip, request.user, now())
    context = {**_common(page), "offer": _offer(page, form)}
    return render(request, "complaints/supervision/verb.html", context)


def _form_class(verb: str) -> type[SlipForm]:
    try:
        return SLIP_FORMS[SupervisionVerb(verb)]
    except (KeyError, ValueError):
        raise Http404 from None


def _do(request: SignedInRequest, form: SlipForm, slip: SupervisionOrder) -> bool:
    if not form.is_valid():
        return False
    try:
        form.do(slip, by=request.user, **form.arguments())
    except Invalid as refusal:
        put_back(form, refusal)
        return False
    return True


def _note(request: SignedInRequest) -> str:
    return request.POST.get("note", "").strip()


def _shown(
    request: SignedInRequest, slip: SupervisionOrder, *, status: int = 200, **more: Any
) -> HttpResponse:
    page = queries.slip_page(slip, request.user, now())
    first = PRIMARY.get(State(slip.state))
    offers = [_offer(page, form()) for name, form in SLIP_FORMS.items() if name in page.verbs]
    context = {
        **_common(page),
        "primary": next((offer for offer in offers if offer.form.verb == first), None),
        "folded": [offer for offer in offers if offer.form.verb != first],
        "why": queries.why(slip),
        **more,
    }
    return render(request, "complaints/supervision/detail.html", context, status=status)


def _common(page: SlipPage) -> dict[str, Any]:
    tone, icon = TONES[State(page.slip.state)]
    return {
        "page": page,
        "slip": page.slip,
        "at": page.at,
        "tone": tone,
        "icon": icon,
    }


def _offer(page: SlipPage, form: SlipForm) -> Offer:
    slip = page.slip
    return Offer(form, f"supervision:{slip.code}:{form.verb}:{slip.round}")


def _url(asked: QueryDict, **changes: str) -> str:
    """The address of this list with other words; an empty one is left out."""
    words = asked.copy()
    for name, value in changes.items():
        words.pop(name, None)
        if value:
            words[name] = value
    return f"?{words.urlencode()}"
