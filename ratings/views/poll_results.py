"""What residents said of their firms, for everybody to find."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.paging import page_of
from communities.models import Place
from communities.views.firms import pages
from ratings.queries import poll_results as queries

LONGEST_SEARCH = 60


@never_cache
@require_safe
def poll_results(request: HttpRequest) -> HttpResponse:
    """Polls whose scores are public, by place and period."""
    asked = {name: request.GET.get(name, "")[:LONGEST_SEARCH] for name in ("place", "period")}
    page = page_of(
        queries.public_polls(**asked), queries.LATEST, cursor=request.GET.get("cursor", "")
    )
    context = {
        "results": queries.results_of(page.rows),
        "asked": asked,
        "place": Place.objects.filter(code=asked["place"]).first() if asked["place"] else None,
        "periods": [(str(row.public_id), row) for row in queries.polled_periods()],
    }
    return render(request, "ratings/polls/results.html", context | pages(page, asked))
