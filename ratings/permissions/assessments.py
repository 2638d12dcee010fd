"""Who may assess whom: it follows from offices, and nobody assesses a firm they are tied to.

One table says which offices assess by which method or give which verdict. Where a firm is led by
the community, or one person sits in the community's office and in the firm, the community's
verdict is the subdistrict's (DOMAIN part 7).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import CharField, Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.errors import NotAllowed, allowed
from common.now import today
from communities.models import (
    COMMITTEE_BODIES,
    COMMUNITY_OFFICES,
    DESK_OFFICES,
    FIRM_OFFICES,
    GRID_OFFICES,
    OVERSEER_OFFICES,
    Appointment,
    Body,
    BodyKind,
    CommitteeMember,
    Contract,
    Firm,
    Interest,
    Office,
    Place,
)
from communities.models.places import CODE_LENGTH, PlaceKind
from communities.permissions.interests import COMMITTEE_OFFICES, during
from communities.scope import Standing, standing_of
from ratings.models import Assessment, AssessmentState, Period
from ratings.terms import Judge, Method, Part

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# By what a sheet is assessed – a method, or whose verdict it is – and the offices that do it.
ASSESSES: dict[str, frozenset[Office]] = {
    Method.DOCUMENT: OVERSEER_OFFICES,
    Method.ONSITE: OVERSEER_OFFICES,
    Method.DAILY: DESK_OFFICES | GRID_OFFICES | {Office.WARDEN},
    Judge.COMMUNITY_PARTY: COMMUNITY_OFFICES,
    Judge.SUBDISTRICT: frozenset({Office.SUBDISTRICT_OFFICER}),
    Judge.AUTHORITY: frozenset({Office.DISTRICT_OFFICER}),
}
ABOVE = frozenset({Office.SUBDISTRICT_OFFICER})
REFUSED: "dict[str, StrOrPromise]" = {
    Method.DOCUMENT: _("Officers of the subdistrict or the district assess this."),
    Method.ONSITE: _("Officers of the subdistrict or the district assess this."),
    Method.DAILY: _("The community's staff, its grid workers and wardens check this day by day."),
    Judge.COMMUNITY_PARTY: _("This verdict is given by the community's party organisation."),
    Judge.SUBDISTRICT: _("This verdict is given by the subdistrict's officers."),
    Judge.AUTHORITY: _("This verdict is given by the district's officers."),
}
TIED = _(
    "You hold or held an office there in this period, or an interest in it is on record: "
    "somebody else assesses it."
)
GIVEN_ABOVE = _(
    "The firm is led by the community or shares somebody with its office: the subdistrict's "
    "officers give this verdict."
)
# What an office ties to: the body it is held at, or what answers for the place.
TYING = frozenset({BodyKind.FIRM, *COMMITTEE_BODIES, BodyKind.PARTY_ORGANISATION})
TYING_AT_PLACES = COMMITTEE_OFFICES | {Office.BUTLER, Office.BRANCH_SECRETARY}
SETTLED_STATES = (AssessmentState.SETTLED, AssessmentState.REPLACED)
REPORTERS = frozenset({Office.FIRM_MANAGER, Office.FIRM_CLERK})


@dataclass(frozen=True)
class SheetOf:
    """One sheet that may be filled in: of which part, by which method (none for a verdict)."""

    period: Period
    estate: Place
    body: Body
    part: Part
    method: str

    @property
    def what(self) -> str:
        """What `ASSESSES` knows it by."""
        return self.part.judge or self.method


def sheet_of(assessment: Assessment) -> SheetOf:
    """The sheet that an assessment is of."""
    part = assessment.period.version.read.part(assessment.part)
    if part is None:
        raise ValueError("a settled version of a scheme never loses a part")
    return SheetOf(assessment.period, assessment.estate, assessment.body, part, assessment.method)


# --- Ties --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ties:
    """The bodies a person is or was tied to, each over half-open dates."""

    rows: frozenset[tuple[int, date, date | None]] = frozenset()

    def during(self, since: date, on: date) -> frozenset[int]:
        """Those of any day from `since` to `on`: whoever left last week is no judge yet."""
        return frozenset(
            body
            for body, from_on, until_on in self.rows
            if from_on <= on and (until_on is None or until_on > since)
        )


def ties_of(user: User) -> Ties:
    """Offices in firms and on committees, interests on record; butlers are the serving firm's."""
    nothing = Value("", CharField())
    interests: Any = Interest.objects.filter(user=user).values_list(
        "firm", "from_on", "until_on", nothing, nothing
    )
    seats = CommitteeMember.objects.filter(user=user).values_list(
        "committee__body", "from_on", "until_on", nothing, nothing
    )
    # An office is held at a body or at a place, never at both.
    posts = Appointment.objects.filter(
        Q(body__kind__in=TYING) | Q(body=None, place__isnull=False, office__in=TYING_AT_PLACES),
        user=user,
    ).values_list("body", "from_on", "until_on", "office", "place__code")
    found = [_Tie(*row) for row in interests.union(seats, posts, all=True)]
    rows = {(tie.body, tie.from_on, tie.until_on) for tie in found if tie.body is not None}
    return Ties(frozenset(rows | _at_estates([tie for tie in found if tie.body is None])))


