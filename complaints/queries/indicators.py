"""Indicators of orders: how many there are, the three rates, and what is kept in time.

All of them look at the month before a day, which ends the day before: the first of a month shows
the calendar month. A promise counts in the month it was kept or came due, an order's rating in
the month it was given, so that months add up and none is judged before its time.
"""

from datetime import date, datetime, time
from functools import partial
from typing import Any

from django.db.models import (
    CharField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from common.now import SHANGHAI
from communities.models import Estate
from communities.queries.coverage import estates_on
from communities.queries.indicator_rows import ONE, counts_if, month_before, number
from communities.queries.indicators import CHANGE, ORDERS, PER_10000, Indicator
from complaints.models import Complaint, Deadline, Rating
from complaints.queries.overview import unrated
from complaints.workflow import Kind, Stage, Status

GOOD = 3


def month_of(on: date) -> tuple[datetime, datetime]:
    """The month before a day, over half-open moments."""
    return _midnight(month_before(on)), _midnight(on)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _within(column: str, span: tuple[datetime, datetime]) -> Q:
    return Q(**{f"{column}__gte": span[0], f"{column}__lt": span[1]})


# --- How many ----------------------------------------------------------------------------


def _filed(on: date) -> Coalesce:
    """Complaints filed in the month; what was withdrawn does not count."""
    rows = Complaint.objects.filter(
        _within("reported_at", month_of(on)), estate=OuterRef("pk"), kind=Kind.COMPLAINT
    ).exclude(status=Status.WITHDRAWN)
    return number(rows, "estate")


def _year_before(on: date) -> date:
    return on.replace(year=on.year - 1, day=28 if (on.month, on.day) == (2, 29) else on.day)


def complaints_filed(under: str, on: date) -> "QuerySet[Any]":
    homes = Estate.objects.filter(place=OuterRef("pk")).values("households")[:1]
    return estates_on(under, on).annotate(
        num=_filed(on),
        den=Coalesce(Subquery(homes, output_field=IntegerField()), Value(0)),
        at=F("code"),
        key=F("code"),
    )


def complaints_change(under: str, on: date) -> "QuerySet[Any]":
    before = _filed(_year_before(on))
    rows = estates_on(under, on).annotate(den=before, num=_filed(on) - F("den"))
    return rows.annotate(at=F("code"), key=F("code"))


# --- Promises ----------------------------------------------------------------------------


def _promises(which: Q, under: str, on: date) -> "QuerySet[Any]":
    """Promises kept in the month, and those that came due in it unkept."""
    span = month_of(on)
    kept = _within("met_at", span) & Q(met_at__lt=F("due_at"))
    unmet = Q(met_at__isnull=True) | Q(met_at__gte=F("due_at"))
    standing = Q(void_at__isnull=True) | Q(void_at__gte=F("due_at"))
    rows = Deadline.objects.filter(which, complaint__estate__code__startswith=under)
    return rows.filter(kept | (_within("due_at", span) & unmet & standing)).annotate(
        num=counts_if(Q(met_at__lt=F("due_at"))),
        den=ONE,
        at=F("complaint__estate__code"),
        key=Concat(
            "complaint__reference",
            Value("-"),
            "stage",
            Value("-"),
            Cast("round", CharField()),
            output_field=CharField(),
        ),
    )


# What the report itself promises: the check, or for a repair, which has none, the handling.
_CHECK = Deadline.objects.filter(
    complaint=OuterRef("complaint"), stage=Stage.INSPECT, round=1, opened_at=OuterRef("opened_at")
)
FIRST = Q(
    Q(stage=Stage.INSPECT) | Q(~Exists(_CHECK), stage=Stage.HANDLE),
    round=1,
    opened_at=F("complaint__reported_at"),
)


def response(under: str, on: date) -> "QuerySet[Any]":
    return _promises(FIRST, under, on)


def _stage(stage: Stage, under: str, on: date) -> "QuerySet[Any]":
    return _promises(Q(stage=stage), under, on)


# --- What reporters say ------------------------------------------------------------------


def _last_rating(on: date) -> "QuerySet[Rating]":
    rows = Rating.objects.filter(_within("at", month_of(on)), complaint=OuterRef("pk"))
    return rows.order_by("-at", "-pk")


def _rated(under: str, on: date) -> "QuerySet[Complaint]":
    given = Rating.objects.filter(_within("at", month_of(on)))
    rows = Complaint.objects.filter(estate__code__startswith=under)
    return rows.filter(pk__in=given.order_by().values("complaint"))


def resolution(under: str, on: date) -> "QuerySet[Any]":
    silent = unrated() & _within("closed_at", month_of(on))
    asked = Complaint.objects.filter(
        Q(pk__in=_rated(under, on).order_by().values("pk")) | silent,
        estate__code__startswith=under,
    )
    said = Exists(_last_solved(on))
    return asked.annotate(num=counts_if(said), den=ONE, at=F("estate__code"), key=F("reference"))


def _last_solved(on: date) -> "QuerySet[Rating]":
    """The last rating of the month, where it says solved."""
    later = Rating.objects.filter(
        _within("at", month_of(on)), complaint=OuterRef("complaint"), round__gt=OuterRef("round")
    )
    return _last_rating(on).order_by().filter(~Exists(later), solved=True)


def satisfaction(under: str, on: date) -> "QuerySet[Any]":
    rows = _rated(under, on).annotate(points=Subquery(_last_rating(on).values("satisfaction")[:1]))
    rows = rows.filter(points__isnull=False)
    good = counts_if(Q(points__gte=GOOD))
    return rows.annotate(num=good, den=ONE, at=F("estate__code"), key=F("reference"))


MONTH = _("Of the month that ends the day before.")
IN_TIME = _("promises met before they were due")
DUE = _("promises of this stage that were met in time or came due")
OF_ORDERS = (
    Indicator(
        "complaints_per_10000",
        ORDERS,
        _("Complaints per 10,000 households"),
        _("complaints filed in the month, without those withdrawn"),
        _("households of the estates as entered today"),
        MONTH,
        complaints_filed,
        weighted=True,
        unit=PER_10000,
        past=False,
    ),
    Indicator(
        "complaints_change",
        ORDERS,
        _("Complaints, change on the year"),
        _("complaints of the month less those of the same month a year before"),
        _("complaints of the same month a year before"),
        MONTH,
        complaints_change,
        weighted=True,
        unit=CHANGE,
        source="DOMAIN 10, N1",
    ),
    Indicator(
        "response_rate",
        ORDERS,
        _("Response rate"),
        _("first promises met before they were due"),
        _("first promises that were met in time or came due"),
        _("The on-site check; for a repair the firm's handling. The month ends the day before."),
        response,
        source="DOMAIN 4",
    ),
    Indicator(
        "resolution_rate",
        ORDERS,
        _("Resolution rate"),
        _("orders whose reporter said: solved"),
        _("orders whose reporter was asked and said, or let the time pass"),
        _("The last word of the month counts; silence is not “solved”."),
        resolution,
        source="DOMAIN 4",
    ),
    Indicator(
        "satisfaction_rate",
        ORDERS,
        _("Satisfaction rate"),
        _("orders rated very satisfied, satisfied or basically satisfied"),
        _("orders rated"),
        _("The last rating of the month counts; silence is never satisfied."),
        satisfaction,
        source="DOMAIN 4",
    ),
    *(
        Indicator(
            f"on_time_{stage.value}",
            ORDERS,
            name,
            IN_TIME,
            DUE,
            MONTH,
            partial(_stage, stage),
        )
        for stage, name in (
            (Stage.INSPECT, _("On-site check in time")),
            (Stage.HANDLE, _("Handling in time")),
            (Stage.FEEDBACK, _("Feedback in time")),
        )
    ),
)
