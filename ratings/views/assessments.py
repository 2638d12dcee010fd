"""Sheets: what waits, one filled in on a phone, handed in, confirmed, corrected."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from common.errors import DomainError, Invalid
from common.forms import refused, sent
from common.now import now, today
from common.paging import Sorting, page_of
from communities.models import Body, Place
from communities.views.firms import pages
from ratings.actions import assessments as actions
from ratings.actions import entries
from ratings.forms.assessments import HandInForm, SheetForm, VerdictForm
from ratings.models import Assessment, AssessmentState, Period
from ratings.permissions.assessments import check_holds
from ratings.permissions.deeds import ON_A_SHEET
from ratings.queries import assessing, sheet_page
from ratings.queries.sheets import filled
from ratings.views._deeds import DEEDS, Deed
from ratings.views._photos import kept

BY_CODE = Sorting("code", "code")
NEWEST = Sorting("settled_at", "key", descending=True, moments=True)


@login_required
@never_cache
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """What waits for me: verdicts to confirm, and the sheets of my estates in a period."""
    periods = assessing.open_periods(request.user)
    asked = {"period": request.GET.get("period", ""), "all": request.GET.get("all", "")[:1]}
    period = next((p for p in periods if str(p.public_id) == asked["period"]), None)
    period = period or (periods[0] if periods else None)
    context: dict[str, Any] = {
        "periods": periods,
        "period": period,
        "asked": asked,
        "to_confirm": assessing.to_confirm(request.user),
        "today": today(),
        "at": now(),
    }
    if period is not None:
        asked["period"] = str(period.public_id)
        context |= _desk(request, period, asked)
    return render(request, "ratings/assess/mine.html", context)


def _desk(request: SignedInRequest, period: Period, asked: dict[str, str]) -> dict[str, Any]:
    """One page of estates, those with something open unless all are asked for."""
    desk = assessing.desk_of(request.user, period)
    waiting = {pair[0] for pair in desk.duties if desk.open_at(pair)}
    shown = {pair[0] for pair in desk.duties} if asked["all"] else waiting
    page = page_of(
        Place.objects.filter(pk__in=shown), BY_CODE, cursor=request.GET.get("cursor", "")
    )
    found = {
        "cards": assessing.cards_of(request.user, desk, page.rows),
        "days": assessing.days_left(period, today()),
        "waiting": len(waiting),
        "estates": len({pair[0] for pair in desk.duties}),
    }
    return found | pages(page, asked)


@login_required
@require_POST
def begin(request: SignedInRequest) -> HttpResponse:
    """Take a sheet in hand."""
    said = request.POST
    period = get_object_or_404(Period, public_id=_uuid(said.get("period", "")))
    made = actions.begin(
        by=request.user,
        period=period,
        estate=get_object_or_404(Place.objects.estates(), code=said.get("estate", "")),
        body=get_object_or_404(Body, code=said.get("body", "")),
        part=said.get("part", ""),
        method=said.get("method", ""),
    )
    return redirect("ratings:assessment", made.public_id)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


@login_required
@never_cache
@require_safe
def settled(request: SignedInRequest) -> HttpResponse:
    """What was found of the firm one works for, the newest first."""
    rows = assessing.settled_of(request.user)
    page = page_of(rows, NEWEST, cursor=request.GET.get("cursor", ""))
    context = {"assessments": sheet_page.summaries(page.rows), "at": now()}
    return render(request, "ratings/assess/settled.html", context | pages(page, {}))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assessment(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One sheet: to be filled in by whoever has it in hand, to be read by the others."""
    found = assessing.one_seen(request.user, public_id)
    sheet = filled(found)
    page = sheet_page.page_of(request.user, found, sheet)
    form, status = None, 200
    if request.method == "POST":
        check_holds(request.user, found)
    if page.fills or request.method == "POST":
        form = SheetForm(sent(request), request.FILES or None, sheet=sheet)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            return _keep(request, found, form)
        except DomainError as refusal:
            if not page.fills:
                raise
            status = _put_back(form, refusal)
    context = {"page": page, "form": form, "at": now(), "today": today()}
    return render(request, "ratings/assess/sheet.html", context, status=status)


