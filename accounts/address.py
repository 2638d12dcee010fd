"""Where a request comes from, for limits: never kept but as a keyed digest."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

# Bits that tell one subscriber from another; a household gets all addresses below them.
SUBSCRIBER = 64


def address_of(request: HttpRequest) -> str:
    """The network address of whoever asks.

    Behind our own proxies only the entries they appended to X-Forwarded-For count; what stands
    before those is the sender's to invent. Of an address of the new kind the first half: the rest
    is the subscriber's to choose, and each choice would be a stranger to the limits.
    """
    seen = _seen_address(request)
    try:
        address = ip_address(seen)
    except ValueError:
        return seen
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), SUBSCRIBER), strict=False).network_address)


def _seen_address(request: HttpRequest) -> str:
    behind: int = settings.PROXIES_IN_FRONT
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    if behind and len(hops) >= behind and hops[-behind]:
        return hops[-behind]
    return str(request.META.get("REMOTE_ADDR", ""))


def address_digest(request: HttpRequest) -> str:
    """64 hex digits that tell two addresses apart and nothing more."""
    return salted_hmac("address", address_of(request), algorithm="sha256").hexdigest()
