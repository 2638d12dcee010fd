"""Periods: the list, one with what is in and what is missing, freezing and publishing."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from common.errors import DomainError
from common.forms import refused, sent
from common.now import now
from common.paging import Sorting, page_of
from communities.models import Place
from communities.views.firms import pages
from ratings.actions import freezing
from ratings.actions.publications import publish_scores
from ratings.models import PeriodState
from ratings.permissions.schemes import check_keeps_scheme
from ratings.queries import period_page as queries
from ratings.queries.home import assessed_places, desk_of
from ratings.views.schemes import PAGE, reader

BY_CODE = Sorting("code", "code")


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where everything about scores is found: of each place, at one's own desk, every period."""
    asked = {"place": request.GET.get("place", "")[:20]}
    page = page_of(
        queries.periods(asked["place"]), queries.NEWEST, cursor=request.GET.get("cursor", "")
    )
    context = {
        "places": assessed_places(asked["place"]),
        "desk": desk_of(reader(request)),
        "periods": page.rows,
        "asked": asked,
    }
    return render(request, "ratings/home.html", context | pages(page, asked))


@never_cache
@require_safe
def period(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One period: what is in and what is missing for its offices, the table for everybody."""
    user = reader(request)
    found = queries.period_of(public_id)
    page = queries.period_page(found, user)
    context: dict[str, Any] = {"page": page, "period": found}
    if request.headers.get("HX-Request") and found.state == PeriodState.FREEZING:
        return render(request, "ratings/periods/_freezing.html", context)
    if page.watches and found.state == PeriodState.OPEN:
        progress = queries.progress(found, user)
        estates = Place.objects.filter(pk__in=progress.unfinished)
        shown = page_of(estates, BY_CODE, cursor=request.GET.get("cursor", ""))
        context |= {"progress": progress, "waiting": queries.at_estates(progress, shown.rows)}
        context |= pages(shown, {})
    response = render(request, "ratings/periods/period.html", context)
    if request.headers.get("HX-Request"):
        # The scores are frozen since: the part becomes the whole page again.
        response["HX-Refresh"] = "true"
    return response


@login_required
@never_cache
@require_http_methods(PAGE)
def freeze(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What will be blank; then ask for the scores to be frozen."""
    found = queries.period_of(public_id)
    check_keeps_scheme(request.user, found.scheme.place)
    form, status = forms.Form(sent(request)), 200
    if form.is_bound and form.is_valid():
        try:
            freezing.ask_to_freeze(found, by=request.user)
            messages.success(request, _("Assessments are closed. The scores are being frozen."))
            return redirect("ratings:period", public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    page = queries.period_page(found, request.user)
    context: dict[str, Any] = {"form": form, "period": found, "page": page, "at": now()}
    if page.freezes:
        context |= {
            "ahead": queries.ahead(found),
            "progress": queries.progress(found, request.user),
        }
    return render(request, "ratings/periods/freeze.html", context, status=status)


@login_required
@never_cache
@require_http_methods(PAGE)
def publish(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What becomes public; then publish it."""
    found = queries.period_of(public_id)
    check_keeps_scheme(request.user, found.scheme.place)
    form, status = forms.Form(sent(request)), 200
    if form.is_bound and form.is_valid():
        try:
            made = publish_scores(found, by=request.user)
            said = _("The scores are public, as number %(n)s of what was published.")
            messages.success(request, said % {"n": made.sequence})
            return redirect("ratings:period", public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    page = queries.period_page(found, request.user)
    context = {"form": form, "period": found, "page": page, "frozen": queries.frozen(found)}
    return render(request, "ratings/periods/publish.html", context, status=status)
