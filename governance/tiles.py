"""The one host beside our own from which browsers may take pictures: that of the map."""

import re

from django.core.exceptions import ImproperlyConfigured

# {s} stands for one of a maker's several hosts.
HOST = re.compile(r"https://((?:\{s\}\.)?[a-z0-9.-]+(?::\d+)?)/[^\s;,]*", re.IGNORECASE)


def tile_hosts(address: str) -> list[str]:
    """What the security policy says of it: nothing while there is no tile server."""
    if not address:
        return []
    found = HOST.fullmatch(address)
    if found is None or not all(gap in address for gap in ("{z}", "{x}", "{y}")):
        raise ImproperlyConfigured(
            "MAP_TILES is an address like https://tiles.example/{z}/{x}/{y}.png."
        )
    return ["https://" + found[1].replace("{s}", "*")]
