"""How the deadlines of an order were reckoned."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.now import now
from complaints import queries
from complaints.queries.explain import explanations
from complaints.views._who import order_for


@never_cache
@require_safe
def deadlines(request: HttpRequest, reference: str) -> HttpResponse:
    """Every deadline of the order line by line, to be followed with a calendar on the wall."""
    order, actor = order_for(request, reference)
    page = queries.order_page(order, actor, now())
    context = {"page": page, "order": order, "at": page.at, "explanations": explanations(page)}
    return render(request, "complaints/deadlines.html", context)
