"""Offices under one's scope, who might be given one, what is vacant, and what crosses over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Coalesce
from django.http import Http404

from accounts.actions import MOBILE
from accounts.models import User
from common.masks import mask_name, mask_phone
from common.now import now
from common.paging import Sorting
from communities.models import (
    COMMUNITY_OFFICES,
    DIVISIONS,
    FIRM_OFFICES,
    GRID_OFFICES,
    Appointment,
    Body,
    Grid,
    Invitation,
    Office,
    Place,
    PlaceKind,
    in_force,
)
from communities.permissions import kept_codes
from communities.permissions.offices import Seat, offices_seen, under
from communities.rules import rule
from communities.scope import staffed, standing_of

BY_SEAT = Sorting("seat_code", "row")
SEATED = ("user", "by", "body__place", "grid__community", "place__parent__parent")
MOST_FOUND = 20
MOST_VACANT = 50
KINDS: tuple[tuple[str, type[Any], str], ...] = (
    ("body", Body, "place"),
    ("grid", Grid, "community"),
    ("place", Place, "parent"),
)


def seat_named(kind: str, code: str) -> Seat:
    """The body, grid or place of an address. Else 404."""
    for name, model, above in KINDS:
        if name == kind:
            found: Seat | None = model.objects.select_related(above).filter(code=code).first()
            if found is not None:
                return found
    raise Http404


def kind_of(seat: Seat) -> str:
    """`body`, `grid` or `place`, as addresses name it."""
    return next(name for name, model, _above in KINDS if isinstance(seat, model))


def with_seats(rows: "QuerySet[Appointment]") -> "QuerySet[Appointment]":
    """Appointments with their people and seats, to be paged by seat."""
    code = Coalesce("body__code", "grid__code", "place__code", output_field=CharField())
    return rows.select_related(*SEATED).annotate(seat_code=code, row=Cast("public_id", CharField()))


def offices(
    user: User, on: date, *, state: str = "held", office: str = "", code: str = "", name: str = ""
) -> "QuerySet[Appointment]":
    """The offices this person may read: in force, to come or over; at a place, of an office."""
    rows = with_seats(Appointment.objects.filter(offices_seen(user)))
    if state == "held":
        rows = rows.filter(in_force(on))
    elif state == "coming":
        rows = rows.filter(from_on__gt=on)
    elif state == "over":
        rows = rows.filter(until_on__lte=on)
    elif state == "crossed":
        rows = rows.filter(in_force(on), of_firms(on), office__in=CROSSED)
    if office in Office.values:
        rows = rows.filter(office=office)
    if code:
        rows = rows.filter(under([code]) | Q(body__code=code) | Q(grid__code=code))
    return rows.filter(user__name__icontains=name) if name else rows


def divisions_of(user: User) -> list[Place]:
    """The districts, subdistricts and communities one may narrow a list down to."""
    codes = (*kept_codes(user), *standing_of(user).auditor_codes)
    wanted = Q(pk__in=())
    for code in codes:
        wanted |= Q(code__startswith=code)
    return list(Place.objects.filter(wanted, kind__in=DIVISIONS).order_by("code"))


def appointment_seen(user: User, public_id: Any) -> Appointment:
    """An appointment under this person's scope. Else 404."""
    rows = Appointment.objects.filter(offices_seen(user)).select_related(*SEATED)
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


# --- Whom one may appoint ----------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """Somebody with an account: by name where they hold an office, else masked."""

    user: User
    words: str


def candidates(asker: User, typed: str, on: date) -> list[Candidate]:
    """Those found by a name or a full mobile number.

    By name only people who hold or held an office: the portal is no directory of residents.
    Whoever else has an account is found by those who know the number, and shown masked.
    """
    typed = typed.strip()
    if not typed:
        return []
    held = Appointment.objects.filter(user=OuterRef("pk"))
    people = User.objects.filter(is_active=True).exclude(pk=asker.pk)
    if MOBILE.fullmatch(typed):
        people = people.filter(phone=typed, phone_confirmed_at__isnull=False)
    else:
        people = people.filter(Exists(held), name__icontains=typed)
    people = people.annotate(known=Exists(held)).order_by("name", "pk")
    found = list(people[:MOST_FOUND])
    offices = offices_of(found, on)
    return [
        Candidate(user, _candidate_words(user, offices.get(user.pk, []), known=user.known))
        for user in found
    ]


def _candidate_words(user: User, held: list[Appointment], *, known: bool) -> str:
    number = mask_phone(user.phone) if user.phone else ""
    if not known:
        return " · ".join(part for part in (mask_name(user.name), number) if part)
    named = "; ".join(str(a) for a in held[:2])
    return " · ".join(part for part in (user.name, named, number) if part)


