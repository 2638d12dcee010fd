"""Closing many answered orders that nobody rated, at once. Private to the sweep.

Writes the same rows as `_step.take` with the verb would, one order after the other: a test
compares the two.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from accounts.actors import CLOCK
from common import bulk
from communities.scope import Seats
from complaints import clock
from complaints.actions import _tell
from complaints.actions._promises import NO_CALENDAR, Days, settle
from complaints.actions._step import signature
from complaints.models import Audience, Complaint, Deadline, Event, Rule, RuleStage
from complaints.workflow import STEPS, Party, Status, Verb
from notifications.actions import write

VERB = Verb.CLOSE_UNRATED
ENDED_WITH = ("void_at", "void_reason", "next_level_at", "next_reminder_at")
CLOSED = ("status", "rate_until", "reopen_until", "closed_at", "next_due_at", "alarm_at")
Until = Callable[[Complaint], datetime]


def unrated(order: Complaint, at: datetime) -> bool:
    """Whether the time for rating an answer is over, by the law's own sources of the verb."""
    until = order.rate_until
    return order.status in STEPS[VERB].sources and until is not None and until <= at


def close_unrated(
    orders: Sequence[Complaint],
    promises: Mapping[int, list[Deadline]],
    at: datetime,
    calendar: Days,
) -> None:
    """Close locked orders; what is still open of their promises ends with them."""
    if not orders:
        return
    until = _reopening(orders, at, calendar)
    events = [_event(order, at) for order in orders]
    open_rows = [row for order in orders for row in promises[order.pk] if row.is_open]
    for row in open_rows:
        row.void_at, row.void_reason = at, VERB.value
        row.next_level_at = row.next_reminder_at = None
    for order in orders:
        order.status = Status.CLOSED
        order.closed_at, order.rate_until, order.reopen_until = at, None, until(order)
        settle(order, promises[order.pk], ())
    bulk.update(Deadline, open_rows, ENDED_WITH)
    bulk.update(Complaint, orders, CLOSED)
    Event.objects.bulk_create(events)
    write(
        line
        for order, event in zip(orders, events, strict=True)
        for line in _tell.notices(order, VERB, by=CLOCK, event_id=event.pk, seats=Seats(), at=at)
    )


def _event(order: Complaint, at: datetime) -> Event:
    return Event(
        complaint=order,
        at=at,
        verb=VERB,
        audience=Audience.ALL,
        from_status=order.status,
        to_status=Status.CLOSED,
        facts={},
        **signature(CLOCK, Party.CLOCK, order),
    )


def _reopening(orders: Iterable[Complaint], at: datetime, calendar: Days) -> Until:
    """Until when each order may be reopened: orders alike in place and class are reckoned once."""
    chains = {o.estate_id: [place.pk for place in o.estate.chain()] for o in orders}
    classes = {
        o.category_id: [o.category_id, *filter(None, [o.category.parent_id])] for o in orders
    }
    rules = list(
        Rule.objects.filter(
            Q(place__isnull=True) | Q(place__in={pk for chain in chains.values() for pk in chain}),
            Q(category__isnull=True) | Q(category__in={pk for c in classes.values() for pk in c}),
            stage=RuleStage.REOPEN,
        )
    )
    kept: dict[tuple[int, int, str], datetime] = {}

    def until(order: Complaint) -> datetime:
        alike = (order.estate_id, order.category_id, order.urgency)
        if alike not in kept:
            places, categories = chains[order.estate_id], classes[order.category_id]
            near = [
                rule
                for rule in rules
                if rule.place_id in {None, *places} and rule.category_id in {None, *categories}
            ]
            rule = clock.pick(
                near, RuleStage.REOPEN, order.urgency, at, places=places, categories=categories
            )
            days = NO_CALENDAR if rule.unit == "seconds" else calendar()
            kept[alike] = clock.due(rule, at, days).due_at
        return kept[alike]

    return until
