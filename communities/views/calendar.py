"""The calendar: a year at a glance for everybody, and a notice entered by those who may."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from accounts.models import User
from common.errors import DomainError
from common.forms import put_back, sent
from common.now import now
from communities import actions
from communities.forms.calendar import NoticeForm, filled_from
from communities.permissions import check_may_enter_notices, may_enter_notices
from communities.queries import calendar as queries
from communities.scope import day_of


@never_cache
@require_safe
def calendar(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """A year's working days, holidays and worked weekends: anybody may look."""
    at = now()
    shown = queries.years_shown(at)
    year = day_of(at).year if year is None else year
    if year not in shown:
        raise Http404
    user = request.user if isinstance(request.user, User) else None
    context = {
        "found": queries.year_at_a_glance(year),
        "today": day_of(at),
        "before": year - 1 if year - 1 in shown else None,
        "after": year + 1 if year + 1 in shown else None,
        "may_edit": user is not None
        and may_enter_notices(user)
        and year in queries.years_to_enter(at),
    }
    return render(request, "communities/calendar.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, year: int) -> HttpResponse:
    """First what was understood, to be checked; written only when that is confirmed."""
    if year not in queries.years_to_enter(now()):
        raise Http404
    check_may_enter_notices(request.user)
    notice = queries.notice_of(year)
    form = NoticeForm(sent(request), request.FILES or None, year=year, initial=filled_from(notice))
    confirmed = request.method == "POST" and form.is_valid() and "confirmed" in request.POST
    if confirmed and _entered(request, form, year):
        return redirect("communities:calendar_year", year)
    context = {
        "form": form,
        "year": year,
        "notice": notice,
        "holidays": queries.holidays_of(form.checked),
        "differences": queries.differences(notice, form.checked) if form.checked else [],
    }
    return render(request, "communities/calendar_edit.html", context)


def _entered(request: SignedInRequest, form: NoticeForm, year: int) -> bool:
    """Whether the notice was written; if not, the form says why."""
    answers = form.cleaned_data
    try:
        actions.enter_notice(
            by=request.user,
            year=year,
            number=answers["number"],
            issued_on=answers["issued_on"],
            days=form.checked,
            based_on=answers["based_on"],
        )
    except DomainError as refusal:
        put_back(form, refusal)
        form.checked = []
        return False
    said = _("The notice of %(year)d is entered. Promises that reach into it are reckoned anew.")
    messages.success(request, said % {"year": year})
    return True
