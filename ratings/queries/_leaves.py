"""Lists that are sorted in memory, as their order is worked out: one leaf of them at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from common.errors import Invalid


@dataclass(frozen=True)
class Leaf:
    """From which row to which; with which codes the leaves before and after it begin."""

    begin: int
    end: int
    previous: str
    next: str


def leaf(codes: Sequence[str], cursor: str, size: int) -> Leaf:
    """The leaf that begins with this code, or the first; Invalid where there is none such."""
    begin = 0
    if cursor:
        try:
            begin = codes.index(cursor)
        except ValueError:
            sentence = _("This page no longer exists. Please begin again at the first.")
            raise Invalid(fields={"cursor": [sentence]}) from None
    end = begin + size
    return Leaf(
        begin=begin,
        end=end,
        previous=codes[max(0, begin - size)] if begin else "",
        next=codes[end] if end < len(codes) else "",
    )
