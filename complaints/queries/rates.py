"""What orders say over a span of time: what was filed, kept in time, solved and found good.

Every function answers for half-open moments with a query set whose rows say `num`, `den` and
`key`, which is unique and public; whoever asks narrows it to a place or a firm. A promise counts
in the span it was kept or came due, an order's rating in the span it was given, so that spans add
up and none is judged before its time.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from common.now import SHANGHAI
from communities.queries.indicator_rows import ONE, counts_if
from complaints.models import Complaint, Deadline, Rating
from complaints.queries.overview import unrated
from complaints.workflow import Kind, Stage, Status

Span = tuple[datetime, datetime]
GOOD = 3
# Our decision: the same matter at the same spot within so many days of an answer is a repeat.
REPEATED_WITHIN = timedelta(days=30)


def days(from_on: date, until_on: date) -> Span:
    """Half-open days as half-open moments."""
    return _midnight(from_on), _midnight(until_on)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def within(column: str, span: Span) -> Q:
    """The column's moment lies in the span."""
    return Q(**{f"{column}__gte": span[0], f"{column}__lt": span[1]})


def filed(span: Span) -> "QuerySet[Complaint]":
    """Complaints filed; what was withdrawn does not count."""
    rows = Complaint.objects.filter(within("reported_at", span), kind=Kind.COMPLAINT)
    return rows.exclude(status=Status.WITHDRAWN)


# --- Promises ----------------------------------------------------------------------------

# What the report itself promises: the check, or for a repair, which has none, the handling.
_CHECK = Deadline.objects.filter(
    complaint=OuterRef("complaint"), stage=Stage.INSPECT, round=1, opened_at=OuterRef("opened_at")
)
FIRST = Q(
    Q(stage=Stage.INSPECT) | Q(~Exists(_CHECK), stage=Stage.HANDLE),
    round=1,
    opened_at=F("complaint__reported_at"),
)


def promises(which: Q, span: Span) -> "QuerySet[Any]":
    """Promises kept in the span, and those that came due in it unkept."""
    kept = within("met_at", span) & Q(met_at__lt=F("due_at"))
    unmet = Q(met_at__isnull=True) | Q(met_at__gte=F("due_at"))
    standing = Q(void_at__isnull=True) | Q(void_at__gte=F("due_at"))
    rows = Deadline.objects.filter(which, kept | (within("due_at", span) & unmet & standing))
    return rows.annotate(
        num=counts_if(Q(met_at__lt=F("due_at"))),
        den=ONE,
        key=Concat(
            "complaint__reference",
            Value("-"),
            "stage",
            Value("-"),
            Cast("round", CharField()),
            output_field=CharField(),
        ),
    )


# --- What reporters say ------------------------------------------------------------------


def _last_rating(span: Span) -> "QuerySet[Rating]":
    rows = Rating.objects.filter(within("at", span), complaint=OuterRef("pk"))
    return rows.order_by("-at", "-pk")


def _rated(span: Span) -> "QuerySet[Complaint]":
    given = Rating.objects.filter(within("at", span))
    return Complaint.objects.filter(pk__in=given.order_by().values("complaint"))


def asked(span: Span) -> "QuerySet[Any]":
    """Orders whose reporter was asked and said, or let the time pass; counting if solved."""
    silent = unrated() & within("closed_at", span)
    rows = Complaint.objects.filter(Q(pk__in=_rated(span).order_by().values("pk")) | silent)
    return rows.annotate(num=counts_if(Exists(_last_solved(span))), den=ONE, key=F("reference"))


def _last_solved(span: Span) -> "QuerySet[Rating]":
    """The last rating of the span, where it says solved."""
    later = Rating.objects.filter(
        within("at", span), complaint=OuterRef("complaint"), round__gt=OuterRef("round")
    )
    return _last_rating(span).order_by().filter(~Exists(later), solved=True)


def satisfied(span: Span) -> "QuerySet[Any]":
    """Orders rated; counting if the last rating is good."""
    rows = _rated(span).annotate(points=Subquery(_last_rating(span).values("satisfaction")[:1]))
    good = counts_if(Q(points__gte=GOOD))
    return rows.filter(points__isnull=False).annotate(num=good, den=ONE, key=F("reference"))


def reopened(span: Span) -> "QuerySet[Any]":
    """Orders whose reporter rated an answer; counting if any rating said: not solved."""
    unsolved = Rating.objects.filter(within("at", span), complaint=OuterRef("pk"), solved=False)
    return _rated(span).annotate(num=counts_if(Exists(unsolved)), den=ONE, key=F("reference"))


def repeated(span: Span) -> "QuerySet[Any]":
    """Complaints filed; counting if one of the kind was answered at the spot shortly before."""
    spot = Coalesce("building", Value(0))
    before = Complaint.objects.annotate(spot=spot).filter(
        spot=Coalesce(OuterRef("building"), Value(0)),
        category=OuterRef("category"),
        estate=OuterRef("estate"),
        handler=OuterRef("handler"),
        answered_at__lt=OuterRef("reported_at"),
        answered_at__gte=OuterRef("reported_at") - REPEATED_WITHIN,
    )
    return filed(span).annotate(num=counts_if(Exists(before)), den=ONE, key=F("reference"))
