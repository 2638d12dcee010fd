"""What the pages of groups read: the list, one whole, what a place has."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.now import today
from common.paging import Sorting
from communities.models import (
    COMMITTEE_BODIES,
    Body,
    BodyKind,
    Group,
    GroupKind,
    GroupMembership,
    Place,
    SettledMatter,
    in_force,
)
from communities.permissions import keeps_register

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BY_CODE = Sorting("code", "code")
# Who belongs to such a group if it is whole (A12, T5).
PARTS: "dict[str, tuple[tuple[StrOrPromise, frozenset[str]], ...]]" = {
    GroupKind.FOUR_IN_ONE: (
        (_("Community party organisation"), frozenset({BodyKind.PARTY_ORGANISATION})),
        (_("Residents' committee"), frozenset({BodyKind.COMMUNITY_OFFICE})),
        (
            _("Owners' committee"),
            frozenset(COMMITTEE_BODIES),
        ),
        (_("Property firm"), frozenset({BodyKind.FIRM})),
    ),
    GroupKind.THREE_PARTY: (
        (
            _("Subdistrict or community"),
            frozenset({BodyKind.COMMUNITY_OFFICE, BodyKind.SUBDISTRICT_OFFICE}),
        ),
        (
            _("Owners' committee"),
            frozenset(COMMITTEE_BODIES),
        ),
        (_("Property firm"), frozenset({BodyKind.FIRM})),
    ),
}


def group_of(_user: User | None, code: str) -> Group:
    """A group by its code, or 404."""
    rows = Group.objects.select_related("body__place__parent__parent__parent")
    found = rows.filter(body__code=code).first()
    if found is None:
        raise Http404
    return found


def membership_of(_user: User, key: str) -> GroupMembership:
    """A membership by its public id, or 404."""
    rows = GroupMembership.objects.select_related("group__body__place__parent", "member")
    try:
        found = rows.filter(public_id=UUID(key)).first()
    except ValueError:
        raise Http404 from None
    if found is None:
        raise Http404
    return found


def group_list(*, kind: str = "", under: str = "", search: str = "") -> "QuerySet[Any]":
    """The bodies of groups that there still are, with how many belong to each, by code."""
    on = today()
    current = Q(group__memberships__from_on__lte=on) & (
        Q(group__memberships__until_on__isnull=True) | Q(group__memberships__until_on__gt=on)
    )
    rows = Body.objects.filter(kind=BodyKind.GROUP, group__isnull=False)
    rows = rows.filter(Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=on))
    rows = rows.select_related("group", "place").annotate(
        members_count=Count("group__memberships", filter=current)
    )
    if kind:
        rows = rows.filter(group__kind=kind)
    if under:
        rows = rows.filter(place__code__startswith=under)
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(initials__startswith=search.lower()))
    return rows


def settled_in(year: int, under: str = "", kind: str = "") -> int:
    """Matters that groups of a place settled in a year (W9)."""
    rows = SettledMatter.objects.filter(
        month__year=year, group__body__place__code__startswith=under
    )
    if kind:
        rows = rows.filter(group__kind=kind)
    return rows.aggregate(total=Sum("count"))["total"] or 0


@dataclass(frozen=True)
class Part:
    """A part a group of this kind should have, and whether somebody stands for it."""

    label: "StrOrPromise"
    there: bool


@dataclass(frozen=True)
class GroupPage:
    """All there is to show of a group to one reader."""

    group: Group
    members: list[GroupMembership]
    former: list[GroupMembership]
    parts: list[Part]
    settled: list[SettledMatter]
    settled_this_year: int
    year: int
    keeps: bool


def group_page(group: Group, user: User | None) -> GroupPage:
    """One group as this reader sees it: who left is for those who keep the register."""
    on = today()
    keeps = user is not None and keeps_register(user, group.body.place)
    rows = list(group.memberships.select_related("member").order_by("from_on", "pk"))
    members = [row for row in rows if _belongs(row, on)]
    kinds = {row.member.kind for row in members if row.member is not None}
    settled = list(group.settled.order_by("-month")[:24])
    return GroupPage(
        group=group,
        members=members,
        former=[row for row in rows if row.until_on is not None and row.until_on <= on]
        if keeps
        else [],
        parts=[Part(label, bool(wanted & kinds)) for label, wanted in PARTS.get(group.kind, ())],
        settled=settled,
        settled_this_year=sum(row.count for row in settled if row.month.year == on.year),
        year=on.year,
        keeps=keeps,
    )


def _belongs(row: GroupMembership, on: date) -> bool:
    return row.from_on <= on and (row.until_on is None or row.until_on > on)


def groups_at(place: Place) -> list[Group]:
    """The groups of a place and those its bodies belong to, for its page; one query."""
    belonging = GroupMembership.objects.filter(in_force(today()), member__place=place)
    rows = Group.objects.filter(
        Q(body__place=place) | Q(pk__in=belonging.values("group")),
        body__dissolved_on__isnull=True,
    )
    return list(rows.select_related("body").order_by("body__code")[:50])
