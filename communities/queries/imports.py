"""Workbooks sent in: who sees which, their rows by verdict, and the places one may send for."""

import uuid
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from accounts.models import User
from common.now import today
from communities.models import DIVISIONS, Import, ImportRow, Invitation, Place
from communities.permissions import kept_codes

PAGE_SIZE = 50
MOST_SHOWN = 50
MOST_PLACES = 400


def imports_seen(user: User) -> QuerySet[Import]:
    """Those of the places this person keeps the register of, whoever sent them."""
    within = Q(pk__in=())
    for code in kept_codes(user):
        within |= Q(place__code__startswith=code)
    # The workbook itself is large, and read by the sweep alone.
    return Import.objects.filter(within).select_related("place", "by").defer("file")


def import_seen(user: User, public_id: uuid.UUID) -> Import:
    """One of them; Http404 for one of another place: it does not exist for this person."""
    found = imports_seen(user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def latest(user: User) -> list[Import]:
    return list(imports_seen(user).order_by("-at", "-pk")[:MOST_SHOWN])


def places_kept(user: User) -> list[Place]:
    """The divisions one may send lists for, the widest first."""
    within = Q(pk__in=())
    for code in kept_codes(user):
        within |= Q(code__startswith=code)
    rows = Place.objects.filter(within, kind__in=DIVISIONS).open_on(today())
    return list(rows.order_by("code")[:MOST_PLACES])


@dataclass(frozen=True)
class RowPage:
    """Some rows by their number, and where the pages beside them begin (None: there is none)."""

    rows: list[ImportRow]
    before: int | None
    after: int | None


def rows_of(
    found: Import,
    verdict: str = "",
    *,
    after: int = 0,
    before: int | None = None,
    size: int = PAGE_SIZE,
) -> RowPage:
    """A page of rows, from a number on or up to one: one query, however far in."""
    rows = ImportRow.objects.filter(of=found)
    if verdict:
        rows = rows.filter(verdict=verdict)
    if before is not None:
        page = list(rows.filter(number__lt=before).order_by("-number")[: size + 1])
        more, page = len(page) > size, page[:size][::-1]
        return RowPage(page, page[0].number if page and more else None, _last(page))
    page = list(rows.filter(number__gt=after).order_by("number")[: size + 1])
    more, page = len(page) > size, page[:size]
    return RowPage(page, page[0].number if page and after else None, _last(page) if more else None)


def _last(page: list[ImportRow]) -> int | None:
    return page[-1].number if page else None


@dataclass(frozen=True)
class Invited:
    """How many a list invited, and how many of them have come."""

    all: int = 0
    come: int = 0

    @property
    def waiting(self) -> int:
        return self.all - self.come


def invited_by(found: Import) -> Invited:
    """Those taken back do not count: nobody waits for them."""
    rows = Invitation.objects.filter(listed_in=found, revoked_at__isnull=True)
    counts = rows.aggregate(all=Count("pk"), come=Count("accepted_at"))
    return Invited(**counts)


def has_rows(found: Import) -> bool:
    return ImportRow.objects.filter(of=found).exists()