class _Tie(NamedTuple):
    """To a body, or by an office to what answers for a place."""

    body: int | None
    from_on: date
    until_on: date | None
    office: str
    code: str


def _at_estates(posts: list[_Tie]) -> set[tuple[int, date, date | None]]:
    """What an office at a place ties to: the committee there, the firm that serves, the branch."""
    if not posts:
        return set()
    length = CODE_LENGTH[PlaceKind.ESTATE]
    codes = {post.code[:length] for post in posts}
    committees: dict[str, set[int]] = {}
    found = Body.objects.filter(place__code__in=codes, kind__in=COMMITTEE_BODIES)
    for code, body in found.values_list("place__code", "pk"):
        committees.setdefault(code, set()).add(body)
    firms: dict[str, set[int]] = {}
    served = Contract.objects.filter(estate__code__in=codes)
    for code, firm in served.values_list("estate__code", "firm"):
        firms.setdefault(code, set()).add(firm)
    branches: dict[str, set[int]] = {}
    if any(post.office == Office.BRANCH_SECRETARY for post in posts):
        found = Body.objects.filter(place__code__in=codes, kind=BodyKind.PARTY_ORGANISATION)
        for code, body in found.values_list("place__code", "pk"):
            branches.setdefault(code, set()).add(body)
    answer = {Office.BUTLER: firms, Office.BRANCH_SECRETARY: branches}
    return {
        (body, post.from_on, post.until_on)
        for post in posts
        for body in answer.get(Office(post.office), committees).get(post.code[:length], ())
    }


def given_above(
    pairs: Iterable[tuple[Place, Body]], since: date, on: date
) -> frozenset[tuple[int, int]]:
    """Of these estates and bodies, those whose community's verdict is the subdistrict's.

    Constant queries: three for any number of pairs.
    """
    asked = list(pairs)
    bodies = {body.pk for _estate, body in asked}
    led = set(
        Firm.objects.filter(body__in=bodies, community_led=True).values_list("body", flat=True)
    )
    span = during(since, on)
    in_firms = Appointment.objects.filter(span, body__in=bodies, office__in=sorted(FIRM_OFFICES))
    firms_of: dict[int, set[int]] = {}
    for user, body in in_firms.values_list("user", "body"):
        firms_of.setdefault(user, set()).add(body)
    in_offices = Appointment.objects.filter(
        span,
        user__in=firms_of,
        body__place__in={estate.parent_id for estate, _body in asked},
        body__kind=BodyKind.COMMUNITY_OFFICE,
    )
    shared = {
        (community, body)
        for user, community in in_offices.values_list("user", "body__place")
        for body in firms_of[user]
    }
    return frozenset(
        (estate.pk, body.pk)
        for estate, body in asked
        if body.pk in led or (estate.parent_id, body.pk) in shared
    )


# --- Who assesses ------------------------------------------------------------------------


def offices_for(what: str, *, above: bool) -> frozenset[Office]:
    """The offices that fill in a sheet of this kind; `above` where the community must not."""
    if above and what == Judge.COMMUNITY_PARTY:
        return ABOVE
    return ASSESSES[what]


