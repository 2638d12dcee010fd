"""Keeping what is found, item by item: it may come twice, late, and from two devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Invalid
from ratings.actions._sheets import Said, check_taking, record, taken, wrong_with
from ratings.actions._state import check_state
from ratings.models import Assessment, AssessmentState, Finding, FindingPhoto
from ratings.permissions.assessments import check_holds
from ratings.queries.photos import kept_photos
from ratings.queries.sheets import items_of, mark

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_PHOTOS = 9


@dataclass(frozen=True)
class Kept:
    """What came of it: items that were written, and those where somebody else was first."""

    assessment: Assessment
    written: tuple[str, ...]
    conflicts: tuple[str, ...]


@transaction.atomic
def keep(
    assessment: Assessment,
    *,
    by: User,
    said: Mapping[str, Said],
    photos: Mapping[str, Sequence[str]] | None = None,
) -> Kept:
    """Write what is said of these items of a draft; the others stay as they are.

    1. Anything that cannot be said of an item refuses the whole (Invalid, by item).
    2. Where an item changed since the sender looked (`Said.seen`) and says something else, it is
       left as it stands and named in `conflicts`: the last writer is told, nothing is lost unseen.
    3. The same again changes nothing, so a lost answer may be asked for twice.
    """
    assessment = taken(assessment)
    check_holds(by, assessment)
    check_state(assessment, AssessmentState.DRAFT)
    check_taking(assessment)
    photos = photos or {}
    _check(assessment, said, photos)
    standing: dict[str, Finding | None] = {
        finding.item: finding
        for finding in assessment.findings.filter(item__in=[*said, *photos]).select_for_update()
    }
    written, conflicts = [], []
    for item, one in said.items():
        found = standing.get(item)
        if _same(found, one):
            continue
        if one.seen is not None and one.seen != mark(found):
            conflicts.append(item)
            continue
        standing[item] = _write(assessment, item, one, found)
        written.append(item)
    for item, public_ids in photos.items():
        _attach(item, standing.get(item), kept_photos(public_ids, by))
    if written:
        record(assessment, by, "keep_assessment", items=len(written))
    return Kept(assessment, tuple(written), tuple(conflicts))


def _check(
    assessment: Assessment, said: Mapping[str, Said], photos: Mapping[str, Sequence[str]]
) -> None:
    items = {item.code: item for item in items_of(assessment)}
    wrong: dict[str, list[StrOrPromise]] = {
        code: [_("This item is not on the sheet.")]
        for code in [*said, *photos]
        if code not in items
    }
    for code, one in said.items():
        if code in items and (why := wrong_with(items[code], one)):
            wrong[code] = [why]
    if wrong:
        raise Invalid(fields=wrong)


def _same(found: Finding | None, one: Said) -> bool:
    if found is None:
        return one.value is None and not one.note.strip()
    return found.value == one.value and found.note == one.note.strip()


def _write(assessment: Assessment, item: str, one: Said, found: Finding | None) -> Finding | None:
    note = one.note.strip()
    if one.value is None and not note:
        if found is not None:
            # The bytes go with the sweep: a photo without its finding is nobody's.
            found.photos.update(finding=None)
            found.delete()
        return None
    finding = found or Finding(assessment=assessment, item=item)
    finding.value, finding.note = one.value, note
    finding.save()
    return finding


def _attach(item: str, finding: Finding | None, photos: Sequence[FindingPhoto]) -> None:
    if not photos:
        return
    if finding is None:
        raise Invalid(fields={item: [_("Say what was found before you add photos.")]})
    if finding.photos.count() + len(photos) > MOST_PHOTOS:
        raise Invalid(fields={item: [_("At most %(n)d photos of an item.") % {"n": MOST_PHOTOS}]})
    pks = [photo.pk for photo in photos]
    rows = FindingPhoto.objects.filter(pk__in=pks, finding__isnull=True, step__isnull=True)
    if rows.update(finding=finding) != len(set(pks)):
        raise Invalid(
            fields={item: [_("One of the photos is no longer there. Please add it again.")]}
        )
