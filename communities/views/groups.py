"""Groups of bodies: the list, and one of them whole."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from common.now import today
from common.paging import page_of
from communities.forms.keeping import open_deeds
from communities.models import Body, BodyKind, GroupKind, Place
from communities.queries import groups as queries

LONGEST = 60


@never_cache
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Alliances, federations, associations, committees and teams, by kind, place and name."""
    asked = {
        name: request.GET.get(name, "")[:LONGEST].strip() for name in ("kind", "under", "search")
    }
    asked["kind"] = asked["kind"] if asked["kind"] in GroupKind.values else ""
    found = page_of(
        queries.group_list(**asked), queries.BY_CODE, cursor=request.GET.get("cursor", "")
    )
    year = today().year
    context = {
        "asked": asked,
        "place": Place.objects.filter(code=asked["under"]).first() if asked["under"] else None,
        "rows": found.rows,
        "kinds": GroupKind.choices,
        "year": year,
        "settled": queries.settled_in(year, asked["under"], asked["kind"]),
        "next_url": _url(asked, found.next),
        "previous_url": _url(asked, found.previous),
    }
    return render(request, "communities/groups/list.html", context)


def _url(asked: dict[str, str], cursor: str) -> str:
    if not cursor:
        return ""
    return "?" + urlencode({**{k: v for k, v in asked.items() if v}, "cursor": cursor})


def page(request: HttpRequest, body: Body) -> HttpResponse:
    """One group: what it is for, who belongs to it, what it settled."""
    if body.kind != BodyKind.GROUP:
        raise Http404
    user = request.user if isinstance(request.user, User) else None
    found = queries.group_page(queries.group_of(user, body.code), user)
    context = {
        "page": found,
        "group": found.group,
        "body": found.group.body,
        "deeds": open_deeds(user, "group", found.group),
    }
    return render(request, "communities/groups/page.html", context)
