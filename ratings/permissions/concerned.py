"""Whom a listing is about: who speaks for them, and which bodies answer for an estate.

A firm's manager and clerk speak for it, a committee's director and members, a branch's secretary;
for an estate those of the firm in force there and of its committee. Whoever is tied to one of
these takes no part in what is decided about it.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.models import User
from communities.models import (
    COMMITTEE_BODIES,
    Body,
    BodyKind,
    Contract,
    Office,
    Place,
    in_force,
)
from communities.permissions.interests import COMMITTEE_OFFICES
from communities.scope import standing_of
from ratings.models import Listing
from ratings.permissions.assessments import REPORTERS

# A body and the half-open dates over which it answers for an estate.
Span = tuple[int, date | None, date | None]


@dataclass(frozen=True)
class Voice:
    """The bodies and the estates a person speaks for today, by their keys."""

    bodies: frozenset[int] = frozenset()
    estates: frozenset[int] = frozenset()

    def speaks_for(self, listing: Listing) -> bool:
        return listing.body_id in self.bodies or listing.estate_id in self.estates

    @property
    def own(self) -> Q:
        """Listings about them."""
        return Q(body__in=self.bodies) | Q(estate__in=self.estates)


def voice_of(user: User) -> Voice:
    """Three queries at most, none for whoever holds no such office."""
    standing = standing_of(user)
    held = standing.appointments
    firms = {a.body_id for a in held if a.office in REPORTERS and a.body_id}
    seats = {a.body_id for a in held if a.office in COMMITTEE_OFFICES and a.body_id}
    rooms = {a.place_id for a in held if a.office in COMMITTEE_OFFICES and a.place_id}
    posts = {a.place_id for a in held if a.office == Office.BRANCH_SECRETARY and a.place_id}
    bodies, estates = set(firms), set()
    if seats or rooms:
        rows = Body.objects.filter(
            Q(pk__in=seats) | Q(place__in=rooms), kind__in=COMMITTEE_BODIES, dissolved_on=None
        )
        for pk, place in rows.values_list("pk", "place"):
            bodies.add(pk)
            estates.add(place)
    if posts:
        # A firm's own branch is none of the place where the firm has its seat.
        at = Q(place__in=posts) | Q(party__estates__in=posts)
        rows = Body.objects.filter(at, kind=BodyKind.PARTY_ORGANISATION, party__firm=None)
        bodies.update(rows.values_list("pk", flat=True))
    if firms:
        served = Contract.objects.filter(in_force(standing.on), firm__in=firms)
        estates.update(served.values_list("estate", flat=True))
    return Voice(frozenset(bodies), frozenset(estates))


def around(estates: Collection[int]) -> dict[int, list[Span]]:
    """Who answers or answered for each estate: firms by their contracts, committees."""
    found: dict[int, list[Span]] = defaultdict(list)
    if not estates:
        return found
    served = Contract.objects.filter(estate__in=estates)
    seated = Body.objects.filter(place__in=estates, kind__in=COMMITTEE_BODIES)
    for rows in (
        served.values_list("estate", "firm", "from_on", "until_on"),
        seated.values_list("place", "pk", "founded_on", "dissolved_on"),
    ):
        for estate, body, from_on, until_on in rows:
            found[estate].append((body, from_on, until_on))
    return found


def answering(spans: Collection[Span], since: date, on: date) -> set[int]:
    """The bodies that did on any day from `since` to `on`."""
    return {
        body
        for body, from_on, until_on in spans
        if (from_on is None or from_on <= on) and (until_on is None or until_on > since)
    }


def bodies_of(about: Body | Place, since: date, on: date) -> set[int]:
    """The body itself; of an estate those that answer for it."""
    if isinstance(about, Body):
        return {about.pk}
    return answering(around({about.pk})[about.pk], since, on)


def estates_of(bodies: Collection[int], on: date) -> set[int]:
    """The estates that these bodies answer for today."""
    if not bodies:
        return set()
    served = Contract.objects.filter(in_force(on), firm__in=bodies)
    seated = Body.objects.filter(pk__in=bodies, kind__in=COMMITTEE_BODIES)
    return {*served.values_list("estate", flat=True), *seated.values_list("place", flat=True)}
