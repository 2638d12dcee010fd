"""Who asks: a user by token or session, or whoever shows the tracking secret of an order."""

import uuid

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from accounts.actors import Actor, Reporter
from accounts.models import User
from common.codes import digest
from complaints import queries
from complaints.models import Complaint

SECRET_HEADER = "X-Tracking-Secret"  # noqa: S105 -- the header's name
# An order's answer is for whoever asked, not for a cache on the way that sees no credentials.
PRIVATE = {"Cache-Control": "no-store"}
SECRET = OpenApiParameter(
    SECRET_HEADER,
    str,
    OpenApiParameter.HEADER,
    description="The tracking secret of a report made without an account.",
)


def signed_in(request: Request) -> User | None:
    """The user of this request, None for nobody."""
    return request.user if isinstance(request.user, User) else None


def actors_of(request: Request) -> list[Actor]:
    """As whom this request may act, the user first."""
    found: list[Actor] = []
    user = signed_in(request)
    if user is not None:
        found.append(user)
    secret = request.headers.get(SECRET_HEADER, "").strip()
    if secret:
        found.append(Reporter(digest(secret)))
    return found


def order_for(request: Request, reference: str) -> tuple[Complaint, Actor]:
    """The order and who asks for it. Raises Http404 for what they may not see."""
    for actor in actors_of(request):
        try:
            return queries.seen(actor, reference), actor
        except Http404:
            continue
    raise Http404


class PhotoAddress:
    """Where a photo is found, as a whole address."""

    def __init__(self, request: Request) -> None:
        self.request = request

    def __call__(self, public_id: uuid.UUID, size: str) -> str:
        path = reverse("api:photo", args=[public_id])
        return self.request.build_absolute_uri(f"{path}?size={size}")
