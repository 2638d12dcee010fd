"""The credit ledger: a record entered, heard, confirmed, repaired, withdrawn; nothing is edited.

A bad record counts once the firm was heard: after the working days of the scheme, or once it has
stated its objections, which whoever confirms must answer. See docs/adr/0027.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from common import workdays
from common.days import check_days
from common.errors import Conflict, Invalid, WrongState
from common.now import now, today
from communities.models import Appointment, Body
from communities.scope import calendar_for, day_of
from ratings.actions import _credit_told
from ratings.credit import STEPS, CreditKind, CreditState, CreditVerb, open_verbs, state_after
from ratings.models import CreditRecord, CreditScheme, CreditStep, CreditVersion, FindingPhoto
from ratings.permissions.credit import check_records, check_step
from ratings.queries.credit import not_now, version_on
from ratings.queries.photos import kept_photos
from ratings.terms import decimal
from ratings.terms.credit import CreditItem, CreditTerms, Validity
from ratings.workflow import months_after

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST, LONGEST_DOCUMENT, MOST_PHOTOS = 2000, 120, 9
V, S = CreditVerb, CreditState
# Telephone and identity numbers.
NUMBERS = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")
# With which steps the reason must be said, and of which evidence may come.
REASONED = frozenset(STEPS) - {V.CONFIRM}
PROVEN = frozenset({V.OBJECT, V.ASK_REPAIR})


@transaction.atomic
def record(
    *,
    by: User,
    body: Body,
    item: str,
    grounds: str,
    document: str,
    from_on: date,
    until_on: date | None = None,
    photos: Sequence[str] = (),
) -> CreditRecord:
    """Put a record of the catalogue on file for a firm, by the version in force today.

    It does not count before another officer confirms it. Raises NotAllowed but for officers of the
    district who are not tied to the firm since then; WrongState without a scheme in force; Invalid
    with what is missing or does not fit; Conflict where the document is on record for this already.
    """
    check_records(by, body, from_on)
    check_days(from_on=from_on, until_on=until_on)
    version = _version(body)
    chosen = version.read.item(item)
    until = until_on or (_validity(version.read, chosen, from_on) if chosen else None)
    wrong = _wrong(version.read, chosen, from_on, until) | _wrong_words(body, grounds, document)
    if wrong or chosen is None or until is None:
        raise Invalid(fields={name: [words] for name, words in wrong.items()})
    document = document.strip()
    same = CreditRecord.objects.with_life().filter(
        body=body, item=item, document=document, from_on=from_on
    )
    if any(row.state not in (S.TURNED_DOWN, S.WITHDRAWN) for row in same):
        raise Conflict(_("This document is on record for this item already."))
    at = now()
    made = CreditRecord.objects.create(
        place=version.scheme.place,
        body=body,
        version=version,
        item=chosen.code,
        kind=chosen.kind,
        name_zh=chosen.name.zh,
        name_en=chosen.name.en,
        points=decimal(chosen.points),
        ceiling=chosen.ceiling,
        grounds=grounds.strip(),
        document=document,
        from_on=from_on,
        until_on=until,
        recorded_by=by,
        recorded_at=at,
        due_at=_due(at, version.read) if chosen.kind == CreditKind.BAD else None,
    )
    _append(made, V.RECORD, by, at, "", photos)
    return made


@transaction.atomic
def step(
    found: CreditRecord, verb: CreditVerb, *, by: User, text: str = "", photos: Sequence[str] = ()
) -> CreditRecord:
    """What happens to a record: objected to, confirmed or not, repaired or not, withdrawn.

    Raises NotAllowed with the reason for whoever it is not; WrongState where it is not open;
    Invalid without its reason.
    """
    locked = CreditRecord.objects.select_for_update(of=("self",)).get(pk=found.pk)
    steps = list(locked.steps.order_by("pk"))
    rows = CreditRecord.objects.with_life().select_related("place", "body", "version")
    standing: CreditRecord = rows.get(pk=locked.pk)
    check_step(by, standing, verb, steps)
    if verb not in open_verbs(standing.kind, state_after(steps[-1].verb)):
        raise WrongState(
            _("This record stands elsewhere now: %(state)s.") % {"state": standing.state.label}
        )
    at = now()
    if closed := not_now(standing, verb, at):
        raise WrongState(closed)
    said = _said(text, needed=verb in REASONED or standing.state == S.OBJECTED)
    if photos and verb not in PROVEN:
        raise Invalid(fields={"photos": [_("No photos are taken with this.")]})
    _append(standing, verb, by, at, said, photos)
    done: CreditRecord = rows.get(pk=locked.pk)
    return done


# --- What a record must be ---------------------------------------------------------------


def _version(body: Body) -> CreditVersion:
    """The version in force where the firm is on the register, its scheme locked."""
    scheme = CreditScheme.objects.select_for_update(of=("self",)).filter(
        place__code=body.place.code[:6]
    )
    found = version_on(scheme.first(), today())
    if found is None:
        raise WrongState(_("No credit scheme is in force here yet."))
    return found


def _validity(terms: CreditTerms, item: CreditItem, from_on: date) -> date:
    if terms.validity == Validity.YEAR:
        return date(from_on.year + 1, 1, 1)
    return months_after(from_on, item.months or terms.months)


def _wrong(
    terms: CreditTerms, item: CreditItem | None, from_on: date, until: date | None
) -> "dict[str, StrOrPromise]":
    wrong: dict[str, StrOrPromise] = {}
    if item is None:
        wrong["item"] = _("Choose a record of the catalogue.")
    if from_on > today():
        wrong["from_on"] = _("Enter a day that has been.")
    if until is None:
        return wrong
    if until <= from_on:
        wrong["until_on"] = _("It ends after it begins.")
    elif terms.validity == Validity.YEAR and until > date(from_on.year + 1, 1, 1):
        wrong["until_on"] = _("By this scheme a record counts in its own calendar year alone.")
    elif until <= today():
        wrong["until_on"] = _("It would have ended already and never count.")
    return wrong


def _wrong_words(body: Body, grounds: str, document: str) -> "dict[str, StrOrPromise]":
    """What everybody reads names no person, and carries no number of one."""
    wrong: dict[str, StrOrPromise] = {}
    for field, words, most in (
        ("grounds", grounds.strip(), LONGEST),
        ("document", document.strip(), LONGEST_DOCUMENT),
    ):
        if not words:
            wrong[field] = _("Say it in a sentence.")
        elif len(words) > most:
            wrong[field] = _("Please keep it under %(limit)d characters.") % {"limit": most}
        elif NUMBERS.search(words) or _names_somebody(body, words):
            wrong[field] = _("Everybody reads this: name no person, and no number of one.")
    return wrong


def _names_somebody(body: Body, words: str) -> bool:
    """Whether somebody who holds or held an office in the firm is named."""
    held = Appointment.objects.filter(body=body).values_list("user__name", flat=True).distinct()
    return any(len(name) > 1 and name in words for name in held)


def _due(at: datetime, terms: CreditTerms) -> datetime:
    calendar = calendar_for({day_of(at).year, day_of(at).year + 1})
    return workdays.add_working_days(at, terms.objection_days, calendar).due_at


# --- What a step must be -----------------------------------------------------------------


def _said(text: str, *, needed: bool) -> str:
    said = text.strip()
    if needed and not said:
        raise Invalid(fields={"text": [_("Say it in a sentence.")]})
    if len(said) > LONGEST:
        limit = {"limit": LONGEST}
        raise Invalid(fields={"text": [_("Please keep it under %(limit)d characters.") % limit]})
    return said


def _append(
    row: CreditRecord, verb: CreditVerb, by: User, at: datetime, text: str, photos: Sequence[str]
) -> None:
    """The step with its evidence, its link in the chain, the audit entry and the notices."""
    if len(set(photos)) > MOST_PHOTOS:
        raise Invalid(fields={"photos": [_("At most %(n)d photos.") % {"n": MOST_PHOTOS}]})
    pictures = kept_photos(photos, by)
    made = CreditStep.objects.create(
        record=row,
        verb=verb,
        at=at,
        by=by,
        text=text,
        sequence=_credit_told.publish(row, verb),
    )
    mine = FindingPhoto.objects.filter(
        pk__in=[photo.pk for photo in pictures], finding=None, step=None, credit_step=None
    )
    if mine.update(credit_step=made) != len(pictures):
        gone = _("One of the photos is no longer there. Please add it again.")
        raise Invalid(fields={"photos": [gone]})
    audit.record(
        by=by,
        verb=f"credit_{verb.value}",
        target_kind="credit_record",
        target=str(row.public_id),
        body=row.body.code,
        place=row.place.code,
        item=row.item,
        kind=row.kind,
    )
    _credit_told.tell(row, made)
