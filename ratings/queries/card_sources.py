"""Where a card's numbers come from: one sheet of it, or the rows behind one counted figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import CharField, QuerySet, Sum, Value
from django.db.models.functions import Cast
from django.http import Http404

from accounts.actors import Actor
from accounts.models import User
from common.paging import Page, Sorting, page_of
from communities.models import Facility
from communities.queries.indicator_rows import ONE
from communities.scope import standing_of
from complaints.models import Complaint, Deadline
from complaints.permissions import visible_to
from ratings.models import Assessment, Finding, Period, Rectification, Scorecard
from ratings.permissions.assessments import SheetOf, assesses, seen_by, sheet_of
from ratings.permissions.cards import touches
from ratings.queries import rectification
from ratings.queries.card_page import sheet_ids
from ratings.queries.example import found_words, shown
from ratings.queries.figures import ORDERS, ROWS, facilities_of, rows_behind
from ratings.queries.period_page import sheet_name
from ratings.queries.plain import item_words, number
from ratings.scoring import points_of
from ratings.terms import FIGURES, ITEM_FIGURES, SheetItem, Source

BY_KEY = Sorting("key", "key")


# --- A sheet -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One item of a sheet as everybody reads it: no remark, no photo."""

    name: str
    says: str
    found: str
    brings: str
    lost: bool


@dataclass(frozen=True)
class SheetPage:
    """One sheet behind a card. `reads`: the reader may open it with its remarks and photos."""

    card: Scorecard
    of: Assessment
    name: str
    lines: tuple[Line, ...]
    reads: bool
    corrects: bool


def sheet_page(card: Scorecard, public_id: UUID, user: User | None) -> SheetPage:
    """A sheet that this card was made of, or 404."""
    if str(public_id) not in sheet_ids(card):
        raise Http404
    rows = Assessment.objects.select_related(
        "office_place", "period__version", "period__scheme__place", "estate__parent", "body"
    )
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    found.period = card.period
    sheet = sheet_of(found)
    items = {item.code: item for item in sheet.part.items}
    findings = Finding.objects.filter(assessment=found).order_by("pk")
    lines = [_line(items[each.item], each) for each in findings if each.item in items]
    reads = user is not None and Assessment.objects.filter(seen_by(user), pk=found.pk).exists()
    return SheetPage(
        card=card,
        of=found,
        name=sheet_name(sheet.part, found.method),
        lines=tuple(lines),
        reads=reads,
        corrects=_corrects(card, found, sheet, user),
    )


def _line(item: SheetItem, finding: Finding) -> Line:
    value = None if finding.value is None else Fraction(finding.value)
    points = None if value is None else points_of(item, value)
    brings = "–" if points is None else f"{shown(points)} / {number(item.points)}"
    lost = points is not None and points < item.points
    return Line(str(item.name), item_words(item), found_words(item, value), brings, lost)


def _corrects(card: Scorecard, of: Assessment, sheet: SheetOf, user: User | None) -> bool:
    """Whoever may assess it anew, while the card is the current one and the sheet counts."""
    if user is None or of.state != "settled" or Scorecard.objects.filter(replaces=card).exists():
        return False
    actor: Actor = user
    return assesses(actor, sheet)


# --- A figure ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Behind:
    """One row behind a figure: what it is called, and where it is read (an order's reference)."""

    key: str
    counts: bool
    reference: str = ""
    rectification: str = ""
    name: str = ""


@dataclass(frozen=True)
class FigurePage:
    """A counted figure: what the card keeps, what the rows say now, and those one may see.

    `made_of`: the figures it is put together from, where it is none of rows itself.
    """

    card: Scorecard
    figure: str
    name: str
    fewer: bool
    kept: tuple[int, int]
    now: tuple[int, int] | None
    made_of: tuple[tuple[str, str], ...]
    page: Page
    rows: tuple[Behind, ...]
    reads: bool

    @property
    def moved(self) -> bool:
        return self.now is not None and Fraction(*_whole(self.now)) != Fraction(*_whole(self.kept))


def _whole(pair: tuple[int, int]) -> tuple[int, int]:
    return pair if pair[1] else (-1, 1)


