"""The pages of the register, and of its indicators: who sees them, and of which record."""

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import User
from common.now import today
from communities.models import (
    ActionPlan,
    Appointment,
    Body,
    BodyKind,
    Grid,
    HonourList,
    Interest,
    Office,
    Place,
    PlaceKind,
)
from communities.permissions import kept_codes, posts_signs
from communities.permissions.interests import reads_interests
from communities.permissions.offices import may_appoint, offices_seen, offices_to_give
from communities.queries import imports
from communities.queries import observations as observing
from communities.queries import offices as offices_queries
from communities.queries.ledgers import LEDGERS
from communities.queries.people import PUBLIC_OFFICES
from scripts.shots_cast import Cast, Shot

Pages = Callable[[Cast, str], Iterator[Shot]]
# What is shown of whatever this person finds: what to call it, and the words of its address.
Find = Callable[[User | None], Iterator[tuple[str, dict[str, str]]]]


def seen_by(
    *roles: str,
    what: str = "",
    query: Mapping[str, str] | None = None,
    session: Mapping[str, Any] | None = None,
    **words: str,
) -> Pages:
    """A page without a record of its own, seen by each of these."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        for role in roles:
            yield from cast.shot(route, role, what, query, session, **words)

    return pages


def all_of(*several: Pages) -> Pages:
    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        for each in several:
            yield from each(cast, route)

    return pages


def found_by(*roles: str, find: Find) -> Pages:
    """A page of records, those that each of these finds."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        for role in roles:
            user = cast.people.get(role)
            if user is not None or role == "nobody":
                for what, words in find(user):
                    yield from cast.shot(route, role, what, None, None, **words)

    return pages


# --- Places and grids --------------------------------------------------------------------


def in_tree(*roles: str, kinds: tuple[str, ...], verbs: tuple[str, ...] = ("",)) -> Pages:
    """A place of each of these kinds; with each of these verbs, where the page has some."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        for kind in kinds:
            place = Place.objects.filter(kind=kind).order_by("code").first()
            if place is not None:
                yield from _each(cast, route, roles, kind, place.code, verbs)

    return pages


def in_grids(*roles: str, verbs: tuple[str, ...] = ("",)) -> Pages:
    """A grid and a neighbour cell in it."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        for kind in ("small", "cell"):
            grid = Grid.objects.filter(kind=kind).order_by("code").first()
            if grid is not None:
                yield from _each(cast, route, roles, kind, grid.code, verbs)

    return pages


def _each(
    cast: Cast, route: str, roles: tuple[str, ...], what: str, code: str, verbs: tuple[str, ...]
) -> Iterator[Shot]:
    for role in roles:
        for verb in verbs:
            words: dict[str, Any] = {"verb": verb} if verb else {}
            yield from cast.shot(route, role, f"{what} {verb}".strip(), code=code, **words)


def own_first(rows: "QuerySet[Any]", user: User | None, path: str) -> Iterator[Any]:
    """Rows whose code lies where this person keeps the register; then all the others."""
    codes = kept_codes(user) if user is not None else ()
    own = reduce(or_, (Q(**{f"{path}__startswith": code}) for code in codes), Q(pk__in=()))
    yield from rows.filter(own)
    yield from rows.exclude(own)


