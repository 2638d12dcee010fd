"""Polls of residents: the homes to draw from, one poll as its reader sees it, a period's polls.

While a poll is open nobody learns more than how many answered; afterwards how often each score was
given, and that only where enough answered.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import User
from common.now import now, now_in_query, today
from communities.models import Body, DwellingUse, Place, PlaceKind
from communities.models.places import CODE_LENGTH, PlaceQuerySet
from communities.queries.indicator_rows import counts_if
from ratings.models import (
    AnswerKind,
    Period,
    PeriodState,
    Poll,
    PollAnswer,
    PollCode,
    PollRemark,
    PollSheet,
    PollState,
    Scorecard,
)
from ratings.permissions.assessments import ties_of
from ratings.permissions.cards import cards_seen_by, watched_codes, watches
from ratings.permissions.polls import conducts, reads_draw
from ratings.queries._leaves import leaf
from ratings.queries.example import shown as said
from ratings.queries.subjects import Assessed, Pair, named_pairs_of
from ratings.scoring import mean
from ratings.terms import Part, Source

BUILDING = CODE_LENGTH[PlaceKind.BUILDING]


def poll_parts(period: Period) -> tuple[Part, ...]:
    """The parts of its scheme for which residents are asked."""
    return tuple(part for part in period.version.read.parts if part.source == Source.POLL)


def next_part(period: Period, estate: Place, body: Body) -> Part | None:
    """The first of them that no poll was opened for."""
    rows = Poll.objects.filter(period=period, estate=estate, body=body)
    opened = set(rows.values_list("part", flat=True))
    return next((part for part in poll_parts(period) if part.key not in opened), None)


def part_of(poll: Poll) -> Part:
    part = poll.period.version.read.part(poll.part)
    if part is None:
        raise ValueError("a settled version of a scheme never loses a part")
    return part


def homes_of(estate: Place) -> dict[str, int]:
    """The keys of its homes by their codes: no shop, no parking space, nothing that is closed."""
    rows = Place.objects.under(estate.code).filter(kind=PlaceKind.DWELLING).open_on(today())
    lived_in = rows.filter(Q(dwelling__isnull=True) | Q(dwelling__use=DwellingUse.HOME))
    return dict(lived_in.values_list("code", "pk"))


def buildings_of(estate: Place) -> PlaceQuerySet:
    rows = Place.objects.under(estate.code).filter(kind=PlaceKind.BUILDING)
    return rows.open_on(today()).order_by("code")


def scores_of(period: Period, bodies: Collection[int]) -> dict[tuple[int, int, str], "Given"]:
    """What polls that are over come to, by estate, body and part: two queries."""
    rows = Poll.objects.filter(period=period, body__in=bodies).over(now())
    found: dict[int, Given] = {}
    keyed: dict[tuple[int, int, str], Given] = {}
    for pk, public_id, estate, body, part in rows.values_list(
        "pk", "public_id", "estate", "body", "part"
    ):
        keyed[estate, body, part] = found[pk] = Given(str(public_id), [])
    answers = PollAnswer.objects.filter(poll__in=found, kind=AnswerKind.VALID)
    for pk, score in answers.values_list("poll", "score"):
        found[pk].scores.append(score or 0)
    return keyed


@dataclass(frozen=True)
class Given:
    """The poll, by its public id, and the scores of its valid answers in no order."""

    poll: str
    scores: list[int]


# --- One poll ----------------------------------------------------------------------------


class Times(NamedTuple):
    """How many answers gave a score."""

    score: int
    answers: int


@dataclass(frozen=True)
class AtBuilding:
    """A building: its homes drawn and codes on site, and once it is over how many answered."""

    name: str
    drawn: int
    on_site: int
    answered: int
    answered_on_site: int


@dataclass(frozen=True)
class PollPage:
    """A poll as one reader is shown it. `conducts`: theirs to print and to close."""

    poll: Poll
    part: Part
    over: bool
    conducts: bool
    reads_draw: bool
    buildings: tuple[AtBuilding, ...]
    # Every sheet of codes that was made: whoever made it could have used them.
    sheets: tuple[PollSheet, ...]
    homes: tuple[PollCode, ...]
    answered: int
    valid: int
    blank: int
    excluded: int
    # How often each score was given, the best first; empty while open and where too few answered.
    spread: tuple[Times, ...]
    sum: int
    mean: str
    remarks: tuple[str, ...]

    @property
    def enough(self) -> bool:
        return self.over and self.valid >= self.part.valid

    @property
    def printed(self) -> int:
        return sum(sheet.codes for sheet in self.sheets)

    @property
    def killed(self) -> int:
        return sum(sheet.killed for sheet in self.sheets)

    @property
    def on_site(self) -> int:
        return sum(row.on_site for row in self.buildings)


def poll_seen(user: User | None, public_id: UUID) -> Poll:
    """A poll this reader sees by office or by a score that was made of it, or 404."""
    rows = Poll.objects.select_related(
        "period__scheme__place", "period__version", "estate__parent", "body", "opened_by"
    )
    poll = rows.filter(public_id=public_id).first()
    if poll is None:
        raise Http404
    if not reads_draw(user, poll):
        cards = Scorecard.objects.filter(cards_seen_by(user), period=poll.period)
        if not cards.filter(estate=poll.estate, body=poll.body).exists():
            raise Http404
    return poll


def poll_page(poll: Poll, user: User | None) -> PollPage:
    """Constant queries, however many answered."""
    over, part = poll.is_over(now()), part_of(poll)
    codes = list(poll.codes.select_related("place").order_by("place__code", "pk"))
    kinds: Counter[str] = Counter()
    scores: list[int] = []
    if over:
        for kind, score in poll.answers.values_list("kind", "score"):
            kinds[kind] += 1
            if score is not None:
                scores.append(score)
    enough = over and len(scores) >= part.valid
    does, reads = conducts(user, poll), reads_draw(user, poll)
    remarks = PollRemark.objects.filter(poll=poll).order_by("id") if does and enough else ()
    return PollPage(
        poll=poll,
        part=part,
        over=over,
        conducts=does,
        reads_draw=reads,
        buildings=_by_building(poll.estate, codes, over=over),
        sheets=tuple(poll.sheets.select_related("office_place").order_by("pk")),
        homes=tuple(code for code in codes if not code.on_site) if reads else (),
        answered=sum(code.used_on is not None for code in codes),
        valid=kinds[AnswerKind.VALID],
        blank=kinds[AnswerKind.BLANK],
        excluded=kinds[AnswerKind.EXCLUDED],
        spread=_spread(scores) if enough else (),
        sum=sum(scores) if enough else 0,
        mean=said(mean(scores, part.valid)) if enough else "",
        remarks=tuple(row.text for row in remarks),
    )


def _spread(scores: Sequence[int]) -> tuple[Times, ...]:
    """The best first."""
    counts = sorted(Counter(scores).items(), reverse=True)
    return tuple(Times(score, number) for score, number in counts)


def _by_building(estate: Place, codes: Sequence[PollCode], *, over: bool) -> tuple[AtBuilding, ...]:
    names = dict(
        Place.objects.under(estate.code)
        .filter(kind=PlaceKind.BUILDING)
        .order_by("code")
        .values_list("code", "name")
    )
    counts: dict[str, Counter[tuple[bool, bool]]] = defaultdict(Counter)
    for code in codes:
        counts[code.place.code[:BUILDING]][code.on_site, code.used_on is not None] += 1
    return tuple(
        AtBuilding(
            name=names.get(building, building),
            drawn=count[False, False] + count[False, True],
            on_site=count[True, False] + count[True, True],
            answered=count[False, True] if over else 0,
            answered_on_site=count[True, True] if over else 0,
        )
        for building, count in sorted(counts.items())
    )


def home_name(place: Place, names: Mapping[str, str]) -> str:
    """A home as its neighbours say it: building, entrance, number; a building by its own name."""
    lengths = (CODE_LENGTH[PlaceKind.BUILDING], CODE_LENGTH[PlaceKind.ENTRANCE])
    above = [names.get(place.code[:n], "") for n in lengths if n < len(place.code)]
    return " ".join(word for word in (*above, place.name) if word)


def names_beneath(estate: Place) -> dict[str, str]:
    """Names of the buildings and entrances of an estate, by code."""
    rows = Place.objects.under(estate.code)
    kinds = (PlaceKind.BUILDING, PlaceKind.ENTRANCE)
    return dict(rows.filter(kind__in=kinds).values_list("code", "name"))


# --- Those of a period -------------------------------------------------------------------


# Estates to a page.
PAGE = 20


@dataclass(frozen=True)
class Row:
    """Whom residents of an estate are asked about, and the polls of it."""

    of: Assessed
    polls: tuple[Poll, ...]
    # Nothing ties the reader to it, and a part waits for its poll.
    opens: bool


@dataclass(frozen=True)
class PollsPage:
    """The polls of a period beneath the reader's offices: all counted, some estates shown."""

    period: Period
    parts: tuple[Part, ...]
    pairs: int
    open: int
    over: int
    rows: tuple[Row, ...]
    previous: str
    next: str


