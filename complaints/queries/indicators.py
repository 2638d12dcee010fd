"""Indicators of orders: how many there are, the three rates, and what is kept in time.

All of them look at the month before a day, which ends the day before: the first of a month shows
the calendar month. A promise counts in the month it was kept or came due, an order's rating in
the month it was given, so that months add up and none is judged before its time.
"""

from datetime import date
from functools import partial
from typing import Any

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from communities.models import Estate
from communities.queries.coverage import estates_on
from communities.queries.indicator_rows import month_before, number
from communities.queries.indicators import CHANGE, ORDERS, PER_10000, Indicator
from complaints.queries import rates
from complaints.queries.rates import Span, days
from complaints.workflow import Stage


def month_of(on: date) -> Span:
    """The month before a day, over half-open moments."""
    return days(month_before(on), on)


# --- How many ----------------------------------------------------------------------------


def _filed(on: date) -> Coalesce:
    """Complaints filed in the month; what was withdrawn does not count."""
    rows = rates.filed(month_of(on)).filter(estate=OuterRef("pk"))
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


# --- Promises, and what reporters say ----------------------------------------------------


def response(under: str, on: date) -> "QuerySet[Any]":
    return _at(rates.promises(rates.FIRST, month_of(on)), "complaint__estate__code", under)


def _stage(stage: Stage, under: str, on: date) -> "QuerySet[Any]":
    return _at(rates.promises(Q(stage=stage), month_of(on)), "complaint__estate__code", under)


def _at(rows: "QuerySet[Any]", code: str, under: str) -> "QuerySet[Any]":
    found: QuerySet[Any] = rows.filter(**{f"{code}__startswith": under}).annotate(at=F(code))
    return found


def resolution(under: str, on: date) -> "QuerySet[Any]":
    return _at(rates.asked(month_of(on)), "estate__code", under)


def satisfaction(under: str, on: date) -> "QuerySet[Any]":
    return _at(rates.satisfied(month_of(on)), "estate__code", under)


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
