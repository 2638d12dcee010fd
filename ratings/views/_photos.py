"""Photos as the pages show and take them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Invalid
from ratings.actions.photos import keep_photo
from ratings.models import FindingPhoto


@dataclass(frozen=True)
class Picture:
    """A photo as `components/_photos.html` shows it."""

    id: str
    url: str
    thumb_url: str
    alt: str


def pictures(photos: Iterable[FindingPhoto]) -> list[Picture]:
    """Photos with their addresses and a word for those who cannot see them."""
    return [
        Picture(
            id=str(photo.public_id),
            url=reverse("ratings:photo", args=[photo.public_id, "full"]),
            thumb_url=reverse("ratings:photo", args=[photo.public_id, "thumb"]),
            alt=_("Photo %(number)s") % {"number": number},
        )
        for number, photo in enumerate(photos, start=1)
    ]


def kept(files: "Sequence[UploadedFile[Any]]", *, by: User, field: str) -> list[str]:
    """Keep these files; what is wrong with one is said at the field it came in."""
    found = []
    for file in files:
        try:
            found.append(str(keep_photo(file, by=by).public_id))
        except Invalid as refusal:
            raise Invalid(fields={field: [f"{file.name}: {refusal}"]}) from None
    return found
