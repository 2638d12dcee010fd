"""Keeping photos until a finding or a report takes them, and sweeping away what none took."""

import uuid
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from common import images
from common.errors import NotAllowed
from common.now import now
from ratings.actions._sheets import check_taking, taken
from ratings.models import AssessmentState, Finding, FindingPhoto
from ratings.permissions.assessments import check_holds

UNOWNED_FOR = timedelta(hours=24)
BATCH = 200


def keep_photo(data: "UploadedFile[bytes]", *, by: User) -> FindingPhoto:
    """Clean one upload and keep it for whoever sent it, as photos of orders are kept.

    Bytes first, under a name nobody can guess; the row last, so that no row lacks its picture.
    Raises Invalid for what is not a photo, or is too large.
    """
    cleaned = images.clean(data)
    public_id = uuid.uuid4()
    stem = f"findings/{public_id.hex[:2]}/{public_id.hex}"
    image = default_storage.save(f"{stem}.jpg", ContentFile(cleaned.jpeg))
    thumbnail = default_storage.save(f"{stem}-small.jpg", ContentFile(cleaned.thumbnail))
    try:
        with transaction.atomic():
            return FindingPhoto.objects.create(
                public_id=public_id,
                image=image,
                thumbnail=thumbnail,
                width=cleaned.width,
                height=cleaned.height,
                owner=by,
                uploaded_at=now(),
            )
    except Exception:
        # Without its row nobody would ever find these bytes again.
        default_storage.delete(image)
        default_storage.delete(thumbnail)
        raise


@transaction.atomic
def remove_photo(photo: FindingPhoto, *, by: User) -> Finding:
    """Take a photo off a draft; the sweep removes it. Raises NotAllowed for any other photo."""
    if photo.finding is None:
        raise NotAllowed
    finding = photo.finding
    assessment = taken(finding.assessment, AssessmentState.DRAFT)
    check_holds(by, assessment)
    check_taking(assessment)
    FindingPhoto.objects.filter(pk=photo.pk, finding=finding).update(finding=None)
    return finding


def remove_unowned_photos() -> int:
    """Delete photos that nothing took within 24 hours, rows and files; how many.

    Rows first: a crash in between leaves a file without a row, never a row without its file.
    """
    removed = 0
    while True:
        with transaction.atomic():
            old = list(
                FindingPhoto.objects.select_for_update(skip_locked=True)
                .filter(
                    finding__isnull=True,
                    step__isnull=True,
                    credit_step__isnull=True,
                    uploaded_at__lte=now() - UNOWNED_FOR,
                )
                .order_by("uploaded_at")[:BATCH]
            )
            FindingPhoto.objects.filter(pk__in=[photo.pk for photo in old]).delete()
        for photo in old:
            default_storage.delete(str(photo.image.name))
            default_storage.delete(str(photo.thumbnail.name))
        removed += len(old)
        if len(old) < BATCH:
            return removed
