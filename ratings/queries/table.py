"""The league table of a period: places in it, and what they were the period before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.models import User
from communities.models import Place, PlaceKind
from communities.queries.indicator_rows import counts_if
from ratings.models import SCORED, Period, PeriodState, Scorecard
from ratings.models.cards import CardQuerySet
from ratings.permissions.cards import cards_seen_by, reads_table
from ratings.queries._leaves import leaf
from ratings.queries.naming import named
from ratings.scoring import ranks

PAGE = 50
# Estates that are named beneath a firm.
NAMED = 5
# What nobody shares, so that a page can begin after it.
BY_PLACE = (F("total").desc(nulls_last=True), "body__code")


@dataclass(frozen=True)
class Asked:
    """How a table is narrowed: a subdistrict's code, a band (or "blank"), words of a firm's name,
    words of the name of an estate it serves.
    """

    under: str = ""
    band: str = ""
    search: str = ""
    estate: str = ""

    @property
    def words(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in ASKED}


ASKED = tuple(field.name for field in fields(Asked))


BLANK = "blank"


@dataclass(frozen=True)
class Row:
    """One firm: its place and score, and those of the period before.

    `at`: its cards at the estates that were asked for by name, the first few of `matching`.
    """

    card: Scorecard
    rank: int | None
    was: Decimal | None
    was_rank: int | None
    at: tuple[Scorecard, ...] = ()
    matching: int = 0

    @property
    def change(self) -> Decimal | None:
        if self.card.total is None or self.was is None:
            return None
        return self.card.total - self.was

    @property
    def climbed(self) -> int | None:
        """Places won; lost ones are below nought."""
        if self.rank is None or self.was_rank is None:
            return None
        return self.was_rank - self.rank

    @property
    def estates(self) -> int:
        return int(self.card.working.get("estates", 0))

    @property
    def blank(self) -> int:
        """Of its estates, those without a score."""
        return int(self.card.working.get("blank", 0))


@dataclass(frozen=True)
class Table:
    """One page of a table. `enough`: so many have a score that places are given."""

    period: Period
    before: Period | None
    rows: tuple[Row, ...]
    firms: int
    scored: int
    found: int
    enough: bool
    previous: str
    next: str


def whole_firms(*periods: Period) -> "QuerySet[Scorecard]":
    """The current cards of whole firms."""
    return Scorecard.objects.current().filter(period__in=periods, estate=None)


def table_of(period: Period, user: User | None, asked: Asked, *, cursor: str = "") -> Table:
    """One page, the best first; the same number of queries however many firms there are."""
    # All are read for the places, whatever is asked for: of those the rows that are shown.
    before = former(period, user)
    both = whole_firms(period, *([before] if before else []))
    every = list(
        both.annotate(wanted=counts_if(_asked_for(period, user, asked)))
        .order_by(*BY_PLACE)
        .values_list("period", "pk", "body", "body__code", "total", "wanted")
    )
    places, was = (_places_in(every, each) for each in (period, before))
    order = [
        (pk, code) for of, pk, _body, code, _total, wanted in every if of == period.pk and wanted
    ]
    here = leaf([code for _pk, code in order], cursor, PAGE)
    shown = order[here.begin : here.end]
    found = {card.pk: card for card in whole_firms(period).filter(pk__in=[pk for pk, _c in shown])
             .select_related("body")}  # fmt: skip
    at = _at_estates(period, user, asked, [card.body_id for card in found.values()])
    return Table(
        period=period,
        before=before,
        rows=tuple(_row(found[pk], places, was, at) for pk, _code in shown),
        firms=len(places.totals),
        scored=places.scored,
        found=len(order),
        enough=places.enough,
        previous=here.previous,
        next=here.next,
    )


def all_rows(period: Period, user: User | None, asked: Asked) -> list[Row]:
    """The whole table, for a workbook."""
    places, before = _places(period), former(period, user)
    was = _places(before) if before is not None else Places({}, {}, enough=False)
    cards = whole_firms(period).filter(_asked_for(period, user, asked)).order_by(*BY_PLACE)
    return [_row(card, places, was, {}) for card in cards.select_related("body")]


@dataclass(frozen=True)
class Places:
    """Totals and places of a period by firm."""

    totals: dict[int, Decimal | None]
    ranks: dict[int, int | None]
    enough: bool

    @property
    def scored(self) -> int:
        return sum(total is not None for total in self.totals.values())


def _places(period: Period) -> Places:
    """Of every firm of the period, whatever is shown of it; one query."""
    totals = dict(whole_firms(period).values_list("body", "total"))
    return placed(totals, period.version.read.ranked_from)


def _places_in(every: Iterable[tuple[Any, ...]], period: Period | None) -> Places:
    """Of the rows of several periods, those of one; nobody has a place where there is none."""
    if period is None:
        return Places({}, {}, enough=False)
    totals = {body: total for of, _pk, body, _c, total, _w in every if of == period.pk}
    return placed(totals, period.version.read.ranked_from)


def placed(totals: dict[int, Decimal | None], ranked_from: int) -> Places:
    """Places where enough have a score; none where fewer have."""
    enough = sum(total is not None for total in totals.values()) >= ranked_from
    given = ranks(list(totals.values())) if enough else [None] * len(totals)
    return Places(totals, dict(zip(totals, given, strict=True)), enough)


def _row(
    card: Scorecard, places: Places, was: Places, at: Mapping[int, Sequence[Scorecard]]
) -> Row:
    body = card.body_id
    there = at.get(body, ())
    return Row(
        card,
        places.ranks.get(body),
        was.totals.get(body),
        was.ranks.get(body),
        at=tuple(there[:NAMED]),
        matching=len(there),
    )


def _asked_for(period: Period, user: User | None, asked: Asked) -> Q:
    found = _seen(period, user)
    if asked.under or asked.estate.strip():
        found &= Q(body__in=_there(period, user, asked).values("body"))
    if asked.band:
        found &= Q(total=None) if asked.band == BLANK else Q(band=asked.band)
    return found & named("body", asked.search)


def _seen(period: Period, user: User | None) -> Q:
    return Q(period=period) if period.state == PeriodState.PUBLISHED else cards_seen_by(user)


def _there(period: Period, user: User | None, asked: Asked) -> CardQuerySet:
    """The cards that this reader sees at the estates that are asked for."""
    rows = Scorecard.objects.current().filter(_seen(period, user), period=period)
    return rows.filter(named("estate", asked.estate), estate__code__startswith=asked.under)


def _at_estates(
    period: Period, user: User | None, asked: Asked, bodies: Iterable[int]
) -> dict[int, list[Scorecard]]:
    """Those of these bodies, where estates are asked for by name; one query then."""
    found: dict[int, list[Scorecard]] = defaultdict(list)
    if asked.estate.strip():
        rows = _there(period, user, asked).filter(body__in=bodies).select_related("estate")
        for card in rows.defer("inputs", "working").order_by("estate__code"):
            found[card.body_id].append(card)
    return found


def former(period: Period, user: User | None) -> Period | None:
    """The last period of the scheme before this one that this reader may compare with."""
    rows = Period.objects.filter(
        scheme=period.scheme_id, from_on__lt=period.from_on, state__in=SCORED
    ).select_related("version")
    found = rows.order_by("-from_on").first()
    if found is None:
        return None
    found.scheme = period.scheme
    return found if reads_table(user, found) else None


def subdistricts(period: Period) -> list[Place]:
    """By which a table is narrowed."""
    rows = Place.objects.filter(
        kind=PlaceKind.SUBDISTRICT, code__startswith=period.scheme.place.code
    )
    return list(rows.order_by("code"))
