"""Staff write down what somebody told them, on the telephone, in person or in a message."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common.codes import digest, new_secret
from common.errors import DomainError, Invalid, NotAllowed
from common.forms import put_back, sent
from communities.models import Place, PlaceKind
from communities.scope import standing_of
from complaints import actions, queries
from complaints.forms.report import MOST_PHOTOS, EnterForm
from complaints.models import Category, Complaint
from complaints.views._done import show_once
from complaints.views.photos import pictures


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """First the estate, where one answers for several; then everything on one page."""
    user = request.user
    if not isinstance(user, User):  # for the types: login_required has seen to it
        raise NotAllowed
    estates = queries.estates_to_enter(user)
    if not estates:
        raise NotAllowed(_("You can enter reports only for the places you answer for."))
    code = request.GET.get("estate", "")
    estate = next((e for e in estates if e.code == code), estates[0] if len(estates) == 1 else None)
    if estate is None:
        return render(request, "complaints/enter_where.html", {"estates": estates})
    kept = request.POST.getlist("kept")
    form = EnterForm(sent(request), request.FILES or None, places=_places(user, estate))
    if request.method == "POST":
        kept = _photos(request, form, user)
        if form.is_valid() and (order := _entered(request, form, user, estate, kept)) is not None:
            return redirect("complaints:report_done", order.reference)
    context = {
        "form": form,
        "estate": estate,
        "several": len(estates) > 1,
        "photos": pictures(queries.own_photos(kept, user)),
    }
    return render(request, "complaints/enter.html", context)


def _places(user: User, estate: Place) -> list[Any]:
    """The estate, its buildings and their entrances, as far as this person answers for them."""
    standing = standing_of(user)
    whole = estate.code.startswith(standing.community_codes + standing.overseer_codes)
    kinds = (PlaceKind.BUILDING, PlaceKind.ENTRANCE)
    rows = Place.objects.under(estate.code).open_on(standing.on).filter(kind__in=kinds)
    choices: list[Any] = [(estate.code, _("%(estate)s, not at one building") % {"estate": estate})]
    group: list[tuple[str, str]] = []
    for place in rows.order_by("code"):
        if place.kind == PlaceKind.BUILDING:
            group = [(place.code, place.name)]
            if whole or place.pk in standing.grid_building_ids:
                choices.append((place.name, group))
        else:
            group.append((place.code, f"{group[0][1]} {place.name}"))
    return choices


def _photos(request: HttpRequest, form: EnterForm, user: User) -> list[str]:
    """The ids of photos kept before and now; what is refused is said at the field."""
    kept = request.POST.getlist("kept")[:MOST_PHOTOS]
    for file in request.FILES.getlist("photos"):
        if len(kept) >= MOST_PHOTOS:
            form.add_error("photos", _("%(most)d photos are enough.") % {"most": MOST_PHOTOS})
            break
        try:
            kept.append(str(actions.keep_photo(file, by=user).public_id))
        except Invalid as refusal:
            form.add_error("photos", f"{file.name}: {refusal}")
    return kept


def _entered(
    request: HttpRequest, form: EnterForm, user: User, estate: Place, kept: list[str]
) -> Complaint | None:
    """The order, or None with the reason on the form."""
    answers = form.cleaned_data
    secret = new_secret()
    chain = {p.kind: p for p in Place.objects.get(code=answers["place"]).chain()}
    same = ("source", "kind", "description", "spot", "contact_name", "contact_phone", "dwelling")
    try:
        with transaction.atomic():
            order = actions.report(
                by=user,
                estate=estate,
                building=chain.get(PlaceKind.BUILDING),
                entrance=chain.get(PlaceKind.ENTRANCE),
                category=Category.objects.get(code=answers["category"]),
                confidential=answers["confidential"],
                secret_digest=digest(secret),
                photos=queries.kept_photos(kept, user),
                **{name: answers[name] for name in same},
            )
            show_once(request, order, secret, for_somebody=True)
    except DomainError as refusal:
        put_back(form, refusal)
        return None
    return order
