"""Who asks: the signed-in user, or whoever showed the tracking secret of an order."""

from typing import Any

from django.http import Http404, HttpRequest

from accounts.actors import Actor, Reporter
from accounts.models import User
from common.codes import normal
from communities.scope import standing_of
from complaints import queries
from complaints.models import Complaint

SECRETS = "secrets"
# Those of them that were shown to somebody who had signed in.
SIGNED_IN_FOR = "signed_in_for"
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
    if signed_in(request) is not None:
        own = [*request.session.get(SIGNED_IN_FOR, []), reference]
        request.session[SIGNED_IN_FOR] = own[-MOST_SECRETS:]


def followed(request: HttpRequest) -> dict[str, str]:
    """Reference and digest of every order whose secret this reader has shown.

    Whoever holds an office does not follow what somebody else reported on this device before
    they signed in: at a firm's own computer the firm would learn who reported.
    """
    held: dict[str, str] = request.session.get(SECRETS, {})
    user = signed_in(request)
    if not held or user is None or not standing_of(user).appointments:
        return held
    own = request.session.get(SIGNED_IN_FOR, [])
    return {reference: digest for reference, digest in held.items() if reference in own}


def reporter_of(request: HttpRequest, reference: str) -> Reporter | None:
    """The holder of this order's secret, as far as this reader has shown one."""
    digest = followed(request).get(normal(reference) or "", "")
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
