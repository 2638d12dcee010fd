"""Red and black lists at the officers' and the firm's desk: what waits, one listing, its steps."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from common.errors import DomainError, NotAllowed
from common.forms import refused, sent
from common.now import now, today
from common.paging import Sorting, page_of
from communities.models import Place, PlaceKind
from communities.views.firms import pages
from ratings.actions import listings as actions
from ratings.actions.objections import answer_objection
from ratings.forms.assessments import files_of
from ratings.forms.listings import AnswerForm, ProposeForm, StepForm
from ratings.models import SCORED, Listing, Period
from ratings.permissions.listings import check_step, is_officer_of, who
from ratings.permissions.schemes import check_keeps_scheme, scheme_codes
from ratings.queries import listings as queries
from ratings.queries.correcting import awaited
from ratings.queries.listing_files import files_of as files_of_listing
from ratings.views.listing_files import kept, shown
from ratings.views.lists import about_asked
from ratings.workflow import OWN_DOORS, About, ListingState, ListingVerb

LATEST = Sorting("proposed_at", "key", descending=True, moments=True)
SOONEST = Sorting("due_at", "key", nullable=True, moments=True)
PAGE = ["GET", "HEAD", "POST"]


@login_required
@never_cache
@require_safe
def listings(request: SignedInRequest) -> HttpResponse:
    """Those this reader may see: under way first what is due first; all of them if asked for."""
    asked = {"all": request.GET.get("all", "")[:1]}
    rows = queries.seen(request.user, under_way=not asked["all"])
    sorting = LATEST if asked["all"] else SOONEST
    page = page_of(rows, sorting, cursor=request.GET.get("cursor", ""))
    place = _place(request)
    context = {
        "rows": list(zip(page.rows, queries.waiting(page.rows, request.user), strict=True)),
        "asked": asked,
        "at": now(),
        "place": place,
        "periods": _periods(place) if place else [],
    }
    return render(request, "ratings/listings/list.html", context | pages(page, asked))


def _place(request: SignedInRequest) -> Place | None:
    """The district whose lists this reader keeps."""
    codes = [code for code in scheme_codes(request.user) if code]
    rows = Place.objects.filter(code__in=codes, kind=PlaceKind.DISTRICT)
    return rows.order_by("code").first() if codes else None


def _periods(place: Place) -> list[Period]:
    """The latest frozen periods of its schemes: what the rules propose from."""
    rows = Period.objects.filter(scheme__place=place, state__in=SCORED)
    return list(rows.select_related("scheme").order_by("-from_on")[:4])


@login_required
@never_cache
@require_http_methods(PAGE)
def propose(request: SignedInRequest) -> HttpResponse:
    """Propose a firm, committee, branch or estate by hand, with grounds and evidence."""
    place = _place(request)
    if place is None:
        raise NotAllowed(_("Lists are proposed for by the officers of a district."))
    about = About(about_asked(request) or About.FIRM)
    form = ProposeForm(sent(request), request.FILES or None, place=place, about=about)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            files = kept(files_of(form, "attached"), by=request.user)
            made = actions.propose(by=request.user, **form.said, files=files)
            messages.success(request, _("Proposed. What comes next is on this page."))
            return redirect("ratings:listing", made.public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    context = {"form": form, "place": place, "about": about, "abouts": About.choices}
    return render(request, "ratings/listings/propose.html", context, status=status)


@login_required
@never_cache
@require_POST
def propose_by_rules(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Whom the rules of the scheme propose from a frozen period."""
    period = get_object_or_404(Period.objects.select_related("scheme__place"), public_id=public_id)
    check_keeps_scheme(request.user, period.scheme.place)
    made = actions.propose_by_rules(period, by=request.user)
    said = _("Proposed by the rules: %(count)d.") % {"count": len(made)}
    messages.success(request, said)
    return redirect("ratings:listings")


