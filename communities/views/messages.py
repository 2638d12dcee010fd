"""What one wrote to butlers, and what was written to one as a butler."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from common.now import now, today
from common.paging import page_of
from communities.models import in_force
from communities.queries import messages as queries


@login_required
@never_cache
@require_safe
def messages(request: SignedInRequest) -> HttpResponse:
    """The newest first, each with its answer."""
    rows = queries.messages_of(request.user)
    page = page_of(rows, queries.NEWEST, cursor=request.GET.get("cursor", ""))
    held = request.user.appointments.filter(in_force(today()))
    context = {
        "rows": page.rows,
        "at": now(),
        "held": set(held.values_list("pk", flat=True)),
        "previous_url": f"?cursor={page.previous}" if page.previous else "",
        "next_url": f"?cursor={page.next}" if page.next else "",
    }
    return render(request, "communities/messages.html", context)
