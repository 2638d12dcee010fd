"""Pages of a list by where one stopped reading: the thousandth costs what the first does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.db.models.expressions import Combinable

from common.codes import normal
from complaints.models import Complaint
from complaints.models.orders import ComplaintQuerySet

PAGE_SIZE = 20
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Order:
    """How a list is ordered: by one moment and, where two are equal, by reference.

    `after` and `before` give the condition for what follows or precedes a row.
    """

    forward: tuple[str | Combinable, ...]
    backward: tuple[str | Combinable, ...]
    column: str
    after: Callable[[datetime | None, str], Q]
    before: Callable[[datetime | None, str], Q]


def _later_due(due_at: datetime | None, reference: str) -> Q:
    if due_at is None:
        return Q(next_due_at__isnull=True, reference__gt=reference)
    later = Q(next_due_at__gt=due_at) | Q(next_due_at__isnull=True)
    return later | Q(next_due_at=due_at, reference__gt=reference)


def _sooner_due(due_at: datetime | None, reference: str) -> Q:
    if due_at is None:
        return Q(next_due_at__isnull=False) | Q(reference__lt=reference)
    return Q(next_due_at__lt=due_at) | Q(next_due_at=due_at, reference__lt=reference)


def _older(at: datetime | None, reference: str) -> Q:
    return Q(reported_at__lt=at) | Q(reported_at=at, reference__lt=reference)


def _newer(at: datetime | None, reference: str) -> Q:
    return Q(reported_at__gt=at) | Q(reported_at=at, reference__gt=reference)


# The most pressing first; those that owe nothing last.
BY_TIME_LEFT = Order(
    forward=(F("next_due_at").asc(nulls_last=True), "reference"),
    backward=(F("next_due_at").desc(nulls_first=True), "-reference"),
    column="next_due_at",
    after=_later_due,
    before=_sooner_due,
)
NEWEST_FIRST = Order(
    forward=("-reported_at", "-reference"),
    backward=("reported_at", "reference"),
    column="reported_at",
    after=_older,
    before=_newer,
)


@dataclass(frozen=True)
class Page:
    """One page of orders; `next` and `previous` are marks to ask for the neighbours, or empty."""

    rows: list[Complaint]
    next: str
    previous: str


def page(
    orders: ComplaintQuerySet, order: Order, asked: Mapping[str, str], size: int = PAGE_SIZE
) -> Page:
    """The page after the mark `after`, or before the mark `before`, or the first. One query."""
    after, before = _read(asked.get("after", ""), order), _read(asked.get("before", ""), order)
    if before is not None:
        rows = list(orders.filter(order.before(*before)).order_by(*order.backward)[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        return _page(rows, order, earlier=more, later=True)
    if after is not None:
        orders = orders.filter(order.after(*after))
    rows = list(orders.order_by(*order.forward)[: size + 1])
    return _page(rows[:size], order, earlier=after is not None, later=len(rows) > size)


def _page(rows: list[Complaint], order: Order, *, earlier: bool, later: bool) -> Page:
    if not rows:
        return Page([], "", "")
    return Page(
        rows,
        next=_mark(rows[-1], order) if later else "",
        previous=_mark(rows[0], order) if earlier else "",
    )


def _mark(row: Complaint, order: Order) -> str:
    at: datetime | None = getattr(row, order.column)
    return f"{at.isoformat() if at else ''}~{row.reference}"


def _read(mark: str, order: Order) -> tuple[datetime | None, str] | None:
    """A mark as it was written; None for anything else, which then means the first page."""
    moment, _sign, reference = mark.partition("~")
    known = normal(reference)
    try:
        at = datetime.fromisoformat(moment) if moment else None
    except ValueError:
        return None
    if known is None or (at is None and order is not BY_TIME_LEFT):
        return None
    return None if at is not None and at.utcoffset() is None else (at, known)


def count_up_to(orders: ComplaintQuerySet, most: int = MOST_COUNTED) -> int:
    """How many there are, counting no further than one more than `most`."""
    return orders.order_by()[: most + 1].count()
