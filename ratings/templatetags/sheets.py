"""Points as people write them, and the photos of a finding with their addresses."""

from collections.abc import Iterable
from fractions import Fraction

from django import template

from ratings.models import Assessment, FindingPhoto
from ratings.queries.sheet_page import name_of
from ratings.queries.sheets import shown
from ratings.views._photos import Picture, pictures

register = template.Library()


@register.filter
def points(value: Fraction | None) -> str:
    """Points with at most two decimals; nothing for none."""
    return "" if value is None else shown(value)


@register.simple_tag
def finding_photos(photos: Iterable[FindingPhoto]) -> list[Picture]:
    """Photos as `components/_photos.html` takes them."""
    return pictures(photos)


@register.simple_tag
def item_name(of: Assessment, code: str) -> str:
    """What an item of a sheet is called."""
    return name_of(of, code)
