"""Party organisations: the pyramid, and one of them whole."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from common.now import today
from communities.forms.keeping import open_deeds
from communities.models import Body, BodyKind, Place
from communities.queries import party as queries
from communities.queries.indicators import count_of


@never_cache
@require_safe
def pyramid(request: HttpRequest) -> HttpResponse:
    """Committee, general branch, branch: a list within a list, for a place or from the top."""
    under = request.GET.get("under", "")[:24].strip()
    place = Place.objects.filter(code=under).first() if under else None
    if under and place is None:
        raise Http404
    on = today()
    context = {
        "place": place,
        "roots": queries.pyramid(under),
        "firms": count_of("firm_organisations", under, on),
        "work": count_of("party_work", under, on),
        "grids": count_of("grid_party", under, on),
    }
    return render(request, "communities/party/pyramid.html", context)


def page(request: HttpRequest, body: Body) -> HttpResponse:
    """One organisation: where it stands, its years, its posts as far as they are displayed."""
    if body.kind != BodyKind.PARTY_ORGANISATION:
        raise Http404
    user = request.user if isinstance(request.user, User) else None
    found = queries.party_page(queries.organisation_of(user, body.code), user)
    context = {
        "page": found,
        "organisation": found.organisation,
        "body": found.organisation.body,
        "deeds": open_deeds(user, "party", found.organisation),
    }
    return render(request, "communities/party/page.html", context)
