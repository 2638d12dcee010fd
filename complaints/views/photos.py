"""Pictures, sent only to those who may see what they belong to."""

import uuid
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.actors import Actor, Reporter
from complaints.models import Photo
from complaints.queries import photo_seen
from complaints.views._draft import holders
from complaints.views._who import followed, signed_in

HOUR = 3600


@dataclass(frozen=True)
class Picture:
    """A photo as `components/_photos.html` shows it."""

    id: str
    url: str
    thumb_url: str
    alt: str


def pictures(photos: list[Photo]) -> list[Picture]:
    """Photos with their addresses and a word for those who cannot see them."""
    return [
        Picture(
            id=str(photo.public_id),
            url=reverse("complaints:photo", args=[photo.public_id, "full"]),
            thumb_url=reverse("complaints:photo", args=[photo.public_id, "thumb"]),
            alt=_("Photo %(number)s, %(moment)s")
            % {"number": number, "moment": photo.get_moment_display()},
        )
        for number, photo in enumerate(photos, start=1)
    ]


@require_safe
def photo(request: HttpRequest, public_id: uuid.UUID, size: str) -> HttpResponse:
    """The picture, or 404 for whoever may not see it: it does not exist for them."""
    if size not in {"full", "thumb"}:
        raise Http404
    found = photo_seen(_actors(request), public_id)
    stored = found.image if size == "full" else found.thumbnail
    try:
        # Whole: a cleaned photo is small, and a file left open by a broken connection is not.
        with default_storage.open(str(stored.name)) as file:
            response = HttpResponse(file.read(), content_type="image/jpeg")
    except FileNotFoundError:
        raise Http404 from None
    response["Content-Disposition"] = f'inline; filename="{size}.jpg"'
    response["Cache-Control"] = f"private, max-age={HOUR}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _actors(request: HttpRequest) -> list[Actor]:
    user = signed_in(request)
    shown = [Reporter(value) for value in followed(request).values()]
    return [*([user] if user is not None else []), *shown, *holders(request)]
