"""Who hears of a step of a listing: the firm, and the officers whose turn it is."""

from django.urls import reverse

from common.now import today
from communities.models import Appointment, Office, in_force
from notifications.actions import notify
from ratings.actions._settling import managers_of
from ratings.models import Listing, ListingStep
from ratings.permissions.assessments import ties_of
from ratings.workflow import ListingVerb

# The firm hears of what it must do, and of what is said of it in public.
FIRM_HEARS = frozenset(
    {
        ListingVerb.DECIDE_AGAINST,
        ListingVerb.CORRECT,
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
        _notify(listing, step, "listing_served", managers_of(listing.body), path)
    elif verb in FIRM_HEARS and listing.steps.filter(verb=ListingVerb.SERVE).exists():
        _notify(listing, step, "listing_moved", managers_of(listing.body), path)
    elif verb in FIRM_HEARS and listing.noticed_at is not None:
        public = reverse("ratings:public_listing", args=[listing.public_id])
        _notify(listing, step, "listing_moved", managers_of(listing.body), public)
    if verb == ListingVerb.LATE:
        _notify(listing, step, "late_listing", officers_of(listing), path)
    elif verb in OFFICERS_HEAR:
        to = officers_of(listing) - ({step.by_id} if step.by_id else set())
        _notify(listing, step, "listing_waits", to, path)


def officers_of(listing: Listing) -> set[int]:
    """The officers of the district, but none that is tied to the firm."""
    held = Appointment.objects.filter(
        in_force(today()),
        office=Office.DISTRICT_OFFICER,
        body__place=listing.place_id,
        user__is_active=True,
    ).select_related("user")
    people = {post.user for post in held}
    on = today()
    return {user.pk for user in people if listing.body_id not in ties_of(user).during(on, on)}


def _notify(listing: Listing, step: ListingStep, kind: str, to: set[int], path: str) -> None:
    notify(
        to,
        kind=kind,
        facts={
            "firm": listing.body.name,
            "list": listing.kind,
            "verb": step.verb,
            "due_at": listing.due_at.isoformat() if listing.due_at else "",
            "path": path,
        },
        key=f"{kind} {step.public_id.hex}",
        at=step.at,
        duty=True,
    )
