"""One order: its page, its verbs, and the reporter's number."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from common.now import now
from communities.permissions.estates import OBSERVING
from communities.scope import standing_of
from complaints import actions, queries
from complaints.forms._verb import VerbForm
from complaints.forms.verbs import VERB_FORMS, RevealForm
from complaints.models import Complaint, Contact
from complaints.permissions import may_reveal, party_for
from complaints.permissions.supervision import may_supervise
from complaints.queries import OrderPage
from complaints.queries.supervision import open_on
from complaints.queries.timeline import Line
from complaints.views._next import next_step
from complaints.views._who import order_for
from complaints.views.photos import Picture, pictures
from complaints.workflow import Kind, Party, Stage, Status, Verb

# What moves an order on from each status: offered first, and open.
PRIMARY = {
    Status.REPORTED: Verb.DISPATCH,
    Status.DISPATCHED: Verb.ACCEPT,
    Status.HANDLING: Verb.HANDLE,
    Status.HANDLED: Verb.ANSWER,
    Status.ANSWERED: Verb.RATE,
    Status.RECHECK: Verb.SEND_BACK,
}
ANSWERED_AT_ONCE = frozenset({Kind.ENQUIRY, Kind.SUGGESTION})


@dataclass(frozen=True)
class Offer:
    """A verb's form on a page. `draft` names what is typed into it and not yet sent.

    It counts how often the verb was done, so that words once sent never come back as a draft.
    """

    form: VerbForm
    times: int
    kept: list[Picture]

    @property
    def draft(self) -> str:
        return self._named(self.times)

    @property
    def draft_done(self) -> str:
        return self._named(self.times - 1) if self.times else ""

    def _named(self, times: int) -> str:
        return f"order:{self.form.order.reference}:{self.form.verb}:{times}"


@never_cache
@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """The order as this reader may see it, with every verb open to them."""
    order, actor = order_for(request, reference)
    return _shown(request, order, actor)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verb(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """One verb: its form alone, and doing it. A refusal goes back on the form, nothing is lost.

    When somebody else was first, the answer is the order as it is now, with what happened (409).
    """
    order, actor = order_for(request, reference)
    form_class = _form_class(verb)
    at = now()
    try:
        party_for(form_class.verb, actor, order, at)
        if request.method != "POST":
            return _alone(request, form_class(order=order, actor=actor, at=at))
        form = form_class(request.POST, request.FILES, order=order, actor=actor, at=at)
        done = _do(form)
    except WrongState as error:
        return _too_late(request, reference, error)
    return _alone(request, form) if done is None else _onward(request, form, done)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the reporter's number, once, for a reason that is kept."""
    order, actor = order_for(request, reference)
    if request.method != "POST":
        return redirect("complaints:detail", order.reference)
    if not isinstance(actor, User) or not may_reveal(actor, order):
        raise NotAllowed(_("The reporter's name and number are not for you."))
    form = RevealForm(request.POST, auto_id="reveal_%s")
    if not form.is_valid():
        return _shown(request, order, actor, reveal_form=form)
    contact = actions.reveal_contact(order, by=actor, reason=form.cleaned_data["reason"])
    # 201: an entry was made; so that a second click shows the same and makes no second one.
    return _shown(request, order, actor, revealed=contact, status=201)


def _form_class(verb: str) -> type[VerbForm]:
    try:
        return VERB_FORMS[Verb(verb)]
    except (KeyError, ValueError):
        raise Http404 from None


def _do(form: VerbForm) -> Complaint | None:
    """The order after the verb; None where the form has to be shown again."""
    if not form.is_valid():
        return None
    try:
        return form.do(form.order, by=form.actor, **form.arguments())
    except Invalid as error:
        form.refuse(error)
        return None


def _alone(request: HttpRequest, form: VerbForm) -> HttpResponse:
    page = queries.order_page(form.order, form.actor, form.at)
    context = {**_common(page), "offer": _offer(page, form)}
    return render(request, "complaints/verb.html", context)


