"""Finding places."""

import unicodedata
from collections.abc import Iterable

from communities.models import Place, PlaceKind
from communities.models.places import PlaceQuerySet

MOST_FOUND = 20


def with_parents(places: PlaceQuerySet) -> PlaceQuerySet:
    """With the community and subdistrict above each, which tell two of one name apart."""
    return places.select_related("parent__parent")


def find_estates(text: str) -> list[Place]:
    """Estates whose name holds every word typed, at most 20, those that begin with it first."""
    words = unicodedata.normalize("NFKC", text).split()[:5]
    if not words:
        return []
    found = Place.objects.estates()
    for word in words:
        found = found.filter(name__icontains=word)
    rows = list(with_parents(found).order_by("code")[: MOST_FOUND * 5])
    rows.sort(key=lambda place: not place.name.startswith(words[0]))
    return rows[:MOST_FOUND]


def estates_of(codes: Iterable[str]) -> list[Place]:
    """These estates, in the order named; unknown codes are passed over."""
    wanted = list(dict.fromkeys(codes))
    found = {p.code: p for p in with_parents(Place.objects.estates().filter(code__in=wanted))}
    return [found[code] for code in wanted if code in found]


def beneath(code: str) -> tuple[Place | None, list[Place]]:
    """A place down to the community, and what it holds; without a code, the outermost choice."""
    down_to_community = (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY)
    at = Place.objects.filter(code=code, kind__in=down_to_community).first() if code else None
    if at is not None:
        return at, list(with_parents(at.children.order_by("code")))
    outermost = list(Place.objects.filter(kind=PlaceKind.DISTRICT).order_by("code"))
    if len(outermost) == 1:
        return None, list(outermost[0].children.order_by("code"))
    return None, outermost


def place_of_code(code: str) -> Place | None:
    """The estate, building or entrance whose QR code was scanned, with those above it."""
    kinds = (PlaceKind.ESTATE, PlaceKind.BUILDING, PlaceKind.ENTRANCE)
    rows = Place.objects.filter(code=code, kind__in=kinds)
    return rows.select_related("parent__parent__parent").first()
