"""Firms: the list, one firm's page, and what estates need beside what firms offer."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from common.now import today
from common.paging import Sorting, page_of
from communities.forms.keeping import open_deeds
from communities.models import DIVISIONS, Body
from communities.permissions import decides_pool, keeps_register, speaks_for
from communities.queries import deviations
from communities.queries import firms as queries
from communities.scope import standing_of

BY_CODE = Sorting("code", "code")
# The oldest first: a need waits.
BY_AGE = Sorting("raised_at", "key")
LONGEST_SEARCH = 60


def reader(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


@never_cache
@require_safe
def firms(request: HttpRequest) -> HttpResponse:
    """Every firm of the register, found by name, initials or code."""
    asked = {name: request.GET.get(name, "")[:LONGEST_SEARCH] for name in ("search", "led", "pool")}
    rows = queries.firm_list(
        today(), text=asked["search"], led=bool(asked["led"]), pool=bool(asked["pool"])
    )
    page = page_of(rows, BY_CODE, cursor=request.GET.get("cursor", ""))
    context = {"firms": page.rows, "asked": asked, "seat": seat_of(reader(request))}
    return render(request, "communities/firms.html", context | pages(page, asked))


def pages(page: Any, asked: dict[str, str]) -> dict[str, str]:
    """The addresses of the pages beside this one."""
    kept = {name: value for name, value in asked.items() if value}
    return {
        f"{way}_url": "?" + urlencode({**kept, "cursor": cursor}) if cursor else ""
        for way, cursor in (("previous", page.previous), ("next", page.next))
    }


def seat_of(user: User | None) -> Any:
    """Where this person takes firms into the register: the widest place they keep."""
    if user is None:
        return None
    seats = [a.body.place for a in standing_of(user).appointments if a.body is not None]
    kept = [p for p in seats if p.kind in DIVISIONS and keeps_register(user, p)]
    return min(kept, key=lambda place: len(place.code), default=None)


def page(request: HttpRequest, body: Body) -> HttpResponse:
    """A firm: what is registered, whom it serves and served, what it offers."""
    user = reader(request)
    shown = queries.firm_page(body, today())
    served = [row.contract.estate.code for row in shown.running]
    context = {
        "body": body,
        "page": shown,
        "standards": deviations.of_firm(body, served, user, today()),
        "deeds": open_deeds(user, "firm", body),
        "speaks": user is not None and speaks_for(user, body),
        "decides": user is not None and decides_pool(user, body),
    }
    return render(request, "communities/firm.html", context)


@never_cache
@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """What estates need, each with the firms that offer it."""
    user = reader(request)
    page = page_of(queries.open_needs(), BY_AGE, cursor=request.GET.get("cursor", ""))
    context = {"matches": queries.matched(page.rows, user, today())}
    return render(request, "communities/needs.html", context | pages(page, {}))
