"""Texts for XML: a mark that it cannot hold makes a feed or a Word file nobody's."""

import re
from typing import Any

from django.utils.feedgenerator import Atom1Feed

# What word processors leave behind in a text that is pasted, such as the break of a line.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """The text with a space for each mark that no XML holds."""
    return UNPRINTABLE.sub(" ", text)


class PrintableFeed(Atom1Feed):
    """A feed that one odd mark in a text does not take from everybody."""

    def add_item(self, title: str, link: str, description: str, *args: Any, **words: Any) -> None:
        super().add_item(printable(title), link, printable(description), *args, **words)
