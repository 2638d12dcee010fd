"""Scores as people write them, and what their bands are called."""

from decimal import Decimal

from django import template

from ratings.models import Scorecard
from ratings.terms import Terms

register = template.Library()


@register.filter
def band_words(band: str, terms: Terms) -> str:
    """What a band is called in the language of the page."""
    return terms.band_words(band)


@register.filter
def total(card: Scorecard | None) -> str:
    """The total with as many decimals as its scheme gives; nothing for a blank."""
    return "" if card is None else written(card.total, card.version.read)


def written(score: Decimal | None, terms: Terms) -> str:
    return "" if score is None else f"{score:.{terms.places}f}"
