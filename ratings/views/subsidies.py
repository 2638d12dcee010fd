"""Honours with money: programmes for everybody, their categories and awards for officers."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from common.errors import DomainError, NotAllowed
from common.forms import refused, sent
from common.now import today
from common.paging import Sorting, page_of
from communities.models import Place
from communities.scope import standing_of
from communities.views.firms import pages, reader
from ratings.actions import subsidies as actions
from ratings.forms.subsidies import AwardForm, BudgetForm, CategoryForm, ProgrammeForm
from ratings.models import AwardCategory, AwardState, Programme
from ratings.permissions.subsidies import OFFICERS, check_grants, granted_codes, grants
from ratings.queries import subsidies as queries

FIRST = Sorting("proposed_at", "key", moments=True)
PAGE = ["GET", "HEAD", "POST"]


@never_cache
@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Every programme, the newest first."""
    user = reader(request)
    rows = queries.programmes()[: queries.MOST_OPENED]
    context = {"rows": list(rows), "opens": bool(user and granted_codes(user))}
    return render(request, "ratings/subsidies/list.html", context)


def _places(request: SignedInRequest) -> list[Place]:
    """The districts and subdistricts whose officer this person is."""
    seats = [a.body.place for a in standing_of(request.user).appointments if a.body is not None]
    fit = {seat.code: seat for seat in seats if seat.kind in actions.GRANTING}
    return [seat for seat in fit.values() if grants(request.user, seat)]


@login_required
@never_cache
@require_http_methods(PAGE)
def open_programme(request: SignedInRequest) -> HttpResponse:
    """A programme of a place and a year, with its budget."""
    places = _places(request)
    if not places:
        raise NotAllowed(OFFICERS)
    form, status = ProgrammeForm(sent(request), places=places, year=today().year), 200
    if form.is_bound and form.is_valid():
        try:
            made = actions.open_programme(by=request.user, **form.cleaned_data)
            messages.success(request, _("The programme is open. Add its categories."))
            return redirect("ratings:programme", made.public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    context = {
        "form": form,
        "title": _("Open a programme"),
        "button": pgettext("a programme", "Open"),
    }
    return render(request, "ratings/subsidies/form.html", context, status=status)


@never_cache
@require_safe
def programme(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who got what: budget, awarded and paid, by category, with their sums."""
    found, user = queries.programme_of(public_id), reader(request)
    asked = {
        "state": request.GET.get("state", "")[:12],
        "category": request.GET.get("category", "")[:120],
        "q": request.GET.get("q", "").strip()[:60],
    }
    state = asked["state"] if asked["state"] in AwardState.values else AwardState.APPROVED
    rows = queries.awards(
        user, found, state=state, category=asked["category"], search=asked["q"]
    )  # fmt: skip
    page = page_of(rows, FIRST, cursor=request.GET.get("cursor", ""))
    context = {
        "programme": found,
        "page": queries.programme_page(found),
        "rows": page.rows,
        "asked": asked,
        "state": state,
        "states": AwardState.choices,
        "grants": user is not None and grants(user, found.place),
    }
    return render(request, "ratings/subsidies/one.html", context | pages(page, asked))


@login_required
@never_cache
@require_http_methods(PAGE)
def change_budget(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Another budget, under another document."""
    found = queries.programme_of(public_id)
    form = BudgetForm(sent(request), initial={"budget": found.budget})
    return _of_programme(request, found, form, actions.change_budget, _("Change the budget"))


@login_required
@never_cache
@require_http_methods(PAGE)
def add_category(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """So many awards of one amount."""
    found = queries.programme_of(public_id)
    form = CategoryForm(sent(request))
    return _of_programme(request, found, form, actions.add_category, _("Add a category"))


@login_required
@never_cache
@require_http_methods(PAGE)
def propose_award(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Who is proposed for an award of a category."""
    rows = AwardCategory.objects.select_related("programme__place")
    category = get_object_or_404(rows, public_id=public_id)
    form = AwardForm(sent(request), category=category)

    def propose(_found: Programme, **said: Any) -> Any:
        return actions.propose_award(category, **said)

    title = _("Propose for %(category)s") % {"category": category.name}
    return _of_programme(request, category.programme, form, propose, title)


def _of_programme(
    request: SignedInRequest, found: Programme, form: forms.Form, do: Any, title: str
) -> HttpResponse:
    """A page with one form of a programme; done, its page."""
    check_grants(request.user, found.place)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            do(found, by=request.user, **form.cleaned_data)
            messages.success(request, _("Recorded."))
            return redirect("ratings:programme", found.public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    context = {"form": form, "programme": found, "title": title, "button": title}
    return render(request, "ratings/subsidies/form.html", context, status=status)
