"""One award: decided by another officer, taken back, paid in parts; a payment set right; Excel."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from accounts.models import User
from common.errors import DomainError
from common.forms import refused, sent
from common.now import now
from common.workbooks import Heading, Watermark, listing
from common.workdays import SHANGHAI
from communities.sheets.handing import Workbook
from communities.views.firms import reader
from ratings.actions import subsidies as actions
from ratings.forms.subsidies import ApproveForm, BecauseForm, PayForm
from ratings.models import Award, AwardState, Programme
from ratings.permissions.subsidies import check_grants, gains, grants, why_not_decide
from ratings.queries import subsidies as queries

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAGE = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class Deed:
    """A verb of an award: in which state it is open, and what it asks for."""

    state: AwardState
    title: "StrOrPromise"
    form: type[forms.Form]
    do: Callable[..., Any]


DEEDS = {
    "approve": Deed(
        AwardState.PROPOSED, gettext_lazy("Approve"), ApproveForm, actions.approve_award
    ),
    "turn-down": Deed(
        AwardState.PROPOSED, gettext_lazy("Turn down"), BecauseForm, actions.turn_down_award
    ),
    "pay": Deed(AwardState.APPROVED, gettext_lazy("Record a payment"), PayForm, actions.pay),
    "take-back": Deed(
        AwardState.APPROVED, gettext_lazy("Take the award back"), BecauseForm,
        actions.take_award_back,
    ),
}  # fmt: skip


def _offers(award: Award, user: User) -> list[tuple[str, Deed, forms.Form]]:
    """The verbs that are open and this person's, each with its form."""
    if award.state == AwardState.PROPOSED:
        mine = not why_not_decide(user, award)
    else:
        mine = grants(user, award.category.programme.place) and not gains(user, award.receiver)
    if not mine:
        return []
    paid = bool(queries.paid_of(award))
    return [
        (verb, deed, deed.form(auto_id=f"{verb}-%s"))
        for verb, deed in DEEDS.items()
        if deed.state == award.state
        and not (verb == "take-back" and paid)
        and not (verb == "pay" and queries.paid_of(award) >= award.amount)
    ]


def _context(request: HttpRequest, award: Award) -> dict[str, Any]:
    user = reader(request)
    granting = user is not None and grants(user, award.category.programme.place)
    refused_ = why_not_decide(user, award) if user is not None and granting else ""
    return {
        "award": award,
        "paid": queries.paid_of(award),
        "payments": list(award.payments.all()),
        "granting": granting,
        "offers": _offers(award, user) if user is not None else [],
        "why_not": refused_ if award.state == AwardState.PROPOSED else "",
    }


@never_cache
@require_safe
def award(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One award, with what was paid of it."""
    found = queries.award_of(reader(request), public_id)
    return render(request, "ratings/subsidies/award.html", _context(request, found))


@login_required
@never_cache
@require_http_methods(PAGE)
def deed(request: SignedInRequest, public_id: UUID, verb: str) -> HttpResponse:
    """A verb of an award, with what it asks for."""
    found = queries.award_of(request.user, public_id)
    if verb not in DEEDS:
        raise Http404
    if request.method != "POST":
        return redirect("ratings:award", public_id)
    check_grants(request.user, found.category.programme.place)
    form, status = DEEDS[verb].form(request.POST, auto_id=f"{verb}-%s"), 200
    if form.is_valid():
        try:
            DEEDS[verb].do(found, by=request.user, **form.cleaned_data)
            messages.success(request, _("Recorded."))
            return redirect("ratings:award", public_id)
        except DomainError as refusal:
            if refusal.http_status == 403:
                raise
            status = refused(form, refusal)
    context = _context(request, found)
    others = [offer for offer in context["offers"] if offer[0] != verb]
    context["offers"] = [(verb, DEEDS[verb], form), *others]
    return render(request, "ratings/subsidies/award.html", context, status=status)


@login_required
@never_cache
@require_http_methods(PAGE)
def correct_payment(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A contrary entry for a payment that was entered wrongly or came back."""
    payment = queries.payment_of(request.user, public_id)
    programme = payment.award.category.programme
    check_grants(request.user, programme.place)
    form, status = BecauseForm(sent(request)), 200
    if form.is_bound and form.is_valid():
        try:
            actions.correct_payment(payment, by=request.user, **form.cleaned_data)
            messages.success(request, _("Recorded."))
            return redirect("ratings:award", payment.award.public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    context = {"form": form, "programme": programme, "title": _("Take a payment back"),
               "button": _("Make the contrary entry"), "payment": payment}  # fmt: skip
    return render(request, "ratings/subsidies/form.html", context, status=status)


@never_cache
@require_safe
def workbook(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything awarded by a programme, as Excel; public, so not by whom it was taken."""
    programme = queries.programme_of(public_id)
    rows = queries.awards(None, programme).order_by("category__position", "proposed_at", "pk")
    headings = [
        Heading(_("Category"), width=24),
        Heading(_("Awarded to"), width=36),
        Heading(_("Code"), width=22),
        Heading(_("Grounds"), width=48),
        Heading(_("Document number"), width=24),
        Heading(_("Awarded, yuan"), kind="number", width=16),
        Heading(_("Paid, yuan"), kind="number", width=16),
    ]
    cells: list[tuple[Any, ...]] = [
        (row.category.name, row.receiver.name, row.receiver.code, row.grounds, row.document,
         row.amount, row.paid)
        for row in rows
    ]  # fmt: skip
    cells.append(_sums(programme))
    when = now().astimezone(SHANGHAI)
    words = _("%(name)s, %(year)s, as it stood on %(day)s at %(time)s") % {
        "name": programme.name, "year": programme.year,
        "day": f"{when:%Y-%m-%d}", "time": f"{when:%H:%M}",
    }  # fmt: skip
    data = listing(
        programme.name, headings, cells, mark=Watermark(words, pgettext("a workbook", "About"))
    )
    return Workbook(f"awards-{programme.place.code}-{programme.year}.xlsx", data).answer()


def _sums(programme: Programme) -> tuple[Any, ...]:
    sums = queries.programme_page(programme).sums
    return (_("In all"), "", "", "", "", sums.amount, sums.paid)
