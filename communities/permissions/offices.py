"""Who gives and takes which office: a table with a sentence for each row, and how far it reaches.

Nobody appoints above or beside their own scope, and nobody appoints or dismisses themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Clock
from accounts.models import User
from common.errors import NotAllowed
from communities.models import (
    COMMITTEE_BODIES,
    COMMUNITY_OFFICES,
    FIRM_OFFICES,
    GRID_OFFICES,
    OVERSEER_OFFICES,
    Appointment,
    Body,
    BodyKind,
    Contract,
    Grid,
    Office,
    Place,
    PlaceKind,
)
from communities.permissions.register import kept_codes
from communities.scope import Standing, standing_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Seat = Body | Grid | Place

# At which kinds of body an office is held.
BODY_OF_OFFICE = {
    **dict.fromkeys(FIRM_OFFICES, frozenset({BodyKind.FIRM})),
    Office.COMMUNITY_CLERK: frozenset({BodyKind.COMMUNITY_OFFICE}),
    Office.COMMUNITY_SECRETARY: frozenset({BodyKind.COMMUNITY_OFFICE}),
    Office.SUBDISTRICT_OFFICER: frozenset({BodyKind.SUBDISTRICT_OFFICE}),
    Office.DISTRICT_OFFICER: frozenset({BodyKind.DISTRICT_OFFICE}),
    Office.AUDITOR: frozenset({BodyKind.DISTRICT_OFFICE}),
    Office.ADMINISTRATOR: frozenset({BodyKind.DISTRICT_OFFICE}),
    Office.DEPARTMENT_OFFICER: frozenset({BodyKind.DEPARTMENT}),
    Office.COMMITTEE_DIRECTOR: frozenset(COMMITTEE_BODIES),
}
# At which kinds of place: an observer of a whole district would see all of it.
PLACE_OF_OFFICE = {
    Office.BUTLER: frozenset({PlaceKind.ESTATE, PlaceKind.BUILDING}),
    Office.BRANCH_SECRETARY: frozenset({PlaceKind.COMMUNITY, PlaceKind.ESTATE}),
    Office.COMMITTEE_MEMBER: frozenset({PlaceKind.ESTATE}),
    Office.OBSERVER: frozenset({PlaceKind.ESTATE}),
    Office.WARDEN: frozenset({PlaceKind.ESTATE}),
    Office.INTEGRITY_SUPERVISOR: frozenset({PlaceKind.COMMUNITY}),
}


def fits(office: Office, seat: Seat) -> bool:
    """Whether an office is held at a seat of this kind."""
    if isinstance(seat, Grid):
        return office in GRID_OFFICES
    if isinstance(seat, Body):
        return seat.kind in BODY_OF_OFFICE.get(office, ())
    return seat.kind in PLACE_OF_OFFICE.get(office, ())


@dataclass(frozen=True)
class Grant:
    """Who gives an office, by the offices they hold, and the sentence that says so."""

    by: frozenset[Office]
    sentence: "StrOrPromise"


_COMMUNITY = COMMUNITY_OFFICES | OVERSEER_OFFICES
_BY_COMMUNITY = Grant(
    _COMMUNITY, _("This office is given by the community's office, or by an office above it.")
)
_BY_SUBDISTRICT = Grant(
    OVERSEER_OFFICES,
    _("People of a community's office are appointed by the subdistrict or the district."),
)
_BY_DISTRICT = Grant(
    frozenset({Office.DISTRICT_OFFICER}), _("This office is given by an officer of the district.")
)
_BY_FIRM = Grant(
    frozenset({Office.FIRM_MANAGER, Office.DISTRICT_OFFICER}),
    _("A firm's people are appointed by its own manager, or by the district."),
)
_BY_CONSOLE = Grant(
    frozenset(),
    _(
        "Auditors and administrators are entered by whoever runs the portal, so that nobody "
        "chooses those who watch over them."
    ),
)
APPOINTED_BY: dict[Office, Grant] = {
    Office.GRID_WORKER: _BY_COMMUNITY,
    Office.GRID_LEADER: _BY_COMMUNITY,
    Office.WARDEN: _BY_COMMUNITY,
    Office.OBSERVER: _BY_COMMUNITY,
    Office.COMMITTEE_MEMBER: _BY_COMMUNITY,
    Office.COMMITTEE_DIRECTOR: _BY_COMMUNITY,
    Office.BRANCH_SECRETARY: Grant(
        frozenset({Office.COMMUNITY_SECRETARY}) | OVERSEER_OFFICES,
        _("Branch secretaries are entered by the community's secretary, or by an office above."),
    ),
    Office.BUTLER: Grant(
        _COMMUNITY | {Office.FIRM_MANAGER},
        _("Butlers are named by the manager of the firm that serves the estate, or the community."),
    ),
    Office.COMMUNITY_CLERK: _BY_SUBDISTRICT,
    Office.COMMUNITY_SECRETARY: _BY_SUBDISTRICT,
    Office.INTEGRITY_SUPERVISOR: _BY_DISTRICT,
    Office.SUBDISTRICT_OFFICER: _BY_DISTRICT,
    Office.DEPARTMENT_OFFICER: _BY_DISTRICT,
    Office.FIRM_MANAGER: _BY_DISTRICT,
    Office.FIRM_CLERK: _BY_FIRM,
    Office.REPAIRER: _BY_FIRM,
    Office.DISTRICT_OFFICER: Grant(
        frozenset({Office.ADMINISTRATOR}),
        _("Officers of the district are entered by its administrator."),
    ),
    Office.AUDITOR: _BY_CONSOLE,
    Office.ADMINISTRATOR: _BY_CONSOLE,
}
# Without the last of these nobody could give the district's offices any more.
NEVER_VACANT = frozenset({Office.DISTRICT_OFFICER, Office.ADMINISTRATOR})


def place_of(seat: Seat) -> Place:
    """The place a seat answers for."""
    if isinstance(seat, Body):
        return seat.place
    return seat.community if isinstance(seat, Grid) else seat


def may_appoint(actor: Actor, office: Office, seat: Seat) -> bool:
    """Whether this actor gives, and takes, this office at this seat; the console any."""
    if isinstance(actor, Clock):
        return True
    if not isinstance(actor, User):
        return False
    standing = standing_of(actor)
    givers = APPOINTED_BY[office].by
    return any(
        held.office in givers and _reaches(held, standing, seat) for held in standing.appointments
    )


def _reaches(held: Appointment, standing: Standing, seat: Seat) -> bool:
    if held.body is None:
        return False
    if held.office in FIRM_OFFICES:
        return _reaches_of_firm(held.body, standing, seat)
    if held.office == Office.ADMINISTRATOR:
        return isinstance(seat, Body) and seat.pk == held.body_id
    if standing.served_estate_ids and _served(standing, seat):
        return False  # there they are the firm's people and nothing else
    return place_of(seat).code.startswith(held.body.place.code)


def _reaches_of_firm(firm: Body, standing: Standing, seat: Seat) -> bool:
    if isinstance(seat, Body):
        return seat.pk == firm.pk
    estate = seat.above(PlaceKind.ESTATE) if isinstance(seat, Place) else None
    serving = Contract.objects.in_force(standing.on).filter(firm=firm, estate=estate)
    return estate is not None and serving.exists()


def _served(standing: Standing, seat: Seat) -> bool:
    """Whether the seat is at an estate which this person's own firm serves."""
    if isinstance(seat, Grid):
        return seat.buildings.filter(parent__in=standing.served_estate_ids).exists()
    estate = place_of(seat).above(PlaceKind.ESTATE)
    return estate is not None and estate.pk in standing.served_estate_ids


