"""What steps of a listing change beside its state: dates, and what is appended to the chain."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.actors import Actor
from communities.scope import day_of
from ratings.actions.publications import append
from ratings.models import Listing, PublicationKind
from ratings.queries.published_rows import said_of_listing
from ratings.workflow import ListingState, ListingVerb, ListKind, list_label, months_after

V = ListingVerb


@dataclass
class Move:
    """A step at work on a locked listing."""

    listing: Listing
    verb: ListingVerb
    by: Actor
    at: datetime
    text: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


Change = Callable[[Move], None]


def _notice(move: Move) -> None:
    move.listing.noticed_at = move.at


def _publish(move: Move) -> None:
    """On the list for so many months; appended to the chain in the same transaction."""
    listing = move.listing
    made = append(
        kind=PublicationKind.LISTING,
        place=listing.place,
        title=_title(listing, _("%(list)s: %(firm)s")),
        subject=listing.public_id,
        content=said_of_listing(listing),
        # Typed by hand, they may name a person: the chain holds a digest that can be emptied.
        personal={"grounds": listing.grounds},
    )
    steps = listing.version.read.steps
    months = steps.red_months if listing.kind == ListKind.RED else steps.black_months
    listing.published_at = made.published_at
    listing.until_on = months_after(day_of(made.published_at), max(months, 1))
    move.facts |= {"sequence": made.sequence, "hash": made.hash}


def _end(move: Move) -> None:
    """The end of what was published is published, too."""
    listing = move.listing
    if listing.state != ListingState.PUBLISHED:
        return
    made = append(
        kind=PublicationKind.LISTING_END,
        place=listing.place,
        title=_title(listing, _("End of an entry, %(list)s: %(firm)s")),
        subject=listing.public_id,
        content={
            **said_of_listing(listing),
            "how": move.verb.value,
            "by_document": str(move.facts.get("document_number", "")),
        },
    )
    move.facts |= {"sequence": made.sequence, "hash": made.hash}


def _title(listing: Listing, words: Any) -> str:
    """In the portal's own language: it is hashed, so it is the same for every reader."""
    with override(settings.LANGUAGE_CODE):
        name = list_label(listing.kind, listing.about_kind)
        return str(words) % {"list": name, "firm": listing.about.name}


CHANGES: dict[ListingVerb, Change] = {
    V.NOTICE: _notice,
    V.PUBLISH: _publish,
    **dict.fromkeys((V.EXPIRE, V.REPAIR, V.WITHDRAW, V.VETO_ENDS), _end),
}
