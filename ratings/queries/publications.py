"""What was published, and whether nothing of it was changed since."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.db.models import Max, QuerySet

from ratings import chain
from ratings.chain import Broken, Link
from ratings.models import ChainHead, Publication, PublicationKind
from ratings.queries.bulletins import differs
from ratings.queries.published_rows import OF_CARDS, ROW, content_of, differing, unsaid

CHUNK = 100
# Other personal words than those that were published; a head that is not the last link's.
PERSONAL, HEAD = "personal", "head"


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
    return {int(row[0]): row[1] for row in rows if len(row) > 1 and row[0].isdecimal()}


def broken(witnesses: Mapping[int, str]) -> Iterator[Broken]:
    """Everything that differs from what was published: the chain, personal words, and rows."""
    before = _head()
    rows = Publication.objects.order_by("sequence").iterator(chunk_size=CHUNK)
    known = {before.sequence: before.hash} if before.sequence else {}
    yield from chain.verified((link_of(row) for row in rows), {**known, **witnesses})
    last = Publication.objects.aggregate(last=Max("sequence"))["last"] or 0
    # Something may be published meanwhile: then the head moves on with the links.
    follows = before.sequence <= last <= _head().sequence or before.sequence > last
    if not follows or witnesses.get(before.sequence, before.hash) != before.hash:
        yield Broken(last, HEAD)
    cards: set[str] = set()
    for links in _chunks():
        yield from _personal(links)
        yield from differing(links)
        for link in links:
            if link.kind == PublicationKind.BULLETIN and differs(link, content_of(link)):
                yield Broken(link.sequence, ROW, link.title)
            if link.kind in OF_CARDS:
                cards.update(each["card"] for each in content_of(link).get("cards", ()))
    yield from unsaid(cards)


def _head() -> ChainHead:
    return ChainHead.objects.filter(pk=1).first() or ChainHead(hash=chain.BEGINNING)


def _chunks() -> Iterator[list[Publication]]:
    """All links with their personal words, some at a time."""
    last = 0
    while links := list(
        Publication.objects.filter(sequence__gt=last)
        .order_by("sequence")
        .prefetch_related("personal")[:CHUNK]
    ):
        yield links
        last = links[-1].sequence


def _personal(links: Sequence[Publication]) -> Iterator[Broken]:
    """Words that are others or gone; those that were erased are empty rows, never none."""
    for link in links:
        texts = {text.field: text for text in link.personal.all()}
        said = content_of(link).get("personal", {})
        for name in sorted({*said, *texts}):
            text = texts.get(name)
            if text is not None and text.erased_at is not None:
                fits = not text.text
            else:
                fits = text is not None and said.get(name) == chain.personal(text.salt, text.text)
            if not fits:
                yield Broken(link.sequence, PERSONAL, link.title)
