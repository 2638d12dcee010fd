"""The one place a listing moves: lock, look, check, change, append, tell. Private to the verbs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.actors import CLOCK, Actor
from accounts.models import User
from common import workdays
from common.errors import Conflict, WrongState
from common.now import now
from communities.scope import calendar_for, day_of
from ratings.actions._listing_changes import CHANGES, Change, Move
from ratings.actions._listing_told import tell
from ratings.models import Listing, ListingStep, Veto
from ratings.permissions.listings import check_step
from ratings.queries.listings import life_of
from ratings.workflow import (
    APPROVERS,
    ENDED,
    LAW,
    ListingState,
    ListingVerb,
    ListKind,
    is_open,
    leads,
)

S, V = ListingState, ListingVerb
# What a listing is read with wherever a step is taken.
ABOUT = ("version", "period", "place", "body", "estate")


def locked(pk: int) -> Listing:
    """The row as it is now, held until the transaction ends."""
    rows = Listing.objects.select_for_update(of=("self",))
    found = rows.select_related(*ABOUT).filter(pk=pk).first()
    if found is None:
        raise Conflict
    return found


@transaction.atomic
def take(
    listing: Listing,
    verb: ListingVerb,
    *,
    by: Actor,
    text: str = "",
    facts: Mapping[str, Any] | None = None,
    change: Change | None = None,
) -> Listing:
    """Take one step.

    1. Lock the row, then read the clock.
    2. Let the clock take the steps that are due already: what comes late meets a later state.
    3. Check whose step it is, then whether the law has it now; a refusal leaves nothing behind.
    4. Let the verb change what is its own; state and deadline as the table says.
    5. Append the step, write it down for the auditor, tell. All of it, or nothing.
    """
    row = locked(listing.pk)
    at = now()
    check_step(by, row, verb)
    opened(row, verb, at)
    moved(Move(row, verb, by, at, text.strip(), dict(facts or {})), change)
    return row


def opened(listing: Listing, verb: ListingVerb, at: datetime) -> None:
    """With the clock caught up; raises WrongState unless the law has this step now."""
    catch_up(listing, at)
    if not is_open(verb, life_of(listing)):
        raise WrongState


def moved(move: Move, change: Change | None = None) -> ListingStep:
    """Change, move and append; the row is locked and the step is open."""
    listing, verb = move.listing, move.verb
    before = S(listing.state)
    if change is not None:
        change(move)
    own = CHANGES.get(verb)
    if own is not None:
        own(move)
    complete = True
    if LAW[verb].last is not None:
        complete = listing.steps.filter(verb=verb).count() + 1 >= APPROVERS
    listing.state = leads(verb, before, complete=complete)
    _promise(listing, verb, move.at)
    if listing.state in ENDED:
        listing.ended_at, listing.due_at = move.at, None
    step = ListingStep.objects.create(
        listing=listing,
        verb=verb,
        from_state=before,
        to_state=listing.state,
        at=move.at,
        by=move.by if isinstance(move.by, User) else None,
        text=move.text,
        facts=move.facts,
    )
    listing.alarm_at = alarm_of(listing)
    listing.save()
    _record(listing, move.by, verb)
    tell(listing, step)
    if verb == V.PUBLISH and listing.kind == ListKind.BLACK:
        _off_the_red_list(listing, move.at)
    return step


def _off_the_red_list(listing: Listing, at: datetime) -> None:
    """Nobody is on both lists: what is under way for the red one ends with the black one."""
    red = Listing.objects.under_way().like(listing).filter(kind=ListKind.RED)
    for pk in red.values_list("pk", flat=True):
        moved(Move(locked(pk), V.WITHDRAW, CLOCK, at, facts={"because": "black"}))


def _promise(listing: Listing, verb: ListingVerb, at: datetime) -> None:
    """The deadline of the stage that this step begins, if it begins one."""
    row = LAW[verb]
    if row.opens:
        days = max(getattr(listing.version.read.steps, row.opens), 1)
        found = workdays.add_working_days(at, days, calendar_for({day_of(at).year}))
        listing.due_at, listing.provisional = found.due_at, found.provisional
    elif listing.state not in (S.STATING, S.DECIDING, S.NOTICED):
        listing.due_at, listing.provisional = None, False


# --- The clock ---------------------------------------------------------------------------


def catch_up(listing: Listing, at: datetime) -> int:
    """Take the steps of the clock that have come due, each dated when it was; how many."""
    taken = 0
    while (due := _due(listing, at)) is not None:
        verb, when = due
        moved(Move(listing, verb, CLOCK, when))
        taken += 1
    return taken


def _due(listing: Listing, at: datetime) -> tuple[ListingVerb, datetime] | None:
    """The clock's next step at a listing that is due at a moment, and when it was."""
    for verb, when in _ahead(listing):
        if when <= at:
            # What is published is dated when it is: nobody could read it before.
            return verb, at if verb == V.PUBLISH else when
    return None


def alarm_of(listing: Listing) -> datetime | None:
    """When the clock must look next."""
    return min((when for _verb, when in _ahead(listing)), default=None)


def _ahead(listing: Listing) -> list[tuple[ListingVerb, datetime]]:
    """The steps that the clock will take unless somebody acts before, the soonest first."""
    if listing.state in ENDED:
        return []
    found: list[tuple[ListingVerb, datetime]] = []
    if listing.kind == ListKind.RED and (veto := _veto_of(listing)) is not None:
        # Not before it was proposed: a veto of last year is dated when somebody entered it.
        found.append((V.VETO_ENDS, max(workdays.midnight(veto.from_on), veto.entered_at)))
    verb, when = _next_of_state(listing)
    if verb is not None and when is not None:
        found.append((verb, when))
    return sorted(found, key=lambda row: row[1])


def _next_of_state(listing: Listing) -> tuple[ListingVerb | None, datetime | None]:
    """What ends the stage it is in by itself."""
    state, due = S(listing.state), listing.due_at
    if state == S.STATING and due is not None:
        # The day whose end it is: the decision's days are counted from that day on.
        return V.STATEMENT_OVER, due - workdays.A_MOMENT
    if state == S.DECIDING:
        return (None, None) if _late(listing) else (V.LATE, due)
    if state == S.NOTICED and due is not None:
        return V.NOTICE_OVER, _unopposed(listing, due)
    if state == S.SCHEDULED:
        return V.PUBLISH, listing.publish_at
    if state == S.PUBLISHED and listing.until_on is not None:
        return V.EXPIRE, workdays.midnight(listing.until_on)
    return None, None


def _late(listing: Listing) -> bool:
    return listing.steps.filter(verb=V.LATE).exists()


def _unopposed(listing: Listing, due: datetime) -> datetime | None:
    """When the public notice is over; never while an objection is open."""
    answers = list(listing.objections.values_list("answered_at", flat=True))
    if None in answers:
        return None
    return max([due, *(answer for answer in answers if answer is not None)])


def _veto_of(listing: Listing) -> Veto | None:
    """The first veto item that is in effect now or will be; an estate has none of its own."""
    if listing.body_id is None:
        return None
    rows = Veto.objects.filter(body=listing.body_id, place=listing.place_id).order_by("from_on")
    since = day_of(listing.proposed_at)
    return next((v for v in rows if v.until_on is None or v.until_on > since), None)


def _record(listing: Listing, by: Actor, verb: ListingVerb) -> None:
    audit.record(
        by=by,
        verb=f"listing_{verb.value}",
        target_kind="listing",
        target=str(listing.public_id),
        about=listing.about.code,
        place=listing.place.code,
        list=listing.kind,
        state=listing.state,
    )
