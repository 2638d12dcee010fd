"""Ledgers 台账: on the screen, on paper, as a workbook."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from common.now import today
from common.paging import page_of
from communities.permissions.ledgers import check_reads_ledgers
from communities.queries import estate_map, ledgers
from communities.sheets.ledgers import ledger_book
from communities.views.firms import pages

ROWS = 50


@login_required
@never_cache
@require_safe
def ledger(request: SignedInRequest, kind: str) -> HttpResponse:
    """The rows of the places this person keeps; `?as=xlsx` hands them out as a workbook."""
    if kind not in ledgers.LEDGERS:
        raise Http404
    check_reads_ledgers(request.user)
    shown = ledgers.LEDGERS[kind]
    at = estate_map.division(request.GET.get("under", ""))
    if request.GET.get("as") == "xlsx":
        return ledger_book(kind, at, by=request.user).answer()
    asked = {"under": at.code if at is not None else ""}
    rows = ledgers.read(shown, request.user, asked["under"])
    page = page_of(rows, ledgers.BY_CODE, cursor=request.GET.get("cursor", ""), size=ROWS)
    filled = shown.fill(page.rows, today())
    context: dict[str, Any] = {
        "ledger": shown,
        "ledgers": ledgers.LEDGERS.values(),
        "at": at,
        "asked": asked,
        "divisions": estate_map.divisions_to_choose(at, today()),
        "lines": [[(column, line[column.name]) for column in shown.columns] for line in filled],
        "book_url": "?" + urlencode({**asked, "as": "xlsx"}),
        "today": today(),
    }
    return render(request, "communities/ledgers/ledger.html", context | pages(page, asked))
