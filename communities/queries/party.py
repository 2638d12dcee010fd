"""What the pages of party organisations read: the pyramid, one whole, sections of places.

Who is a member is nobody's to read: counts for those who keep the register, and the name of a
post's holder for the public only where the holder displays it.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import User
from common.now import today
from communities.models import (
    Cultivation,
    Instructor,
    PartyLevel,
    PartyOrganisation,
    Place,
    Post,
    StarRating,
    WorksUnder,
    in_force,
)
from communities.permissions import keeps_register
from communities.rules import rules

UPPER = (PartyLevel.WORKING_COMMITTEE, PartyLevel.COMMITTEE)


def organisation_of(_user: User | None, code: str) -> PartyOrganisation:
    """An organisation by its code, or 404."""
    rows = PartyOrganisation.objects.select_related(
        "body__place__parent__parent__parent", "parent__body", "firm"
    )
    found = rows.filter(body__code=code).first()
    if found is None:
        raise Http404
    return found


def _by_uuid(rows: "QuerySet[Any]", key: str) -> Any:
    try:
        found = rows.filter(public_id=UUID(key)).first()
    except ValueError:
        raise Http404 from None
    if found is None:
        raise Http404
    return found


def post_of(user: User, key: str) -> Post:
    """A post by its public id; one that is not displayed is there for its keepers only."""
    found: Post = _by_uuid(Post.objects.select_related("organisation__body__place__parent"), key)
    if not found.displayed and not keeps_register(user, found.organisation.body.place):
        raise Http404
    return found


def instructor_of(user: User, key: str) -> Instructor:
    """An instructor by the public id, for those who keep the register there."""
    found: Instructor = _by_uuid(Instructor.objects.select_related("sent_by__body__place"), key)
    if not keeps_register(user, found.sent_by.body.place):
        raise Http404
    return found


@dataclass
class Node:
    """An organisation in the pyramid, with those beneath it. `repeated`: another has its name."""

    organisation: PartyOrganisation
    repeated: bool = False
    children: list["Node"] = field(default_factory=list)

    @property
    def beneath(self) -> int:
        return sum(1 + child.beneath for child in self.children)


def pyramid(under: str) -> list[Node]:
    """The organisations of a place and beneath it, each under its parent; one query.

    Without a place only committees: a county's branches all at once would be no page to read.
    """
    rows = PartyOrganisation.objects.select_related("body__place__parent", "firm")
    on = today()
    rows = rows.filter(Q(body__dissolved_on__isnull=True) | Q(body__dissolved_on__gt=on))
    rows = (
        rows.filter(body__place__code__startswith=under) if under else rows.filter(level__in=UPPER)
    )
    shown = list(rows.order_by("body__place__code", "body__code"))
    names = Counter(row.body.name for row in shown)
    nodes = {row.pk: Node(row, names[row.body.name] > 1) for row in shown}
    roots: list[Node] = []
    for node in nodes.values():
        above = nodes.get(node.organisation.parent_id or 0)
        (above.children if above is not None else roots).append(node)
    return roots


@dataclass(frozen=True)
class PartyPage:
    """All there is to show of an organisation to one reader."""

    organisation: PartyOrganisation
    children: list[PartyOrganisation]
    works_under: list[WorksUnder]
    guides: list[WorksUnder]
    estates: list[Place]
    grids: list[Any]
    stars: list[StarRating]
    most_stars: int
    posts: list[Post]
    instructors: list[Instructor]
    cultivations: list[Cultivation]
    keeps: bool


def party_page(organisation: PartyOrganisation, user: User | None) -> PartyPage:
    """One organisation as this reader sees it."""
    on = today()
    keeps = user is not None and keeps_register(user, organisation.body.place)
    posts = organisation.posts.filter(in_force(on)).select_related("place__parent")
    links = in_force(on)
    children = organisation.children.select_related("body")
    return PartyPage(
        organisation=organisation,
        children=list(
            children.filter(body__dissolved_on__isnull=True).order_by("body__code")[:200]
        ),
        works_under=list(organisation.works_under.filter(links).select_related("under__body")),
        guides=list(organisation.guides.filter(links).select_related("organisation__body")[:200]),
        estates=list(organisation.estates.order_by("code")),
        grids=list(organisation.grids.order_by("code")),
        stars=list(organisation.stars.order_by("-year")[:5]),
        most_stars=rules()["most_stars"],
        posts=list((posts if keeps else posts.filter(displayed=True)).order_by("from_on", "pk")),
        instructors=list(
            organisation.sent.filter(links).select_related("firm", "estate").order_by("pk")
        )
        if keeps
        else [],
        cultivations=list(organisation.cultivations.order_by("-year")[:5]),
        keeps=keeps,
    )


def organisations_at(place: Place) -> list[PartyOrganisation]:
    """The organisations of a place, and those that work in it, for its page; one query."""
    rows = PartyOrganisation.objects.filter(
        Q(body__place=place) | Q(estates=place), body__dissolved_on__isnull=True
    )
    return list(rows.select_related("body").distinct().order_by("body__code")[:50])


def displayed_posts(place: Place) -> list[Post]:
    """What the public reads of posts at an estate and its buildings: only where displayed."""
    rows = Post.objects.filter(
        in_force(today()), displayed=True, place__code__startswith=place.code
    )
    return list(rows.select_related("place", "organisation__body").order_by("kind", "pk")[:50])
