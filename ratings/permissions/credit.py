"""Who enters, confirms, contests, repairs and withdraws records of the credit ledger.

An officer of the district records, another confirms; the firm is heard; whoever decides on a
repair did neither. Whoever is or was tied to the firm takes no part but the firm's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import NotAllowed
from common.now import today
from communities.models import Body
from communities.scope import standing_of
from ratings.credit import CreditVerb
from ratings.models import CreditRecord, CreditStep
from ratings.permissions.assessments import REPORTERS, Ties, ties_of
from ratings.permissions.schemes import check_keeps_scheme, scheme_codes

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

V = CreditVerb
OF_THE_FIRM = frozenset({V.OBJECT, V.ASK_REPAIR})
DECIDED = frozenset({V.REPAIR, V.REFUSE_REPAIR})
OFFICERS: "StrOrPromise" = _("The credit ledger is kept by the officers of the district.")
THE_FIRM: "StrOrPromise" = _("The firm itself does this: its manager or clerk.")
TIED: "StrOrPromise" = _(
    "You hold or held an office in this firm, or an interest in it is on record: you take no part."
)
RECORDED: "StrOrPromise" = _("You put this on record yourself: another officer does this.")
INVOLVED: "StrOrPromise" = _(
    "You put this on record or confirmed it: an officer who did neither decides on its repair."
)


@dataclass(frozen=True)
class Hand:
    """A person as the ledger looks at them: read once for a page of records."""

    user: User
    codes: tuple[str, ...]
    ties: Ties
    firms: frozenset[int]

    def keeps(self, record: CreditRecord) -> bool:
        return bool(self.codes) and record.place.code.startswith(self.codes)

    def tied(self, record: CreditRecord) -> bool:
        """On any day since what the record is about."""
        return record.body_id in self.ties.during(record.from_on, today())

    def why_not(
        self, record: CreditRecord, verb: CreditVerb, steps: Sequence[CreditStep]
    ) -> "StrOrPromise":
        """Why this person may not; nothing where they may."""
        if verb in OF_THE_FIRM:
            return "" if record.body_id in self.firms else THE_FIRM
        if not self.keeps(record):
            return OFFICERS
        if self.tied(record):
            return TIED
        confirmed = any(step.verb == V.CONFIRM for step in steps)
        return self._not_apart(verb, {s.verb for s in steps if s.by_id == self.user.pk}, confirmed)

    def _not_apart(self, verb: CreditVerb, did: set[str], confirmed: bool) -> "StrOrPromise":
        """Four eyes: a mistake may be taken back alone only before it counts."""
        if verb in DECIDED:
            return INVOLVED if did & {V.RECORD, V.CONFIRM} else ""
        if verb == V.WITHDRAW and not confirmed:
            return ""
        return RECORDED if V.RECORD in did else ""


def hand_of(user: User) -> Hand:
    """Constant queries for any number of records."""
    held = standing_of(user).appointments
    return Hand(
        user,
        scheme_codes(user),
        ties_of(user),
        frozenset(a.body_id for a in held if a.office in REPORTERS and a.body_id),
    )


def check_step(
    user: User, record: CreditRecord, verb: CreditVerb, steps: Sequence[CreditStep]
) -> None:
    """Raises NotAllowed, with the reason, for whoever this is not."""
    if refused := hand_of(user).why_not(record, verb, steps):
        raise NotAllowed(refused)


def check_records(user: User, body: Body, since: date) -> None:
    """Officers of the firm's district, tied to it on no day since then; raises NotAllowed."""
    check_keeps_scheme(user, body.place)
    if body.pk in ties_of(user).during(min(since, today()), today()):
        raise NotAllowed(TIED)


def seen_by(user: User, ties: Ties | None = None) -> Q:
    """Records this user sees beside the public ones: officers and auditors of the district, but
    none that is tied to the firm; the firm's manager and clerk all of their own.
    """
    standing = standing_of(user)
    found = Q(pk__in=())
    for code in (*scheme_codes(user), *standing.auditor_codes):
        found |= Q(place__code__startswith=code)
    known = ties_of(user) if ties is None else ties
    found &= ~Q(body__in=known.during(standing.on, standing.on))
    own = {a.body_id for a in standing.appointments if a.office in REPORTERS and a.body_id}
    return found | Q(body__in=own)


def reads_officers(user: User, record: CreditRecord) -> bool:
    """Whether names of officers are this reader's: those who keep the ledger, untied."""
    hand = hand_of(user)
    return hand.keeps(record) and not hand.tied(record)
