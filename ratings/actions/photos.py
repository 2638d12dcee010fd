"""Keeping photos until a finding or a report takes them, and sweeping away what none took."""

from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from common import images, uploads
from common.errors import NotAllowed
from ratings.actions._sheets import check_taking, taken
from ratings.actions._state import check_state
from ratings.models import AssessmentState, Finding, FindingPhoto
from ratings.permissions.assessments import check_holds


def keep_photo(data: "UploadedFile[bytes]", *, by: User) -> FindingPhoto:
    """Clean one upload and keep it for whoever sent it, as photos of orders are kept.

    Bytes first, under a name nobody can guess; the row last, so that no row lacks its picture.
    Raises Invalid for what is not a photo, or is too large.
    """
    cleaned = images.clean(data)
    row = partial(FindingPhoto.objects.create, width=cleaned.width, height=cleaned.height, owner=by)
    return uploads.keep("findings", uploads.of_photo(cleaned), row)


@transaction.atomic
def remove_photo(photo: FindingPhoto, *, by: User) -> Finding:
    """Take a photo off a draft; the sweep removes it. Raises NotAllowed for any other photo."""
    if photo.finding is None:
        raise NotAllowed
    finding = photo.finding
    assessment = taken(finding.assessment)
    check_holds(by, assessment)
    check_state(assessment, AssessmentState.DRAFT)
    check_taking(assessment)
    FindingPhoto.objects.filter(pk=photo.pk, finding=finding).update(finding=None)
    return finding


def remove_unowned_photos() -> int:
    """Delete photos that nothing took within 24 hours, rows and files; how many."""
    unowned = FindingPhoto.objects.filter(finding=None, step=None, credit_step=None)
    return uploads.remove_unowned(unowned, "image", "thumbnail")
