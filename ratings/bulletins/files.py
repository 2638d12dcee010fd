"""A bulletin as a file: written once and kept by this process, as anybody may ask for it again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from urllib.parse import quote

from ratings.bulletins.paper import Paper
from ratings.chain import canonical

# So many files are kept: each is some hundred kilobytes, and takes a second or two to write.
KEPT = 32


@dataclass(frozen=True)
class Form:
    """A form of file: its ending, what it is to a browser, and the module that writes it."""

    ending: str
    type: str
    writer: str


FORMS = {
    form.ending: form
    for form in (
        Form(
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "word",
        ),
        Form("pdf", "application/pdf", "pdf"),
        Form(
            "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "workbook"
        ),
    )
}


def written(paper: Paper, ending: str) -> bytes:
    """The paper in this form."""
    return _written(canonical(paper.data), ending)


@lru_cache(maxsize=KEPT)
def _written(text: str, ending: str) -> bytes:
    # The writers' libraries are read when they are first needed: processes begin without them.
    writer = import_module(f"ratings.bulletins.{FORMS[ending].writer}")
    write: Callable[[Paper], bytes] = writer.write
    return write(Paper(json.loads(text)))


def disposition(name: str, ending: str) -> str:
    """The header of a download: a Chinese name for browsers (RFC 6266), a plain one for others."""
    whole = quote(f"{name}.{ending}", safe="")
    return f"attachment; filename=\"bulletin.{ending}\"; filename*=UTF-8''{whole}"
