"""The editor of a draft, section by section, and what it would have meant before it is settled."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from common.errors import Conflict, DomainError
from common.forms import put_back, sent
from ratings.actions import schemes as actions
from ratings.actions._drafts import check_terms
from ratings.forms.draft import SHEETS, TITLES, Section, named, part_at, section_named
from ratings.forms.schemes import DiscardForm, SettleForm
from ratings.models import Scheme, SchemeVersion
from ratings.permissions.schemes import check_keeps_scheme, keeps_scheme
from ratings.queries import schemes as queries
from ratings.queries.plain import chapters, differences
from ratings.queries.simulation import simulated
from ratings.queries.slopes import drawn
from ratings.terms import ITEM_FIGURES, Source, read
from ratings.terms.drafts import section_of, stamp, wrong_with

PAGE = ["GET", "HEAD", "POST"]


@login_required
@never_cache
@require_safe
def draft(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The draft as it stands: its sections, what is still wrong, what differs."""
    scheme, version = _draft(request, public_id)
    wrong = wrong_with(version.terms)
    before = queries.version_before(version)
    context = {
        "scheme": scheme,
        "version": version,
        "keeps": keeps_scheme(request.user, scheme.place),
        "titles": TITLES.items(),
        "parts": version.terms.get("parts", []),
        "problems": _problems(version.terms, wrong),
        "chapters": [] if wrong else chapters(version.read),
        "before": before,
        "differences": differences(before.read, version.read) if before and not wrong else [],
    }
    return render(request, "ratings/schemes/draft.html", context)


def _draft(request: SignedInRequest, public_id: UUID) -> tuple[Scheme, SchemeVersion]:
    scheme = queries.scheme_seen(request.user, public_id)
    return scheme, queries.draft_seen(scheme, request.user)


def _problems(terms: dict[str, Any], wrong: Any) -> list[tuple[str, Any, str]]:
    """What is wrong: where, what, and the way to mend it."""
    found = []
    for path, words in wrong.items():
        section, *numbers = section_of(path).split(".")
        if section != "part":
            found.append((str(TITLES[section]), words, section))
            continue
        part = terms["parts"][int(numbers[0])]
        found.append((named(part), words, f"part/{part.get('key', '')}"))
    return found


@login_required
@never_cache
@require_safe
def sheet(request: SignedInRequest, public_id: UUID, key: str) -> HttpResponse:
    """The dimensions of a sheet of the draft."""
    scheme, version = _draft(request, public_id)
    part = _part(version, key)
    if part["source"] not in SHEETS:
        return redirect("ratings:draft_part", scheme.public_id, key)
    counted = any(p.get("source") == Source.COMPLAINTS for p in version.terms["parts"])
    context = {
        "scheme": scheme,
        "part": part,
        "keeps": keeps_scheme(request.user, scheme.place),
        "name": named(part),
        "dimensions": part.get("dimensions", []),
        # Items made of orders are not counted beside a part made of them.
        "twice": [
            named(item)
            for each in part.get("dimensions", [])
            for item in each.get("items", [])
            if counted and item.get("figure") in {*ITEM_FIGURES} - {"facilities", "rectified"}
        ],
    }
    return render(request, "ratings/schemes/sheet.html", context)


def _part(version: SchemeVersion, key: str) -> dict[str, Any]:
    found = part_at(version.terms, key)
    if found is None:
        raise Http404
    return found[1]


@login_required
@never_cache
@require_http_methods(PAGE)
def section(
    request: SignedInRequest, public_id: UUID, name: str = "part", key: str = "", code: str = ""
) -> HttpResponse:
    """One section: look at what a change would mean, then save it."""
    scheme, version = _draft(request, public_id)
    check_keeps_scheme(request.user, scheme.place)
    found = section_named(version.terms, name, key, code)
    if found is None:
        if name == "part" and part_at(version.terms, key) and not code:
            return redirect("ratings:draft_sheet", scheme.public_id, key)
        raise Http404
    form = found.make(sent(request), {"initial": {"seen": stamp(version.terms)}})
    effect, status = None, 200
    if form.is_bound and form.is_valid():
        try:
            if "look" in request.POST:
                effect = _effect_of(scheme, found, found.whole(form))
            else:
                _save(request, scheme, found, form)
                return redirect(_back(scheme, key, code))
        except DomainError as refusal:
            form.refuse(refusal)
            status = refusal.http_status
            look_again(form, refusal, version)
    context = {
        "scheme": scheme,
        "form": form,
        "title": found.title,
        "name": name,
        "effect": effect,
        "back": _back(scheme, key, code),
    }
    return render(request, "ratings/schemes/section.html", context, status=status)


