"""The page of a body, by its kind: firm, committee, party organisation, group, office."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from communities.models import Body, BodyKind
from communities.views import firms

Page = Callable[[HttpRequest, Body], HttpResponse]

# The module beside this one whose `page` shows a kind.
MODULES = {
    BodyKind.OWNERS_COMMITTEE: "committees",
    BodyKind.MANAGEMENT_COMMITTEE: "committees",
    BodyKind.PARTY_ORGANISATION: "party",
    BodyKind.GROUP: "groups",
}


@never_cache
@require_safe
def body(request: HttpRequest, code: str) -> HttpResponse:
    """What anybody may know of a body, and what its keepers do."""
    rows = Body.objects.select_related("place__parent__parent__parent", "firm")
    found = rows.filter(code=code).first()
    if found is None:
        raise Http404
    return _page_of(BodyKind(found.kind))(request, found)


def _page_of(kind: BodyKind) -> Page:
    if kind == BodyKind.FIRM:
        return firms.page
    name = f"communities.views.{MODULES.get(kind, '')}"
    if kind in MODULES and find_spec(name) is not None:
        page: Page | None = getattr(import_module(name), "page", None)
        if page is not None:
            return page
    return office


def office(request: HttpRequest, body: Body) -> HttpResponse:
    """An office or a department: what it is called, where it is, what it answers for."""
    return render(request, "communities/office.html", {"body": body})
