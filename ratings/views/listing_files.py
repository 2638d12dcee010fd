"""Photos and documents of listings, sent only to those who may read them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from accounts.models import User
from common.errors import Invalid
from ratings.actions import listing_files as actions
from ratings.downloads import answered
from ratings.models import ListingFile
from ratings.queries.listing_files import file_seen


@require_safe
def listing_file(request: HttpRequest, public_id: UUID, size: str) -> HttpResponse:
    """The picture or the document, or 404 for whoever may not read it."""
    user = request.user if isinstance(request.user, User) else None
    return answered(file_seen(user, public_id), size)


@login_required
@require_POST
def show(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Marked public, or no longer."""
    found = file_seen(request.user, public_id).file
    public = request.POST.get("public") == "yes"
    done = actions.show_file(found, by=request.user, public=public)
    said = _("Everybody may read it.") if public else _("Only the parties may read it.")
    messages.success(request, said)
    if done.step is None:
        raise Http404
    return redirect("ratings:listing", done.step.listing.public_id)


def kept(files: "Sequence[UploadedFile[Any]]", *, by: User) -> list[str]:
    """Keep these files; what is wrong with one is said at the field."""
    found = []
    for file in files:
        try:
            found.append(str(actions.keep_file(file, by=by).public_id))
        except Invalid as refusal:
            raise Invalid(fields={"attached": [f"{file.name}: {refusal}"]}) from None
    return found


def shown(files: Iterable[ListingFile]) -> list[dict[str, Any]]:
    """Files as the pages list them, with their addresses."""
    return [
        {
            "id": file.public_id,
            "name": file.name or _("Photo %(number)s") % {"number": number},
            "photo": file.photo,
            "public": file.public,
            "step": file.step_id,
            "url": reverse("ratings:listing_file", args=[file.public_id, "full"]),
            "thumb_url": reverse("ratings:listing_file", args=[file.public_id, "thumb"]),
        }
        for number, file in enumerate(files, start=1)
    ]