def look_again(form: Any, refusal: DomainError, version: SchemeVersion) -> None:
    """After somebody else saved: what was typed stays, the draft looked at is now theirs."""
    if isinstance(refusal, Conflict):
        form.data = form.data.copy()
        form.data["seen"] = stamp(version.terms)


def _save(request: SignedInRequest, scheme: Scheme, found: Section, form: Any) -> None:
    actions.change_draft(
        scheme,
        by=request.user,
        terms=found.whole(form),
        seen=form.said("seen"),
        section=found.position,
    )
    messages.success(request, _("The draft is saved."))


def _back(scheme: Scheme, key: str, code: str) -> str:
    if code:
        return reverse("ratings:draft_sheet", args=[scheme.public_id, key])
    return reverse("ratings:draft", args=[scheme.public_id])


def _effect_of(scheme: Scheme, found: Section, terms: dict[str, Any]) -> dict[str, Any]:
    """What the terms as typed would have meant; refused where what was typed does not read."""
    check_terms(terms, found.position)
    wrong = wrong_with(terms)
    if wrong:
        return {"problems": _problems(terms, wrong)}
    simulation = simulated(scheme, read(terms))
    return {"simulation": simulation, "drawing": drawn(simulation.rows)}


@login_required
@never_cache
@require_http_methods(PAGE)
def effect(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The last period under the draft as it is saved; whoever keeps the scheme settles it here."""
    scheme, version = _draft(request, public_id)
    if request.method == "POST":
        check_keeps_scheme(request.user, scheme.place)
    form = SettleForm(
        sent(request), first=version.number == 1, initial={"seen": stamp(version.terms)}
    )
    status = 200
    if form.is_bound and form.is_valid():
        try:
            actions.settle(scheme, by=request.user, **form.cleaned_data)
            messages.success(request, _("The version is settled; it never changes from now on."))
            return redirect("ratings:scheme", scheme.public_id)
        except DomainError as refusal:
            put_back(form, refusal)
            status = refusal.http_status
            look_again(form, refusal, version)
    wrong = wrong_with(version.terms)
    simulation = None if wrong else simulated(scheme, version.read)
    context = {
        "scheme": scheme,
        "version": version,
        "form": form,
        "keeps": keeps_scheme(request.user, scheme.place),
        "problems": _problems(version.terms, wrong),
        "simulation": simulation,
        "drawing": drawn(simulation.rows) if simulation else None,
    }
    return render(request, "ratings/schemes/effect.html", context, status=status)


@login_required
@never_cache
@require_http_methods(PAGE)
def discard(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Asks whether the draft is really to go: nobody can read it afterwards."""
    scheme, version = _draft(request, public_id)
    check_keeps_scheme(request.user, scheme.place)
    form, status = DiscardForm(sent(request), initial={"seen": stamp(version.terms)}), 200
    if form.is_bound and form.is_valid():
        try:
            actions.discard_draft(scheme, by=request.user, **form.cleaned_data)
            messages.success(request, _("The draft is discarded."))
            return redirect(_left(scheme, version))
        except DomainError as refusal:
            put_back(form, refusal)
            status = refusal.http_status
            look_again(form, refusal, version)
    context = {"scheme": scheme, "version": version, "form": form}
    return render(request, "ratings/schemes/discard.html", context, status=status)


def _left(scheme: Scheme, version: SchemeVersion) -> str:
    """The scheme's page, where there still is one."""
    if version.number == 1:
        return reverse("ratings:schemes")
    return reverse("ratings:scheme", args=[scheme.public_id])
