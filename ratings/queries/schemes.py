"""Schemes as they are read: settled versions by everybody, drafts by those who may."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.http import Http404

from accounts.models import User
from common.paging import Sorting
from communities.models import Place
from ratings.models import Period, Scheme, SchemeVersion
from ratings.permissions.schemes import drafts_read_by, keeps_scheme, reads_drafts
from ratings.terms import Subject

BY_PLACE = Sorting("at", "key")
# Periods on the page of a scheme; the list of periods has them all.
LATEST = 12


def schemes_seen(user: User | None, *, place: str = "") -> QuerySet[Any]:
    """The schemes that have a settled version, and those whose drafts this reader sees."""
    settled = SchemeVersion.objects.filter(scheme=OuterRef("pk"), settled_at__isnull=False)
    drafted = SchemeVersion.objects.filter(scheme=OuterRef("pk"), settled_at=None)
    rows = Scheme.objects.annotate(
        is_settled=Exists(settled),
        has_draft=Exists(drafted),
        # Firms before committees, then by name.
        at=Concat(
            F("place__code"),
            Case(When(subject=Subject.FIRMS, then=Value("0")), default=Value("1")),
            F("name"),
            output_field=CharField(),
        ),
        key=Cast("public_id", CharField()),
    ).select_related("place")
    seen = rows.filter(is_settled=True) | rows.filter(drafts_read_by(user))
    return seen.filter(place__code__startswith=place) if place else seen


def scheme_seen(user: User | None, public_id: UUID) -> Scheme:
    """One of them, or 404."""
    found = schemes_seen(user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    scheme: Scheme = found
    return scheme


@dataclass(frozen=True)
class SchemePage:
    """A scheme as one reader is shown it. `settled`: the newest first; the first is in force."""

    scheme: Scheme
    settled: list[SchemeVersion]
    draft: SchemeVersion | None
    periods: list[Period]
    keeps: bool

    @property
    def in_force(self) -> SchemeVersion | None:
        return self.settled[0] if self.settled else None


def scheme_page(scheme: Scheme, user: User | None) -> SchemePage:
    """The same number of queries however many versions and periods there are."""
    rows = scheme.versions.select_related("settled_by", "made_by").order_by("-number")
    versions = list(rows)
    for version in versions:
        version.scheme = scheme
    drafts = [version for version in versions if version.settled_at is None]
    reads = reads_drafts(user, scheme.place)
    periods = Period.objects.filter(scheme=scheme).select_related("version")
    return SchemePage(
        scheme=scheme,
        settled=[version for version in versions if version.settled_at is not None],
        draft=drafts[0] if drafts and reads else None,
        periods=list(periods.order_by("-from_on")[:LATEST]),
        keeps=user is not None and keeps_scheme(user, scheme.place),
    )


def draft_seen(scheme: Scheme, user: User | None) -> SchemeVersion:
    """Its draft, or 404: where there is none, and for whoever may not read it."""
    found = scheme.versions.filter(settled_at=None).first()
    if found is None or not reads_drafts(user, scheme.place):
        raise Http404
    found.scheme = scheme
    return found


def version_seen(scheme: Scheme, user: User | None, number: int) -> SchemeVersion:
    found = scheme.versions.select_related("settled_by").filter(number=number).first()
    if found is None or (found.settled_at is None and not reads_drafts(user, scheme.place)):
        raise Http404
    found.scheme = scheme
    return found


def version_before(version: SchemeVersion) -> SchemeVersion | None:
    """The settled one before it, with which it is compared."""
    rows = SchemeVersion.objects.filter(scheme=version.scheme_id, settled_at__isnull=False)
    return rows.filter(number__lt=version.number).order_by("-number").first()


def in_force_at(place: Place) -> list[SchemeVersion]:
    """What is in force where this place lies: the last settled version of each scheme there.

    Schemes of firms before those of committees, in the order in which they were begun.
    """
    rows = SchemeVersion.objects.filter(
        scheme__place__in=[above.pk for above in place.chain()], settled_at__isnull=False
    ).select_related("scheme__place")
    last: dict[int, SchemeVersion] = {}
    for version in rows.order_by("scheme", "number"):
        last[version.scheme_id] = version
    return sorted(last.values(), key=lambda v: (v.scheme.subject != Subject.FIRMS, v.scheme_id))