def figure_page(card: Scorecard, figure: str, user: User | None, *, cursor: str = "") -> FigurePage:
    """The rows behind a figure of an estate's card, or 404 for one it does not count with."""
    kept = _kept(card, figure)
    if kept is None or card.estate_id is None:
        raise Http404
    fewer = figure in FIGURES and FIGURES[figure][1]
    name = str({**ITEM_FIGURES, **{key: words for key, (words, _f) in FIGURES.items()}}[figure])
    reads = _reads_sources(card, user)
    found = None if figure in MADE_OF else _rows(card, figure)
    page = Page([], "", "")
    if found is not None and user is not None and reads:
        page = page_of(_seen(found, user), BY_KEY, cursor=cursor)
    return FigurePage(
        card=card,
        figure=figure,
        name=name,
        fewer=fewer,
        kept=kept,
        now=None if found is None else _total(found),
        made_of=tuple((part, str(FIGURES[part][0])) for part in MADE_OF.get(figure, ())),
        page=page,
        rows=tuple(_behind(row) for row in page.rows),
        reads=reads,
    )


MADE_OF: Mapping[str, tuple[str, ...]] = {"orders": tuple(ORDERS)}


def _kept(card: Scorecard, figure: str) -> tuple[int, int] | None:
    """What the card keeps of it; for a figure another is made of, nothing of its own."""
    given = card.inputs.get("parts", {})
    for part in card.version.read.parts:
        counted = given.get(part.key, {}).get("figures", {})
        if part.source == Source.COMPLAINTS and figure in part.weights:
            return _pair(counted.get(figure))
        for item in part.items:
            if item.figure == figure:
                return _pair(counted.get(item.code))
            if figure in MADE_OF.get(item.figure, ()):
                return 0, 0
    return None


def _pair(counted: Any) -> tuple[int, int]:
    return (counted[0], counted[1]) if counted else (0, 0)


def _reads_sources(card: Scorecard, user: User | None) -> bool:
    """Offices of the estate, above it, and the firm's own people; each row by its own rule."""
    if user is None or card.estate is None:
        return False
    standing = standing_of(user)
    codes = (*standing.overseer_codes, *standing.community_codes, *standing.auditor_codes)
    own = any(held.body_id == card.body_id for held in standing.appointments)
    return own or touches(codes, card.estate.code)


def _rows(card: Scorecard, figure: str) -> "QuerySet[Any]":
    pair = (card.estate_id or 0, card.body_id)
    if figure in ROWS:
        return rows_behind(figure, card.period, pair)
    if figure == "rectified":
        return _rectifications(card)
    rows = facilities_of(card.period).filter(estate=card.estate_id)
    found: QuerySet[Any] = rows.annotate(key=Cast("public_id", CharField()))
    return found


def _rectifications(card: Scorecard) -> "QuerySet[Any]":
    before = Period.objects.filter(
        scheme=card.period.scheme_id, from_on__lt=card.period.from_on
    ).order_by("-from_on")
    last = before.first()
    if last is None:
        return Rectification.objects.none().annotate(num=ONE, den=ONE, key=Value(""))
    rows: QuerySet[Any] = rectification.counted_rows(last)
    rows = rows.filter(body=card.body_id, estate=card.estate_id).annotate(
        key=Cast("public_id", CharField())
    )
    return rows


def _total(rows: "QuerySet[Any]") -> tuple[int, int]:
    sums = rows.order_by().aggregate(a=Sum("num"), b=Sum("den"))
    return sums["a"] or 0, sums["b"] or 0


def _seen(rows: "QuerySet[Any]", user: User) -> "QuerySet[Any]":
    """Those of them that this reader may see."""
    model = rows.model
    if model is Deadline:
        orders = visible_to(user).order_by().values("pk")
        return rows.filter(complaint__in=orders).select_related("complaint")
    if model is Complaint:
        return rows.filter(pk__in=visible_to(user).order_by().values("pk"))
    if model is Rectification:
        seen = rectification.seen(user).order_by().values("pk")
        return rows.filter(pk__in=seen).select_related("assessment__period__version")
    return rows


def _behind(row: Any) -> Behind:
    counts, key = bool(row.num), str(row.key)
    if isinstance(row, Deadline):
        return Behind(key, counts, reference=row.complaint.reference)
    if isinstance(row, Complaint):
        return Behind(key, counts, reference=row.reference)
    if isinstance(row, Rectification):
        return Behind(key, counts, rectification=key)
    return Behind(key, counts, name=row.name if isinstance(row, Facility) else "")
