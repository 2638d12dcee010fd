"""The front page, and the few pages that belong to no app."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from common.now import now
from communities.queries.calendar import calendar_warning
from communities.scope import standing_of
from complaints import queries
from governance import metrics as figures
from governance import stylebook as samples
from governance.health import readiness
from governance.health_page import health
from governance.navigation import nav_for
from governance.overview import overview

__all__ = [
    "form_expired",
    "front",
    "health",
    "healthz",
    "metrics",
    "overview",
    "readyz",
    "stylebook",
]

MOST_SHOWN = 3


@never_cache
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The residents' first question; officials are taken to their own first screen."""
    at = now()
    promises = queries.usual_promises(at, place=queries.usual_place())
    context: dict[str, Any] = {"promises": promises, "at": at}
    if isinstance(request.user, User):
        standing = standing_of(request.user)
        if standing.appointments and not standing.administrator:
            return redirect(nav_for(request.user, request.path)[0].url)
        context["mine"] = list(queries.my_reports(request.user)[:MOST_SHOWN])
        if standing.administrator:
            context |= calendar_warning(request.user, context["at"])
    return render(request, "governance/front.html", context)


@require_safe
def stylebook(request: HttpRequest) -> HttpResponse:
    """Every part of the interface in every state it has."""
    return render(request, "stylebook.html", samples.parts())


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing of database or broker."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether people can be sent here: 503 without the database or its migrations, else 200.

    A broker that is dead and a clock that stands still are told and send nobody away.
    """
    parts = readiness()
    return JsonResponse(parts, status=503 if parts["status"] == "unavailable" else 200)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus. Not there for whoever brings no token."""
    if not figures.may_scrape(request):
        raise Http404
    return HttpResponse(figures.text(), content_type=figures.CONTENT_TYPE)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its proof, mostly because it was open too long: what to do now."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    )
    context = {"back": came_from if ours else ""}
    return render(request, "csrf.html", context, status=403)
