"""The credit ledger as its pages read it: a firm's grade on any day with how it was made, the
table of a place, and what waits for whom.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import CharField, Prefetch, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.now import now, today
from common.timewords import clockwords, daywords
from communities.models import Body, BodyKind, Place, PlaceKind
from communities.models.places import CODE_LENGTH
from communities.scope import day_of
from ratings.credit import CreditKind, CreditState, CreditVerb, Grade, Level, graded, open_verbs
from ratings.models import CreditRecord, CreditScheme, CreditStep, CreditVersion
from ratings.permissions.credit import Hand, seen_by
from ratings.queries._leaves import leaf
from ratings.workflow import months_after

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAGE, MONTHS, LATEST = 50, 12, 30
# A key to page by that can be written down.
KEY = Cast("public_id", CharField())
WAITS = (CreditVerb.OBJECT, CreditVerb.CONFIRM, CreditVerb.REPAIR)
STILL_OPEN = (CreditVerb.RECORD, CreditVerb.HEARING_OVER)
UNDER_WAY = (*STILL_OPEN, CreditVerb.OBJECT, CreditVerb.ASK_REPAIR)


# --- Schemes -----------------------------------------------------------------------------


def scheme_of(place: Place) -> CreditScheme | None:
    """The scheme of the district in which this place lies."""
    code = place.code[: CODE_LENGTH[PlaceKind.DISTRICT]]
    return CreditScheme.objects.select_related("place").filter(place__code=code).first()


def settled(scheme: CreditScheme | None) -> list[CreditVersion]:
    """Its settled versions, the newest first."""
    if scheme is None:
        return []
    rows = CreditVersion.objects.filter(scheme=scheme, settled_at__isnull=False)
    found = list(rows.select_related("scheme__place").order_by("-number"))
    return found


def in_force(versions: Sequence[CreditVersion], on: date) -> CreditVersion | None:
    """Of these, the newest first, the one in force on this day: from the day it was settled."""
    for version in versions:
        if version.settled_at is not None and day_of(version.settled_at) <= on:
            return version
    return None


def version_on(scheme: CreditScheme | None, on: date) -> CreditVersion | None:
    return in_force(settled(scheme), on)


# --- One firm ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """The grade at the end of a month; of the month under way, today's."""

    on: date
    grade: Grade


@dataclass(frozen=True)
class FirmCredit:
    """A firm's grade on one day, the records that make it, and how it came to be."""

    body: Body
    on: date
    scheme: CreditScheme | None
    version: CreditVersion | None
    grade: Grade | None
    # Those that count on the day; those that are over, without their words.
    records: tuple[CreditRecord, ...]
    ended: tuple[CreditRecord, ...]
    history: tuple[Month, ...]

    def of(self, kind: CreditKind) -> list[CreditRecord]:
        return [record for record in self.records if record.kind == kind]

    @property
    def sides(self) -> list[tuple[str, object, list[CreditRecord]]]:
        """Each of the three sums with the records it is made of."""
        if self.grade is None:
            return []
        sums = (self.grade.base, self.grade.good, self.grade.bad)
        return [
            (kind.value, side, self.of(kind)) for kind, side in zip(CreditKind, sums, strict=True)
        ]

    @property
    def holders(self) -> list[CreditRecord]:
        """The records that hold the level down."""
        held = self.grade is not None and self.grade.held_down
        return [record for record in self.records if held and record.ceiling]


def firm_credit(body: Body, on: date) -> FirmCredit:
    """Three queries, however many records and months there are."""
    scheme = scheme_of(body.place)
    versions = settled(scheme)
    rows = CreditRecord.objects.with_life().filter(body=body, confirmed_at__isnull=False)
    records = list(rows.order_by("-from_on", "-pk"))
    version, this = in_force(versions, on), today()
    return FirmCredit(
        body=body,
        on=on,
        scheme=scheme,
        version=version,
        grade=_grade(version, records, on) if version else None,
        records=tuple(record for record in records if record.counts_on(on)),
        ended=tuple(
            record
            for record in records
            if not record.counts_on(this) and (record.counts_from or this) <= this
        )[:LATEST],
        history=tuple(_history(versions, records, this)),
    )


def _grade(version: CreditVersion, records: Iterable[CreditRecord], on: date) -> Grade:
    entries = [record.entry for record in records if record.counts_on(on)]
    return graded(version.read.rules, entries)


def _history(
    versions: list[CreditVersion], records: list[CreditRecord], this: date
) -> Iterable[Month]:
    """Today and the last day of each month before, as far back as a scheme was in force."""
    first = this.replace(day=1)
    days = [this, *(months_after(first, -n) - timedelta(days=1) for n in range(MONTHS - 1))]
    for on in days:
        version = in_force(versions, on)
        if version is not None:
            yield Month(on, _grade(version, records, on))


# --- The table of a place ----------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """How the table is narrowed: a level, words of a name."""

    level: str = ""
    search: str = ""

    @property
    def words(self) -> dict[str, str]:
        return {"level": self.level, "search": self.search}


@dataclass(frozen=True)
class Row:
    body: Body
    grade: Grade
    records: int


@dataclass(frozen=True)
class Table:
    """One page of a place's firms. `levels`: how many firms are at each."""

    version: CreditVersion | None
    rows: tuple[Row, ...]
    levels: tuple[tuple[Level, int], ...]
    firms: int
    found: int
    previous: str
    next: str


