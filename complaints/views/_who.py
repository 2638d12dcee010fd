"""Who asks: the signed-in user, or whoever showed the tracking secret of an order."""

from typing import Any

from django.http import Http404, HttpRequest

from accounts.actors import Actor, Reporter
from accounts.models import User
from common.codes import normal
from complaints import queries
from complaints.models import Complaint

SECRETS = "secrets"
MOST_SECRETS = 50


def signed_in(request: HttpRequest) -> User | None:
    """The user of this request, None for nobody."""
    return request.user if isinstance(request.user, User) else None


def remember(request: HttpRequest, reference: str, digest: str) -> None:
    """Let this browser follow an order whose secret was shown; the oldest are forgotten first."""
    held: dict[str, Any] = dict(request.session.get(SECRETS, {}))
    held.pop(reference, None)
    held[reference] = digest
    request.session[SECRETS] = dict(list(held.items())[-MOST_SECRETS:])


def reporter_of(request: HttpRequest, reference: str) -> Reporter | None:
    """The holder of this order's secret, as far as this browser has shown one."""
    digest = request.session.get(SECRETS, {}).get(normal(reference) or "", "")
    return Reporter(digest) if digest else None


def order_for(request: HttpRequest, reference: str) -> tuple[Complaint, Actor]:
    """The order and who asks for it. Raises Http404 for what they may not see."""
    user = signed_in(request)
    holder = reporter_of(request, reference)
    for actor in (user, holder):
        if actor is None:
            continue
        try:
            return queries.seen(actor, reference), actor
        except Http404:
            continue
    raise Http404


def actor_for(request: HttpRequest, reference: str) -> Actor:
    """As whom this request acts on the order. Raises Http404 for what they may not see."""
    return order_for(request, reference)[1]
