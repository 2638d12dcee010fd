"""Scores: the table of a period, one card with where each number is from, a firm's record."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from common.errors import DomainError
from common.forms import refused, sent
from communities.models import COMMITTEE_BODIES, Body, BodyKind
from communities.views.firms import pages
from ratings.actions import assessments, freezing
from ratings.forms.scores import CorrectForm, SheetReasonForm
from ratings.permissions.assessments import check_assesses, sheet_of
from ratings.permissions.cards import check_corrects_card, reads_table
from ratings.queries import card_page, card_sources, table
from ratings.queries.correcting import preview
from ratings.queries.firm_record import record_of
from ratings.queries.listings import public
from ratings.queries.period_page import period_of
from ratings.views._workbooks import workbook
from ratings.views.schemes import PAGE, reader

LONGEST_SEARCH = 60
# The latest public ones that a firm's record names.
LISTINGS = 20


@never_cache
@require_safe
def league(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The league table of a period; `?as=xlsx` hands it out as a workbook."""
    user = reader(request)
    period = period_of(public_id)
    if not reads_table(user, period):
        raise Http404
    asked = table.Asked(
        **{name: request.GET.get(name, "")[:LONGEST_SEARCH] for name in table.ASKED}
    )
    if request.GET.get("as") == "xlsx":
        return workbook(period, table.all_rows(period, user, asked))
    shown = table.table_of(period, user, asked, cursor=request.GET.get("cursor", ""))
    terms = period.version.read
    context: dict[str, Any] = {
        "table": shown,
        "period": period,
        "asked": asked,
        "terms": terms,
        "bands": [band.name for band in terms.bands],
        "subdistricts": table.subdistricts(period),
        "book_url": "?" + urlencode({**_kept(asked), "as": "xlsx"}),
    }
    return render(request, "ratings/table.html", context | pages(shown, asked.words))


def _kept(asked: table.Asked) -> dict[str, str]:
    return {name: value for name, value in asked.words.items() if value}


@never_cache
@require_safe
def card(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Why a firm has its score."""
    user = reader(request)
    found = card_page.card_seen(user, public_id)
    page = card_page.card_page(found, user)
    return render(request, "ratings/cards/card.html", {"page": page, "card": found})


@never_cache
@require_safe
def sheet(request: HttpRequest, public_id: UUID, sheet: UUID) -> HttpResponse:
    """One sheet of a card: item by item; its remarks and photos where its own page is read."""
    user = reader(request)
    found = card_page.card_seen(user, public_id)
    page = card_sources.sheet_page(found, sheet, user)
    return render(request, "ratings/cards/sheet.html", {"page": page, "card": found})


@login_required
@never_cache
@require_http_methods(PAGE)
def sheet_correct(request: SignedInRequest, public_id: UUID, sheet: UUID) -> HttpResponse:
    """Begin the correction of a sheet of a frozen score."""
    found = card_page.card_seen(request.user, public_id)
    page = card_sources.sheet_page(found, sheet, request.user)
    check_assesses(request.user, sheet_of(page.of))
    form, status = SheetReasonForm(sent(request)), 200
    if form.is_bound and form.is_valid():
        try:
            made = assessments.correct(page.of, by=request.user, card=found, **form.cleaned_data)
            return redirect("ratings:assessment", made.public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    context = {"page": page, "card": found, "form": form}
    return render(request, "ratings/cards/sheet_correct.html", context, status=status)


@never_cache
@require_safe
def figure(request: HttpRequest, public_id: UUID, figure: str) -> HttpResponse:
    """The rows behind a counted figure: both numbers for everybody, rows for whoever sees them."""
    user = reader(request)
    found = card_page.card_seen(user, public_id)
    page = card_sources.figure_page(found, figure, user, cursor=request.GET.get("cursor", ""))
    context = {"page": page, "card": found}
    return render(request, "ratings/cards/figure.html", context | pages(page.page, {}))


@login_required
@never_cache
@require_http_methods(PAGE)
def correct(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What would change; then append the corrected score."""
    found = card_page.card_seen(request.user, public_id)
    check_corrects_card(request.user, found)
    form, status = CorrectForm(sent(request)), 200
    if form.is_bound and form.is_valid():
        try:
            made = freezing.correct(found, by=request.user, **form.cleaned_data)
            messages.success(request, _("Corrected. The score before stays on record."))
            return redirect("ratings:card", made.public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    context = {"form": form, "card": found, "preview": preview(found)}
    return render(request, "ratings/cards/correct.html", context, status=status)


@never_cache
@require_safe
def firm(request: HttpRequest, code: str) -> HttpResponse:
    """The record of a firm, or of a committee."""
    kinds = (BodyKind.FIRM, *COMMITTEE_BODIES)
    body = get_object_or_404(Body.objects.select_related("place"), code=code, kind__in=kinds)
    record = record_of(body, reader(request), cursor=request.GET.get("cursor", ""))
    listings = public().filter(body=body).order_by("-noticed_at", "-pk")[:LISTINGS]
    context = {"record": record, "body": body, "listings": listings}
    return render(request, "ratings/firm.html", context | pages(record.page, {}))
