"""Following one's reports: by tracking code, by account, and taking over what staff entered."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.address import address_digest
from accounts.models import User
from common.codes import digest
from common.errors import NotAllowed
from common.forms import sent
from common.now import now
from common.paging import Sorting, page_of
from complaints import actions, queries
from complaints.forms.report import TrackForm
from complaints.models import Complaint
from complaints.views._who import followed, remember

NEWEST_FIRST = Sorting("reported_at", "reference", descending=True, moments=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Reference and code, once; from then on this browser may follow the report."""
    form = TrackForm(sent(request), initial={"reference": request.GET.get("reference", "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        order = actions.track(given["reference"], given["secret"], address=address_digest(request))
        if order is not None:
            remember(request, order.reference, digest(given["secret"]))
            return redirect("complaints:detail", order.reference)
        form.add_error(None, _("There is no report with this reference and this code."))
    context = {"form": form, "orders": _followed(request), "at": now()}
    return render(request, "complaints/track.html", context)


def _followed(request: HttpRequest) -> list[Complaint]:
    """The reports this browser holds the code of."""
    held = followed(request)
    rows = Complaint.objects.filter(reference__in=list(held)).for_page().order_by("-reported_at")
    return [order for order in rows if held[order.reference] == order.secret_digest]


@login_required
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own reports, the newest first."""
    user = _user(request)
    page = page_of(queries.my_reports(user), NEWEST_FIRST, cursor=request.GET.get("cursor", ""))
    context = {
        "orders": page.rows,
        "previous_url": f"?cursor={page.previous}" if page.previous else "",
        "next_url": f"?cursor={page.next}" if page.next else "",
        "at": now(),
        "may_claim": user.phone_confirmed_at is not None,
    }
    return render(request, "complaints/mine.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """Take over what staff entered under one's own confirmed number."""
    user = _user(request)
    if request.method == "POST":
        found = len(actions.claim(by=user))
        if found:
            text = ngettext(
                "%(count)d report is now among yours.",
                "%(count)d reports are now among yours.",
                found,
            )
            messages.success(request, text % {"count": found})
        else:
            messages.info(request, _("No report was entered under your number."))
        return redirect("complaints:mine")
    return render(request, "complaints/claim.html", {"confirmed": user.phone_confirmed_at})


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):  # for the types: login_required has seen to it
        raise NotAllowed
    return request.user
