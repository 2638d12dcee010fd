"""The search across the register."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from common.now import today
from communities.queries import search as queries


@never_cache
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What bears a name, its initials or a code; without any, only the box."""
    reader = request.user if isinstance(request.user, User) else None
    what = queries.asked(request.GET.get("q", ""))
    only = request.GET.get("kind", "")
    context: dict[str, Any] = {
        "asked": what.text,
        "only": queries.LABELS.get(only, ""),
        "found": queries.search(what, reader, today(), only=only),
    }
    return render(request, "communities/search/found.html", context)