@login_required
@never_cache
@require_safe
def listing(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One listing with what happened to it and every step that is open."""
    found = queries.one_seen(request.user, public_id)
    return render(request, "ratings/listings/one.html", _context(request, found))


def _context(
    request: SignedInRequest, found: Listing, filled: "dict[str, Any] | None" = None
) -> dict[str, Any]:
    kept = filled or {}
    offers, refused = [], []
    for door in queries.doors(found, who(request.user, [found])):
        if door.refused:
            refused.append((door.verb, door.refused))
        else:
            form = kept.get(door.verb.value) or StepForm(None, verb=door.verb, of=found)
            offers.append((door.verb, form))
    officer = is_officer_of(request.user, found)
    return {
        "listing": found,
        "steps": _with_files(found, officer=officer),
        "offers": offers,
        "refused": refused if officer else [],
        "objections": _objections(request, found, kept) if officer else [],
        "officer": officer,
        "at": now(),
        "today": today(),
        "served": next((s for s in found.steps.all() if s.verb == ListingVerb.SERVE), None),
        "repairable_from": queries.repairable_from(found),
        "correction": awaited(found) if officer else None,
    }


def _with_files(found: Listing, *, officer: bool) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Each step with the photos and documents of it that this reader may read."""
    files = shown(files_of_listing(found, officer=officer))
    return [
        (step, [file for file in files if file["step"] == step.pk]) for step in found.steps.all()
    ]


def _objections(
    request: SignedInRequest, found: Listing, kept: dict[str, Any]
) -> list[tuple[Any, Any]]:
    """Each objection; with its form where this officer may answer it now."""
    forms = {
        row.pk: kept.get(str(row.public_id)) or AnswerForm(None, to=row)
        for row in queries.answers(found, request.user)
    }
    return [(row, forms.get(row.pk)) for row in found.objections.all()]


@login_required
@never_cache
@require_http_methods(PAGE)
def step(request: SignedInRequest, public_id: UUID, verb: str) -> HttpResponse:
    """One step of the law, with what must be recorded."""
    found = queries.one_seen(request.user, public_id)
    if verb not in ListingVerb.values or verb in OWN_DOORS:
        raise Http404
    if request.method != "POST":
        return redirect("ratings:listing", public_id)
    check_step(request.user, found, ListingVerb(verb))
    form = StepForm(request.POST, request.FILES, verb=ListingVerb(verb), of=found)
    status = 200
    if form.is_valid():
        try:
            files = kept(files_of(form, "attached"), by=request.user)
            actions.step(found, form.verb, by=request.user, said=form.cleaned_data, files=files)
            messages.success(request, _("Recorded."))
            return redirect("ratings:listing", public_id)
        except DomainError as refusal:
            if refusal.http_status != 400:
                raise
            status = refused(form, refusal)
    context = _context(request, found, {verb: form})
    return render(request, "ratings/listings/one.html", context, status=status)


@login_required
@never_cache
@require_http_methods(PAGE)
def answer(request: SignedInRequest, public_id: UUID, objection: UUID) -> HttpResponse:
    """An objection answered."""
    found = queries.one_seen(request.user, public_id)
    row = get_object_or_404(found.objections, public_id=objection)
    if request.method != "POST":
        return redirect("ratings:listing", public_id)
    check_step(request.user, found, ListingVerb.ANSWER)
    form = AnswerForm(request.POST, to=row)
    if form.is_valid():
        said = form.cleaned_data
        answer_objection(
            row, by=request.user, answer=said["answer"], upheld=said["upheld"] == "yes"
        )
        messages.success(request, _("Answered."))
        return redirect("ratings:listing", public_id)
    context = _context(request, found, {str(row.public_id): form})
    return render(request, "ratings/listings/one.html", context)


@login_required
@never_cache
@require_safe
def notice(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The notice 告知书 as it is printed and sealed."""
    found = queries.one_seen(request.user, public_id)
    served = found.steps.filter(verb=ListingVerb.SERVE).first()
    if served is None:
        raise Http404
    context = {
        "listing": found,
        "served": served,
        # As they were served: a correction states them anew.
        "grounds": found.steps.get(verb=ListingVerb.PROPOSE).text,
        "days": found.version.read.steps.statement_days,
        "received": found.steps.filter(
            verb__in=(ListingVerb.RECEIVE, ListingVerb.RECORD_SERVICE)
        ).first(),
        "open": found.state in (ListingState.SERVED, ListingState.STATING),
    }
    return render(request, "ratings/listings/notice.html", context)


@login_required
@never_cache
@require_safe
def interview(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The rectification notice of an interview 约谈, as it is printed; for its addressee, too."""
    found = queries.one_seen(request.user, public_id)
    held = found.steps.filter(verb=ListingVerb.INTERVIEW).first()
    if held is None:
        raise Http404
    return render(request, "ratings/listings/interview.html", {"listing": found, "held": held})
