"""Rows that everybody reads, beside what was published of them.

Pages show rows, not links: so each link of a list, of scores and of the credit ledger is laid
beside its row, and each row that stands as public beside its link.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from ratings import chain
from ratings.chain import Broken
from ratings.credit import ENDINGS, CreditVerb
from ratings.models import (
    BulletinState,
    BulletinVersion,
    CreditRecord,
    CreditStep,
    Listing,
    Period,
    PeriodState,
    Publication,
    PublicationKind,
    Scorecard,
)
from ratings.workflow import ListingState

# A row says something else than was published of it; it stands as public and no link says so.
ROW, UNSAID = "row", "unsaid"
K = PublicationKind
OF_CARDS = (K.SCORES, K.CORRECTION)
LISTED = ("place", "body", "estate", "card", "period", "version__scheme")


def content_of(row: Publication) -> dict[str, Any]:
    """What a link says; nothing where somebody made it unreadable (its hash tells that)."""
    try:
        said = json.loads(row.text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


# --- What is published of a row ----------------------------------------------------------


def said_of(card: Scorecard) -> dict[str, Any]:
    """What is published of a card; the digest stands for everything it was made of."""
    return {
        "card": str(card.public_id),
        "number": card.number,
        "body": {"code": card.body.code, "name": card.body.name},
        "estate": card.estate and {"code": card.estate.code, "name": card.estate.name},
        "total": None if card.total is None else f"{card.total.normalize():f}",
        "band": card.band,
        "digest": digest_of(card),
    }


def digest_of(card: Scorecard) -> str:
    """SHA-256 over inputs and working of a card."""
    whole = chain.canonical({"inputs": card.inputs, "working": card.working})
    return hashlib.sha256(whole.encode()).hexdigest()


def said_of_listing(listing: Listing) -> dict[str, Any]:
    card = listing.card
    total = card.total if card is not None else None
    return {
        "list": listing.kind,
        "estate" if listing.body is None else "body": {
            "code": listing.about.code,
            "name": listing.about.name,
        },
        "ground": listing.ground,
        "scheme": listing.version.scheme.name,
        "version": listing.version.number,
        "period": listing.period.name if listing.period else "",
        "total": "" if total is None else f"{total.normalize():f}",
        "digest": digest_of(card) if card is not None else "",
        "document_number": listing.document_number,
    }


def said_of_record(row: CreditRecord) -> dict[str, Any]:
    return {
        "body": {"code": row.body.code, "name": row.body.name},
        "record": str(row.public_id),
        "version": row.version.number,
        "item": row.item,
        "name": row.name_zh,
        "kind": row.kind,
        "points": f"{row.points.normalize():f}",
        "ceiling": row.ceiling,
        "document": row.document,
        "from_on": row.from_on.isoformat(),
        "until_on": row.until_on.isoformat(),
    }


# --- Links beside their rows -------------------------------------------------------------


def differing(links: Sequence[Publication]) -> Iterator[Broken]:
    """Of these links, their personal words fetched, those whose row says something else."""
    for link in links:
        if link.kind == K.SCORES and not _stands(link):
            yield Broken(link.sequence, ROW, link.title)
        if link.kind in OF_CARDS:
            yield from _cards(link)
    yield from _listings([link for link in links if link.kind in (K.LISTING, K.LISTING_END)])
    yield from _records([link for link in links if link.kind in (K.CREDIT, K.CREDIT_END)])


def _stands(link: Publication) -> bool:
    """The period is still published."""
    rows = Period.objects.filter(public_id=link.subject, state=PeriodState.PUBLISHED)
    return rows.exists()


def _cards(link: Publication) -> Iterator[Broken]:
    """Cards whose row is gone or says something else than was published."""
    said = {each["card"]: each for each in content_of(link).get("cards", ())}
    for ids in _chunks(said):
        cards = Scorecard.objects.filter(public_id__in=ids).select_related("body", "estate")
        found = {str(card.public_id): card for card in cards}
        for public_id in ids:
            card = found.get(public_id)
            if card is None or _other(said[public_id], said_of(card)):
                yield Broken(link.sequence, ROW, f"{link.title}: {public_id}")


def _listings(links: Sequence[Publication]) -> Iterator[Broken]:
    """Entries that are gone, say something else, or are off the list and no link says so."""
    ends = Publication.objects.filter(kind=K.LISTING_END, subject=OuterRef("public_id"))
    rows = Listing.objects.filter(public_id__in=[link.subject for link in links])
    found = {
        row.public_id: row
        for row in rows.select_related(*LISTED).annotate(taken_off=Exists(ends))
    } if links else {}  # fmt: skip
    for link in links:
        row = found.get(link.subject)
        if row is None or _listing_differs(row, link):
            yield Broken(link.sequence, ROW, link.title)


def _listing_differs(row: Any, link: Publication) -> bool:
    if _other(content_of(link), said_of_listing(row)):
        return True
    if link.kind == K.LISTING_END:
        return bool(row.state == ListingState.PUBLISHED or row.ended_at is None)
    moved = row.published_at != link.published_at
    return moved or (row.state == ListingState.PUBLISHED) == row.taken_off or _words(row, link)


def _records(links: Sequence[Publication]) -> Iterator[Broken]:
    """Credit records that are gone, say something else, or lost the step that was published."""
    rows = CreditRecord.objects.filter(public_id__in=[link.subject for link in links])
    rows = rows.select_related("place", "body", "version").prefetch_related("steps")
    found = {row.public_id: row for row in rows} if links else {}
    for link in links:
        row = found.get(link.subject)
        if row is None or _record_differs(row, link):
            yield Broken(link.sequence, ROW, link.title)


def _record_differs(row: CreditRecord, link: Publication) -> bool:
    said = content_of(link)
    verb = CreditVerb.CONFIRM.value if link.kind == K.CREDIT else said.get("how")
    if (verb, link.sequence) not in {(step.verb, step.sequence) for step in row.steps.all()}:
        return True
    return _other(said, said_of_record(row)) or (link.kind == K.CREDIT and _words(row, link))


def _words(row: Any, link: Publication) -> bool:
    """Whether the grounds are others than those that were published and not erased."""
    kept = {text.field: text.text for text in link.personal.all() if text.erased_at is None}
    return "grounds" in kept and kept["grounds"] != row.grounds


def _other(said: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether a row says something else. What is called by a code may have another name since."""
    return any(
        name != "scheme" and _coded(said.get(name)) != _coded(value) for name, value in row.items()
    )


