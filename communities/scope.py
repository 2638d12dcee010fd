"""Which places a person answers for, and who holds an office here today."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from time import monotonic

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from common import workdays
from common.now import pretended, today
from communities.models import (
    COMMUNITY_OFFICES,
    DESK_BODIES,
    DESK_OFFICES,
    FIRM_OFFICES,
    GRID_OFFICES,
    HANDLING_OFFICES,
    OVERSEER_OFFICES,
    WATCHER_OFFICES,
    Appointment,
    Body,
    CalendarDay,
    Contract,
    DutyShift,
    Office,
    Place,
    PlaceCode,
    PlaceKind,
    in_force,
)
from communities.models.grids import Grid


def day_of(at: datetime) -> date:
    """The Shanghai day of a moment."""
    return at.astimezone(workdays.SHANGHAI).date()


@dataclass(frozen=True)
class Standing:
    """What a person is, where, today. Codes hold every code their place ever had."""

    on: date = date.min
    appointments: tuple[Appointment, ...] = ()
    overseer_codes: tuple[str, ...] = ()
    community_codes: tuple[str, ...] = ()
    watcher_codes: tuple[str, ...] = ()
    # Places at which this person holds a desk office.
    desk_place_ids: frozenset[int] = frozenset()
    grid_building_ids: frozenset[int] = frozenset()
    grid_estate_ids: frozenset[int] = frozenset()
    # Bodies whose orders this person handles: as manager, clerk, officer or committee's director.
    handler_body_ids: frozenset[int] = frozenset()
    repairer_body_ids: frozenset[int] = frozenset()
    # Estates served by a firm this person holds any office at: there the firm's view is all.
    served_estate_ids: frozenset[int] = frozenset()
    auditor_codes: tuple[str, ...] = ()
    administrator: bool = False
    # Every code that the place of each office, by its key, ever had.
    place_codes: Mapping[int, Collection[str]] = field(default_factory=dict, compare=False)

    @cached_property
    def acting_desk_ids(self) -> frozenset[int]:
        """One's own desks and those beneath that nobody holds: vacancy is worked out when asked."""
        if not self.overseer_codes:
            return self.desk_place_ids
        return self.desk_place_ids | vacant_beneath(self.desk_place_ids, self.on)

    def holds(self, *offices: str) -> bool:
        """Whether any of these offices is held, anywhere."""
        return any(a.office in offices for a in self.appointments)

    def reaches(self, appointment: Appointment, code: str) -> bool:
        """Whether a code, of today or a former one, lies where this office is held."""
        ever = self.place_codes.get(_place_id(appointment) or 0, ())
        return any(code.startswith(begins) for begins in ever)

    def office_at(self, offices: Iterable[str]) -> Appointment | None:
        """The first appointment to one of these offices."""
        wanted = frozenset(offices)
        return next((a for a in self.appointments if a.office in wanted), None)


NOBODY = Standing()


# Seconds for which a user object remembers its standing: longer than any request.
REMEMBERED = 30.0


def standing_of(user: User) -> Standing:
    """What this user is today, read once per request and kept on the user object.

    Only how long it is kept goes by this process's clock; what day it is, the database says.
    """
    held = pretended()
    kept: tuple[datetime | None, float, Standing] | None = getattr(user, "_standing", None)
    if kept is None or kept[0] != held or monotonic() - kept[1] > REMEMBERED:
        kept = (held, monotonic(), _read_standing(user, today()))
        user._standing = kept  # type: ignore[attr-defined]
    return kept[2]


def _read_standing(user: User, on: date) -> Standing:
    held = tuple(
        Appointment.objects.in_force(on)
        .filter(user_id=user.pk)
        .select_related("body__place", "grid__community", "place")
        .order_by("from_on", "pk")
    )
    if not held:
        return NOBODY
    at_bodies = [(a.office, a.body) for a in held if a.body is not None]
    desks = frozenset(body.place_id for office, body in at_bodies if office in DESK_OFFICES)
    firms = {body.pk for office, body in at_bodies if office in FIRM_OFFICES}
    grids = {a.grid_id for a in held if a.grid_id is not None and a.office in GRID_OFFICES}
    buildings = dict(
        Place.objects.filter(in_grids__in=grids).values_list("pk", "parent_id") if grids else ()
    )
    served = frozenset(
        Contract.objects.in_force(on).filter(firm__in=firms).values_list("estate_id", flat=True)
        if firms
        else ()
    )
    codes = _codes_ever(held)
    return Standing(
        on=on,
        appointments=held,
        overseer_codes=_at(codes, held, OVERSEER_OFFICES),
        community_codes=_at(codes, held, COMMUNITY_OFFICES),
        watcher_codes=_at(codes, held, WATCHER_OFFICES),
        desk_place_ids=desks,
        grid_building_ids=frozenset(buildings),
        grid_estate_ids=frozenset(buildings.values()),
        # A community that handles for want of a firm handles through its own office.
        handler_body_ids=frozenset(
            body.pk
            for office, body in at_bodies
            if office in HANDLING_OFFICES | COMMUNITY_OFFICES
            # Where their own firm serves they are the firm's people and nobody's director.
            and not (office == Office.COMMITTEE_DIRECTOR and body.place_id in served)
        ),
        repairer_body_ids=frozenset(
            body.pk for office, body in at_bodies if office == Office.REPAIRER
        ),
        served_estate_ids=served,
        auditor_codes=_at(codes, held, {Office.AUDITOR}),
        administrator=any(a.office == Office.ADMINISTRATOR for a in held),
        place_codes=codes,
    )


