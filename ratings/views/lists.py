"""Red and black lists for everybody: entries with their grounds, public notices, objections."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.address import address_digest
from common.errors import DomainError
from common.forms import refused, sent
from common.now import now
from common.paging import Sorting, page_of
from communities.models import Place
from communities.views.firms import pages
from ratings.actions import objections as actions
from ratings.forms.listings import ObjectForm
from ratings.queries import listings as queries
from ratings.queries.listing_files import public_files
from ratings.views.listing_files import shown
from ratings.workflow import About, ListingState, ListKind, list_label

LATEST = Sorting("published_at", "key", descending=True, moments=True)


@never_cache
@require_safe
def published_list(request: HttpRequest, place: str, kind: str) -> HttpResponse:
    """One list of a place, with grounds and dates; what left it, if asked for."""
    if kind not in ListKind.values:
        raise Http404
    found = get_object_or_404(Place, code=place)
    asked = {
        "q": request.GET.get("q", "").strip()[:60],
        "ended": request.GET.get("ended", "")[:1],
        "about": about_asked(request),
    }
    rows = queries.on_list(
        found, kind, search=asked["q"], ended=bool(asked["ended"]), about=asked["about"]
    )
    page = page_of(rows, LATEST, cursor=request.GET.get("cursor", ""))
    context = {
        "place": found,
        "kind": kind,
        "name": list_label(kind, asked["about"]),
        "rows": page.rows,
        "noticed": list(queries.in_notice(found, kind, asked["about"])[:50]),
        "asked": asked,
        "at": now(),
        "lists": ListKind.choices,
        "abouts": About.choices,
    }
    return render(request, "ratings/listings/published.html", context | pages(page, asked))


def about_asked(request: HttpRequest) -> str:
    """About whom or what the list is to be; nothing for all of them."""
    asked = request.GET.get("about", "")
    return asked if asked in About.values else ""


@never_cache
@require_safe
def public_listing(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One entry, or one public notice, as anybody reads it."""
    return _page(request, public_id, ObjectForm())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Anybody objects to a public notice."""
    found = queries.one_public(public_id)
    form, status = ObjectForm(sent(request)), 200
    if form.is_bound and form.is_valid():
        try:
            actions.object_to(found, **form.cleaned_data, address=address_digest(request))
            said = _("Your objection is received. Nothing is published until it is answered.")
            messages.success(request, said)
            return redirect("ratings:public_listing", public_id)
        except DomainError as refusal:
            if refusal.http_status != 400:
                raise
            status = refused(form, refusal)
    return _page(request, public_id, form, status)


def _page(
    request: HttpRequest, public_id: UUID, form: ObjectForm, status: int = 200
) -> HttpResponse:
    found = queries.one_public(public_id)
    context: dict[str, Any] = {
        "listing": found,
        "noticed": found.state == ListingState.NOTICED,
        "form": form,
        "at": now(),
        "links": queries.links_of(found),
        "opposed": queries.open_objections(found).count(),
        "files": shown(public_files(found)),
    }
    return render(request, "ratings/listings/public.html", context, status=status)
