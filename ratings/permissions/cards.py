"""Who reads scores – everybody once they are published, before that those they concern – and who
corrects one."""

from collections.abc import Iterable

from django.db.models import Q

from accounts.actors import Actor
from accounts.models import User
from common.errors import allowed
from communities.models import COMMITTEE_BODIES, Place
from communities.permissions.interests import COMMITTEE_OFFICES
from communities.scope import Standing, standing_of
from ratings.models import Period, PeriodState, Scorecard
from ratings.permissions.assessments import REPORTERS, check_untied, ties_of
from ratings.permissions.schemes import check_keeps_scheme

PUBLISHED = Q(period__state=PeriodState.PUBLISHED)
FROZEN = Q(period__state=PeriodState.FROZEN)


def cards_seen_by(user: User | None) -> Q:
    """Cards this reader may see.

    Frozen and not yet published: officers above the estate, for a whole firm those above the
    scheme's place, auditors there; never a firm they are tied to, but the firm's own people.
    """
    if user is None:
        return PUBLISHED
    standing = standing_of(user)
    above = Q(pk__in=())
    for code in (*standing.overseer_codes, *standing.auditor_codes):
        above |= Q(estate__code__startswith=code)
        above |= Q(estate=None, period__scheme__place__code__startswith=code)
    tied = ties_of(user).during(standing.on, standing.on)
    found = above & ~Q(body__in=tied) if tied else above
    return PUBLISHED | (FROZEN & (found | _own(standing)))


def _own(standing: Standing) -> Q:
    """Of the firm whose manager or clerk one is, or of the committee on which one sits."""
    firms = {a.body_id for a in standing.appointments if a.office in REPORTERS and a.body_id}
    found = Q(body__in=firms)
    for held in standing.appointments:
        if held.office in COMMITTEE_OFFICES:
            of = Q(body=held.body_id) if held.body_id else Q(body__place=held.place_id)
            found |= of & Q(body__kind__in=COMMITTEE_BODIES)
    return found


def reads_table(user: User | None, period: Period) -> bool:
    """The table of a period: everybody's once published, before that its place's officers'."""
    if period.state == PeriodState.PUBLISHED:
        return True
    if period.state != PeriodState.FROZEN or user is None:
        return False
    return any(period.scheme.place.code.startswith(code) for code in watched_codes(user))


def check_corrects_card(actor: Actor, card: Scorecard) -> None:
    """Raises NotAllowed but for officers of the district whom nothing ties to the firm.

    Nor did anything since the period began (our decision): who left it in the middle is still
    a party to the half before.
    """
    check_keeps_scheme(actor, card.period.scheme.place)
    if isinstance(actor, User):
        check_untied(actor, card.body, card.period.from_on)


def corrects_card(actor: Actor, card: Scorecard) -> bool:
    """Whether `check_corrects_card` would let them."""
    return allowed(check_corrects_card, actor, card)


def watched_codes(user: User | None) -> tuple[str, ...]:
    """The codes beneath which this reader is told how far a period has come."""
    if user is None:
        return ()
    standing = standing_of(user)
    return (*standing.overseer_codes, *standing.auditor_codes)


def watches(user: User | None, place: Place) -> bool:
    """Whether anything of a scheme of this place lies beneath their offices."""
    return touches(watched_codes(user), place.code)


def touches(codes: Iterable[str], code: str) -> bool:
    return any(code.startswith(each) or each.startswith(code) for each in codes)
