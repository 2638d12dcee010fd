"""Pages of grids: coverage by community, one grid, the check, and what may be changed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from accounts.models import User
from common.errors import DomainError
from common.forms import put_back, sent
from common.now import today
from communities import actions
from communities.forms import grids as asked
from communities.models import DIVISIONS, Grid, Place, PlaceKind
from communities.permissions import check_keeps_register, keeps_register
from communities.queries import grids as queries
from communities.rules import rule


@never_cache
@require_safe
def grids(request: HttpRequest) -> HttpResponse:
    """The communities of a division with their grids and how far they cover the buildings."""
    code, on = request.GET.get("in", ""), today()
    above = get_object_or_404(Place, code=code, kind__in=DIVISIONS) if code else None
    page, rows = queries.coverage(above, on, cursor=request.GET.get("cursor", ""))
    context = {
        "above": above,
        "above_chain": above.chain()[::-1] if above is not None else [],
        "rows": rows,
        "about": rule("cell_households"),
        "previous_url": _turned(request, page.previous),
        "next_url": _turned(request, page.next),
    }
    return render(request, "communities/grids/list.html", context)


def _turned(request: HttpRequest, cursor: str) -> str:
    """This list at another page; empty where there is none."""
    if not cursor:
        return ""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"?{query.urlencode()}"


@never_cache
@require_safe
def grid(request: HttpRequest, code: str) -> HttpResponse:
    """One grid: its people, its buildings, the grids in it."""
    found = queries.grid_of(code)
    user = request.user if isinstance(request.user, User) else None
    on = today()
    context = {
        "grid": found,
        "above": found.community.chain()[::-1],
        "page": queries.grid_page(found, on),
        "keeps": user is not None and keeps_register(user, found.community),
        "closed": found.closed_on is not None and found.closed_on <= on,
        "about": rule("cell_households"),
    }
    return render(request, "communities/grids/grid.html", context)


@login_required
@never_cache
@require_safe
def check(request: SignedInRequest, code: str) -> HttpResponse:
    """Buildings in no grid or in two of a kind, cells of an odd size; all grids of a community."""
    community = _community(code)
    check_keeps_register(request.user, community)
    on = today()
    context = {
        "place": community,
        "check": queries.check_of(community, on),
        "parts": queries.grids_in(community, on),
        "about": rule("cell_households"),
    }
    return render(request, "communities/grids/check.html", context)


def _community(code: str) -> Place:
    rows = Place.objects.select_related("parent__parent").filter(kind=PlaceKind.COMMUNITY)
    return get_object_or_404(rows, code=code)


# --- Changing ----------------------------------------------------------------------------

TITLES = {
    "rename": gettext_lazy("Change the name"),
    "buildings": gettext_lazy("Choose the buildings"),
    "close": gettext_lazy("Close this grid"),
}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest, code: str) -> HttpResponseBase:
    """A new grid of a community; its buildings are chosen next."""
    community = _community(code)
    check_keeps_register(request.user, community)
    here = queries.open_grids(today()).filter(community=community).order_by("code")
    form = asked.FoundGridForm(sent(request), grids=here)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.found_grid(
                kind=said["kind"],
                community=community,
                name=said["name"],
                code=said["code"],
                parent=form.parent,
                by=request.user,
            )
        except DomainError as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("%(name)s is drawn.") % {"name": made.name})
            return redirect("communities:grid_change", made.code, "buildings")
    return render(request, "communities/grids/new.html", {"place": community, "form": form})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, code: str, verb: str) -> HttpResponseBase:
    """One of the verbs of a grid: the form, and what became of it."""
    found = queries.grid_of(code)
    if verb not in TITLES:
        raise Http404
    check_keeps_register(request.user, found.community)
    form = _form(verb, found, request)
    if request.method == "POST" and form.is_valid():
        try:
            _do(verb, found, form, request.user)
        except DomainError as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("The grid is changed."))
            return redirect("communities:grid", found.code)
    name = "buildings" if verb == "buildings" else "change"
    context = {"grid": found, "verb": verb, "form": form, "title": TITLES[verb]}
    return render(request, f"communities/grids/{name}.html", context)


def _form(verb: str, grid: Grid, request: SignedInRequest) -> forms.Form:
    data = sent(request)
    if verb == "rename":
        return asked.RenameGridForm(data, initial={"name": grid.name})
    if verb == "close":
        return asked.CloseGridForm(data)
    offered = queries.buildings_of(grid.community, today())
    if grid.parent is not None:
        offered = offered.filter(in_grids=grid.parent)
    ticked = list(grid.buildings.values_list("code", flat=True))
    return asked.BuildingsForm(data, buildings=offered, initial={"buildings": ticked})


def _do(verb: str, grid: Grid, form: forms.Form, by: User) -> None:
    said: dict[str, Any] = form.cleaned_data
    if isinstance(form, asked.BuildingsForm):
        actions.set_buildings(grid, by=by, buildings=form.chosen)
    elif verb == "rename":
        actions.rename_grid(grid, by=by, name=said["name"])
    else:
        actions.close_grid(grid, by=by, on=said["on"])
