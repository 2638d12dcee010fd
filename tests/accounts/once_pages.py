"""Pages that count how often they were done, and how they are sent to, for tests."""

import secrets
import time
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.test import Client
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import CLOCK
from accounts.audit import record
from accounts.models import AuditEntry
from common.errors import WrongState

KEY = "a-key-that-nobody-else-can-guess"


def done(verb: str = "done") -> int:
    return AuditEntry.objects.filter(verb=verb).count()


def file_report(request: HttpRequest) -> HttpResponse:
    record(by=CLOCK, verb="done", text=request.POST.get("text", ""))
    response = redirect(f"/filed/{secrets.token_hex(8)}/")
    response.set_cookie("seen", "1")
    response["Cache-Control"] = "no-store"
    return response


def show_again(request: HttpRequest) -> HttpResponse:
    record(by=CLOCK, verb="wrong code")
    return HttpResponse("please check")


def redirect_by_htmx(request: HttpRequest) -> HttpResponse:
    record(by=CLOCK, verb="done")
    return HttpResponse(headers={"HX-Redirect": f"/filed/{secrets.token_hex(8)}/"})


@transaction.atomic
def _late_verb() -> None:
    record(by=CLOCK, verb="done")
    raise WrongState


def refuse(request: HttpRequest) -> HttpResponse:
    record(by=CLOCK, verb="tried")
    _late_verb()
    raise AssertionError


def crash(request: HttpRequest) -> HttpResponse:
    record(by=CLOCK, verb="done")
    raise RuntimeError


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse([b"a", b"b"])


def slow(request: HttpRequest) -> HttpResponse:
    record(by=CLOCK, verb="done")
    time.sleep(0.2)
    return redirect(f"/filed/{secrets.token_hex(8)}/")


@csrf_exempt
def read_files(request: HttpRequest) -> HttpResponse:
    files = request.FILES.getlist("photo")
    return JsonResponse({"photo": sum(len(file.read()) for file in files)}, status=201)


@api_view(["POST"])
@permission_classes([AllowAny])
def file_by_api(request: Request) -> Response:
    record(by=CLOCK, verb="done")
    names = sorted(request.data) if isinstance(request.data, dict) else []
    return Response({"secret": secrets.token_hex(8), "got": names}, status=201)


@api_view(["POST"])
@permission_classes([AllowAny])
def refuse_by_api(request: Request) -> Response:
    raise WrongState


urlpatterns = [
    path("file/", file_report),
    path("file-elsewhere/", file_report),
    path("again/", show_again),
    path("htmx/", redirect_by_htmx),
    path("refuse/", refuse),
    path("crash/", crash),
    path("stream/", stream),
    path("slow/", slow),
    path("files/", read_files),
    path("api/v1/file/", file_by_api),
    path("api/v1/refuse/", refuse_by_api),
    path("api/v1/crash/", crash),
    path("", include("governance.urls")),  # the frame of a page links to the others
]


def send(client: Client, where: str = "/file/", key: str = KEY, **fields: Any) -> Any:
    return client.post(where, {"form_token": key, **fields})


def call(client: Client, body: Any, key: str = KEY, where: str = "/api/v1/file/") -> Any:
    headers = {"Idempotency-Key": key}
    return client.post(where, body, content_type="application/json", headers=headers)
