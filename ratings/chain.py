"""The chain of what was published: each link is hashed with the one before it. Pure.

A link's hash is SHA-256 over the canonical text of the whole link, the hash before it included.
Whoever changes, removes, adds or moves a link, the database's owner too, would have to make all
later hashes anew, and then they differ from those that were printed, fed and written elsewhere.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# The hash before the first link.
BEGINNING = "0" * 64


def canonical(data: Any) -> str:
    """The one way to write these data: sorted names, no spaces, composed characters.

    Raises TypeError for a float: what a float is written as differs from program to program.
    """
    return json.dumps(
        _plain(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def _plain(data: Any) -> Any:
    if isinstance(data, float):
        raise TypeError("numbers are published as text or whole numbers, never floating point")
    if isinstance(data, str):
        return unicodedata.normalize("NFC", data)
    if isinstance(data, Mapping):
        return {_plain(str(name)): _plain(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    return data


def personal(salt: str, words: str) -> str:
    """What stands for personal words: without the salt nobody can try names against it."""
    return hashlib.sha256(f"{salt}\n{unicodedata.normalize('NFC', words)}".encode()).hexdigest()


@dataclass(frozen=True)
class Link:
    """One thing published, as it stands in the chain; `subject`: its public id."""

    sequence: int
    kind: str
    title: str
    subject: str
    published_at: datetime
    text: str
    previous: str
    hash: str = ""  # before it is published, none yet

    @property
    def canonical(self) -> str:
        """The text of this link of which the hash is taken: all of it but the hash itself."""
        at = self.published_at.astimezone(UTC)
        return canonical(
            {
                "sequence": self.sequence,
                "kind": self.kind,
                "title": self.title,
                "subject": self.subject,
                "published_at": at.isoformat(timespec="microseconds"),
                "text": self.text,
                "previous": self.previous,
            }
        )

    @property
    def reckoned(self) -> str:
        """The hash that this link should have."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()


@dataclass(frozen=True)
class Broken:
    """Where the chain does not hold, and in which way (one of the words below)."""

    sequence: int
    what: str
    title: str = ""


MISSING, MOVED, CHANGED, WITNESS = "missing", "moved", "changed", "witness"


def verified(links: Iterable[Link], witnesses: Mapping[int, str]) -> Iterator[Broken]:
    """Everything that is wrong with a chain, in the order of its numbers.

    `links` by number from the first one on; `witnesses`: hashes by number, as they were written
    down elsewhere. A chain that was made anew as a whole holds in itself and fails its witnesses.
    """
    expected, previous, found = 1, BEGINNING, 0
    for link in links:
        yield from (Broken(gone, MISSING) for gone in range(expected, link.sequence))
        if link.hash != link.reckoned:
            yield Broken(link.sequence, CHANGED, link.title)
        elif link.previous != previous:
            yield Broken(link.sequence, MOVED, link.title)
        if witnesses.get(link.sequence, link.hash) != link.hash:
            yield Broken(link.sequence, WITNESS, link.title)
        expected, previous, found = link.sequence + 1, link.hash, link.sequence
    yield from (Broken(gone, MISSING) for gone in sorted(witnesses) if gone > found)
