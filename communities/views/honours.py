"""Lists of honours, for everybody to read."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from communities.forms.keeping import open_deeds
from communities.queries import firms as queries
from communities.queries import found
from communities.views.firms import reader, seat_of

MOST = 200  # lists shown, the newest: a county grants a handful a year


@never_cache
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Every list, the newest first."""
    rows = queries.honour_lists().order_by("-granted_on", "name", "pk")[:MOST]
    context = {"lists": list(rows), "seat": seat_of(reader(request))}
    return render(request, "communities/honours.html", context)


@never_cache
@require_safe
def honour_list(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One list: who stands on it and why."""
    user = reader(request)
    of = found.honours(user, str(public_id))
    context = {
        "of": of,
        "honours": queries.honoured(of),
        "deeds": open_deeds(user, "honours", of),
    }
    return render(request, "communities/honour_list.html", context)
