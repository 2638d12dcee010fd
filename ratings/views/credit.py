"""The credit ledger at the officers' and the firm's desk: records, and what happens to them."""

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
from common.errors import DomainError, NotAllowed, WrongState
from common.forms import refused, sent
from common.now import now, today
from common.paging import Sorting, page_of
from communities.models import Place, PlaceKind
from communities.views.firms import pages
from ratings.actions import credit as actions
from ratings.credit import STEPS, CreditVerb
from ratings.forms.assessments import files_of
from ratings.forms.credit import CreditStepForm, RecordForm
from ratings.models import CreditRecord
from ratings.permissions.credit import check_step, hand_of, reads_officers
from ratings.permissions.schemes import scheme_codes
from ratings.queries import credit as queries
from ratings.views._photos import kept, pictures

LATEST = Sorting("recorded_at", "key", descending=True, moments=True)
PAGE = ["GET", "HEAD", "POST"]
HEARD = 50  # of those that wait for a decision, shown above the rest


@login_required
@never_cache
@require_safe
def records(request: SignedInRequest) -> HttpResponse:
    """Records this reader may see: what waits, or all of them; or what the levels advise.

    For whoever keeps the ledger those first of which the firm was heard: they are to be decided.
    """
    asked = {name: request.GET.get(name, "")[:1] for name in ("all", "advice")}
    place = district_of(request)
    if asked["advice"] and place is not None:
        advice = {"advised": queries.advised(place), "asked": asked, "place": place}
        return render(request, "ratings/credit/records.html", advice)
    hand, at = hand_of(request.user), now()
    rows = queries.seen(request.user, under_way=not asked["all"], hand=hand)
    first = place is not None and not asked["all"]
    heard = list(queries.heard(rows, at)[:HEARD]) if first else []
    rows = rows.exclude(pk__in=[row.pk for row in heard])
    page = page_of(rows, LATEST, cursor=request.GET.get("cursor", ""))
    context = {
        "heard": list(zip(heard, queries.waiting(heard, hand), strict=True)),
        "rows": list(zip(page.rows, queries.waiting(page.rows, hand), strict=True)),
        "asked": asked,
        "at": at,
        "place": place,
    }
    return render(request, "ratings/credit/records.html", context | pages(page, asked))


def district_of(request: SignedInRequest) -> Place | None:
    """The district whose ledger this reader keeps."""
    codes = [code for code in scheme_codes(request.user) if code]
    rows = Place.objects.filter(code__in=codes, kind=PlaceKind.DISTRICT)
    return rows.order_by("code").first() if codes else None


@login_required
@never_cache
@require_http_methods(PAGE)
def record_new(request: SignedInRequest) -> HttpResponse:
    """Put a record of the catalogue on file for a firm."""
    place = district_of(request)
    if place is None:
        raise NotAllowed(_("The credit ledger is kept by the officers of the district."))
    version = queries.catalogue(place)
    if version is None:
        raise WrongState(_("No credit scheme is in force here yet."))
    form = RecordForm(sent(request), request.FILES or None, place=place, terms=version.read)
    if not form.is_bound:
        form.initial = {"body": request.GET.get("firm", "")[:40], "from_on": today()}
    status = 200
    if form.is_bound and form.is_valid():
        try:
            said = dict(form.cleaned_data)
            said["photos"] = kept(files_of(form, "photos"), by=request.user, field="photos")
            made = actions.record(by=request.user, **said)
            messages.success(request, _("On record. Another officer confirms it."))
            return redirect("ratings:credit_record", made.public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    context = {"form": form, "place": place, "terms": version.read}
    return render(request, "ratings/credit/record_new.html", context, status=status)


@login_required
@never_cache
@require_safe
def record(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One record with what happened to it and what its reader may do."""
    found = queries.one_seen(request.user, public_id)
    return render(request, "ratings/credit/record.html", _context(request, found, {}))


def _offered(request: SignedInRequest, found: CreditRecord) -> list[str]:
    """What this reader's page has a form for."""
    open_doors = queries.doors(found, hand_of(request.user))
    return [door.verb for door in open_doors if not door.refused]


def _context(
    request: SignedInRequest, found: CreditRecord, filled: dict[str, Any]
) -> dict[str, Any]:
    offers, closed, at = [], [], now()
    for door in queries.doors(found, hand_of(request.user)):
        if door.refused:
            closed.append((door.verb, door.refused))
        else:
            form = filled.get(door.verb.value) or CreditStepForm(None, verb=door.verb, of=found)
            offers.append((door.verb, form))
    officer = reads_officers(request.user, found)
    return {
        "record": found,
        "steps": [(step, pictures(step.photos.all())) for step in found.steps.all()],
        "offers": offers,
        "refused": closed if officer else [],
        "officer": officer,
        "at": at,
        "heard": found.heard(at),
        "repairable_from": queries.repairable_from(found),
        "counts": found.counts_on(today()),
    }


@login_required
@never_cache
@require_http_methods(PAGE)
def step(request: SignedInRequest, public_id: UUID, verb: str) -> HttpResponse:
    """What happens to a record."""
    found = queries.one_seen(request.user, public_id)
    if verb not in STEPS:
        raise Http404
    if request.method != "POST":
        return redirect("ratings:credit_record", public_id)
    # Whoever it is not is told so before they are asked for a reason.
    check_step(request.user, found, CreditVerb(verb), list(found.steps.all()))
    form, status = CreditStepForm(request.POST, request.FILES, verb=CreditVerb(verb), of=found), 200
    if form.is_valid():
        try:
            photos = kept(files_of(form, "photos"), by=request.user, field="photos")
            said = form.cleaned_data["text"]
            actions.step(found, form.verb, by=request.user, text=said, photos=photos)
            messages.success(request, _("Recorded."))
            return redirect("ratings:credit_record", public_id)
        except DomainError as refusal:
            if verb not in _offered(request, found):
                raise
            status = refused(form, refusal)
    context = _context(request, found, {verb: form})
    return render(request, "ratings/credit/record.html", context, status=status)
