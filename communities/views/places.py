"""Pages of places, from the district to the entrance, and what may be changed of them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
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
from communities.forms import places as asked
from communities.forms.keeping import open_deeds
from communities.models import DIVISIONS, Place, PlaceKind
from communities.permissions import (
    check_keeps_place,
    check_opens_beneath,
    keeps_place,
    keeps_register,
)
from communities.queries import deviations, grids, tree
from communities.queries.people import PUBLIC_OFFICES
from communities.queries.sections import sections_of
from communities.views import estates

KINDS = list(PlaceKind)
BENEATH = dict(zip(KINDS[:-1], KINDS[1:], strict=True))


@never_cache
@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """A place by its kind; a code it used to have leads to the one it has."""
    user = request.user if isinstance(request.user, User) else None
    found, own = tree.place_seen(user, code)
    if not own:
        return redirect("communities:place", found.code)
    keeps = user is not None and keeps_register(user, found)
    kind = PlaceKind(found.kind)
    on = today()
    if kind == PlaceKind.ESTATE:
        return estates.page(request, found)
    page = tree.place_page(found, on, cursor=request.GET.get("cursor", ""))
    context = {
        "place": found,
        "page": page,
        "public": PUBLIC_OFFICES,
        "deeds": open_deeds(user, "place", found),
        "keeps": keeps,
        "changes": user is not None and keeps_place(user, found),
        "beneath": BENEATH.get(kind),
        "former": tree.former_codes(found) if keeps else [],
        "coverage": grids.coverage_of([found], on)[0] if kind == PlaceKind.COMMUNITY else None,
        "closed": found.closed_on is not None and found.closed_on <= on,
    }
    if kind in DIVISIONS:
        context["standards"] = deviations.of_division(found, on)
        context["sections"] = sections_of(found, on, user if keeps else None, page.grids)
    return render(request, "communities/places/place.html", context)


# --- Changing ----------------------------------------------------------------------------

Verb = Callable[..., Place]
TITLES = {
    "new": gettext_lazy("Enter a place"),
    "rename": gettext_lazy("Change the name"),
    "recode": gettext_lazy("Change the code"),
    "move": gettext_lazy("Move to another place"),
    "close": gettext_lazy("Close"),
    "reopen": gettext_lazy("Open again"),
}
BUTTONS = {**TITLES, "close": gettext_lazy("Close this place")}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, code: str, verb: str) -> HttpResponseBase:
    """One of the verbs of a place: the form, and what became of it."""
    found, _own = tree.place_seen(request.user, code)
    if verb not in TITLES or (verb == "new" and PlaceKind(found.kind) not in BENEATH):
        raise Http404
    if verb == "new":
        check_opens_beneath(request.user, found)
    else:
        check_keeps_place(request.user, found)
    form = _form(verb, found, request)
    if request.method == "POST" and form.is_valid():
        try:
            done = _do(verb, found, form, request.user)
        except DomainError as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _said(verb, done))
            return redirect("communities:place", done.code)
    context = {
        "place": found,
        "verb": verb,
        "form": form,
        "title": TITLES[verb],
        "button": BUTTONS[verb],
        "beneath": BENEATH.get(PlaceKind(found.kind)),
    }
    return render(request, "communities/places/change.html", context)


def _form(verb: str, place: Place, request: SignedInRequest) -> forms.Form:
    data = sent(request)
    if verb == "new":
        return asked.FoundPlaceForm(data, kind=BENEATH[PlaceKind(place.kind)])
    if verb == "rename":
        return asked.RenamePlaceForm(data, initial={"name": place.name})
    if verb == "recode":
        return asked.RecodePlaceForm(data, place=place)
    if verb == "move":
        return asked.MovePlaceForm(data, place=place, targets=tree.may_lie_in(place, today()))
    return asked.ReopenPlaceForm(data) if verb == "reopen" else asked.ClosePlaceForm(data)


def _do(verb: str, place: Place, form: forms.Form, by: User) -> Place:
    said: dict[str, Any] = form.cleaned_data
    if verb == "new":
        kind = BENEATH[PlaceKind(place.kind)]
        return actions.found_place(kind=kind, parent=place, by=by, **said)
    if isinstance(form, asked.MovePlaceForm):
        return actions.move_place(place, by=by, to=form.to, code=said["code"], on=said["on"])
    verbs: dict[str, Verb] = {
        "rename": actions.rename_place,
        "recode": actions.recode_place,
        "close": actions.close_place,
        "reopen": actions.reopen_place,
    }
    return verbs[verb](place, by=by, **said)


def _said(verb: str, place: Place) -> str:
    sentences = {
        "new": _("%(name)s is entered under %(code)s."),
        "rename": _("It is called %(name)s now."),
        "recode": _("%(name)s has the code %(code)s now; what lies beneath it follows."),
        "move": _("%(name)s is moved and has the code %(code)s now."),
        "close": _("%(name)s is closed."),
        "reopen": _("%(name)s is open again."),
    }
    return sentences[verb] % {"name": place.name, "code": place.code}
