"""A period: how many of its sheets are in, what is missing, what stays blank when it is frozen."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404

from accounts.models import User
from common.now import today
from common.paging import Sorting
from communities.models import Body, Place
from communities.models.places import PlaceQuerySet
from ratings.cards import worked
from ratings.models import Assessment, AssessmentState, Period, PeriodState, Scorecard
from ratings.permissions.cards import reads_table, watched_codes, watches
from ratings.permissions.schemes import keeps_scheme
from ratings.queries.assessing import sheets_of
from ratings.queries.gathering import gathered
from ratings.queries.subjects import Pair, pairs_of
from ratings.terms import Method, Part, Source

NEWEST = Sorting("begins", "key", descending=True)
# So many are worked ahead for the page that asks whether to freeze: it answers while one waits.
WORKED_AHEAD = 400
NAMED = 40


def periods(place: str = "") -> QuerySet[Any]:
    """Every period, as its list pages it: the newest first."""
    rows = Period.objects.select_related("scheme__place", "version").annotate(
        begins=Cast("from_on", CharField()), key=Cast("public_id", CharField())
    )
    return rows.filter(scheme__place__code__startswith=place) if place else rows


def period_of(public_id: UUID) -> Period:
    """One of them, or 404."""
    rows = Period.objects.select_related("scheme__place", "version", "frozen_by")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class PeriodPage:
    """A period as one reader is shown it. What is not theirs to do is not offered."""

    period: Period
    keeps: bool
    watches: bool
    table: bool
    # Of the firms: how many have their card, of how many; while scores are being frozen.
    made: int
    bodies: int
    # Residents are asked, and the reader's offices conduct it.
    polls: bool

    @property
    def closed(self) -> bool:
        """Assessments are no longer taken."""
        return today() > self.period.assess_until_on

    @property
    def freezes(self) -> bool:
        return self.keeps and self.period.state == PeriodState.OPEN and self.closed

    @property
    def publishes(self) -> bool:
        return self.keeps and self.period.state == PeriodState.FROZEN


def period_page(period: Period, user: User | None) -> PeriodPage:
    place = period.scheme.place
    made = bodies = 0
    if period.state == PeriodState.FREEZING:
        made = Scorecard.objects.filter(period=period, estate=None).count()
        bodies = len({body for _estate, body in pairs_of(period)})
    return PeriodPage(
        period=period,
        keeps=user is not None and keeps_scheme(user, place),
        watches=watches(user, place),
        table=reads_table(user, period),
        made=made,
        bodies=bodies,
        polls=watches(user, place)
        and any(part.source == Source.POLL for part in period.version.read.parts),
    )


# --- What is in --------------------------------------------------------------------------


@dataclass(frozen=True)
class SheetCount:
    """One sheet of the scheme over all estates: how many are settled, how many wait."""

    part: Part
    method: str
    wanted: int
    settled: int
    waiting: int
    begun: int

    @property
    def name(self) -> str:
        return sheet_name(self.part, self.method)

    @property
    def missing(self) -> int:
        return self.wanted - self.settled - self.waiting


def sheet_name(part: Part, method: str) -> str:
    return f"{part.name} · {Method(method).label}" if method else str(part.name)


@dataclass(frozen=True)
class Progress:
    """How far a period has come, at the estates that lie beneath the reader's offices."""

    sheets: tuple[SheetCount, ...]
    # Parts that no sheet is filled in for: the portal counts them when it freezes.
    counted: tuple[Part, ...]
    pairs: int
    missing: Mapping[Pair, tuple[str, ...]]
    waiting: Mapping[Pair, tuple[str, ...]]

    @property
    def unfinished(self) -> set[int]:
        """The estates where anything is missing or waits to be confirmed."""
        return {pair[0] for pair in (*self.missing, *self.waiting)}


