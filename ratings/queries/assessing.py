"""What waits for somebody who assesses, and what was found of somebody who is assessed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Invalid
from common.now import today
from communities.models import (
    Body,
    Office,
    Place,
)
from communities.models.places import PlaceQuerySet
from communities.scope import Standing, standing_of
from ratings.models import Assessment, AssessmentState, Period, PeriodState
from ratings.permissions.assessments import (
    SETTLED_STATES,
    assessed_bodies,
    given_above,
    office_for,
    seen_by,
    ties_of,
)
from ratings.queries.subjects import Pair, pairs_of
from ratings.terms import Judge, Method, Part, Source

# Verdicts are confirmed by the same offices that give them.
VERDICT_OFFICES = frozenset(
    {
        Office.COMMUNITY_CLERK,
        Office.COMMUNITY_SECRETARY,
        Office.SUBDISTRICT_OFFICER,
        Office.DISTRICT_OFFICER,
    }
)


@dataclass(frozen=True)
class Duty:
    """One sheet that is this person's to fill in, and where it stands."""

    period: Period
    estate: Place
    body: Body
    part: Part
    method: str
    found: Assessment | None
    mine: bool
    # Daily checks are many: how many are settled.
    checks: int = 0

    @property
    def method_name(self) -> str:
        return str(Method(self.method).label) if self.method else ""

    @property
    def daily(self) -> bool:
        return self.method == Method.DAILY

    @property
    def done(self) -> bool:
        if self.daily:
            return self.checks > 0
        return self.found is not None and self.found.state != AssessmentState.DRAFT


@dataclass(frozen=True)
class AtEstate:
    """The sheets of one firm at one estate."""

    estate: Place
    body: Body
    duties: tuple[Duty, ...]

    @property
    def open(self) -> int:
        return sum(not duty.done for duty in self.duties)


def open_periods(user: User) -> list[Period]:
    """Periods in which this user may have something to assess, the one that ends first first."""
    standing = standing_of(user)
    if not standing.appointments:
        return []
    rows = Period.objects.filter(
        state=PeriodState.OPEN, from_on__lte=standing.on, assess_until_on__gte=standing.on
    ).select_related("version", "scheme__place")
    found = rows.order_by("assess_until_on", "pk")
    return [period for period in found if _near(standing, period.scheme.place.code)]


def _near(standing: Standing, code: str) -> bool:
    return any(
        ever.startswith(code) or code.startswith(ever)
        for codes in standing.place_codes.values()
        for ever in codes
    ) or bool(standing.grid_estate_ids)


def reach(user: User) -> PlaceQuerySet:
    """The estates at which this user holds an office that assesses anything."""
    standing = standing_of(user)
    codes = (*standing.overseer_codes, *standing.community_codes)
    wardens = [
        a.place.code
        for a in standing.appointments
        if a.office == Office.WARDEN and a.place is not None
    ]
    within = Q(pk__in=standing.grid_estate_ids)
    for code in (*codes, *wardens):
        within |= Q(code__startswith=code)
    return Place.objects.estates().filter(within)


def sheets_of(period: Period) -> list[tuple[Part, str]]:
    """Every sheet of a scheme: a part with each of its methods, or a verdict."""
    found: list[tuple[Part, str]] = []
    for part in period.version.read.parts:
        if part.source == Source.VERDICT:
            found.append((part, ""))
        elif part.source == Source.SHEET:
            methods = dict.fromkeys(item.method for item in part.items if not item.figure)
            found += [(part, method) for method in methods if method != Method.SYSTEM]
    return found


@dataclass(frozen=True)
class Desk:
    """All that waits for one person in one period, before it is cut into pages."""

    period: Period
    sheets: tuple[tuple[Part, str], ...]
    # The sheets of each estate and body, by their place in `sheets`.
    duties: dict[Pair, tuple[int, ...]]
    standing: dict[tuple[Pair, str, str], list[tuple[str, int]]]

    def open_at(self, pair: Pair) -> int:
        return sum(not self._done(pair, number) for number in self.duties[pair])

    def _done(self, pair: Pair, number: int) -> bool:
        part, method = self.sheets[number]
        rows = self.standing.get((pair, part.key, method), [])
        wanted = SETTLED_STATES if method == Method.DAILY else (*SETTLED_STATES, "handed_in")
        return any(state in wanted for state, _by in rows)


