"""Verbs of bulletins 通报: made, written, taken anew, issued, corrected.

Making is asked for by an officer and done by the sweep, some communities at a time: each batch is
a transaction of its own that counts whatever has no count yet, so that a sweep killed in its
middle goes on where it stopped, and two at once count nothing twice.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import audit
from accounts.actors import CLOCK, Actor
from accounts.models import User
from common.days import check_days
from common.errors import Conflict, Invalid, WrongState
from common.now import now, today
from communities.models import Place
from communities.scope import office_of
from complaints.queries import rates
from ratings.actions.publications import append
from ratings.bulletins.composing import composed
from ratings.models import (
    Bulletin,
    BulletinPart,
    BulletinState,
    BulletinVersion,
    PublicationKind,
)
from ratings.permissions.bulletins import check_keeps_bulletins
from ratings.queries.bulletin_facts import communities_of, facts_of
from ratings.queries.bulletin_figures import counted, kept, read
from ratings.queries.bulletins import published_of, published_words, quarter_of
from ratings.queries.periods import begins_of
from ratings.terms import Cycle

# Communities to a batch: well under a second of locks.
BATCH = 100
LONGEST = {"office": 80, "copies_to": 300, "opening": 3000, "closing": 3000}
LONGEST_NUMBER, LONGEST_REASON = 60, 500


@transaction.atomic
def make(*, by: Actor, place: Place, from_on: date) -> Bulletin:
    """Ask for the bulletin of a place over the quarter that begins on a day; the sweep makes it.

    Raises NotAllowed but for officers of the subdistrict or district, Invalid for a quarter that
    is not over, Conflict where there is a bulletin already.
    """
    check_keeps_bulletins(by, place)
    check_days(from_on=from_on)
    if begins_of(from_on, Cycle.QUARTER) != from_on:
        raise Invalid(fields={"from_on": [_("A quarter begins in January, April, July, October.")]})
    name, until_on = quarter_of(from_on)
    if until_on > today():
        raise Invalid(fields={"from_on": [_("This quarter is not over yet.")]})
    # Two who ask at once take turns at the place.
    place = Place.objects.select_for_update(no_key=True).get(pk=place.pk)
    if Bulletin.objects.filter(place=place, from_on=from_on).exists():
        raise Conflict(_("There is a bulletin of this place and quarter already."))
    bulletin = Bulletin.objects.create(place=place, name=name, from_on=from_on, until_on=until_on)
    office = office_of(place)
    BulletinVersion.objects.create(
        bulletin=bulletin,
        office=(office.name if office is not None else place.name)[: LONGEST["office"]],
        asked_by=by if isinstance(by, User) else None,
        asked_at=now(),
    )
    _record(bulletin, by, "make_bulletin", quarter=name)
    return bulletin


@transaction.atomic
def write(bulletin: Bulletin, *, by: Actor, **said: str) -> BulletinVersion:
    """Write what is typed by hand: office, copies_to, opening, closing.

    Raises NotAllowed, WrongState but for a draft, Invalid for what is missing or too long.
    """
    version = _under_way(bulletin, by)
    words = {name: said[name].strip() for name in LONGEST if name in said}
    _check_length(words)
    if "office" in words and not words["office"]:
        raise Invalid(fields={"office": [_("Say which office issues it.")]})
    for name, text in words.items():
        setattr(version, name, text)
    version.save(update_fields=list(words))
    _record(bulletin, by, "write_bulletin", version=version.number)
    return version


def _check_length(words: dict[str, str]) -> None:
    wrong = {
        name: [_("At most %(n)d characters.") % {"n": LONGEST[name]}]
        for name, text in words.items()
        if len(text) > LONGEST[name]
    }
    if wrong:
        raise Invalid(fields=wrong)


@transaction.atomic
def take_anew(bulletin: Bulletin, *, by: Actor) -> BulletinVersion:
    """Have the figures of a draft taken again; what was written by hand stays."""
    version = _under_way(bulletin, by)
    version.state, version.document, version.taken_at = BulletinState.MAKING, None, None
    version.save(update_fields=["state", "document", "taken_at"])
    _record(bulletin, by, "retake_bulletin", version=version.number)
    return version


@transaction.atomic
def issue(bulletin: Bulletin, *, by: Actor, document_number: str = "") -> BulletinVersion:
    """Issue the draft: from then on it is public and never changes.

    The first version takes the document number, a later one stands under the same. Raises
    NotAllowed, WrongState but for a draft, Invalid without a number or for one given before.
    """
    version = _under_way(bulletin, by)
    bulletin = version.bulletin
    at = now()
    if bulletin.issued_at is None:
        bulletin.document_number = _number(bulletin, document_number)
        bulletin.issued_at = at
        bulletin.save(update_fields=["document_number", "issued_at"])
    version.state, version.issued_at = BulletinState.ISSUED, at
    version.issued_by = by if isinstance(by, User) else None
    version.save(update_fields=["state", "issued_at", "issued_by"])
    made = append(
        kind=PublicationKind.BULLETIN,
        place=bulletin.place,
        title=_title(version),
        subject=version.public_id,
        content=published_of(version),
        personal={name: text for name, text in published_words(version).items() if text},
    )
    _record(
        bulletin, by, "issue_bulletin", version=version.number, sequence=made.sequence,
        number=bulletin.document_number,
    )  # fmt: skip
    return version


def _number(bulletin: Bulletin, said: str) -> str:
    number = said.strip()
    if not number:
        raise Invalid(fields={"document_number": [_("Give its document number.")]})
    if len(number) > LONGEST_NUMBER:
        long = _("At most %(n)d characters.") % {"n": LONGEST_NUMBER}
        raise Invalid(fields={"document_number": [long]})
    # Two who issue at once take turns at the place.
    Place.objects.select_for_update(no_key=True).get(pk=bulletin.place_id)
    if Bulletin.objects.filter(place=bulletin.place_id, document_number=number).exists():
        taken = _("Another bulletin of this place has this number.")
        raise Invalid(fields={"document_number": [taken]})
    return number


def _title(version: BulletinVersion) -> str:
    """In the portal's own language: it is hashed, so it is the same for every reader."""
    bulletin = version.bulletin
    facts = {
        "number": bulletin.document_number,
        "place": bulletin.place.name,
        "period": bulletin.name,
        "n": version.number,
    }
    with override(settings.LANGUAGE_CODE):
        if version.number > 1:
            return str(_("Bulletin %(number)s, version %(n)d: %(place)s, %(period)s")) % facts
        return str(_("Bulletin %(number)s: %(place)s, %(period)s")) % facts


