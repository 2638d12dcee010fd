"""Publishing: what is made public is appended to the chain in the transaction that publishes it."""

import logging
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import audit
from accounts.actors import Actor
from common.errors import WrongState
from common.now import now
from communities.models import Place
from ratings import chain
from ratings.chain import Broken
from ratings.models import (
    ChainHead,
    Period,
    PeriodState,
    PersonalText,
    Publication,
    PublicationKind,
    Scorecard,
)
from ratings.permissions.schemes import check_keeps_scheme
from ratings.queries.publications import broken, witnessed
from ratings.queries.published_rows import said_of

logger = logging.getLogger(__name__)


def append(
    *,
    kind: PublicationKind,
    place: Place,
    title: str,
    subject: UUID,
    content: Mapping[str, Any],
    personal: Mapping[str, str] | None = None,
) -> Publication:
    """Append a link, within the caller's transaction.

    1. Lock the head: numbers have no gaps, and two who publish at once take turns.
    2. Personal words go into rows of their own; the link says hash(salt + words) alone.
    3. Hash the whole link with the one before it; write link and head together.
    """
    head, _made = ChainHead.objects.select_for_update().get_or_create(
        pk=1, defaults={"hash": chain.BEGINNING}
    )
    salted = {name: (secrets.token_hex(16), words) for name, words in (personal or {}).items()}
    text = chain.canonical(
        {
            **content,
            "place": {"code": place.code, "name": place.name},
            "personal": {name: chain.personal(*pair) for name, pair in salted.items()},
        }
    )
    at, sequence = now(), head.sequence + 1
    link = chain.Link(sequence, kind.value, title, str(subject), at, text, head.hash).reckoned
    made = Publication.objects.create(
        sequence=sequence,
        place=place,
        kind=kind,
        title=title,
        subject=subject,
        text=text,
        previous_hash=head.hash,
        hash=link,
        published_at=at,
    )
    PersonalText.objects.bulk_create(
        PersonalText(publication=made, field=name, salt=salt, text=words)
        for name, (salt, words) in salted.items()
    )
    head.sequence, head.hash = sequence, link
    head.save(update_fields=["sequence", "hash"])
    return made


@transaction.atomic
def publish_scores(period: Period, *, by: Actor) -> Publication:
    """Make the scores of a frozen period public: the table, its rules and a digest of each card.

    Raises NotAllowed but for officers of the district, WrongState unless they are frozen.
    """
    check_keeps_scheme(by, period.scheme.place)
    rows = Period.objects.select_for_update(of=("self",))
    period = rows.select_related("version", "scheme__place").get(pk=period.pk)
    if period.state != PeriodState.FROZEN:
        raise WrongState(_("Only scores that are frozen and not published yet can be published."))
    cards = Scorecard.objects.filter(period=period).current().select_related("body", "estate")
    made = append(
        kind=PublicationKind.SCORES,
        place=period.scheme.place,
        title=_title(_("Scores: %(scheme)s, %(period)s"), period),
        subject=period.public_id,
        content={
            **_head_of(period),
            "terms": period.version.terms,
            "cards": [said_of(card) for card in cards.order_by("body__code", "estate__code", "pk")],
        },
    )
    period.state, period.published_at = PeriodState.PUBLISHED, made.published_at
    period.save(update_fields=["state", "published_at"])
    audit.record(
        by=by,
        verb="publish_scores",
        target_kind="period",
        target=str(period.public_id),
        sequence=made.sequence,
    )
    return made


def publish_correction(period: Period, cards: list[Scorecard], reason: str) -> Publication:
    """Append what a correction changed, within its transaction."""
    return append(
        kind=PublicationKind.CORRECTION,
        place=period.scheme.place,
        title=_title(_("Correction: %(scheme)s, %(period)s"), period),
        subject=cards[0].public_id,
        content={**_head_of(period), "cards": [said_of(card) for card in cards]},
        # Typed by hand, it may name a person: the chain holds a digest that can be emptied.
        personal={"reason": reason},
    )


def _title(words: Any, period: Period) -> str:
    """In the portal's own language: it is hashed, so it is the same for every reader."""
    with override(settings.LANGUAGE_CODE):
        return str(words) % {"scheme": period.scheme.name, "period": period.name}


def _head_of(period: Period) -> dict[str, Any]:
    return {
        "scheme": period.scheme.name,
        "version": period.version.number,
        "period": period.name,
        "from_on": period.from_on.isoformat(),
        "until_on": period.until_on.isoformat(),
    }


@transaction.atomic
def erase(text: PersonalText, *, by: Actor) -> None:
    """Forget personal words of a publication: the chain holds without them.

    Raises NotAllowed but for officers of the district.
    """
    check_keeps_scheme(by, text.publication.place)
    PersonalText.objects.filter(pk=text.pk, erased_at__isnull=True).update(
        text="", salt="", erased_at=now()
    )
    audit.record(
        by=by,
        verb="erase_personal_text",
        target_kind="publication",
        target=str(text.publication.public_id),
        field=text.field,
    )


def look_at_chain(witnesses: Mapping[int, str] | None = None) -> list[Broken]:
    """Look at everything that was published, and keep what was found for the public page."""
    found = list(broken(witnessed() if witnesses is None else witnesses))
    with transaction.atomic():
        head = ChainHead.objects.select_for_update().filter(pk=1).first()
        if head is None and found:
            # It was taken away: what was found has to stand somewhere.
            head = ChainHead.objects.create(pk=1, hash=chain.BEGINNING)
        if head is not None:
            head.checked_at, head.checked_to = now(), head.sequence
            head.broken = [
                {"sequence": each.sequence, "what": each.what, "title": each.title}
                for each in found
            ]
            head.save(update_fields=["checked_at", "checked_to", "broken"])
    if found:
        logger.error("chain_broken", extra={"links": [each.sequence for each in found]})
    return found


def verify_chain() -> int:
    """The sweep that looks at the chain. Returns how much it found broken."""
    return len(look_at_chain())


def write_witness() -> int:
    """The sweep that writes new links down outside the database. Returns how many.

    A line each, appended: number, hash, moment. A file kept apart from the database (or printed,
    or mailed) shows when the whole chain is made anew; one that was lost begins again.
    """
    file: Path = settings.WITNESS_FILE
    last = max(witnessed(file), default=0)
    rows = Publication.objects.filter(sequence__gt=last).order_by("sequence")
    lines = [f"{row.sequence} {row.hash} {row.published_at.isoformat()}\n" for row in rows]
    if lines:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as out:
            out.writelines(lines)
    return len(lines)