def desk_of(user: User, period: Period) -> Desk:
    """What is this person's to assess in a period; constant queries for any number of estates."""
    standing = standing_of(user)
    estates = {estate.pk: estate for estate in reach(user)}
    pairs = pairs_of(period, reach(user))
    bodies = Body.objects.in_bulk({body for _estate, body in pairs})
    tied = ties_of(user).during(period.from_on, standing.on)
    free = [pair for pair in pairs if pair[1] not in tied and pair[0] in estates]
    sheets = tuple(sheets_of(period))
    above = _given_above(free, estates, bodies, sheets, period)
    memo: dict[tuple[int, bool], tuple[int, ...]] = {}
    duties: dict[Pair, tuple[int, ...]] = {}
    for pair in free:
        key = (pair[0], pair in above)
        if key not in memo:
            memo[key] = _numbers(standing, sheets, estates[pair[0]], above=key[1])
        if memo[key]:
            duties[pair] = memo[key]
    return Desk(period, sheets, duties, _standing(period, duties))


def _numbers(
    standing: Standing, sheets: Sequence[tuple[Part, str]], estate: Place, *, above: bool
) -> tuple[int, ...]:
    return tuple(
        number
        for number, (part, method) in enumerate(sheets)
        if office_for(standing, part.judge or method, estate, above=above) is not None
    )


def _given_above(
    pairs: Sequence[Pair],
    estates: dict[int, Place],
    bodies: dict[int, Body],
    sheets: Sequence[tuple[Part, str]],
    period: Period,
) -> frozenset[Pair]:
    if all(part.judge != Judge.COMMUNITY_PARTY for part, _method in sheets):
        return frozenset()
    asked = [(estates[estate], bodies[body]) for estate, body in pairs]
    return given_above(asked, period.from_on, today())


def _standing(
    period: Period, pairs: Iterable[Pair]
) -> dict[tuple[Pair, str, str], list[tuple[str, int]]]:
    wanted = set(pairs)
    rows = Assessment.objects.filter(period=period, replaces=None).exclude(
        state=AssessmentState.REPLACED
    )
    found: dict[tuple[Pair, str, str], list[tuple[str, int]]] = {}
    columns = ("estate", "body", "part", "method", "state", "by")
    for estate, body, part, method, state, by in rows.values_list(*columns):
        if (estate, body) in wanted:
            found.setdefault(((estate, body), part, method), []).append((state, by))
    return found


def cards_of(user: User, desk: Desk, estates: Sequence[Place]) -> list[AtEstate]:
    """The sheets of these estates, ready to be shown; two queries."""
    by_pk = {estate.pk: estate for estate in estates}
    pairs = [pair for pair in desk.duties if pair[0] in by_pk]
    bodies = Body.objects.in_bulk({body for _estate, body in pairs})
    rows = Assessment.objects.filter(period=desk.period, estate__in=estates).exclude(
        state=AssessmentState.REPLACED
    )
    found: dict[tuple[Pair, str, str], list[Assessment]] = {}
    for row in rows.select_related("by", "office_place").order_by("pk"):
        found.setdefault(((row.estate_id, row.body_id), row.part, row.method), []).append(row)
    cards = []
    for pair in sorted(pairs, key=lambda pair: (by_pk[pair[0]].code, bodies[pair[1]].code)):
        estate, body = by_pk[pair[0]], bodies[pair[1]]
        duties = tuple(
            _duty(user, desk, (estate, body), number, found) for number in desk.duties[pair]
        )
        cards.append(AtEstate(estate, body, duties))
    return cards


