"""Reporting, one question a page. Works without scripts; going back shows what was answered."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.now import now
from complaints.views import _questions as questions
from complaints.views._done import sent_lately, what_next
from complaints.views._draft import Draft, draft_of, latest_draft, step_url
from complaints.views._send import check

Question = Callable[[HttpRequest, Draft], HttpResponse]

QUESTIONS: dict[str, Question] = {
    "where": questions.where,
    "building": questions.building,
    "entrance": questions.entrance,
    "what": questions.what,
    "about": questions.about,
    "tell": questions.tell,
    "you": questions.you,
    "check": check,
}


@never_cache
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Start, or go on where one stopped. `place` is the code that a QR sign carries."""
    draft = None if "new" in request.GET else latest_draft(request)
    if place := request.GET.get("place", "")[:24]:
        return redirect(step_url("where", place=place if place.isdigit() else ""))
    if draft is None:
        return redirect("complaints:report_step", "where")
    messages.info(request, _("We kept what you typed last time."))
    return redirect(draft.url())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, step: str) -> HttpResponse:
    """One question. Whoever jumps ahead is taken to the first question without an answer."""
    if step not in QUESTIONS:
        raise Http404
    draft = draft_of(request)
    if not draft.reachable(step):
        return redirect(draft.url())
    return QUESTIONS[step](request, draft)


@never_cache
@require_safe
def done(request: HttpRequest, reference: str) -> HttpResponse:
    """The reference, the tracking code for half an hour, what happens next and by when."""
    sent = sent_lately(request, reference)
    if sent is None:
        return redirect("complaints:detail", reference)
    context = {"sent": sent, "order": sent.order, "next": what_next(sent.order), "at": now()}
    return render(request, "complaints/report/done.html", context)
