"""Photos of findings, of how they were put right, of credit records: to attach, and to see."""

import uuid
from collections.abc import Iterable

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Invalid
from ratings.models import Assessment, CreditRecord, FindingPhoto, Rectification
from ratings.permissions.assessments import seen_by
from ratings.permissions.credit import seen_by as credit_seen_by
from ratings.permissions.rectification import seen_by as rectification_seen_by


def kept_photos(public_ids: Iterable[str], by: User) -> list[FindingPhoto]:
    """These photos, one's own that nothing took yet. Raises Invalid for any other."""
    wanted = list(dict.fromkeys(str(public_id) for public_id in public_ids))
    if not wanted:
        return []
    known = [one for one in wanted if _is_uuid(one)]
    rows = FindingPhoto.objects.filter(
        public_id__in=known,
        owner=by,
        finding__isnull=True,
        step__isnull=True,
        credit_step__isnull=True,
    )
    found = {str(photo.public_id): photo for photo in rows}
    if len(found) != len(wanted):
        said = _("One of the photos is no longer there. Please add it again.")
        raise Invalid(fields={"photos": [said]})
    return [found[one] for one in wanted]


def photo_seen(user: User, public_id: uuid.UUID) -> FindingPhoto:
    """The photo, if this user may see what it belongs to, or sent it and nothing took it yet."""
    photo = (
        FindingPhoto.objects.select_related("finding", "step", "credit_step")
        .filter(public_id=public_id)
        .first()
    )
    if photo is None or not _may_see(user, photo):
        raise Http404
    return photo


def _may_see(user: User, photo: FindingPhoto) -> bool:
    if photo.finding is not None:
        rows = Assessment.objects.filter(seen_by(user))
        return rows.filter(pk=photo.finding.assessment_id).exists()
    if photo.step is not None:
        asked = Rectification.objects.filter(rectification_seen_by(user))
        return asked.filter(pk=photo.step.rectification_id).exists()
    if photo.credit_step is not None:
        records = CreditRecord.objects.filter(credit_seen_by(user))
        return records.filter(pk=photo.credit_step.record_id).exists()
    return photo.owner_id == user.pk


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