def _keep(request: SignedInRequest, found: Assessment, form: SheetForm) -> HttpResponse:
    photos = {
        code: kept(files, by=request.user, field=f"photos-{code}")
        for code, files in form.pictures.items()
    }
    done = entries.keep(found, by=request.user, said=form.said, photos=photos)
    if done.conflicts:
        for code in done.conflicts:
            messages.warning(
                request,
                _("%(item)s was changed elsewhere in the meantime; please look at it again.")
                % {"item": sheet_page.name_of(found, code)},
            )
        return _back(found, f"#item-{done.conflicts[0]}")
    if request.POST.get("go") == "hand_in":
        return redirect("ratings:hand_in", found.public_id)
    messages.success(request, _("Kept. Nobody but the offices sees it before it is handed in."))
    return _back(found)


def _put_back(form: SheetForm, refusal: DomainError) -> int:
    """A verb names items; the form has several fields of each. The status to answer with."""
    named = {
        name if name in form.fields else f"value-{name}": sentences
        for name, sentences in refusal.fields.items()
    }
    return refused(form, Invalid(str(refusal), fields=named) if named else refusal)


def _back(found: Assessment, anchor: str = "") -> HttpResponse:
    there = redirect("ratings:assessment", found.public_id)
    there["Location"] += anchor
    return there


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """All items at a glance, the day, and for a verdict the meeting."""
    found = assessing.one_seen(request.user, public_id)
    sheet = filled(found)
    page = sheet_page.page_of(request.user, found, sheet)
    if found.state != AssessmentState.DRAFT and request.method != "POST":
        return _back(found)
    if request.method == "POST":
        check_holds(request.user, found)
    kind = HandInForm if found.method else VerdictForm
    form, status = kind(sent(request), of=found), 200
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.hand_in(found, by=request.user, **form.cleaned_data)
            said = _("Handed in. Somebody else confirms it now.")
            if done.state == AssessmentState.SETTLED:
                said = _("Settled. It counts, and the firm can read it.")
            messages.success(request, said)
            return _back(found)
        except DomainError as refusal:
            status = refused(form, _without_items(refusal))
    context = {"page": page, "form": form, "at": now(), "today": today()}
    return render(request, "ratings/assess/hand_in.html", context, status=status)


def _without_items(refusal: DomainError) -> DomainError:
    """What is missing stands on the page; one sentence is enough for the form."""
    return Invalid(str(refusal)) if refusal.code == "incomplete" else refusal


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def deed(request: SignedInRequest, public_id: UUID, verb: str) -> HttpResponse:
    """One verb of a sheet: taken over, confirmed, given back, corrected, asked to be put right."""
    found = assessing.one_seen(request.user, public_id)
    known = DEEDS.get(verb)
    if known is None:
        raise Http404
    ON_A_SHEET[verb](request.user, found)
    page = sheet_page.page_of(request.user, found, filled(found))
    form, status = known.form(sent(request), page), 200
    if request.method == "POST" and form.is_valid():
        try:
            return _done(request, known, found, form.cleaned_data)
        except DomainError as refusal:
            status = refused(form, refusal)
    context = {"page": page, "form": form, "deed": known, "at": now()}
    return render(request, "ratings/assess/deed.html", context, status=status)


def _done(
    request: SignedInRequest, known: Deed, found: Assessment, said: dict[str, Any]
) -> HttpResponse:
    made = known.do(found, by=request.user, **said)
    if isinstance(made, list):
        n = len(made)
        words = ngettext(
            "%(n)d deduction is to be put right.", "%(n)d deductions are to be put right.", n
        )
        messages.success(request, words % {"n": n})
    else:
        messages.success(request, str(known.done))
    if made is None:
        return redirect("ratings:assess")
    return _back(made if isinstance(made, Assessment) else found)