def _coded(value: Any) -> Any:
    return value.get("code") if isinstance(value, Mapping) else value


# --- Rows beside their links -------------------------------------------------------------


def unsaid(cards: Collection[str]) -> Iterator[Broken]:
    """Rows that stand as public and no link says so. `cards`: ids that links name.

    Each kind is one question to the database, so what is published meanwhile is no finding.
    """
    published = Q(published_at__isnull=False) | Q(state=ListingState.PUBLISHED)
    listings = Listing.objects.filter(published, ~_said(K.LISTING, "public_id"))
    yield from (
        _unsaid(f"{row.get_kind_display()} {row.about.name}")
        for row in listings.select_related("body", "estate")
    )
    periods = Period.objects.filter(
        ~_said(K.SCORES, "public_id"), state=PeriodState.PUBLISHED
    ).select_related("scheme")  # fmt: skip
    yield from (_unsaid(f"{row.scheme.name} {row.name}") for row in periods)
    versions = BulletinVersion.objects.filter(
        ~_said(K.BULLETIN, "public_id"), state=BulletinState.ISSUED
    ).select_related("bulletin")  # fmt: skip
    yield from (_unsaid(row.bulletin.document_number) for row in versions)
    yield from _unsaid_steps()
    yield from _unsaid_cards(cards)


def _unsaid_steps() -> Iterator[Broken]:
    """Steps by which a credit record began or ceased to count."""
    confirmed = CreditStep.objects.filter(record=OuterRef("record"), verb=CreditVerb.CONFIRM)
    moved = Q(verb=CreditVerb.CONFIRM) | (Q(verb__in=ENDINGS) & Exists(confirmed))
    links = Publication.objects.filter(
        sequence=OuterRef("sequence"), subject=OuterRef("record__public_id")
    )
    rows = CreditStep.objects.filter(moved, ~Exists(links)).select_related("record__body")
    yield from (_unsaid(f"{row.record.body.name} {row.record.name_zh}") for row in rows)


def _unsaid_cards(cards: Collection[str]) -> Iterator[Broken]:
    rows = Scorecard.objects.current().filter(period__state=PeriodState.PUBLISHED)
    for public_id, name in rows.values_list("public_id", "body__name").iterator():
        if str(public_id) not in cards and not _named_since(public_id):
            yield _unsaid(f"{name} {public_id}")


def _named_since(card: UUID) -> bool:
    """A link that was published while the others were read names it."""
    rows = Publication.objects.filter(kind__in=OF_CARDS, text__contains=str(card))
    return rows.exists()


def _said(kind: PublicationKind, subject: str) -> Exists:
    return Exists(Publication.objects.filter(kind=kind, subject=OuterRef(subject)))


def _unsaid(title: str) -> Broken:
    return Broken(0, UNSAID, title)


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    whole = list(ids)
    return (whole[n : n + 500] for n in range(0, len(whole), 500))