def office_for(
    standing: Standing, what: str, estate: Place, *, above: bool = False
) -> Appointment | None:
    """The office by which a person may assess there, whatever ties them to the firm."""
    wanted = offices_for(what, above=above)
    for held in standing.appointments:
        if held.office not in wanted:
            continue
        if held.office in GRID_OFFICES:
            if held.grid_id is not None and estate.pk in standing.grid_estate_ids:
                return held
        elif standing.reaches(held, estate.code):
            return held
    return None


def place_of(held: Appointment) -> Place:
    """Of which place an office is: a grid's is its community's."""
    if held.body is not None:
        return held.body.place
    if held.grid is not None:
        return held.grid.community
    if held.place is None:
        raise ValueError("an appointment is held somewhere: the database says so")
    return held.place


def check_assesses(actor: Actor, sheet: SheetOf) -> Appointment:
    """The office by which they assess; raises NotAllowed, with the reason, for everybody else."""
    if not isinstance(actor, User):
        raise NotAllowed(REFUSED[sheet.what])
    check_untied(actor, sheet.body, sheet.period.from_on)
    above = False
    if sheet.what == Judge.COMMUNITY_PARTY:
        pair = [(sheet.estate, sheet.body)]
        above = bool(given_above(pair, sheet.period.from_on, today()))
    held = office_for(standing_of(actor), sheet.what, sheet.estate, above=above)
    if held is None:
        raise NotAllowed(GIVEN_ABOVE if above else REFUSED[sheet.what])
    return held


def check_untied(actor: User, body: Body, since: date) -> None:
    """Raises NotAllowed for whoever is or was tied to the body since that day."""
    if body.pk in ties_of(actor).during(since, today()):
        raise NotAllowed(TIED)


def assesses(actor: Actor, sheet: SheetOf) -> bool:
    """Whether `check_assesses` would let them."""
    return allowed(check_assesses, actor, sheet)


def check_confirms(actor: Actor, assessment: Assessment) -> Appointment:
    """Another person of those who give the verdict; raises NotAllowed for everybody else."""
    held = check_assesses(actor, sheet_of(assessment))
    if isinstance(actor, User) and actor.pk == assessment.by_id:
        raise NotAllowed(_("Somebody else than whoever handed it in confirms it."))
    return held


def confirms(actor: Actor, assessment: Assessment) -> bool:
    """Whether `check_confirms` would let them."""
    return allowed(check_confirms, actor, assessment)


def check_holds(actor: Actor, assessment: Assessment) -> Appointment:
    """Whoever has the sheet in hand and still may; raises NotAllowed for everybody else."""
    held = check_assesses(actor, sheet_of(assessment))
    if isinstance(actor, User) and actor.pk != assessment.by_id:
        raise NotAllowed(_("Somebody else has begun this sheet. Take it over to go on with it."))
    return held


# --- Who sees ----------------------------------------------------------------------------


def seen_by(user: User) -> Q:
    """Assessments this user may see.

    Offices see what lies under them, drafts too, and assessors their own; whoever is tied to a
    body, its firm's people above all, sees only what is settled; so does the auditor.
    """
    standing = standing_of(user)
    settled = Q(state__in=SETTLED_STATES)
    offices = _under((*standing.overseer_codes, *standing.community_codes)) | Q(by=user)
    tied = ties_of(user).during(standing.on, standing.on)
    found = offices & ~Q(body__in=tied) if tied else offices
    found |= settled & _under(standing.auditor_codes)
    if bodies := assessed_bodies(standing):
        found |= settled & bodies
    return found


def assessed_bodies(standing: Standing) -> Q:
    """Of assessments and rectifications, those of the bodies a person speaks for or works for."""
    firms = {a.body_id for a in standing.appointments if a.office in FIRM_OFFICES and a.body_id}
    found = Q(body__in=firms) if firms else Q()
    for held in standing.appointments:
        if held.office in COMMITTEE_OFFICES:
            of = Q(body=held.body_id) if held.body_id else Q(body__place=held.place_id)
            found |= of & Q(body__kind__in=COMMITTEE_BODIES)
    return found


def _under(codes: Iterable[str]) -> Q:
    found = Q(pk__in=())
    for code in codes:
        found |= Q(estate__code__startswith=code)
    return found
