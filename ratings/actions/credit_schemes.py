"""The credit scheme of a district: begun with a preset, drafted, settled. Settled it never
changes, and what was recorded keeps the points of its day.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import Conflict, Invalid, WrongState
from common.now import now
from communities.models import Place, PlaceKind
from ratings.credit import COUNTING, OPEN
from ratings.models import CreditRecord, CreditScheme, CreditVersion
from ratings.permissions.schemes import check_keeps_scheme
from ratings.terms.credit import wrong_with_credit
from ratings.terms.credit_presets import credit_presets
from ratings.terms.drafts import stamp

LONGEST_NOTE = 500


@transaction.atomic
def begin(*, by: Actor, place: Place, preset: str) -> CreditScheme:
    """The credit scheme of a district with its first draft, as the preset says.

    Raises NotAllowed but for officers of the district; Conflict where there is one; Invalid for a
    place that is no district or a preset that is none.
    """
    check_keeps_scheme(by, place)
    place = Place.objects.select_for_update(of=("self",)).get(pk=place.pk)
    chosen = credit_presets().get(preset)
    if chosen is None or place.kind != PlaceKind.DISTRICT:
        field = "preset" if chosen is None else "place"
        raise Invalid(fields={field: [_("Choose one of the values offered.")]})
    if CreditScheme.objects.filter(place=place).exists():
        raise Conflict(_("This district has its credit scheme already: change that one."))
    scheme = CreditScheme.objects.create(place=place, preset=chosen.key)
    _made(scheme, 1, chosen.document, by)
    _note(by, "begin_credit_scheme", scheme, preset=chosen.key)
    return scheme


@transaction.atomic
def draft(scheme: CreditScheme, *, by: Actor) -> CreditVersion:
    """Begin a draft: a copy of the last settled version. WrongState where there is one."""
    check_keeps_scheme(by, scheme.place)
    scheme = _locked(scheme)
    last = scheme.versions.order_by("-number")[0]
    if last.settled_at is None:
        raise WrongState(_("There is a draft of this scheme already: change that one."))
    made = _made(scheme, last.number + 1, last.terms, by)
    _note(by, "draft_credit_scheme", scheme, version=made.number)
    return made


@transaction.atomic
def change_draft(scheme: CreditScheme, *, by: Actor, terms: Any, seen: str) -> CreditVersion:
    """Write the draft's terms. `seen` is the stamp of the draft that was looked at.

    Raises NotAllowed but for officers of the district; WrongState without a draft; Conflict where
    somebody saved in between; Invalid with everything that is wrong, by its place in the document.
    """
    check_keeps_scheme(by, scheme.place)
    scheme = _locked(scheme)
    version = _draft(scheme, seen)
    _check(scheme, terms)
    version.terms, version.made_by, version.made_at = terms, _person(by), now()
    version.save(update_fields=["terms", "made_by", "made_at"])
    _note(by, "change_credit_draft", scheme, version=version.number)
    return version


@transaction.atomic
def settle(scheme: CreditScheme, *, by: Actor, seen: str, note: str = "") -> CreditVersion:
    """Settle the draft: grades follow it from today on, and it never changes.

    Raises as `change_draft` does; Invalid without a reason for what is not the first version.
    """
    check_keeps_scheme(by, scheme.place)
    scheme = _locked(scheme)
    version = _draft(scheme, seen)
    _check(scheme, version.terms)
    note = note.strip()
    if version.number > 1 and not note:
        raise Invalid(fields={"note": [_("Say why it differs from the version before.")]})
    if len(note) > LONGEST_NOTE:
        raise Invalid(fields={"note": [_("That is too long: 500 characters at most.")]})
    version.note, version.settled_by, version.settled_at = note, _person(by), now()
    version.save(update_fields=["note", "settled_by", "settled_at"])
    _note(by, "settle_credit_scheme", scheme, version=version.number)
    return version


def _check(scheme: CreditScheme, terms: Any) -> None:
    """Raises Invalid with everything that is wrong.

    A level to which a record holds a firm down stays: else the record would mean something new.
    """
    wrong = wrong_with_credit(terms)
    if not wrong:
        named = {str(level["name"]).strip() for level in terms["levels"]}
        rows = CreditRecord.objects.with_life().filter(place=scheme.place_id).exclude(ceiling="")
        held = {row.ceiling for row in rows if row.state in COUNTING | OPEN}
        for name in sorted(held - named):
            said = _("Records on file hold firms down to the level %(name)s: it stays.")
            wrong["levels"] = said % {"name": name}
    if wrong:
        raise Invalid(fields={path: [words] for path, words in wrong.items()})


def _locked(scheme: CreditScheme) -> CreditScheme:
    rows = CreditScheme.objects.select_for_update(of=("self",)).select_related("place")
    return rows.get(pk=scheme.pk)


def _draft(scheme: CreditScheme, seen: str) -> CreditVersion:
    """Its draft as it was looked at, locked."""
    rows = CreditVersion.objects.select_for_update(of=("self",)).filter(scheme=scheme)
    found = rows.filter(settled_at=None).first()
    if found is None:
        raise WrongState(_("There is no draft of this scheme: what is settled is never changed."))
    if seen != stamp(found.terms):
        raise Conflict(
            _(
                "Somebody else has changed the draft in the meantime. What you typed is still here:"
                " look at the draft, then save again."
            )
        )
    return found


def _made(scheme: CreditScheme, number: int, terms: dict[str, Any], by: Actor) -> CreditVersion:
    return CreditVersion.objects.create(
        scheme=scheme, number=number, terms=terms, made_by=_person(by), made_at=now()
    )


def _person(by: Actor) -> User | None:
    return by if isinstance(by, User) else None


def _note(by: Actor, verb: str, scheme: CreditScheme, **facts: Any) -> None:
    audit.record(
        by=by, verb=verb, target_kind="credit_scheme", target=scheme.place.code, **facts
    )  # fmt: skip