def table_of(place: Place, asked: Asked, *, cursor: str = "") -> Table:
    """The best first, equals by their code; the same number of queries for any number of firms."""
    version = version_on(scheme_of(place), today())
    if version is None:
        return Table(None, (), (), 0, 0, "", "")
    rows = _rows(version, place)
    counted = Counter(row.grade.level.name for row in rows)
    levels = tuple((level, counted[level.name]) for level in version.read.rules.levels)
    shown = [row for row in rows if _wanted(row, asked)]
    here = leaf([row.body.code for row in shown], cursor, PAGE)
    return Table(
        version=version,
        rows=tuple(shown[here.begin : here.end]),
        levels=levels,
        firms=len(rows),
        found=len(shown),
        previous=here.previous,
        next=here.next,
    )


def _rows(version: CreditVersion, place: Place) -> list[Row]:
    on = today()
    firms = Body.objects.filter(kind=BodyKind.FIRM, place__code__startswith=place.code)
    by_firm: dict[int, list[CreditRecord]] = defaultdict(list)
    records = CreditRecord.objects.counting(on).filter(place=version.scheme.place_id)
    for record in records:
        by_firm[record.body_id].append(record)
    rules = version.read.rules
    places = {level.name: n for n, level in enumerate(rules.levels)}
    rows = []
    for firm in firms.only("pk", "code", "name", "initials"):
        held = by_firm.get(firm.pk, [])
        rows.append(Row(firm, graded(rules, [record.entry for record in held]), len(held)))
    return sorted(
        rows, key=lambda row: (places[row.grade.level.name], -row.grade.total, row.body.code)
    )


def _wanted(row: Row, asked: Asked) -> bool:
    if asked.level and row.grade.level.name != asked.level:
        return False
    words = asked.search.strip().lower()
    body = row.body
    return (
        not words
        or words in body.name.lower()
        or body.initials.lower().startswith(words)
        or body.code == words
    )


def advised(place: Place) -> list[Row]:
    """Firms whose level advises a list: what officers look at, and no more than that."""
    version = version_on(scheme_of(place), today())
    rows = _rows(version, place) if version else []
    return [row for row in rows if row.grade.level.advice]


# --- At the desk -------------------------------------------------------------------------


def seen(
    user: User, *, under_way: bool = False, hand: Hand | None = None
) -> "QuerySet[CreditRecord]":
    """Records this user sees, with what a row of the list shows; `hand`: theirs, if read before."""
    steps = CreditStep.objects.select_related("by").order_by("pk")
    rows = CreditRecord.objects.with_life().filter(seen_by(user, hand.ties if hand else None))
    if under_way:
        rows = rows.filter(last_verb__in=UNDER_WAY)
    found: QuerySet[CreditRecord] = rows.select_related("body", "place", "version", "recorded_by")
    return found.prefetch_related(Prefetch("steps", queryset=steps)).annotate(key=KEY)


def heard(rows: "QuerySet[CreditRecord]", at: datetime) -> "QuerySet[CreditRecord]":
    """Of these, seen, the alarm: the firm was heard, nobody has decided; the longest heard first.

    As `CreditRecord.heard` says of one.
    """
    over = Q(last_verb__in=STILL_OPEN, due_at__lte=at)
    return rows.filter(Q(last_verb=CreditVerb.OBJECT) | over).order_by("due_at", "pk")


def one_seen(user: User, public_id: UUID) -> CreditRecord:
    """One of them with what happened to it and its evidence, or 404."""
    found = seen(user).prefetch_related("steps__photos").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Door:
    """A step that is open by the law; `refused` says why it is not this reader's."""

    verb: CreditVerb
    refused: str = ""


def doors(record: CreditRecord, hand: Hand) -> list[Door]:
    """What may happen to it now; steps fetched beforehand are not fetched again."""
    steps, at = list(record.steps.all()), now()
    return [
        Door(verb, str(hand.why_not(record, verb, steps) or not_now(record, verb, at)))
        for verb in open_verbs(record.kind, record.state)
    ]


def waiting(records: Sequence[CreditRecord], hand: Hand) -> list[list[CreditVerb]]:
    """Of each, what is this reader's to do, by the first of the ways to do it."""
    return [
        [door.verb for door in doors(record, hand) if not door.refused and door.verb in WAITS]
        for record in records
    ]


def repairable_from(record: CreditRecord) -> date | None:
    """The first day on which the firm may ask for it to be repaired."""
    begins = record.counts_from
    if begins is None or record.kind != CreditKind.BAD:
        return None
    return months_after(begins, record.version.read.repair_months)


def not_now(record: CreditRecord, verb: CreditVerb, at: datetime) -> "StrOrPromise":
    """What the calendar does not let happen yet, or no more; nothing where it does."""
    if verb == CreditVerb.OBJECT and record.due_at is not None and at >= record.due_at:
        return _("The time for objections is over.")
    if verb in (CreditVerb.CONFIRM, CreditVerb.ASK_REPAIR) and record.until_on <= day_of(at):
        return _("Its validity is over: it counts no more.")
    unheard = verb == CreditVerb.CONFIRM and record.state == CreditState.WAITING
    if unheard and record.due_at is not None and at < record.due_at:
        due = {"due": clockwords(record.due_at, at)}
        return _("The firm may state its objections until %(due)s.") % due
    since = repairable_from(record)
    if verb == CreditVerb.ASK_REPAIR and since is not None and day_of(at) < since:
        return _("Credit can be repaired from %(day)s on.") % {"day": daywords(since)}
    return ""


def catalogue(place: Place) -> CreditVersion | None:
    """The version whose records are entered today, for officers of this place."""
    return version_on(scheme_of(place), today())


def firms_of(place: Place) -> "QuerySet[Body]":
    """The firms on the register of a place, for officers to choose from."""
    rows = Body.objects.filter(
        Q(place__code__startswith=place.code), kind=BodyKind.FIRM
    ).select_related("place")
    return rows.order_by("name")
