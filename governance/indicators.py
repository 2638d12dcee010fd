"""Indicators of every floor as one table: what a reader may see of a place, and how it went.

A figure is counted live. Where a day that is over cannot be counted any more, only the figure
that was taken on it tells; where there is none, it is unknown and nothing is made up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Min
from django.utils.translation import gettext as _

from accounts.models import User
from common.now import today
from communities.actions.indicators import keep_figures
from communities.models import CODE_LENGTH, DIVISIONS, IndicatorFigure, Place, PlaceKind
from communities.permissions import keeps_register
from communities.queries.indicators import (
    CHANGE,
    GROUPS,
    MONEY_LATER,
    ORDERS,
    PER_10000,
    REGISTER,
    Count,
    Indicator,
    counts,
)
from communities.scope import standing_of
from complaints.queries.indicators import OF_ORDERS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ALL = {found.key: found for found in (*REGISTER, *OF_ORDERS, *MONEY_LATER)}
KINDS = (*DIVISIONS, PlaceKind.ESTATE)
WIDTHS = tuple(CODE_LENGTH[kind] for kind in DIVISIONS)
# After downtime no month further back than this is caught up.
MOST_MONTHS = 24
KNOWN, LATER, UNKNOWN, WITHHELD = "known", "later", "unknown", "withheld"


# --- Who may read ------------------------------------------------------------------------


def may_read(indicator: Indicator, user: User | None, place: Place) -> bool:
    """Figures of orders are for whoever oversees the place, as the overview is; others public."""
    if indicator.group != ORDERS:
        return True
    if user is None:
        return False
    standing = standing_of(user)
    if not (standing.overseer_codes and place.code.startswith(standing.overseer_codes)):
        return False
    estate = place.above(PlaceKind.ESTATE)
    return estate is None or estate.pk not in standing.served_estate_ids


def may_list(indicator: Indicator, user: User | None, place: Place) -> bool:
    """Whether the rows behind a figure may be read: what is guarded, by the register's keepers."""
    if indicator.guarded:
        return user is not None and keeps_register(user, place)
    return indicator.rows is not None and may_read(indicator, user, place)


def _withheld(indicator: Indicator, user: User | None, place: Place, count: Count) -> bool:
    """All or none would say it of each; and small figures could be reckoned from each other."""
    if not indicator.guarded or (user is not None and keeps_register(user, place)):
        return False
    everybody = count.numerator in {0, count.denominator}
    return place.kind != PlaceKind.DISTRICT or (everybody and count.denominator > 0)


# --- Figures -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """An indicator of a place on a day, with how far it is known."""

    indicator: Indicator
    place: Place
    on: date
    count: Count | None = None
    state: str = KNOWN

    @property
    def value(self) -> Decimal | None:
        return self.count.value(self.indicator.unit) if self.count is not None else None

    @property
    def value_words(self) -> str:
        if self.value is None:
            return "–"
        if self.indicator.unit == PER_10000:
            return str(self.value)
        sign = "+" if self.indicator.unit == CHANGE and self.value > 0 else ""
        return f"{sign}{self.value} %"

    @property
    def sum_words(self) -> str:
        """The two numbers behind the value: 1552 of 2117."""
        if self.count is None:
            return ""
        facts = {"n": self.count.numerator, "of": self.count.denominator}
        if self.indicator.unit == CHANGE:
            facts["n"] += facts["of"]
            return _("%(n)s, a year before %(of)s") % facts
        if self.indicator.unit == PER_10000:
            return _("%(n)s for %(of)s households") % facts
        return _("%(n)s of %(of)s") % facts

    @property
    def why_blank(self) -> str:
        if self.state == LATER:
            return _("No figures yet")
        if self.state == UNKNOWN:
            return _("Not known for that day: no figure was taken")
        if self.state == WITHHELD:
            return _("Shown to the offices that keep the register")
        return _("Nothing to count") if self.value is None else ""


@dataclass(frozen=True)
class Group:
    """Indicators that belong together."""

    name: "StrOrPromise"
    figures: list[Figure]


def board(place: Place, on: date, user: User | None) -> list[Group]:
    """Every indicator this reader may see of a place: at most two queries for each."""
    readable = [i for i in ALL.values() if i.reaches(place.kind) and may_read(i, user, place)]
    found = [(i.group, figures(i, [place], on, user)[0]) for i in readable]
    groups = [Group(name, [f for g, f in found if g == key]) for key, name in GROUPS.items()]
    return [group for group in groups if group.figures]


def figures(
    indicator: Indicator, places: Sequence[Place], on: date, user: User | None
) -> list[Figure]:
    """The figures of these places, which lie in one another or side by side, on one day."""
    if indicator.rows is None:
        return [Figure(indicator, place, on, state=LATER) for place in places]
    if indicator.past or on == today():
        widths = {len(place.code) for place in places}
        under = _common([place.code for place in places])
        counted = counts(indicator, on, widths, under=under) if places else {}
        known = {place.pk: counted.get(place.code, Count()) for place in places}
    else:
        known = _taken(indicator, places, on)
    return [_figure(indicator, place, on, known.get(place.pk), user) for place in places]


