"""The record of a firm: its scores by period, what was corrected, what was put right."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet
from django.db.models.functions import Cast

from accounts.models import User
from common.paging import Page, Sorting, page_of
from communities.models import Body
from ratings.models import PeriodState, Rectification, RectificationState, Scorecard
from ratings.permissions.cards import cards_seen_by
from ratings.queries.table import placed

NEWEST = Sorting("begins", "key", descending=True)
PERIODS = 12


@dataclass(frozen=True)
class Entry:
    """One period: the current card, its place among how many, corrections, deductions put right."""

    card: Scorecard
    rank: int | None
    of: int
    corrections: int
    asked: int
    closed: int


@dataclass(frozen=True)
class Record:
    """A firm's record, the newest first; `drawings`: one for each scheme with two scores."""

    body: Body
    entries: tuple[Entry, ...]
    drawings: tuple["Drawing", ...]
    page: Page


def record_of(body: Body, user: User | None, *, cursor: str = "") -> Record:
    """Five queries, however many periods there are."""
    rows: QuerySet[Any] = (
        Scorecard.objects.current()
        .filter(cards_seen_by(user), body=body, estate=None)
        .select_related("period__scheme", "period__version", "version")
        .annotate(begins=Cast("period__from_on", CharField()), key=Cast("public_id", CharField()))
    )
    page = page_of(rows, NEWEST, cursor=cursor, size=PERIODS)
    cards: list[Scorecard] = page.rows
    periods = [card.period_id for card in cards]
    totals = _totals(periods)
    rectified = _rectified(body, periods)
    corrections = _corrections(body, periods)
    entries = []
    for card in cards:
        places = placed(totals[card.period_id], card.version.read.ranked_from)
        shown = card.period.state == PeriodState.PUBLISHED
        asked, closed = rectified.get(card.period_id, (0, 0))
        entries.append(
            Entry(
                card,
                places.ranks.get(body.pk) if shown else None,
                places.scored,
                corrections.get(card.period_id, 0),
                asked,
                closed,
            )
        )
    return Record(body, tuple(entries), _drawings(cards), page)


def _totals(periods: list[int]) -> dict[int, dict[int, Decimal | None]]:
    found: dict[int, dict[int, Decimal | None]] = defaultdict(dict)
    rows = Scorecard.objects.current().filter(period__in=periods, estate=None)
    for period, body, total in rows.values_list("period", "body", "total"):
        found[period][body] = total
    return found


def _rectified(body: Body, periods: list[int]) -> dict[int, tuple[int, int]]:
    rows = (
        Rectification.objects.filter(body=body, assessment__period__in=periods)
        .order_by()
        .values_list("assessment__period")
        .annotate(asked=Count("pk"), closed=Count("pk", filter=Q(state=RectificationState.CLOSED)))
    )
    return {period: (asked, closed) for period, asked, closed in rows}


def _corrections(body: Body, periods: list[int]) -> dict[int, int]:
    """Cards of its estates that were corrected, by period."""
    rows = Scorecard.objects.filter(
        body=body, period__in=periods, estate__isnull=False, replaces__isnull=False
    )
    counted = rows.order_by().values_list("period").annotate(n=Count("pk"))
    return dict(counted)


# --- The chart ---------------------------------------------------------------------------

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 480, 180, 40, 440, 30, 150
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Dot:
    """One score: where it stands, what it says, and of which period."""

    x: str
    y: str
    words_y: str
    total: Decimal
    places: int
    period: str


@dataclass(frozen=True)
class Drawing:
    """Scores of one scheme over time, the oldest first; a blank one leaves a gap."""

    scheme: str
    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    bottom: int = BOTTOM


def _drawings(cards: list[Scorecard]) -> tuple[Drawing, ...]:
    by_scheme: dict[int, list[Scorecard]] = defaultdict(list)
    for card in reversed(cards):
        by_scheme[card.period.scheme_id].append(card)
    found = (_drawing(rows) for rows in by_scheme.values())
    return tuple(drawing for drawing in found if len(drawing.dots) > 1)


def _drawing(cards: list[Scorecard]) -> Drawing:
    """From 0 to 100 whatever the scores are: a chart that zooms makes a mountain of a point."""
    step = Decimal(RIGHT - LEFT) / max(1, len(cards) - 1)
    dots: list[Dot] = []
    lines: list[list[str]] = [[]]
    for number, card in enumerate(cards):
        if card.total is None:
            lines.append([])
            continue
        x = LEFT + step * number
        y = BOTTOM - (BOTTOM - TOP) * card.total / HUNDRED
        dots.append(
            Dot(
                f"{x:.1f}",
                f"{y:.1f}",
                f"{y - 8:.1f}",
                card.total,
                card.version.read.places,
                card.period.name,
            )
        )
        lines[-1].append(f"{x:.1f},{y:.1f}")
    joined = tuple(" ".join(points) for points in lines if len(points) > 1)
    return Drawing(cards[0].period.scheme.name, tuple(dots), joined)
