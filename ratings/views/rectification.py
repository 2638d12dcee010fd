"""Rectification: what is to be put right, reported with photos, looked at again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from common.errors import DomainError
from common.forms import refused
from common.now import now
from common.paging import Sorting, page_of
from communities.views.firms import pages
from ratings.actions import rectification as actions
from ratings.forms.assessments import CloseForm, ReasonForm, ReportForm, files_of
from ratings.models import Rectification, RectificationState
from ratings.permissions.deeds import ON_A_RECTIFICATION
from ratings.permissions.rectification import follows_up, reports
from ratings.queries import rectification as queries
from ratings.queries.sheet_page import name_of
from ratings.views._photos import kept, pictures

SOONEST = Sorting("due_at", "key", moments=True)
FORMS: dict[str, Any] = {"report": ReportForm, "send-back": ReasonForm, "close": CloseForm}


@login_required
@never_cache
@require_safe
def rectifications(request: SignedInRequest) -> HttpResponse:
    """What is to be put right, what is due first on top; all of it if asked for."""
    asked = {"all": request.GET.get("all", "")[:1]}
    rows = queries.seen(request.user, waiting=not asked["all"])
    page = page_of(rows, SOONEST, cursor=request.GET.get("cursor", ""))
    named = [(row, name_of(row.assessment, row.item)) for row in page.rows]
    context = {"rows": named, "asked": asked, "at": now()}
    return render(request, "ratings/rectification/list.html", context | pages(page, asked))


@login_required
@never_cache
@require_safe
def rectification(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One of them, with what happened to it and what its reader may do."""
    found = queries.one_seen(request.user, public_id)
    return render(request, "ratings/rectification/one.html", _context(request, found, {}))


def _context(
    request: SignedInRequest, found: Rectification, filled: dict[str, Any]
) -> dict[str, Any]:
    forms = {verb: filled.get(verb) or FORMS[verb]() for verb in _open_verbs(request, found)}
    return {
        "asked": found,
        "name": name_of(found.assessment, found.item),
        "steps": [(step, pictures(step.photos.all())) for step in found.steps.all()],
        "forms": forms,
        "at": now(),
    }


def _open_verbs(request: SignedInRequest, found: Rectification) -> list[str]:
    """What this reader may do with it now."""
    verbs = []
    if found.state == RectificationState.OPEN and reports(request.user, found):
        verbs.append("report")
    waits = found.state in queries.WAITING
    if waits and follows_up(request.user, found.assessment):
        verbs.append("close")
        if found.state == RectificationState.REPORTED:
            verbs.append("send-back")
    return verbs


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def deed(request: SignedInRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Reported, sent back or closed."""
    found = queries.one_seen(request.user, public_id)
    if verb not in FORMS:
        raise Http404
    if request.method != "POST":
        return redirect("ratings:rectification", public_id)
    ON_A_RECTIFICATION[verb](request.user, found)
    form, status = FORMS[verb](request.POST, request.FILES), 200
    if form.is_valid():
        try:
            _do(request, found, verb, form)
            return redirect("ratings:rectification", public_id)
        except DomainError as refusal:
            if verb not in _open_verbs(request, found):
                raise
            status = refused(form, refusal)
    context = _context(request, found, {verb: form})
    return render(request, "ratings/rectification/one.html", context, status=status)


def _do(request: SignedInRequest, found: Rectification, verb: str, form: Any) -> None:
    said = dict(form.cleaned_data)
    if verb == "report":
        said["photos"] = kept(files_of(form, "photos"), by=request.user, field="photos")
        actions.report(found, by=request.user, **said)
        messages.success(request, _("Reported. Somebody looks at it again."))
    elif verb == "send-back":
        actions.send_back(found, by=request.user, **said)
        messages.success(request, _("Sent back with the reason and a new deadline."))
    else:
        actions.close(found, by=request.user, **said)
        messages.success(request, _("Closed: it is put right."))
