"""Places entered and changed by the thousand: the rows a list that was sent in comes to.

Each row was judged by the rules of the single verbs (`actions.places`, `actions.estates`); what is
checked here again is what no row may do whatever was judged: leave the scope of who sent it. The
constraints of the tables hold as always.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import Model

from accounts.models import User
from common.errors import NotAllowed
from common.pinyin import initials
from communities.models import Building, Dwelling, Estate, Place, PlaceCode, ServiceSpell
from communities.permissions import kept_codes

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place to be entered, with what is known of it beside name and code."""

    kind: str
    code: str
    name: str
    parent_id: int
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """What changes of a place: its name, and what is known of it."""

    pk: int
    code: str
    name: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def check_all_within(by: User, codes: Iterable[str]) -> None:
    """Raises NotAllowed where any of these codes lies outside of what this person keeps."""
    kept = kept_codes(by)
    if not all(code.startswith(kept) for code in codes):
        raise NotAllowed


@transaction.atomic
def enter_places(rows: Sequence[NewPlace], *, by: User, on: date) -> dict[str, int]:
    """Enter places with their codes; their keys by code. No two may share a code, ever."""
    check_all_within(by, (row.code for row in rows))
    places = Place.objects.bulk_create(
        (
            Place(
                kind=row.kind,
                code=row.code,
                name=row.name,
                parent_id=row.parent_id,
                initials=initials(row.name),
            )
            for row in rows
        ),
        batch_size=BATCH,
    )
    PlaceCode.objects.bulk_create(
        (PlaceCode(place_id=place.pk, code=place.code, from_on=on) for place in places),
        batch_size=BATCH,
    )
    return {place.code: place.pk for place in places}


@transaction.atomic
def rename_places(rows: Sequence[ChangedPlace], *, by: User) -> None:
    """Give places other names; their codes stay."""
    renamed = [row for row in rows if row.name]
    check_all_within(by, (row.code for row in renamed))
    Place.objects.bulk_update(
        [
            Place(pk=row.pk, name=row.name or "", initials=initials(row.name or ""))
            for row in renamed
        ],
        ["name", "initials"],
        batch_size=BATCH,
    )


@transaction.atomic
def enter_estates(rows: Sequence[NewPlace], *, by: User, on: date) -> None:
    """Enter estates with their ledger and the first spell of how they are served."""
    keys = enter_places(rows, by=by, on=on)
    _enter_facts(Estate, rows, keys)
    ServiceSpell.objects.bulk_create(
        (
            ServiceSpell(
                estate_id=keys[row.code],
                mode=row.facts["service_mode"],
                from_on=min(row.facts.get("delivered_on") or on, on),
            )
            for row in rows
        ),
        batch_size=BATCH,
    )


@transaction.atomic
def enter_buildings(
    rows: Sequence[NewPlace], *, by: User, on: date, entrances: Sequence[tuple[str, str, str]]
) -> None:
    """Enter buildings, and entrances as (code of the building, code, name)."""
    keys = enter_places(rows, by=by, on=on)
    _enter_facts(Building, rows, keys)
    enter_entrances([(keys[above], code, name) for above, code, name in entrances], by=by, on=on)


@transaction.atomic
def enter_entrances(rows: Sequence[tuple[int, str, str]], *, by: User, on: date) -> None:
    """Enter entrances as (the building's key, code, name)."""
    enter_places(
        [NewPlace("entrance", code, name, above) for above, code, name in rows], by=by, on=on
    )


@transaction.atomic
def enter_dwellings(rows: Sequence[NewPlace], *, by: User, on: date) -> None:
    """Enter dwellings: never who lives there."""
    _enter_facts(Dwelling, rows, enter_places(rows, by=by, on=on))


@transaction.atomic
def change_places(model: type[Model], rows: Sequence[ChangedPlace], *, by: User) -> None:
    """Change names and what is known of places; `model` holds the latter.

    A place of which nothing was known yet gets its row, as `facts` then says all of it.
    """
    check_all_within(by, (row.code for row in rows))
    rename_places(rows, by=by)
    known = _known(model, [row.pk for row in rows if row.facts])
    fresh, changed, names = [], [], set()
    for row in rows:
        if not row.facts:
            continue
        details = known.get(row.pk)
        if details is None:
            fresh.append(model(place_id=row.pk, **row.facts))
            continue
        for name, value in row.facts.items():
            setattr(details, name, value)
            names.add(name)
        changed.append(details)
    manager = model._default_manager
    manager.bulk_create(fresh, batch_size=BATCH)
    if names:
        manager.bulk_update(changed, sorted(names), batch_size=BATCH)


def _known(model: type[Model], places: Sequence[int]) -> dict[int, Any]:
    rows: models.QuerySet[Any] = model._default_manager.filter(place__in=places)
    return {row.place_id: row for row in rows.select_for_update().order_by("pk")}


def _enter_facts(model: type[Model], rows: Sequence[NewPlace], keys: Mapping[str, int]) -> None:
    model._default_manager.bulk_create(
        (model(place_id=keys[row.code], **row.facts) for row in rows), batch_size=BATCH
    )