def check_may_appoint(actor: Actor, office: Office, seat: Seat, person: User | None = None) -> None:
    """Raises NotAllowed, with the reason, for everybody else; and for oneself."""
    if person is not None and isinstance(actor, User) and actor.pk == person.pk:
        raise NotAllowed(_("Nobody gives or takes an office of their own: ask the office above."))
    if not may_appoint(actor, office, seat):
        raise NotAllowed(APPOINTED_BY[office].sentence)


def offices_to_give(actor: Actor, seat: Seat) -> list[Office]:
    """The offices this actor may give at this seat, in their usual order."""
    return [office for office in Office if fits(office, seat) and may_appoint(actor, office, seat)]


# --- Whose offices one may read ----------------------------------------------------------


def under(codes: Iterable[str]) -> Q:
    """Offices held at, or beneath, places of these codes."""
    found = Q(pk__in=())
    for code in codes:
        found |= Q(body__place__code__startswith=code)
        found |= Q(grid__community__code__startswith=code)
        found |= Q(place__code__startswith=code)
    return found


def offices_seen(user: User, *, auditing: bool = True) -> Q:
    """The offices, past and to come, that this person may read: those under their own scope.

    A firm's manager reads those of the firm and the butlers of the estates it serves; an
    administrator those of the district's office. Works for appointments and invitations.
    """
    standing = standing_of(user)
    found = under((*kept_codes(user), *(standing.auditor_codes if auditing else ())))
    managed = [a.body_id for a in standing.appointments if a.office == Office.FIRM_MANAGER]
    if managed:
        found |= Q(body__in=managed)
        served = standing.served_estate_ids
        estates = Q(place__in=served) | Q(place__parent__in=served)
        found |= Q(office=Office.BUTLER) & estates
    kept = [a.body_id for a in standing.appointments if a.office == Office.ADMINISTRATOR]
    return found | Q(body__in=kept) if kept else found


def reads_offices(user: User) -> bool:
    """Whether there is any scope at all in which this person reads offices."""
    standing = standing_of(user)
    reading = {Office.FIRM_MANAGER, Office.ADMINISTRATOR}
    return bool(kept_codes(user) or standing.auditor_codes or standing.holds(*reading))


def check_reads_offices(user: User) -> None:
    if not reads_offices(user):
        raise NotAllowed(_("The register of offices is for those who give or oversee them."))
