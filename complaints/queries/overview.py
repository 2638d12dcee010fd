"""Counts of orders by place and by handler: what an official looks at, and what the lists count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from communities.models import Body, Place, PlaceKind
from complaints.models import Deadline, Rating
from complaints.models.orders import OPEN_STATUSES, ComplaintQuerySet
from complaints.workflow import LADDER, Stage, Status

# Orders whose promises to the reporter were settled one way or the other (our decision: what
# was withdrawn or merged away was neither kept nor broken).
SETTLED = (Status.ANSWERED, Status.CLOSED, Status.REFUSED)
# From an order to the place of each kind that holds it.
WAY_TO = {
    PlaceKind.ESTATE: "estate",
    PlaceKind.COMMUNITY: "estate__parent",
    PlaceKind.SUBDISTRICT: "estate__parent__parent",
    PlaceKind.DISTRICT: "estate__parent__parent__parent",
}
# Level 0 is the late stage itself; each level above it is one office further up.
LEVELS = range(1, max(len(rungs) for rungs in LADDER.values()))


def unrated() -> Q:
    """Orders that silence has closed: nobody rated them. They never count as satisfied."""
    return Q(~Exists(Rating.objects.filter(complaint=OuterRef("pk"))), status=Status.CLOSED)


def punctuality(at: datetime) -> dict[str, Q]:
    """Orders settled and never late (`yes`), ever late (`no`), and both together (`either`)."""
    late = Q(escalated_level__isnull=False) | Q(next_due_at__lte=at)
    never = Q(escalated_level__isnull=True, status__in=SETTLED)
    return {"yes": never & ~Q(next_due_at__lte=at), "no": late, "either": never | late}


def broken(at: datetime) -> Q:
    """Promises that were not kept in time: in time means before the due time."""
    return (
        Q(met_at__gte=F("due_at"))
        | Q(void_at__gte=F("due_at"))
        | Q(met_at__isnull=True, void_at__isnull=True, due_at__lte=at)
    )


def was_judged(at: datetime) -> Q:
    """Promises that were met, or should have been by now."""
    return Q(met_at__isnull=False) | broken(at)


def handling(body: Body) -> QuerySet[Deadline]:
    """This body's promises of handling for the order of the outer query."""
    return Deadline.objects.filter(complaint=OuterRef("pk"), stage=Stage.HANDLE, held_by=body)


def late_now(at: datetime) -> Q:
    """Promises still open whose time has come."""
    return Q(met_at__isnull=True, void_at__isnull=True, due_at__lte=at)


@dataclass(frozen=True)
class Figures:
    """How a place stands: its open orders, and those reported since a day."""

    place: Place
    open: int = 0
    late: int = 0
    levels: tuple[int, ...] = (0,) * len(LEVELS)
    reported: int = 0
    unrated: int = 0
    reopened: int = 0
    punctual: int = 0
    settled: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        """Both together, under the name of the first."""
        sums = {
            name: getattr(self, name) + getattr(other, name)
            for name in ("open", "late", "reported", "unrated", "reopened", "punctual", "settled")
        }
        levels = tuple(a + b for a, b in zip(self.levels, other.levels, strict=True))
        return Figures(self.place, levels=levels, **sums)


@dataclass(frozen=True)
class HandlerFigures:
    """How a handler stands. `kept` of `promised`: orders handled in time, of those judged."""

    body: Body
    open: int = 0
    late: int = 0
    kept: int = 0
    promised: int = 0


def by_place(
    orders: ComplaintQuerySet, above: Place, at: datetime, since: datetime
) -> list[Figures]:
    """The places next below this one, also those without orders. Two queries."""
    below = list(Place.objects.filter(parent=above, kind__in=sorted(WAY_TO)).order_by("code"))
    if not below:
        return []
    way = WAY_TO[PlaceKind(below[0].kind)]
    rows = (
        orders.filter(**{WAY_TO[PlaceKind(above.kind)]: above.pk})
        .filter(Q(status__in=OPEN_STATUSES) | Q(reported_at__gte=since))
        .order_by()
        .values(way)
        .annotate(**_place_counts(at, since))
    )
    found = {row.pop(way): row for row in rows}
    return [_figures(place, found.get(place.pk, {})) for place in below]


def _place_counts(at: datetime, since: datetime) -> dict[str, Count]:
    open_now = Q(status__in=OPEN_STATUSES)
    recent = Q(reported_at__gte=since)
    punctual = punctuality(at)
    wanted = {
        "open": open_now,
        "late": open_now & Q(next_due_at__lte=at),
        **{f"level_{n}": open_now & Q(escalated_level=n) for n in LEVELS},
        "reported": recent,
        "unrated": recent & unrated(),
        "reopened": recent & Q(unsolved__gt=0),
        "punctual": recent & punctual["yes"],
        "settled": recent & punctual["either"],
    }
    return {f"n_{name}": Count("pk", filter=which) for name, which in wanted.items()}


def _figures(place: Place, row: Mapping[str, int]) -> Figures:
    names = ("open", "late", "reported", "unrated", "reopened", "punctual", "settled")
    return Figures(
        place,
        levels=tuple(row.get(f"n_level_{n}", 0) for n in LEVELS),
        **{name: row.get(f"n_{name}", 0) for name in names},
    )


def by_handler(orders: ComplaintQuerySet, at: datetime, since: datetime) -> list[HandlerFigures]:
    """Whoever has open orders or promised something since: the latest first. Three queries.

    A late stage counts against whoever held it when it was promised, not against a later handler.
    """
    open_now = dict(
        orders.filter(status__in=OPEN_STATUSES, handler__isnull=False)
        .order_by()
        .values_list("handler")
        .annotate(Count("pk"))
    )
    recent = Q(complaint__reported_at__gte=since)
    promises: dict[int, Mapping[str, Any]] = {
        row["held_by"]: row
        for row in Deadline.objects.filter(
            recent | late_now(at),
            stage=Stage.HANDLE,
            held_by__isnull=False,
            complaint__in=orders.order_by().values("pk"),
        )
        .order_by()
        .values("held_by")
        .annotate(
            late=_orders(late_now(at)),
            promised=_orders(recent & was_judged(at)),
            broken=_orders(recent & broken(at)),
        )
    }
    bodies = Body.objects.in_bulk(open_now.keys() | promises.keys())
    found = [_handler(body, open_now.get(pk, 0), promises.get(pk)) for pk, body in bodies.items()]
    return sorted(found, key=lambda f: (-f.late, -f.open, f.body.code))


def _orders(which: Q) -> Count:
    return Count("complaint", filter=which, distinct=True)


def _handler(body: Body, open_now: int, row: Mapping[str, Any] | None) -> HandlerFigures:
    if row is None:
        return HandlerFigures(body, open=open_now)
    promised = row["promised"]
    return HandlerFigures(body, open_now, row["late"], promised - row["broken"], promised)
