"""Who hears of a step of a listing: whom it is about, and the officers whose turn it is."""

from datetime import datetime

from django.urls import reverse

from common.now import now, today
from communities.models import Appointment, Body, Office, in_force
from communities.queries.audience import managers_of
from notifications.actions import notify
from ratings.actions import _officers
from ratings.actions._officers import untied
from ratings.models import Assessment, Listing, ListingStep
from ratings.permissions.concerned import bodies_of
from ratings.workflow import About, ListingState, ListingVerb

# Whom it is about hears of what they must do, and of what is said of them in public.
CONCERNED_HEAR = frozenset(
    {
        ListingVerb.DECIDE_AGAINST,
        ListingVerb.CORRECT,
        ListingVerb.KEEP_SCORE,
        ListingVerb.NOTICE,
        ListingVerb.UPHOLD,
        ListingVerb.PUBLISH,
        ListingVerb.REFUSE_REPAIR,
        ListingVerb.REPAIR,
        ListingVerb.VETO_ENDS,
        ListingVerb.EXPIRE,
        ListingVerb.WITHDRAW,
    }
)
# The officers hear when something new waits for one of them.
OFFICERS_HEAR = frozenset(
    {
        ListingVerb.PUT_FORWARD,
        ListingVerb.RECEIVE,
        ListingVerb.STATE_CASE,
        ListingVerb.STATEMENT_OVER,
        ListingVerb.CORRECT,
        ListingVerb.KEEP_SCORE,
        ListingVerb.DECIDE,
        ListingVerb.APPROVE,
        ListingVerb.OBJECT,
        ListingVerb.NOTICE_OVER,
        ListingVerb.ASK_REPAIR,
    }
)


def tell(listing: Listing, step: ListingStep) -> None:
    """Notices of one step, in the caller's transaction."""
    verb = ListingVerb(step.verb)
    path = reverse("ratings:listing", args=[listing.public_id])
    if verb == ListingVerb.SERVE:
        _notify(listing, step, "listing_served", concerned_by(listing), path)
    elif verb in CONCERNED_HEAR and listing.steps.filter(verb=ListingVerb.SERVE).exists():
        _notify(listing, step, "listing_moved", concerned_by(listing), path)
    elif verb in CONCERNED_HEAR and listing.noticed_at is not None:
        public = reverse("ratings:public_listing", args=[listing.public_id])
        _notify(listing, step, "listing_moved", concerned_by(listing), public)
    if verb == ListingVerb.LATE:
        _notify(listing, step, "late_listing", officers_of(listing), path)
    elif verb in OFFICERS_HEAR:
        to = officers_of(listing) - ({step.by_id} if step.by_id else set())
        _notify(listing, step, "listing_waits", to, path)


def tell_corrected(sheet: Assessment) -> None:
    """The officers hear that a sheet is corrected for which a listing waits."""
    replaced = sheet.replaces
    if replaced is None or sheet.for_card_id is None:
        return
    asked = ListingStep.objects.filter(
        verb=ListingVerb.ASK_CORRECTION,
        facts__sheet=str(replaced.public_id),
        listing__state=ListingState.DECIDING,
    ).select_related("listing__place", "listing__body", "listing__estate")
    for step in asked:
        path = reverse("ratings:listing", args=[step.listing.public_id])
        _notify(step.listing, step, "listing_waits", officers_of(step.listing), path, at=now())


def concerned_by(listing: Listing) -> set[int]:
    """Who hears for whom it is about: managers, directors, secretaries."""
    on = today()
    if listing.about_kind == About.BRANCH and listing.body is not None:
        at = {listing.body.place_id, *listing.body.party.estates.values_list("pk", flat=True)}
        held = Appointment.objects.filter(
            in_force(on), office=Office.BRANCH_SECRETARY, place__in=at, user__is_active=True
        )
        return set(held.values_list("user", flat=True))
    bodies = Body.objects.filter(pk__in=bodies_of(listing.about, on, on))
    return {user for body in bodies for user in managers_of(body)}


def officers_of(listing: Listing) -> set[int]:
    """The officers of the district, but none that is tied to whom it is about."""
    on = today()
    return untied(_officers.officers_of(listing.place_id), bodies_of(listing.about, on, on), on)


def _notify(
    listing: Listing,
    step: ListingStep,
    kind: str,
    to: set[int],
    path: str,
    at: datetime | None = None,
) -> None:
    notify(
        to,
        kind=kind,
        facts={
            "firm": listing.about.name,
            "list": listing.kind,
            "verb": step.verb,
            "due_at": listing.due_at.isoformat() if listing.due_at else "",
            "path": path,
        },
        key=f"{kind} {step.public_id.hex}",
        at=at or step.at,
        duty=True,
    )
