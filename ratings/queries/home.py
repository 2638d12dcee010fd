"""The first page of scores: what everybody reads of each place, and each person's own desk."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import User
from communities.models import FIRM_OFFICES, Body, Place
from communities.scope import standing_of
from ratings.models import Period, PeriodState, Scheme
from ratings.permissions.assessments import ASSESSES
from ratings.permissions.schemes import scheme_codes
from ratings.terms import Subject

# A city has some twenty districts.
PLACES = 60
ASSESSORS = frozenset(office for offices in ASSESSES.values() for office in offices)


def assessed_places(code: str = "") -> "QuerySet[Any]":
    """Places with a settled scheme, each with its latest published table of firms; one query."""
    schemes = Scheme.objects.filter(place=OuterRef("pk"), versions__settled_at__isnull=False)
    tables = Period.objects.filter(
        scheme__place=OuterRef("pk"), scheme__subject=Subject.FIRMS, state=PeriodState.PUBLISHED
    ).order_by("-from_on", "-published_at")
    rows = Place.objects.filter(Exists(schemes), code__startswith=code).annotate(
        table=Subquery(tables.values("public_id")[:1]),
        table_name=Subquery(tables.values("name")[:1]),
    )
    return rows.order_by("code")[:PLACES]


@dataclass(frozen=True)
class Desk:
    """What of the assessment is this person's own to do, or about them."""

    assesses: bool = False
    keeps: bool = False
    audits: bool = False
    # The firms whose people they are.
    firms: tuple[Body, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.assesses or self.keeps or self.audits or self.firms)


def desk_of(user: User | None) -> Desk:
    """Which doors open to them follows from the offices they hold."""
    if user is None:
        return Desk()
    standing = standing_of(user)
    held = {a.body_id: a.body for a in standing.appointments if a.office in FIRM_OFFICES and a.body}
    return Desk(
        assesses=standing.holds(*ASSESSORS),
        keeps=bool(scheme_codes(user)),
        audits=bool(standing.auditor_codes),
        firms=tuple(held.values()),
    )
