"""Veto items in effect: put on record with their documents, and ended."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from common.errors import DomainError
from common.forms import refused, sent
from common.now import today
from ratings.actions import vetoes as actions
from ratings.forms.listings import EndVetoForm, VetoForm
from ratings.models import Scheme, Veto
from ratings.permissions.schemes import check_keeps_scheme
from ratings.queries.listings import vetoes_on_record

PAGE = ["GET", "HEAD", "POST"]


@login_required
@never_cache
@require_http_methods(PAGE)
def vetoes(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The veto items on record for firms under a scheme, and another one."""
    scheme = get_object_or_404(Scheme.objects.select_related("place"), public_id=public_id)
    check_keeps_scheme(request.user, scheme.place)
    form, status = VetoForm(sent(request), scheme=scheme), 200
    if form.is_bound and form.is_valid():
        try:
            actions.record_veto(scheme, by=request.user, **form.cleaned_data)
            messages.success(request, _("On record. Red listings of the firm end with it."))
            return redirect("ratings:vetoes", public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    on = today()
    context = {
        "scheme": scheme,
        "form": form,
        "rows": [(row, row.in_effect(on)) for row in vetoes_on_record(scheme)],
    }
    return render(request, "ratings/listings/vetoes.html", context, status=status)


@login_required
@never_cache
@require_http_methods(PAGE)
def veto_end(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Its effect is over from a day on."""
    veto = get_object_or_404(Veto.objects.select_related("place", "body"), public_id=public_id)
    check_keeps_scheme(request.user, veto.place)
    form, status = EndVetoForm(sent(request)), 200
    if form.is_bound and form.is_valid():
        try:
            actions.end_veto(veto, by=request.user, **form.cleaned_data)
            messages.success(request, _("Recorded."))
            return redirect("ratings:listings")
        except DomainError as refusal:
            status = refused(form, refusal)
    context = {"veto": veto, "form": form}
    return render(request, "ratings/listings/veto_end.html", context, status=status)
