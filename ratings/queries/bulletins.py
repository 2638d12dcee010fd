"""Bulletins for their pages and the API: lists, one with its versions, the paper of a version."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.http import Http404

from accounts.models import User
from common.paging import Sorting
from common.workdays import SHANGHAI
from communities.models import DIVISIONS, Place
from ratings.bulletins.composing import correction
from ratings.bulletins.paper import Paper
from ratings.models import Bulletin, BulletinState, BulletinVersion, Publication, PublicationKind
from ratings.permissions.bulletins import (
    ISSUED,
    beneath,
    bulletin_codes,
    drafts_read_by,
    keeps_bulletins,
    reads_drafts,
)
from ratings.queries.bulletin_facts import communities_of
from ratings.queries.periods import begins_of, ends_of, name_of
from ratings.terms import Cycle

NEWEST = Sorting("issued_at", "key", descending=True, moments=True)
# So many drafts are shown above a list, so many quarters are offered.
DRAFTS = 30
QUARTERS = 8
DAY = timedelta(days=1)


def issued(place: str = "") -> "QuerySet[Any]":
    """Everybody's: issued bulletins, as their list pages them."""
    rows = Bulletin.objects.filter(ISSUED).select_related("place")
    rows = rows.annotate(key=Cast("public_id", CharField()))
    return rows.filter(place__code__startswith=place) if place else rows


def under_way(user: User | None) -> list[BulletinVersion]:
    """Versions not issued yet that this reader reads, the newest first."""
    rows = BulletinVersion.objects.exclude(state=BulletinState.ISSUED)
    mine = Bulletin.objects.filter(drafts_read_by(user))
    rows = rows.filter(bulletin__in=mine).select_related("bulletin__place")
    return list(rows.order_by("-asked_at")[:DRAFTS]) if user is not None else []


def bulletin_seen(user: User | None, public_id: UUID) -> Bulletin:
    """One of them, or 404: issued everybody's, before that its officers' and auditors'."""
    seen = ISSUED | drafts_read_by(user)
    rows = Bulletin.objects.filter(seen).select_related("place__parent__parent__parent")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class BulletinPage:
    """A bulletin as one reader is shown it: a version, its paper, and what may be done."""

    of: Bulletin
    # Those this reader reads, the newest first.
    versions: tuple[BulletinVersion, ...]
    shown: BulletinVersion
    keeps: bool
    link: Publication | None
    # While figures are taken: of how many communities they are, of how many.
    made: int
    communities: int

    @property
    def paper(self) -> Paper | None:
        return paper_of(self.shown) if self.shown.document is not None else None

    @property
    def newest(self) -> bool:
        return self.shown == self.versions[0]

    @property
    def corrects(self) -> bool:
        """It may be corrected: issued, and no version under way."""
        return self.keeps and self.newest and self.shown.state == BulletinState.ISSUED

    @property
    def writes(self) -> bool:
        return self.keeps and self.shown.state == BulletinState.DRAFT


def bulletin_page(bulletin: Bulletin, user: User | None, number: int | None = None) -> BulletinPage:
    """The version asked for, else the newest issued one; a draft where none is issued.

    Whoever works on a later version sees that one first.
    """
    rows = bulletin.versions.order_by("-number")
    if not reads_drafts(user, bulletin.place):
        rows = rows.filter(state=BulletinState.ISSUED)
    versions = tuple(_with(bulletin, row) for row in rows)
    shown = next((v for v in versions if number in (None, v.number)), None)
    if shown is None:
        raise Http404
    making = shown.state == BulletinState.MAKING
    return BulletinPage(
        of=bulletin,
        versions=versions,
        shown=shown,
        keeps=keeps_bulletins(user, bulletin.place),
        link=_link(shown),
        made=shown.parts.count() if making else 0,
        communities=len(communities_of(bulletin.place)) if making else 0,
    )


def _with(bulletin: Bulletin, version: BulletinVersion) -> BulletinVersion:
    version.bulletin = bulletin
    return version


def _link(version: BulletinVersion) -> Publication | None:
    if version.state != BulletinState.ISSUED:
        return None
    rows = Publication.objects.filter(kind=PublicationKind.BULLETIN, subject=version.public_id)
    return rows.first()


def paper_of(version: BulletinVersion) -> Paper:
    """The whole document: what was counted, with heading, words and signature."""
    bulletin = version.bulletin
    at = version.issued_at
    return Paper(
        {
            **(version.document or {}),
            "office": version.office,
            "document_number": bulletin.document_number,
            "issued_on": at.astimezone(SHANGHAI).date().isoformat() if at else "",
            "copies_to": version.copies_to,
            "version": version.number,
            "correction": correction(version.number, version.reason),
            "opening": version.opening,
            "closing": version.closing,
        }
    )


# Words typed by hand: they may name somebody, so the chain holds only their salted digest.
TYPED = ("opening", "closing", "reason")


def published_words(version: BulletinVersion) -> dict[str, str]:
    return {name: getattr(version, name) for name in TYPED}


def published_of(version: BulletinVersion) -> dict[str, Any]:
    """What is published of it in the clear."""
    data = dict(paper_of(version).data)
    for name in (*TYPED, "correction"):
        data.pop(name, None)
    return data


def differs(row: Publication, said: dict[str, Any]) -> bool:
    """Whether the version that a link published says something else now, or is gone."""
    version = (
        BulletinVersion.objects.select_related("bulletin__place")
        .filter(public_id=row.subject)
        .first()
    )
    if version is None:
        return True
    now = json.loads(json.dumps(published_of(version)))
    if any(said.get(name) != value for name, value in now.items() if name != "place"):
        return True
    kept = row.personal.filter(erased_at__isnull=True).values_list("field", "text")
    typed = published_words(version)
    return any(typed.get(field) != text for field, text in kept)


# --- What may be made --------------------------------------------------------------------


def places_kept(user: User) -> "QuerySet[Place]":
    """Where this officer makes bulletins, the widest first."""
    rows = Place.objects.filter(beneath(bulletin_codes(user), "code"), kind__in=DIVISIONS)
    return rows.order_by("code")


def quarters_ended(on: date) -> list[date]:
    """The first days of the latest quarters that are over, the newest first."""
    found, day = [], begins_of(on, Cycle.QUARTER)
    for _number in range(QUARTERS):
        day = begins_of(day - DAY, Cycle.QUARTER)
        found.append(day)
    return found


def quarter_of(from_on: date) -> tuple[str, date]:
    """The name of the quarter that begins on a day, and the day after its last."""
    return name_of(from_on, Cycle.QUARTER), ends_of(from_on, Cycle.QUARTER)
