"""Firms, divisions, grids and people that rows name.

Places and firms are looked up once for a whole list, as no list of this kind enters any; grids,
too, and whoever enters one tells (`entered`). Bodies are asked for each time.
"""

from typing import Any

from django.db.models import Q

from accounts.models import User
from common.credit_codes import as_typed
from common.workbooks import clean
from communities.models import Body, BodyKind, Grid, Place, PlaceKind
from communities.sheets.lines import Line, Reading

MOST_CANDIDATES = 5
ALL = tuple(PlaceKind)


def one_of(line: Line, column: str, found: list[Any], said: str) -> Any:
    """The only one of those found; else refused, with the candidates."""
    if len(found) == 1:
        return found[0]
    if found:
        names = "、".join(f"{one.name} ({one.code})" for one in found[:MOST_CANDIDATES])
        line.refuse(column, "ambiguous", said=said, names=names)
    else:
        line.refuse(column, "unknown", said=said)
    return None


def firm_of(reading: Reading, line: Line, column: str = "firm") -> Body | None:
    """A firm by its code, its credit code or its name; of the same prefecture."""
    said = line.text(column)
    if not said:
        return None
    asked: dict[str, list[Body]] = reading.kept.setdefault("firms", {})
    if said not in asked:
        rows = Body.objects.filter(kind=BodyKind.FIRM, dissolved_on__isnull=True)
        near = Q(name=said, place__code__startswith=reading.place.code[:4])
        exact = Q(code=said.replace(" ", "")) | Q(firm__credit_code=as_typed(said)[:18])
        found = rows.filter(exact | near).select_related("place", "firm").order_by("code")
        asked[said] = list(found[:MOST_CANDIDATES])
    firm: Body | None = one_of(line, column, asked[said], said)
    return firm


def firm_label(firm: Body) -> str:
    """How an export names a firm: by its code, which is its alone."""
    return firm.code


def place_of(
    reading: Reading, line: Line, column: str, kinds: tuple[PlaceKind, ...]
) -> Place | None:
    """A place of these kinds within the import, by code or name."""
    said = clean(line.text(column))
    if not said:
        return None
    by_word = _places(reading, kinds)
    either = {p.pk: p for word in (said.replace(" ", ""), said) for p in by_word.get(word, ())}
    found = sorted(either.values(), key=lambda place: place.code)
    if not found and _elsewhere(reading, kinds, said):
        line.refuse(column, "not_within", name=said, place=reading.place.name)
        return None
    place: Place | None = one_of(line, column, found, said)
    return place


def _places(reading: Reading, kinds: tuple[PlaceKind, ...]) -> dict[str, list[Place]]:
    """The open places of these kinds within the import by code and by name; read once."""
    name = f"places {kinds}"
    if name not in reading.kept:
        by_word: dict[str, list[Place]] = {}
        rows = Place.objects.filter(kind__in=kinds).under(reading.place.code)
        for place in rows.open_on(reading.on):
            for word in {place.code, place.name}:
                by_word.setdefault(word, []).append(place)
        reading.kept[name] = by_word
    found: dict[str, list[Place]] = reading.kept[name]
    return found


def _elsewhere(reading: Reading, kinds: tuple[PlaceKind, ...], said: str) -> bool:
    asked: dict[tuple[Any, ...], bool] = reading.kept.setdefault("elsewhere", {})
    if (kinds, said) not in asked:
        rows = Place.objects.filter(Q(code=said) | Q(name=said), kind__in=kinds)
        asked[kinds, said] = rows.open_on(reading.on).exists()
    return asked[kinds, said]


def estate_of(reading: Reading, line: Line, column: str = "estate") -> Place | None:
    if column not in line.wrong and not line.get(column):
        line.refuse(column, "missing")
    return place_of(reading, line, column, (PlaceKind.ESTATE,))


def grid_of(reading: Reading, line: Line, column: str) -> Grid | None:
    """A grid within the import, by code or name."""
    said = line.text(column)
    if not said:
        return None
    by_word = grids_of(reading)
    either = {
        one.pk: one for word in (said.replace(" ", ""), said) for one in by_word.get(word, ())
    }
    found = sorted(either.values(), key=lambda grid: grid.code)
    grid: Grid | None = one_of(line, column, found, said)
    return grid


def grids_of(reading: Reading) -> dict[str, list[Grid]]:
    """The open grids within the import by code and by name; read once."""
    if "grids" not in reading.kept:
        rows = Grid.objects.filter(
            closed_on__isnull=True, community__code__startswith=reading.place.code
        )
        reading.kept["grids"] = {}
        for grid in rows.select_related("community", "parent").order_by("code"):
            entered(reading, grid)
    found: dict[str, list[Grid]] = reading.kept["grids"]
    return found


def entered(reading: Reading, grid: Grid) -> None:
    """A grid was entered by a row: those after it may name it."""
    known: dict[str, list[Grid]] | None = reading.kept.get("grids")
    if known is not None:  # else it is read with all others when somebody asks
        for word in {grid.code, grid.name}:
            known.setdefault(word, []).append(grid)


def person_of(reading: Reading, phone: str) -> User | None:
    """Whoever has this number here; asked for once for all rows that are judged at once."""
    asked: dict[str, User | None] = reading.kept.setdefault("people", {})
    if phone not in asked:
        phones = {line.text("phone") for line in reading.lines} | {phone}
        asked.update(dict.fromkeys(phones))
        for user in User.objects.filter(phone__in=phones, is_active=True):
            asked[str(user.phone)] = user
    return asked[phone]


def label_of(place: Place, names: dict[str, int]) -> str:
    """How an export names a place: by its name where that is its alone."""
    return place.name if names.get(place.name) == 1 else place.code


def names_within(reading: Reading, *kinds: PlaceKind) -> dict[str, int]:
    """How many open places within the import have each name."""
    counts: dict[str, int] = {}
    rows = Place.objects.filter(kind__in=kinds).under(reading.place.code).open_on(reading.on)
    for name in rows.values_list("name", flat=True):
        counts[name] = counts.get(name, 0) + 1
    return counts
