"""Listings for their pages: what waits for whom until when, what happened, what anybody reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import CharField, Count, Prefetch, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404

from accounts.models import User
from common.workdays import SHANGHAI
from communities.models import Place
from ratings.models import (
    Assessment,
    AssessmentState,
    Listing,
    ListingStep,
    Objection,
    Publication,
    Scheme,
    Veto,
)
from ratings.models.listings import ListingQuerySet
from ratings.permissions.listings import Who, refusal, seen_by, who, why_not
from ratings.workflow import (
    LAW,
    OWN_DOORS,
    Hand,
    Life,
    ListingState,
    ListingVerb,
    months_after,
    open_verbs,
    standing,
)

# A key to page by that can be written down.
KEY = Cast("public_id", CharField())
SWITCHES = ("joint_check", "interview", "legal_review")
# Of one list of a place: entries in force, those in public notice, those that left it.
WHICH = ("list", "notice", "ended")


def life_of(listing: Listing) -> Life:
    """The listing as the law looks at it; steps fetched beforehand are not fetched again."""
    steps = listing.version.read.steps
    rows = sorted(listing.steps.all(), key=lambda step: step.pk)
    return Life(
        listing.kind,
        ListingState(listing.state),
        frozenset(name for name in SWITCHES if getattr(steps, name)),
        standing(ListingVerb(step.verb) for step in rows),
    )


@dataclass(frozen=True)
class Door:
    """A step that is open by the law; `refused` says why it is not this reader's."""

    verb: ListingVerb
    refused: str = ""


def doors(listing: Listing, one: Who) -> list[Door]:
    """The steps that people may take now, each with why this reader may not."""
    found = []
    for verb in open_verbs(life_of(listing)):
        if LAW[verb].hand in (Hand.CLOCK, Hand.ANYBODY) or verb in OWN_DOORS:
            continue
        if verb == ListingVerb.ASK_CORRECTION and listing.card_id is None:
            continue  # proposed by hand: no score stands behind it
        found.append(Door(verb, str(why_not(one, listing, verb))))
    return found


# With what a row of any list shows.
SHOWN = ("place", "body", "estate", "period", "card")


def seen(user: User, *, under_way: bool = False) -> "QuerySet[Listing]":
    """Those this user may see, with what a row of the list shows."""
    rows = Listing.objects.filter(seen_by(user)).select_related(*SHOWN, "version")
    if under_way:
        rows = rows.under_way()
    opened = Count("objections", filter=Q(objections__answered_at__isnull=True), distinct=True)
    return rows.prefetch_related("steps").annotate(opposed=opened, key=KEY)


def one_seen(user: User, public_id: UUID) -> Listing:
    """One of them with what happened to it, or 404."""
    steps = ListingStep.objects.select_related("by").order_by("pk")
    found = (
        Listing.objects.filter(seen_by(user), public_id=public_id)
        .select_related(*SHOWN, "version__scheme", "period__scheme")
        .prefetch_related(Prefetch("steps", queryset=steps), "objections")
        .first()
    )
    if found is None:
        raise Http404
    return found


def public() -> "ListingQuerySet":
    """What anybody may read of all lists."""
    return Listing.objects.public().select_related(*SHOWN, "version__scheme").annotate(key=KEY)


def readable(
    user: User | None, *, place: str = "", kind: str = "", state: str = "", about: str = ""
) -> "QuerySet[Listing]":
    """Public ones for anybody, and for a user those they may see beside them."""
    found = Listing.objects.public()
    if user is not None:
        found |= Listing.objects.filter(seen_by(user))
    asked = {"place__code__startswith": place, "kind": kind, "state": state}
    rows = found.filter(**{name: value for name, value in asked.items() if value})
    return rows.about(about).select_related(*SHOWN).annotate(key=KEY)


def one_public(public_id: UUID) -> Listing:
    found = public().prefetch_related("steps").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def of_list(place: Place, kind: str, about: str = "") -> "ListingQuerySet":
    """What anybody may read of one list of a place and those under it."""
    return public().filter(place__code__startswith=place.code, kind=kind).about(about)


def on_list(
    place: Place, kind: str, *, search: str = "", ended: bool = False, about: str = ""
) -> "QuerySet[Listing]":
    """Entries of one list; `ended`: what left it, with why."""
    rows = of_list(place, kind, about)
    if ended:
        rows = rows.filter(published_at__isnull=False, ended_at__isnull=False)
    else:
        rows = rows.filter(state=ListingState.PUBLISHED)
    if search:
        words = Q(document_number__icontains=search)
        for noun in ("body", "estate"):
            words |= Q(**{f"{noun}__name__icontains": search}) | Q(**{f"{noun}__code": search})
            words |= Q(**{f"{noun}__initials__icontains": search})
        rows = rows.filter(words)
    return rows


def in_notice(place: Place, kind: str, about: str = "") -> "QuerySet[Listing]":
    """Those in public notice."""
    rows = of_list(place, kind, about)
    return rows.filter(state=ListingState.NOTICED).order_by("noticed_at", "pk")


def newest(place: Place, kind: str, about: str = "") -> "QuerySet[Listing]":
    """For its feed: what stands or stood in public notice and on the list, the latest fifty."""
    return of_list(place, kind, about).order_by("-noticed_at", "-pk")[:50]


def sheets_of(listing: Listing) -> "QuerySet[Assessment]":
    """The settled sheets that the score was made of: what can be right in part."""
    rows = Assessment.objects.filter(
        period=listing.period_id, body=listing.body_id, state=AssessmentState.SETTLED
    )
    return rows.select_related("estate", "period__version").order_by("estate__code", "pk")


def open_objections(listing: Listing) -> "QuerySet[Objection]":
    return listing.objections.filter(answered_at__isnull=True).order_by("pk")


def repairable_from(listing: Listing) -> date | None:
    """The first day on which the firm may ask for its credit to be repaired."""
    if listing.published_at is None:
        return None
    on = listing.published_at.astimezone(SHANGHAI).date()
    return months_after(on, listing.version.read.steps.repair_months)


def waiting(listings: Sequence[Listing], user: User) -> list[list[ListingVerb]]:
    """Of each, what of the next steps is this reader's; withdrawing is nothing that waits.

    Constant queries for any number of listings whose steps are fetched.
    """
    one = who(user, listings)
    return [
        [
            door.verb
            for door in doors(listing, one)
            if not door.refused and door.verb != ListingVerb.WITHDRAW
        ]
        for listing in listings
    ]


def answers(listing: Listing, user: User) -> list[Objection]:
    """The objections that this officer may answer now."""
    if listing.state != ListingState.NOTICED or refusal(user, listing, ListingVerb.ANSWER):
        return []
    return [row for row in listing.objections.all() if row.answered_at is None]


def vetoes_on_record(scheme: Scheme) -> "QuerySet[Veto]":
    """The latest hundred."""
    rows = Veto.objects.filter(place=scheme.place).select_related("body")
    return rows.order_by("-pk")[:100]


def links_of(listing: Listing) -> "QuerySet[Publication]":
    """What of it stands in the chain."""
    return Publication.objects.filter(subject=listing.public_id).order_by("sequence")