def _place_id(appointment: Appointment) -> int | None:
    if appointment.body is not None:
        return appointment.body.place_id
    return appointment.place_id


def _codes_ever(held: Sequence[Appointment]) -> dict[int, set[str]]:
    """Every code, old and new, of the places these appointments are held at."""
    found: dict[int, set[str]] = {}
    for appointment in held:
        place = appointment.body.place if appointment.body is not None else appointment.place
        if place is not None:
            found.setdefault(place.pk, set()).add(place.code)
    for place_id, code in PlaceCode.objects.filter(place__in=found).values_list("place", "code"):
        found[place_id].add(code)
    return found


def _at(
    codes: dict[int, set[str]], held: Sequence[Appointment], offices: Iterable[str]
) -> tuple[str, ...]:
    wanted = frozenset(offices)
    return tuple(
        sorted(
            code for a in held if a.office in wanted for code in codes.get(_place_id(a) or 0, ())
        )
    )


def staffed(on: date) -> Exists:
    """Whether anybody who can sign in holds the desk of the outer place on this day."""
    return Exists(
        Appointment.objects.filter(
            in_force(on),
            office__in=sorted(DESK_OFFICES),
            body__place=OuterRef("pk"),
            user__is_active=True,
        )
    )


def vacant_beneath(places: Iterable[int], on: date) -> frozenset[int]:
    """Places under these whose desk nobody holds, so that it falls to the office above.

    A subdistrict stands in for its vacant communities; the district for its vacant
    subdistricts, and for vacant communities of those.
    """
    ids = list(places)
    first = list(
        Place.objects.filter(
            ~staffed(on),
            parent__in=ids,
            kind__in=(PlaceKind.COMMUNITY, PlaceKind.SUBDISTRICT),
        ).values_list("pk", "kind")
    )
    vacant = {pk for pk, _kind in first}
    subdistricts = [pk for pk, kind in first if kind == PlaceKind.SUBDISTRICT]
    if subdistricts:
        vacant.update(
            Place.objects.filter(
                ~staffed(on), parent__in=subdistricts, kind=PlaceKind.COMMUNITY
            ).values_list("pk", flat=True)
        )
    return frozenset(vacant)


@dataclass(frozen=True)
class Seat:
    """Somebody to be told: who, in which office, at which body, grid or place."""

    user_id: int
    office: str
    body_id: int | None
    body_place_id: int | None
    grid_id: int | None
    # For an office at a firm: those of the estates asked about that the firm serves.
    serves: frozenset[int] = frozenset()


def seats_near(
    places: Iterable[int],
    bodies: Iterable[int],
    estates: Iterable[int],
    on: date,
    grid_of: Place | None = None,
) -> list[Seat]:
    """Everybody who may have to hear of an order: desks of places, bodies, and the grid.

    With them everybody of the firms that serve the estates, because whoever holds an office there
    hears of an order as the firm or not at all. `grid_of` is a building, or an estate for trouble
    that has no building. One query for all of them, because filing an order must not cost one
    per office.
    """
    asked = frozenset(estates)
    firms = Contract.objects.in_force(on).filter(estate__in=asked)
    near = Q(body__place__in=list(places), office__in=sorted(DESK_OFFICES))
    near |= Q(body__in=list(bodies))
    near |= Q(body__in=firms.values("firm"), office__in=sorted(FIRM_OFFICES))
    if grid_of is not None:
        column = "buildings" if grid_of.kind == PlaceKind.BUILDING else "buildings__parent"
        grids = Grid.objects.filter(**{column: grid_of.pk})
        near |= Q(grid__in=grids, office__in=sorted(GRID_OFFICES))
    rows = (
        Appointment.objects.in_force(on)
        .filter(near, user__is_active=True)
        .values_list("user_id", "office", "body_id", "body__place_id", "grid_id")
        .order_by("pk")
    )
    return _with_served([Seat(*row) for row in rows], asked, on)


def _with_served(seats: list[Seat], estates: frozenset[int], on: date) -> list[Seat]:
    """Say which estates each firm's people serve; for one estate that is known already."""
    at_firms = [seat for seat in seats if seat.office in FIRM_OFFICES]
    if not at_firms:
        return seats
    served: dict[int | None, frozenset[int]]
    if len(estates) == 1:
        served = {seat.body_id: estates for seat in at_firms}
    else:
        served = defaultdict(frozenset)
        contracts = Contract.objects.in_force(on).filter(estate__in=estates)
        for firm, estate in contracts.values_list("firm", "estate"):
            served[firm] |= {estate}
    return [
        replace(seat, serves=served[seat.body_id]) if seat.office in FIRM_OFFICES else seat
        for seat in seats
    ]


