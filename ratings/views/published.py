"""What was published: the chain, one link, its text as files, a feed."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from common.paging import page_of
from common.printable import PrintableFeed
from communities.models import DIVISIONS, Place
from communities.views.firms import pages
from ratings.models import Publication, PublicationKind
from ratings.queries import published_page as queries

PLAIN = "application/json; charset=utf-8"
IN_FEED = 50


@never_cache
@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """Everything that was published, the newest first, and how anybody can check it."""
    asked = {name: request.GET.get(name, "")[:20] for name in ("place", "kind")}
    page = page_of(
        queries.publications(**asked), queries.NEWEST, cursor=request.GET.get("cursor", "")
    )
    place = Place.objects.filter(code=asked["place"], kind__in=DIVISIONS).first()
    context = {
        "publications": page.rows,
        "asked": asked,
        "place": place,
        "kinds": PublicationKind.choices,
        "head": queries.head(),
        "chain_url": request.build_absolute_uri(reverse("ratings:chain")),
    }
    return render(request, "ratings/published/list.html", context | pages(page, asked))


@never_cache
@require_safe
def publication(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One link: what it says, its hash and that of the one before it."""
    page = queries.publication_page(queries.one(public_id))
    address = reverse("ratings:publication_text", args=[public_id])
    context = {"page": page, "of": page.of, "text_url": request.build_absolute_uri(address)}
    return render(request, "ratings/published/one.html", context)


@cache_control(public=True, max_age=86400)
@require_safe
def publication_text(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The text of one link to the byte: its SHA-256 is the link's hash."""
    found = queries.one(public_id)
    response = HttpResponse(queries.link_text(found).encode(), content_type=PLAIN)
    response["Content-Disposition"] = f'attachment; filename="{found.sequence}.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@cache_control(public=True, max_age=60)
@require_safe
def chain(request: HttpRequest) -> StreamingHttpResponse:
    """The whole chain, a link a line, from the first one on."""
    response = StreamingHttpResponse(queries.chain_lines(), content_type=PLAIN)
    response["Content-Disposition"] = 'attachment; filename="chain.jsonl"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


if TYPE_CHECKING:
    _Feed = Feed[Publication, Place | None]
else:
    _Feed = Feed


class PublishedFeed(_Feed):
    """What was published of a place, the newest first; each entry is a witness of its hash."""

    feed_type = PrintableFeed
    author_name = "红管家"

    def get_object(self, request: HttpRequest, *args: str, **words: str) -> Place | None:
        code = words.get("place")
        if code is None:
            return None
        return get_object_or_404(Place, code=code, kind__in=DIVISIONS)

    def title(self, place: Place | None) -> str:
        if place is None:
            return _("Published scores and lists")
        return _("Published scores and lists: %(place)s") % {"place": place.name}

    def link(self, place: Place | None) -> str:
        return reverse("ratings:published") + (f"?place={place.code}" if place else "")

    def feed_guid(self, place: Place | None) -> str:
        return reverse("ratings:published") + (f"?place={place.code}" if place else "")

    def items(self, place: Place | None) -> QuerySet[Publication]:
        return queries.publications(place.code if place else "").order_by("-sequence")[:IN_FEED]

    def item_title(self, item: Publication) -> str:
        return item.title

    def item_description(self, item: Publication) -> str:
        facts = {"n": item.sequence, "hash": item.hash}
        return _("Number %(n)s, SHA-256 %(hash)s") % facts

    def item_link(self, item: Publication) -> str:
        return reverse("ratings:publication", args=[item.public_id])

    def item_guid(self, item: Publication) -> str:
        return f"urn:uuid:{item.public_id}"

    def item_pubdate(self, item: Publication) -> object:
        return item.published_at

    def item_updateddate(self, item: Publication) -> object:
        return item.published_at


feed = cache_control(public=True, max_age=300)(require_safe(PublishedFeed()))
