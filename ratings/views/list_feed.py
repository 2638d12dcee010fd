"""New entries and public notices of one list of a place, as a feed."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from common.printable import PrintableFeed
from communities.models import Place
from ratings.models import Listing
from ratings.queries import listings as queries
from ratings.views.lists import about_asked
from ratings.workflow import ListingState, ListKind, list_label


@dataclass(frozen=True)
class OneList:
    """The red or the black list of a place."""

    place: Place
    kind: ListKind
    about: str = ""

    @property
    def asked(self) -> str:
        return f"?about={self.about}" if self.about else ""


if TYPE_CHECKING:
    _Feed = Feed[Listing, OneList]
else:
    _Feed = Feed


class ListFeed(_Feed):
    """The newest first, with what became of them since."""

    feed_type = PrintableFeed
    author_name = "红管家"

    def get_object(self, request: HttpRequest, *args: str, **words: str) -> OneList:
        if words["kind"] not in ListKind.values:
            raise Http404
        place = get_object_or_404(Place, code=words["place"])
        return OneList(place, ListKind(words["kind"]), about_asked(request))

    def title(self, one: OneList) -> str:
        facts = {"list": list_label(one.kind, one.about), "place": one.place.name}
        return _("%(list)s: %(place)s") % facts

    def link(self, one: OneList) -> str:
        return reverse("ratings:published_list", args=[one.place.code, one.kind.value]) + one.asked

    def feed_guid(self, one: OneList) -> str:
        return self.link(one)

    def items(self, one: OneList) -> QuerySet[Listing]:
        return queries.newest(one.place, one.kind, one.about)

    def item_title(self, item: Listing) -> str:
        if item.state == ListingState.PUBLISHED:
            return item.about.name
        facts = {"name": item.about.name, "state": item.get_state_display()}
        return _("%(name)s (%(state)s)") % facts

    def item_description(self, item: Listing) -> str:
        said = filter(None, (item.grounds, item.document_number))
        return linebreaks("\n\n".join(said), autoescape=True)

    def item_link(self, item: Listing) -> str:
        return reverse("ratings:public_listing", args=[item.public_id])

    def item_guid(self, item: Listing) -> str:
        return f"urn:uuid:{item.public_id}"

    def item_pubdate(self, item: Listing) -> datetime | None:
        return item.noticed_at

    def item_updateddate(self, item: Listing) -> datetime | None:
        return item.ended_at or item.published_at or item.noticed_at


feed = cache_control(public=True, max_age=300)(require_safe(ListFeed()))
