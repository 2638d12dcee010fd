"""Every route of the portal, as the resolver knows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """`name` as in reverse(); `path` as written in urls.py, `<reference>` and all."""

    name: str
    path: str
    view: Any


def routes() -> list[Route]:
    """All of them. A route without a name could not be linked to and is a mistake."""
    return list(_walk(get_resolver()))


def _walk(resolver: URLResolver, before: str = "", space: str = "") -> Iterator[Route]:
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inside = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry, path, inside)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"the route {path} has no name"
            yield Route(f"{space}{entry.name}", path, entry.callback)
