"""Pictures of findings, sent only to those who may see what they belong to."""

import uuid

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from ratings.actions import photos as actions
from ratings.queries.photos import photo_seen

HOUR = 3600


@login_required
@require_safe
def photo(request: SignedInRequest, public_id: uuid.UUID, size: str) -> HttpResponse:
    """The picture, or 404 for whoever may not see it: it does not exist for them."""
    if size not in {"full", "thumb"}:
        raise Http404
    found = photo_seen(request.user, public_id)
    stored = found.image if size == "full" else found.thumbnail
    try:
        with default_storage.open(str(stored.name)) as file:
            response = HttpResponse(file.read(), content_type="image/jpeg")
    except FileNotFoundError:
        raise Http404 from None
    response["Content-Disposition"] = f'inline; filename="{size}.jpg"'
    response["Cache-Control"] = f"private, max-age={HOUR}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_POST
def remove(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Taken off a draft."""
    found = photo_seen(request.user, public_id)
    finding = actions.remove_photo(found, by=request.user)
    there = redirect("ratings:assessment", finding.assessment.public_id)
    there["Location"] += f"#item-{finding.item}"
    return there
