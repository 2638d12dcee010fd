"""Taking over a county's divisions from a published list, as often as the list changes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from accounts.actors import CLOCK
from common.errors import Invalid
from common.now import today
from communities.actions.places import found_place, recode_place, rename_place
from communities.actions.register import found_body
from communities.models import DIVISIONS, Body, BodyKind, Place, PlaceKind
from communities.scope import office_of

OFFICES = {
    PlaceKind.DISTRICT: BodyKind.DISTRICT_OFFICE,
    PlaceKind.SUBDISTRICT: BodyKind.SUBDISTRICT_OFFICE,
    PlaceKind.COMMUNITY: BodyKind.COMMUNITY_OFFICE,
}


@dataclass(frozen=True)
class Division:
    """A division as a list names it; `office`: the name of the office that answers for it."""

    code: str
    name: str
    office: str
    children: "tuple[Division, ...]" = ()


@dataclass
class Taken:
    """What became of a list: codes and names, in the order of the list."""

    founded: list[tuple[str, str]] = field(default_factory=list)
    # (former code, code, name)
    recoded: list[tuple[str, str, str]] = field(default_factory=list)
    # (code, name here, name in the list)
    renamed: list[tuple[str, str, str]] = field(default_factory=list)
    named_otherwise: list[tuple[str, str, str]] = field(default_factory=list)
    # Here and open, but not in the list: for people to decide.
    vanished: list[tuple[str, str]] = field(default_factory=list)
    # (code, name, why)
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    unchanged: int = 0


@transaction.atomic
def take_divisions(county: Division, *, on: date | None = None, rename: bool = False) -> Taken:
    """Enter a county and what lies in it, with an office each; nothing is closed or deleted.

    Of the divisions beneath one parent, first those of the same code and name are unchanged; then
    one of the same name gets its new code (its row, and all that hangs on it, stays); then one of
    the same code has another name (kept unless `rename`); what is left over in the list is entered,
    what is left over here is told.
    """
    taken, day = Taken(), on or today()
    _level(taken, None, [county], day, rename=rename)
    return taken


def open_office(place: Place, name: str = "") -> Body:
    """The office that answers for a division: the one there is, else a new one."""
    found = office_of(place)
    if found is not None:
        return found
    code = f"{place.code}-office"
    kind = OFFICES[PlaceKind(place.kind)]
    return found_body(kind=kind, code=code, name=name or place.name, place=place)


# --- One level of the tree ---------------------------------------------------------------

Pair = tuple[Division, Place | None]


def _level(
    taken: Taken, parent: Place | None, wanted: Sequence[Division], on: date, *, rename: bool
) -> None:
    """Match and enter what lies in one parent; then what lies in each of those."""
    if parent is None:
        here = list(Place.objects.filter(code=wanted[0].code))
    else:
        here = list(Place.objects.filter(parent=parent).open_on(on).order_by("code"))
    pairs, left = _matched(wanted, here)
    taken.vanished += [(place.code, place.name) for place in left]
    for division, found in pairs:
        place = _entered(taken, parent, division, found, on, rename=rename)
        if place is not None and place.kind != PlaceKind.COMMUNITY:
            _level(taken, place, division.children, on, rename=rename)


def _matched(wanted: Sequence[Division], here: Iterable[Place]) -> tuple[list[Pair], list[Place]]:
    """Each division with its place here, if any; and the places that none belongs to."""
    left = {place.code: place for place in here}
    found: dict[str, Place] = {}
    for division in wanted:
        place = left.get(division.code)
        if place is not None and place.name == division.name:
            found[division.code] = left.pop(division.code)
    open_names = _once(d.name for d in wanted if d.code not in found)
    by_name = {name: place for name, place in _by_name(left).items() if name in open_names}
    for division in wanted:
        if division.code not in found and division.name in by_name:
            found[division.code] = left.pop(by_name.pop(division.name).code)
    for division in wanted:
        if division.code not in found and division.code in left:
            found[division.code] = left.pop(division.code)
    return [(d, found.get(d.code)) for d in wanted], list(left.values())


def _by_name(places: Mapping[str, Place]) -> dict[str, Place]:
    """Places whose name no other of them has."""
    names = _once(place.name for place in places.values())
    return {place.name: place for place in places.values() if place.name in names}


def _once(names: Iterable[str]) -> set[str]:
    return {name for name, times in Counter(names).items() if times == 1}


def _entered(
    taken: Taken,
    parent: Place | None,
    division: Division,
    place: Place | None,
    on: date,
    *,
    rename: bool,
) -> Place | None:
    """The place of a division after what had to be done; None where it was refused."""
    try:
        if place is None:
            place = _founded(division, parent, on)
            taken.founded.append((place.code, place.name))
        elif place.code != division.code:
            former = place.code
            place = recode_place(place, by=CLOCK, code=division.code, on=on)
            taken.recoded.append((former, place.code, place.name))
        elif place.name == division.name:
            taken.unchanged += 1
        elif rename:
            taken.renamed.append((place.code, place.name, division.name))
            place = rename_place(place, by=CLOCK, name=division.name)
        else:
            taken.named_otherwise.append((place.code, place.name, division.name))
        open_office(place, division.office)
    except Invalid as refusal:
        why = " ".join(word for words in refusal.fields.values() for word in words)
        taken.refused.append((division.code, division.name, why or str(refusal)))
        return None
    return place


def _founded(division: Division, parent: Place | None, on: date) -> Place:
    above = -1 if parent is None else DIVISIONS.index(PlaceKind(parent.kind))
    kind = DIVISIONS[above + 1]
    return found_place(
        kind=kind, code=division.code, name=division.name, parent=parent, from_on=on, by=CLOCK
    )
