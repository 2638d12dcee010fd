"""The door for residents who were drawn: their code, their answer, thanks. Nobody signs in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.address import address_digest
from accounts.http import reader_of
from common.codes import normal_code
from common.errors import DomainError, Invalid
from common.forms import put_back, sent
from ratings.actions import poll_answers as actions
from ratings.forms.polls import AnswerForm, CodeForm
from ratings.models import PollCode
from ratings.views.schemes import PAGE


@never_cache
@require_http_methods(PAGE)
def poll_door(request: HttpRequest) -> HttpResponse:
    """Where a code is typed."""
    form = CodeForm(sent(request))
    status = 200
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data["code"]
        try:
            actions.open_code(typed, address=address_digest(request), signed_in=reader_of(request))
            return redirect("ratings:poll_answer", normal_code(typed) or typed)
        except DomainError as refusal:
            put_back(form, Invalid(fields={"code": [str(refusal)]}))
            status = refusal.http_status
    return render(request, "ratings/polls/door.html", {"form": form}, status=status)


@never_cache
@require_http_methods(PAGE)
def poll_answer(request: HttpRequest, code: str) -> HttpResponse:
    """The questions; then thanks. A code that opens nothing says why, where another is typed."""
    try:
        user = reader_of(request)
        found = actions.open_code(code, address=address_digest(request), signed_in=user)
    except DomainError as refusal:
        return _no_door(request, code, refusal)
    form = AnswerForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            actions.answer_poll(found, **form.cleaned_data, signed_in=user)
            return redirect("ratings:poll_thanks")
        except Invalid as refusal:
            put_back(form, refusal)
    return _questions(request, found, form)


def _no_door(request: HttpRequest, code: str, refusal: DomainError) -> HttpResponse:
    form = CodeForm({"code": code[:64]})
    form.is_valid()
    form.errors.clear()
    put_back(form, Invalid(fields={"code": [str(refusal)]}))
    context = {"form": form, "said": request.POST if request.method == "POST" else {}}
    return render(request, "ratings/polls/door.html", context, status=refusal.http_status)


def _questions(request: HttpRequest, code: PollCode, form: AnswerForm) -> HttpResponse:
    context = {"form": form, "poll": code.poll, "on_site": code.on_site}
    return render(request, "ratings/polls/answer.html", context)


@never_cache
@require_safe
def poll_thanks(request: HttpRequest) -> HttpResponse:
    """The same for every answer: the address says nothing of it."""
    return render(request, "ratings/polls/thanks.html")
