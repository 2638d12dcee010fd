"""Verbs about places, bodies, contracts and offices."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import CLOCK, Actor
from accounts.models import User
from common.errors import Invalid
from common.now import today
from communities.models import (
    CODE_LENGTH,
    Appointment,
    Body,
    BodyKind,
    Contract,
    Grid,
    Office,
    Place,
    PlaceCode,
    PlaceKind,
)

FIRM_SEATS = frozenset({Office.FIRM_MANAGER, Office.FIRM_CLERK, Office.REPAIRER})
GRID_SEATS = frozenset({Office.GRID_WORKER, Office.GRID_LEADER})
# At which kinds of body an office is held; offices not named here are held at a place.
BODY_OF_OFFICE = {
    **dict.fromkeys(FIRM_SEATS, frozenset({BodyKind.FIRM})),
    Office.COMMUNITY_CLERK: frozenset({BodyKind.COMMUNITY_OFFICE}),
    Office.COMMUNITY_SECRETARY: frozenset({BodyKind.COMMUNITY_OFFICE}),
    Office.SUBDISTRICT_OFFICER: frozenset({BodyKind.SUBDISTRICT_OFFICE}),
    Office.DISTRICT_OFFICER: frozenset({BodyKind.DISTRICT_OFFICE}),
    Office.AUDITOR: frozenset({BodyKind.DISTRICT_OFFICE}),
    Office.ADMINISTRATOR: frozenset({BodyKind.DISTRICT_OFFICE}),
    Office.DEPARTMENT_OFFICER: frozenset({BodyKind.DEPARTMENT}),
    Office.COMMITTEE_DIRECTOR: frozenset(
        {BodyKind.OWNERS_COMMITTEE, BodyKind.MANAGEMENT_COMMITTEE}
    ),
}


@transaction.atomic
def found_place(
    *, kind: str, code: str, name: str, parent: Place | None = None, from_on: date | None = None
) -> Place:
    """Enter a place. Raises Invalid unless the code has its kind's length and parent's start."""
    fits = len(code) == CODE_LENGTH[PlaceKind(kind)] and code.isdigit()
    if not fits or (parent is not None and not code.startswith(parent.code)):
        raise Invalid(fields={"code": [_("This code does not fit the kind of place.")]})
    place = Place.objects.create(kind=kind, code=code, name=name, parent=parent)
    PlaceCode.objects.create(place=place, code=code, from_on=from_on or today())
    return place


def found_body(*, kind: str, code: str, name: str, place: Place, duty: str = "") -> Body:
    """Enter a body. Raises Invalid where the code is taken."""
    if Body.objects.filter(code=code).exists():
        raise Invalid(fields={"code": [_("This code is taken.")]})
    return Body.objects.create(kind=kind, code=code, name=name, place=place, duty=duty)


@transaction.atomic
def appoint(
    user: User,
    *,
    by: Actor = CLOCK,
    office: str,
    at: Body | Grid | Place,
    from_on: date,
    until_on: date | None = None,
) -> Appointment:
    """Give a person an office at a body, a grid or a place, over [from_on, until_on).

    Raises Invalid where the office is not held at such a seat.
    """
    wanted = BODY_OF_OFFICE.get(Office(office))
    if wanted is not None:
        fits = isinstance(at, Body) and at.kind in wanted
    elif office in GRID_SEATS:
        fits = isinstance(at, Grid)
    else:
        fits = isinstance(at, Place)
    if not fits:
        raise Invalid(fields={"office": [_("This office is not held at such a seat.")]})
    appointment = Appointment.objects.create(
        user=user,
        office=office,
        body=at if isinstance(at, Body) else None,
        grid=at if isinstance(at, Grid) else None,
        place=at if isinstance(at, Place) else None,
        from_on=from_on,
        until_on=until_on,
    )
    audit.record(
        by=by,
        verb="appoint",
        target_kind="user",
        target=str(user.public_id),
        office=office,
        seat=at.code,
    )
    return appointment


@transaction.atomic
def dismiss(appointment: Appointment, *, by: Actor, on: date) -> None:
    """End an appointment: `on` is the first day without it."""
    if on <= appointment.from_on:
        raise Invalid(fields={"on": [_("An office cannot end before it begins.")]})
    appointment.until_on = on
    appointment.save(update_fields=["until_on"])
    audit.record(
        by=by,
        verb="dismiss",
        target_kind="user",
        target=str(appointment.user.public_id),
        office=appointment.office,
        seat=appointment.seat.code,
    )


@transaction.atomic
def engage_firm(
    firm: Body, *, estate: Place, from_on: date, until_on: date | None = None, by: Actor = CLOCK
) -> Contract:
    """Record a service contract. Raises Invalid where another firm serves the estate then."""
    Place.objects.select_for_update().get(pk=estate.pk)
    others = Contract.objects.filter(estate=estate)
    if until_on is not None:
        others = others.filter(from_on__lt=until_on)
    if any(c.until_on is None or c.until_on > from_on for c in others):
        raise Invalid(fields={"estate": [_("Another firm serves this estate at that time.")]})
    contract = Contract.objects.create(firm=firm, estate=estate, from_on=from_on, until_on=until_on)
    audit.record(
        by=by,
        verb="engage_firm",
        target_kind="estate",
        target=estate.code,
        firm=firm.code,
        from_on=from_on.isoformat(),
    )
    return contract


@transaction.atomic
def end_engagement(contract: Contract, *, by: Actor, on: date) -> None:
    """End a contract: `on` is the first day without the firm."""
    if on <= contract.from_on:
        raise Invalid(fields={"on": [_("A contract cannot end before it begins.")]})
    contract.until_on = on
    contract.save(update_fields=["until_on"])
    audit.record(by=by, verb="end_engagement", target_kind="estate", target=contract.estate.code)
