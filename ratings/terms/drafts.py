"""A draft of terms: its stamp, and what is wrong with it by the section in which it is mended."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ratings.terms.reader import read
from ratings.terms.words import TermsError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What is said of a part in the list of parts; all else of it is on its own page.
OF_THE_LIST = re.compile(r"parts(\.\d+(\.(key|name_zh|name_en|weight|source|judge))?)?")
OF_A_DIMENSION = re.compile(r"parts\.(\d+)\.dimensions\.(\d+)(\.|$)")
OF_A_PART = re.compile(r"parts\.(\d+)\.")
WHOLE = ("bands", "vetoes", "lists", "steps")


def stamp(terms: Mapping[str, Any]) -> str:
    """A draft as somebody saw it: whoever changes it says which one they looked at."""
    text = json.dumps(terms, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def section_of(path: str) -> str:
    """The section of the editor in which something that is wrong can be mended."""
    if OF_THE_LIST.fullmatch(path):
        return "parts"
    if found := OF_A_DIMENSION.match(path):
        return f"part.{found[1]}.{found[2]}"
    if found := OF_A_PART.match(path):
        return f"part.{found[1]}"
    top = path.split(".")[0]
    return top if top in WHOLE else "timetable"


def wrong_with(terms: Any, section: str = "") -> "dict[str, StrOrPromise]":
    """What is wrong with a document, by path; with a section only what is mended there."""
    try:
        read(terms)
    except TermsError as error:
        return {
            path: words
            for path, words in error.problems.items()
            if not section or section_of(path) == section
        }
    return {}