def _signed(user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    """An estate and a building for which this person puts up signs."""
    for kind in (PlaceKind.ESTATE, PlaceKind.BUILDING):
        rows = Place.objects.filter(kind=kind, closed_on=None).order_by("code")
        for place in own_first(rows, user, "code"):
            if user is not None and posts_signs(user, place.above(PlaceKind.ESTATE) or place):
                yield kind.value, {"code": place.code}
                break


def _planned(user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    """An estate with a plan, and one without."""
    estates = Place.objects.filter(kind=PlaceKind.ESTATE, closed_on=None).order_by("code")
    for what, none in (("", False), ("none yet", True)):
        for place in own_first(estates.filter(estate_plans__isnull=none), user, "code"):
            if user is not None and posts_signs(user, place):
                yield what, {"code": place.code}
                break


def _bodies(user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    """A body of each kind."""
    for kind in BodyKind:
        rows = Body.objects.filter(kind=kind, dissolved_on=None).order_by("code")
        for body in own_first(rows, user, "place__code"):
            yield kind.value, {"code": body.code}
            break


# --- People and their offices ------------------------------------------------------------


def _appointments(user: User) -> "QuerySet[Appointment]":
    """Those of others in force under this person's scope."""
    rows = Appointment.objects.in_force(today()).filter(offices_seen(user)).exclude(user=user)
    return offices_queries.with_seats(rows).order_by("pk")


def _persons(user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    """Somebody whom this person may read of, and this person."""
    if user is not None:
        yield "own", {"public_id": str(user.public_id)}
        found = _appointments(user).first()
    else:
        held = Appointment.objects.in_force(today()).filter(office__in=sorted(PUBLIC_OFFICES))
        found = held.filter(user__is_active=True).order_by("pk").first()
    if found is not None:
        yield "", {"public_id": str(found.user.public_id)}


def _given(user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    """An office that this person may take from its holder."""
    for found in _appointments(user) if user is not None else ():
        if user is not None and may_appoint(user, Office(found.office), found.seat):
            yield "", {"public_id": str(found.public_id)}
            return


def _seats(user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    """A body, a grid and a place at which this person gives offices."""
    for kind, model, above in offices_queries.KINDS:
        path = {"body": "place__code", "grid": "community__code"}.get(kind, "code")
        rows = model.objects.select_related(above).order_by("code")
        for seat in own_first(rows, user, path):
            if user is not None and offices_to_give(user, seat):
                yield kind, {"kind": kind, "code": seat.code}
                break


def _invited(user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    found = offices_queries.invitations(user, waiting=False).first() if user is not None else None
    if found is not None:
        yield "", {"public_id": str(found.public_id)}


def _interests(user: User | None) -> Iterator[Interest]:
    """Those of others that this person reads."""
    if user is not None:
        for found in Interest.objects.filter(until_on=None).exclude(user=user).order_by("pk"):
            if reads_interests(user, found.user):
                yield found


def _declared(user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    """One's own interests, and those of somebody who has one already."""
    if user is not None:
        yield "own", {"public_id": str(user.public_id)}
    for found in _interests(user):
        yield "", {"public_id": str(found.user.public_id)}
        return


def _to_end(user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    for found in _interests(user):
        yield "", {"public_id": str(found.user.public_id), "interest_id": str(found.public_id)}
        return


# --- Lists, plans, observations ----------------------------------------------------------


def _sent_in(user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    """A workbook in each state."""
    rows = imports.imports_seen(user).order_by("pk") if user is not None else ()
    states = {found.state: str(found.public_id) for found in rows}
    for state, public_id in states.items():
        yield state, {"public_id": public_id}


def _own_lists(user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    """A list of one's own: links are made by whoever sent it in."""
    rows = imports.imports_seen(user).filter(by=user).order_by("pk") if user is not None else ()
    for found in rows:
        yield "", {"public_id": str(found.public_id)}
        return


def _plans(_user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    """A plan at work, and one that is completed."""
    for what, running in (("running", True), ("completed", False)):
        rows = ActionPlan.objects.filter(completed_on__isnull=running).order_by("pk")
        if found := rows.first():
            yield what, {"public_id": str(found.public_id)}


def _honours(_user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    if found := HonourList.objects.order_by("pk").first():
        yield "", {"public_id": str(found.public_id)}


def _observed(user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    """An observation that waits, and one with its answer."""
    if user is not None and kept_codes(user):
        for what, waits in (("waiting", True), ("answered", False)):
            rows = observing.seen_by(user).filter(answered_at__isnull=waits)
            if found := rows.order_by("pk").first():
                yield what, {"public_id": str(found.public_id)}


def watch(cast: Cast, route: str) -> Iterator[Shot]:
    """The desk of somebody who observes."""
    held = Appointment.objects.in_force(today()).filter(office=Office.OBSERVER)
    if found := held.filter(user__is_active=True).order_by("pk").first():
        yield Shot(route, "observer", reverse(route), user=found.user)


UNITS = ("district", "subdistrict", "community", "estate", "building")
FOUND, NOT_FOUND = {"q": "苑"}, {"q": "没有这个小区"}
OVERSEERS = ("subdistrict", "district")

REGISTER: dict[str, Pages] = {
    "indicators": seen_by("nobody", "clerk", *OVERSEERS),
    "indicator": all_of(
        seen_by("nobody", "clerk", what="service", key="property_service"),
        seen_by("district", what="orders", query={"months": "24"}, key="resolution_rate"),
        seen_by("nobody", what="no figures", key="fee_collection"),
    ),
    "indicator_rows": all_of(
        seen_by("nobody", what="service", key="property_service"),
        seen_by("clerk", what="guarded", key="committee_party_share"),
        seen_by("district", what="orders", key="resolution_rate"),
    ),
    "communities:register": seen_by("nobody", "clerk"),
    "communities:search": all_of(
        seen_by("nobody"),
        seen_by("nobody", "clerk", what="found", query=FOUND),
        seen_by("nobody", what="nothing found", query=NOT_FOUND),
    ),
    "communities:place": in_tree("nobody", "clerk", kinds=UNITS),
    "communities:place_change": in_tree(
        "district", kinds=("community",), verbs=("new", "rename", "recode", "move", "close")
    ),
    "communities:plans": found_by("clerk", find=_planned),
    "communities:posters": found_by("clerk", "manager", find=_signed),
    "communities:map": seen_by("nobody", "clerk"),
    "communities:grids": seen_by("nobody"),
    "communities:grid": in_grids("nobody", "clerk"),
    "communities:grid_check": in_tree("clerk", kinds=("community",)),
    "communities:grid_new": in_tree("clerk", kinds=("community",)),
    "communities:grid_change": in_grids("clerk", verbs=("rename", "buildings", "close")),
    "communities:body": found_by("nobody", "clerk", find=_bodies),
    "communities:firms": seen_by("nobody", "district"),
    "communities:committees": seen_by("nobody", "clerk"),
    "communities:party": seen_by("nobody", "clerk"),
    "communities:groups": seen_by("nobody", "clerk"),
    "communities:needs": seen_by("nobody", "clerk", "manager"),
    "communities:honours": seen_by("nobody", "district"),
    "communities:honour_list": found_by("nobody", "district", find=_honours),
    "communities:observations": all_of(seen_by("clerk", "resident"), watch),
    "complaints:checks": watch,
    "communities:observation": found_by("clerk", "district", find=_observed),
    "communities:action_plans": seen_by("nobody", *OVERSEERS),
    "communities:action_plan": found_by("nobody", "district", find=_plans),
    "communities:ledger": all_of(
        *(seen_by("clerk", "district", what=kind, kind=kind) for kind in LEDGERS)
    ),
    "communities:people": all_of(
        seen_by("clerk", "manager", "auditor", "resident", *OVERSEERS),
        seen_by("subdistrict", what="crossed", query={"state": "crossed"}),
    ),
    "communities:vacancies": seen_by("clerk", *OVERSEERS),
    "communities:invitations": seen_by("clerk", *OVERSEERS),
    "communities:invitation": found_by("clerk", "district", find=_invited),
    "communities:appoint": found_by("clerk", "manager", *OVERSEERS, find=_seats),
    "communities:invite": found_by("clerk", "manager", find=_seats),
    "communities:person": found_by("nobody", "clerk", "district", find=_persons),
    "communities:interests": found_by("clerk", "district", find=_declared),
    "communities:interest_end": found_by("clerk", "district", find=_to_end),
    "communities:office_dismiss": found_by("clerk", "district", find=_given),
    "communities:office_hand_over": found_by("clerk", "district", find=_given),
    "communities:imports": seen_by("clerk", "district"),
    "communities:import": found_by("clerk", "district", find=_sent_in),
    "communities:import_links": found_by("clerk", find=_own_lists),
}
