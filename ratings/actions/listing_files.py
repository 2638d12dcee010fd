"""Photos and documents of listings: kept until a step takes them, marked public, swept away."""

from collections.abc import Sequence
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from common import documents, images, uploads
from common.errors import Invalid, WrongState
from ratings.models import ListingFile, ListingStep
from ratings.permissions.listings import check_officer_of
from ratings.queries.listing_files import GONE, kept_files

MOST_FILES = 9
PDF = b"%PDF-"


def keep_file(data: "UploadedFile[bytes]", *, by: User) -> ListingFile:
    """Keep one upload for whoever sent it: a photo cleaned as all photos are, a PDF as it came.

    Bytes first, under a name nobody can guess; the row last. Raises Invalid for what is neither,
    or is too large.
    """
    beginning = data.read(len(PDF))
    data.seek(0)
    return _document(data, by) if beginning == PDF else _photo(data, by)


def _document(data: "UploadedFile[bytes]", by: User) -> ListingFile:
    raw = data.read(images.MAX_BYTES + 1)
    if len(raw) > images.MAX_BYTES:
        limit = {"limit": images.MAX_BYTES // 1024**2}
        raise Invalid(_("The document is larger than %(limit)d MB.") % limit)
    name = (data.name or "")[-120:]
    row = partial(ListingFile.objects.create, owner=by, name=name)
    return uploads.keep("listings", {"file": (".pdf", raw)}, row)


def _photo(data: "UploadedFile[bytes]", by: User) -> ListingFile:
    cleaned = images.clean(data)
    row = partial(ListingFile.objects.create, owner=by)
    return uploads.keep("listings", uploads.of_photo(cleaned, "file"), row)


def attach(step: ListingStep, public_ids: Sequence[str], *, by: User) -> None:
    """Give one's own files to a step, in its transaction. Raises Invalid for any other."""
    files = kept_files(public_ids, by)
    if len(files) > MOST_FILES:
        most = {"n": MOST_FILES}
        raise Invalid(fields={"attached": [_("At most %(n)d photos and documents.") % most]})
    rows = ListingFile.objects.filter(pk__in=[file.pk for file in files], step=None)
    if rows.update(step=step) != len(files):
        raise Invalid(fields={"attached": [GONE]})


@transaction.atomic
def show_file(file: ListingFile, *, by: User, public: bool) -> ListingFile:
    """Let everybody read a file with the public listing, or nobody else again.

    Raises NotAllowed but for officers of the district who are not tied to whom it is about;
    Invalid for a document whose pages cannot be drawn.
    """
    found = ListingFile.objects.select_for_update().get(pk=file.pk)
    if found.step is None:
        raise WrongState
    listing = found.step.listing
    check_officer_of(by, listing)
    if public:
        _draw_for_everybody(found)
    found.public = public
    found.save(update_fields=["public"])
    audit.record(
        by=by,
        verb="show_listing_file" if public else "hide_listing_file",
        target_kind="listing",
        target=str(listing.public_id),
        file=str(found.public_id),
    )
    return found


def _draw_for_everybody(file: ListingFile) -> None:
    """A document keeps who wrote it, and more: everybody reads its pages drawn anew."""
    if file.photo or default_storage.exists(file.public_name):
        return
    with default_storage.open(str(file.file.name)) as stored:
        copy = documents.drawn(stored.read())
    default_storage.save(file.public_name, ContentFile(copy))


def remove_unowned_files() -> int:
    """Delete files that no step took within 24 hours, rows and bytes; how many."""
    return uploads.remove_unowned(ListingFile.objects.filter(step=None), "file", "thumbnail")
