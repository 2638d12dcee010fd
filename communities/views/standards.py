"""Detailed standards for everybody to read, and deviations for those whom they concern."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from common.now import today
from common.paging import page_of
from communities.forms.keeping import open_deeds
from communities.models import PlaceKind, StandardField
from communities.queries import deviations as departing
from communities.queries import standards as queries
from communities.views.firms import pages, reader, seat_of

LONGEST_SEARCH = 60


@never_cache
@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    """Every standard, by field; searched by title, document number and clause."""
    asked = {name: request.GET.get(name, "")[:20] for name in ("field", "state")}
    asked["search"] = request.GET.get("search", "").strip()[:LONGEST_SEARCH]
    rows = queries.standard_list(
        on=today(), field=asked["field"], state=asked["state"], text=asked["search"]
    )
    page = page_of(rows, queries.BY_FIELD, cursor=request.GET.get("cursor", ""))
    user = reader(request)
    seat = seat_of(user)
    context: dict[str, Any] = {
        "standards": queries.listed(page.rows, today(), asked["search"]),
        "asked": asked,
        "fields": StandardField.choices,
        "seat": seat if seat is not None and seat.kind != PlaceKind.COMMUNITY else None,
        "reads": user is not None and departing.reads_deviations(user),
    }
    return render(request, "communities/standards/list.html", context | pages(page, asked))


@never_cache
@require_safe
def standard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One standard in the version in force, or in that of `?version=`."""
    user = reader(request)
    found = queries.standard_of(user, str(public_id))
    page = queries.standard_page(found, today(), queries.version_of(request.GET.get("version", "")))
    context = {"page": page, "standard": found, "deeds": open_deeds(user, "standard", found)}
    return render(request, "communities/standards/standard.html", context)


@login_required
@never_cache
@require_safe
def deviations(request: SignedInRequest) -> HttpResponse:
    """What departs from the standards, as far as this person keeps the register or answers."""
    departing.check_reads_deviations(request.user)
    asked = {"state": request.GET.get("state", "")[:20]}
    rows = departing.deviation_list(request.user, state=asked["state"])
    page = page_of(rows, departing.NEWEST, cursor=request.GET.get("cursor", ""))
    context: dict[str, Any] = {
        "deviations": [(row, open_deeds(request.user, "deviation", row)) for row in page.rows],
        "asked": asked,
    }
    return render(request, "communities/standards/deviations.html", context | pages(page, asked))
