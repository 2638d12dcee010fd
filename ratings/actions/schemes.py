"""Schemes: begun from a preset, drafted, changed, discarded, settled; settled for ever.

One officer of the district settles (our decision: DOMAIN part 7 asks two people for listings,
which name a firm; rules are public, are shown over real data first, and hold from the next period
on). From the second version on the reason stands in it.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import Invalid, WrongState
from common.now import now
from communities.models import Place, PlaceKind
from ratings.actions._drafts import check_seen, check_terms, draft_of, locked
from ratings.models import Scheme, SchemeVersion
from ratings.permissions.schemes import check_keeps_scheme
from ratings.terms.presets import presets

LONGEST_NAME, LONGEST_NOTE = 120, 500


@transaction.atomic
def begin_scheme(*, by: Actor, place: Place, name: str, preset: str) -> Scheme:
    """A scheme of a district with its first draft, as the preset says.

    Raises NotAllowed but for officers of the district; Invalid for a place that is no district,
    a preset that is none, or a name that is empty, too long or taken.
    """
    check_keeps_scheme(by, place)
    place = Place.objects.select_for_update(of=("self",)).get(pk=place.pk)
    name = name.strip()
    chosen = presets().get(preset)
    wrong: dict[str, Any] = {}
    if place.kind != PlaceKind.DISTRICT:
        wrong["place"] = _("A scheme is a district's.")
    if chosen is None:
        wrong["preset"] = _("Choose one of the values offered.")
    if not 0 < len(name) <= LONGEST_NAME:
        wrong["name"] = _("Give it a name.")
    elif Scheme.objects.filter(place=place, name=name).exists():
        wrong["name"] = _("This place has a scheme of this name.")
    if wrong or chosen is None:
        raise Invalid(fields={field: [words] for field, words in wrong.items()})
    scheme = Scheme.objects.create(
        place=place, name=name, subject=chosen.subject, preset=chosen.key
    )
    _made(scheme, 1, chosen.document, by)
    _note(by, "begin_scheme", scheme, preset=preset, place=place.code)
    return scheme


@transaction.atomic
def draft(scheme: Scheme, *, by: Actor) -> SchemeVersion:
    """Begin a draft: a copy of the last settled version.

    Raises NotAllowed but for officers of the district, WrongState where there is one already.
    """
    check_keeps_scheme(by, scheme.place)
    scheme = locked(scheme)
    last = scheme.versions.order_by("-number")[0]
    if last.settled_at is None:
        raise WrongState(_("There is a draft of this scheme already: change that one."))
    made = _made(scheme, last.number + 1, last.terms, by)
    _note(by, "draft_scheme", scheme, version=made.number)
    return made


@transaction.atomic
def change_draft(
    scheme: Scheme, *, by: Actor, terms: Any, seen: str, section: str = ""
) -> SchemeVersion:
    """Write the draft's terms. `seen` is the stamp of the draft that was looked at.

    With a section only what is wrong there is refused: a sheet may be added before its items.
    Raises NotAllowed but for officers of the district; WrongState without a draft; Conflict where
    somebody saved in between; Invalid with everything that is wrong, by its place in the document.
    """
    check_keeps_scheme(by, scheme.place)
    scheme = locked(scheme)
    version = draft_of(scheme)
    check_seen(version, seen)
    check_terms(terms, section)
    if terms["subject"] != scheme.subject:
        raise Invalid(fields={"subject": [_("Who is assessed stays as the scheme began.")]})
    version.terms = terms
    version.made_by, version.made_at = _person(by), now()
    version.save(update_fields=["terms", "made_by", "made_at"])
    _note(by, "change_scheme_draft", scheme, version=version.number, section=section)
    return version


@transaction.atomic
def settle(scheme: Scheme, *, by: Actor, seen: str, note: str = "") -> SchemeVersion:
    """Settle the draft: periods that are opened from now on follow it, and it never changes.

    Raises NotAllowed but for officers of the district; WrongState without a draft; Conflict where
    somebody saved in between; Invalid where its terms do not read, or without a reason for what
    is not the first version.
    """
    check_keeps_scheme(by, scheme.place)
    scheme = locked(scheme)
    version = draft_of(scheme)
    check_seen(version, seen)
    check_terms(version.terms)
    note = note.strip()
    if version.number > 1 and not note:
        raise Invalid(fields={"note": [_("Say why it differs from the version before.")]})
    if len(note) > LONGEST_NOTE:
        raise Invalid(fields={"note": [_("That is too long: 500 characters at most.")]})
    version.note = note
    version.settled_by, version.settled_at = _person(by), now()
    version.save(update_fields=["note", "settled_by", "settled_at"])
    _note(by, "settle_scheme", scheme, version=version.number)
    return version


@transaction.atomic
def discard_draft(scheme: Scheme, *, by: Actor, seen: str) -> None:
    """Take the draft away; a scheme of which nothing was ever settled goes with it.

    Raises NotAllowed but for officers of the district; WrongState without a draft: what is
    settled stays; Conflict where somebody saved after the draft that was `seen`.
    """
    check_keeps_scheme(by, scheme.place)
    scheme = locked(scheme)
    version = draft_of(scheme)
    check_seen(version, seen)
    _note(by, "discard_scheme_draft", scheme, version=version.number)
    version.delete()
    if version.number == 1:
        scheme.delete()


def _made(scheme: Scheme, number: int, terms: dict[str, Any], by: Actor) -> SchemeVersion:
    return SchemeVersion.objects.create(
        scheme=scheme, number=number, terms=terms, made_by=_person(by), made_at=now()
    )


def _person(by: Actor) -> User | None:
    return by if isinstance(by, User) else None


def _note(by: Actor, verb: str, scheme: Scheme, **facts: Any) -> None:
    audit.record(by=by, verb=verb, target_kind="scheme", target=str(scheme.public_id), **facts)