def candidate(asker: User, public_id: Any, typed: str, on: date) -> User | None:
    """One of those found, by public id."""
    return next(
        (c.user for c in candidates(asker, typed, on) if str(c.user.public_id) == str(public_id)),
        None,
    )


def offices_of(people: Iterable[User], on: date) -> dict[int, list[Appointment]]:
    """The offices these people hold, by their ids."""
    rows = Appointment.objects.in_force(on).filter(user__in=list(people))
    found: dict[int, list[Appointment]] = {}
    for row in rows.select_related("body", "grid", "place").order_by("pk"):
        found.setdefault(row.user_id, []).append(row)
    return found


# --- What is vacant ----------------------------------------------------------------------


@dataclass(frozen=True)
class Vacancies:
    """Desks with nobody, estates without a warden, estates with too few observers."""

    desks: list[Body]
    no_warden: list[Place]
    few_observers: list[Place]
    fewest: int  # observers an estate should have


def vacancies(user: User, on: date) -> Vacancies:
    """Under this person's scope; the first fifty of each."""
    scope = Q(pk__in=())
    for code in kept_codes(user):
        scope |= Q(code__startswith=code)
    there = Place.objects.filter(scope).filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))
    empty = there.filter(~staffed(on), kind__in=DIVISIONS)
    desks = Body.objects.filter(
        place__in=empty, kind__in=("community_office", "subdistrict_office", "district_office")
    )
    wardens = Appointment.objects.filter(in_force(on), office=Office.WARDEN, place=OuterRef("pk"))
    observers = Count(
        "appointment",
        filter=Q(appointment__office=Office.OBSERVER, appointment__from_on__lte=on)
        & (Q(appointment__until_on__isnull=True) | Q(appointment__until_on__gt=on)),
    )
    estates = there.filter(kind=PlaceKind.ESTATE).select_related("parent").order_by("code")
    fewest = rule("fewest_observers")
    few = estates.annotate(observers=observers).filter(observers__lt=fewest)
    return Vacancies(
        desks=list(desks.select_related("place").order_by("place__code")[:MOST_VACANT]),
        no_warden=list(estates.filter(~Exists(wardens))[:MOST_VACANT]),
        few_observers=list(few[:MOST_VACANT]),
        fewest=fewest,
    )


# --- Cross-appointments (T4, L4) ---------------------------------------------------------


@dataclass(frozen=True)
class Crossed:
    """People of firms who hold an office with grid or community under a place.

    How many project managers do (T4) is the indicator of that name.
    """

    # Anybody of a firm in a grid; anybody who serves both a firm and a community's desk (L4).
    staff_in_grids: int
    with_community: int


def of_firms(on: date) -> Exists:
    """Whether whoever holds the outer office holds one at a firm on this day as well."""
    return Exists(
        Appointment.objects.filter(
            in_force(on), user=OuterRef("user"), office__in=sorted(FIRM_OFFICES)
        )
    )


CROSSED = sorted(GRID_OFFICES | COMMUNITY_OFFICES)


def crossing(place: Place, on: date) -> "QuerySet[Appointment]":
    """The list behind the count: offices with grid or community held by people of firms."""
    rows = Appointment.objects.in_force(on).filter(under([place.code]), office__in=CROSSED)
    return with_seats(rows.filter(of_firms(on)))


def cross_appointments(place: Place, on: date) -> Crossed:
    """How many people of firms hold an office with grid or community under this place."""
    in_grid = Q(office__in=sorted(GRID_OFFICES))
    at_desk = Q(office__in=sorted(COMMUNITY_OFFICES))
    rows = Appointment.objects.in_force(on).filter(under([place.code]), office__in=CROSSED)
    counted = rows.filter(of_firms(on)).aggregate(
        staff_in_grids=Count("user", distinct=True, filter=in_grid),
        with_community=Count("user", distinct=True, filter=at_desk),
    )
    return Crossed(**counted)


# --- Invitations -------------------------------------------------------------------------


def invitations(user: User, *, waiting: bool = True) -> "QuerySet[Invitation]":
    """Invitations under this person's scope, the latest first; auditors read no numbers."""
    rows = Invitation.objects.filter(offices_seen(user, auditing=False))
    if waiting:
        rows = rows.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now())
    rows = rows.annotate(row=Cast("public_id", CharField()))
    return rows.select_related("by", "body__place", "grid__community", "place").order_by("-at")


def invitation_seen(user: User, public_id: Any) -> Invitation:
    """An invitation under this person's scope. Else 404."""
    found = invitations(user, waiting=False).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