def _duty(
    user: User,
    desk: Desk,
    pair: tuple[Place, Body],
    number: int,
    found: dict[tuple[Pair, str, str], list[Assessment]],
) -> Duty:
    part, method = desk.sheets[number]
    rows = found.get(((pair[0].pk, pair[1].pk), part.key, method), [])
    if method == Method.DAILY:
        drafts = [row for row in rows if row.state == AssessmentState.DRAFT]
        own = [row for row in drafts if row.by_id == user.pk]
        settled = sum(row.state == AssessmentState.SETTLED for row in rows)
        one = own[-1] if own else None
        return Duty(desk.period, *pair, part, method, one, one is not None, settled)
    one = rows[-1] if rows else None
    mine = one is not None and one.by_id == user.pk
    return Duty(desk.period, *pair, part, method, one, mine)


def to_confirm(user: User) -> list[Assessment]:
    """Verdicts that wait for this person, the longest first."""
    standing = standing_of(user)
    if not standing.holds(*VERDICT_OFFICES):
        return []
    codes = (*standing.overseer_codes, *standing.community_codes)
    within = Q(pk__in=())
    for code in codes:
        within |= Q(estate__code__startswith=code)
    rows = (
        Assessment.objects.filter(within, state=AssessmentState.HANDED_IN)
        .exclude(by=user)
        .select_related("period__version", "period__scheme", "estate__parent", "body", "by")
    )
    found = list(rows.order_by("met_on", "pk")[:100])
    ties = ties_of(user) if found else None
    above = {
        (period, *pair)
        for period, since in {(row.period_id, row.period.from_on) for row in found}
        for pair in given_above(
            [(row.estate, row.body) for row in found if row.period_id == period],
            since,
            standing.on,
        )
    }
    return [
        row
        for row in found
        if ties is not None
        and row.body_id not in ties.during(row.period.from_on, standing.on)
        and _gives(standing, row, above=(row.period_id, row.estate_id, row.body_id) in above)
    ]


def _gives(standing: Standing, row: Assessment, *, above: bool) -> bool:
    part = row.period.version.read.part(row.part)
    if part is None or part.judge is None:
        return False
    return office_for(standing, part.judge, row.estate, above=above) is not None


def settled_of(user: User) -> "QuerySet[Assessment]":
    """What was found of the firm this person works for, or of the committee they sit on."""
    bodies = assessed_bodies(standing_of(user))
    rows = Assessment.objects.filter(bodies) if bodies else Assessment.objects.none()
    return (
        rows.filter(state=AssessmentState.SETTLED)
        .select_related("period__version", "estate", "body", "office_place")
        .annotate(key=Cast("public_id", CharField()))
    )


def one_seen(user: User, public_id: UUID) -> Assessment:
    """An assessment this user may see, or 404."""
    found = (
        Assessment.objects.filter(seen_by(user))
        .select_related(
            "period__version",
            "period__scheme__place",
            "estate__parent__parent",
            "body",
            "by",
            "confirmed_by",
            "office_place",
            "replaces",
            "for_card",
        )
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def days_left(period: Period, on: date) -> int:
    """Days until assessments of it are no longer taken; 0 on the last one."""
    return (period.assess_until_on - on).days


def assessor_shown(user: User, assessment: Assessment) -> bool:
    """Whether the reader is told who it was, or the office alone: the firm reads the office."""
    standing = standing_of(user)
    codes = (*standing.overseer_codes, *standing.community_codes)
    if not codes or not assessment.estate.code.startswith(codes):
        return assessment.by_id == user.pk
    return assessment.body_id not in ties_of(user).during(standing.on, standing.on)


def listed(
    user: User, *, period: str = "", estate: str = "", state: str = ""
) -> "QuerySet[Assessment]":
    """Every assessment this user may see, narrowed down, with its day as a text to page by."""
    rows = Assessment.objects.filter(seen_by(user)).select_related("period", "estate", "body")
    if period:
        rows = rows.filter(period__public_id=_uuid(period))
    if estate:
        rows = rows.filter(estate__code=estate)
    if state:
        rows = rows.filter(state=state)
    return rows.annotate(on_text=Cast("on", CharField()), key=Cast("public_id", CharField()))


def _uuid(text: str) -> UUID:
    """Raises Invalid for what is no id."""
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(fields={"period": [_("This is not an id of a period.")]}) from None
