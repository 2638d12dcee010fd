"""The use of results: what is recommended, what waits for its outcome, one recommendation."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from common.errors import DomainError
from common.forms import refused, sent
from common.now import today
from common.paging import Sorting, page_of
from communities.models import Body, BodyKind
from communities.views.firms import pages, reader
from ratings.actions import results as actions
from ratings.forms.results import AREAS, VOTES, OutcomeForm, RecommendForm, WithdrawForm
from ratings.models import Recommendation, Result
from ratings.permissions.results import (
    advised_codes,
    answers,
    check_advises_somewhere,
    check_answers,
)
from ratings.queries import results as queries

LATEST = Sorting("made_at", "key", descending=True, moments=True)
PAGE = ["GET", "HEAD", "POST"]
LATE = 50  # of those that are late, shown above the rest


@login_required
@never_cache
@require_safe
def results(request: SignedInRequest) -> HttpResponse:
    """For officers theirs, the late ones first; for others what they may see."""
    officer = bool(advised_codes(request.user))
    asked = {"waiting": request.GET.get("waiting", "")[:1]}
    rows = queries.under(request.user) if officer else queries.recommendations(request.user)
    late = list(queries.late(rows)[:LATE]) if officer else []
    if asked["waiting"]:
        rows = rows.filter(answered_at=None, withdrawn_at=None)
    page = page_of(rows, LATEST, cursor=request.GET.get("cursor", ""))
    context = {"rows": page.rows, "late": late, "officer": officer, "asked": asked,
               "today": today()}  # fmt: skip
    return render(request, "ratings/results/list.html", context | pages(page, asked))


@login_required
@never_cache
@require_http_methods(PAGE)
def recommend(request: SignedInRequest) -> HttpResponse:
    """First which firm, then what is recommended of it."""
    check_advises_somewhere(request.user)
    code = request.GET.get("firm", "")[:32]
    if not code:
        words = request.GET.get("q", "").strip()[:60]
        context = {"words": words, "firms": queries.firms_named(words, advised_codes(request.user))}
        return render(request, "ratings/results/choose.html", context)
    firm = get_object_or_404(Body.objects.select_related("place"), code=code, kind=BodyKind.FIRM)
    form, status = RecommendForm(sent(request), firm=firm, by=request.user), 200
    if form.is_bound and form.is_valid():
        try:
            made = actions.recommend(firm, by=request.user, **form.cleaned_data)
            messages.success(request, _("Recommended. Those concerned are told."))
            return redirect("ratings:recommendation", made.public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    shown: dict[str, Any] = {"form": form, "firm": firm}
    return render(request, "ratings/results/recommend.html", shown, status=status)


@never_cache
@require_safe
def recommendation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One recommendation: its ground, to whom, until when, what became of it."""
    row = queries.one_seen(reader(request), public_id)
    return render(request, "ratings/results/one.html", _context(request, row))


def _context(request: HttpRequest, row: Recommendation) -> dict[str, Any]:
    user = reader(request)
    standing = queries.last(row)
    moved = row.about_pool and standing is not None and standing.result == Result.FOLLOWED
    officer = user is not None and answers(user, row)
    open_ = officer and row.withdrawn_at is None and not moved
    outcome = OutcomeForm(None, of=row, correcting=standing is not None) if open_ else None
    withdraw = WithdrawForm(None) if officer and row.waiting else None
    outcomes = [(each, queries.shares(each)) for each in row.outcomes.all()]
    return {
        "row": row,
        "officer": officer,
        "outcomes": outcomes,
        "late": row.overdue(today()),
        "today": today(),
        "outcome": outcome,
        "withdraw": withdraw,
    }


@login_required
@never_cache
@require_http_methods(PAGE)
def outcome(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What became of it."""
    row = queries.one_seen(request.user, public_id)
    if request.method != "POST":
        return redirect("ratings:recommendation", public_id)
    check_answers(request.user, row)
    form = OutcomeForm(request.POST, of=row, correcting=queries.last(row) is not None)
    said = dict(form.cleaned_data) if form.is_valid() else {}
    votes = actions.Votes(**{name: said.pop(name, None) for name in (*VOTES, *AREAS)})
    return _done(request, row, "outcome", form, actions.record_outcome, votes=votes, **said)


@login_required
@never_cache
@require_http_methods(PAGE)
def withdraw(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """It is withdrawn, with the reason."""
    row = queries.one_seen(request.user, public_id)
    if request.method != "POST":
        return redirect("ratings:recommendation", public_id)
    check_answers(request.user, row)
    form = WithdrawForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {}
    return _done(request, row, "withdraw", form, actions.withdraw_recommendation, **said)


def _done(
    request: SignedInRequest, row: Recommendation, name: str, form: forms.Form, do: Any, **said: Any
) -> HttpResponse:
    """The verb, then its page; or the page again with what was typed and why it was refused."""
    status = 200
    if form.is_valid():
        try:
            do(row, by=request.user, **said)
            messages.success(request, _("Recorded."))
            return redirect("ratings:recommendation", row.public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    context = _context(request, row) | {name: form}
    return render(request, "ratings/results/one.html", context, status=status)
