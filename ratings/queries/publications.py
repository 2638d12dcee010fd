"""What was published, and whether nothing of it was changed since."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from ratings import chain
from ratings.chain import Broken, Link
from ratings.models import ChainHead, PersonalText, Publication, PublicationKind, Scorecard
from ratings.queries.bulletins import differs

CHUNK = 100
# What was published says something else than the row it was published from.
ROW, PERSONAL = "row", "personal"


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


def published(place_code: str = "") -> "QuerySet[Publication]":
    """The newest first."""
    rows = Publication.objects.filter(place__code__startswith=place_code)
    return rows.select_related("place").order_by("-sequence")


def link_of(row: Publication) -> Link:
    return Link(
        sequence=row.sequence,
        kind=row.kind,
        title=row.title,
        subject=str(row.subject),
        published_at=row.published_at,
        text=row.text,
        previous=row.previous_hash,
        hash=row.hash,
    )


def holds(row: Publication) -> bool:
    """Whether this one link is as it was hashed; the whole chain is looked at by `broken`."""
    return row.hash == link_of(row).reckoned


def witnessed(path: Path | None = None) -> dict[int, str]:
    """The hashes that were written down outside the database, by number."""
    file = path or settings.WITNESS_FILE
    if not file.exists():
        return {}
    rows = (line.split() for line in file.read_text(encoding="utf-8").splitlines())
    return {int(row[0]): row[1] for row in rows if len(row) > 1 and row[0].isdigit()}


def broken(witnesses: Mapping[int, str]) -> Iterator[Broken]:
    """Everything that differs from what was published: links, personal words, and cards."""
    head = ChainHead.objects.filter(pk=1).first()
    known = {head.sequence: head.hash} if head is not None and head.sequence else {}
    rows = Publication.objects.order_by("sequence").iterator(chunk_size=CHUNK)
    yield from chain.verified((link_of(row) for row in rows), {**known, **witnesses})
    yield from _personal()
    for row in Publication.objects.order_by("sequence").iterator(chunk_size=CHUNK):
        if row.kind in (PublicationKind.SCORES, PublicationKind.CORRECTION):
            yield from _cards(row)
        if row.kind == PublicationKind.BULLETIN and differs(row, content_of(row)):
            yield Broken(row.sequence, ROW, row.title)


def _personal() -> Iterator[Broken]:
    texts = PersonalText.objects.filter(erased_at__isnull=True).select_related("publication")
    for text in texts.order_by("pk").iterator(chunk_size=CHUNK):
        said = content_of(text.publication).get("personal", {}).get(text.field)
        if said != chain.personal(text.salt, text.text):
            yield Broken(text.publication.sequence, PERSONAL, text.publication.title)


def _cards(row: Publication) -> Iterator[Broken]:
    """Cards whose row is gone or says another figure than was published."""
    said = {each["card"]: each for each in content_of(row).get("cards", ())}
    for ids in _chunks(said):
        cards = Scorecard.objects.filter(public_id__in=ids).select_related("body", "estate")
        found = {str(card.public_id): card for card in cards}
        for public_id in ids:
            card = found.get(public_id)
            now = said_of(card) if card is not None else {}
            if any(
                now.get(name) != said[public_id].get(name) for name in ("total", "band", "digest")
            ):
                yield Broken(row.sequence, ROW, f"{row.title}: {public_id}")


def content_of(row: Publication) -> dict[str, Any]:
    """What a link says; nothing where somebody made it unreadable (its hash tells that)."""
    try:
        said = json.loads(row.text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    whole = list(ids)
    return (whole[n : n + 500] for n in range(0, len(whole), 500))