def _onward(request: HttpRequest, form: VerbForm, order: Complaint) -> HttpResponse:
    """Say what was done; then the order, or one's list where it is no longer one's own to see."""
    due_at = _handling_due(order) if form.tells_time else None
    context = {"sentence": form.said(order), "due_at": due_at, "at": form.at}
    messages.success(request, render_to_string("complaints/_said.txt", context).strip())
    try:
        order_for(request, order.reference)
    except Http404:
        return redirect(_list_of(form.actor))
    return redirect("complaints:detail", order.reference)


def _handling_due(order: Complaint) -> datetime | None:
    open_rows = order.deadlines.filter(
        stage=Stage.HANDLE, met_at__isnull=True, void_at__isnull=True
    )
    return open_rows.values_list("due_at", flat=True).last()


def _list_of(actor: Actor) -> str:
    if not isinstance(actor, User):
        return "complaints:track"
    standing = standing_of(actor)
    if standing.desk_place_ids or standing.grid_estate_ids:
        return "complaints:queue"
    if standing.handler_body_ids or standing.repairer_body_ids:
        return "complaints:orders"
    return "complaints:checks" if standing.holds(*OBSERVING) else "complaints:mine"


def _too_late(request: HttpRequest, reference: str, error: WrongState) -> HttpResponse:
    """The order as it is now, what stands in the way, and what had been written."""
    order, actor = order_for(request, reference)
    written = [request.POST[name] for name in ("note", "reason") if request.POST.get(name, "")]
    return _shown(request, order, actor, status=409, stopped=str(error), written=written)


def _shown(
    request: HttpRequest,
    order: Complaint,
    actor: Actor,
    *,
    status: int = 200,
    reveal_form: RevealForm | None = None,
    revealed: Contact | None = None,
    **more: Any,
) -> HttpResponse:
    at = now()
    page = queries.order_page(order, actor, at)
    first = primary_verb(page)
    offers = [
        _offer(page, form_class(order=order, actor=actor, at=at))
        for name, form_class in VERB_FORMS.items()
        if name in page.verbs
    ]
    context = {
        **_common(page),
        "primary": next((offer for offer in offers if offer.form.verb == first), None),
        "folded": [offer for offer in offers if offer.form.verb != first],
        "events": [_event(line) for line in page.timeline],
        "list_url": reverse(_list_of(actor)),
        "supervisions": open_on(order, actor),
        "may_supervise": may_supervise(actor, order),
        "reveal_form": reveal_form or RevealForm(auto_id="reveal_%s"),
        "revealed": revealed,
        **more,
    }
    return render(request, "complaints/detail.html", context, status=status)


def _common(page: OrderPage) -> dict[str, Any]:
    sentence, until = next_step(page)
    return {
        "page": page,
        "order": page.order,
        "at": page.at,
        "before": pictures(page.photos_before),
        "after": pictures(page.photos_after),
        "next_sentence": sentence,
        "next_until": until,
    }


def _offer(page: OrderPage, form: VerbForm) -> Offer:
    times = Counter(line.verb for line in page.timeline)[form.verb]
    return Offer(form, times, pictures(form.kept))


def _event(line: Line) -> dict[str, Any]:
    """A line of the timeline with its pictures; the report's stand beside the description."""
    photos = [] if line.verb == Verb.REPORT else pictures(line.photos)
    return {
        "at": line.at,
        "title": line.title,
        "who": line.who,
        "text": "" if line.verb == Verb.REPORT else line.text,
        "tone": line.tone,
        "photos": photos,
    }


def primary_verb(page: OrderPage) -> Verb | None:
    """The verb that moves the order on, if this reader may do it now."""
    order = page.order
    first = PRIMARY.get(Status(order.status))
    if order.status == Status.REPORTED:
        if order.kind in ANSWERED_AT_ONCE:
            first = Verb.ANSWER_DIRECTLY
        elif page.parties & {Party.DESK, Party.GRID} == {Party.GRID} and _to_inspect(page):
            first = Verb.INSPECT
    return first if first in page.verbs else None


def _to_inspect(page: OrderPage) -> bool:
    return any(row.stage == Stage.INSPECT for row in page.open_deadlines)
