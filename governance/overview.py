"""The official's overview: what is open, late and escalated, by place and by handler.

Every number is the length of a list one click away: number and list come from the same filters.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from common.errors import NotAllowed
from common.now import SHANGHAI, now
from communities.models import DIVISIONS, OVERSEER_OFFICES, Place, PlaceKind
from communities.queries.calendar import calendar_warning
from communities.scope import Standing, standing_of
from complaints.filters import midnight
from complaints.permissions import visible_to
from complaints.queries.overview import (
    LEVELS,
    WAY_TO,
    Figures,
    HandlerFigures,
    by_handler,
    by_place,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DAYS = 30
MOST_HANDLERS = 60


@dataclass(frozen=True)
class Number:
    """A figure and the list behind it. `whole`: what it is a share of."""

    label: "StrOrPromise"
    value: int
    url: str
    whole: int | None = None
    whole_url: str = ""
    tone: str = ""
    icon: str = ""
    note: "StrOrPromise" = ""


@dataclass(frozen=True)
class Line:
    """A row of a table: a place or a handler, and its figures."""

    name: str
    url: str
    numbers: list[Number]


@login_required
@never_cache
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """How the places under this official stand today, and over the last 30 days."""
    seats = _seats(standing_of(request.user))
    if not seats:
        raise NotAllowed(_("The overview is for officers of a subdistrict or the district."))
    place = _asked(request.GET.get("place", ""), seats)
    at = now()
    first = at.astimezone(SHANGHAI).date() - timedelta(days=DAYS)
    orders = visible_to(request.user).filter(**{WAY_TO[PlaceKind(place.kind)]: place.pk})
    figures = by_place(orders, place, at, midnight(first))
    total = reduce(add, figures, Figures(place))
    context = {
        "at": at,
        "since": first,
        "place": place,
        "above": _way_up(place, seats),
        "others": [seat for seat in seats if seat.pk != place.pk],
        **calendar_warning(request.user, at),
        "today": _today(total),
        "recent": _recent(total, first),
        "places": [_place_line(found, first) for found in figures],
        "handlers": [
            _handler_line(found, place, first)
            for found in by_handler(orders, at, midnight(first))[:MOST_HANDLERS]
        ],
    }
    return render(request, "governance/overview.html", context)


def _seats(standing: Standing) -> list[Place]:
    """The places this person oversees, the widest first."""
    found = {
        a.body.place.pk: a.body.place
        for a in standing.appointments
        if a.body is not None and a.office in OVERSEER_OFFICES
    }
    return sorted(found.values(), key=lambda place: (len(place.code), place.code))


def _asked(code: str, seats: list[Place]) -> Place:
    """The place asked for, within what this person oversees; without a code their own."""
    if not code:
        return seats[0]
    if not any(code.startswith(seat.code) for seat in seats):
        raise Http404
    return get_object_or_404(Place.objects.select_related("parent"), code=code, kind__in=DIVISIONS)


def _way_up(place: Place, seats: list[Place]) -> Place | None:
    """The place above, if this person oversees it too."""
    if any(place.pk == seat.pk for seat in seats) or place.parent is None:
        return None
    return place.parent


def _list(**words: Any) -> str:
    return f"{reverse('complaints:all')}?{urlencode(words)}"


def _today(figures: Figures) -> list[Number]:
    code = figures.place.code
    return [
        Number(_("Open"), figures.open, _list(place=code, open="true")),
        Number(
            _("Late now"),
            figures.late,
            _list(place=code, open="true", overdue="true"),
            tone="late",
            icon="late",
        ),
        *(
            Number(
                _now("Escalated, level %(level)s") % {"level": level},
                count,
                _list(place=code, open="true", level=level),
                icon="up",
            )
            for level, count in zip(LEVELS, figures.levels, strict=True)
        ),
    ]


def _recent(figures: Figures, first: date) -> list[Number]:
    """Of the orders reported in the last 30 days."""
    asked = {"place": figures.place.code, "reported_from": first.isoformat()}
    return [
        Number(_("Reported"), figures.reported, _list(**asked)),
        Number(
            _("Settled in time"),
            figures.punctual,
            _list(**asked, punctual="yes"),
            whole=figures.settled,
            whole_url=_list(**asked, punctual="either"),
            note=_("never late, of those settled or late"),
        ),
        Number(_("Not solved at first"), figures.reopened, _list(**asked, reopened="true")),
        Number(_("Closed without a rating"), figures.unrated, _list(**asked, unrated="true")),
    ]


def _place_line(figures: Figures, first: date) -> Line:
    place = figures.place
    drill = "" if place.kind == PlaceKind.ESTATE else f"?{urlencode({'place': place.code})}"
    today, recent = _today(figures), _recent(figures, first)
    escalated = Number(
        _("Escalated"),
        sum(figures.levels),
        _list(place=place.code, open="true", escalated="true"),
    )
    return Line(place.name, drill, [*today[:2], escalated, *recent])


def _handler_line(figures: HandlerFigures, place: Place, first: date) -> Line:
    code = figures.body.code
    here = {"place": place.code}
    recent = {**here, "reported_from": first.isoformat()}
    return Line(
        figures.body.name,
        "",
        [
            Number(_("Open"), figures.open, _list(**here, firm=code, open="true")),
            Number(_("Late now"), figures.late, _list(**here, late_by=code), tone="late"),
            Number(
                _("Handled in time"),
                figures.kept,
                _list(**recent, kept_by=code),
                whole=figures.promised,
                whole_url=_list(**recent, promised_by=code),
            ),
        ],
    )
