"""What a register that is being set up holds already, and which list comes next."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Exists, Q, QuerySet

from communities.models import (
    GRID_OFFICES,
    Appointment,
    Body,
    BodyKind,
    Committee,
    CommitteeMember,
    Contract,
    Grid,
    Invitation,
    PartyOrganisation,
    Place,
    PlaceKind,
)

# Without these no report finds its way to anybody; the others may come whenever they are at hand.
DISTRICT = 6  # digits of a district's code
NEEDED = ("estates", "buildings", "firms", "contracts", "grids")


@dataclass(frozen=True)
class Beginning:
    """By list, in the order in which they are sent in, whether the register holds any of it."""

    held: dict[str, bool]

    @property
    def over(self) -> bool:
        """Whether the register is set up so far that nobody needs to be led by the hand."""
        return all(self.held[name] for name in NEEDED)

    @property
    def next(self) -> str:
        """The first list of which there is nothing; empty where there is something of each."""
        return next((name for name, there in self.held.items() if not there), "")


def beginning_of(codes: tuple[str, ...]) -> Beginning:
    """What there is beneath these codes, by list: one query."""

    def within(path: str) -> Q:
        return reduce(or_, (Q(**{f"{path}__startswith": code}) for code in codes), Q(pk__in=()))

    def districts(path: str) -> Q:
        near = {code[:DISTRICT] for code in codes}
        return reduce(or_, (Q(**{f"{path}__startswith": code}) for code in near), Q(pk__in=()))

    def places(kind: PlaceKind) -> QuerySet[Place]:
        return Place.objects.filter(within("code"), kind=kind)

    offices = Appointment.objects.filter(within("grid__community__code"), office__in=GRID_OFFICES)
    invited = Invitation.objects.filter(within("grid__community__code"))
    asked = {
        "estates": places(PlaceKind.ESTATE),
        "buildings": places(PlaceKind.BUILDING),
        "dwellings": places(PlaceKind.DWELLING),
        # A firm is entered at the district it has its seat in, whoever it serves.
        "firms": Body.objects.filter(districts("place__code"), kind=BodyKind.FIRM),
        "contracts": Contract.objects.filter(within("estate__code")),
        "grids": Grid.objects.filter(within("community__code")),
        "branches": PartyOrganisation.objects.filter(within("body__place__code")),
        "committees": Committee.objects.filter(within("body__place__code")),
        "members": CommitteeMember.objects.filter(within("committee__body__place__code")),
        "appointments": offices,
    }
    asks = {f"has_{name}": Exists(rows) for name, rows in asked.items()}
    asks["has_invited"] = Exists(invited)
    row = Place.objects.order_by("pk").annotate(**asks).values(*asks).first() or {}
    held = {name: bool(row.get(f"has_{name}")) for name in asked}
    held["appointments"] |= bool(row.get("has_invited"))
    return Beginning(held)
