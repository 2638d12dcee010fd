"""The credit scheme of a district at its officers' desk: begun, drafted, settled."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from common.errors import Conflict, DomainError
from common.forms import refused, sent
from communities.models import Place, PlaceKind
from ratings.actions import credit_schemes as actions
from ratings.forms.credit import (
    SECTIONS,
    CreditBeginForm,
    CreditSettleForm,
    section_form,
    whole_of,
)
from ratings.models import CreditScheme, CreditVersion
from ratings.permissions.schemes import check_keeps_scheme
from ratings.queries import credit as queries
from ratings.terms.credit import read_credit, wrong_with_credit
from ratings.terms.credit_presets import credit_presets
from ratings.terms.drafts import stamp

PAGE = ["GET", "HEAD", "POST"]


def _kept(request: SignedInRequest, place: str) -> tuple[Place, CreditScheme | None]:
    """The district and its scheme, for those who keep it."""
    found = get_object_or_404(Place, code=place, kind=PlaceKind.DISTRICT)
    check_keeps_scheme(request.user, found)
    return found, queries.scheme_of(found)


def _draft(scheme: CreditScheme | None) -> CreditVersion:
    """Its draft, or 404."""
    found = scheme.versions.filter(settled_at=None).first() if scheme is not None else None
    if found is None:
        raise Http404
    return found


@login_required
@never_cache
@require_http_methods(PAGE)
def scheme(request: SignedInRequest, place: str) -> HttpResponse:
    """Begin with a preset, or a draft of the next version; look at the draft there is."""
    found, kept = _kept(request, place)
    form, status = CreditBeginForm(sent(request) if kept is None else None), 200
    if request.method == "POST" and (kept is not None or form.is_valid()):
        try:
            if kept is None:
                actions.begin(by=request.user, place=found, **form.cleaned_data)
            else:
                actions.draft(kept, by=request.user)
            messages.success(request, _("The draft is begun. Look through its sections."))
            return redirect("ratings:credit_scheme", place)
        except DomainError as refusal:
            if kept is not None:
                raise
            status = refused(form, refusal)
    return render(request, "ratings/credit/scheme.html", _context(found, kept, form), status=status)


def _context(place: Place, kept: CreditScheme | None, form: Any) -> dict[str, Any]:
    versions = queries.settled(kept)
    draft = kept.versions.filter(settled_at=None).first() if kept is not None else None
    wrong = wrong_with_credit(draft.terms) if draft is not None else {}
    return {
        "place": place,
        "scheme": kept,
        "versions": versions,
        "draft": draft,
        "wrong": wrong.items(),
        "terms": read_credit(draft.terms) if draft is not None and not wrong else None,
        "form": form,
        "settle": CreditSettleForm(
            None, first=not versions, initial={"seen": stamp(draft.terms)}
        ) if draft is not None else None,
        "presets": credit_presets().values(),
        "sections": SECTIONS.items(),
    }  # fmt: skip


@login_required
@never_cache
@require_http_methods(PAGE)
def section(request: SignedInRequest, place: str, name: str) -> HttpResponse:
    """One section of the draft."""
    found, kept = _kept(request, place)
    draft = _draft(kept)
    if name not in SECTIONS or kept is None:
        raise Http404
    first = {"initial": {"seen": stamp(draft.terms)}}
    form, status = section_form(name, draft.terms, sent(request), **first), 200
    if form.is_bound and form.is_valid():
        try:
            whole = whole_of(name, draft.terms, form)
            actions.change_draft(kept, by=request.user, terms=whole, seen=form.said("seen"))
            messages.success(request, _("The draft is saved."))
            return redirect("ratings:credit_scheme", place)
        except DomainError as refusal:
            form.refuse(refusal)
            status = refusal.http_status
            if isinstance(refusal, Conflict):
                form.data = form.data.copy()
                form.data["seen"] = stamp(draft.terms)
    context = {"place": found, "form": form, "title": SECTIONS[name]}
    return render(request, "ratings/credit/section.html", context, status=status)


@login_required
@never_cache
@require_http_methods(PAGE)
def settle(request: SignedInRequest, place: str) -> HttpResponse:
    """Settle the draft: grades follow it from today on."""
    found, kept = _kept(request, place)
    draft = _draft(kept)
    if request.method != "POST" or kept is None:
        return redirect("ratings:credit_scheme", place)
    form = CreditSettleForm(request.POST, first=draft.number == 1)
    status = 200
    if form.is_valid():
        try:
            actions.settle(kept, by=request.user, **form.cleaned_data)
            messages.success(request, _("The version is settled; it never changes from now on."))
            return redirect("ratings:credit_how", place)
        except DomainError as refusal:
            status = refused(form, refusal)
    context = {**_context(found, kept, CreditBeginForm(None)), "settle": form}
    return render(request, "ratings/credit/scheme.html", context, status=status)
