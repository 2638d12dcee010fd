"""Where a request comes from, for limits: never kept but as a keyed digest."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def address_of(request: HttpRequest) -> str:
    """The network address of whoever asks.

    Behind our own proxies only the entries they appended to X-Forwarded-For count; what stands
    before those is the sender's to invent.
    """
    behind: int = settings.PROXIES_IN_FRONT
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    if behind and len(hops) >= behind and hops[-behind]:
        return hops[-behind]
    return str(request.META.get("REMOTE_ADDR", ""))


def address_digest(request: HttpRequest) -> str:
    """64 hex digits that tell two addresses apart and nothing more."""
    return salted_hmac("address", address_of(request), algorithm="sha256").hexdigest()
