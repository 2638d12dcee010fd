"""Files as both doors hand them out: bulletins, and what listings rest on."""

from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.utils.cache import patch_cache_control

from ratings.bulletins.files import FORMS, disposition, written
from ratings.models import BulletinState
from ratings.queries import bulletins as queries
from ratings.queries.listing_files import Seen

HOUR = 3600
SIZES = ("full", "thumb")
# What is issued may rest in a cache for a while; drafts rest nowhere.
FRESH = 300


def handed_out(page: queries.BulletinPage, ending: str) -> HttpResponse:
    """The file, under the name that its title gives it."""
    paper = page.paper
    if paper is None or ending not in FORMS:
        raise Http404
    response = HttpResponse(written(paper, ending), content_type=FORMS[ending].type)
    response["Content-Disposition"] = disposition(paper.title, ending)
    response["X-Content-Type-Options"] = "nosniff"
    if page.shown.state == BulletinState.ISSUED and not page.keeps:
        patch_cache_control(response, public=True, max_age=FRESH)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response


def answered(seen: Seen, size: str) -> HttpResponse:
    """The bytes; a document is never shown in the page's own place."""
    found = seen.file
    stored = seen.stored if size == "full" else str(found.thumbnail.name or "")
    if size not in SIZES or not stored:
        raise Http404
    try:
        with default_storage.open(stored) as file:
            kind = "image/jpeg" if found.photo else "application/pdf"
            response = HttpResponse(file.read(), content_type=kind)
    except FileNotFoundError:
        raise Http404 from None
    end, way = ("jpg", "inline") if found.photo else ("pdf", "attachment")
    response["Content-Disposition"] = f'{way}; filename="{size}.{end}"'
    response["Cache-Control"] = f"private, max-age={HOUR}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
