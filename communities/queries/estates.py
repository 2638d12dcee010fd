"""An estate's page: who serves it, who looks after it, how it stands."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import TruncMonth

from communities.models import (
    CODE_LENGTH,
    Appointment,
    Condition,
    Contract,
    Estate,
    EstatePlan,
    Facility,
    Grid,
    Honour,
    Inspection,
    Need,
    Office,
    Place,
    PlaceKind,
    ServiceMode,
    ServiceSpell,
    Visit,
    in_force,
)
from communities.queries.contracts import Served, served
from communities.rules import rule, rules

MONTHS = 6
LATEST = 5


@dataclass(frozen=True)
class Figure:
    """So many of so many, on a day. Nothing to count is blank, never all of it."""

    part: int
    whole: int
    on: date

    @property
    def blank(self) -> bool:
        return not self.whole


def facilities_seen(code: str, on: date) -> Any:
    """The facilities at a place and beneath it on a day, with how each was last found by then."""
    there = Facility.objects.filter(
        Q(installed_on__isnull=True) | Q(installed_on__lte=on),
        Q(removed_on__isnull=True) | Q(removed_on__gt=on),
        place__code__startswith=code,
    )
    last = Inspection.objects.filter(facility=OuterRef("pk"), on__lte=on).order_by("-on", "-pk")
    return there.annotate(found=Subquery(last.values("condition")[:1]))


COUNTED = {"whole": Count("pk"), "part": Count("pk", filter=Q(found=Condition.INTACT))}


def facilities_intact(code: str, on: date) -> Figure:
    """Of the facilities at a place and beneath it on a day, those found intact when last seen.

    The denominator is every facility that was there: installed, not removed. One that nobody has
    looked at, or nobody had by that day, is not intact.
    """
    counted = facilities_seen(code, on).aggregate(**COUNTED)
    return Figure(counted["part"], counted["whole"], on)


def intact_by_estate(places: Iterable[Place], on: date) -> dict[str, Figure]:
    """The same for several estates, by their codes, in one query."""
    codes = {place.code for place in places}
    found = {code: Figure(0, 0, on) for code in codes}
    within = Q(place__code__in=codes) | Q(place__parent__code__in=codes)
    rows = facilities_seen("", on).filter(within).values("place__code").annotate(**COUNTED)
    for row in rows.order_by():
        code = row["place__code"][: CODE_LENGTH[PlaceKind.ESTATE]]
        before = found[code]
        found[code] = Figure(before.part + row["part"], before.whole + row["whole"], on)
    return found


@dataclass(frozen=True)
class Month:
    """A month of visits; the running one may still be met."""

    first: date
    count: int
    running: bool

    @property
    def met(self) -> bool:
        return self.count >= rule("visits_a_month")

    @property
    def state(self) -> str:
        return "met" if self.met else "running" if self.running else "missed"


def visits_by_month(estate: Place, on: date, months: int = MONTHS) -> list[Month]:
    """This month and those before it, the latest first."""
    firsts = [on.replace(day=1)]
    while len(firsts) < months:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    rows = Visit.objects.filter(estate=estate, on__gte=firsts[-1], on__lte=on)
    counts = dict(
        rows.annotate(month=TruncMonth("on"))
        .values("month")
        .annotate(n=Count("pk"))
        .values_list("month", "n")
    )
    return [Month(first, counts.get(first, 0), first == firsts[0]) for first in firsts]


def _months(place: Place, on: date) -> list[Month]:
    """The months in which the estate has had a warden: nobody missed a visit before that."""
    held = Appointment.objects.filter(office=Office.WARDEN, place=place).order_by("from_on")
    since = held.values_list("from_on", flat=True).first() or on
    return [m for m in visits_by_month(place, on) if m.first >= since.replace(day=1)]


# Where a change of service leads, of the three tracks and beside them.
TAKEOVER, TRANSITION, UPGRADE, OTHERWISE = "takeover", "transition", "upgrade", "otherwise"


def track(before: str, after: str) -> str:
    """Caretaker to market is a takeover, self-managed to a firm a transition (T8)."""
    firms = {ServiceMode.MARKET, ServiceMode.COMMUNITY_LED}
    if before == ServiceMode.CARETAKER and after == ServiceMode.MARKET:
        return TAKEOVER
    if before in {ServiceMode.SELF_MANAGED, ServiceMode.NONE} and after in firms:
        return TRANSITION
    return OTHERWISE


@dataclass(frozen=True)
class Change:
    """A spell of service, and the track that led to it; nothing for the first."""

    spell: ServiceSpell
    track: str


def _changes(spells: list[ServiceSpell]) -> list[Change]:
    """The latest first."""
    before = [""] + [spell.mode for spell in spells]
    made = [Change(s, track(b, s.mode) if b else "") for s, b in zip(spells, before, strict=False)]
    return made[::-1]


@dataclass(frozen=True)
class Block:
    """A building: what is known of it, its entrances, who is its butler."""

    place: Place
    entrances: list[Place]
    butlers: list[Appointment]


@dataclass(frozen=True)
class EstatePage:
    """Everything the page of an estate shows to anybody."""

    place: Place
    estate: Estate | None
    on: date
    community: Place | None
    grids: list[Grid]
    served: list[Served]
    changes: list[Change]
    blocks: list[Block]
    wardens: list[Appointment]
    observers: list[Appointment]
    supervisors: list[Appointment]
    intact: Figure
    months: list[Month]
    honours: list[Honour]
    needs: list[Need]
    plan: EstatePlan | None

    @property
    def running(self) -> Contract | None:
        return next((s.contract for s in self.served if s.state == "running"), None)

    @property
    def observers_met(self) -> bool:
        wanted = self.wanted
        return wanted["fewest_observers"] <= len(self.observers) <= wanted["most_observers"]

    @property
    def wanted(self) -> dict[str, int]:
        """How many visits and observers there should be, beside other figures."""
        return rules()


def estate_page(place: Place, on: date) -> EstatePage:
    """The same number of queries however large the estate is."""
    community = place.above(PlaceKind.COMMUNITY)
    buildings = list(
        place.children.filter(kind=PlaceKind.BUILDING)
        .exclude(closed_on__lte=on)
        .select_related("building")
        .prefetch_related("children")
        .order_by("code")
    )
    held = _held(place, community, buildings, on)
    contracts = Contract.objects.filter(estate=place).select_related("firm")
    return EstatePage(
        place=place,
        estate=Estate.objects.filter(place=place).first(),
        on=on,
        community=community,
        grids=list(
            Grid.objects.filter(buildings__in=[b.pk for b in buildings], closed_on=None)
            .distinct()
            .order_by("code")
        ),
        served=served(list(contracts.order_by("from_on")), on),
        changes=_changes(list(place.service_spells.order_by("from_on"))),
        blocks=[
            Block(
                b,
                [e for e in b.children.all() if e.kind == PlaceKind.ENTRANCE],
                [a for a in held[Office.BUTLER] if a.place_id in {b.pk, place.pk}],
            )
            for b in buildings
        ],
        wardens=[a for a in held[Office.WARDEN] if a.place_id == place.pk],
        observers=[a for a in held[Office.OBSERVER] if a.place_id == place.pk],
        supervisors=held[Office.INTEGRITY_SUPERVISOR],
        intact=facilities_intact(place.code, on),
        months=_months(place, on),
        honours=list(
            Honour.objects.filter(place=place, taken_back_on=None)
            .select_related("list")
            .order_by("-list__year", "pk")
        ),
        needs=list(_open_needs(place)),
        plan=place.estate_plans.filter(from_on__lte=on).order_by("-version").first(),
    )


def _held(
    place: Place, community: Place | None, buildings: Iterable[Place], on: date
) -> dict[str, list[Appointment]]:
    """Those who look after the estate, by office."""
    seats = [place.pk, *(building.pk for building in buildings)]
    if community is not None:
        seats.append(community.pk)
    offices = (Office.BUTLER, Office.WARDEN, Office.OBSERVER, Office.INTEGRITY_SUPERVISOR)
    rows = Appointment.objects.filter(
        in_force(on), place__in=seats, office__in=offices, user__is_active=True
    )
    found: dict[str, list[Appointment]] = defaultdict(list)
    for appointment in rows.select_related("user", "place").order_by("from_on", "pk"):
        found[appointment.office].append(appointment)
    return found


def _open_needs(place: Place) -> "Iterable[Need]":
    rows = Need.objects.filter(estate=place, lapsed_on=None).select_related("met_by")
    return rows.order_by("met_on", "-raised_on", "pk")


def facilities_of(place: Place) -> list[Facility]:
    """What is there, with where it stands; those nobody has looked at first."""
    rows = Facility.objects.filter(place__code__startswith=place.code, removed_on=None)
    return list(rows.select_related("place").order_by("place__code", "kind", "name"))


def latest_visits(place: Place) -> list[Visit]:
    rows = Visit.objects.filter(estate=place).select_related("user")
    return list(rows.order_by("-on", "-pk")[:LATEST])


def plans_of(place: Place) -> list[EstatePlan]:
    """Every version, the latest first."""
    return list(place.estate_plans.select_related("by").order_by("-version"))


def signs_of(place: Place) -> list[Place]:
    """A place and what lies in it down to the entrances, as its signs are put up."""
    inside = Place.objects.under(place.code).filter(
        kind__in=(PlaceKind.ESTATE, PlaceKind.BUILDING, PlaceKind.ENTRANCE), closed_on=None
    )
    return list(inside.select_related("parent__parent").order_by("code"))
