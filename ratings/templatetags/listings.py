"""Words of the lists for templates."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext_lazy as _

from common.timewords import clockwords, daywords
from communities.scope import day_of
from ratings.forms.listings import NAMES
from ratings.models import Listing
from ratings.workflow import ListingVerb, ListKind, list_label

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

register = template.Library()
SAID: "dict[str, StrOrPromise]" = {
    **NAMES,
    "publish_at": _("Published at"),
    "estate": _("Estate"),
    "from": _("Score before"),
    "to": _("Score after"),
    "sequence": _("Number in the chain of publications"),
}


@register.filter
def list_name(kind: str) -> "StrOrPromise":
    """What its readers call a list."""
    return ListKind(kind).label


@register.filter
def list_of(listing: Listing) -> "StrOrPromise":
    """What its readers call the list that a listing is on: an estate's red one has its own name."""
    return list_label(listing.kind, listing.about_kind)


@register.filter
def day_words(at: datetime) -> str:
    """The day of a moment, with its year."""
    return daywords(day_of(at))


@register.filter
def plain_day(day: str) -> str:
    """A day that was recorded, as people write it."""
    return daywords(date.fromisoformat(day))


@register.filter
def step_name(verb: str) -> "StrOrPromise":
    """What a step is called."""
    return ListingVerb(verb).label


@register.filter
def said(facts: Mapping[str, Any]) -> "list[tuple[StrOrPromise, str]]":
    """What was recorded with a step, as its readers call it."""
    return [(SAID[name], _words(name, facts[name])) for name in SAID if facts.get(name)]


def _words(name: str, value: Any) -> str:
    if name == "met_on":
        return str(daywords(date.fromisoformat(value)))
    return str(clockwords(datetime.fromisoformat(value))) if name == "publish_at" else str(value)
