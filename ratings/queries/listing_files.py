"""Photos and documents of listings: one's own to attach, and which one may read."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Invalid
from ratings.models import Listing, ListingFile, ListingStep
from ratings.permissions.listings import is_officer_of, seen_by
from ratings.workflow import ListingVerb

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

GONE: "StrOrPromise" = _("One of the files is no longer there: add it again.")
# What an officer proposed with is the officers', as the evidence in words is.
OFFICERS_OWN = (ListingVerb.PROPOSE, ListingVerb.JOINT_CHECK)


def kept_files(public_ids: Iterable[str], by: User) -> list[ListingFile]:
    """These files, one's own that no step took yet. Raises Invalid for any other."""
    wanted = list(dict.fromkeys(str(one) for one in public_ids))
    if not wanted:
        return []
    known = [one for one in wanted if _is_uuid(one)]
    rows = ListingFile.objects.filter(public_id__in=known, owner=by, step=None)
    found = {str(file.public_id): file for file in rows}
    if len(found) != len(wanted):
        raise Invalid(fields={"attached": [GONE]})
    return [found[one] for one in wanted]


def files_of(listing: Listing, *, officer: bool) -> "QuerySet[ListingFile]":
    """All of a listing for its officers; for its other readers what is not the officers' own."""
    rows = ListingFile.objects.filter(step__listing=listing)
    if not officer:
        rows = rows.filter(~Q(step__verb__in=OFFICERS_OWN) | Q(public=True))
    return rows.order_by("pk")


def public_files(listing: Listing) -> "QuerySet[ListingFile]":
    """What anybody may read beside a public listing."""
    return ListingFile.objects.filter(step__listing=listing, public=True).order_by("pk")


class Seen(NamedTuple):
    """A file as one reader may read it: theirs, as it came, or only as everybody does."""

    file: ListingFile
    theirs: bool

    @property
    def stored(self) -> str:
        return str(self.file.file.name) if self.theirs else self.file.public_name


def file_seen(user: User | None, public_id: UUID) -> Seen:
    """The file, or 404 for whoever may not read it: it does not exist for them."""
    rows = ListingFile.objects.select_related("step__listing__place", "step__listing__period")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    public = found.step is not None and found.public and _public(found.step)
    if public and (user is None or found.photo):
        return Seen(found, theirs=False)
    theirs = user is not None and _theirs(user, found)
    if not theirs and not public:
        raise Http404
    return Seen(found, theirs)


def _public(step: ListingStep) -> bool:
    return Listing.objects.public().filter(pk=step.listing_id).exists()


def _theirs(user: User, file: ListingFile) -> bool:
    if file.step is None:
        return file.owner_id == user.pk
    if not Listing.objects.filter(seen_by(user), pk=file.step.listing_id).exists():
        return False
    return file.step.verb not in OFFICERS_OWN or is_officer_of(user, file.step.listing)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
