"""What the portal counts of a firm at an estate itself, and the rows behind each count.

A figure of a card is the sum over these rows and the list behind it is these rows, so that the
two cannot differ. A late promise counts against whoever held it and nobody else (DOMAIN part 5);
what reporters say counts for whoever handled the order. Only complaints of the period count.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from fractions import Fraction
from functools import partial
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from communities.models import Condition, PlaceKind
from communities.queries.estates import facilities_seen
from communities.queries.indicator_rows import ONE, counts_if
from complaints.queries import rates
from complaints.workflow import Stage
from ratings.models import Period
from ratings.queries.rectification import rectified
from ratings.queries.subjects import Pair
from ratings.terms import Method, Source, Terms

Counted = tuple[int, int]
Rows = Callable[[rates.Span], "QuerySet[Any]"]
# The item made of three rates (assessment sheet, D8-2): response 30 %, solved and satisfied 35 %.
ORDERS = {
    "response": Fraction("0.30"),
    "solved": Fraction("0.35"),
    "satisfied": Fraction("0.35"),
}


def _promises(which: Q, span: rates.Span) -> "QuerySet[Any]":
    rows: QuerySet[Any] = rates.promises(which & Q(stage=Stage.HANDLE), span).annotate(
        body=F("held_by"), estate=F("complaint__estate")
    )
    return rows


def _of_orders(rows: Rows, span: rates.Span) -> "QuerySet[Any]":
    found: QuerySet[Any] = rows(span).annotate(body=F("handler"))
    return found


ROWS: dict[str, Rows] = {
    # The first answer to the reporter's trouble: the handling of the first round.
    "response": partial(_promises, Q(round=1)),
    "on_time": partial(_promises, Q()),
    "solved": partial(_of_orders, rates.asked),
    "satisfied": partial(_of_orders, rates.satisfied),
    "reopened": partial(_of_orders, rates.reopened),
    "repeat": partial(_of_orders, rates.repeated),
}


def rows_behind(figure: str, period: Period, pair: Pair) -> "QuerySet[Any]":
    """The rows of one figure of one firm at one estate, each with `num`, `den` and `key`."""
    estate, body = pair
    rows = ROWS[figure](span_of(period))
    return rows.filter(body=body, estate=estate)


def span_of(period: Period) -> rates.Span:
    return rates.days(period.from_on, period.until_on)


def wanted(terms: Terms) -> set[str]:
    """The figures that these terms count with: of parts and of single items."""
    asked: set[str] = set()
    for part in terms.parts:
        if part.source == Source.COMPLAINTS:
            asked |= set(part.weights)
        asked |= {item.figure for item in part.items if item.method == Method.SYSTEM}
    return asked


def counted(period: Period, bodies: Collection[int]) -> dict[str, dict[Pair, Counted]]:
    """Every figure the period's terms ask for, by estate and body: one query a figure."""
    asked = wanted(period.version.read)
    orders = asked & set(ROWS) | (set(ORDERS) if "orders" in asked else set())
    found = {figure: _sums(ROWS[figure](span_of(period)), bodies) for figure in sorted(orders)}
    if "orders" in asked:
        found["orders"] = _three_rates(found)
    if "rectified" in asked:
        found["rectified"] = _rectified(period, bodies)
    return found


def _sums(rows: "QuerySet[Any]", bodies: Collection[int]) -> dict[Pair, Counted]:
    sums = (
        rows.filter(body__in=bodies)
        .order_by()
        .values_list("estate", "body")
        .annotate(a=Coalesce(Sum("num"), 0), b=Coalesce(Sum("den"), 0))
    )
    return {(estate, body): (a, b) for estate, body, a, b in sums}


def _three_rates(found: Mapping[str, Mapping[Pair, Counted]]) -> dict[Pair, Counted]:
    """The three rates as one share; where one of them counts nothing the item does not apply."""
    pairs: dict[Pair, Fraction] = defaultdict(Fraction)
    complete = set.intersection(*(set(found[name]) for name in ORDERS))
    for pair in complete:
        for name, weight in ORDERS.items():
            pairs[pair] += weight * Fraction(*found[name][pair])
    return {pair: (share.numerator, share.denominator) for pair, share in pairs.items()}


def _rectified(period: Period, bodies: Collection[int]) -> dict[Pair, Counted]:
    """Of the period before: nothing to put right does not apply."""
    before = (
        Period.objects.filter(scheme=period.scheme_id, from_on__lt=period.from_on)
        .order_by("-from_on")
        .first()
    )
    if before is None:
        return {}
    return {
        (estate, body): pair for (body, estate), pair in rectified(before).items() if body in bodies
    }


def facilities_of(period: Period) -> "QuerySet[Any]":
    """The facilities of the scheme's place on the period's last day, as they were last found."""
    last = period.until_on - timedelta(days=1)
    estate = Case(When(place__kind=PlaceKind.BUILDING, then=F("place__parent")), default=F("place"))
    rows: QuerySet[Any] = facilities_seen(period.scheme.place.code, last).annotate(
        num=counts_if(Q(found=Condition.INTACT)), den=ONE, estate=estate
    )
    return rows


def intact(period: Period) -> dict[int, Counted]:
    """Facilities found intact, of all there are, by estate; one query."""
    if "facilities" not in wanted(period.version.read):
        return {}
    sums = (
        facilities_of(period).order_by().values_list("estate").annotate(a=Sum("num"), b=Sum("den"))
    )
    return {estate: (a, b) for estate, a, b in sums}