def progress(period: Period, user: User | None) -> Progress:
    """Constant queries for any number of estates."""
    estates: PlaceQuerySet = Place.objects.filter(_beneath(watched_codes(user)))
    pairs = set(pairs_of(period, estates))
    rows = Assessment.objects.filter(period=period, replaces=None)
    states: dict[tuple[str, str], dict[Pair, set[str]]] = defaultdict(lambda: defaultdict(set))
    columns = ("estate", "body", "part", "method", "state")
    for estate, body, part_key, method, state in rows.values_list(*columns):
        if (estate, body) in pairs:
            states[part_key, method][estate, body].add(state)
    missing: dict[Pair, list[str]] = defaultdict(list)
    waiting: dict[Pair, list[str]] = defaultdict(list)
    counts = []
    for part, method in sheets_of(period):
        found = states[part.key, method]
        done = {pair for pair in found if found[pair] & SETTLED}
        handed = {pair for pair in found if HANDED_IN in found[pair]} - done
        begun = len(set(found) - done - handed)
        for pair in pairs - done:
            (waiting if pair in handed else missing)[pair].append(sheet_name(part, method))
        counts.append(SheetCount(part, method, len(pairs), len(done), len(handed), begun))
    return Progress(
        sheets=tuple(counts),
        counted=tuple(part for part in period.version.read.parts if part.source not in FILLED),
        pairs=len(pairs),
        missing={pair: tuple(names) for pair, names in missing.items()},
        waiting={pair: tuple(names) for pair, names in waiting.items()},
    )


# A sheet that was corrected counts as in: what replaces it is another row.
SETTLED = {AssessmentState.SETTLED.value, AssessmentState.REPLACED.value}
HANDED_IN = AssessmentState.HANDED_IN.value
FILLED = (Source.SHEET, Source.VERDICT)


def _beneath(codes: Iterable[str]) -> Q:
    found = Q(pk__in=())
    for code in codes:
        found |= Q(code__startswith=code)
    return found


@dataclass(frozen=True)
class AtEstate:
    """What is missing and what waits of one firm at one estate."""

    estate: Place
    body: Body
    missing: tuple[str, ...]
    waiting: tuple[str, ...]


def at_estates(found: Progress, estates: Collection[Place]) -> list[AtEstate]:
    """The unfinished ones of these estates; one query."""
    by_pk = {estate.pk: estate for estate in estates}
    pairs = {pair for pair in (*found.missing, *found.waiting) if pair[0] in by_pk}
    bodies = Body.objects.in_bulk({body for _estate, body in pairs})
    rows = [
        AtEstate(
            by_pk[pair[0]],
            bodies[pair[1]],
            found.missing.get(pair, ()),
            found.waiting.get(pair, ()),
        )
        for pair in pairs
    ]
    return sorted(rows, key=lambda row: (row.estate.code, row.body.code))


# --- What will be blank ------------------------------------------------------------------


@dataclass(frozen=True)
class BlankAt:
    """A firm at an estate without a score, and the parts it lacks."""

    estate: Place
    body: Body
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Ahead:
    """What freezing would bring now. `looked` of `pairs` were worked; `named` of `blank`."""

    pairs: int
    looked: int
    blank: int
    named: tuple[BlankAt, ...]
    # Of each part that is blank anywhere: its name, and at how many.
    parts: tuple[tuple[str, int], ...]

    @property
    def scored(self) -> int:
        return self.looked - self.blank


def ahead(period: Period) -> Ahead:
    """Gather and work as freezing will, and keep nothing."""
    pairs = pairs_of(period)
    terms = period.version.read
    found = gathered(period, pairs[:WORKED_AHEAD])
    names = {part.key: str(part.name) for part in terms.parts}
    counts: dict[str, int] = dict.fromkeys(names, 0)
    blank: list[tuple[Pair, tuple[str, ...]]] = []
    for pair, made_of in found.items():
        outcome = worked(terms, made_of.inputs)
        lacking = [row["key"] for row in outcome.working["parts"] if row["value"] is None]
        for key in lacking:
            counts[key] += 1
        if outcome.total is None:
            blank.append((pair, tuple(names[key] for key in lacking)))
    shown = blank[:NAMED]
    estates = Place.objects.in_bulk({pair[0] for pair, _lacking in shown})
    bodies = Body.objects.in_bulk({pair[1] for pair, _lacking in shown})
    return Ahead(
        pairs=len(pairs),
        looked=len(found),
        blank=len(blank),
        named=tuple(BlankAt(estates[pair[0]], bodies[pair[1]], parts) for pair, parts in shown),
        parts=tuple((names[key], count) for key, count in counts.items() if count),
    )


@dataclass(frozen=True)
class Frozen:
    """What publishing would make public: so many firms, with a score or blank."""

    firms: int
    scored: int
    estates: int
    enough: bool


def frozen(period: Period) -> Frozen:
    cards = Scorecard.objects.filter(period=period).current()
    rows = cards.annotate(of=F("estate")).values_list("of", "total")
    firms = [total for estate, total in rows if estate is None]
    scored = sum(total is not None for total in firms)
    enough = scored >= period.version.read.ranked_from
    return Frozen(len(firms), scored, len(rows) - len(firms), enough)
