"""How long everything may take: told to residents, read by the offices, changed by the district.

A change is shown first, with examples reckoned by the clock, and written when it is confirmed.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from common.errors import DomainError
from common.forms import sent
from common.now import now
from communities.models import DIVISIONS, Place, PlaceKind
from complaints import actions
from complaints.actions.rules import drafted
from complaints.forms.rules import CategoryForm, RuleForm
from complaints.permissions.rules import check_may_change_rules, may_change_rules
from complaints.queries.rule_pages import line_page, place_to_read, rules_page, slot_of
from complaints.queries.rulebook import Rulebook, Slot
from complaints.queries.rules import hours_words, promises_page, usual_place
from complaints.views._rules import answers_of, preview_of, refused, title_of

PAGE = ["GET", "HEAD", "POST"]


@never_cache
@require_safe
def promises(request: HttpRequest, place: str = "") -> HttpResponse:
    """What is promised at a place, in plain words: anybody may look."""
    kinds = (*DIVISIONS, PlaceKind.ESTATE)
    found = get_object_or_404(Place, code=place, kind__in=kinds) if place else usual_place()
    page = promises_page(found, now())
    context = {"page": page, "hours": hours_words(page.hours)}
    return render(request, "complaints/rules/promises.html", context)


@login_required
@never_cache
@require_safe
def rules(request: SignedInRequest, place: str = "") -> HttpResponse:
    """Every rule of a place, by default of one's own, with where each comes from."""
    found = place_to_read(request.user, place)
    page = rules_page(found, now())
    context = {
        "page": page,
        "place": found,
        "hours": hours_words(page.hours),
        "may": may_change_rules(request.user, found),
    }
    return render(request, "complaints/rules/place.html", context)


@login_required
@never_cache
@require_http_methods(PAGE)
def rule(request: SignedInRequest, place: str, stage: str, which: str) -> HttpResponse:
    """One line with its history; for the district also the form to change it."""
    found, slot = place_to_read(request.user, place), slot_of(stage, which)
    if request.method == "POST":
        check_may_change_rules(request.user, found)
    book = Rulebook(found, now())
    page = line_page(book, slot)
    form = RuleForm(sent(request), slot=slot, rule=page.governing, at=book.at)
    preview, status = None, 200
    if form.is_bound and form.is_valid():
        try:
            if "confirmed" in request.POST:
                _set(request, found, slot, form)
                return redirect("rules:rule", place, stage, which)
            draft = drafted(book, slot, **_as_drafted(form.arguments()))
            preview = preview_of(book, [draft], answers_of(request, form))
        except DomainError as refusal:
            status = refused(form, refusal)
    context = {
        "page": page,
        "place": found,
        "may": may_change_rules(request.user, found),
        "form": form,
        "preview": preview,
        "at": book.at,
        "title": title_of(slot),
    }
    return render(request, "complaints/rules/rule.html", context, status=status)


def _set(request: SignedInRequest, place: Place, slot: Slot, form: RuleForm) -> None:
    actions.set_rule(
        by=request.user,
        place=place,
        stage=slot.stage,
        urgency=slot.urgency,
        category=slot.category,
        based_on=request.POST.get("based_on", ""),
        **form.arguments(),
    )
    messages.success(request, _("The rule is changed. Promises made from now on follow it."))


def _as_drafted(said: dict[str, Any]) -> dict[str, Any]:
    """The verb's words, as its draft takes them."""
    span = (said.pop("span_amount", None), said.pop("span_unit", None))
    return {**said, "span": span}


@login_required
@never_cache
@require_http_methods(PAGE)
def category(request: SignedInRequest, place: str) -> HttpResponse:
    """Choose the category that is to have a time of its own; its line follows."""
    found = place_to_read(request.user, place)
    check_may_change_rules(request.user, found)
    form = CategoryForm(sent(request))
    if form.is_bound and form.is_valid():
        return redirect("rules:rule", place, *form.which)
    return render(request, "complaints/rules/category.html", {"form": form, "place": found})