class Seats(list[Seat]):
    """Seats, found by desk, by body and by estate served without going through all of them.

    A sweep asks for thousands of orders; going through every seat each time would cost it more
    than everything else.
    """

    @cached_property
    def _at_desks(self) -> dict[int | None, frozenset[int]]:
        return _users_by(
            (seat.body_place_id, seat.user_id) for seat in self if seat.office in DESK_OFFICES
        )

    @cached_property
    def _by_body(self) -> dict[int | None, list[Seat]]:
        found: dict[int | None, list[Seat]] = {}
        for seat in self:
            found.setdefault(seat.body_id, []).append(seat)
        return found

    @cached_property
    def _serving(self) -> dict[int | None, frozenset[int]]:
        return _users_by((estate, seat.user_id) for seat in self for estate in seat.serves)

    def at_desk(self, place: Place) -> frozenset[int]:
        """The users who hold the desk of this very place."""
        return self._at_desks.get(place.pk, frozenset())

    def at_body(self, body_id: int | None, offices: Collection[str]) -> frozenset[int]:
        """The users who hold one of these offices at a body."""
        if body_id is None:
            return frozenset()
        held = self._by_body.get(body_id, ())
        return frozenset(seat.user_id for seat in held if seat.office in offices)

    def serving(self, estate_id: int) -> frozenset[int]:
        """The users who hold any office at a firm that serves this estate."""
        return self._serving.get(estate_id, frozenset())

    def acting(self, desk: Place, apart: frozenset[int] = frozenset()) -> Place:
        """The place whose office acts for this desk: itself, or the nearest with somebody else."""
        return next((place for place in desk.chain() if self.at_desk(place) - apart), desk)


def _users_by(pairs: Iterable[tuple[int | None, int]]) -> dict[int | None, frozenset[int]]:
    found: dict[int | None, set[int]] = {}
    for key, user_id in pairs:
        found.setdefault(key, set()).add(user_id)
    return {key: frozenset(users) for key, users in found.items()}


def acting_desk(desk: Place, seats: Iterable[Seat]) -> Place:
    """The place whose office acts for this desk: itself, or the nearest above that has anybody."""
    return Seats(seats).acting(desk)


def on_duty(places: Iterable[int], at: datetime) -> dict[int, tuple[int, ...]]:
    """Who is to be reached at the desks of these places at a moment, by their rosters: user ids.

    A of the shift; B where A is marked away, can no longer sign in or no longer holds a desk
    office there. A place is not in the answer where no shift covers the moment, or neither of
    the two can be reached: then everybody at the desk hears. One query for all of them, because
    a sweep asks for hundreds of desks at once.
    """
    office = Appointment.objects.in_force(day_of(at)).filter(
        office__in=sorted(DESK_OFFICES), body=OuterRef("body"), user__is_active=True
    )
    rows = (
        DutyShift.objects.covering(at)
        .filter(body__place__in=list(places))
        .annotate(
            a_serves=Exists(office.filter(user=OuterRef("user"))),
            b_serves=Exists(office.filter(user=OuterRef("deputy"))),
        )
        .order_by("pk")
        .values_list("body__place", "user", "a_absent", "a_serves", "deputy", "b_serves")
    )
    found: dict[int, tuple[int, ...]] = {}
    for place, user, absent, a_serves, deputy, b_serves in rows:
        reached = user if a_serves and not absent else deputy if b_serves else None
        if reached is not None and reached not in found.get(place, ()):
            found[place] = (*found.get(place, ()), reached)
    return found


def firm_in_force(estate: Place, on: date) -> Body | None:
    """The firm that serves this estate today, if any."""
    contract = (
        Contract.objects.in_force(on)
        .filter(estate=estate)
        .select_related("firm")
        .order_by("-from_on")
        .first()
    )
    return contract.firm if contract else None


def office_of(place: Place) -> Body | None:
    """The office that answers for a community, subdistrict or district."""
    return Body.objects.filter(place=place, kind__in=sorted(DESK_BODIES)).order_by("pk").first()


def calendar_for(years: Iterable[int]) -> workdays.Calendar:
    """The calendar of these years and the two after each, as far as notices were entered."""
    wanted = {year + ahead for year in years for ahead in (0, 1, 2)}
    rows = CalendarDay.objects.filter(notice__year__in=wanted).values_list(
        "on", "working", "name", "notice__year"
    )
    days: dict[date, workdays.Day] = {}
    known: set[int] = set()
    for on, working, name, year in rows:
        days[on] = workdays.Day(on=on, working=working, name=name)
        known.add(year)
    return workdays.Calendar(days=days, years=frozenset(known))
