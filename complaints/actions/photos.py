"""Keeping photos until an order takes them, and sweeping away those that none took."""

from functools import partial

from django.core.files.uploadedfile import UploadedFile

from accounts.actors import Actor, Reporter
from accounts.models import User
from common import images, uploads
from complaints.models import Photo, PhotoMoment

FILES = ("image", "thumbnail")


def keep_photo(
    data: "UploadedFile[bytes]", *, by: Actor, moment: str = PhotoMoment.BEFORE
) -> Photo:
    """Clean one upload and keep it for whoever sent it, until a verb attaches it to an order.

    1. Pixels only: written anew, with nothing of the original file but the picture.
    2. Bytes first, under a name nobody can guess; the row last, so that no row lacks its picture.

    Raises Invalid for what is not a photo, or is too large.
    """
    cleaned = images.clean(data)
    row = partial(
        Photo.objects.create,
        moment=moment,
        width=cleaned.width,
        height=cleaned.height,
        owner=by if isinstance(by, User) else None,
        owner_digest=by.digest if isinstance(by, Reporter) else "",
    )
    return uploads.keep("photos", uploads.of_photo(cleaned), row)


def drop_photo(photo: Photo) -> bool:
    """Throw away a photo that no order has; False if one took it in the meantime."""
    gone, _rows = Photo.objects.filter(pk=photo.pk, complaint__isnull=True).delete()
    if gone:
        uploads.delete_files(photo, *FILES)
    return bool(gone)


def remove_unowned_photos() -> int:
    """Delete photos that no order took within 24 hours, rows and files; how many."""
    return uploads.remove_unowned(Photo.objects.filter(complaint__isnull=True), *FILES)
