"""The page of an estate, its plans, and the signs that open a report from its doors."""

from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from accounts.models import User
from common.now import today
from communities.forms.keeping import open_deeds
from communities.models import Place, PlaceKind
from communities.permissions import (
    check_posts_signs,
    inspects,
    keeps_register,
    observes,
    posts_signs,
)
from communities.queries import committees, deviations, found, groups, party
from communities.queries import estates as queries

# What a sign can be put up for.
SIGNS = (PlaceKind.ESTATE, PlaceKind.BUILDING, PlaceKind.ENTRANCE)


def page(request: HttpRequest, place: Place) -> HttpResponse:
    """An estate: what anybody may know, and beneath it what its keepers do."""
    user = request.user if isinstance(request.user, User) else None
    on = today()
    context: dict[str, Any] = {
        "page": queries.estate_page(place, on),
        "place": place,
        "today": on,
        "serves": user is not None and posts_signs(user, place),
        "committees": committees.committees_of(place),
        "organisations": party.organisations_at(place),
        "posts": party.displayed_posts(place),
        "groups": groups.groups_at(place),
        "standards": deviations.of_estate(place, user, on),
    }
    if user is not None and context["serves"]:
        keeps = keeps_register(user, place)
        context |= {
            "keeps": keeps,
            "inspects": inspects(user, place),
            "observes": bool(observes(user, place)),
            "deeds": open_deeds(user, "place", place),
            "facilities": queries.facilities_of(place),
            "visits": queries.latest_visits(place),
        }
    return render(request, "communities/estate.html", context)


@login_required
@never_cache
@require_safe
def plans(request: SignedInRequest, code: str) -> HttpResponse:
    """Every version of the plan of a community or an estate, the latest first."""
    place = found.place(request.user, code)
    if place.kind not in {PlaceKind.ESTATE, PlaceKind.COMMUNITY}:
        raise Http404
    check_posts_signs(request.user, place)
    context = {
        "place": place,
        "plans": queries.plans_of(place),
        "keeps": keeps_register(request.user, place),
    }
    return render(request, "communities/plans.html", context)


# --- Signs -------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def posters(request: SignedInRequest, code: str) -> HttpResponse:
    """A sheet of signs for every building and entrance, six to a page of A4."""
    place = found.place(request.user, code)
    if place.kind not in SIGNS:
        raise Http404
    estate = place.above(PlaceKind.ESTATE) or place
    check_posts_signs(request.user, estate)
    signs = queries.signs_of(place)
    return render(request, "communities/posters.html", {"place": place, "signs": signs})


@cache_control(public=True, max_age=86400)
@require_safe
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """The QR code that opens the report form with this place filled in."""
    place = found.place(None, code)
    if place.kind not in SIGNS:
        raise Http404
    address = f"{settings.PUBLIC_URL}{reverse('complaints:report')}?{urlencode({'place': code})}"
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=2, svgclass=None, lineclass=None, omitsize=True
    )
    return HttpResponse(out.getvalue(), "image/svg+xml")
