"""The map of estates, with a table of the same estates beside it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from common.now import today
from common.paging import page_of
from communities.models import Estate, ServiceMode
from communities.permissions import keeps_register, kept_codes
from communities.queries import estate_map as queries
from communities.views.firms import pages

ROWS = 50


@never_cache
@require_safe
def estates(request: HttpRequest) -> HttpResponse:
    """Estates as points and as rows; a division or a mode of service narrows both."""
    reader = request.user if isinstance(request.user, User) else None
    at = queries.division(request.GET.get("under", ""))
    mode = request.GET.get("mode", "")
    asked = {
        "under": at.code if at is not None else "",
        "mode": mode if mode in ServiceMode.values else "",
    }
    on = today()
    rows = queries.estates_shown(on, under=asked["under"], mode=asked["mode"])
    page = page_of(rows, queries.BY_CODE, cursor=request.GET.get("cursor", ""), size=ROWS)
    kept = {name: value for name, value in asked.items() if value}
    context: dict[str, Any] = {
        "at": at,
        "asked": asked,
        "divisions": queries.divisions_to_choose(at, on),
        "modes": ServiceMode.choices,
        "estates": [(row, _may_place(reader, row)) for row in page.rows],
        "points_url": reverse("api:map_estates") + ("?" + urlencode(kept) if kept else ""),
        "tiles": settings.MAP_TILES,
        "credit": settings.MAP_CREDIT,
    }
    return render(request, "communities/map/estates.html", context | pages(page, asked))


def _may_place(reader: User | None, row: Estate) -> bool:
    """Whether this reader enters where the estate lies, on the form of its ledger."""
    if reader is None or not row.place.code.startswith(kept_codes(reader) or ("-",)):
        return False
    return keeps_register(reader, row.place)
