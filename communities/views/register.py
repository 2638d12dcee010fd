"""The home of the register: the way to each of its lists."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from common.now import today
from communities.permissions import kept_codes
from communities.queries.tree import outermost, own_places


@never_cache
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """What is kept here, for everybody; and, for those who keep it, their own places first."""
    user = request.user if isinstance(request.user, User) else None
    context = {
        "districts": outermost(today()),
        "own": own_places(user, today()) if user is not None else [],
        "keeps": user is not None and bool(kept_codes(user)),
    }
    return render(request, "communities/register.html", context)
