"""The reader's language, and how long a session may sleep."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation

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
    """Signs out a session that has been idle too long; the cookie's age is the absolute limit."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            stamp = int(now().timestamp())
            seen = request.session.get("seen", stamp)
            if stamp - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif stamp - seen > 300 or "seen" not in request.session:
                # Every five minutes is exact enough and spares a write per page.
                request.session["seen"] = stamp
        return self.get_response(request)
