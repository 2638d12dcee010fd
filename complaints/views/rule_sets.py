"""Changing many rules at once: the hours, a preset, back to what is inherited."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from common.errors import Conflict, DomainError, WrongState
from common.forms import sent
from common.now import now
from communities.models import Place
from complaints import actions
from complaints.actions.rules import check_hours
from complaints.forms.rules import HoursForm
from complaints.models import Rule
from complaints.models.presets import presets
from complaints.permissions.rules import check_may_change_rules
from complaints.queries.rule_changes import hours_drafts, preset_drafts, withdrawal_drafts
from complaints.queries.rule_pages import place_to_read, slot_of
from complaints.queries.rulebook import Rulebook
from complaints.queries.rules import own_beneath
from complaints.views._rules import answers_of, preview_of, refused, title_of

PAGE = ["GET", "HEAD", "POST"]
Drafts = Callable[[Rulebook], list[Rule]]
Do = Callable[[str], Any]


@login_required
@never_cache
@require_http_methods(PAGE)
def hours(request: SignedInRequest, place: str) -> HttpResponse:
    """The one setting: quiet hours and close of business for everything that is not urgent."""
    found = _mine(request, place)
    book = Rulebook(found, now())
    form = HoursForm(sent(request), hours=book.hours())
    preview, status = None, 200
    if form.is_bound and form.is_valid():
        try:
            if "confirmed" in request.POST:
                based_on = request.POST.get("based_on", "")
                said = form.cleaned_data
                actions.set_hours(by=request.user, place=found, based_on=based_on, **said)
                messages.success(request, _("The hours are set. New promises follow them."))
                return redirect("rules:place", place)
            check_hours(form.hours)
            drafts = hours_drafts(book, form.hours)
            preview = preview_of(book, drafts, answers_of(request, form))
        except DomainError as refusal:
            status = refused(form, refusal)
    beneath = own_beneath(found, book.at)
    context = {"form": form, "place": found, "preview": preview, "beneath": beneath}
    return render(request, "complaints/rules/hours.html", context, status=status)


@login_required
@never_cache
@require_safe
def preset_list(request: SignedInRequest, place: str) -> HttpResponse:
    """The presets there are, and the way back to what is inherited."""
    found = _mine(request, place)
    book = Rulebook(found, now())
    context = {
        "place": found,
        "presets": presets().values(),
        "own": sum(book.own(slot) is not None for slot in book.slots()),
    }
    return render(request, "complaints/rules/presets.html", context)


@login_required
@never_cache
@require_http_methods(PAGE)
def preset(request: SignedInRequest, place: str, preset: str) -> HttpResponse:
    """What a preset would change; and applying it."""
    found = _mine(request, place)
    if (wanted := presets().get(preset)) is None:
        raise Http404
    words = {
        "title": wanted.name,
        "lead": wanted.description,
        "source": wanted.source,
        "button": _("Apply these rules"),
        "said": _("The preset is applied. Promises made from now on follow it."),
        "nothing": _("All of this holds here already."),
    }

    def do(based_on: str) -> None:
        actions.apply_preset(by=request.user, place=found, preset=wanted.code, based_on=based_on)

    return _confirm(request, found, words, lambda book: preset_drafts(book, wanted), do)


@login_required
@never_cache
@require_http_methods(PAGE)
def withdraw(request: SignedInRequest, place: str, stage: str, which: str) -> HttpResponse:
    """Back to what is inherited, on one line."""
    found, slot = _mine(request, place), slot_of(stage, which)
    words = {
        "title": _("Withdraw: %(rule)s") % {"rule": title_of(slot)},
        "lead": _("What is inherited holds again from now on. The versions stay on record."),
        "button": _("Withdraw this rule"),
        "said": _("The rule is withdrawn; what is inherited holds again."),
    }

    def do(based_on: str) -> None:
        actions.withdraw_rule(
            by=request.user,
            place=found,
            stage=slot.stage,
            urgency=slot.urgency,
            category=slot.category,
            based_on=based_on,
        )

    return _confirm(request, found, words, lambda book: withdrawal_drafts(book, [slot]), do)


@login_required
@never_cache
@require_http_methods(PAGE)
def inherit(request: SignedInRequest, place: str) -> HttpResponse:
    """Back to what is inherited, on every line."""
    found = _mine(request, place)
    words = {
        "title": _("Withdraw all rules of %(place)s") % {"place": found.name},
        "lead": _("What is inherited holds again from now on. The versions stay on record."),
        "button": _("Withdraw all of them"),
        "said": _("The rules are withdrawn; what is inherited holds again."),
    }

    def do(based_on: str) -> None:
        actions.withdraw_rules(by=request.user, place=found, based_on=based_on)

    return _confirm(request, found, words, lambda book: withdrawal_drafts(book, book.slots()), do)


def _mine(request: SignedInRequest, code: str) -> Place:
    """The place, for whoever may change its rules: not to be seen 404, not to be changed 403."""
    place = place_to_read(request.user, code)
    check_may_change_rules(request.user, place)
    return place


def _confirm(
    request: SignedInRequest, place: Place, words: dict[str, str], drafts: Drafts, do: Do
) -> HttpResponse:
    """What would change, with a button; pressing it does it. Shown anew where it was overtaken."""
    overtaken = ""
    if request.method == "POST":
        try:
            do(request.POST.get("based_on", ""))
        except Conflict as refusal:
            overtaken = str(refusal)
        else:
            messages.success(request, words["said"])
            return redirect("rules:place", place.code)
    book = Rulebook(place, now())
    wanted = drafts(book)
    if not wanted and "nothing" not in words:
        raise WrongState(_("There is no rule of this place's own to withdraw."))
    context = {
        **words,
        "place": place,
        "preview": preview_of(book, wanted),
        "overtaken": overtaken,
        "beneath": own_beneath(place, book.at),
    }
    status = Conflict.http_status if overtaken else 200
    return render(request, "complaints/rules/confirm.html", context, status=status)
