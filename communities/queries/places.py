"""Finding places."""

import unicodedata
from collections.abc import Iterable

from common.now import today
from communities.models import DIVISIONS, Place, PlaceKind
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
    found = Place.objects.estates().open_on(today())
    for word in words:
        found = found.filter(name__icontains=word)
    rows = list(with_parents(found).order_by("code")[: MOST_FOUND * 5])
    rows.sort(key=lambda place: not place.name.startswith(words[0]))
    return rows[:MOST_FOUND]


def _open_estates(codes: list[str]) -> PlaceQuerySet:
    return Place.objects.estates().open_on(today()).filter(code__in=codes)


def estates_of(codes: Iterable[str]) -> list[Place]:
    """These estates, in the order named; unknown codes are passed over."""
    wanted = list(dict.fromkeys(codes))
    found = {p.code: p for p in with_parents(_open_estates(wanted))}
    return [found[code] for code in wanted if code in found]


def beneath(code: str) -> tuple[Place | None, list[Place]]:
    """A place down to the community, and what it holds; without a code, the outermost choice."""
    on = today()
    rows = Place.objects.open_on(on).order_by("code")
    at = rows.filter(code=code, kind__in=DIVISIONS).first() if code else None
    if at is not None:
        return at, list(with_parents(rows.filter(parent=at)))
    outermost = list(rows.filter(kind=PlaceKind.DISTRICT))
    if len(outermost) == 1:
        return None, list(rows.filter(parent=outermost[0]))
    return None, outermost


def place_of_code(code: str) -> Place | None:
    """The estate, building or entrance whose QR code was scanned, with those above it.

    A sign put up before the place got another code still leads to it; to a closed one none does.
    """
    kinds = (PlaceKind.ESTATE, PlaceKind.BUILDING, PlaceKind.ENTRANCE)
    rows = Place.objects.open_on(today()).filter(kind__in=kinds)
    rows = rows.select_related("parent__parent__parent")
    found = rows.filter(code=code).first()
    if found is None and code:
        found = rows.filter(codes__code=code).first()
    return found


def beneath_open(code: str) -> PlaceQuerySet:
    """What lies directly in the place of this code and is not closed."""
    return Place.objects.open_on(today()).filter(parent__code=code)
