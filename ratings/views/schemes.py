"""Schemes: the list, one with its versions, and how scores are made, for everybody to read."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from accounts.models import User
from common.errors import DomainError, NotAllowed
from common.forms import refused, sent
from common.now import today
from common.paging import page_of
from communities.models import DIVISIONS, Place, PlaceKind
from communities.views.firms import pages
from ratings.actions import periods as period_actions
from ratings.actions import schemes as actions
from ratings.forms.schemes import BeginForm, PeriodForm
from ratings.permissions.schemes import check_keeps_scheme, scheme_codes
from ratings.queries import schemes as queries
from ratings.queries.example import example
from ratings.queries.periods import offered
from ratings.queries.plain import chapters, differences
from ratings.terms.presets import ORIGINS, presets

PAGE = ["GET", "HEAD", "POST"]


def reader(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


@never_cache
@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    """The schemes of a place, or of all."""
    user = reader(request)
    asked = {"place": request.GET.get("place", "")[:20]}
    page = page_of(
        queries.schemes_seen(user, place=asked["place"]),
        queries.BY_PLACE,
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "schemes": page.rows,
        "asked": asked,
        "keeps": bool(scheme_codes(user)) if user else False,
    }
    return render(request, "ratings/schemes/list.html", context | pages(page, asked))


@login_required
@never_cache
@require_http_methods(PAGE)
def begin(request: SignedInRequest) -> HttpResponse:
    """Begin a scheme of one's district with a preset."""
    codes = scheme_codes(request.user)
    place = Place.objects.filter(code__in=codes, kind=PlaceKind.DISTRICT).order_by("code").first()
    if place is None:
        raise NotAllowed(_("Schemes are begun by the officers of a district."))
    form, status = BeginForm(sent(request)), 200
    if form.is_bound and form.is_valid():
        try:
            made = actions.begin_scheme(by=request.user, place=place, **form.cleaned_data)
            messages.success(request, _("The scheme is begun. Look through its draft."))
            return redirect("ratings:draft", made.public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    context = {"form": form, "place": place, "presets": presets().values(), "origins": ORIGINS}
    return render(request, "ratings/schemes/begin.html", context, status=status)


@never_cache
@require_safe
def scheme(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What a scheme says in plain words, its versions, its periods."""
    user = reader(request)
    found = queries.scheme_seen(user, public_id)
    page = queries.scheme_page(found, user)
    preset = presets().get(found.preset)
    context = {
        "page": page,
        "scheme": found,
        "chapters": chapters(page.in_force.read) if page.in_force else [],
        "preset": preset,
        "origins": ORIGINS,
    }
    return render(request, "ratings/schemes/scheme.html", context)


@never_cache
@require_safe
def version(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """One settled version, and what differs from the one before it."""
    user = reader(request)
    found = queries.scheme_seen(user, public_id)
    seen = queries.version_seen(found, user, number)
    if seen.settled_at is None:
        return redirect("ratings:draft", found.public_id)
    before = queries.version_before(seen)
    context = {
        "scheme": found,
        "version": seen,
        "before": before,
        "differences": differences(before.read, seen.read) if before else [],
        "chapters": chapters(seen.read),
    }
    return render(request, "ratings/schemes/version.html", context)


@login_required
@require_POST
def draft_begin(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A draft, as the last version says."""
    found = queries.scheme_seen(request.user, public_id)
    actions.draft(found, by=request.user)
    messages.success(request, _("The draft is a copy of the version in force."))
    return redirect("ratings:draft", found.public_id)


@login_required
@never_cache
@require_http_methods(PAGE)
def period_open(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Open the next period by the version in force."""
    found = queries.scheme_seen(request.user, public_id)
    check_keeps_scheme(request.user, found.place)
    page = queries.scheme_page(found, request.user)
    choices: list[tuple[date, str]] = []
    if page.in_force is not None:
        choices = offered(found, page.in_force.read.cycle, today())
    form, status = PeriodForm(sent(request), offered=choices), 200
    if form.is_bound and form.is_valid():
        try:
            made = period_actions.open_period(found, by=request.user, **form.cleaned_data)
            said = _("%(name)s is open: assessments are taken until %(day)s.")
            messages.success(request, said % {"name": made.name, "day": made.assess_until_on})
            return redirect("ratings:scheme", found.public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    context = {"form": form, "scheme": found, "page": page, "choices": choices}
    return render(request, "ratings/schemes/period_open.html", context, status=status)


@never_cache
@require_safe
def how(request: HttpRequest, place: str) -> HttpResponse:
    """How scores are made where a place lies, in plain words, with an example."""
    kinds = (*DIVISIONS, PlaceKind.ESTATE)
    found = get_object_or_404(Place, code=place, kind__in=kinds)
    versions = queries.in_force_at(found)
    asked = request.GET.get("scheme", "")
    chosen = next((v for v in versions if str(v.scheme.public_id) == asked), None)
    if asked and chosen is None:
        raise Http404
    chosen = chosen or (versions[0] if versions else None)
    context = {
        "place": found,
        "tabs": [(v.scheme.name, f"?scheme={v.scheme.public_id}", v is chosen, "")
                 for v in versions],
        "version": chosen,
        "chapters": chapters(chosen.read) if chosen else [],
        "terms": chosen.read if chosen else None,
        "example": example(chosen.read) if chosen else None,
    }  # fmt: skip
    return render(request, "ratings/schemes/how.html", context)
