"""Observations: what was filed and answered, and the desk of those who observe."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from common.now import now, today
from common.paging import Sorting, page_of
from communities.permissions import kept_codes
from communities.queries import found
from communities.queries import observations as queries
from communities.views.firms import pages

NEWEST_FIRST = Sorting("at", "key", descending=True, moments=True)


@login_required
@never_cache
@require_safe
def observations(request: SignedInRequest) -> HttpResponse:
    """One's own and those one answers, the newest first; the estates one observes."""
    rows = queries.seen_by(request.user)
    asked = {"open": request.GET.get("open", "")[:1]}
    if asked["open"]:
        rows = rows.filter(answered_at=None)
    page = page_of(rows, NEWEST_FIRST, cursor=request.GET.get("cursor", ""))
    context = {
        "observations": page.rows,
        "asked": asked,
        "at": now(),
        "answers": bool(kept_codes(request.user)),
        "places": queries.observed_places(request.user),
        "watched": queries.watched(request.user, today()),
    }
    return render(request, "communities/observations.html", context | pages(page, asked))


@login_required
@never_cache
@require_safe
def observation(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One observation with its answer."""
    of = found.observation(request.user, str(public_id))
    context = {"of": of, "answers": queries.may_answer(request.user, of), "at": now()}
    return render(request, "communities/observation.html", context)