@transaction.atomic
def correct(bulletin: Bulletin, *, by: Actor, reason: str) -> BulletinVersion:
    """Begin another version of an issued bulletin, its figures taken anew; the old one stays.

    Raises NotAllowed, WrongState unless issued and with none under way, Invalid without a reason.
    """
    bulletin = _locked(bulletin)
    check_keeps_bulletins(by, bulletin.place)
    last = bulletin.versions.order_by("-number")[0]
    if last.state != BulletinState.ISSUED:
        raise WrongState(_("A version of this bulletin is under way already."))
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise Invalid(fields={"reason": [_("Say why it is corrected, in a sentence.")]})
    version = BulletinVersion.objects.create(
        bulletin=bulletin,
        number=last.number + 1,
        reason=reason.strip(),
        office=last.office,
        copies_to=last.copies_to,
        opening=last.opening,
        closing=last.closing,
        asked_by=by if isinstance(by, User) else None,
        asked_at=now(),
    )
    _record(bulletin, by, "correct_bulletin", version=version.number)
    return version


# --- The sweep ---------------------------------------------------------------------------


def make_bulletins() -> int:
    """The sweep: count for every bulletin that was asked for. Returns how many communities.

    One that fails keeps no other from being made; the sweep fails after them all.
    """
    done, failures = 0, []
    rows = BulletinVersion.objects.filter(state=BulletinState.MAKING).order_by("asked_at", "pk")
    for pk in list(rows.values_list("pk", flat=True)):
        try:
            done += _make(pk)
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
    return done


def _make(pk: int) -> int:
    done, left = 0, True
    while left:
        communities, left = make_batch(pk)
        done += communities
    return done


@transaction.atomic
def make_batch(pk: int) -> tuple[int, bool]:
    """Count the next communities of one version: how many, and whether more wait.

    1. Lock the version, so that two sweeps take turns.
    2. A community with its part is done; count for the next of the rest, in order.
    3. With nobody left put the document together, once, and drop the parts.
    """
    rows = BulletinVersion.objects.select_for_update(of=("self",))
    version = rows.select_related("bulletin__place__parent__parent").get(pk=pk)
    if version.state != BulletinState.MAKING:
        return 0, False
    bulletin = version.bulletin
    done = set(version.parts.values_list("community", flat=True))
    waiting = [c.pk for c in communities_of(bulletin.place) if c.pk not in done]
    batch = waiting[:BATCH]
    if batch:
        span = rates.days(bulletin.from_on, bulletin.until_on)
        found = counted(batch, span, now())
        BulletinPart.objects.bulk_create(
            BulletinPart(version=version, community_id=community, counted=kept(counts))
            for community, counts in found.items()
        )
    if len(waiting) > BATCH:
        return len(batch), True
    _put_together(version)
    return len(batch), False


def _put_together(version: BulletinVersion) -> None:
    at = now()
    parts = {row.community_id: read(row.counted) for row in version.parts.order_by("community")}
    version.document = composed(facts_of(version.bulletin, parts, at))
    version.state, version.taken_at = BulletinState.DRAFT, at
    version.save(update_fields=["document", "state", "taken_at"])
    version.parts.all().delete()
    _record(version.bulletin, CLOCK, "take_bulletin_figures", version=version.number)


# --- What they share ---------------------------------------------------------------------


def _locked(bulletin: Bulletin) -> Bulletin:
    rows = Bulletin.objects.select_for_update(of=("self",))
    return rows.select_related("place").get(pk=bulletin.pk)


def _under_way(bulletin: Bulletin, by: Actor) -> BulletinVersion:
    """The draft, locked, for whoever may work on it."""
    bulletin = _locked(bulletin)
    check_keeps_bulletins(by, bulletin.place)
    version = bulletin.versions.select_for_update().order_by("-number")[0]
    if version.state == BulletinState.MAKING:
        raise WrongState(_("Its figures are still being taken."))
    if version.state != BulletinState.DRAFT:
        raise WrongState(_("It is issued: only a correction changes what it says."))
    version.bulletin = bulletin
    return version


def _record(bulletin: Bulletin, by: Actor, verb: str, **facts: Any) -> None:
    audit.record(
        by=by, verb=verb, target_kind="bulletin", target=str(bulletin.public_id),
        place=bulletin.place.code, **facts,
    )  # fmt: skip
