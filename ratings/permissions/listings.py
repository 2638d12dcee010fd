"""Who takes which step of a listing, and who reads listings that are not public.

Whoever proposed does not decide, whoever decided does not approve, and whoever is or was tied to
whom it is about takes no part at all but their own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Clock
from accounts.models import User
from common.errors import NotAllowed
from common.now import today
from communities.models import Body, Place
from communities.scope import day_of, standing_of
from ratings.models import Assessment, Listing, ListingStep
from ratings.permissions.assessments import Ties, ties_of
from ratings.permissions.concerned import (
    Span,
    Voice,
    answering,
    around,
    bodies_of,
    estates_of,
    voice_of,
)
from ratings.permissions.schemes import scheme_codes
from ratings.workflow import LAW, About, Hand, ListingVerb

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DECISIONS = (ListingVerb.DECIDE, ListingVerb.DECIDE_AGAINST)
APPROVALS = (ListingVerb.APPROVE, ListingVerb.TURN_DOWN)
NOBODY: "StrOrPromise" = _("You are not allowed to do this.")
OFFICERS: "StrOrPromise" = _("The lists of a place are kept by the officers of its district.")
THEMSELVES: "dict[About, StrOrPromise]" = {
    About.FIRM: _("The firm itself does this: its manager or clerk."),
    About.COMMITTEE: _("The committee itself does this: its director or a member."),
    About.BRANCH: _("The branch itself does this: its secretary."),
    About.ESTATE: _("The firm that serves the estate does this, or its committee."),
}
TIED: "StrOrPromise" = _(
    "You hold or held an office there in this period, or an interest in it is on record: "
    "you take no part."
)
INVOLVED: "StrOrPromise" = _(
    "You were involved in this before: somebody who was not decides on it."
)
PROPOSED: "StrOrPromise" = _("You proposed this yourself: somebody else does it.")
DECIDED: "StrOrPromise" = _("You decided on this yourself: two others approve it.")
APPROVED: "StrOrPromise" = _("You have approved it already: somebody else is the second.")


@dataclass(frozen=True)
class Who:
    """A person as listings look at them: read once for one listing or for a page of them."""

    user: User
    # Codes of the districts whose officer they are.
    codes: tuple[str, ...]
    ties: Ties
    # Whom they speak for.
    voice: Voice
    # Of the listings asked about: period and firm whose sheets they gave.
    assessed: frozenset[tuple[int, int]]
    # Of the estates asked about: who answers or answered for them.
    around: Mapping[int, Collection[Span]]

    def keeps(self, listing: Listing) -> bool:
        return bool(self.codes) and listing.place.code.startswith(self.codes)

    def tied(self, listing: Listing) -> bool:
        """Tied to whom it is about on any day since its period began, or it was proposed."""
        since = listing.period.from_on if listing.period else day_of(listing.proposed_at)
        mine = self.ties.during(since, today())
        if listing.estate_id is None:
            return listing.body_id in mine
        return not mine.isdisjoint(
            answering(self.around.get(listing.estate_id, ()), since, today())
        )


def who(user: User, listings: Iterable[Listing]) -> Who:
    """Constant queries for any number of listings."""
    periods = {listing.period_id for listing in listings if listing.period_id}
    mine = Q(by=user) | Q(confirmed_by=user)
    sheets = Assessment.objects.filter(mine, period__in=periods).values_list("period", "body")
    return Who(
        user,
        scheme_codes(user),
        ties_of(user),
        voice_of(user),
        frozenset(sheets) if periods else frozenset(),
        around({listing.estate_id for listing in listings if listing.estate_id}),
    )


def why_not(one: Who, listing: Listing, verb: ListingVerb) -> "StrOrPromise":
    """Why this person may not take the step; nothing where they may."""
    hand = LAW[verb].hand
    if hand == Hand.ANYBODY:
        return ""
    if hand == Hand.CLOCK:
        return NOBODY
    if hand == Hand.CONCERNED:
        return "" if one.voice.speaks_for(listing) else THEMSELVES[listing.about_kind]
    if not one.keeps(listing):
        return OFFICERS
    if one.tied(listing):
        return TIED
    return "" if hand == Hand.OFFICER else _not_apart(one, listing, hand)


def _not_apart(one: Who, listing: Listing, hand: Hand) -> "StrOrPromise":
    """Whoever did what this step looks at does not look at it themselves."""
    did = {step.verb for step in listing.steps.all() if step.by_id == one.user.pk}
    proposed = listing.proposed_by_id == one.user.pk
    if hand == Hand.DECIDER:
        judged = (listing.period_id, listing.body_id) in one.assessed
        return INVOLVED if did or proposed or judged else ""
    if proposed:
        return PROPOSED
    if hand == Hand.APPROVER and did & set(DECISIONS):
        return DECIDED
    return APPROVED if hand == Hand.APPROVER and did & set(APPROVALS) else ""


def check_step(actor: Actor, listing: Listing, verb: ListingVerb) -> None:
    """Raises NotAllowed, with the reason, for whoever this step is not."""
    if refused := refusal(actor, listing, verb):
        raise NotAllowed(refused)


def refusal(actor: Actor, listing: Listing, verb: ListingVerb) -> "StrOrPromise":
    """Why this actor may not take the step; nothing where they may."""
    if isinstance(actor, Clock):
        return "" if LAW[verb].hand == Hand.CLOCK else NOBODY
    if not isinstance(actor, User):
        return NOBODY
    return why_not(who(actor, [listing]), listing, verb)


def seen_by(user: User) -> Q:
    """Listings this user may see beside the public ones.

    Officers of the district and its auditors, but none that is tied to whom it is about; those
    who speak for whom it is about from the notice on.
    """
    standing = standing_of(user)
    found = Q(pk__in=())
    if codes := (*scheme_codes(user), *standing.auditor_codes):
        for code in codes:
            found |= Q(place__code__startswith=code)
        tied = ties_of(user).during(standing.on, standing.on)
        found &= ~Q(body__in=tied) & ~Q(estate__in=estates_of(tied, standing.on))
    voice = voice_of(user)
    if voice.bodies or voice.estates:
        served = ListingStep.objects.filter(listing=OuterRef("pk"), verb=ListingVerb.SERVE)
        found |= voice.own & Q(Exists(served))
    return found


def check_apart(user: User, about: Body | Place) -> None:
    """Raises NotAllowed for whoever is tied to whom something is to be proposed about."""
    on = today()
    if not ties_of(user).during(on, on).isdisjoint(bodies_of(about, on, on)):
        raise NotAllowed(TIED)


def check_officer_of(actor: Actor, listing: Listing) -> None:
    """Raises NotAllowed but for officers of the district who are not tied to whom it is about."""
    if not is_officer_of(actor, listing):
        raise NotAllowed(OFFICERS)


def is_officer_of(actor: Actor, listing: Listing) -> bool:
    """Whether objections with who raised them are this actor's to read."""
    return not refusal(actor, listing, ListingVerb.WITHDRAW)
