"""What a bulletin counts: orders dispatched in its quarter, and those overdue, by community.

As many queries for one community as for five hundred. Every count is of orders; nothing here
joins contact, words or reporter of an order.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from common.now import SHANGHAI
from complaints.models import Complaint, Deadline, Rating
from complaints.queries.overview import broken
from complaints.queries.rates import GOOD, Span, within
from complaints.workflow import Stage, Status
from ratings.bulletins.composing import NAMED
from ratings.bulletins.facts import Overdue, Tally

FINISHED = Q(status__in=(Status.ANSWERED, Status.CLOSED))
# Neither kept nor broken: they ended before there was anything to finish.
NOT_COUNTED = (Status.WITHDRAWN, Status.MERGED, Status.REFUSED)


def dispatched(span: Span) -> "QuerySet[Complaint]":
    """Orders first dispatched in the span: handling runs from the dispatch on."""
    first = Deadline.objects.filter(
        within("opened_at", span), complaint=OuterRef("pk"), stage=Stage.HANDLE, round=1
    )
    return Complaint.objects.filter(Exists(first)).exclude(status__in=NOT_COUNTED)


def late(at: datetime) -> Q:
    """Orders of which a promise was broken at any stage."""
    return Q(escalated_level__isnull=False) | Q(next_due_at__lte=at)


def late_handling(at: datetime) -> Q:
    """Orders whose handler broke a promise of handling it held itself."""
    held = Deadline.objects.filter(
        broken(at), complaint=OuterRef("pk"), stage=Stage.HANDLE, held_by=OuterRef("handler")
    )
    return Q(Exists(held))


def _counted(orders: "QuerySet[Any]", column: str, broke: Q) -> "QuerySet[Any]":
    last = Rating.objects.filter(complaint=OuterRef("pk")).order_by("-at", "-pk")
    # Before the grouping: what is annotated after it would be grouped by as well.
    rated: QuerySet[Any] = orders.annotate(points=Subquery(last.values("satisfaction")[:1]))
    counts: QuerySet[Any] = rated.values("estate__parent", column).annotate(
        dispatched=Count("pk"),
        on_time=Count("pk", filter=FINISHED & ~broke),
        late=Count("pk", filter=FINISHED & broke),
        unfinished=Count("pk", filter=~FINISHED),
        overdue=Count("pk", filter=~FINISHED & broke),
        rated=Count("pk", filter=Q(points__isnull=False)),
        dissatisfied=Count("pk", filter=Q(points__lt=GOOD)),
    )
    return counts


@dataclass(frozen=True)
class Counted:
    """What was counted of one community: by estate, by handler, and what is overdue."""

    estates: dict[int, Tally]
    handlers: dict[int | None, Tally]
    overdue: list[Overdue]


def counted(communities: Collection[int], span: Span, at: datetime) -> dict[int, Counted]:
    """Of these communities, by their keys; four queries."""
    orders = dispatched(span).filter(estate__parent__in=communities).order_by()
    found = {pk: Counted({}, {}, []) for pk in communities}
    for community, estate, tally in _tallies(orders, "estate", late(at)):
        found[community].estates[estate] = tally
    for community, body, tally in _tallies(orders, "handler", late_handling(at)):
        found[community].handlers[body] = tally
    for community, row in _overdue(orders, at):
        found[community].overdue.append(row)
    return found


def _tallies(
    orders: "QuerySet[Complaint]", column: str, broke: Q
) -> "list[tuple[int, int, Tally]]":
    fields = list(Tally.__dataclass_fields__)
    rows = _counted(orders, column, broke)
    return [(row["estate__parent"], row[column], Tally(*(row[f] for f in fields))) for row in rows]


def _overdue(orders: "QuerySet[Complaint]", at: datetime) -> "list[tuple[int, Overdue]]":
    """The longest overdue; never confidential ones, nor those against a community's people."""
    first = Deadline.objects.filter(broken(at), complaint=OuterRef("pk")).order_by("due_at", "pk")
    rows = (
        orders.exclude(FINISHED)
        .filter(late(at), confidential=False, bypasses_community=False)
        .annotate(
            first=Subquery(first.values("pk")[:1]), since=Subquery(first.values("due_at")[:1])
        )
        .filter(first__isnull=False)
        .select_related("estate", "category", "handler")
        .order_by("since", "reference")[:NAMED]
    )
    orders_found = list(rows)
    keys = [row.first for row in orders_found]
    deadlines = Deadline.objects.select_related("held_by").in_bulk(keys)
    return [
        (order.estate.parent_id or 0, _named(order, deadlines[order.first]))
        for order in orders_found
    ]


def _named(order: Any, deadline: Deadline) -> Overdue:
    holder = deadline.held_by or order.handler
    return Overdue(
        reference=order.reference,
        estate=order.estate.name,
        category=order.category.name_zh,
        holder=holder.name if holder is not None else "",
        stage=deadline.stage,
        due_at=deadline.due_at,
    )


# --- As plain data, while a bulletin is being made ----------------------------------------


def kept(counts: Counted) -> dict[str, Any]:
    """The same as it is kept between batches."""
    return {
        "estates": [[pk, list(asdict(tally).values())] for pk, tally in counts.estates.items()],
        "handlers": [[pk, list(asdict(tally).values())] for pk, tally in counts.handlers.items()],
        "overdue": [{**asdict(o), "due_at": o.due_at.isoformat()} for o in counts.overdue],
    }


def read(data: dict[str, Any]) -> Counted:
    return Counted(
        {pk: Tally(*cells) for pk, cells in data["estates"]},
        {pk: Tally(*cells) for pk, cells in data["handlers"]},
        [
            Overdue(**{**row, "due_at": datetime.fromisoformat(row["due_at"]).astimezone(SHANGHAI)})
            for row in data["overdue"]
        ],
    )


def added(parts: Collection[Counted]) -> tuple[dict[int | None, Tally], list[Overdue]]:
    """Handlers and overdue orders of all communities together."""
    handlers: dict[int | None, Tally] = defaultdict(Tally)
    for part in parts:
        for body, tally in part.handlers.items():
            handlers[body] += tally
    return dict(handlers), [row for part in parts for row in part.overdue]
