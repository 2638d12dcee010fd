"""Scores as people write them, and what their bands are called."""

from django import template

from ratings.models import Listing
from ratings.terms import Terms

register = template.Library()


@register.filter
def band_words(band: str, terms: Terms) -> str:
    """What a band is called in the language of the page."""
    return terms.band_words(band)


@register.filter
def score_of(listing: Listing) -> str:
    """The score a listing rests on, with as many decimals as its scheme gives."""
    return "" if listing.card is None else listing.version.read.written(listing.card.total)
