"""What is answered when the database is away, full or too busy: that it passes, never a crash."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.http import escape_leading_slashes
from django.utils.translation import gettext_lazy as _
from django.views.defaults import server_error

from common.database import is_away
from common.errors import DomainError
from common.http import facts, is_api

if TYPE_CHECKING:
    from collections.abc import Iterator

# Seconds: a database that was killed is back in less.
RETRY_AFTER = 10
# Fields that are never written into a page, hidden or not.
PRIVATE = ("password", "code", "secret")


class Unavailable(DomainError):
    """The database cannot be asked; what was sent is not kept, and may be sent again."""

    http_status = 503
    code = "unavailable"
    sentence = _("The portal cannot save anything just now. Please try again shortly.")


def broken(request: HttpRequest) -> HttpResponse:
    """The answer to whatever nobody else has answered: Django's `handler500`.

    Here and not in a middleware, because the database may fail in any of them. Nothing below may
    ask the database anything.
    """
    return _unavailable(request) if any(map(is_away, _chain())) else server_error(request)


def _chain() -> Iterator[BaseException]:
    """The error being handled, and what it came from."""
    error = sys.exc_info()[1]
    while error is not None:
        yield error
        error = error.__cause__


def _unavailable(request: HttpRequest) -> HttpResponse:
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    if is_api(request):
        return JsonResponse(facts(Unavailable()), status=503, headers=headers)
    sent = _sent(request) if request.method == "POST" else None
    here = escape_leading_slashes(request.get_full_path())
    context = {"here": here, "posted": request.method == "POST", "sent": sent}
    return HttpResponse(render_to_string("503.html", context), status=503, headers=headers)


def _sent(request: HttpRequest) -> list[tuple[str, str]] | None:
    """What was typed, for a button that sends it again; None if it cannot go into a page."""
    try:
        rows = [(name, value) for name, values in request.POST.lists() for value in values]
        files = bool(request.FILES)
    except Exception:  # it was never read, and now it is too late
        return None
    if files or any(word in name for name, _value in rows for word in PRIVATE):
        return None
    return rows
