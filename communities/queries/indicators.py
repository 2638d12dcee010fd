"""The indicators of the register (DOMAIN part 10): what is counted, of what, and the rows behind.

Every row of an indicator says `num`, `den` and `at`, the code of where it lies. The figure of a
place is the sum over the rows beneath it and the list behind the figure is those rows, so that
the two cannot differ. What one row counts for is in `indicator_rows`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import Substr
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities.models import PlaceKind
from communities.queries import indicator_rows as rows_of
from communities.queries.indicator_rows import serving
from communities.rules import said

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Rows = Callable[[str, date], "QuerySet[Any]"]
PERCENT, PER_10000, CHANGE = "percent", "per_10000", "change"
FACTORS = {PERCENT: 100, PER_10000: 10_000, CHANGE: 100}
# Whose figures: those of the register are everybody's.
PARTY, COMMITTEES, SERVICE, ORDERS, MONEY = "party", "committees", "service", "orders", "money"
GROUPS: "dict[str, StrOrPromise]" = {
    PARTY: _("Party building"),
    COMMITTEES: _("Owners' committees"),
    SERVICE: _("Property service"),
    ORDERS: _("Orders"),
    MONEY: _("Money"),
}


@dataclass(frozen=True)
class Count:
    """So many of so many. Nothing to count of is blank, never all of it."""

    numerator: int = 0
    denominator: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.numerator + other.numerator, self.denominator + other.denominator)

    def value(self, unit: str) -> Decimal | None:
        """Half up to one decimal, at the last step only."""
        if not self.denominator:
            return None
        exact = Decimal(self.numerator) * FACTORS[unit] / Decimal(self.denominator)
        return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Indicator:
    """One line of the table.

    `distinct`: a firm that serves in two communities counts once in each and once above them.
    `past`: whether a day that is over can still be counted from what is kept; otherwise only
    the figures taken on that day tell. `down_to`: below this nothing is counted. `guarded`: so
    few people that a figure could tell who is a member of the Party. `weighted`: a row of the list
    counts for more than itself.
    """

    key: str
    group: str
    name: "StrOrPromise"
    numerator: "StrOrPromise"
    denominator: "StrOrPromise"
    counted: "StrOrPromise"
    rows: Rows | None
    unit: str = PERCENT
    source: str = "DOMAIN 10"
    down_to: PlaceKind = PlaceKind.ESTATE
    distinct: bool = False
    past: bool = True
    guarded: bool = False
    weighted: bool = False

    def reaches(self, kind: str) -> bool:
        """Whether it is counted for places of this kind."""
        order = list(PlaceKind)
        return order.index(PlaceKind(kind)) <= order.index(self.down_to)


def counts(
    indicator: Indicator, on: date, widths: Collection[int], *, under: str = ""
) -> dict[str, Count]:
    """The figures of every place beneath `under`, by the beginnings of codes of these widths.

    One query, two for what is distinct, however many places there are.
    """
    if indicator.rows is None:
        return {}
    rows = indicator.rows(under, on).order_by()
    if indicator.distinct:
        return _distinct(rows, serving(under, on), widths)
    by_place = rows.annotate(prefix=Substr("at", 1, max(widths))).values_list("prefix")
    found: dict[str, Count] = defaultdict(Count)
    for code, numerator, denominator in by_place.annotate(a=Sum("num"), b=Sum("den")):
        for width in widths:
            if len(code) >= width:
                found[code[:width]] += Count(int(numerator), int(denominator))
    return dict(found)


def _distinct(
    rows: "QuerySet[Any]", pairs: Iterable[tuple[str, int]], widths: Collection[int]
) -> dict[str, Count]:
    weights = {pk: Count(int(a), int(b)) for pk, a, b in rows.values_list("pk", "num", "den")}
    there: dict[str, set[int]] = defaultdict(set)
    for code, pk in pairs:
        for width in widths:
            there[code[:width]].add(pk)
    return {
        prefix: sum((weights[pk] for pk in found if pk in weights), Count())
        for prefix, found in there.items()
    }


def count_of(key: str, under: str, on: date) -> Count:
    """One figure of the register at a place and beneath it; with `""` of everything. One query.

    It does not ask who reads: a guarded one is for keepers of the register only.
    """
    rows = _BY_KEY[key].rows
    if rows is None:
        return Count()
    summed = rows(under, on).order_by().aggregate(a=Sum("num"), b=Sum("den"))
    return Count(summed["a"] or 0, summed["b"] or 0)


REGISTER = (
    Indicator(
        "firm_organisations",
        PARTY,
        _("Firms with a party organisation"),
        _("firms with a party organisation of their own or a joint one"),
        _("firms that serve an estate here"),
        _("A firm counts once, however many estates it serves."),
        rows_of.firm_organisations,
        distinct=True,
    ),
    Indicator(
        "party_work",
        PARTY,
        _("Firms covered by party work"),
        _("firms with a party organisation or a party-building instructor"),
        _("firms that serve an estate here"),
        _("An instructor counts as party work, not as an organisation."),
        rows_of.party_work,
        distinct=True,
    ),
    Indicator(
        "grid_party",
        PARTY,
        _("Grids with a party organisation"),
        _("grids in which a party organisation works, itself or through the large grid"),
        _("grids, without neighbour cells"),
        _("When a grid was drawn is not on record: past days are known from figures taken then."),
        rows_of.grid_party,
        down_to=PlaceKind.COMMUNITY,
        past=False,
    ),
    Indicator(
        "community_party",
        PARTY,
        _("Communities with a party committee"),
        _("communities that have a party committee of their own"),
        _("all communities"),
        _("Branches of an estate or a firm do not stand in for it."),
        rows_of.community_party,
        source="T1",
        down_to=PlaceKind.COMMUNITY,
    ),
    Indicator(
        "cross_appointments",
        PARTY,
        _("Project managers who work in a grid"),
        _("of them those who are grid worker or grid leader as well, wherever"),
        _("project managers of firms that serve an estate here"),
        _("One who manages for two firms counts with each. The list names firms, nobody's name."),
        rows_of.cross_appointments,
        weighted=True,
        source="DOMAIN 10, T4",
        distinct=True,
    ),
    Indicator(
        "committee_formation",
        COMMITTEES,
        _("Estates with an owners' committee"),
        _("estates whose owners' committee is filed and in term on the day"),
        _("all estates"),
        _("An elected committee that is not filed, or one whose term is over, does not count."),
        rows_of.committee_formation,
    ),
    Indicator(
        "committee_party_share",
        COMMITTEES,
        _("Party members in owners' committees"),
        _("of them those who are members of the Party"),
        _("members of owners' committees in term, without alternates"),
        _("A target, never a bar to election. Small groups are shown to nobody outside."),
        rows_of.committee_party_share,
        guarded=True,
        weighted=True,
    ),
    Indicator(
        "property_service",
        SERVICE,
        _("Estates with property service"),
        _("estates served by a firm, by themselves or by a caretaker"),
        _("all estates"),
        _("Every mode of service counts but “no service”."),
        rows_of.property_service,
        source="T1",
    ),
    Indicator(
        "professional_firms",
        SERVICE,
        _("Estates with a professional firm"),
        _("estates served by a market firm or a community-led firm"),
        _("all estates"),
        _("By the mode of service on the day."),
        rows_of.professional_firms,
    ),
    Indicator(
        "facilities_intact",
        SERVICE,
        _("Facilities intact"),
        _("facilities found intact when last inspected, by that day"),
        _("facilities in place"),
        _("One that nobody has inspected is not intact."),
        rows_of.facilities_intact,
        source="DOMAIN 10, N6",
    ),
    Indicator(
        "observers",
        SERVICE,
        format_lazy(
            _("Estates with {fewest} to {most} observers"),
            fewest=said("fewest_observers"),
            most=said("most_observers"),
        ),
        format_lazy(
            _("estates with {fewest} to {most} property observers"),
            fewest=said("fewest_observers"),
            most=said("most_observers"),
        ),
        _("all estates"),
        _("By the offices held on the day."),
        rows_of.observers,
        source="W11",
    ),
    Indicator(
        "wardens_visits",
        SERVICE,
        _("Wardens' visits met"),
        format_lazy(
            _("of them those visited {visits} times or more in the month before the day"),
            visits=said("visits_a_month"),
        ),
        _("estates with an estate warden"),
        _("The month ends the day before."),
        rows_of.wardens_visits,
        source="L6",
    ),
)
_BY_KEY = {found.key: found for found in REGISTER}
MONEY_LATER = (
    Indicator(
        "fee_collection",
        MONEY,
        _("Fees collected"),
        _("fees received"),
        _("fees due"),
        _("No figures yet: accounts of fees are not kept here so far."),
        None,
    ),
)
