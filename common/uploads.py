"""Files that were sent and that nothing has taken yet: kept for a day, then swept away.

Of pictures and documents alike: bytes first, under a name nobody can guess, the row last, so that
no row lacks its file; swept rows first, so that a crash in between leaves a file without a row.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from common.images import CleanImage
from common.now import now

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

UNOWNED_FOR = timedelta(hours=24)
BATCH = 200
Parts = Mapping[str, tuple[str, bytes]]
M = TypeVar("M", bound="Model")


def keep(folder: str, parts: Parts, row: Callable[..., M]) -> M:
    """Store the parts, each with the ending of its name; then the row that knows them.

    `row` is called with `public_id`, `uploaded_at`, and the name under which each part is stored.
    """
    public_id = uuid.uuid4()
    stem = f"{folder}/{public_id.hex[:2]}/{public_id.hex}"
    stored = {
        name: default_storage.save(f"{stem}{ending}", ContentFile(raw))
        for name, (ending, raw) in parts.items()
    }
    try:
        with transaction.atomic():
            return row(public_id=public_id, uploaded_at=now(), **stored)
    except Exception:
        # Without its row nobody would ever find these bytes again.
        for path in stored.values():
            default_storage.delete(path)
        raise


def of_photo(photo: CleanImage, name: str = "image") -> Parts:
    """A cleaned photo and its small one."""
    return {name: (".jpg", photo.jpeg), "thumbnail": ("-small.jpg", photo.thumbnail)}


def remove_unowned(rows: "QuerySet[Any]", *names: str) -> int:
    """Delete rows that nothing took within 24 hours, and the files they name; how many."""
    removed = 0
    while True:
        with transaction.atomic():
            old = list(
                rows.select_for_update(skip_locked=True)
                .filter(uploaded_at__lte=now() - UNOWNED_FOR)
                .order_by("uploaded_at")[:BATCH]
            )
            rows.model._default_manager.filter(pk__in=[row.pk for row in old]).delete()
        for row in old:
            delete_files(row, *names)
        removed += len(old)
        if len(old) < BATCH:
            return removed


def delete_files(row: "Model", *names: str) -> None:
    """The files that a row named, where it named any."""
    for name in names:
        if path := str(getattr(row, name) or ""):
            default_storage.delete(path)
