"""Keeping photos until an order takes them, and sweeping away those that none took."""

import uuid
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.actors import Actor, Reporter
from accounts.models import User
from common import images
from common.now import now
from complaints.models import Photo, PhotoMoment

UNOWNED_FOR = timedelta(hours=24)
BATCH = 200


def keep_photo(
    data: "UploadedFile[bytes]", *, by: Actor, moment: str = PhotoMoment.BEFORE
) -> Photo:
    """Clean one upload and keep it for whoever sent it, until a verb attaches it to an order.

    1. Pixels only: written anew, with nothing of the original file but the picture.
    2. Bytes first, under a name nobody can guess; the row last, so that no row lacks its picture.

    Raises Invalid for what is not a photo, or is too large.
    """
    cleaned = images.clean(data)
    public_id = uuid.uuid4()
    stem = f"photos/{public_id.hex[:2]}/{public_id.hex}"
    image = default_storage.save(f"{stem}.jpg", ContentFile(cleaned.jpeg))
    thumbnail = default_storage.save(f"{stem}-small.jpg", ContentFile(cleaned.thumbnail))
    try:
        with transaction.atomic():
            return Photo.objects.create(
                public_id=public_id,
                moment=moment,
                image=image,
                thumbnail=thumbnail,
                width=cleaned.width,
                height=cleaned.height,
                owner=by if isinstance(by, User) else None,
                owner_digest=by.digest if isinstance(by, Reporter) else "",
                uploaded_at=now(),
            )
    except Exception:
        # Without its row nobody would ever find these bytes again.
        default_storage.delete(image)
        default_storage.delete(thumbnail)
        raise


def drop_photo(photo: Photo) -> bool:
    """Throw away a photo that no order has; False if one took it in the meantime."""
    gone, _rows = Photo.objects.filter(pk=photo.pk, complaint__isnull=True).delete()
    if gone:
        _delete_files([photo])
    return bool(gone)


def remove_unowned_photos() -> int:
    """Delete photos that no order took within 24 hours, rows and files; how many.

    Rows first: a crash in between leaves a file without a row, never a row without its file.
    """
    removed = 0
    while True:
        with transaction.atomic():
            old = list(
                Photo.objects.select_for_update(skip_locked=True)
                .filter(complaint__isnull=True, uploaded_at__lte=now() - UNOWNED_FOR)
                .order_by("uploaded_at")[:BATCH]
            )
            Photo.objects.filter(pk__in=[photo.pk for photo in old]).delete()
        _delete_files(old)
        removed += len(old)
        if len(old) < BATCH:
            return removed


def _delete_files(photos: list[Photo]) -> None:
    for photo in photos:
        default_storage.delete(str(photo.image.name))
        default_storage.delete(str(photo.thumbnail.name))
