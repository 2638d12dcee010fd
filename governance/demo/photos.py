"""Photos of the county in use: each picture drawn, cleaned and stored once, shown many times."""

import io
import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.actors import Actor, Reporter
from accounts.models import User
from common import images
from common.now import now
from complaints.models import Photo, PhotoMoment
from governance.demo.scenes import SCENES, drawn

FOLDER = "photos/demo"


class Album:
    """Gives kept photos to verbs.

    `actions.keep_photo` would clean and store the same few pictures hundreds of times, so the
    rows are written here; they share the files of their picture.
    """

    def __init__(self) -> None:
        self._sizes: dict[str, tuple[int, int]] = {}
        self.given = 0

    def photo(self, scene: str, *, by: Actor, after: bool = False) -> list[Photo]:
        """One photo of this scene, kept for whoever acts; none where nothing is to be seen."""
        if scene not in SCENES:
            return []
        stem = f"{FOLDER}/{scene}-{'after' if after else 'before'}"
        if stem not in self._sizes:
            self._sizes[stem] = stored(stem, scene, after=after)
        width, height = self._sizes[stem]
        self.given += 1
        photo = Photo.objects.create(
            public_id=uuid.uuid4(),
            moment=PhotoMoment.AFTER if after else PhotoMoment.BEFORE,
            image=f"{stem}.jpg",
            thumbnail=f"{stem}-small.jpg",
            width=width,
            height=height,
            owner=by if isinstance(by, User) else None,
            owner_digest=by.digest if isinstance(by, Reporter) else "",
            uploaded_at=now(),
        )
        return [photo]


def stored(stem: str, scene: str, *, after: bool) -> tuple[int, int]:
    """Draw, clean as any upload is cleaned, and write the files; their width and height."""
    written = io.BytesIO()
    drawn(scene, after=after).save(written, "JPEG", quality=92)
    cleaned = images.clean(written.getvalue())
    for name, data in ((f"{stem}.jpg", cleaned.jpeg), (f"{stem}-small.jpg", cleaned.thumbnail)):
        if default_storage.exists(name):
            default_storage.delete(name)
        default_storage.save(name, ContentFile(data))
    return cleaned.width, cleaned.height
