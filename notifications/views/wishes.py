"""Where notices reach one: by which ways, at which addresses, and when not."""

import secrets

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from common.errors import DomainError
from common.forms import put_back, sent
from notifications import actions, queries
from notifications.channels import NotSent
from notifications.channels import wechat as service_account
from notifications.forms import WishesForm
from notifications.models import Channel
from notifications.reach import reach_of


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: SignedInRequest) -> HttpResponse:
    """One question for each group of notices; addresses are confirmed on their own pages."""
    user = request.user
    reach = reach_of([user])[user.pk]
    form = WishesForm(sent(request), reach=reach, had=queries.groups_had(user))
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_wishes(form.wanted, quiet=form.quiet, by=user)
        except DomainError as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("notifications:wishes")
    context = {
        "form": form,
        "by_sms": Channel.SMS in form.ways,
        "by_wechat": Channel.WECHAT in form.ways,
        "wechat_bound": Channel.WECHAT in reach.addresses,
        "can_bind": bool(settings.WECHAT_APP_ID),
    }
    return render(request, "notifications/wishes.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wechat(request: SignedInRequest) -> HttpResponse:
    """Off to WeChat, which says who this is to the service account; or have it forgotten.

    A link and not a form: the portal's policy lets no form lead to another host.
    """
    if request.method == "POST":
        if actions.unbind(Channel.WECHAT, by=request.user):
            messages.success(request, _("Your WeChat is no longer connected."))
        return redirect("notifications:wishes")
    if not settings.WECHAT_APP_ID:
        raise Http404
    state = request.session["wechat_state"] = secrets.token_urlsafe(18)
    back = f"{settings.PUBLIC_URL}{reverse('notifications:wechat_back')}"
    return redirect(service_account.way_to_bind(back, state))


@login_required
@never_cache
@require_safe
def wechat_back(request: SignedInRequest) -> HttpResponse:
    """WeChat sends the person back with a code; only to the session that had asked for it."""
    openid = _openid(request)
    if openid:
        actions.bind_wechat(openid, by=request.user)
        messages.success(request, _("Your WeChat is connected."))
    else:
        messages.error(request, _("Your WeChat could not be connected. Please try again."))
    return redirect("notifications:wishes")


def _openid(request: HttpRequest) -> str:
    expected = request.session.pop("wechat_state", "")
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    if not settings.WECHAT_APP_ID or not expected or not code:
        return ""
    if not constant_time_compare(state, expected):
        return ""
    try:
        return service_account.openid_of(code)
    except NotSent:
        return ""
