"""The list behind an indicator, a page at a time: what counts, what does not, and where it is."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse

from accounts.models import User
from common.now import today
from common.paging import Sorting, page_of
from communities.models import Body, Facility, Grid, Place
from communities.queries.indicators import ORDERS, Indicator
from complaints.models import Complaint, Deadline
from complaints.permissions import visible_to

BY_PLACE = Sorting("at", "key")
IN, OUT = "yes", "no"
WITH = {
    Place: ("parent",),
    Body: ("place",),
    Grid: ("community",),
    Facility: ("place__parent",),
    Complaint: ("estate",),
    Deadline: ("complaint__estate",),
}


@dataclass(frozen=True)
class Row:
    """One thing that was counted: what it is called, where it is, and how much of it counts."""

    name: str
    url: str
    where: str
    numerator: int
    denominator: int
    code: str
    note: str = ""

    @property
    def counts(self) -> bool:
        return 0 < self.denominator <= self.numerator


@dataclass(frozen=True)
class Behind:
    """A page of rows. `known`: whether the day's rows can be told at all."""

    rows: list[Row] = field(default_factory=list)
    previous: str = ""
    next: str = ""
    known: bool = True


def page_behind(
    indicator: Indicator,
    place: Place,
    on: date,
    user: User | None,
    *,
    which: str = "",
    cursor: str = "",
) -> Behind:
    """One page, two queries. Of orders only those this reader may see."""
    if indicator.rows is None or not (indicator.past or on == today()):
        return Behind(known=False)
    rows = _seen(indicator.rows(place.code, on), indicator, user)
    if which == IN:
        rows = rows.filter(num__gte=F("den"))
    elif which == OUT:
        rows = rows.filter(num__lt=F("den"))
    page = page_of(rows.select_related(*WITH[rows.model]), BY_PLACE, cursor=cursor)
    return Behind([_row(found) for found in page.rows], page.previous, page.next)


def _seen(rows: "QuerySet[Any]", indicator: Indicator, user: User | None) -> "QuerySet[Any]":
    if indicator.group != ORDERS or rows.model is Place:
        return rows
    if user is None:
        return rows.none()
    column = "pk" if rows.model is Complaint else "complaint"
    return rows.filter(**{f"{column}__in": visible_to(user).order_by().values("pk")})


def _row(found: Any) -> Row:
    name, url, where, note = _told(found)
    return Row(name, url, where, found.num, found.den, found.key, note)


def _told(found: Any) -> tuple[str, str, str, str]:
    match found:
        case Place():
            above = found.parent.name if found.parent is not None else ""
            return found.name, reverse("communities:place", args=[found.code]), above, ""
        case Body():
            url = reverse("communities:body", args=[found.code])
            return found.name, url, found.place.name, ""
        case Grid():
            url = reverse("communities:grid", args=[found.code])
            return found.name, url, found.community.name, str(found.get_kind_display())
        case Facility():
            url = reverse("communities:place", args=[found.place.code])
            return found.name, url, found.place.name, str(found.get_kind_display())
        case Deadline():
            url = reverse("complaints:detail", args=[found.complaint.reference])
            note = str(found.get_stage_display())
            return found.complaint.reference, url, found.complaint.estate.name, note
    url = reverse("complaints:detail", args=[found.reference])
    return found.reference, url, found.estate.name, ""
