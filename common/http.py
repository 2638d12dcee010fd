"""Turns a refusal into a page, a fragment or a JSON answer: once, for every door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from common.errors import DomainError, Invalid, NotAllowed, TooLarge, TooMany
from common.now import one_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Handler = Callable[[HttpRequest], HttpResponse]

CODES = {
    status.HTTP_401_UNAUTHORIZED: "not_authenticated",
    status.HTTP_403_FORBIDDEN: NotAllowed.code,
    status.HTTP_404_NOT_FOUND: "not_found",
    status.HTTP_405_METHOD_NOT_ALLOWED: "method_not_allowed",
    status.HTTP_406_NOT_ACCEPTABLE: "not_acceptable",
    status.HTTP_413_REQUEST_ENTITY_TOO_LARGE: TooLarge.code,
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    status.HTTP_429_TOO_MANY_REQUESTS: TooMany.code,
}


# How the database's driver refuses a text with a NUL in it, before anything is sent.
NUL = "NUL (0x00)"


class DomainErrors:
    """Answers a refusal raised by any page, and keeps every API answer in one language."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with one_day():
            response = self.get_response(request)
        if (
            response.status_code >= status.HTTP_400_BAD_REQUEST
            and is_api(request)
            and "json" not in response.get("Content-Type", "")
        ):
            # An unknown address, a missing CSRF token, a crash: Django would answer with a page.
            response = _plain_refusal(response)
        if is_api(request) and not response.has_header("Cache-Control"):
            # What a program is answered is its own, unless the answer says that it is everybody's.
            response["Cache-Control"] = "private, no-store"
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Called by Django for whatever a view raises."""
        if isinstance(error, ValueError) and NUL in str(error):
            # PostgreSQL keeps no NUL; no person types one, so it is said in general.
            error = Invalid(_("There is a character in it that cannot be kept."))
        return answer(request, error) if isinstance(error, DomainError) else None


def answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal as JSON under /api/, as a fragment for htmx, else as a page."""
    if is_api(request):
        return JsonResponse(facts(error), status=error.http_status)
    fragment = wants_fragment(request)
    name = "components/_refused.html" if fragment else "refused.html"
    words = [word for sentences in error.fields.values() for word in sentences]
    context = {"sentence": str(error), "words": words, "back": _way_back(request)}
    response = render(request, name, context, status=error.http_status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def facts(error: DomainError) -> dict[str, Any]:
    """A refusal as programs read it."""
    return {"code": error.code, "message": str(error), "fields": error.fields}


def is_api(request: HttpRequest) -> bool:
    """Whether a program is asking."""
    return request.path.startswith("/api/")


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page; a boosted link or its history want all of it."""
    asks = request.headers.get("HX-Request") == "true"
    whole = {"HX-Boosted", "HX-History-Restore-Request"}
    return asks and not any(request.headers.get(name) == "true" for name in whole)


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every error of the API as `{code, message, fields}`; None (a crash) for what is none."""
    if isinstance(exc, DomainError):
        return Response(facts(exc), status=exc.http_status)
    known = _known(exc)
    if known is None:
        return None
    if isinstance(known, exceptions.ValidationError):
        fields: dict[str, list[str]] = {}
        for name, sentence in _sentences(known.detail):
            fields.setdefault(name, []).append(sentence)
        return Response(facts(Invalid(fields=fields)), status=known.status_code)
    code = CODES.get(known.status_code) or known.default_code
    body = {"code": code, "message": _message(known), "fields": {}}
    return Response(body, status=known.status_code, headers=_headers(known))


def _known(exc: Exception) -> exceptions.APIException | None:
    if isinstance(exc, Http404):
        # Never the exception's own words: they would tell what was looked for.
        return exceptions.NotFound()
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(exc, RequestDataTooBig):
        return _TooLarge()
    if isinstance(exc, SuspiciousOperation):
        return exceptions.ParseError()
    return exc if isinstance(exc, exceptions.APIException) else None


class _TooLarge(exceptions.APIException):
    status_code = TooLarge.http_status
    default_detail = TooLarge.sentence


def _message(exc: exceptions.APIException) -> str:
    if isinstance(exc, exceptions.NotFound):
        return _("There is nothing here, or it is not for you to see.")
    return str(exc.detail)


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


def _sentences(detail: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Field and sentence of each error; what is nested is named `photos.0`."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            yield from _sentences(value, f"{name}.{key}" if name else str(key))
    elif isinstance(detail, list):
        for place, value in enumerate(detail):
            nested = isinstance(value, dict | list)
            yield from _sentences(value, f"{name}.{place}" if nested and name else name)
    else:
        yield name or "non_field_errors", str(detail)


def _plain_refusal(response: HttpResponse) -> HttpResponse:
    code = response.status_code
    if code == status.HTTP_404_NOT_FOUND:
        message = _("There is nothing here, or it is not for you to see.")
    elif code >= status.HTTP_500_INTERNAL_SERVER_ERROR:
        message = _("Something went wrong on our side. Please try again in a moment.")
    else:
        message = str(DomainError.sentence)
    fallback = "broken" if code >= status.HTTP_500_INTERNAL_SERVER_ERROR else DomainError.code
    body = {"code": CODES.get(code, fallback), "message": message, "fields": {}}
    plain = JsonResponse(body, status=code)
    for name in ("Allow", "Vary"):
        if name in response:
            plain[name] = response[name]
    return plain


def _way_back(request: HttpRequest) -> str:
    """The page the reader came from, if it is one of ours and would not refuse again."""
    came_from = request.headers.get("Referer", "")
    here = request.method == "GET" and came_from == request.build_absolute_uri()
    ours = url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    )
    return came_from if ours and not here else ""