def _figure(
    indicator: Indicator, place: Place, on: date, count: Count | None, user: User | None
) -> Figure:
    if count is None:
        return Figure(indicator, place, on, state=UNKNOWN)
    if _withheld(indicator, user, place, count):
        return Figure(indicator, place, on, state=WITHHELD)
    return Figure(indicator, place, on, count)


def _common(codes: Sequence[str]) -> str:
    """What all these codes begin with."""
    if not codes:
        return ""
    first, last = min(codes), max(codes)
    same = [a == b for a, b in zip(first, last, strict=False)]
    return first[: same.index(False) if False in same else len(same)]


def _taken(indicator: Indicator, places: Iterable[Place], on: date) -> dict[int, Count]:
    rows = IndicatorFigure.objects.filter(
        place__in=[place.pk for place in places], indicator=indicator.key, on=on
    )
    return {row.place_id: Count(int(row.numerator), int(row.denominator)) for row in rows}


def children_of(place: Place, on: date) -> list[Place]:
    """The divisions and estates directly beneath, as they are on the day."""
    rows = Place.objects.filter(parent=place, kind__in=KINDS).open_on(on)
    return list(rows.select_related("parent__parent__parent").order_by("code"))


def compared(indicator: Indicator, place: Place, on: date, user: User | None) -> list[Figure]:
    """The figures of the places beneath: the highest first, those without a value last."""
    beneath = [
        child
        for child in children_of(place, on)
        if indicator.reaches(child.kind) and may_read(indicator, user, child)
    ]
    found = figures(indicator, beneath, on, user)
    return sorted(found, key=lambda f: (f.value is None, -(f.value or Decimal()), f.place.code))


# --- How it went -------------------------------------------------------------------------


def trend(
    indicator: Indicator, place: Place, on: date, user: User | None, months: int
) -> list[Figure]:
    """The figures taken on the first of each month before the day, then that of the day itself.

    Of an estate none are taken: there are too many. They are counted for those days again.
    """
    firsts = [on.replace(day=1)]
    while len(firsts) < months:
        firsts.append(_first_before(firsts[-1]))
    days = [day for day in reversed(firsts) if day < on]
    taken = (_taken_of if place.kind in DIVISIONS else _counted_of)(indicator, place, days)
    before = [_figure(indicator, place, day, taken.get(day), user) for day in days]
    known = next((n for n, f in enumerate(before) if f.state != UNKNOWN), len(before))
    return [*before[known:], *figures(indicator, [place], on, user)]


def _taken_of(indicator: Indicator, place: Place, days: Sequence[date]) -> dict[date, Count]:
    rows = IndicatorFigure.objects.filter(place=place, indicator=indicator.key, on__in=days)
    return {row.on: Count(int(row.numerator), int(row.denominator)) for row in rows}


def _counted_of(indicator: Indicator, place: Place, days: Sequence[date]) -> dict[date, Count]:
    """At most two queries for each month, and only since the portal has known both.

    That is: for days on which its district's figures were taken, and it had a code already.
    """
    begun = place.codes.aggregate(begun=Min("from_on"))["begun"]
    if not indicator.past or begun is None:
        return {}
    known = IndicatorFigure.objects.filter(
        place__code=place.code[: CODE_LENGTH[PlaceKind.DISTRICT]],
        indicator=indicator.key,
        on__in=[day for day in days if day >= begun],
    )
    width = {len(place.code)}
    return {
        day: counts(indicator, day, width, under=place.code).get(place.code, Count())
        for day in known.values_list("on", flat=True)
    }


def _first_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


# --- The sweep ---------------------------------------------------------------------------


def take_figures() -> int:
    """Keep the figures of the first of the month for every division, once; how many were kept.

    1. Months missed while it was down are caught up as far as the last that was taken.
    2. Of a day that is over only what can still be known for it is taken.
    3. Each indicator is written whole or not at all, so that a round that breaks goes on later.
    """
    on = today()
    district = Place.objects.filter(kind=PlaceKind.DISTRICT).order_by("code").first()
    if district is None:
        return 0
    return sum(_take(day, on, district) for day in _months_missed(on.replace(day=1), district))


def _months_missed(first: date, district: Place) -> list[date]:
    """The first of this month, and those since the last that was taken, the earliest first."""
    taken = IndicatorFigure.objects.filter(place=district, on__lte=first).order_by("-on").first()
    days = [first]
    while taken is not None and days[0] > taken.on and len(days) < MOST_MONTHS:
        days.insert(0, _first_before(days[0]))
    return days


def _take(day: date, on: date, district: Place) -> int:
    kept = set(
        IndicatorFigure.objects.filter(place=district, on=day).values_list("indicator", flat=True)
    )
    wanted = [
        found
        for found in ALL.values()
        if found.rows is not None and found.key not in kept and (found.past or day == on)
    ]
    if not wanted:
        return 0
    divisions = dict(
        Place.objects.open_on(day).filter(kind__in=DIVISIONS).values_list("code", "pk")
    )
    return sum(_keep(found, day, divisions) for found in wanted)


def _keep(indicator: Indicator, day: date, divisions: dict[str, int]) -> int:
    found = counts(indicator, day, WIDTHS)
    known = {pk: found.get(code, Count()) for code, pk in divisions.items()}
    return keep_figures(
        indicator.key,
        on=day,
        figures={pk: (count.numerator, count.denominator) for pk, count in known.items()},
    )
