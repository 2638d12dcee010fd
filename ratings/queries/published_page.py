"""What was published, as its pages show it, and as anybody may check it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, LPad
from django.http import Http404

from common.paging import Sorting
from ratings.models import (
    BulletinVersion,
    ChainHead,
    Period,
    Publication,
    PublicationKind,
    Scorecard,
)
from ratings.queries.publications import CHUNK, holds, link_of, published
from ratings.queries.published_rows import content_of

# Numbers as text of one length, so that they page in their order.
NEWEST = Sorting("number", "key", descending=True)
LENGTH = 19
# A page names so many cards; the file has them all.
SHOWN = 100


def publications(place: str = "", kind: str = "") -> "QuerySet[Any]":
    """What was published, as its list pages it: the newest first."""
    rows = published(place).annotate(
        number=LPad(Cast("sequence", CharField()), LENGTH, Value("0")),
        key=Cast("public_id", CharField()),
    )
    return rows.filter(kind=kind) if kind in PublicationKind.values else rows


def head() -> ChainHead | None:
    """The last link, and how the last look at all of them ended."""
    return ChainHead.objects.filter(pk=1).first()


def one(public_id: UUID) -> Publication:
    """One link, or 404."""
    found = Publication.objects.select_related("place").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class PublicationPage:
    """One link: whether it is as it was hashed, what it says, and its neighbours."""

    of: Publication
    holds: bool
    said: dict[str, Any]
    before: Publication | None
    after: Publication | None
    # Of a correction, unless it was erased.
    reason: str
    period: Period | None
    card: Scorecard | None
    bulletin: BulletinVersion | None

    @property
    def cards(self) -> list[dict[str, Any]]:
        """What is said of whole firms first, as much as a page holds."""
        rows = self.said.get("cards", [])
        return sorted(rows, key=lambda row: row["estate"] is not None)[:SHOWN]

    @property
    def whole(self) -> int:
        return len(self.said.get("cards", []))

    @property
    def more(self) -> bool:
        return self.whole > SHOWN


def publication_page(row: Publication) -> PublicationPage:
    around = Publication.objects.filter(sequence__in=(row.sequence - 1, row.sequence + 1))
    beside = {link.sequence: link for link in around}
    period = card = bulletin = None
    reason = ""
    if row.kind == PublicationKind.SCORES:
        period = Period.objects.filter(public_id=row.subject).first()
    if row.kind == PublicationKind.CORRECTION:
        card = Scorecard.objects.filter(public_id=row.subject).first()
        words = row.personal.filter(field="reason", erased_at=None).values_list("text", flat=True)
        reason = words.first() or content_of(row).get("reason", "")
    if row.kind == PublicationKind.BULLETIN:
        versions = BulletinVersion.objects.select_related("bulletin")
        bulletin = versions.filter(public_id=row.subject).first()
    return PublicationPage(
        of=row,
        holds=holds(row),
        said=content_of(row),
        before=beside.get(row.sequence - 1),
        after=beside.get(row.sequence + 1),
        reason=reason,
        period=period,
        card=card,
        bulletin=bulletin,
    )


def link_text(row: Publication) -> str:
    """The text of one link of which the hash is taken."""
    return link_of(row).canonical


def chain_lines() -> Iterator[bytes]:
    """The whole chain, a link a line, from the first one on."""
    rows = Publication.objects.order_by("sequence").iterator(chunk_size=CHUNK)
    return (f"{link_text(row)}\n".encode() for row in rows)