def polls_page(period: Period, user: User, *, cursor: str = "") -> PollsPage:
    """How far its polls have come, estate by estate, or 404 where none could be this reader's.

    Constant queries, however many estates there are.
    """
    parts = poll_parts(period)
    if not parts or not watches(user, period.scheme.place):
        raise Http404
    pairs = named_pairs_of(period, _beneath(user))
    polls: dict[Pair, list[Poll]] = defaultdict(list)
    for poll in _polls_beneath(period, user):
        polls[poll.estate_id, poll.body_id].append(poll)
    counted = [poll for pair in pairs for poll in polls[pair.estate, pair.body]]
    over = sum(poll.ended for poll in counted)  # type: ignore[attr-defined]
    estates = list(dict.fromkeys(pair.estate_code for pair in pairs))
    here = leaf(estates, cursor, PAGE)
    shown = set(estates[here.begin : here.end])
    tied = ties_of(user).during(period.from_on, today())
    taken = period.state == PeriodState.OPEN and today() <= period.assess_until_on
    rows = []
    for pair in pairs:
        if pair.estate_code in shown:
            free, made = pair.body not in tied, polls[pair.estate, pair.body]
            opens = free and taken and len(made) < len(parts)
            rows.append(Row(of=pair, polls=tuple(made) if free else (), opens=opens))
    return PollsPage(
        period=period,
        parts=parts,
        pairs=len(pairs),
        open=len(counted) - over,
        over=over,
        rows=tuple(rows),
        previous=here.previous,
        next=here.next,
    )


def _polls_beneath(period: Period, user: User) -> "QuerySet[Poll]":
    """As much of each as the list shows; `ended` where nobody can answer it any more."""
    ended = counts_if(Q(state=PollState.CLOSED) | Q(closes_at__lte=now_in_query()))
    rows = Poll.objects.filter(period=period, estate__in=_beneath(user)).annotate(ended=ended)
    return rows.only("public_id", "estate", "body", "state", "closes_at").order_by("pk")


def _beneath(user: User) -> PlaceQuerySet:
    found = Q(pk__in=())
    for code in watched_codes(user):
        found |= Q(code__startswith=code)
    return Place.objects.filter(found)
