"""What there is in a division beside its places: grids, organisations, groups, committees, offices.

Each section shows the first few and says how many there are. Everybody reads them but the last,
which is for those who keep the register there; who is in the Party stands in none (DOMAIN 11).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet, Window
from django.db.models.functions import Length

from accounts.models import User
from communities.models import Appointment, Grid, Office, PartyOrganisation, Place
from communities.queries.committees import ALARMS_FIRST, LOOKS, alarm_of, committee_list
from communities.queries.groups import group_list
from communities.queries.offices import offices

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN = 6


@dataclass(frozen=True)
class Listed:
    """The first rows of a list, and how long it is."""

    rows: list[Any] = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> bool:
        return self.total > len(self.rows)


@dataclass(frozen=True)
class Sections:
    """The sections of a division's page, as far as one reader may see them."""

    organisations: Listed
    groups: Listed
    # Body, look and alarm of each: what calls for somebody first.
    committees: Listed
    # A grid, and who comes by.
    grids: list[tuple[Grid, list[Appointment]]]
    # For keepers: an office, its name, and how many hold it.
    offices: "list[tuple[str, StrOrPromise, int]]"

    @property
    def offices_total(self) -> int:
        return sum(count for _office, _label, count in self.offices)


def sections_of(place: Place, on: date, keeper: User | None, grids: Iterable[Grid]) -> Sections:
    """At most five queries, whatever lies there. `keeper`: the reader, if they keep it."""
    bodies = _first(committee_list(under=place.code).order_by(*ALARMS_FIRST.order_by()))
    committees = [(b, LOOKS[b.committee.state], alarm_of(b.committee, on)) for b in bodies.rows]
    return Sections(
        organisations=_first(_organisations(place, on)),
        groups=_first(group_list(under=place.code).order_by(Length("place__code"), "code")),
        committees=Listed(committees, bodies.total),
        grids=_with_people(list(grids), on),
        offices=_held(place, on, keeper) if keeper is not None else [],
    )


def _first(rows: "QuerySet[Any]") -> Listed:
    found = list(rows.annotate(of_all=Window(Count("*")))[:SHOWN])
    return Listed(found, found[0].of_all if found else 0)


def _organisations(place: Place, on: date) -> "QuerySet[PartyOrganisation]":
    """The place's own first, then those of what lies in it."""
    rows = PartyOrganisation.objects.filter(
        Q(body__dissolved_on__isnull=True) | Q(body__dissolved_on__gt=on),
        body__place__code__startswith=place.code,
    )
    return rows.select_related("body__place").order_by(Length("body__place__code"), "body__code")


def _with_people(grids: list[Grid], on: date) -> list[tuple[Grid, list[Appointment]]]:
    """Each grid with its leaders, then its workers."""
    rows = Appointment.objects.in_force(on).filter(grid__in=grids, user__is_active=True)
    held: dict[int | None, list[Appointment]] = defaultdict(list)
    if grids:
        for row in rows.select_related("user").order_by("office", "from_on", "pk"):
            held[row.grid_id].append(row)
    return [(grid, held[grid.pk]) for grid in grids]


def _held(place: Place, on: date, keeper: User) -> "list[tuple[str, StrOrPromise, int]]":
    """How many hold each office here and beneath, in the order of the offices."""
    rows = offices(keeper, on, code=place.code).order_by()
    found = dict(rows.values_list("office").annotate(n=Count("pk")))
    return [(o.value, o.label, found[o.value]) for o in Office if o.value in found]
