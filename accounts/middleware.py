"""The reader's language, and how long a session may sleep and last."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from common.http import wants_fragment
from common.now import now

# Large type for somebody who has not signed in.
ELDER_COOKIE = "elder"

Handler = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Chinese unless the reader chose otherwise; a program says what it wants in a header."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/") and "Accept-Language" in request.headers:
            language = translation.get_language_from_request(request)
        else:
            chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
            known = {code for code, _name in settings.LANGUAGES}
            language = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SessionAgeMiddleware:
    """Signs out a session that has been idle too long, or is too old however busy.

    The cookie's own age is no limit: it begins anew with every write to the session.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            stamp = int(now().timestamp())
            began = request.session.get("began", stamp)
            seen = request.session.get("seen", stamp)
            idle = stamp - seen > settings.SESSION_IDLE_SECONDS
            if idle or stamp - began > settings.SESSION_COOKIE_AGE:
                logout(request)
            elif "began" not in request.session:
                request.session["began"] = request.session["seen"] = stamp
            elif stamp - seen > 300 and not _by_itself(request):
                # Every five minutes is exact enough and spares a write per page.
                request.session["seen"] = stamp
        return self.get_response(request)


def _by_itself(request: HttpRequest) -> bool:
    """Whether a page left open asks for what is new: nobody need be sitting before it."""
    return request.method == "GET" and wants_fragment(request)
